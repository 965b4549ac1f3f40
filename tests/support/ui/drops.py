"""Something dragged over a widget and let go there, as Qt delivers it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

#: Inside every widget that takes a drop.
_NEAR_THE_CORNER = QPoint(20, 20)


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(
    target: QWidget,
    data: QMimeData,
    *,
    at: QPoint = _NEAR_THE_CORNER,
    how: Qt.DropAction = Qt.DropAction.CopyAction,
) -> bool:
    """Enter, move, and let go; True if the widget took it."""
    left, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with warnings.catch_warnings():
        # Qt 6.12 wants a QPointF here, which the Qt before it does not take.
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(at, how, data, left, no_key)
        move = QDragMoveEvent(at, how, data, left, no_key)
    QApplication.sendEvent(target, enter)
    # A widget that decides once, when it is entered, leaves the move as it comes.
    move.setAccepted(enter.isAccepted())
    QApplication.sendEvent(target, move)
    if not move.isAccepted():
        return False
    event = QDropEvent(QPointF(at), how, data, left, no_key, QEvent.Type.Drop)
    QApplication.sendEvent(target, event)
    return event.isAccepted()
