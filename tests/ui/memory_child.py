"""A process with a window of its own, whose memory a test reads from outside.

``python memory_child.py FOLDER STORE DOING`` reads the password of STORE from its standard input,
opens it as a person does, does what DOING says, says so, and waits until its input ends.
"""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from handfast.core.store import Format
from handfast.ui.program import secret_memory
from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.window.locking import lock_everything
from handfast.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handfast.ui.store_tab.store_view import StoreView


class Playing:
    """Goes on with what is done whenever it waits for nothing any more, as a person does.

    All of it happens out of one event loop, as in the program: the frames of functions that wait
    would take room of what was let go of, and keep it until they return.
    """

    def __init__(self, doing: Iterator[Callable[[], bool]]) -> None:
        self._doing = doing
        self._until: Callable[[], bool] = next(doing)
        self._ticking = QTimer()
        self._ticking.timeout.connect(self._tick)
        self._ticking.start(5)

    def _tick(self) -> None:
        if self._until():
            self._until = next(self._doing)


def rested(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def asked_in(view: StoreView) -> QLineEdit | None:
    """Where the password is typed: what is readable without it is shown before, as JKS and PEM."""
    fields = (
        view.page.findChild(QLineEdit, "passwordField"),
        view.details.findChild(QLineEdit, "unlockPassword"),
    )
    return next((each for each in fields if each is not None and each.isVisible()), None)


def is_open(view: StoreView) -> bool:
    """Whether all of its keys are readable."""
    return (
        view.store is not None
        and all(each.key for each in view.store.key_pairs)
        and all(each.material for each in view.store.secret_keys)
    )


def played(window: MainWindow, store: str, doing: str) -> Iterator[Callable[[], bool]]:
    window.open_path(Path(store))
    view = window.current()
    assert view is not None
    yield lambda: view.store is not None or asked_in(view) is not None
    if view.store is not None and view.store.format is Format.PEM:
        # Nothing but its keys is under a password.
        view.select(view.store.entries[0].alias)
    yield lambda: asked_in(view) is not None
    field = asked_in(view)
    assert field is not None
    # Key by key, so that this process never has it as a whole but by what the window makes of it.
    while (key := os.read(0, 1)) != b"\n":
        QTest.keyClicks(field, key.decode())
    QTest.keyClick(field, Qt.Key.Key_Return)
    del field
    yield lambda: is_open(view)
    assert view.store is not None
    view.select(view.store.entries[0].alias)
    # Checks, details, the summary.
    yield rested(1.5)
    if doing in {"edit-and-close", "edit-and-lock"}:
        view.delete_selected()
        yield rested(0.5)
    if doing.endswith("close"):
        window.remove(view)
    elif doing.endswith("lock"):
        lock_everything(window, "Locked by a test.")
        # What everybody can open stays open, with its keys locked at once.
        yield lambda: not view.document.holds_secrets or view.store is not None
    yield lambda: not window.is_collecting
    yield rested(0.5)
    print("done", flush=True)
    # Meanwhile events go on: work that is still on its way back from a thread arrives.
    yield lambda: bool(select.select([0], [], [], 0)[0])
    # Nobody is asked about edits that are not saved.
    QApplication.exit()
    yield lambda: False


def main(folder: str, store: str, doing: str) -> None:
    secret_memory.wipe_what_is_freed()
    secret_memory.keep_few_arenas()
    application = Application([])
    stored = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(stored))
    window.show()
    playing = Playing(played(window, store, doing))
    application.exec()
    del playing


if __name__ == "__main__":
    main(*sys.argv[1:])
