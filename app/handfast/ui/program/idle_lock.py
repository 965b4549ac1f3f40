"""Locking the stores when nobody has used the program for a while, or when somebody asks to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit

from handfast.ui.store_tab.store_locking import lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.ui.window.main_window import MainWindow

_NAME = "idleLock"
#: So late, in milliseconds, it is noticed at most that a computer woke from its sleep.
_GLANCE = 10_000
_KINDS = QEvent.Type
_INPUT = frozenset(
    {
        _KINDS.KeyPress,
        _KINDS.MouseButtonPress,
        _KINDS.MouseMove,
        _KINDS.Wheel,
        _KINDS.TouchBegin,
        _KINDS.TabletPress,
        _KINDS.TabletMove,
        _KINDS.InputMethod,
        _KINDS.DragMove,
        _KINDS.Drop,
    }
)


def _seconds() -> float:
    """A clock that nobody sets, and that goes on while the computer sleeps, where there is one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class IdleLock(QObject):
    """Looks at every event of the program while it is armed, for those of a person."""

    def __init__(self, window: MainWindow, clock: Callable[[], float] = _seconds) -> None:
        super().__init__(window)
        self.setObjectName(_NAME)
        self._window = window
        self.clock = clock
        self._minutes = 0
        self._since = clock()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def arm(self) -> None:
        """Take what was chosen into account, from now on."""
        minutes = self._window.settings.lock_minutes
        application = QApplication.instance()
        if application is not None and bool(minutes) is not bool(self._minutes):
            # Not while it is off: each event would cross into Python for nothing.
            if minutes:
                application.installEventFilter(self)
            else:
                application.removeEventFilter(self)
        self._minutes = minutes
        self._since = self.clock()
        if minutes:
            self._timer.start(min(_GLANCE, minutes * 60_000))
        else:
            self._timer.stop()

    def look(self) -> None:
        """Lock what is open if the time is over."""
        if self._minutes and self.clock() - self._since >= self._minutes * 60:
            unit = "minute" if self._minutes == 1 else "minutes"
            lock_all(self._window, f"Nobody used Handfast for {self._minutes:,} {unit}.")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            # A key that wakes the computer is no proof of who pressed it.
            self.look()
            self._since = self.clock()
        return False


#: Windows of handshakes.
_WITH_KEYS = frozenset({"rehearsalWindow", "probeWindow"})


def lock_all(window: MainWindow, why: str) -> None:
    """Lock every tab that has something secret, and close what shows results of it."""
    for view in window.documents:
        lock(view, window.jobs, why)
    for dialog in window.findChildren(QDialog):
        # A handshake has the keys that it was made with, a wizard that is done what it made, and
        # Save As the store that it would write. What is being filled in is an edit, and stays,
        # but for the passwords.
        if (
            dialog.objectName() in _WITH_KEYS
            or getattr(dialog, "stage", "") == "finished"
            or getattr(dialog, "store", None) is not None
        ):
            dialog.close()
        elif (forget := getattr(dialog, "forget_secrets", None)) is not None:
            # What is being filled in goes on where it is, once the stores are open again; a
            # server that listens stops, and says so.
            forget(why)
    for button in window.findChildren(QAbstractButton):
        if button.objectName().endswith(".show") and button.isChecked():
            # A password that somebody was reading.
            button.setChecked(False)
    for line in window.findChildren(QLineEdit):
        # Or was typing. Not clear(), after which undo would bring it back.
        if line.echoMode() is not QLineEdit.EchoMode.Normal and line.text():
            line.setText("")


def arm(window: MainWindow) -> None:
    """Begin or end to watch for idleness, as was chosen."""
    found = window.findChild(IdleLock, _NAME)
    if found is None:
        if not window.settings.lock_minutes:
            return
        found = IdleLock(window)
    found.arm()
