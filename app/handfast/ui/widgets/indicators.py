"""Boxes to tick and circles to choose that can be seen in the dark.

Where a platform has no look of its own, Qt's Fusion draws their outline darker than the window,
whatever the window's color is: on a dark one an empty box is nearly the window itself. It has no
role in the palette for it, so the outline is drawn here again, in a shade that can be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QRadioButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from handfast.ui.widgets.style import blend, is_dark

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
    from PySide6.QtGui import QColor, QPaintEvent
    from PySide6.QtWidgets import QWidget

#: Of the text over the window: three to one against it, as WCAG 1.4.11 asks of a control.
_SHARE = 0.55


def needs_outline(style: QStyle, palette: QPalette) -> bool:
    """Whether the style draws the outline too dark to be seen."""
    return is_dark(palette) and style.name().lower() == "fusion"


def outline_color(palette: QPalette, group: QPalette.ColorGroup) -> QColor:
    """Seen on a dark window; fainter where the control is disabled."""
    text = palette.color(group, QPalette.ColorRole.WindowText)
    window = palette.color(group, QPalette.ColorRole.Window)
    return blend(text, window, _SHARE)


def _outline(painter: QPainter, area: QRect, colour: QColor, *, is_round: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1))
    inside = QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5)
    if is_round:
        painter.drawEllipse(inside)
    else:
        painter.drawRect(inside)


def _outline_button(button: QCheckBox | QRadioButton, part: QStyle.SubElement) -> None:
    palette, style = button.palette(), button.style()
    if not needs_outline(style, palette):
        return
    option = QStyleOptionButton()
    option.initFrom(button)
    area = style.subElementRect(part, option, button)
    painter = QPainter(button)
    # The style draws it in the accent for those who come with the keyboard.
    accented = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
    if option.state & accented != accented:
        colour = outline_color(palette, palette.currentColorGroup())
        _outline(painter, area, colour, is_round=isinstance(button, QRadioButton))
    painter.end()


class CheckBox(QCheckBox):
    """A box to tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _outline_button(self, QStyle.SubElement.SE_CheckBoxIndicator)


class RadioButton(QRadioButton):
    """A circle to choose by."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _outline_button(self, QStyle.SubElement.SE_RadioButtonIndicator)


class TickDelegate(QStyledItemDelegate):
    """The boxes in the rows of a table."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        widget = option.widget
        if widget is None or index.data(Qt.ItemDataRole.CheckStateRole) is None:
            return
        palette = widget.palette()
        if not needs_outline(widget.style(), palette):
            return
        filled = QStyleOptionViewItem(option)
        self.initStyleOption(filled, index)
        area = _tick_area(widget, filled)
        painter.save()
        _outline(painter, area, outline_color(palette, QPalette.ColorGroup.Active), is_round=False)
        painter.restore()


def _tick_area(widget: QWidget, option: QStyleOptionViewItem) -> QRect:
    part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
    return widget.style().subElementRect(part, option, widget)
