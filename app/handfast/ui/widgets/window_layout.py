"""What the windows beside the main one are built of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.wrap_label import WrapLabel


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


#: What a window manager puts around a window: the title bar above, borders beside and beneath. It
#: is known only once the window is shown, and then it is too late.
_FRAME_WIDTH_PX = 16
_FRAME_HEIGHT_PX = 48


def resize_to_fit(window: QWidget, wanted: tuple[int, int], least: tuple[int, int]) -> None:
    """Make a window as large as is wanted, or as the screen has room for with its frame.

    ``wanted`` and ``least``, below which the window cannot be made smaller, are in units of the
    grid; on a small screen, or at a large scale, what is least gives way too.
    """
    room = window.screen().availableSize()
    width, height = room.width() - _FRAME_WIDTH_PX, room.height() - _FRAME_HEIGHT_PX
    window.setMinimumSize(min(least[0] * GRID, width), min(least[1] * GRID, height))
    window.resize(min(wanted[0] * GRID, width), min(wanted[1] * GRID, height))
