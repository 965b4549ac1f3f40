"""The context menu of the tree, by the mouse and by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QContextMenuEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu, QTreeView


class TreeMenu(QObject):
    """Watches a tree and shows the menu where the person looks."""

    def __init__(self, tree: QTreeView, make: Callable[[], QMenu]) -> None:
        super().__init__(tree)
        self._tree = tree
        self._make = make
        # A menu asked for with the mouse comes to the viewport, with the keyboard to the tree.
        tree.installEventFilter(self)
        tree.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ContextMenu or not isinstance(event, QContextMenuEvent):
            return False
        tree = self._tree
        position = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            # Qt would put it in the middle of the window.
            row = tree.visualRect(tree.currentIndex())
            inside = row.bottomLeft() + QPoint(24, 0) if row.isValid() else QPoint(24, 24)
            position = tree.viewport().mapToGlobal(inside)
        self._make().popup(position)
        return True
