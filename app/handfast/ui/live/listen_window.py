"""A test server: a partner calls it, and sees on both sides what comes of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QSplitter,
    QWidget,
)

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.core.network import LAST_PORT
from handfast.flows.handshake.probing import ANYWHERE, LOOPBACK, ListenFlow
from handfast.handshake.report.party import Party
from handfast.ui.live.connection_story import LiveStory, hand_to_import
from handfast.ui.live.own_side import OwnSideForm
from handfast.ui.live.serving import Serving
from handfast.ui.rehearsal.cause_ways import CauseWays
from handfast.ui.rehearsal.notices import ResultNotices
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.secrets.password_line import lock_lines
from handfast.ui.widgets.style import GRID, plain
from handfast.ui.widgets.window_layout import (
    labeled_form,
    resize_to_fit,
    rule,
    stacked_lines,
    story_area,
)
from handfast.ui.widgets.window_services import open_stores
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.live.listening import Received
    from handfast.ui.widgets.window_services import Workspace

#: Earlier ones are forgotten: a scanner at an open port would fill the memory.
_MOST: Final = 200
_ADDRESSES: Final = (
    (tr("this computer only"), LOOPBACK),
    (tr("all addresses of this computer"), ANYWHERE),
)
_HINT = tr(
    "A small test server that requires a client certificate and accepts those that its "
    "trust store trusts. It sends one line and stores nothing. Each connection appears "
    "here with all its steps."
)
_OUTDATED = tr("The keystores were changed: the server still uses them as they were at its start.")


class ListenWindow(QDialog):
    """The form above, the connections beneath it, the story of the chosen one beside them."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("listenWindow")
        self.setWindowTitle(tr("Test Server"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self.flow = ListenFlow(open_stores(workspace, None))
        #: The commands that mend a cause.
        self.ways = CauseWays(self.flow.at_hand, self)
        self._serving: Serving | None = None
        #: Why it is being stopped, where that was not the person’s wish.
        self._locked = ""
        self._server = Party(side="server")
        self.own = OwnSideForm(self.flow, "listen", workspace.jobs, self, is_optional=False)
        self.problem = ProblemBar(self)
        #: The port to listen on again, once it has stopped; None where it is not to begin again.
        self._restart_port: int | None = None
        self._port = 0
        self.notices = ResultNotices(
            "listen", workspace, self, again=tr("&Restart"), run=self.restart, words=_OUTDATED
        )
        columns = QHBoxLayout()
        columns.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        columns.setSpacing(4 * GRID)
        columns.addWidget(self.own, 1)
        columns.addLayout(self._place_form(), 1)
        self.state = WrapLabel(_HINT, shade="quiet")
        self.state.setObjectName("listenState")
        self.state.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        lines = stacked_lines(self)
        lines.addLayout(columns)
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self.notices.outdated)
        lines.addWidget(self.notices.unsaved)
        lines.addWidget(self.state)
        lines.addWidget(self._connections(), 1)
        lines.addLayout(self._foot())
        resize_to_fit(self, (136, 104), least=(96, 64))
        workspace.documents_changed.connect(self._documents_changed)
        self._show_state()

    def _place_form(self) -> QFormLayout:
        self.address = QComboBox(self)
        self.address.setObjectName("listenAddress")
        self.address.setAccessibleName(tr("Accept connections from"))
        for text, value in _ADDRESSES:
            self.address.addItem(text, value)
        self.address.activated.connect(
            lambda at: self.flow.update(address=self.address.itemData(at))
        )
        self.port = QSpinBox(self)
        self.port.setObjectName("listenPort")
        self.port.setAccessibleName(tr("Port"))
        self.port.setRange(0, LAST_PORT)
        self.port.setSpecialValueText(tr("any free port"))
        self.port.valueChanged.connect(lambda value: self.flow.update(port=value))
        self.start = QPushButton(tr("&Listen"), self)
        self.start.setObjectName("listenStart")
        self.start.setDefault(True)
        self.start.clicked.connect(self.toggle)
        last = QHBoxLayout()
        last.setSpacing(GRID)
        last.addWidget(self.port)
        last.addStretch(1)
        last.addWidget(self.start)
        form = labeled_form()
        form.addRow(tr("Listen on"), self.address)
        form.addRow(tr("Port"), last)
        return form

    def _connections(self) -> QSplitter:
        self.list = QListWidget(self)
        self.list.setObjectName("listenConnections")
        self.list.setAccessibleName(tr("Connections, latest first"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setSpacing(GRID // 2)
        self.list.currentItemChanged.connect(lambda item, _before: self._show_story(item))
        self._area = story_area(tr("Connection details"), QWidget(), self)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self.list)
        split.addWidget(self._area)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 3)
        split.setSizes([36 * GRID, 100 * GRID])
        split.setChildrenCollapsible(False)
        # While nobody called there is room, and the form stays where it is.
        policy = split.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        split.setSizePolicy(policy)
        self._split = split
        return split

    def _foot(self) -> QHBoxLayout:
        close = QPushButton(tr("Close"), self)
        close.setObjectName("listenClose")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.addStretch(1)
        row.addWidget(close)
        return row

    # --- listening ------------------------------------------------------------------

    @property
    def is_listening(self) -> bool:
        return self._serving is not None

    def toggle(self) -> None:
        """Begin to listen, or stop."""
        if self._serving is not None:
            self.stop()
        else:
            self._listen(None)

    def _listen(self, port: int | None) -> None:
        """Begin to listen, on this port or that of the form."""
        problems = self.flow.problems()
        self.own.show_problems(problems)
        if problems:
            return
        self.problem.hide()
        try:
            listener = self.flow.listen(self._workspace.network, port=port)
        except HandfastError as error:
            self.problem.show_error(error)
            return
        self._server = self.flow.party()
        self._port = listener.port
        own, find = self.flow.own, self.flow.catalogue.find
        self.notices.begin((find(own.keys), find(own.trust)))
        self.notices.finish()
        serving = Serving(listener, self)
        serving.heard.connect(self._take)
        serving.ended.connect(self._ended)
        self._serving = serving
        serving.start()
        where = f"{self.flow.draft.address}:{listener.port}"
        if self.flow.draft.address == ANYWHERE:
            where = tr("port {port} on all addresses of this computer", port=listener.port)
        self.state.setText(
            tr("Listening on {where}. Clients must present a certificate.", where=where)
        )
        self._show_state()

    def stop(self) -> None:
        """Take no more connections."""
        if self._serving is not None:
            self._serving.stop()
            self.start.setEnabled(False)

    def restart(self) -> None:
        """Listen with the keystores as they are now, where clients know the server."""
        self._restart_port = self._port
        self.stop()

    def forget_secrets(self, why: str) -> None:
        """The stores were locked: a server that listens has their keys, so it stops."""
        lock_lines(self, why)
        self._restart_port = None
        if self._serving is not None:
            self._locked = tr(
                "The server was stopped because the keystores were locked. {why}", why=why
            )
            self.stop()
        self._server = Party(side="server")
        self.notices.forget()
        self.flow.set_stores(open_stores(self._workspace, None))
        self.flow.forget_secrets()
        self.own.refresh()
        # Stories drawn before hold the stores; they are drawn again.
        self._show_story(self.list.currentItem())

    def _ended(self) -> None:
        self._serving = None
        self.notices.forget()
        count = self.list.count()
        told = (
            tr("No client connected.")
            if not count
            else tr("The connections stay listed until you close this window.")
        )
        said, self._locked = self._locked or tr("Stopped listening."), ""
        self.state.setText(f"{said} {told}")
        self._show_state()
        # The tabs may have been locked, closed or opened in the meantime.
        self._documents_changed()
        port, self._restart_port = self._restart_port, None
        if port is not None:
            self._listen(port)

    def _take(self, heard: Received) -> None:
        report = heard.report
        first = report.causes[0] if report.causes else None
        said = tr("certificate accepted") if first is None else first.title.lower()
        at = f"{datetime.now():%H:%M:%S}"  # noqa: DTZ005 - as the clock on the wall
        leaf = report.presented[0] if report.presented else None
        who = heard.peer if leaf is None else f"{leaf.common_name or leaf.subject}, {heard.peer}"
        text = tr(
            "{number}. {result}\n{time} from {client}",
            number=heard.number,
            result=said[:1].upper() + said[1:],
            time=at,
            client=who,
        )
        item = QListWidgetItem(icon("ok" if report.ok else "error"), text)
        item.setToolTip(plain(f"{text}\n{heard.subject}".strip()))
        item.setData(Qt.ItemDataRole.UserRole, heard)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        was_at_latest = self.list.currentRow() <= 0
        self.list.insertItem(0, item)
        while self.list.count() > _MOST:
            self.list.takeItem(self.list.count() - 1)
        if was_at_latest:
            self.list.setCurrentRow(0)
        self._show_state()

    def _show_story(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        heard: Received = item.data(Qt.ItemDataRole.UserRole)
        client = Party(side="client", name=heard.peer)
        page = LiveStory(heard.report, client, self._server, theirs=client, ways=self.ways)
        page.import_requested.connect(self._import)
        # The area deletes the one that it had.
        self._area.setWidget(page)

    def _import(self, certificates: Sequence[Certificate]) -> None:
        hand_to_import(self._workspace, self.parentWidget(), self.flow.chosen_trust, certificates)

    def _show_state(self) -> None:
        is_on = self._serving is not None
        self.start.setEnabled(True)
        self.start.setText(tr("S&top") if is_on else tr("&Listen"))
        for each in (self.own, self.address, self.port):
            each.setEnabled(not is_on)
        self._split.setVisible(self.list.count() > 0)

    def _documents_changed(self) -> None:
        if self._serving is None:
            self.flow.set_stores(open_stores(self._workspace, None))
            self.own.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._restart_port = None
        if self._serving is not None:
            self._serving.stop()
        self.own.closing()
        super().closeEvent(event)
