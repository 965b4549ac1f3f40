"""Probe a live endpoint: who answers there, whether we trust it, and whether it takes us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from handfast.core.language import tr, tr_in
from handfast.core.network import MAX_TIMEOUT_SECONDS
from handfast.core.password import Password
from handfast.flows.base import SummaryLine
from handfast.flows.handshake.probing import ProbeFlow
from handfast.flows.handshake.rehearsal_report import SIDES, report_page
from handfast.ui.live.connection_story import LiveStory, hand_to_import
from handfast.ui.live.own_side import OwnSideForm
from handfast.ui.rehearsal.cause_ways import CauseWays
from handfast.ui.rehearsal.lanes import store_lines
from handfast.ui.rehearsal.trial import TrialWindow
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.window_layout import resize_to_fit, rule, stacked_lines
from handfast.ui.widgets.window_services import open_stores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent

    from handfast.core.certificates.certificate import Certificate
    from handfast.flows.base import FieldProblem
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.causes import Action
    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report
    from handfast.ui.widgets.window_services import Document, Workspace

_BEGINS: Final = (
    (tr("immediately"), ""),
    (tr("SMTP STARTTLS"), "smtp"),
    (tr("IMAP STARTTLS"), "imap"),
    (tr("LDAP StartTLS"), "ldap"),
    (tr("PostgreSQL SSLRequest"), "postgres"),
)
_HINT = tr(
    "A real handshake with a live server. You see every step, the certificates that the "
    "server presents with their fingerprints, the issuers that it asks for, and whether "
    "it accepts your certificate. Nothing else is sent, except one HTTP request if the "
    "server asks for a certificate and has agreed to speak HTTP."
)


class ProbeWindow(TrialWindow):
    """The form above, the story and what was presented beneath."""

    is_live = True

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent, prefix="probe", title=tr("Probe a Live Endpoint"))
        self.flow = ProbeFlow(open_stores(workspace, None))
        #: The commands that mend a cause.
        self.ways = CauseWays(self.flow.at_hand, self)
        self.shown: Report | None = None
        #: The host and port of the last probe.
        self._called = ""
        # Tab goes through the parts in the order in which they are made.
        target = self._target_form()
        self.own = OwnSideForm(self.flow, "probe", workspace.jobs, self, is_optional=True)
        for field in (self.endpoint, self.hostname, self.begins, self.proxy, self.seconds):
            field.setMinimumHeight(self.own.row_height)
        self._make_story(_HINT, again=tr("Probe &Again"))
        columns = QHBoxLayout()
        columns.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        columns.setSpacing(4 * GRID)
        columns.addLayout(target, 1)
        columns.addWidget(self.own, 1)
        lines = stacked_lines(self)
        lines.addLayout(columns)
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self.outdated)
        lines.addWidget(self.unsaved)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._foot(tr("Save As P&DF…")))
        resize_to_fit(self, (128, 112), least=(96, 64))
        workspace.documents_changed.connect(self._documents_changed)
        self._show_state()
        self.endpoint.setFocus()

    # --- the form -------------------------------------------------------------------

    def _target_form(self) -> QFormLayout:
        self.endpoint = self._line(
            "endpoint",
            tr("Host and port"),
            "api.example.com:443",
            lambda text: self.flow.update(endpoint=text),
        )
        self.hostname = self._line(
            "hostname",
            tr("Server name (SNI)"),
            tr("same as above"),
            lambda text: self.flow.update(hostname=text),
        )
        self.begins = QComboBox(self)
        self.begins.setObjectName("probeStarttls")
        self.begins.setAccessibleName(tr("Start TLS"))
        for text, value in _BEGINS:
            self.begins.addItem(text, value)
        self.begins.activated.connect(
            lambda at: self.flow.update(starttls=self.begins.itemData(at))
        )
        self.proxy = self._line(
            "proxy",
            tr("HTTP proxy"),
            tr("none"),
            lambda text: self.flow.update(proxy=text),
        )
        self.proxy.setToolTip(tr("For example proxy.example.com:3128"))
        self.proxy.textChanged.connect(self._show_proxy_rows)
        self.proxy_name = self._line(
            "proxy_name",
            tr("Proxy user name"),
            tr("not required"),
            lambda text: self.flow.update(proxy_name=text),
        )
        self._proxy_password_field = PasswordField(self)
        self._proxy_password_field.setObjectName("probeProxyPassword")
        self.proxy_password = self._proxy_password_field.line
        self.proxy_password.setAccessibleName(tr("Proxy password"))
        self.proxy_password.textEdited.connect(
            lambda text: self.flow.update(proxy_password=Password(text))
        )
        self.seconds = QSpinBox(self)
        self.seconds.setObjectName("probeTimeout")
        self.seconds.setAccessibleName(tr("Timeout in seconds"))
        self.seconds.setRange(1, MAX_TIMEOUT_SECONDS)
        self.seconds.setValue(self.flow.draft.seconds)
        self.seconds.setSuffix(tr_in("seconds", " s"))
        self.seconds.valueChanged.connect(lambda value: self.flow.update(seconds=value))
        self.run_button = QPushButton(tr("&Probe"), self)
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
        form.addRow(tr("Host and port"), self.endpoint)
        form.addRow("", self.note)
        form.addRow(tr("Host name"), self.hostname)
        form.addRow(tr("Start TLS"), self.begins)
        form.addRow(tr("HTTP proxy"), self.proxy)
        form.addRow(tr("Proxy user"), self.proxy_name)
        form.addRow(tr("Proxy password"), self._proxy_password_field)
        form.addRow(tr("Timeout"), last)
        form.setRowVisible(self.note, False)
        self._form = form
        self._show_proxy_rows("")
        return form

    def set_endpoint(self, endpoint: str) -> None:
        """Fill in whom to call, where that is known already."""
        self.flow.update(endpoint=endpoint)
        self.endpoint.setText(endpoint)

    def _show_proxy_rows(self, proxy: str) -> None:
        """Who asks the proxy: shown where there is one."""
        for line in (self.proxy_name, self._proxy_password_field):
            self._form.setRowVisible(line, bool(proxy.strip()))

    def _line(self, field: str, words: str, example: str, edit: Callable[[str], None]) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(f"probe{field.title().replace('_', '')}")
        line.setAccessibleName(words)
        line.setPlaceholderText(example)
        line.textEdited.connect(edit)
        return line

    def _show_problems(self, problems: Sequence[FieldProblem]) -> None:
        self.own.show_problems(problems)
        lines = {
            "endpoint": self.endpoint,
            "hostname": self.hostname,
            "proxy": self.proxy,
            "proxy_name": self.proxy_name,
        }
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
        self._called = self.flow.draft.endpoint.strip()
        self._begin(
            self.flow.prepared(self._workspace.network),
            (self.flow.party(), self.flow.server()),
            tr("Connecting to {endpoint}…", endpoint=self.flow.draft.endpoint.strip()),
        )

    def _drawn(self, report: Report, client: Party, server: Party) -> QWidget:
        self.shown = report
        page = LiveStory(report, client, server, theirs=server, ways=self.ways)
        page.remedy_chosen.connect(self.apply)
        page.import_requested.connect(self.import_)
        return page

    def _show_state(self) -> None:
        super()._show_state()
        self.run_button.setEnabled(self._job is None)

    # --- sending it along -----------------------------------------------------------

    def page(self) -> str:
        """The report as HTML."""
        if self.shown is None or self._parties is None:
            return ""
        lines = [
            SummaryLine(label=SIDES["client"], value="; ".join(store_lines(self._parties[0]))),
            SummaryLine(label=SIDES["server"], value=self._called),
            SummaryLine(label=tr("Host name"), value=self._parties[1].name),
        ]
        return report_page(self.shown, lines, datetime.now(UTC), is_live=True)

    # --- what can be done about it --------------------------------------------------

    def import_(self, certificates: Sequence[Certificate]) -> None:
        """Take certificates into a trust store, by way of the wizard."""
        hand_to_import(self._workspace, self.parentWidget(), self.flow.chosen_trust, certificates)

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
        self._remedying.apply(action, self.flow.own.keys)

    def _known(self, key: str) -> OpenStore | None:
        return self.flow.catalogue.find(key)

    def _remedied(self, document: Document) -> None:  # noqa: ARG002 - it is in the flow by its key
        self.flow.set_stores(open_stores(self._workspace, None))
        self.run()

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.own.refresh()

    def _host_called(self) -> str:
        return self._called

    def _keys_used(self) -> tuple[str, str]:
        return (self.flow.own.keys, self.flow.own.trust)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.own.closing()
        super().closeEvent(event)
