"""A listener in threads of its own, whose news arrives on the GUI thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

if TYPE_CHECKING:
    from handfast.handshake.live.listening import Listener, Received


class Serving(QObject):
    """One listener from its start to its end.

    Not one of the window’s jobs: those hold back the collection of garbage while they run, and
    this may run for days.
    """

    #: A connection is over: a :class:`~handfast.handshake.live.listening.Heard`.
    heard = Signal(object)
    #: It has stopped, and the port is free.
    ended = Signal()

    def __init__(self, listener: Listener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listener = listener

        def body() -> None:
            try:
                listener.serve(self._tell)
            finally:
                if isValid(self):
                    self.ended.emit()

        self._thread = threading.Thread(target=body, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take no more; ``ended`` follows within a moment."""
        self._listener.stop()

    def _tell(self, heard: Received) -> None:
        # A connection may end after the window is gone.
        if isValid(self):
            self.heard.emit(heard)
