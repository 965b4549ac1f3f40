"""Rehearsing in the set-up, and carrying out the remedies in the stores that they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from handfast.core.errors import HandfastError
from handfast.flows.open_store import find_store
from handfast.ui.rehearsal.remedy_buttons import Remedying
from handfast.ui.widgets.window_services import open_stores

if TYPE_CHECKING:
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.handshake.report.causes import Action
    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report
    from handfast.ui.mutual_tls.rehearsal_page import RehearsalPage
    from handfast.ui.widgets.window_services import Document, RunningJob, Workspace


class Rehearsing(QObject):
    """Runs the handshake off the GUI thread and shows on the page what came of it."""

    rehearsed = Signal()

    def __init__(self, flow: SetUpFlow, page: RehearsalPage, workspace: Workspace) -> None:
        super().__init__(page)
        self._flow, self._page, self._workspace = flow, page, workspace
        self._job: RunningJob | None = None
        self._remedying = Remedying(
            workspace,
            lambda key: find_store((*flow.their_stores, *flow.stores), key),
            self,
        )
        self._remedying.applied.connect(self._remedied)
        self._remedying.failed.connect(page.show_error)
        self._remedying.waiting.connect(page.say)
        page.run_requested.connect(self.run)
        page.remedy_chosen.connect(self.apply)
        #: Whether a command was run elsewhere, so that our keystores may be others now.
        self._was_elsewhere = False
        page.ways.command_requested.connect(self._note_command)

    def run(self) -> None:
        """Try it; what was being tried is abandoned."""
        self.stop()
        self._remedying.forget()
        self._page.begin()
        flow = self._flow
        if self._was_elsewhere:
            self._was_elsewhere = False
            flow.set_stores(open_stores(self._workspace, None))
        try:
            # Here, and not in the thread: the stores may be edited in the meantime.
            parties = flow.parties()
        except HandfastError as error:
            self._page.show_error(error)
            return
        self._job = self._workspace.jobs.run(
            lambda progress: flow.rehearse(progress, parties),
            done=lambda report: self._done(report, parties),
            failed=self._page.show_error,
        )

    def _note_command(self) -> None:
        self._was_elsewhere = True

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _done(self, report: Report, parties: tuple[Party, Party]) -> None:
        self._job = None
        self._page.show_report(report, parties)
        self._flow.rehearsed(report, datetime.now(UTC))
        self.rehearsed.emit()

    def apply(self, action: Action) -> None:
        """Carry a remedy out in the store that it is about, save that, and rehearse again."""
        if action.kind == "choose":
            if action.side == self._flow.draft.role:
                self._flow.update(alias=action.alias)
            else:
                self._flow.their_alias = action.alias
            self.run()
            return
        self._remedying.apply(action, str(action.path))

    def _remedied(self, document: Document) -> None:
        name = document.path.name
        # The tab says what went wrong too, but it is behind the wizard.
        document.save(
            lambda: self._page.tell_saved(name),
            lambda error: self._page.tell_unsaved(name, error),
        )
        self._flow.set_stores(open_stores(self._workspace, None))
        self.run()
