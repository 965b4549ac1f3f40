"""How a rehearsal went: the verdict, the causes, the lanes, and folded what is behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.flows.handshake.rehearsal_report import chain_lines, verdict, view_lines
from handfast.handshake.report.story import is_connected, is_one_way
from handfast.ui.rehearsal.cause_list import CausesList
from handfast.ui.rehearsal.lanes import Lanes
from handfast.ui.widgets.fold import Fold
from handfast.ui.widgets.style import GRID, fixed_font
from handfast.ui.widgets.value_rows import heading, verdict_head
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report, View
    from handfast.ui.rehearsal.cause_list import WaysOut


class RehearsalResult(QWidget):
    """A report, drawn."""

    remedy_chosen = Signal(object)
    way_chosen = Signal(str)

    def __init__(
        self,
        report: Report,
        client: Party,
        server: Party,
        parent: QWidget | None = None,
        *,
        ways: WaysOut | None = None,
        ways_first: bool = False,
        causes_first: bool = False,
        is_live: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rehearsalResult")
        self.report = report
        text = verdict(report)
        self.setAccessibleName(text)
        is_partial = is_one_way(report) or bool(report.unknown)
        head = verdict_head(
            text,
            "error" if not report.ok else "warning" if is_partial else "ok",
            name="rehearsalVerdict",
            parent=self,
            mark_name="rehearsalMark",
        )
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addLayout(head)
        self.lanes = Lanes(report, client, server, self)
        # Where nobody was reached there is no story.
        self.lanes.setVisible(is_connected(report))
        lines.addWidget(self.lanes)
        if report.causes:
            names = {party.side: party.name for party in (client, server)}
            causes = CausesList(
                report, self, ways=ways, ways_first=ways_first, names=names, is_live=is_live
            )
            causes.remedy_chosen.connect(self.remedy_chosen)
            causes.way_chosen.connect(self.way_chosen)
            # What to change is in sight, and not beneath thirteen steps.
            lines.insertWidget(1 if not report.ok else lines.count() - causes_first, causes)
        for note in report.notes:
            lines.addWidget(WrapLabel(tr("Not every program agrees: {note}", note=note.message)))
        for sentence in report.unknown:
            lines.addWidget(WrapLabel(tr("Unknown: {what}", what=sentence), shade="quiet"))
        folds = QVBoxLayout()
        folds.setSpacing(GRID // 2)
        # Where nobody was reached, nothing was presented.
        if is_connected(report) and (report.chains or report.choice):
            folds.addWidget(self._fold("rehearsalChains", tr("Certificate chains"),
                                       self._chains))  # fmt: skip
        for side, view in (("client", report.client), ("server", report.server)):
            if view_lines(view):
                folds.addWidget(self._log_fold(side, view))
        lines.addLayout(folds)
        if report.opinion:
            lines.addWidget(
                WrapLabel(tr("Handshake library: {opinion}", opinion=report.opinion), shade="quiet")
            )
        lines.addStretch(1)

    def _fold(self, name: str, title: str, make: Callable[[], QWidget]) -> Fold:
        fold = Fold(title, make, self)
        fold.button.setObjectName(name)
        return fold

    def _log_fold(self, side: str, view: View) -> Fold:
        title = tr("Log of the client") if side == "client" else tr("Log of the server")

        def make() -> QWidget:
            log = QPlainTextEdit("\n".join(view_lines(view)))
            log.setObjectName(f"rehearsalLogText{side.title()}")
            log.setAccessibleName(title)
            log.setReadOnly(True)
            log.setTabChangesFocus(True)
            log.setFont(fixed_font(self.font()))
            rows = min(16, max(4, log.blockCount())) + 1
            log.setFixedHeight(rows * log.fontMetrics().lineSpacing() + 2 * GRID)
            return log

        return self._fold(f"rehearsalLog{side.title()}", title, make)

    def _chains(self) -> QWidget:
        page = QWidget()
        lines = QVBoxLayout(page)
        lines.setContentsMargins(3 * GRID, 0, 0, 0)
        lines.setSpacing(GRID // 2)
        for chain in self.report.chains:
            if chain.links:
                lines.addWidget(
                    heading(
                        tr("Certificates that the client presents")
                        if chain.presenter == "client"
                        else tr("Certificates that the server presents")
                    )
                )
                for depth, text in enumerate(chain_lines(chain)):
                    line = WrapLabel(text)
                    line.setContentsMargins(2 * GRID * depth, 0, 0, 0)
                    lines.addWidget(line)
        if self.report.choice:
            lines.addWidget(WrapLabel(self.report.choice))
        if self.report.asked_for:
            lines.addWidget(heading(tr("Issuers that the server requests")))
            for name in self.report.asked_for:
                lines.addWidget(WrapLabel(name, shade="quiet"))
        return page
