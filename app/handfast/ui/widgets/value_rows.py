"""What every page of the pane is put together from: headings, facts, states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.core.visible_text import alias_text
from handfast.services.describe.validity import Validity, expiry_text
from handfast.ui.widgets.style import GRID, fixed_font, heading_font, paint_mark, plain, quiet_color
from handfast.ui.widgets.values import COPY_HEIGHT, CopyableValue
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from handfast.core.certificates.certificate import Certificate

LABEL_WIDTH = 13 * GRID
STATE_MARKS = {
    Validity.VALID: "ok",
    Validity.EXPIRING: "warning",
    Validity.EXPIRED: "error",
    Validity.NOT_YET_VALID: "warning",
    Validity.UNKNOWN: "error",
}
#: The same in the family of icons, for rows of lists.
STATE_ICONS = {
    Validity.VALID: "ok",
    Validity.EXPIRING: "expiring",
    Validity.EXPIRED: "expired",
    Validity.NOT_YET_VALID: "warning",
    Validity.UNKNOWN: "damaged",
}


def state_text(certificate: Certificate, state: Validity, at: datetime) -> str:
    """A certificate's state in words."""
    words = expiry_text(certificate, at)
    match state:
        case Validity.VALID:
            return tr("Valid, expires {when}", when=words)
        case Validity.EXPIRING:
            return tr("Expires soon: {when}", when=words)
        case Validity.EXPIRED:
            return words[0].upper() + words[1:]
        case Validity.NOT_YET_VALID:
            return tr("Not valid yet, {when}", when=words)
    if not certificate.is_readable:
        return tr("This certificate cannot be read")
    return tr("Its dates cannot be read")


def lowered_state_text(certificate: Certificate, state: Validity, at: datetime) -> str:
    """The same inside a line, after something else."""
    words = expiry_text(certificate, at)
    match state:
        case Validity.VALID:
            return tr("valid, expires {when}", when=words)
        case Validity.EXPIRING:
            return tr("expires soon: {when}", when=words)
        case Validity.EXPIRED:
            return words
        case Validity.NOT_YET_VALID:
            return tr("not valid yet, {when}", when=words)
    return tr("its dates cannot be read")


class Mark(QWidget):
    """A small sign: ``ok``, ``warning``, ``error``, or ``locked``."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(2 * GRID, max(2 * GRID, self.fontMetrics().lineSpacing()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(0, (self.height() - 16) / 2, 16, 16)
        if self.kind == "locked":
            _paint_lock(painter, area, self.palette())
        else:
            paint_mark(painter, area, self.kind, self.palette())
        painter.end()


def _paint_lock(painter: QPainter, area: QRectF, palette: QPalette) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = quiet_color(palette)
    centre = area.center()
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shackle = QRectF(centre.x() - 3.2, centre.y() - 6.6, 6.4, 7.5)
    painter.drawArc(shackle, 0, 180 * 16)
    for x in (shackle.left(), shackle.right()):
        painter.drawLine(QPointF(x, centre.y() - 3), QPointF(x, centre.y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(centre.x() - 5.5, centre.y() - 1, 11, 8), 1.5, 1.5)


class StateLine(QWidget):
    """A mark and what it means, in words."""

    def __init__(self, kind: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = Mark(kind, self)
        self.label = WrapLabel(text, parent=self)
        self.label.setAccessibleName(text)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(GRID)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self.mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 0, 1)


def caption(text: str) -> WrapLabel:
    """A quiet line above a heading or beside a value."""
    return WrapLabel(text, shade="quiet")


def title(text: str) -> WrapLabel:
    """The name of a page, large; at most three lines of it."""
    label = WrapLabel(text, max_lines=3)
    label.setObjectName("detailsTitle")
    label.setFont(heading_font(label.font(), larger_by=6))
    label.setToolTip(plain(text if len(text) > 40 else ""))
    return label


def name_title(label: str, text: str) -> CopyableValue:
    """A title that is a name, to copy."""
    return CopyableValue(label, text, view=title(text))


def kind_line(kind: str, alias: str) -> CopyableValue:
    """What is shown and its alias, which can be copied, above the title."""
    text = f"{kind} · {alias_text(alias)}"
    view = WrapLabel(text, shade="quiet", max_lines=2)
    view.setObjectName("detailsKind")
    view.setToolTip(plain(alias_text(alias) if len(alias) > 40 else ""))
    made = CopyableValue(tr("Alias"), alias, view=view)
    view.setAccessibleName(text)
    return made


def verdict_head(
    text: str, kind: str, *, name: str, parent: QWidget, mark_name: str = ""
) -> QHBoxLayout:
    """The answer at the head of a result, in large type, with its mark before it.

    :param kind: of the mark, as :class:`Mark` has it
    :param name: the object name of the answer; ``mark_name`` that of the mark
    """
    answer = WrapLabel(text)
    answer.setObjectName(name)
    answer.setFont(heading_font(parent.font(), larger_by=4))
    mark = Mark(kind, parent)
    mark.setObjectName(mark_name)
    mark.setFont(answer.font())
    head = QHBoxLayout()
    head.setSpacing(GRID)
    head.addWidget(mark)
    head.addWidget(answer, 1)
    return head


def heading(text: str) -> QLabel:
    """Above a group of things."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label


class _Fact(QWidget):
    """A label and its value, beside it or beneath it."""

    def __init__(self, label: str, value: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = WrapLabel(label, shade="quiet", parent=self)
        self.name.setBuddy(value)
        # The first line of a value is as high as its copy button.
        drop = max(0, (COPY_HEIGHT - self.name.fontMetrics().lineSpacing() + 1) // 2)
        self.name.setContentsMargins(0, drop, 0, 0)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self.name, 0, Qt.AlignmentFlag.AlignTop)
        self._box.addWidget(value, 1)
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        if narrow:
            self._box.setDirection(QBoxLayout.Direction.TopToBottom)
            self._box.setSpacing(0)
            self.name.setMinimumWidth(0)
            self.name.setMaximumWidth(LABEL_WIDTH * 2)
        else:
            self._box.setDirection(QBoxLayout.Direction.LeftToRight)
            self._box.setSpacing(2 * GRID)
            self.name.setFixedWidth(LABEL_WIDTH)


class Facts(QWidget):
    """Labels and values in two columns, or one above the other where it is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._is_narrow = False
        self._facts: list[_Fact] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)

    @property
    def is_narrow(self) -> bool:
        """Whether labels stand above their values."""
        return self._is_narrow

    def add(self, label: str, value: QWidget) -> None:
        fact = _Fact(label, value, self)
        fact.set_narrow(narrow=self._is_narrow)
        self._facts.append(fact)
        self._column.addWidget(fact)

    def add_values(self, label: str, values: list[QWidget]) -> None:
        """Several values under one label, close together."""
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for value in values:
            column.addWidget(value)
        self.add(label, holder)

    def set_narrow(self, narrow: bool) -> None:
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            for fact in self._facts:
                fact.set_narrow(narrow=narrow)


class RowsDelegate(QStyledItemDelegate):
    """Rows with some air, of one height whatever font is in them."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), row_height(self.parent()))


def row_height(view: object) -> int:
    """Of the rows in lists and trees of the pane."""
    metrics = view.fontMetrics() if isinstance(view, QWidget) else QFontMetrics(QFont())
    return max(metrics.lineSpacing(), QFontMetrics(fixed_font(QFont())).lineSpacing()) + GRID


def fit_rows(view: QListWidget, *, most: int) -> None:
    """As high as its rows, up to so many, and no bar at its foot for long ones."""
    view.setItemDelegate(RowsDelegate(view))
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
    rows = min(view.count(), most)
    view.setFixedHeight(rows * row_height(view) + 2 * view.frameWidth())


def more_button(text: str) -> QToolButton:
    """Unfolds the rest of a long list."""
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setArrowType(Qt.ArrowType.RightArrow)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
