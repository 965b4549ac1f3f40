"""Hears the signals that end the program, and removes what saves have not finished."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier

from handfast.services.files.termination import SIGNALS, end_by

if TYPE_CHECKING:
    from types import FrameType


class Termination(QObject):
    """Handles SIGTERM and SIGHUP for as long as it lives.

    Python runs a handler of its own only between two steps of Python, of which there are none
    while Qt waits for events. So the system writes to a socket that Qt listens to.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reads, self._writes = socket.socketpair()
        for end in (self._reads, self._writes):
            end.setblocking(False)
        notifier = QSocketNotifier(self._reads.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._wake)
        signal.set_wakeup_fd(self._writes.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, self._end)

    def _wake(self) -> None:
        self._reads.recv(64)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        end_by(number)
