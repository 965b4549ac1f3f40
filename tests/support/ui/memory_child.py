"""A process with a window of its own, whose memory a test reads from outside.

``python memory_child.py FOLDER STORE DOING`` reads the password of STORE from its standard input,
opens it as a person does, does what DOING says, says so, and waits until its input ends.
"""

from __future__ import annotations

import faulthandler
import os
import select
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from handfast.core.store import Format
from handfast.ui.program import gc_pauses, secret_memory
from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.window.locking import lock_everything
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.helpers import action

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from handfast.ui.store_tab.store_view import StoreView

#: However busy the machine is, no step takes so long.
LONGEST_STEP_SECONDS = 90


class Playing:
    """Goes on with what is done whenever it waits for nothing any more, as a person does.

    All of it happens out of one event loop, as in the program: the frames of functions that wait
    would take room of what was let go of, and keep it until they return.
    """

    def __init__(self, doing: Generator[Callable[[], bool]], window: MainWindow) -> None:
        self._doing = doing
        self._window = window
        self._until: Callable[[], bool] = next(doing)
        self._end = time.monotonic() + LONGEST_STEP_SECONDS
        self._ticking = QTimer()
        self._ticking.timeout.connect(self._tick)
        self._ticking.start(5)

    def _tick(self) -> None:
        # What a slot raises is only printed, and nobody would ever go on.
        try:
            if self._until():
                self._until = next(self._doing)
                self._end = time.monotonic() + LONGEST_STEP_SECONDS
            elif time.monotonic() > self._end:
                self._give_up()
        except Exception:  # noqa: BLE001 - whatever it is, the test is to hear of it
            traceback.print_exc()
            os._exit(1)

    def _give_up(self) -> None:
        frame = self._doing.gi_frame
        line = frame.f_lineno if frame is not None else 0
        print(f"This step does not end: line {line} of {__file__}", file=sys.stderr)
        states = [(each.state, each.holds_secrets) for each in self._window.documents]
        print(
            f"documents: {states}, jobs under way: {gc_pauses.is_paused()}, "
            f"still collecting: {self._window.is_collecting}",
            file=sys.stderr,
            flush=True,
        )
        faulthandler.dump_traceback(all_threads=True)
        os._exit(1)


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


def played(window: MainWindow, store: str, doing: str) -> Generator[Callable[[], bool]]:
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
    while not select.select([0], [], [], 0)[0]:
        yield rested(0.02)
    # Nobody is asked about edits that are not saved.
    QApplication.exit()
    yield lambda: False


def typed_from_input(field: QLineEdit) -> None:
    """Key by key, so that this process never has it as a whole but by what the window makes."""
    while (key := os.read(0, 1)) != b"\n":
        QTest.keyClicks(field, key.decode())


def ended(window: MainWindow) -> Generator[Callable[[], bool]]:
    yield lambda: not window.is_collecting
    yield rested(0.5)
    print("done", flush=True)
    yield lambda: bool(select.select([0], [], [], 0)[0])
    QApplication.exit()
    yield lambda: False


def shown(window: MainWindow) -> QDialog | None:
    return next((each for each in window.findChildren(QDialog) if each.isVisible()), None)


def part(dialog: QWidget | None, name: str, kind: type = QWidget) -> Any:
    """A widget of a dialog that can be seen."""
    if dialog is None:
        return None
    return next((each for each in dialog.findChildren(kind, name) if each.isVisible()), None)


def canceled_wizard(window: MainWindow, doing: str) -> Generator[Callable[[], bool]]:
    """A password in the wizard for a key pair, which is then discarded, or kept open."""
    action(window, "actionGenerateKeyPair").trigger()
    yield lambda: part(shown(window), "generate.common_name") is not None
    QTest.keyClicks(part(shown(window), "generate.common_name"), "host.example")
    while part(shown(window), "generate.password") is None:
        part(shown(window), "wizardNext").click()
        yield rested(0.3)
    typed_from_input(part(shown(window), "generate.password"))
    yield rested(0.5)
    if doing == "cancel-wizard":
        part(shown(window), "wizardCancel").click()
        yield lambda: part(shown(window), "wizardDiscardButton") is not None
        part(shown(window), "wizardDiscardButton").click()
        yield lambda: shown(window) is None
    yield from ended(window)


#: How each dialog that takes a password is opened, and where the password is typed.
DIALOGS = {
    "cancel-password": ("actionChangePassword", "passwordDialog.new"),
    "cancel-save-as": ("actionSaveAs", "storeDialog.password"),
    "cancel-export": ("actionExportKeyPair", "keyExportDialog.password"),
    "cancel-key-password": ("actionSetEntryPassword", "entryPasswordDialog.password"),
}


def canceled_dialog(window: MainWindow, store: str, doing: str) -> Generator[Callable[[], bool]]:
    """A password in a dialog over a keystore that stays open, and then Cancel."""
    window.open_path(Path(store))
    view = window.current()
    assert view is not None
    yield lambda: view.store is not None
    view.select("pair")
    yield rested(0.5)
    opener, _ = DIALOGS[doing.removeprefix("stay-")]
    action(window, opener).trigger()
    yield lambda: shown(window) is not None
    own = part(shown(window), "entryPasswordDialog.choice.own")
    if own is not None:
        own.click()
    dialog: Any = shown(window)
    typed_from_input(dialog.password)
    del dialog
    yield rested(0.3)
    if not doing.startswith("stay-"):
        shown_dialog: Any = shown(window)
        shown_dialog.cancel.click()
        del shown_dialog
        yield lambda: shown(window) is None
    yield from ended(window)


def shown_window(folder: str) -> tuple[Application, MainWindow]:
    """The program as it starts, with settings of its own; freed memory is overwritten."""
    secret_memory.wipe_what_is_freed()
    secret_memory.keep_few_arenas()
    application = Application([])
    stored = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(stored))
    window.show()
    return application, window


def main(folder: str, store: str, doing: str) -> None:
    application, window = shown_window(folder)
    if doing.endswith("-wizard"):
        playing = Playing(canceled_wizard(window, doing), window)
    elif "cancel-" in doing:
        playing = Playing(canceled_dialog(window, store, doing), window)
    else:
        playing = Playing(played(window, store, doing), window)
    application.exec()
    del playing


if __name__ == "__main__":
    main(*sys.argv[1:])
