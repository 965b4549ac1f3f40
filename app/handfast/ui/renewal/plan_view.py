"""A proven plan, drawn: the verdict, the time line, who does what when, and every rehearsal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.flows.renewal.plan_words import (
    capitalized,
    risk_words,
    step_time,
    step_words,
    verdict_words,
)
from handfast.handshake.rollover import Generation
from handfast.services.describe.validity import date_text
from handfast.ui.renewal.time_line import TimeLine
from handfast.ui.widgets.fold import Fold
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine, heading, verdict_head
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.flows.renewal.plan_words import Names
    from handfast.flows.renewal.rolling_over import Span
    from handfast.handshake.rollover import RehearsedMoment, RolloverPlan

_GENERATIONS = {Generation.OLD: tr("old"), Generation.NEW: tr("new")}


class PlanView(QWidget):
    """The plan of one roll-over."""

    def __init__(
        self,
        plan: RolloverPlan,
        spans: Sequence[Span],
        names: Names,
        now: datetime | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.plan, self._names = plan, names
        self.setObjectName("rollOverPlan")
        text = verdict_words(plan)
        self.setAccessibleName(text)
        head = verdict_head(text, "ok" if plan.ok else "error", name="rollOverVerdict", parent=self)
        latest = [each.latest for each in plan.switches if each.latest is not None]
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addLayout(head)
        lines.addWidget(
            TimeLine(
                spans,
                now or datetime.now(UTC),
                plan.window,
                min(latest) if latest and plan.window is not None else None,
            )
        )
        if plan.risks:
            lines.addWidget(heading(tr("What would prevent it")))
            for risk in plan.risks:
                lines.addWidget(StateLine("warning", risk_words(risk, names), self))
        lines.addWidget(heading(tr("Who does what, and when")))
        lines.addLayout(self._steps())
        fold = Fold(tr("Every rehearsal"), self._matrix, self)
        fold.button.setObjectName("rollOverMatrix")
        lines.addWidget(fold)
        lines.addStretch(1)

    def _steps(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, step in enumerate(self.plan.steps, 1):
            when = WrapLabel(step_time(step, self.plan))
            when.setFixedWidth(28 * GRID)
            font = QFont(when.font())
            font.setWeight(QFont.Weight.DemiBold)
            when.setFont(font)
            said = WrapLabel(step_words(step, self._names))
            said.setObjectName(f"rollOverStep{number}")
            place = WrapLabel(f"{number}.")
            place.setFixedWidth(2 * GRID)
            grid.addWidget(place, number, 0, top)
            grid.addWidget(when, number, 1, top)
            grid.addWidget(said, number, 2)
        return grid

    def _matrix(self) -> QWidget:
        page = QWidget()
        page.setObjectName("rollOverMatrixTable")
        grid = QGridLayout(page)
        grid.setContentsMargins(3 * GRID, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(3, 1)
        for column, text in enumerate(
            (
                tr("From"),
                capitalized(self._names.client),
                capitalized(self._names.server),
                tr("Handshake"),
            )
        ):
            grid.addWidget(WrapLabel(text, shade="quiet", max_lines=1), 0, column)
        for row, cell in enumerate(self.plan.matrix, 1):
            for column, text in enumerate(
                (date_text(cell.at), _GENERATIONS[cell.client], _GENERATIONS[cell.server])
            ):
                label = WrapLabel(text, max_lines=1)
                label.setMinimumWidth(12 * GRID)
                grid.addWidget(label, row, column)
            grid.addWidget(StateLine("ok" if cell.ok else "error", _cell_words(cell), page), row, 3)
        return page


def _cell_words(cell: RehearsedMoment) -> str:
    if cell.ok:
        return tr("works")
    return cell.causes[0].message if cell.causes else tr("fails")
