"""What comes from outside while the window is there: files of later starts and of the desktop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from handfast.ui.program.edges import show_edges, show_lost_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from handfast.ui.program.focus_ring import FocusRing
    from handfast.ui.program.single_instance.message import FirstPlace


class Application(QApplication):
    """The application, which knows the event by which macOS sends the files of a double click.

    An event filter would do as well, but sees every event of every object: two thousand calls
    during the start alone, and for the first object of an unknown kind PySide loads all kinds.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        #: Who opens files; the first come very early.
        self.opens: Callable[[Path], None] | None = None
        self._base = 0
        self._show_edges()
        self._ring: FocusRing | None = None
        self.focusChanged.connect(self._focus_moved)
        # Not in event(), which would have to look at every event for it.
        self.paletteChanged.connect(self._show_edges)

    def _show_edges(self) -> None:
        """What inputs need to be seen depends on the palette, which the desktop may change."""
        base = QApplication.palette().cacheKey()
        if base != self._base:
            self._base = base
            show_edges()
            # When the palette of the style comes back, Qt drops those of classes of widgets right
            # after the signal that announces the change.
            QTimer.singleShot(0, self, show_lost_edges)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Show where the keyboard is; until somebody uses it, there is no ring to load."""
        if self._ring is None:
            by_keyboard = Qt.WidgetAttribute.WA_KeyboardFocusChange
            typed_into = Qt.WidgetAttribute.WA_InputMethodEnabled
            if now is None or not (
                now.window().testAttribute(by_keyboard) or now.testAttribute(typed_into)
            ):
                return
            from handfast.ui.program.focus_ring import FocusRing

            self._ring = FocusRing(self)
        self._ring.move_to(now)

    def event(self, event: QEvent) -> bool:
        if self.opens is None or not isinstance(event, QFileOpenEvent):
            return super().event(event)
        if event.file():
            self.opens(Path(event.file()))
        return True


class HandedOver(QObject):
    """Opens what is handed over in the window, and keeps it until there is one."""

    #: Sent by the threads that receive on Windows.
    _arrived = Signal()

    def __init__(self, application: Application, instance: FirstPlace | None = None) -> None:
        super().__init__(application)
        self._instance = instance
        self._waiting: list[Path] = []
        self._window: QWidget | None = None
        self._open_path: Callable[[Path], object] | None = None
        application.opens = self._open

    def take_waiting(self) -> list[Path]:
        """What came before the window was made; it is for whoever makes it to open."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def show_in(self, window: QWidget, open_path: Callable[[Path], object]) -> None:
        """From now on ``open_path`` takes every file, and this window is raised for it."""
        self._window, self._open_path = window, open_path
        for path in self.take_waiting():
            open_path(path)
        if self._instance is None:
            return
        if (handle := self._instance.fileno()) is None:
            self._arrived.connect(self._receive, Qt.ConnectionType.QueuedConnection)
            self._instance.notify(self._arrived.emit)
            return
        notifier = QSocketNotifier(handle, QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._receive)

    def _open(self, path: Path) -> None:
        if self._window is None:
            self._waiting.append(path)
        else:
            self._show([path])

    def _receive(self) -> None:
        request = self._instance.receive() if self._instance is not None else None
        if request is None:
            return
        if request.token:
            # Qt reads it from here when the window is raised.
            os.environ["XDG_ACTIVATION_TOKEN"] = request.token
        self._show(request.paths)

    def _show(self, paths: list[Path]) -> None:
        window, open_path = self._window, self._open_path
        if window is None or open_path is None:
            return
        for path in paths:
            open_path(path)
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
