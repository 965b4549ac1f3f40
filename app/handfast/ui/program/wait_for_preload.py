"""Who asks for a window while it is still being loaded gets it a moment later, and is told so.

Otherwise the whole program would stand still until the thread that loads ahead is through with it.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

#: How the thread is called that loads ahead.
LOADER: Final = "loading ahead"
#: Milliseconds between looks at whether it is through.
_GLANCE = 10

_Arguments = ParamSpec("_Arguments")
_Opener = TypeVar("_Opener", bound=QObject)


class _Waiting(QObject):
    """Waits for a thread; of several windows asked for meanwhile, the last is opened."""

    def __init__(self, parent: QObject, loading: threading.Thread) -> None:
        super().__init__(parent)
        self.open_it: Callable[[], None] = lambda: None
        self._loading = loading
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_GLANCE)
        QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)

    def _look(self) -> None:
        if self._loading.is_alive():
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
        loading = next((each for each in threading.enumerate() if each.name == LOADER), None)
        if loading is None:
            opening(self, *args, **named)
            return
        # The window, by whichever of its parts it is asked for.
        top = self.parent() or self
        waiting = top.findChild(_Waiting) or _Waiting(top, loading)
        waiting.open_it = lambda: opening(self, *args, **named)

    return wrapped
