"""What the windows beside the main one are built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


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
#: is known only once a window is shown; until then this is what the usual ones need at most.
_FRAME_WIDTH_PX = 16
_FRAME_HEIGHT_PX = 48
#: Less than this of a form is not worth a scroll bar.
_LEAST_FORM_HEIGHT = 12 * GRID


def room_for(window: QWidget) -> QSize:
    """How large a window can be without its frame, so that all of it is on the screen."""
    room = window.screen().availableSize()
    width, height = _FRAME_WIDTH_PX, _FRAME_HEIGHT_PX
    parent = window.parentWidget()
    if parent is not None and parent.window().isVisible():
        # The frame of the window beneath is what this one will have, or nearly so.
        framed, bare = parent.window().frameGeometry(), parent.window().geometry()
        width = max(width, framed.width() - bare.width())
        height = max(height, framed.height() - bare.height())
    return room - QSize(width, height)


def resize_to_fit(window: QWidget, wanted: tuple[int, int], least: tuple[int, int]) -> None:
    """Make a window as large as is wanted, or as the screen has room for with its frame.

    ``wanted`` and ``least``, below which the window cannot be made smaller, are in units of the
    grid; on a small screen, or at a large scale, what is least gives way too.
    """
    room = room_for(window)
    width, height = room.width(), room.height()
    window.setMinimumSize(min(least[0] * GRID, width), min(least[1] * GRID, height))
    window.resize(min(wanted[0] * GRID, width), min(wanted[1] * GRID, height))


class FittingArea(QScrollArea):
    """As high as what it holds, so that nothing scrolls, until the screen has no more room.

    For the form of a dialog: its buttons stand beneath the area and stay on the screen.
    """

    def __init__(self, content: QWidget, *, beside: int, parent: QWidget | None = None) -> None:
        """``beside`` is the height of everything else in the window, in units of the grid."""
        super().__init__(parent)
        self._beside = beside * GRID
        self._content = content
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setWidget(content)
        # The ground of the dialog, and not one of its own.
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def _height_of_all(self) -> int:
        content = self._content
        width = max(self.viewport().width(), content.minimumSizeHint().width())
        if content.hasHeightForWidth():
            return content.heightForWidth(width)
        return max(content.sizeHint().height(), content.minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._content.sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._content.minimumSizeHint().width(), self._height())

    def _height(self) -> int:
        most = room_for(self.window()).height() - self._beside
        return min(self._height_of_all(), max(most, _LEAST_FORM_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            # In another width the texts take other heights.
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handled = super().eventFilter(watched, event)
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return handled
