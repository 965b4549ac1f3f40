"""Tabs of which the one in front has a line in the accent along its upper edge.

Where a platform has no look of its own, Qt's Fusion tells the front tab by a slightly other shade,
which on a dark window is hardly seen.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QTabBar, QTabWidget

from handfast.ui.widgets.style import accent_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

LINE_HEIGHT_PX = 3


class _LinedTabBar(QTabBar):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if sys.platform in {"win32", "darwin"} or self.currentIndex() < 0:
            return
        line = self.tabRect(self.currentIndex())
        painter = QPainter(self)
        # The tab in front is lighter than the others: in the dark the shade of links is seen on it.
        role = QPalette.ColorRole
        colour = accent_color(self.palette(), role.Light, among=(role.Link,))
        # Not filled as a rectangle, for which PySide first loads every gradient there is.
        painter.setPen(colour)
        for y in range(line.top(), line.top() + LINE_HEIGHT_PX):
            painter.drawLine(line.left() + 1, y, line.right() - 1, y)
        painter.end()


class LinedTabs(QTabWidget):
    """A tab widget with such tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(_LinedTabBar(self))
