"""Negative tests: clients that a server must refuse call it, and a report says how it went."""

from __future__ import annotations

import queue
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Unpack

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import HandfastError
from handfast.core.language import tr, tr_in
from handfast.core.network import MAX_TIMEOUT_SECONDS
from handfast.core.visible_text import visible
from handfast.flows.negative.report import report_file_text
from handfast.flows.negative.testing import NegativeFlow
from handfast.flows.negative.words import (
    CASE_MEANINGS,
    CASE_TITLES,
    control_hint,
    note,
    outcome_word,
    remedy,
    seen,
    verdict,
)
from handfast.handshake.live.negative_tests import Outcome
from handfast.services.files.shown_path import shown_path
from handfast.services.files.store_files import write_file
from handfast.services.policy.overwriting import check_replaceable
from handfast.ui.widgets.fields.file_to_save import ask_where_to_save
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID, heading_font
from handfast.ui.widgets.value_rows import Mark
from handfast.ui.widgets.window_layout import (
    labeled_form,
    resize_to_fit,
    rule,
    stacked_lines,
    story_area,
    tab_by_place,
    window_button,
    words_page,
)
from handfast.ui.widgets.window_services import open_stores, report_folders
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent

    from handfast.flows.base import FieldProblem
    from handfast.flows.negative.testing import NegativeEdits, PreparedTest
    from handfast.handshake.live.negative_tests import CaseResult, NegativeReport
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import RunningJob, Workspace

_HINT: Final = tr(
    "Auditors ask for proof that a server rejects clients that it must not accept. Handfast "
    "creates clients that have one fault each (expired, from a foreign CA, for another "
    "purpose, revoked, and others) and connects to the server once with each of them, with a "
    "valid client first and last. The keys of these clients stay in memory and are never "
    "written."
)
_POLL_INTERVAL_MS: Final = 100
_COUNT: Final = len(CASE_TITLES)


class CaseRow(QWidget):
    """One client: what is wrong with it, what the server did, and what to change."""

    def __init__(self, result: CaseResult, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result = result
        self.setObjectName(f"negativeCase.{result.case.value}")
        title, word = CASE_TITLES[result.case], outcome_word(result)
        said = " ".join(each for each in (visible(seen(result)), note(result)) if each)
        self.setAccessibleName(f"{title}: {word}. {said}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        is_quiet = result.outcome is Outcome.NOT_RUN
        head, outcome = (WrapLabel(each, shade="quiet" if is_quiet else "plain")
                         for each in (title, word))  # fmt: skip
        for label in () if is_quiet else (head, outcome):
            font = QFont(label.font())
            font.setWeight(QFont.Weight.DemiBold)
            label.setFont(font)
        place: QWidget = QWidget(self)
        if result.ok is not None:
            place = Mark("ok" if result.ok else "error", self)
        elif result.outcome is Outcome.ACCEPTED:
            place = Mark("warning", self)
        # An empty column would take its gap along.
        place.setFixedWidth(2 * GRID)
        outcome.setFixedWidth(12 * GRID)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(place, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(head, 0, 1)
        grid.addWidget(outcome, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(WrapLabel(CASE_MEANINGS[result.case], shade="quiet"), 1, 1, 1, 2)
        grid.addWidget(WrapLabel(said, shade="quiet" if is_quiet else "plain"), 2, 1, 1, 2)
        what_to_do = remedy(result)
        if what_to_do:
            label = WrapLabel(tr("Remedy: {remedy}", remedy=what_to_do))
            label.setObjectName(f"{self.objectName()}.remedy")
            grid.addWidget(label, 3, 1, 1, 2)


class NegativeResult(QWidget):
    """The rows as they come, and the answer above them once it is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("negativeResult")
        self.rows: list[CaseRow] = []
        self.answer = WrapLabel("")
        self.answer.setObjectName("negativeVerdict")
        self.answer.setFont(heading_font(self.font(), larger_by=4))
        self.hint = WrapLabel("", shade="quiet")
        self._head = QHBoxLayout()
        self._head.setSpacing(GRID)
        self._head.addWidget(self.answer, 1)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(int(1.5 * GRID))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addLayout(self._head)
        lines.addWidget(self.hint)
        lines.addLayout(self._steps)
        lines.addStretch(1)
        self.answer.hide()
        self.hint.hide()

    def add(self, result: CaseResult) -> None:
        """One row more."""
        row = CaseRow(result, self)
        self.rows.append(row)
        self._steps.addWidget(row)
        row.show()

    def finish(self, report: NegativeReport) -> None:
        """Say what it came to, above the rows."""
        text = visible(verdict(report))
        self.setAccessibleName(text)
        mark = Mark("ok" if report.ok else "error", self)
        mark.setFont(self.answer.font())
        self._head.insertWidget(0, mark, 0, Qt.AlignmentFlag.AlignTop)
        mark.show()
        self.answer.setText(text)
        self.answer.show()
        hint = control_hint(report)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))


class NegativeWindow(QDialog):
    """The form above, the clients beneath; beside the keystores, not modal."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("negativeWindow")
        self.setWindowTitle(tr("Negative Tests"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self.flow = NegativeFlow(open_stores(workspace, None), network=workspace.network)
        self._job: RunningJob | None = None
        self._waiting: PreparedTest | None = None
        self._news: queue.SimpleQueue[CaseResult] = queue.SimpleQueue()
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self._take_news)
        self.shown: NegativeResult | None = None
        self.report: NegativeReport | None = None
        self._notes: dict[str, tuple[FieldNote, QWidget]] = {}
        self._make_server_fields()
        left = self._server_form()
        self._make_client_fields()
        right = self._client_form()
        self.problem = ProblemBar(self)
        self._pause = self._make_pause()
        self._area = story_area(tr("The clients"), words_page(_HINT), self)
        columns = QHBoxLayout()
        columns.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        columns.setSpacing(4 * GRID)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        lines = stacked_lines(self)
        lines.addLayout(columns)
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self._pause)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._foot())
        resize_to_fit(self, (120, 116), least=(92, 64))
        workspace.documents_changed.connect(self._documents_changed)
        self.refresh()
        self.endpoint.setFocus()

    # --- the form -------------------------------------------------------------------

    # Tab goes through the parts in the order in which they are made.

    def _make_server_fields(self) -> None:
        jobs = self._workspace.jobs
        self.kind = QComboBox(self)
        self.kind.setObjectName("negativeKind")
        self.kind.setAccessibleName(tr("Server"))
        self.kind.addItem(tr("a server, by host and port"), False)
        self.kind.addItem(tr("Handfast’s test server, on this computer"), True)
        self.kind.activated.connect(self._choose_kind)
        self.endpoint = self._line("Endpoint", tr("Host and port"), "api.example.com:443")
        self.endpoint.textEdited.connect(lambda text: self._edit(endpoint=text))
        self.hostname = self._line("Hostname", tr("Server name (SNI)"), tr("same as above"))
        self.hostname.textEdited.connect(lambda text: self._edit(hostname=text))
        self.path = self._line("Path", tr("Path to request over HTTP"), tr("none"))
        self.path.textEdited.connect(lambda text: self._edit(path=text))
        self.seconds = QSpinBox(self)
        self.seconds.setObjectName("negativeTimeout")
        self.seconds.setAccessibleName(tr("Timeout in seconds"))
        self.seconds.setRange(1, MAX_TIMEOUT_SECONDS)
        self.seconds.setValue(self.flow.draft.seconds)
        self.seconds.setSuffix(tr_in("seconds", " s"))
        self.seconds.valueChanged.connect(lambda value: self._edit(seconds=value))
        self.consent = CheckBox(tr("I &may test this server"), self)
        self.consent.setObjectName("negativeConsent")
        self.consent.toggled.connect(lambda on: self._edit(has_consent=on))
        self.keys = StoreField("negativeKeys", tr("Keystore of the server"), jobs, self)
        self.keys.chosen.connect(lambda key: self._edit(keys=key))
        self.keys.opened.connect(lambda opened: self._take_file("keys", opened))
        self.trust = StoreField("negativeTrust", tr("Trust store of the server"), jobs, self)
        self.trust.chosen.connect(lambda key: self._edit(trust=key))
        self.trust.opened.connect(lambda opened: self._take_file("trust", opened))

    def _server_form(self) -> QFormLayout:
        form = self._left = labeled_form()
        form.addRow(tr("Server"), self.kind)
        self._add_row(form, "endpoint", tr("Host and port"), self.endpoint)
        self._add_row(form, "hostname", tr("Host name"), self.hostname)
        self._add_row(form, "path", tr("HTTP path"), self.path)
        form.addRow(tr("Timeout"), self.seconds)
        self._add_row(form, "consent", "", self.consent)
        form.addRow(tr("Its keystore"), self.keys)
        form.addRow(tr("Its trust store"), self.trust)
        for name, field in (("keys", self.keys), ("trust", self.trust)):
            self._notes[name] = (field.note, field)
        return form

    def _make_client_fields(self) -> None:
        jobs = self._workspace.jobs
        self.ca = StoreField("negativeCa", tr("Keystore of the CA"), jobs, self)
        self.ca.chosen.connect(lambda key: self._edit(ca=key))
        self.ca.opened.connect(lambda opened: self._take_file("ca", opened))
        self.alias = NameBox(self)
        self.alias.setObjectName("negativeAlias")
        self.alias.setAccessibleName(tr("CA"))
        self.alias.activated.connect(lambda at: self._edit(ca_alias=self.alias.itemData(at)))
        self.client = StoreField(
            "negativeClient", tr("Keystore of a valid client"), jobs, self,
            without=tr("None: create one"),
        )  # fmt: skip
        self.client.chosen.connect(lambda key: self._edit(client=key))
        self.client.opened.connect(lambda opened: self._take_file("client", opened))
        self.names = CheckBox(tr("Server checks &names"), self)
        self.names.setObjectName("negativeNames")
        self.names.setToolTip(
            tr("The server must reject clients of the same CA that it does not know")
        )
        self.names.toggled.connect(lambda on: self._edit(checks_names=on))
        self.crl = PathField(
            title=tr("Save the Revocation List"),
            filters=(tr("Revocation lists (*.crl *.pem)"),),
        )
        # Now, and not with the layout: Tab goes in the order in which parts come to the window.
        self.crl.setParent(self)
        self.crl.setObjectName("negativeCrl")
        self.crl.line.setAccessibleName(tr("File for the revocation list"))
        self.crl.line.setPlaceholderText(tr("none"))
        self.crl.setToolTip(
            tr("Handfast writes it here before the test, and waits until the server has loaded it")
        )
        self.crl.text_edited.connect(lambda text: self._edit(crl=text))
        self.replaces = CheckBox(tr("&Replace the existing file"), self)
        self.replaces.setObjectName("negativeReplace")
        self.replaces.toggled.connect(lambda on: self._edit(replaces_crl=on))

    def _client_form(self) -> QFormLayout:
        form = self._right = labeled_form()
        form.addRow(tr("CA keystore"), self.ca)
        form.addRow(tr("CA"), self.alias)
        form.addRow(tr("Valid client"), self.client)
        form.addRow("", self.names)
        self._add_row(form, "crl", tr("Revocation list"), self.crl)
        form.addRow("", self.replaces)
        for name, field in (("ca", self.ca), ("client", self.client)):
            self._notes[name] = (field.note, field)
        return form

    def _line(self, name: str, words: str, example: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(f"negative{name}")
        line.setAccessibleName(words)
        line.setPlaceholderText(example)
        return line

    def _add_row(self, form: QFormLayout, name: str, title: str, field: QWidget) -> None:
        """A field over the line that says what is wrong with it."""
        told = FieldNote(parent=self)
        form.addRow(title, field)
        form.addRow("", told)
        form.setRowVisible(told, False)
        self._notes[name] = (told, field)

    def _make_pause(self) -> QWidget:
        """What is said while the server loads the list."""
        pause = QWidget(self)
        self.pause_words = WrapLabel("")
        self.pause_words.setObjectName("negativePause")
        self.go_on = window_button(tr("C&ontinue"), self._go_on, self, name="negativeContinue")
        row = QHBoxLayout(pause)
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self.pause_words, 1)
        row.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignTop)
        pause.hide()
        return pause

    def _foot(self) -> QHBoxLayout:
        self.save_button = window_button(
            tr("&Save Report…"), self._choose_file, self, name="negativeSave"
        )
        self.said = WrapLabel("", shade="quiet", max_lines=1)
        self.said.setObjectName("negativeSaid")
        self.stop = window_button(tr("Cancel"), self.cancel, self, name="negativeCancel")
        close = window_button(tr("Close"), self.close, self, name="negativeClose")
        self.run_button = window_button(tr("Run &Tests"), self.run, self, name="negativeRun")
        self.run_button.setAutoDefault(True)
        self.run_button.setDefault(True)
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.save_button)
        row.addWidget(self.said, 1)
        for each in (self.stop, close, self.run_button):
            row.addWidget(each)
        return row

    # --- editing --------------------------------------------------------------------

    def _edit(self, **changes: Unpack[NegativeEdits]) -> None:
        self.flow.update(**changes)
        self.refresh()

    def _choose_kind(self, at: int) -> None:
        self._show_problems(())
        self._edit(is_own_server=self.kind.itemData(at))

    def _take_file(
        self, field: Literal["keys", "trust", "ca", "client"], opened: OpenedFile
    ) -> None:
        key = self.flow.take_file(opened)
        if field == "keys":
            self._edit(keys=key)
        elif field == "trust":
            self._edit(trust=key)
        elif field == "ca":
            self._edit(ca=key)
        else:
            self._edit(client=key)

    def refresh(self) -> None:
        """Show what the flow knows."""
        flow, draft = self.flow, self.flow.draft
        stores = flow.catalogue.stores
        for field, key in (
            (self.keys, draft.keys),
            (self.trust, draft.trust),
            (self.ca, draft.ca),
            (self.client, draft.client),
        ):
            field.show_stores(stores, key)
        self.alias.clear()
        for each in flow.authorities:
            self.alias.add_name(each.alias)
        self.alias.setCurrentIndex(self.alias.findData(draft.ca_alias))
        self.alias.setEnabled(self.alias.count() > 1)
        own = draft.is_own_server
        self.kind.setCurrentIndex(int(own))
        row: QWidget
        for row in (self.endpoint, self.hostname, self.path, self.seconds):
            self._left.setRowVisible(row, not own)
        self._left.setRowVisible(self.consent, not own and flow.needs_consent)
        for row in (self.keys, self.trust):
            self._left.setRowVisible(row, own)
        for row in (self.client, self.names, self.crl):
            self._right.setRowVisible(row, not own)
        self._right.setRowVisible(self.replaces, flow.crl_exists)
        self._show_state()

    def _show_state(self) -> None:
        is_running = self._job is not None or self._waiting is not None
        self.run_button.setEnabled(not is_running)
        self.stop.setVisible(is_running)
        self.save_button.setEnabled(self.report is not None)
        self._pause.setVisible(self._waiting is not None)

    def _show_problems(self, problems: Sequence[FieldProblem]) -> None:
        told = {each.field: each.message for each in reversed(problems)}
        for name, (told_by, _field) in self._notes.items():
            told_by.show_note("error" if name in told else "", told.get(name, ""))
            form = self._form_of(told_by)
            if form is not None:
                form.setRowVisible(told_by, name in told)
        first = next((field for name, (_note, field) in self._notes.items() if name in told), None)
        if first is not None:
            first.setFocus()

    def _form_of(self, told_by: FieldNote) -> QFormLayout | None:
        """Where the line has a row of its own; None where it is part of a field."""
        for form in (self._left, self._right):
            if form.indexOf(told_by) >= 0:
                return form
        return None

    # --- running --------------------------------------------------------------------

    def run(self) -> None:
        """Make the clients, and let them call, off the GUI thread."""
        problems = self.flow.problems()
        self._show_problems(problems)
        if problems:
            return
        self.cancel()
        self.problem.hide()
        self.report = None
        try:
            work = self.flow.preparing()
        except HandfastError as error:
            self._fail(error)
            return
        self.said.setText(tr("Creating the clients…"))
        self._job = self._workspace.jobs.run(work, done=self._prepared, failed=self._fail)
        self._show_state()

    def _prepared(self, prepared: PreparedTest) -> None:
        self._job = None
        self._waiting = prepared
        if prepared.list_path is None:
            self._go_on()
            return
        self.said.setText("")
        self.pause_words.setText(
            tr(
                "The revocation list is in {path}. Load it into the server, then continue.",
                path=shown_path(prepared.list_path),
            )
        )
        self._show_state()
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self) -> None:
        prepared, self._waiting = self._waiting, None
        if prepared is None:
            return
        page = NegativeResult()
        self.shown = page
        # The area deletes the one that it had.
        self._area.setWidget(page)
        page.show()
        news = self._news = queue.SimpleQueue()
        try:
            work = self.flow.calling(prepared, news.put)
        except HandfastError as error:
            self._fail(error)
            return
        self._say_progress()
        self._job = self._workspace.jobs.run(work, done=self._finish, failed=self._fail)
        self._timer.start()
        self._show_state()

    def _say_progress(self) -> None:
        done = len(self.shown.rows) if self.shown is not None else 0
        self.said.setText(tr("{done} of {count} clients…", done=done, count=_COUNT))

    def _take_news(self) -> None:
        if self.shown is None:
            return
        while True:
            try:
                result = self._news.get_nowait()
            except queue.Empty:
                break
            self.shown.add(result)
        self._say_progress()

    def _finish(self, report: NegativeReport) -> None:
        self._take_news()
        self._timer.stop()
        self._job = None
        self.report = report
        self.said.setText("")
        if self.shown is not None:
            self.shown.finish(report)
            tab_by_place(self._area, self.shown)
        self._show_state()

    def cancel(self) -> None:
        """Abandon what runs; the clients are forgotten."""
        self._timer.stop()
        if self._job is None and self._waiting is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._job = self._waiting = None
        self.said.setText(tr("Canceled."))
        self._show_state()

    def _fail(self, error: HandfastError) -> None:
        self._timer.stop()
        self._job = self._waiting = None
        self.said.setText("")
        self.problem.show_error(error)
        self._show_state()

    # --- the report -----------------------------------------------------------------

    def _choose_file(self) -> None:
        name = f"negative-tests-{datetime.now():%Y-%m-%d}.html"  # noqa: DTZ005 - as on the wall
        ask_where_to_save(
            self,
            title=tr("Save the Report"),
            name=name,
            folders=report_folders(self._workspace),
            take=self.save,
            filters=(tr("Web page (*.html)"), tr("Text (*.txt)")),
        )

    def save(self, path: Path) -> None:
        """Write the report, as text where the name says so."""
        if self.report is None:
            return
        data = report_file_text(self.report, path.name).encode("utf-8")
        try:
            check_replaceable(path)
            write_file(path, data, overwrite=True, backup=False, new_mode=0o644)
        except HandfastError as error:
            self.problem.show_error(error)
            return
        self.said.setText(tr("Saved as {name}.", name=visible(path.name)))

    # --- the rest of the program ----------------------------------------------------

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: the clients have keys that a CA certified."""
        self.close()

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cancel()
        for field in (self.keys, self.trust, self.ca, self.client):
            field.closing()
        super().closeEvent(event)
