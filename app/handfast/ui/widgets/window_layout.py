"""What the windows beside the main one are built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog


def rule(shape: QFrame.Shape = QFrame.Shape.HLine, parent: QWidget | None = None) -> QFrame:
    """A line between two parts."""
    line = QFrame(parent)
    line.setFrameShape(shape)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line


def story_area(name: str, page: QWidget, parent: QWidget) -> QScrollArea:
    """Where a page stands that is as wide as there is room, and as long as it needs."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    area.setWidget(page)
    return area


def words_page(text: str) -> QWidget:
    """A page of nothing but quiet words, for what is not there yet."""
    page = QWidget()
    lines = QVBoxLayout(page)
    lines.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
    lines.addWidget(WrapLabel(text, shade="quiet"))
    lines.addStretch(1)
    return page


def stacked_lines(window: QWidget) -> QVBoxLayout:
    """Lines from edge to edge of a window, one under the other."""
    lines = QVBoxLayout(window)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(0)
    return lines


def resize_to_fit(window: QDialog, wanted: tuple[int, int], least: tuple[int, int]) -> None:
    """Make a window as large as is wanted, or as the screen is; both in units of the grid."""
    window.setMinimumSize(least[0] * GRID, least[1] * GRID)
    room = window.screen().availableSize()
    window.resize(min(wanted[0] * GRID, room.width()), min(wanted[1] * GRID, room.height()))
