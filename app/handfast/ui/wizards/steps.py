"""The list of steps at a wizard's side: where one is, what is done, what is wrong."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID, blend, paint_mark, quiet_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from handfast.flows.base import FlowStep


class StepState(Enum):
    """How a step is, as its mark shows."""

    CURRENT = auto()
    DONE = auto()
    #: One went beyond it without doing what it is for.
    SKIPPED = auto()
    PROBLEM = auto()
    AHEAD = auto()


_WORDS = {
    StepState.CURRENT: tr("this step"),
    StepState.DONE: tr("done"),
    StepState.SKIPPED: tr("skipped"),
    StepState.PROBLEM: tr("has a problem"),
    StepState.AHEAD: tr("not yet"),
}
_MARKS = {StepState.DONE: "ok", StepState.SKIPPED: "warning", StepState.PROBLEM: "error"}


class StepButton(QAbstractButton):
    """One step; pressing it goes there where the steps before allow it."""

    def __init__(self, title: str, parent: QWidget, *, is_inner: bool = False) -> None:
        super().__init__(parent)
        self._is_inner = is_inner
        self._number = 0
        self._state = StepState.AHEAD
        self.setText(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_state(StepState.AHEAD, reachable=False)

    @property
    def state(self) -> StepState:
        return self._state

    def set_state(self, state: StepState, *, reachable: bool, number: int = 0) -> None:
        """Its state, and the number that it has; an inner one has that of the step it is in."""
        self._state = state
        self._number = number
        self.setEnabled(reachable or state is StepState.CURRENT)
        self.setAccessibleName(
            tr(
                "Step {number}: {title}, {state}",
                number=number,
                title=self.text(),
                state=_WORDS[state],
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        font = self.font()
        font.setBold(True)
        width = self.fontMetrics().horizontalAdvance(self.text()) * 11 // 10
        width += 2 * GRID if self._is_inner else 0
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
        if self._state is StepState.CURRENT:
            painter.setBrush(blend(accent, window, 0.18))
            painter.drawRoundedRect(area, 6, 6)
        elif self.isEnabled() and self.underMouse():
            painter.setBrush(blend(text, window, 0.07))
            painter.drawRoundedRect(area, 6, 6)
        if self._is_inner:
            area.adjust(2 * GRID, 0, 0, 0)
        mark = QRectF(area.left() + GRID, area.center().y() - GRID, 2 * GRID, 2 * GRID)
        font = self.font()
        if self._state in _MARKS:
            paint_mark(painter, mark, _MARKS[self._state], palette)
        else:
            self._paint_number(painter, mark, current=self._state is StepState.CURRENT)
        font.setBold(self._state is StepState.CURRENT)
        painter.setFont(font)
        painter.setPen(text if self._state is not StepState.AHEAD else quiet_color(palette))
        words = area.adjusted(4 * GRID, 0, -GRID // 2, 0)
        elided = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.end()

    def _paint_number(self, painter: QPainter, mark: QRectF, *, current: bool) -> None:
        palette = self.palette()
        active = QPalette.ColorGroup.Active
        ring = mark.adjusted(4, 4, -4, -4) if self._is_inner else mark.adjusted(1, 1, -1, -1)
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
        if not self._is_inner:
            painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(self._number))


class StepList(QWidget):
    """All steps of a wizard, one under the other."""

    #: Index of the step that was pressed.
    chosen = Signal(int)

    def __init__(self, steps: Sequence[FlowStep], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wizardSteps")
        self.setAccessibleName(tr("Steps"))
        # A side of its own: the shade of lists, as in the settings of most desktops.
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2 * GRID, 0, 2 * GRID)
        layout.setSpacing(0)
        self.buttons: list[StepButton] = []
        self._steps = tuple(steps)
        for index, step in enumerate(self._steps):
            button = StepButton(step.title, self, is_inner=step.is_inner)
            button.setObjectName(f"wizardStep{index + 1}")
            button.clicked.connect(lambda _checked=False, at=index: self.chosen.emit(at))
            layout.addWidget(button)
            self.buttons.append(button)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(max(25 * GRID, super().sizeHint().width()), super().sizeHint().height())

    def show_states(
        self, states: Sequence[StepState], reachable: Sequence[bool], applies: Sequence[bool]
    ) -> None:
        """How each is; those that do not apply now are left out, and not counted."""
        number = 0
        for at, (step, button) in enumerate(zip(self._steps, self.buttons, strict=True)):
            number += applies[at] and not step.is_inner
            button.set_state(states[at], reachable=reachable[at], number=number)
            button.setVisible(applies[at])
