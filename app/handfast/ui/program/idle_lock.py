"""Locking the stores when nobody has used the program for a while."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from handfast.core.language import tr_count

if TYPE_CHECKING:
    from collections.abc import Callable

#: So late at most it is noticed that a computer woke from its sleep.
_POLL_INTERVAL_MS = 10_000
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
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class IdleLock(QObject):
    """Looks at every event of the program while it is armed, for those of a person."""

    def __init__(
        self,
        lock: Callable[[str], object],
        parent: QObject,
        clock: Callable[[], float] = _seconds,
    ) -> None:
        """``lock`` locks everything; it is told why, in a sentence. ``clock`` gives seconds."""
        super().__init__(parent)
        self.setObjectName("idleLock")
        self._lock = lock
        self.clock = clock
        self._minutes = 0
        self._since = clock()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def arm(self, minutes: int) -> None:
        """Lock after so many minutes without input, counted from now; 0 for never."""
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
            self._timer.start(min(_POLL_INTERVAL_MS, minutes * 60_000))
        else:
            self._timer.stop()

    def look(self) -> None:
        """Lock what is open if the time is over."""
        if self._minutes and self.clock() - self._since >= self._minutes * 60:
            self._lock(
                tr_count(
                    "Locked after {count} minute of inactivity.",
                    "Locked after {count} minutes of inactivity.",
                    self._minutes,
                )
            )

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            # A key that wakes the computer is no proof of who pressed it.
            self.look()
            self._since = self.clock()
        return False
