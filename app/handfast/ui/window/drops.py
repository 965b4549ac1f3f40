"""What is dropped on the window: entries of another tab, and files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.actions.entry_actions import EntryActions
    from handfast.ui.window.tabbed_window import TabbedWindow

#: A drag that stays over a tab brings it to the front.
_HOVER_MS = 500


class Drops(QObject):
    """Says where a drag may end, and takes what is dropped there."""

    def __init__(self, window: TabbedWindow, entries: EntryActions) -> None:
        super().__init__(window)
        self._window = window
        self._entries = entries
        self._hovered = -1
        self._hovering = QTimer(self)
        self._hovering.setSingleShot(True)
        self._hovering.setInterval(_HOVER_MS)
        self._hovering.timeout.connect(self._turn)

    def enter(self, event: QDragEnterEvent) -> None:
        """A drag comes into the window."""
        if self._is_ours(event) or any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def _is_ours(self, event: QDropEvent) -> bool:
        return self._entries.clipboard.dragged(event.mimeData()) is not None

    def move(self, event: QDragMoveEvent) -> None:
        """It is over another place now."""
        at = event.position().toPoint()
        self._hover(at)
        held = self._entries.clipboard.dragged(event.mimeData())
        if held is None:
            # A file is for the window, wherever it is dropped.
            event.setAccepted(any(url.isLocalFile() for url in event.mimeData().urls()))
            return
        view = self._view_at(at)
        if view is None or view.store is None or view.document is held.document:
            event.ignore()
        else:
            event.acceptProposedAction()

    def leave(self) -> None:
        """It is over another window now."""
        self._hovering.stop()
        self._hovered = -1

    def _tab_at(self, at: QPoint) -> int:
        bar = self._window.tabs.tabBar()
        return bar.tabAt(bar.mapFrom(self._window, at)) if bar.isVisible() else -1

    def _view_at(self, at: QPoint) -> StoreView | None:
        index = self._tab_at(at)
        views = self._window.views
        return views[index] if 0 <= index < len(views) else self._window.current()

    def _hover(self, at: QPoint) -> None:
        index = self._tab_at(at)
        if index != self._hovered:
            self._hovered = index
            if index >= 0:
                self._hovering.start()
            else:
                self._hovering.stop()

    def _turn(self) -> None:
        if 0 <= self._hovered < self._window.tabs.count():
            self._window.tabs.setCurrentIndex(self._hovered)

    def drop(self, event: QDropEvent) -> None:
        """It ended here."""
        self.leave()
        held = self._entries.clipboard.dragged(event.mimeData())
        if held is not None:
            view = self._view_at(event.position().toPoint())
            if view is None or view.store is None or view.document is held.document:
                event.ignore()
                return
            # With Shift the entries are moved; they are deleted in their keystore afterwards, which
            # is not what Qt means by a move.
            is_move = event.dropAction() == Qt.DropAction.MoveAction
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._window.tabs.setCurrentWidget(view)
            self._entries.bring(held, view, moves=is_move)
            return
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        self._window.files_given.emit(paths)
