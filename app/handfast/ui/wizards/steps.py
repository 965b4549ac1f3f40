"""The list of steps at a wizard's side: where one is, what is done, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QSizePolicy,
    QStyle,
    QStyleOptionFocusRect,
    QVBoxLayout,
    QWidget,
)

from handfast.ui.wizards.look import GRID, blend, paint_mark, quiet_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

_WORDS = {
    "current": "this step",
    "done": "done",
    "problem": "has a problem",
    "ahead": "not yet",
}


class StepButton(QAbstractButton):
    """One step; pressing it goes there where the steps before allow it."""

    def __init__(self, title: str, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self._state = "ahead"
        self.setText(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_state("ahead", reachable=False)

    @property
    def state(self) -> str:
        """``current``, ``done``, ``problem`` or ``ahead``."""
        return self._state

    def set_state(self, state: str, *, reachable: bool) -> None:
        self._state = state
        self.setEnabled(reachable or state == "current")
        self.setAccessibleName(f"Step {self._number}: {self.text()}, {_WORDS[state]}")
        self.update()

    def sizeHint(self) -> QSize:
        font = self.font()
        font.setBold(True)
        width = self.fontMetrics().horizontalAdvance(self.text()) * 11 // 10
        return QSize(width + 7 * GRID, max(4 * GRID, self.fontMetrics().height() + 2 * GRID))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(GRID, 2, -GRID, -2)
        text = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)
        window = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
        accent = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._state == "current":
            painter.setBrush(blend(accent, window, 0.18))
            painter.drawRoundedRect(area, 6, 6)
        elif self.isEnabled() and self.underMouse():
            painter.setBrush(blend(text, window, 0.07))
            painter.drawRoundedRect(area, 6, 6)
        mark = QRectF(area.left() + GRID, area.center().y() - GRID, 2 * GRID, 2 * GRID)
        font = self.font()
        if self._state == "done":
            paint_mark(painter, mark, "ok", palette)
        elif self._state == "problem":
            paint_mark(painter, mark, "error", palette)
        else:
            self._paint_number(painter, mark, current=self._state == "current")
        font.setBold(self._state == "current")
        painter.setFont(font)
        painter.setPen(text if self._state != "ahead" else quiet_color(palette))
        words = area.adjusted(4 * GRID, 0, -GRID // 2, 0)
        elided = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            option.rect = area.toRect()
            self.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self
            )
        painter.end()

    def _paint_number(self, painter: QPainter, mark: QRectF, *, current: bool) -> None:
        palette = self.palette()
        active = QPalette.ColorGroup.Active
        ring = mark.adjusted(1, 1, -1, -1)
        font = self.font()
        font.setPixelSize(10)
        font.setBold(True)
        painter.setFont(font)
        if current:
            painter.setBrush(palette.color(active, QPalette.ColorRole.Highlight))
            painter.drawEllipse(ring)
            painter.setPen(palette.color(active, QPalette.ColorRole.HighlightedText))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(quiet_color(palette), 1.2))
            painter.drawEllipse(ring)
        painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(self._number))


class StepList(QWidget):
    """All steps of a wizard, one under the other."""

    #: Index of the step that was pressed.
    chosen = Signal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wizardSteps")
        self.setAccessibleName("Steps")
        # A side of its own: the shade of lists, as in the settings of most desktops.
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2 * GRID, 0, 2 * GRID)
        layout.setSpacing(0)
        self.buttons: list[StepButton] = []
        for index, title in enumerate(titles):
            button = StepButton(title, index + 1, self)
            button.setObjectName(f"wizardStep{index + 1}")
            button.clicked.connect(lambda _checked=False, at=index: self.chosen.emit(at))
            layout.addWidget(button)
            self.buttons.append(button)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(max(25 * GRID, super().sizeHint().width()), super().sizeHint().height())

    def show_states(self, states: Sequence[str], reachable: Sequence[bool]) -> None:
        for button, state, can_go in zip(self.buttons, states, reachable, strict=True):
            button.set_state(state, reachable=can_go)
