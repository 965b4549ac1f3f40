"""A process whose window renews, signs, rolls over, or merges, and whose memory a test searches.

``python issuing_child.py FOLDER KEYSTORE DOING`` opens the keystore with the password that it reads
from its standard input key by key. DOING is the flow and how it ends, such as ``renew-lock``; the
request to be signed is ``their.csr`` in FOLDER.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.saving import new_store, save_store
from handfast.ui.window.locking import lock_everything
from tests.support.ui.helpers import action
from tests.support.ui.memory_child import (
    Playing,
    asked_in,
    ended,
    is_open,
    part,
    rested,
    shown,
    shown_window,
    typed_from_input,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from handfast.ui.window.main_window import MainWindow

ACTIONS = {"renew": "actionRenew", "sign": "actionSign", "rollover": "actionRollOver"}
MOST_PAGES = 12


def merged(window: MainWindow, folder: Path, store: Path) -> Generator[Callable[[], bool]]:
    """The keystore read in the dialog, under its password, into another one that is open."""
    target = folder / "target.p12"
    password = Password("of the target")
    save_store(new_store(Format.PKCS12, password), target)
    window.open_path(target, password=password)
    view = window.current()
    assert view is not None
    yield lambda: view.store is not None
    action(window, "actionMerge").trigger()
    yield lambda: shown(window) is not None
    dialog: Any = shown(window)
    dialog.source.read(store)
    del dialog
    yield lambda: part(shown(window), "copyDialog.sourcePassword", QLineEdit) is not None
    typed_from_input(part(shown(window), "copyDialog.sourcePassword", QLineEdit))
    part(shown(window), "copyDialog.sourceOpen").click()
    yield lambda: part(shown(window), "copyDialog.accept").isEnabled()
    yield rested(1)
    part(shown(window), "copyDialog.accept").click()
    yield lambda: view.store is not None and view.store.find("pair") is not None


def issued(
    window: MainWindow, folder: Path, store: Path, flow: str
) -> Generator[Callable[[], bool]]:
    """A wizard or a window over the keystore, gone through to its end where it has one."""
    window.open_path(store)
    view = window.current()
    assert view is not None
    yield lambda: asked_in(view) is not None
    field = asked_in(view)
    assert field is not None
    typed_from_input(field)
    QTest.keyClick(field, Qt.Key.Key_Return)
    del field
    yield lambda: is_open(view)
    view.select("pair")
    yield lambda: action(window, ACTIONS[flow]).isEnabled()
    action(window, ACTIONS[flow]).trigger()
    yield lambda: shown(window) is not None
    yield rested(0.5)
    if flow == "rollover":
        return
    if flow == "sign":
        wizard: Any = shown(window)
        wizard.page.files_given.emit([folder / "their.csr"])
        del wizard
        yield lambda: bool(_flow_of(window).sources)
    for _ in range(MOST_PAGES):
        path: QWidget | None = part(shown(window), "sign.path", QLineEdit)
        if path is not None:
            path.setFocus()
            path.selectAll()  # type: ignore[attr-defined]
            QTest.keyClicks(path, str(folder / "issued.pem"))
        del path
        if part(shown(window), "wizardFinish") is not None:
            break
        part(shown(window), "wizardNext").click()
        yield rested(0.5)
    part(shown(window), "wizardFinish").click()
    yield lambda: _stage_of(window) == "finished"


def _flow_of(window: MainWindow) -> Any:
    wizard: Any = shown(window)
    return wizard.flow


def _stage_of(window: MainWindow) -> str:
    wizard: Any = shown(window)
    return str(wizard.stage)


def close_dialogs(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.close()


def discard(window: MainWindow) -> None:
    button = part(shown(window), "wizardDiscardButton")
    if button is not None:
        button.click()


def close_tabs(window: MainWindow) -> None:
    for view in list(window.views):
        window.remove(view)


def played(
    window: MainWindow, folder: Path, store: Path, doing: str
) -> Generator[Callable[[], bool]]:
    flow, _, end = doing.partition("-")
    if flow == "merge":
        yield from merged(window, folder, store)
    else:
        yield from issued(window, folder, store, flow)
    yield rested(1)
    if end == "close":
        # Each in a function: what this one has in its variables would stay alive.
        close_dialogs(window)
        yield rested(0.5)
        discard(window)
        yield lambda: shown(window) is None
        close_tabs(window)
    elif end == "lock":
        lock_everything(window, "Locked by a test.")
        yield lambda: not any(each.document.holds_secrets for each in window.views)
    yield from ended(window)


def main(folder: str, store: str, doing: str) -> None:
    application, window = shown_window(folder)
    playing = Playing(played(window, Path(folder), Path(store), doing), window)
    application.exec()
    del playing


if __name__ == "__main__":
    main(*sys.argv[1:])
