"""The frame of every wizard: steps at the side, the form beside them, and the way on beneath.

Not QWizard, which knows neither where one may jump nor what is wrong on a page one has left.
Nothing here is modal inside the wizard: problems stand beside their fields, questions in the foot.
"""

from __future__ import annotations

import itertools
from abc import abstractmethod
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.ui.widgets.error_panel import ErrorPanel
from handfast.ui.widgets.secrets.password_line import lock_lines
from handfast.ui.widgets.window_layout import resize_to_fit, rule
from handfast.ui.widgets.window_services import open_stores
from handfast.ui.wizards.ending import ResultPage, RunningPage
from handfast.ui.wizards.foot import Foot
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.steps import StepList, StepState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent

    from handfast.core.progress import Progress
    from handfast.flows.base import SummaryLine, WizardFlow
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Document, RunningJob, Workspace


class GoOn(Protocol):
    """Opens the other half of an exchange, once a wizard is done."""

    def __call__(
        self, half: Half, *, document: Document | None = None, aliases: Sequence[str] = ()
    ) -> None: ...


class Stage(StrEnum):
    """How far a wizard is."""

    FILLING = "filling"
    RUNNING = "running"
    FINISHED = "finished"


class Half(Enum):
    """One half of an exchange of certificates."""

    EXPORT = auto()
    IMPORT = auto()
    #: A request for a pair that was just created.
    REQUEST = auto()


def _ends_here(
    half: Half, *, document: Document | None = None, aliases: Sequence[str] = ()
) -> None:
    """Nothing follows."""


class WizardWindow(QDialog):
    """A flow, drawn. Subclasses give the pages, the words, and what the last step is for."""

    #: On the button that does it, and over the bar while it is being done.
    finish_label = tr("&Finish")
    running_title = tr("Working")
    running_note = ""

    def __init__(
        self,
        *,
        workspace: Workspace,
        flow: WizardFlow[Any],
        pages: Sequence[Page],
        title: str,
        parent: QWidget | None,
        document: Document | None,
    ) -> None:
        super().__init__(parent)
        #: Opens the wizard that goes on with what this one did; given by whoever opened this one,
        #: because the wizards lead to each other and know each other not.
        self.goes_on: GoOn = _ends_here
        self._document = document
        self.workspace = workspace
        self.flow = flow
        self.pages = list(pages)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._job: RunningJob | None = None
        self._at = 0
        self._stage = Stage.FILLING
        self._was_edited = False
        self.steps = StepList(flow.steps, self)
        self.steps.chosen.connect(self.go_to)
        self.stack = QStackedWidget()
        for page in self.pages:
            page.edited.connect(self._edited)
            self.stack.addWidget(page)
        self.running = RunningPage()
        self.result_page = ResultPage()
        self.result_page.saving.connect(self._go_to_close)
        self.stack.addWidget(self.running)
        self.stack.addWidget(self.result_page)
        self.error_panel = ErrorPanel(self)
        self.error_panel.setObjectName("wizardError")
        self.error_panel.hide()
        self._build()
        for keys, act in (
            (QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Left), self.go_back),
            (QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Right), self._go_forward),
            (QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), self._go_forward),
        ):
            QShortcut(keys, self, act)
        workspace.documents_changed.connect(self._documents_changed)
        self.begin()

    # --- the parts ------------------------------------------------------------------

    def _build(self) -> None:
        self.foot = Foot(self.finish_label)
        self.foot.back.clicked.connect(self.go_back)
        self.foot.next.clicked.connect(self.go_next)
        self.foot.finish.clicked.connect(self.finish)
        self.foot.cancel.clicked.connect(self.reject)
        self.foot.keep_editing.connect(self._keep_editing)
        self.foot.discard.connect(self._close_for_good)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.stack, 1)
        right.addWidget(rule())
        right.addWidget(self.foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # The keyboard meets the form first and the steps last: they are for jumping back.
        layout.addWidget(self.steps)
        layout.addWidget(rule(QFrame.Shape.VLine))
        layout.addLayout(right, 1)
        # Not adjustSize(), which stops at two thirds of the screen.
        resize_to_fit(self, (108, 84), least=(92, 56))

    def begin(self) -> None:
        """Show the step to begin with."""
        self.go_to(0)

    # --- moving ---------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The page of the step one is at."""
        return self.pages[self._at]

    @property
    def stage(self) -> Stage:
        """Whether it is filled in, does its work, or is done."""
        return self._stage

    def go_next(self) -> None:
        """On to the next page, unless something on this one stands in the way."""
        page = self.page
        page.was_tried = True
        if not self.flow.can_leave(page.step):
            self._refresh()
            page.focus_problem()
            return
        after = self._neighbour(1)
        if after is not None:
            self._enter(after)

    def go_back(self) -> None:
        before = self._neighbour(-1)
        if self._stage == Stage.FILLING and before is not None:
            self._enter(before)

    def applies(self, page: Page) -> bool:  # noqa: ARG002 - for wizards whose steps depend
        """Whether the step is one of those to be gone through now."""
        return True

    def _neighbour(self, step: int) -> int | None:
        """The page before or after this one, of those that apply."""
        at = self._at + step
        while 0 <= at < len(self.pages):
            if self.applies(self.pages[at]):
                return at
            at += step
        return None

    def go_to(self, index: int) -> None:
        """Jump to a step, as far as the steps before it allow."""
        if self._stage == Stage.FILLING and self._reachable()[index]:
            self._enter(index)

    def _go_forward(self) -> None:
        if self._stage != Stage.FILLING:
            return
        if self._at == len(self.pages) - 1:
            self.finish()
        else:
            self.go_next()

    def _enter(self, index: int) -> None:
        if index > self._at:
            self.page.was_tried = True
        self._at = index
        self._make(self.page)
        self.page.visited = True
        self.page.show_draft()
        self.stack.setCurrentWidget(self.widget_of(self.page))
        self._refresh()
        self.page.focus_first()
        if self.page.was_tried and not self.flow.can_leave(self.page.step):
            self.page.focus_problem()
        elif index == len(self.pages) - 1:
            self.foot.finish.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, page: Page) -> None:
        if page.is_made:
            return
        page.make()
        # For the keyboard the youngest come last, and it goes round: the steps are to come between
        # the foot and them.
        for before, after in itertools.pairwise((*self.foot.stops, *self.steps.buttons)):
            self.setTabOrder(before, after)

    def widget_of(self, page: Page) -> QWidget:
        """What is shown of a step."""
        return page

    def is_behind(self, page: Page) -> bool:
        """Whether the step is through, so that one may go beyond it."""
        return page.visited and self.flow.can_leave(page.step)

    def _reachable(self) -> list[bool]:
        reachable: list[bool] = []
        way_is_free = True
        for page in self.pages:
            if not self.applies(page):
                reachable.append(False)
                continue
            reachable.append(way_is_free)
            way_is_free = way_is_free and self.is_behind(page)
        return reachable

    # --- showing --------------------------------------------------------------------

    def _edited(self) -> None:
        self._was_edited = True
        self.foot.said.setText("")
        self.follow_edit(self.page)
        self.page.show_draft()
        self._refresh()

    def follow_edit(self, page: Page) -> None:
        """The flow took an edit of this page, before it is shown; for wizards of several flows."""

    def open_for_target(self, opened: OpenedFile) -> None:
        """A keystore that was read for this gets a tab, where its edits can be seen and undone."""
        self.workspace.show_opened(opened)

    def mark_edited(self) -> None:
        """The person has put something in: closing asks before it is lost."""
        self._was_edited = True

    def refresh_page(self) -> None:
        """The flow changed otherwise than by ``edited``: show what it says now."""
        if self._stage == Stage.FILLING:
            self.page.show_draft()
            self._refresh()

    def forget_secrets(self, why: str) -> None:
        """The stores were locked: a password that was typed here is asked for again.

        A wizard that is done has what it made, and closes.
        """
        lock_lines(self, why)
        if self._stage == Stage.FINISHED:
            self.close()
            return
        if self._stage != Stage.FILLING or not self.flow.forget_secrets():
            return
        self.say_forgotten()
        pages = self.pages[: self._at + 1]
        self._enter(
            next((at for at, each in enumerate(pages) if not self.is_behind(each)), self._at)
        )

    def say_forgotten(self) -> None:
        """Say at the foot why a field is empty again."""
        self.foot.said.setText(tr("The keystores were locked. Enter the password again."))

    def _documents_changed(self) -> None:
        if self._stage == Stage.FILLING:
            self.flow.set_stores(open_stores(self.workspace, self._document))
            self.refresh_page()

    def _refresh(self) -> None:
        page = self.page
        page.show_problems(self.flow.problems(page.step))
        filling = self._stage == Stage.FILLING
        if filling and isinstance(page, SummaryPage):
            page.show_summary(*self.summary_of(page))
        states = [self._state_of(index, each) for index, each in enumerate(self.pages)]
        reachable = self._reachable() if filling else [False] * len(self.pages)
        self.steps.show_states(states, reachable, [self.applies(each) for each in self.pages])
        self._show_foot()

    def _state_of(self, index: int, page: Page) -> StepState:
        if self._stage == Stage.FINISHED or (self._stage == Stage.RUNNING and index <= self._at):
            skipped = self.flow.is_skipped(page.step)
            return StepState.SKIPPED if skipped else StepState.DONE
        if self._stage == Stage.RUNNING:
            return StepState.AHEAD
        if index == self._at:
            return StepState.CURRENT
        if not page.visited or index == len(self.pages) - 1:
            return StepState.AHEAD
        if not self.flow.can_leave(page.step):
            # Who went back before filling it in did nothing wrong.
            is_wrong = page.was_tried or index < self._at
            return StepState.PROBLEM if is_wrong else StepState.AHEAD
        if not self.is_behind(page):
            return StepState.AHEAD
        return StepState.SKIPPED if self.flow.is_skipped(page.step) else StepState.DONE

    # The page is for wizards of several flows.
    def summary_of(self, page: SummaryPage) -> tuple[Sequence[SummaryLine], str]:  # noqa: ARG002
        """What is going to be done, and the same as a command."""
        return self.flow.summary(), self.flow.keytool_command()

    def _show_foot(self) -> None:
        filling, finished = self._stage == Stage.FILLING, self._stage == Stage.FINISHED
        last = self._at == len(self.pages) - 1
        self.foot.back.setVisible(filling)
        self.foot.back.setEnabled(self._neighbour(-1) is not None)
        self.foot.next.setVisible(filling and not last)
        self.foot.finish.setVisible((filling and last) or self._stage == Stage.FINISHED)
        self.foot.finish.setText(tr("Close") if finished else self.finish_label)
        self.foot.cancel.setVisible(not finished)
        (self.foot.finish if last or not filling else self.foot.next).setDefault(True)

    # --- doing ----------------------------------------------------------------------

    @abstractmethod
    def finish(self) -> None:
        """What the last step is for, and closing once that is done."""

    def start(
        self,
        work: Callable[[Progress], Any],
        then: Callable[[Any], None],
        title: str,
        note: str = "",
    ) -> None:
        """Do something in a thread of its own, with a bar and a way to stop it."""
        self.error_panel.hide()
        self._stage = Stage.RUNNING
        self.running.begin(title, note)
        self.stack.setCurrentWidget(self.running)
        self._refresh()
        self.foot.cancel.setFocus()
        report = self.running.progress

        def watched(progress: Progress) -> Any:  # noqa: ANN401 - the outcome of the work
            def step(done: int, total: int) -> None:
                progress(done, total)
                report(done, total)

            return work(step)

        self._job = self.workspace.jobs.run(watched, done=then, failed=self._failed)

    def _go_to_close(self) -> None:
        self.foot.finish.setFocus(Qt.FocusReason.OtherFocusReason)

    def fail(self, error: HandfastError) -> None:
        """Back to where it was begun, with what went wrong over it."""
        self._back_to_page()
        page = self.page
        if isinstance(page, SummaryPage):
            page.failure.addWidget(self.error_panel)
        self.error_panel.show_error(error)
        self.error_panel.show()
        page.scroller.verticalScrollBar().setValue(0)

    def _failed(self, error: HandfastError) -> None:
        self._job = None
        self.running.end()
        self.fail(error)

    def _back_to_page(self) -> None:
        self._stage = Stage.FILLING
        self._enter(self._at)

    # --- leaving --------------------------------------------------------------------

    def reject(self) -> None:
        """Cancel the work if it runs; else close, asking first if something would be lost."""
        if self._job is not None:
            # What cannot be interrupted is abandoned: it looks before it writes anything.
            self._job.cancel()
            self._job = None
            self.running.end()
            self._back_to_page()
            return
        if self.foot.is_asking:
            # Escape answers the question with the safe answer.
            self._keep_editing()
        elif self._stage == Stage.FILLING and self._was_edited:
            self.foot.ask()
        else:
            self._close_for_good()

    def _keep_editing(self) -> None:
        self.foot.stop_asking()
        self._refresh()
        self.page.focus_first()

    def _close_for_good(self) -> None:
        if self._job is not None:
            self._job.cancel()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        # The window's own close button asks as Cancel does; an answered question closes.
        if self._stage == Stage.FILLING and self._was_edited and self.isVisible():
            self.reject()
            event.ignore()
            return
        super().closeEvent(event)


class FlowWizard(WizardWindow):
    """A wizard that runs its flow once, at its end, and then says what came of it."""

    def finish(self) -> None:
        """Do it, in a thread of its own; or close, once it is done."""
        if self._stage == Stage.FINISHED:
            self.accept()
            return
        if self._stage == Stage.RUNNING:
            return
        for index, page in enumerate(self.pages):
            if not self.flow.can_leave(page.step):
                page.was_tried = True
                self._enter(index)
                return
        self.result_page.command.set_command(self.flow.keytool_command())
        # No page can be reached while it runs, so nobody changes the flow in the meantime.
        self.start(self.flow.run, self._done, self.running_title, self.running_note)

    @abstractmethod
    def apply_outcome(self, outcome: Any) -> None:  # noqa: ANN401 - the outcome of this flow
        """Take over what the flow made, and fill the page that says so."""

    def _done(self, outcome: Any) -> None:  # noqa: ANN401 - the outcome of this flow
        self._job = None
        self.running.end()
        try:
            self.apply_outcome(outcome)
        except HandfastError as error:
            self.fail(error)
            return
        self._stage = Stage.FINISHED
        self.stack.setCurrentWidget(self.result_page)
        self._refresh()
        (self.result_page.first_action or self.foot.finish).setFocus(
            Qt.FocusReason.OtherFocusReason
        )
