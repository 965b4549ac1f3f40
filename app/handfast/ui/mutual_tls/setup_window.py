"""Set up mutual TLS with a partner, drawn: one wizard from nothing to a rehearsal."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Signal

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.core.password import EMPTY
from handfast.core.store import shorten
from handfast.flows.open_store import OpenStore
from handfast.flows.setup.flow import SetUpFlow
from handfast.flows.setup.saved_setup import keep
from handfast.ui.mutual_tls.pages import SetUpPages
from handfast.ui.mutual_tls.partnership_saving import Keeping
from handfast.ui.mutual_tls.results import (
    handover_result,
    import_result,
    pair_result,
    reply_result,
    request_result,
)
from handfast.ui.mutual_tls.setup_rehearsal import Rehearsing
from handfast.ui.widgets.secrets.password_line import lock_lines
from handfast.ui.widgets.window_services import (
    open_stores,
    put_into_document,
    usual_folder,
)
from handfast.ui.wizards.frame import Stage, WizardWindow
from handfast.ui.wizards.page import SummaryPage
from handfast.ui.wizards.reply import IssuerSearch, apply_reply
from handfast.ui.wizards.source_reading import SourceReading
from handfast.ui.wizards.steps import StepState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from handfast.core.entry import KeyPair, TrustedCertificate
    from handfast.flows.base import SummaryLine
    from handfast.flows.exchange.reply import ReplyOutcome
    from handfast.flows.target import TargetOutcome
    from handfast.services.files.opening import OpenedFile
    from handfast.services.partnerships import Partnership
    from handfast.ui.widgets.window_services import Document, Workspace
    from handfast.ui.wizards.ending import ResultPage
    from handfast.ui.wizards.page import Page

_TITLE = tr("Set Up Mutual TLS")
_DOES = {
    "make": tr("&Generate"),
    "request": tr("&Create the Request"),
    "chain": tr("&Import the Reply"),
    "handover": tr("&Write the Folder"),
    "import": tr("&Import"),
}


class SetUpWizard(WizardWindow):
    """Every step keeps what is known, so that the window can be closed at any."""

    #: The partnership was written to its file; its path.
    kept = Signal(object)
    #: It is kept elsewhere now; the path that it had.
    moved = Signal(object)

    finish_label = tr("&Close")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        known: Partnership | None = None,
        path: Path | None = None,
    ) -> None:
        flow = SetUpFlow(
            stores=open_stores(workspace, None),
            base=usual_folder(workspace),
            known=known,
            path=path,
            usual=workspace.usual,
        )
        self.setting_up = flow
        self._pages = SetUpPages(flow, workspace.jobs)
        self._results: dict[str, ResultPage] = {}
        self._going_to = ""
        self._is_leaving = False
        self._search: IssuerSearch | None = None
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=self._pages.all,
            title=_TITLE,
            parent=parent,
            document=None,
        )
        self.setObjectName("setUpWizard")
        self._keeping = Keeping(workspace.jobs, self)
        self._keeping.kept.connect(self._was_kept)
        self._keeping.failed.connect(self._not_kept)
        self._reading = SourceReading(flow.importing, self._pages.sources, workspace.jobs)
        self._reading.taken.connect(self._sources_taken)
        self._reading_reply = SourceReading(flow.replying, self._pages.reply, workspace.jobs)
        self._reading_reply.taken.connect(self._reply_taken)
        self._pages.reply.open_requested.connect(workspace.open_path)
        self._pages.reply.postponed.connect(self._go_on_meanwhile)
        self._pages.sources.compared.connect(self._compared)
        self._pages.check.said.connect(self.refresh_page)
        self._pages.pair.store_opened.connect(self._open)
        self._pages.unlock.store_opened.connect(self._open)
        self._pages.keystore.store_opened.connect(self._open)
        self._pages.truststore.store_opened.connect(self._open)
        self._pages.unlock.left_out.connect(self._do_without)
        self._rehearsing = Rehearsing(flow, self._pages.rehearsal, workspace)
        self._rehearsing.rehearsed.connect(self._rehearsed)
        self._pages.rehearsal.step_chosen.connect(self._go_to_step)
        #: The commands that mend what a rehearsal found.
        self.ways = self._pages.rehearsal.ways
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._keep_now)
        if known is None:
            self._enter(self._pages.index("partner"))
        else:
            self._take_up(known.page)

    def begin(self) -> None:
        # Where to begin is known once everything is there.
        pass

    # --- where one is -----------------------------------------------------------------

    def _take_up(self, left_at: str) -> None:
        """Go on where it was left, or at the first step before that something is missing at."""
        flow = self.setting_up
        steps = [page.step for page in self.pages if flow.applies(page.step)]
        first = flow.first_open()
        wanted = left_at if left_at in steps else first
        if first in steps and steps.index(first) < steps.index(wanted):
            wanted = first
        if wanted == "unlock":
            self._going_to = left_at
        for page in self.pages[: self._pages.index(wanted)]:
            page.visited = True
        self._enter(self._pages.index(wanted))

    def applies(self, page: Page) -> bool:
        return self.setting_up.applies(page.step)

    def is_behind(self, page: Page) -> bool:
        return page.visited and self.setting_up.is_behind(page.step)

    def widget_of(self, page: Page) -> QWidget:
        flow, step = self.setting_up, page.step
        if step == "handover":
            if flow.draft.handing != "folder" or flow.draft.sent_at is None:
                return page
            return self._result(step) or self._put_result(
                step, handover_result(flow.draft, self._hand_over_again)
            )
        if step == "request" and flow.draft.requested_at is not None:
            return self._result(step) or self._put_result(
                step, request_result(flow.draft, self._request_again)
            )
        if step == "chain" and flow.draft.replied_at is not None:
            return self._result(step) or self._put_result(step, reply_result(flow.draft, ""))
        return (self._result(step) if step in flow.done else None) or page

    def _result(self, step: str) -> ResultPage | None:
        return self._results.get(step)

    def _put_result(self, step: str, result: ResultPage) -> ResultPage:
        before = self._results.pop(step, None)
        if before is not None:
            self.stack.removeWidget(before)
            before.deleteLater()
        self._results[step] = result
        self.stack.addWidget(result)
        return result

    def _enter(self, index: int) -> None:
        page = self.pages[index]
        self._make(page)
        self._pages.prepare(page)
        if page.step == "chain" and self._search is None:
            self._search = IssuerSearch(
                self.setting_up.replying, self._pages.chain, self.workspace.jobs
            )
        super()._enter(index)
        if self.stack.currentWidget() is not page or type(page) is SummaryPage:
            self.foot.next.setFocus()
        partner = shorten(self.setting_up.draft.partner.strip(), 60)
        self.setWindowTitle(f"{_TITLE} – {partner}" if partner else _TITLE)
        if page.step == "rehearsal":
            self._rehearsing.run()
        if self.setting_up.path is not None:
            self._keep()

    def _state_of(self, index: int, page: Page) -> StepState:
        report = self.setting_up.report
        if page.step == "rehearsal" and index != self._at and report is not None and not report.ok:
            return StepState.PROBLEM
        if page.step == "reply" and index != self._at and self.setting_up.is_waiting:
            return StepState.SKIPPED
        is_chosen_only = page.step == "pair" and self.setting_up.draft.pair == "new"
        if is_chosen_only and index != self._at:
            # To choose a new pair is not to have one: the step is done when the pair is made.
            return StepState.AHEAD
        return super()._state_of(index, page)

    def _go_on_meanwhile(self) -> None:
        """The CA takes its time: go through what does not need its reply."""
        self.setting_up.goes_on_meanwhile = True
        self._enter(self._pages.index("certificates"))

    def _go_to_step(self, step: str) -> None:
        if step == "certificates":
            # Resumed, nobody may have come to it yet.
            self._make(self._pages.sources)
            self._pages.sources.text.clear()
            self.setting_up.importing.update(sources=())
        self._enter(self._pages.index(step))

    def _show_foot(self) -> None:
        super()._show_foot()
        step = self.page.step
        does = self.setting_up.has_work(step) and self._stage == Stage.FILLING
        self.foot.next.setText(_DOES[step] if does else tr("&Next"))
        self.foot.cancel.setText(tr("Cancel") if self._stage == Stage.RUNNING else tr("Close"))
        is_last = self._at == len(self.pages) - 1
        self.foot.cancel.setVisible(not is_last)

    # --- editing ----------------------------------------------------------------------

    def follow_edit(self, page: Page) -> None:
        if page.step == "certificates":
            self.setting_up.sources_changed()

    def summary_of(self, page: SummaryPage) -> tuple[Sequence[SummaryLine], str]:
        flow = self.setting_up
        return flow.summary_of(page.step), flow.command_of(page.step)

    def _sources_taken(self) -> None:
        self.setting_up.sources_changed()
        self.mark_edited()
        self.refresh_page()

    def _reply_taken(self) -> None:
        self.mark_edited()
        self.refresh_page()

    def _compared(self) -> None:
        self.setting_up.update(fingerprint_checked=True)
        self._keep()

    def _open(self, opened: OpenedFile) -> None:
        """A store that was read for this gets a tab, where its edits can be seen and undone."""
        path, store = opened.path.absolute(), opened.store
        self.workspace.show_opened(opened)
        self.setting_up.take_fresh(OpenStore.of_file(path, store))

    def _do_without(self, field: str) -> None:
        if field == "keystore":
            self.setting_up.update(pair="new")
        else:
            self.setting_up.update(truststore="")
            self.setting_up.importing.update(target="new")
        self._take_up("pair" if field == "keystore" else self._going_to)

    def _documents_changed(self) -> None:
        super()._documents_changed()
        if (
            self._stage == Stage.FILLING
            and self.page.step == "unlock"
            and not self.setting_up.closed
        ):
            self._take_up(self._going_to)

    def forget_secrets(self, why: str) -> None:
        """The stores were locked: go on here once they are open again."""
        lock_lines(self, why)
        if self._stage == Stage.FINISHED:
            self.close()
        if self._stage == Stage.FILLING:
            self.setting_up.set_stores(open_stores(self.workspace, None))
            if self.setting_up.forget_secrets():
                self.say_forgotten()
            self._take_up(self._going_to if self.page.step == "unlock" else self.page.step)

    # --- doing what a step writes -------------------------------------------------------

    def go_next(self) -> None:
        flow, step = self.setting_up, self.page.step
        if flow.path is None and self._keeping.is_running:
            return
        if step == "unlock" and self._pages.unlock.give_typed():
            # Going on by itself once they fit.
            return
        if self._stage != Stage.FILLING or not flow.can_leave(step):
            super().go_next()
        elif step == "partner" and (flow.path is None or flow.is_to_move):
            self._keep(super().go_next)
        elif flow.has_work(step):
            self._work(step)
        else:
            super().go_next()

    def _work(self, step: str) -> None:
        flow = self.setting_up
        match step:
            case "make":
                note = tr("Large RSA keys take a while: two suitable prime numbers must be found.")
                self.start(flow.generating.run, self._made, tr("Generating the key pair"), note)
            case "request":
                self.start(lambda _: flow.request(), self._requested, tr("Creating the request"))
            case "chain":
                self.start(flow.replying.run, self._replied, tr("Importing the reply"))
            case "handover":
                self.start(lambda _: flow.hand_over(), self._handed_over, tr("Writing the folder"))
            case "import":
                self.start(flow.importing.run, self._imported, tr("Importing"))

    def _ended(self) -> None:
        self._job = None
        self.running.end()

    def _made(self, outcome: TargetOutcome[KeyPair]) -> None:
        self._ended()
        command = self.setting_up.command_of("make")
        try:
            key, document = self._put(outcome)
        except HandfastError as error:
            self.fail(error)
            return
        self.setting_up.pair_made(key, outcome.entries[0])
        # It protects the store now, and is of no more use here.
        self.setting_up.generating.update(password=EMPTY, password_again=EMPTY)
        self._put_result("make", pair_result(self.setting_up.draft, command, document))
        self._written()

    def _requested(self, path: Path) -> None:
        self._ended()
        self.setting_up.requested(path, datetime.now(UTC))
        result = request_result(self.setting_up.draft, self._request_again)
        self._put_result("request", result)
        self._written()

    def _request_again(self) -> None:
        self.setting_up.update(requested_at=None)
        self._enter(self._pages.index("request"))

    def _replied(self, outcome: ReplyOutcome) -> None:
        self._ended()
        command = self.setting_up.command_of("chain")
        try:
            document = apply_reply(self.workspace, outcome)
        except HandfastError as error:
            self.fail(error)
            return
        document.save()
        self.setting_up.set_stores(open_stores(self.workspace, None))
        self.setting_up.replied(datetime.now(UTC))
        self._put_result("chain", reply_result(self.setting_up.draft, command))
        self._written()

    def _handed_over(self, _paths: tuple[Path, ...]) -> None:
        self._ended()
        self.setting_up.handed_over(datetime.now(UTC))
        draft = self.setting_up.draft
        self._put_result("handover", handover_result(draft, self._hand_over_again))
        self._written()

    def _hand_over_again(self) -> None:
        self.setting_up.update(sent_at=None)
        self._enter(self._pages.index("handover"))

    def _imported(self, outcome: TargetOutcome[TrustedCertificate]) -> None:
        self._ended()
        command = self.setting_up.command_of("import")
        outdated = self.setting_up.outdated
        try:
            key, document = self._put(outcome, outdated)
        except HandfastError as error:
            self.fail(error)
            return
        self.setting_up.imported(key, outcome.entries)
        self.setting_up.importing.update(password=EMPTY, password_again=EMPTY)
        aliases = [each.alias for each in outcome.entries]
        self._put_result("import", import_result(self.setting_up.draft, aliases, command, document))
        self._written()

    def _put(
        self,
        outcome: TargetOutcome[Any],
        instead_of: TrustedCertificate | None = None,
    ) -> tuple[str, Document | None]:
        """Open the new store, or save the open one; its key."""
        if outcome.opened is not None:
            self._open(outcome.opened)
            return str(outcome.opened.path.absolute()), None
        document = put_into_document(
            self.workspace,
            outcome.existing,
            outcome.label,
            outcome.entries,
            instead_of=(instead_of,) if instead_of is not None else (),
        )
        document.save()
        return outcome.existing, document

    def _written(self) -> None:
        """Back to the step, which now says what it wrote."""
        # What was opened and closed while it was being done went unheard.
        self.setting_up.set_stores(open_stores(self.workspace, None))
        self._stage = Stage.FILLING
        self._enter(self._at)
        self.foot.next.setFocus()

    def _rehearsed(self) -> None:
        self._keep()
        self.refresh_page()

    # --- keeping and leaving ----------------------------------------------------------------

    def _keep(self, then: Callable[[], None] = lambda: None) -> None:
        flow = self.setting_up
        before = flow.path if flow.is_to_move else None
        self._keeping.write(flow.kept(self.page.step), flow.place, then, before)

    def _keep_now(self) -> None:
        """The program ends while this is open: nobody waits for a thread any more."""
        if self.setting_up.path is not None and self.isVisible():
            with contextlib.suppress(HandfastError):
                flow = self.setting_up
                keep(flow.kept(self.page.step), flow.place, instead_of=flow.path)

    def _was_kept(self, path: Path) -> None:
        before = self.setting_up.path
        self.setting_up.path = path
        if before is not None and before != path:
            self.moved.emit(before)
        self._was_edited = False
        self.foot.said.set_shade("quiet")
        self.foot.said.setText("")
        self.kept.emit(path)

    def _not_kept(self, error: HandfastError) -> None:
        self.foot.said.set_shade("error")
        self.foot.said.setText(f"{error.problem} {error.remedy}".strip())
        if self._is_leaving:
            self._is_leaving = False
            self.foot.ask()

    def finish(self) -> None:
        self.reject()

    def reject(self) -> None:
        """Close; what is known stays in its file. Ask only where it cannot be kept."""
        flow = self.setting_up
        if self._job is not None or self.foot.is_asking:
            super().reject()
        elif flow.path is not None or (self._was_edited and flow.can_leave("partner")):
            self._is_leaving = True
            self._keep(self._close_for_good)
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._rehearsing.stop()
        self._reading.stop()
        self._reading_reply.stop()
        if self._search is not None:
            self._search.stop()
        self._pages.closing()
        super().done(result)
