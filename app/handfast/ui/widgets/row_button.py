"""A row to press: a picture, a name, and a quiet second line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import blend, quiet_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

_EDGE, _GAP, _PICTURE, _MARK = 8, 12, 24, 16
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class RowButton(QAbstractButton):
    """Long names and paths are shortened to the room there is; the tool tip has the whole."""

    def __init__(self, picture: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._beside = ""
        self._line = ""
        self._mark = ""
        self._wraps = False
        self.setText(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wrap(self) -> None:
        """Go on in a third line where the second has no room, rather than cut it."""
        self._wraps = True
        # Of a fixed height nothing is added to.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_words(self, line: str, *, beside: str = "", mark: str = "", picture: str = "") -> None:
        """The second line; what stands beside the name, such as a folder; the mark of a state."""
        self._line, self._beside, self._mark = line, beside, mark
        self._picture = picture or self._picture
        self.setAccessibleDescription(", ".join(part for part in (line, beside) if part))
        self.update()

    def line(self) -> str:
        """The second line, for tests."""
        return self._line

    def _name_font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _height(self, line_height: int) -> int:
        height = QFontMetrics(self._name_font()).height() + line_height
        return max(height + 4 + 2 * _EDGE, _PICTURE + 2 * _EDGE)

    def sizeHint(self) -> QSize:
        return QSize(320, self._height(self.fontMetrics().height()))

    def hasHeightForWidth(self) -> bool:
        return self._wraps

    def heightForWidth(self, width: int) -> int:
        metrics = self.fontMetrics()
        room = max(width - 2 * _EDGE - _PICTURE - _GAP - 2, 1)
        wrapped = metrics.boundingRect(QRect(0, 0, room, 0), _WRAPPED, self._line)
        return self._height(max(wrapped.height(), metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        area = self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        place = QRect(area.left(), 0, _PICTURE, _PICTURE)
        place.moveTop(area.center().y() - _PICTURE // 2)
        icon(self._picture).paint(painter, place, mode=mode)
        area.setLeft(place.right() + _GAP)
        self._paint_name(painter, area)
        self._paint_line(painter, area)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        text = palette.color(QPalette.ColorRole.WindowText)
        share = 0.14 if self.isDown() else 0.07 if self.underMouse() else 0.0
        if share and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(text, window, share))
            painter.drawRoundedRect(self.rect(), 6, 6)

    def _paint_name(self, painter: QPainter, area: QRect) -> None:
        font = self._name_font()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, area.width())
        baseline = area.top() + metrics.ascent()
        painter.drawText(area.left(), baseline, name)
        used = metrics.horizontalAdvance(name) + _GAP
        room = area.width() - used
        if self._beside and room > 48:
            painter.setFont(self.font())
            painter.setPen(quiet_color(self.palette()))
            plain = self.fontMetrics()
            shown = plain.elidedText(self._beside, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(area.left() + used, baseline, shown)

    def _paint_line(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self.font())
        painter.setPen(quiet_color(self.palette()))
        metrics = self.fontMetrics()
        baseline = area.bottom() - metrics.descent() + 1
        left = area.left()
        if self._mark:
            middle = baseline - metrics.ascent() // 2 + 1
            place = QRect(left, middle - _MARK // 2, _MARK, _MARK)
            icon(self._mark).paint(painter, place)
            left += _MARK + 4
        if self._wraps:
            top = area.top() + QFontMetrics(self._name_font()).height() + 4
            place = QRect(left, top, area.right() - left, self.rect().bottom() - top)
            painter.drawText(place, _WRAPPED, self._line)
            return
        room = area.right() - left
        line = metrics.elidedText(self._line, Qt.TextElideMode.ElideRight, room)
        painter.drawText(left, baseline, line)
