"""Verify a certificate, a file, or an entry: what is looked at above, the answer beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import enumerated, tr, tr_in
from handfast.flows.verification.story import (
    Outcome,
    is_trusted_by_itself,
    missing_link,
    outcome_words,
    path_links,
    verdict_text,
)
from handfast.flows.verification.verifying import VerifyFlow, trust_sources_of_this_machine
from handfast.handshake.report.party import other_side
from handfast.ui.rehearsal.cause_list import Again, CausesList
from handfast.ui.rehearsal.notices import ResultNotices
from handfast.ui.rehearsal.remedy_buttons import Remedying
from handfast.ui.verification.path_view import PathView
from handfast.ui.widgets.fields.moment_field import MomentField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID, breakable
from handfast.ui.widgets.value_rows import Mark, heading, verdict_head
from handfast.ui.widgets.window_layout import (
    level_forms,
    resize_to_fit,
    rule,
    stacked_lines,
    story_area,
    window_button,
    words_page,
)
from handfast.ui.widgets.window_services import open_stores
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QLayout

    from handfast.core.errors import HandfastError
    from handfast.flows.base import FieldProblem
    from handfast.flows.open_store import OpenStore
    from handfast.flows.verification.story import RuleStep
    from handfast.flows.verification.verifying import TrustSource, Verification, VerifyEdits
    from handfast.handshake.report.causes import Action
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Document, RunningJob, Workspace

_HINT = tr(
    "Shows whether a TLS peer with the chosen trust store accepts the certificate: its path, "
    "and the result of each rule. Nothing is sent unless you let Handfast ask the CA’s servers."
)
_MARKS = {Outcome.OK: "ok", Outcome.FAILED: "error", Outcome.WARNING: "warning"}
_PURPOSES = (
    (tr("As in the certificate"), None),
    (tr("TLS server"), "server"),
    (tr("TLS client"), "client"),
)


#: What follows a remedy, on its button and in its tool tip.
_AGAIN = Again(
    tr("Then verifies again"),
    tr("Changes the keystore in its tab, where you can undo it, and verifies again"),
)


class _StepRow(QWidget):
    """One rule: how it went, and what was found."""

    def __init__(self, step: RuleStep, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"verifyStep{step.number}")
        word = outcome_words(step.outcome)
        self.setAccessibleName(f"{step.number}. {step.title}, {word}. {step.detail}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        is_quiet = step.outcome is Outcome.NOT_CHECKED
        title = WrapLabel(step.title, shade="quiet" if is_quiet else "plain")
        if not is_quiet:
            font = QFont(title.font())
            font.setWeight(QFont.Weight.DemiBold)
            title.setFont(font)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(0)
        grid.setColumnMinimumWidth(0, 2 * GRID)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        place: QWidget = QWidget(self)
        if step.outcome in _MARKS:
            place = Mark(_MARKS[step.outcome], self)
        # An empty column would take its gap along.
        place.setFixedWidth(2 * GRID)
        grid.addWidget(place, 0, 0, top)
        grid.addWidget(title, 0, 1)
        source = WrapLabel(step.source, shade="quiet")
        source.setFixedWidth(24 * GRID)
        grid.addWidget(source, 0, 2, top)
        said = step.detail if not is_quiet else f"{word[:1].upper()}{word[1:]}. {step.detail}"
        if said.strip():
            shade = "plain" if step.outcome is Outcome.FAILED else "quiet"
            grid.addWidget(WrapLabel(said, shade=shade), 1, 1, 1, 2)


class VerifyResult(QWidget):
    """The answer, drawn: verdict, path, rules, causes."""

    def __init__(self, found: Verification, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        verified = found.verified
        self.setObjectName("verifyResult")
        text = verdict_text(verified, found.plan)
        self.setAccessibleName(text)
        # True, but no more than that: a green mark would say too much.
        passing = "warning" if is_trusted_by_itself(verified, found.plan) else "ok"
        head = verdict_head(
            text, passing if verified.ok else "error", name="verifyVerdict", parent=self
        )
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addLayout(head)
        lines.addWidget(PathView(path_links(verified, found.plan.moment), missing_link(verified)))
        lines.addWidget(heading(tr("Rule by rule")))
        steps = QVBoxLayout()
        steps.setSpacing(GRID)
        for step in found.steps:
            steps.addWidget(_StepRow(step, self))
        lines.addLayout(steps)
        self.causes: CausesList | None = None
        if verified.causes:
            self.causes = CausesList(verified, self, again=_AGAIN)
            lines.addWidget(self.causes)
        lines.addStretch(1)


class VerifyWindow(QDialog):
    """The form above, the answer beneath; beside the keystores, not modal."""

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        subject: str = "",
        alias: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("verifyWindow")
        self.setWindowTitle(tr("Verify a Certificate"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self.flow = VerifyFlow(
            open_stores(workspace, None), subject=subject, alias=alias, network=workspace.network
        )
        self._files: tuple[TrustSource, ...] = ()
        self._job: RunningJob | None = None
        self.shown: VerifyResult | None = None
        self._remedying = Remedying(workspace, self._known, self)
        self._remedying.applied.connect(self._remedied)
        self._remedying.failed.connect(self._fail)
        self._remedying.waiting.connect(self._say)
        self._make_fields()
        self.problem = ProblemBar(self)
        self.notices = ResultNotices(
            "verify", workspace, self, again=tr("Verify &Again"), run=self.run
        )
        self.outdated, self.unsaved = self.notices.outdated, self.notices.unsaved
        self._area = story_area(tr("Result"), words_page(_HINT), self)
        lines = stacked_lines(self)
        lines.addLayout(self._form())
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self.outdated)
        lines.addWidget(self.unsaved)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._foot())
        resize_to_fit(self, (112, 112), least=(88, 60))
        workspace.documents_changed.connect(self._documents_changed)
        self._looking = workspace.jobs.run(
            lambda _progress: trust_sources_of_this_machine(),
            done=self._take_files,
            failed=lambda _error: None,
        )
        self.refresh()

    # --- the form -------------------------------------------------------------------

    def _make_fields(self) -> None:
        jobs = self._workspace.jobs
        self.subject = StoreField("verifySubject", tr("Certificate"), jobs, self)
        self.subject.chosen.connect(lambda key: self._edit(subject=key))
        self.subject.opened.connect(self._take_subject)
        self.entry = NameBox(self)
        self.entry.setObjectName("verifyAlias")
        self.entry.setAccessibleName(tr("Entry"))
        self.entry.activated.connect(lambda at: self._edit(alias=self.entry.itemData(at)))
        self.trust = StoreField("verifyTrust", tr("Trust store"), jobs, self)
        self.trust.chosen.connect(lambda key: self._edit(trust=key))
        self.trust.opened.connect(self._take_trust)
        self.purpose = QComboBox(self)
        self.purpose.setObjectName("verifyPurpose")
        self.purpose.setAccessibleName(tr("Purpose"))
        for text, value in _PURPOSES:
            self.purpose.addItem(text, value)
        self.purpose.activated.connect(lambda at: self._edit(purpose=self.purpose.itemData(at)))
        self.host = QLineEdit(self)
        self.host.setObjectName("verifyHost")
        self.host.setAccessibleName(tr("Host name"))
        self.host.setPlaceholderText(tr_in("host", "any"))
        self.host.setToolTip(
            tr("For example api.example.com. Leave it empty to skip the check of the host name.")
        )
        self.host.textEdited.connect(lambda text: self._edit(host=text))
        self.host_note = FieldNote(parent=self)
        self.at = CheckBox(tr("As of"), self)
        self.at.setObjectName("verifyAtDate")
        self.at.setAccessibleName(tr("Verify at another date"))
        self.at.toggled.connect(lambda _on: self._dated())
        self.date = MomentField("verifyDate", tr("Date to verify at, UTC"), self)
        self.date.dateTimeChanged.connect(lambda _at: self._dated())
        self.crl = PathField(
            title=tr("Choose a Revocation List"), filters=(tr("Revocation lists (*.crl *.pem)"),),
            saving=False,
        )  # fmt: skip
        # Now, and not with the layout: Tab goes in the order in which parts come to the window.
        self.crl.setParent(self)
        self.crl.setObjectName("verifyCrl")
        self.crl.line.setAccessibleName(tr("File with a revocation list"))
        self.crl.line.setPlaceholderText(tr("none"))
        self.crl.text_edited.connect(lambda text: self._edit(crl=text))
        self.online = CheckBox(tr("As&k the CA’s servers"), self)
        self.online.setObjectName("verifyOnline")
        self.online.toggled.connect(lambda on: self._edit(online=on))
        self.online_note = FieldNote(parent=self)
        self.run_button = QPushButton(tr("&Verify"), self)
        self.run_button.setObjectName("verifyRun")
        self.run_button.setDefault(True)
        self.run_button.clicked.connect(self.run)

    def _form(self) -> QGridLayout:
        when = QHBoxLayout()
        when.setSpacing(GRID)
        when.addWidget(self.at)
        when.addWidget(self.date, 1)
        left: list[tuple[str, QWidget | QLayout]] = [
            (tr("Certificate"), self.subject),
            (tr("Entry"), self.entry),
            (tr("Trusted by"), self.trust),
            (tr("Date"), when),
        ]
        right: list[tuple[str, QWidget | QLayout]] = [
            (tr("Purpose"), self.purpose),
            (tr("Host name"), _stacked(self.host, self.host_note)),
            (tr("Revocation list"), self.crl),
            (tr("Revocation"), _stacked(self.online, self.online_note)),
        ]
        return level_forms(left, right)

    def _foot(self) -> QHBoxLayout:
        self.said = WrapLabel("", shade="quiet", max_lines=1)
        self.said.setObjectName("verifySaid")
        self.stop = window_button(tr("Cancel"), self.cancel, self, name="verifyCancel")
        close = window_button(tr("Close"), self.close, self, name="verifyClose")
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        row.addWidget(self.stop)
        row.addWidget(close)
        row.addWidget(self.run_button)
        return row

    # --- editing --------------------------------------------------------------------

    def _edit(self, **changes: Unpack[VerifyEdits]) -> None:
        self.flow.update(**changes)
        self.refresh()

    def _dated(self) -> None:
        is_dated = self.at.isChecked()
        self.date.setEnabled(is_dated)
        self._edit(at=self.date.moment if is_dated else None)

    def _take_subject(self, opened: OpenedFile) -> None:
        self._edit(subject=self.flow.take_file(opened))

    def _take_trust(self, opened: OpenedFile) -> None:
        self._edit(trust=self.flow.take_file(opened))

    def _take_files(self, files: tuple[TrustSource, ...]) -> None:
        self._files = files
        self.refresh()

    def refresh(self) -> None:
        """Show what the flow knows."""
        flow, draft = self.flow, self.flow.draft
        self.subject.show_stores(flow.stores, draft.subject)
        files = [(each.path, each.title) for each in self._files]
        self.trust.show_stores(flow.stores, draft.trust, files)
        self.entry.clear()
        for each in flow.entries:
            self.entry.add_name(each.alias)
        self.entry.setCurrentIndex(self.entry.findData(draft.alias))
        self.entry.setEnabled(self.entry.count() > 1)
        self.purpose.setItemText(0, self._own_purpose())
        servers = flow.servers
        self.online.setEnabled(bool(servers))
        self.online_note.set_help(
            breakable(tr("OCSP and revocation lists of {hosts}.", hosts=enumerated(servers[:4])))
            if servers
            else tr("There is no server to ask.")
        )
        is_running = self._job is not None
        self.run_button.setEnabled(not is_running)
        self.stop.setVisible(is_running)

    def _own_purpose(self) -> str:
        """What “as in the certificate” comes to, once there is one."""
        if not self.flow.chain:
            return tr("As in the certificate")
        return (
            tr("As in the certificate: client")
            if self.flow.suggested_purpose == "client"
            else tr("As in the certificate: server")
        )

    def _show_problems(self, problems: Sequence[FieldProblem]) -> None:
        told = {each.field: each.message for each in problems}
        fields = (
            ("subject", self.subject.note, self.subject),
            ("trust", self.trust.note, self.trust),
            ("host", self.host_note, self.host),
        )
        for field, note, _widget in fields:
            note.show_note("error" if field in told else "", told.get(field, ""))
        first = next((widget for field, _note, widget in fields if field in told), None)
        if first is not None:
            first.setFocus()

    # --- running --------------------------------------------------------------------

    def run(self) -> None:
        """Verify off the GUI thread; servers may take their time."""
        problems = self.flow.problems()
        self._show_problems(problems)
        if problems:
            return
        self.cancel()
        self._remedying.forget()
        self.problem.hide()
        self.said.setText(tr("Verifying…"))
        self.notices.begin(map(self._known, (self.flow.draft.subject, self.flow.draft.trust)))
        self._job = self._workspace.jobs.run(
            self.flow.prepared(), done=self._show_answer, failed=self._fail
        )
        self.refresh()

    def cancel(self) -> None:
        """Abandon what runs."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.notices.cancel()
            self.said.setText(tr("Canceled."))
            self.refresh()

    def _show_answer(self, found: Verification) -> None:
        self._job = None
        self.said.setText("")
        page = VerifyResult(found)
        if page.causes is not None:
            page.causes.remedy_chosen.connect(self._apply)
        self.shown = page
        self._area.setWidget(page)
        page.show()
        self.notices.finish()
        self.refresh()

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.notices.cancel()
        self.said.setText("")
        self.problem.show_error(error)
        self.refresh()

    # --- remedies -------------------------------------------------------------------

    def _apply(self, action: Action) -> None:
        is_trust = action.side == other_side(self.flow.purpose)
        self._remedying.apply(
            action, self.flow.draft.trust if is_trust else self.flow.draft.subject
        )

    def _say(self, words: str) -> None:
        # Made after the rest, so that nothing can be connected to it at the beginning.
        self.said.setText(words)

    def _known(self, key: str) -> OpenStore | None:
        return self.flow.catalogue.find(key)

    def _remedied(self, document: Document) -> None:  # noqa: ARG002 - it is in the flow by its key
        self.flow.set_stores(open_stores(self._workspace, None))
        self.run()

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.refresh()

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: this was about them."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cancel()
        self._looking.cancel()
        for field in (self.subject, self.trust):
            field.closing()
        super().closeEvent(event)


def _stacked(first: QWidget, second: QWidget) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(GRID // 2)
    lines.addWidget(first)
    lines.addWidget(second)
    return lines
