"""Who asks for a window while it is still being loaded gets it a moment later, and is told so.

Otherwise the whole program would stand still until the thread that loads ahead is done with it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from handfast.ui.program.preload import Preload

if TYPE_CHECKING:
    from collections.abc import Callable

#: How often it looks whether everything is loaded.
_POLL_INTERVAL_MS = 10

_Arguments = ParamSpec("_Arguments")
_Opener = TypeVar("_Opener", bound=QObject)


class _Waiting(QObject):
    """Waits for a thread; of several windows asked for in the meantime, the last is opened."""

    def __init__(self, parent: QObject, preload: Preload) -> None:
        super().__init__(parent)
        self.open_it: Callable[[], None] = lambda: None
        self._preload = preload
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_POLL_INTERVAL_MS)
        QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)

    def _look(self) -> None:
        if self._preload.is_running:
            return
        self._timer.stop()
        QGuiApplication.restoreOverrideCursor()
        self.setParent(None)
        self.deleteLater()
        self.open_it()


def once_loaded(
    opening: Callable[Concatenate[_Opener, _Arguments], None],
) -> Callable[Concatenate[_Opener, _Arguments], None]:
    """Have what opens a window wait while windows are being loaded."""

    @functools.wraps(opening)
    def wrapped(self: _Opener, /, *args: _Arguments.args, **named: _Arguments.kwargs) -> None:
        # The window, by whichever of its parts it is asked for.
        top = self.parent() or self
        preload = top.findChild(Preload)
        if preload is None or not preload.is_running:
            opening(self, *args, **named)
            return
        waiting = top.findChild(_Waiting) or _Waiting(top, preload)
        waiting.open_it = lambda: opening(self, *args, **named)

    return wrapped
