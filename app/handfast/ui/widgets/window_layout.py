"""How windows are laid out: on every screen, and at every scale, their buttons stay in sight."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

#: When a window may have got its frame: at once, or on a busy machine later.
_UNTIL_FRAMED_MS = (0, 100, 500)


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


def level_forms(
    left: Sequence[tuple[str, QWidget | QLayout]], right: Sequence[tuple[str, QWidget | QLayout]]
) -> QGridLayout:
    """Two forms side by side whose rows are level, whatever the height of the fields."""
    grid = QGridLayout()
    grid.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID)
    # Between the two, beside the spacing on either side.
    grid.setColumnMinimumWidth(2, GRID)
    for first, rows in ((0, left), (3, right)):
        grid.setColumnStretch(first + 1, 1)
        for at, (text, field) in enumerate(rows):
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            # Beside the first line of a field that has several.
            label.setMinimumHeight(QLineEdit().sizeHint().height())
            grid.addWidget(label, at, first, Qt.AlignmentFlag.AlignTop)
            if isinstance(field, QWidget):
                label.setBuddy(field.focusProxy() or field)
                grid.addWidget(field, at, first + 1, Qt.AlignmentFlag.AlignTop)
            else:
                grid.addLayout(field, at, first + 1, Qt.AlignmentFlag.AlignTop)
    return grid


def labeled_form() -> QFormLayout:
    """A form without a margin of its own: labels in one column, fields as wide as there is room."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(2 * GRID)
    form.setVerticalSpacing(GRID)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def window_button(
    words: str, act: Callable[[], object], parent: QWidget, *, name: str
) -> QPushButton:
    """A button of a window, which Return in a field does not press."""
    button = QPushButton(words, parent)
    button.setObjectName(name)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: act())
    return button


#: What stands side by side is at nearly one height.
_ONE_ROW_PX = 12


def tab_by_place(before: QWidget, page: QWidget) -> None:
    """Have Tab go on from a widget into a page, through what is in it as the eye reads.

    For what is made after the rest of its window: Qt would have it come last, and its parts in the
    order in which they were made. Places are known once the page has been laid out.
    """

    def arrange() -> None:
        if before.window() is not page.window():
            return
        stops = [
            each
            for each in page.findChildren(QWidget)
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus
            and each.focusProxy() is None
            # The list of a combo box is a window of its own.
            and each.window() is page.window()
        ]
        for first, second in itertools.pairwise((before, *_as_read(stops, page))):
            QWidget.setTabOrder(first, second)

    QTimer.singleShot(0, page, arrange)


def _as_read(widgets: list[QWidget], page: QWidget) -> list[QWidget]:
    """From top to bottom, and from left to right in a row."""
    places = {each: each.mapTo(page, each.rect().center()) for each in widgets}
    rows: list[list[QWidget]] = []
    for each in sorted(widgets, key=lambda widget: places[widget].y()):
        if rows and places[each].y() - places[rows[-1][0]].y() < _ONE_ROW_PX:
            rows[-1].append(each)
        else:
            rows.append([each])
    return [each for row in rows for each in sorted(row, key=lambda one: places[one].x())]


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
#: No window manager puts more around a window, at any scale.
_MAX_FRAME_PX = 96
#: Less than this of a form is not worth a scroll bar.
_LEAST_FORM_HEIGHT = 12 * GRID


def room_for(window: QWidget) -> QSize:
    """How large a window can be without its frame, so that all of it is on the screen."""
    room = window.screen().availableSize()
    width, height = _FRAME_WIDTH_PX, _FRAME_HEIGHT_PX
    parent = window.parentWidget()
    if parent is not None and parent.window().isVisible():
        # The frame of the window beneath is what this one will have, or nearly so. While a window
        # manager still moves that window into its frame, what Qt says of it can be anything.
        framed, bare = frame_of(parent.window()), parent.window().geometry()
        width = max(width, min(framed.width() - bare.width(), _MAX_FRAME_PX))
        height = max(height, min(framed.height() - bare.height(), _MAX_FRAME_PX))
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


def frame_of(window: QWidget) -> QRect:
    """The place of a window with its frame, on the screen.

    A widget remembers its frame, and now and then a wrong one from the moment at which the window
    manager gave it to the window. The window itself knows better.
    """
    handle = window.windowHandle()
    return handle.frameGeometry() if handle is not None else window.frameGeometry()


def keep_on_screen(window: QWidget) -> None:
    """Move a window that has grown back to where all of it is seen."""
    room, frame = window.screen().availableGeometry(), frame_of(window)
    if frame.isEmpty() or room.contains(frame):
        return
    x = max(room.left(), min(frame.left(), room.right() - frame.width() + 1))
    y = max(room.top(), min(frame.top(), room.bottom() - frame.height() + 1))
    handle = window.windowHandle()
    if handle is not None:
        # The widget would count from the frame that it remembers, and not every platform places
        # a frame: what is inside it is placed everywhere.
        handle.setPosition(QPoint(x, y) + handle.position() - frame.topLeft())
    else:
        window.move(x, y)


def keep_on_screen_once_framed(window: QWidget) -> None:
    """The same for a window that is just shown, which gets its frame from the window manager.

    A dialog is placed by it within the screen; a window of its own stays where it asked to be.
    """
    _once_framed(window, partial(keep_on_screen, window))


def keep_title_bar_on_screen(window: QWidget) -> None:
    """Move a dialog down that was just shown with its title bar above the screen.

    A window manager on a busy machine may place it before it knows the frame; nobody could take
    hold of it there. Beside and beneath the screen it stays: a person may have put it there.
    """

    def look() -> None:
        frame = frame_of(window)
        if not frame.isEmpty() and frame.top() < window.screen().availableGeometry().top():
            keep_on_screen(window)

    _once_framed(window, look)


def _once_framed(window: QWidget, look: Callable[[], None]) -> None:
    for delay_ms in _UNTIL_FRAMED_MS:
        QTimer.singleShot(delay_ms, window, look)


class FittingArea(QScrollArea):
    """As high as what it holds, so that nothing scrolls, until the screen has no more room.

    For the form of a dialog: its buttons stand beneath the area and stay on the screen.
    """

    def __init__(
        self, content: QWidget, *, beside: int, least_px: int = 0, parent: QWidget | None = None
    ) -> None:
        """An area around ``content``.

        :param beside: the height of everything else in the window, in units of the grid
        :param least_px: the width below which it does not go, where it holds less than that
        """
        super().__init__(parent)
        self._least_px = least_px
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
        least = content.minimumSizeHint()
        if content.hasHeightForWidth():
            wanted = content.heightForWidth(max(self.viewport().width(), least.width()))
        else:
            wanted = content.sizeHint().height()
        # What it cannot do without can be more: an empty label has no height for its width.
        return max(wanted, least.height())

    def sizeHint(self) -> QSize:
        return QSize(self._content.sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        # With the bar, which takes its room once there is more than fits.
        bar = self.verticalScrollBar().sizeHint().width()
        width = self._content.minimumSizeHint().width() + bar
        return QSize(max(width, self._least_px), self._height())

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


class WrappingRow(QLayout):
    """Items side by side, each as wide as it likes; on a narrow page, one line under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        # Without a parent it is a part of another layout.
        if parent is None:
            super().__init__()
        else:
            super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(GRID)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._arrange(area, moves=True)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(len(sizes) - 1, 0)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        smallest = QSize()
        for item in self._items:
            if not item.isEmpty():
                smallest = smallest.expandedTo(item.minimumSize())
        return smallest

    def _arrange(self, area: QRect, *, moves: bool) -> int:
        """Put the items into lines, and tell how high these are."""
        x, y, line_height = area.x(), area.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(area.width(), 1 << 20))
            size = size.expandedTo(item.minimumSize())
            if x > area.x() and x + size.width() > area.right() + 1:
                x, y, line_height = area.x(), y + line_height + self.spacing(), 0
            if moves:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            line_height = max(line_height, size.height())
        return y + line_height - area.y()
