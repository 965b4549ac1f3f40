"""The rehearsal: a window beside the stores, so that one can look things up in the meantime."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.flows.base import SummaryLine
from handfast.flows.handshake.rehearsal import RehearsalFlow
from handfast.flows.handshake.rehearsal_report import SIDES, report_page
from handfast.ui.rehearsal.cause_ways import CauseWays
from handfast.ui.rehearsal.lanes import store_lines
from handfast.ui.rehearsal.party_form import RehearsalSetup
from handfast.ui.rehearsal.result import RehearsalResult
from handfast.ui.rehearsal.trial import TrialWindow
from handfast.ui.widgets.window_layout import resize_to_fit, rule, stacked_lines
from handfast.ui.widgets.window_services import open_stores

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QWidget

    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.causes import Action, Cause
    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report
    from handfast.ui.widgets.window_services import Document, Workspace


#: The way out by which another keystore is verified with.
_TRUSTER = "truster"
_HINT = tr(
    "A real handshake between the two, in memory: nothing is sent, and no key is written to "
    "disk. You see every step, who performed it, and, for the first that fails, what to "
    "change. For a partner, the file with their certificate is enough."
)


class RehearsalWindow(TrialWindow):
    """The form above, the story beneath."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent, prefix="rehearsal", title=tr("Rehearse Mutual TLS"))
        self.flow = RehearsalFlow(open_stores(workspace, None))
        self.shown: RehearsalResult | None = None
        #: The commands that mend a cause.
        self.ways = CauseWays(self.flow.at_hand, self)
        self.setup = RehearsalSetup(self.flow, workspace.jobs, self)
        self.setup.run_requested.connect(self.run)
        self._make_story(_HINT, again=tr("Rehearse &Again"))
        lines = stacked_lines(self)
        lines.addWidget(self.setup)
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self.outdated)
        lines.addWidget(self.unsaved)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._foot(tr("Save As &PDF…")))
        resize_to_fit(self, (128, 112), least=(92, 60))
        workspace.documents_changed.connect(self._documents_changed)
        self._show_state()

    # --- running --------------------------------------------------------------------

    def run(self) -> None:
        """Rehearse off the GUI thread."""
        problems = self.flow.problems()
        if problems:
            self.setup.show_problems(problems)
            return
        self._begin(
            self.flow.prepared(),
            (self.flow.party("client"), self.flow.party("server")),
            tr("Rehearsing…"),
        )

    def _drawn(self, report: Report, client: Party, server: Party) -> QWidget:
        self.shown = RehearsalResult(
            report, client, server, parent=self, ways=self._ways, ways_first=True
        )
        self.shown.remedy_chosen.connect(self.apply)
        self.shown.way_chosen.connect(self._go_way)
        return self.shown

    def _show_state(self) -> None:
        super()._show_state()
        is_running = self._job is not None
        self.setup.run.setEnabled(not is_running)

    def _ways(self, cause: Cause) -> list[tuple[str, str]]:
        """What else can be done about a cause: another keystore, or a command that mends one."""
        ways = []
        found = self.flow.truster_instead(cause)
        if found is not None:
            # It is open and holds the certificate: better than one more copy.
            name = shorten(found.title, 40).replace("&", "&&")
            words = tr("Use {name} as the Trust Store and Rehearse Again", name=name)
            ways.append((_TRUSTER, words))
        return ways + self.ways.of(cause)

    def _go_way(self, name: str) -> None:
        if name == _TRUSTER:
            self._use_truster()
            return
        self.ways.go(name)

    def _use_truster(self) -> None:
        causes = self.shown.report.causes if self.shown is not None else ()
        for cause in causes:
            if self.flow.truster_instead(cause) is not None:
                self.flow.use_truster(cause)
                self.setup.refresh()
                self.run()
                return

    # --- remedies -------------------------------------------------------------------

    def apply(self, action: Action) -> None:
        """Carry a remedy out in the tab of its store, and rehearse again."""
        if action.kind == "choose":
            self.flow.choose_alias(action.side, action.alias)
            self.setup.refresh()
            self.run()
            return
        self._remedying.apply(action, getattr(self.flow.draft, f"{action.side}_{action.store}"))

    def _known(self, key: str) -> OpenStore | None:
        return self.flow.catalogue.find(key)

    def _remedied(self, document: Document) -> None:  # noqa: ARG002 - it is in the flow by its key
        self.flow.set_stores(open_stores(self._workspace, None))
        self.run()

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.setup.refresh()

    def _host_called(self) -> str:
        return self.flow.draft.host.strip()

    def _keys_used(self) -> tuple[str, ...]:
        draft = self.flow.draft
        return (draft.client_keys, draft.client_trust, draft.server_keys, draft.server_trust)

    # --- sending it along -----------------------------------------------------------

    def page(self) -> str:
        """The report as HTML."""
        if self.shown is None or self._parties is None:
            return ""
        draft = self.flow.draft
        lines = [
            SummaryLine(label=SIDES[party.side], value="; ".join(store_lines(party)))
            for party in self._parties
        ]
        lines.append(SummaryLine(label=tr("Host name"), value=draft.host or tr("not checked")))
        when = f"{draft.at:%Y-%m-%d %H:%M} UTC" if draft.at is not None else tr("now")
        lines.append(SummaryLine(label=tr("As of"), value=when))
        return report_page(self.shown.report, lines, datetime.now(UTC))

    def closeEvent(self, event: QCloseEvent) -> None:
        for field in self.setup.fields.values():
            field.closing()
        super().closeEvent(event)
