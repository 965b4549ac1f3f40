"""Probe a live endpoint: who answers there, whether we trust it, and whether it takes us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import HandfastError
from handfast.flows.probing import ProbeFlow
from handfast.flows.remedies import apply_remedy, remedy_label
from handfast.ui.details.wrap_label import WrapLabel
from handfast.ui.live.own_side import OwnSideForm
from handfast.ui.live.story import LiveStory, hand_to_import
from handfast.ui.problem_bar import ProblemBar
from handfast.ui.wizards.form import FieldNote
from handfast.ui.wizards.hosting import document_of, open_stores
from handfast.ui.wizards.look import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent

    from handfast.core.certificate import Certificate
    from handfast.flows.base import FieldProblem
    from handfast.handshake.causes import Action
    from handfast.handshake.party import Party
    from handfast.handshake.report import Report
    from handfast.ui.wizards.hosting import RunningJob, Workspace

_BEGINS: Final = (
    ("at once", ""),
    ("after STARTTLS of SMTP", "smtp"),
    ("after STARTTLS of IMAP", "imap"),
    ("after StartTLS of LDAP", "ldap"),
    ("after the request of PostgreSQL", "postgres"),
)
_HINT = (
    "A real handshake with whoever answers there. You see every step, what the server presents "
    "with its fingerprints, which issuers it asks for, and whether it takes our certificate. "
    "Nothing else is sent, but for one request where it asks for a certificate and speaks HTTP."
)


class ProbeWindow(QDialog):
    """The form above, the story and what was presented beneath."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probeWindow")
        self.setWindowTitle("Probe a Live Endpoint")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self.flow = ProbeFlow(open_stores(workspace, None))
        self._job: RunningJob | None = None
        self._parties: tuple[Party, Party] | None = None
        self.shown: Report | None = None
        self.own = OwnSideForm(self.flow, "probe", workspace.jobs, self, is_optional=True)
        self.problem = ProblemBar(self)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("How it went")
        self._area.setWidget(_words(_HINT))
        rule = QFrame(self)
        rule.setFrameShape(QFrame.Shape.HLine)
        rule.setFrameShadow(QFrame.Shadow.Sunken)
        columns = QHBoxLayout()
        columns.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        columns.setSpacing(4 * GRID)
        columns.addLayout(self._target_form(), 1)
        columns.addWidget(self.own, 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addLayout(columns)
        lines.addWidget(rule)
        lines.addWidget(self.problem)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._foot())
        self.setMinimumSize(96 * GRID, 64 * GRID)
        room = self.screen().availableSize()
        self.resize(min(128 * GRID, room.width()), min(112 * GRID, room.height()))
        workspace.documents_changed.connect(self._documents_changed)
        self._show_state()
        self.endpoint.setFocus()

    # --- the form -------------------------------------------------------------------

    def _target_form(self) -> QFormLayout:
        self.endpoint = self._line("endpoint", "Host and port", "api.example.com:443")
        self.hostname = self._line(
            "hostname", "Host name to ask for and to check", "as above; or the one to check for"
        )
        self.proxy = self._line("proxy", "HTTP proxy", "none; or proxy.example.com:3128")
        self.begins = QComboBox(self)
        self.begins.setObjectName("probeStarttls")
        self.begins.setAccessibleName("When TLS begins")
        for text, value in _BEGINS:
            self.begins.addItem(text, value)
        self.begins.activated.connect(
            lambda at: self.flow.update(starttls=self.begins.itemData(at))
        )
        self.seconds = QSpinBox(self)
        self.seconds.setObjectName("probeTimeout")
        self.seconds.setAccessibleName("Longest time in seconds")
        self.seconds.setRange(1, 600)
        self.seconds.setValue(self.flow.draft.seconds)
        self.seconds.setSuffix(" s")
        self.seconds.valueChanged.connect(lambda value: self.flow.update(seconds=value))
        self.run_button = QPushButton("&Probe", self)
        self.run_button.setObjectName("probeRun")
        self.run_button.setDefault(True)
        self.run_button.clicked.connect(self.run)
        last = QHBoxLayout()
        last.setSpacing(GRID)
        last.addWidget(self.seconds)
        last.addStretch(1)
        last.addWidget(self.run_button)
        self.note = FieldNote(parent=self)
        self.note.setObjectName("probeNote")
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Host and port", self.endpoint)
        form.addRow("", self.note)
        form.addRow("Host name", self.hostname)
        form.addRow("TLS begins", self.begins)
        form.addRow("HTTP proxy", self.proxy)
        form.addRow("At most", last)
        form.setRowVisible(self.note, False)
        self._form = form
        return form

    def _line(self, field: str, words: str, example: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(f"probe{field.title()}")
        line.setAccessibleName(words)
        line.setPlaceholderText(example)
        line.textEdited.connect(lambda text: self.flow.update(**{field: text}))
        return line

    def _foot(self) -> QHBoxLayout:
        self.stop = QPushButton("Cancel", self)
        self.stop.setObjectName("probeCancel")
        self.stop.clicked.connect(self.cancel)
        close = QPushButton("Close", self)
        close.setObjectName("probeClose")
        close.clicked.connect(self.close)
        self.said = WrapLabel("", shade="quiet", max_lines=1)
        self.said.setObjectName("probeSaid")
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.stop, close):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _show_problems(self, problems: Sequence[FieldProblem]) -> None:
        self.own.show_problems(problems)
        lines = {"endpoint": self.endpoint, "hostname": self.hostname, "proxy": self.proxy}
        first = next((each for each in problems if each.field in lines), None)
        self.note.show_note("error" if first else "", first.message if first else "")
        self._form.setRowVisible(self.note, first is not None)
        if first is not None:
            lines[first.field].setFocus()

    # --- running --------------------------------------------------------------------

    def run(self) -> None:
        """Call there, off the GUI thread."""
        problems = self.flow.problems()
        self._show_problems(problems)
        if problems:
            return
        self.cancel()
        self.problem.hide()
        self._parties = (self.flow.party(), self.flow.server())
        self.said.setText(f"Calling {self.flow.draft.endpoint.strip()} …")
        self._job = self._workspace.jobs.run(
            self.flow.run, done=self.show_report, failed=self._fail
        )
        self._show_state()

    def cancel(self) -> None:
        """Hang up; the worker closes the connection within a moment."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.said.setText("Cancelled.")
            self._show_state()

    def show_report(self, report: Report) -> None:
        """Draw how it went, and what was presented."""
        self._job = None
        if self._parties is None:
            return
        self.said.setText("")
        self.shown = report
        page = LiveStory(report, *self._parties, theirs=self._parties[1])
        page.remedy_chosen.connect(self.apply)
        page.import_requested.connect(self.import_)
        # The area deletes the one that it had.
        self._area.setWidget(page)
        self._show_state()

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.said.setText("")
        self.problem.show_error(error)
        self._show_state()

    def _show_state(self) -> None:
        is_running = self._job is not None
        self.stop.setVisible(is_running)
        self.run_button.setEnabled(not is_running)

    # --- what can be done about it --------------------------------------------------

    def import_(self, certificates: Sequence[Certificate]) -> None:
        """Take certificates into a trust store, by way of the wizard."""
        hand_to_import(self._workspace, self.parentWidget(), self.flow.own.trust, certificates)

    def apply(self, action: Action) -> None:
        """Carry a remedy out, and probe again; what came over the network is compared first."""
        if action.kind in {"trust", "replace-trusted"}:
            self.import_(action.certificates)
            return
        if action.kind == "choose":
            self.flow.choose(alias=action.alias)
            self.own.refresh()
            self.run()
            return
        document = document_of(self._workspace, self.flow.own.keys)
        if document is None or document.store is None:
            found = self.flow.shelf.find(self.flow.own.keys)
            if found is not None and found.path is not None:
                self._workspace.open_path(found.path, password=found.store.password)
                self.said.setText("Opened; apply it once more.")
            return
        try:
            changed = apply_remedy(document.store, action)
        except HandfastError as error:
            self._fail(error)
            return
        document.apply(remedy_label(action), changed)
        self.run()

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.own.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cancel()
        self.own.closing()
        super().closeEvent(event)


def _words(text: str) -> QWidget:
    page = QWidget()
    lines = QVBoxLayout(page)
    lines.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
    lines.addWidget(WrapLabel(text, shade="quiet"))
    lines.addStretch(1)
    return page
