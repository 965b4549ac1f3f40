"""A process with a window of its own, whose memory a test reads from outside.

``python memory_child.py FOLDER STORE DOING`` reads the password of STORE from its standard input,
opens it as a person does, does what DOING says, says so, and waits until its input ends.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QSettings, QSocketNotifier, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from handfast.core.store import Format
from handfast.ui.program import secret_memory
from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.window.locking import lock_everything
from handfast.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.ui.store_tab.store_view import StoreView


def wait(until: Callable[[], bool]) -> None:
    loop = QEventLoop()
    looking = QTimer()
    looking.timeout.connect(lambda: loop.quit() if until() else None)
    looking.start(5)
    loop.exec()


def rest(seconds: float) -> None:
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


def asked_in(view: StoreView) -> QLineEdit:
    """Where the password is typed: what is readable without it is shown before, as JKS and PEM."""

    def found() -> QLineEdit | None:
        fields = (
            view.page.findChild(QLineEdit, "passwordField"),
            view.details.findChild(QLineEdit, "unlockPassword"),
        )
        return next((each for each in fields if each is not None and each.isVisible()), None)

    wait(lambda: view.store is not None or found() is not None)
    if view.store is not None and view.store.format is Format.PEM:
        # Nothing but its keys is under a password.
        view.select(view.store.entries[0].alias)
    wait(lambda: found() is not None)
    field = found()
    assert field is not None
    return field


def main(folder: str, store: str, doing: str) -> None:
    secret_memory.wipe_what_is_freed()
    secret_memory.keep_few_arenas()
    application = Application([])
    stored = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(stored))
    window.show()
    window.open_path(Path(store))
    view = window.current()
    assert view is not None
    field = asked_in(view)
    # Key by key, so that this process never has it as a whole but by what the window makes of it.
    while (key := os.read(0, 1)) != b"\n":
        QTest.keyClicks(field, key.decode())
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait(lambda: view.store is not None and all(each.key for each in view.store.key_pairs))
    alias = view.store.entries[0].alias
    view.select(alias)
    # Checks, details, the summary.
    rest(1.5)
    if doing in {"edit-and-close", "edit-and-lock"}:
        view.delete_selected()
        rest(0.5)
    if doing.endswith("close"):
        window.remove(view)
    elif doing.endswith("lock"):
        lock_everything(window, "Locked by a test.")
        # What everybody can open stays open, with its keys locked at once.
        wait(lambda: not view.document.holds_secrets or view.store is not None)
    wait(lambda: not window.is_collecting)
    rest(0.5)
    print("done", flush=True)
    # Work that is still on its way back from a thread arrives while events are processed.
    ended = QEventLoop()
    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(ended.quit)
    ended.exec()
    application.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
