"""What is to be rehearsed: the client's stores, the server's, host, version and date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr, tr_in
from handfast.flows.handshake.rehearsal import PLACES
from handfast.flows.handshake.rehearsal_report import SIDES
from handfast.flows.open_store import find_store
from handfast.ui.widgets.fields.moment_field import MomentField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID, heading_font, plain
from handfast.ui.widgets.window_layout import (
    labeled_form,
)

if TYPE_CHECKING:
    from handfast.flows.base import FieldProblem
    from handfast.flows.handshake.rehearsal import Place, RehearsalEdits, RehearsalFlow
    from handfast.handshake.report.party import Side
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Runner

_VERSIONS: Final = ((tr("1.3 or 1.2"), None), (tr("1.3 only"), "1.3"), (tr("1.2 only"), "1.2"))
_NAMES: Final[dict[Place, str]] = {
    "client_keys": "rehearseClientKeys",
    "client_trust": "rehearseClientTrust",
    "server_keys": "rehearseServerKeys",
    "server_trust": "rehearseServerTrust",
}
_LABELS: Final[dict[Place, str]] = {
    "client_keys": tr("Client keystore"),
    "client_trust": tr("Client trust store"),
    "server_keys": tr("Server keystore"),
    "server_trust": tr("Server trust store"),
}


class RehearsalSetup(QWidget):
    """The form over the story."""

    #: The person wants it run.
    run_requested = Signal()
    #: Something else is to be rehearsed now.
    edited = Signal()

    def __init__(self, flow: RehearsalFlow, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = flow
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.fields: dict[Place, StoreField] = {}
        self.aliases: dict[Side, NameBox] = {}
        # Tab goes through them in the order in which they are made: column by column.
        for place in PLACES:
            field = StoreField(_NAMES[place], _LABELS[place], jobs, self)
            field.chosen.connect(lambda key, at=place: self._choose(at, key))
            field.opened.connect(lambda opened, place=place: self._take(place, opened))
            self.fields[place] = field
            if place == "client_keys":
                self.aliases["client"] = self._alias_box("client")
            elif place == "server_keys":
                self.aliases["server"] = self._alias_box("server")
        # Boxes with icons are higher than others.
        for box in self.aliases.values():
            box.setMinimumHeight(self.fields["client_keys"].box.sizeHint().height())
        columns = QHBoxLayout()
        columns.setSpacing(4 * GRID)
        columns.addLayout(self._column("client"), 1)
        columns.addLayout(self._column("server"), 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addLayout(columns)
        lines.addLayout(self._foot())
        self.refresh()

    def _alias_box(self, side: Side) -> NameBox:
        box = NameBox(self)
        box.setObjectName(f"rehearse{side.title()}Alias")
        box.setAccessibleName(
            tr("Key pair of the client") if side == "client" else tr("Key pair of the server")
        )
        box.activated.connect(lambda at: self._choose_alias(side, box.itemData(at)))
        return box

    def _column(self, side: Side) -> QVBoxLayout:
        title = QLabel(SIDES[side], self)
        title.setFont(heading_font(self.font(), larger_by=2))
        form = labeled_form()
        keys: Place = "client_keys" if side == "client" else "server_keys"
        trust: Place = "client_trust" if side == "client" else "server_trust"
        form.addRow(tr("Keystore"), self.fields[keys])
        form.addRow(tr("Key pair"), self.aliases[side])
        form.addRow(tr("Trust store"), self.fields[trust])
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.addWidget(title)
        column.addLayout(form)
        column.addStretch(1)
        return column

    def _foot(self) -> QGridLayout:
        self.host = QLineEdit(self)
        self.host.setObjectName("rehearseHost")
        self.host.setAccessibleName(tr("Host name that the client connects to"))
        self.host.setPlaceholderText(tr_in("host", "any"))
        self.host.setToolTip(
            tr("For example api.example.com. Leave it empty to skip the check of the host name.")
        )
        self.host.textEdited.connect(lambda text: self._edit(host=text))
        self.host.returnPressed.connect(self.run_requested)
        self.version = QComboBox(self)
        self.version.setObjectName("rehearseTls")
        self.version.setAccessibleName(tr("TLS version"))
        for text, value in _VERSIONS:
            self.version.addItem(text, value)
        self.version.activated.connect(lambda at: self._edit(tls=self.version.itemData(at)))
        self.at_date = CheckBox(tr("At another date"), self)
        self.at_date.setObjectName("rehearseAtDate")
        self.at_date.setToolTip(
            tr("Rehearse as of that date: certificates that have expired by then fail")
        )
        self.at_date.setAccessibleName(tr("Rehearse at another date"))
        self.at_date.toggled.connect(self._dated)
        self.date = MomentField("rehearseDate", tr("Date to rehearse at, UTC"), self)
        self.date.dateTimeChanged.connect(lambda _at: self._dated(self.at_date.isChecked()))
        self.run = QPushButton(tr("&Rehearse"), self)
        self.run.setObjectName("rehearseRun")
        self.run.setDefault(True)
        self.run.clicked.connect(self.run_requested)
        name = QLabel(tr("Host name"), self)
        # So wide that its field begins beneath those of the form, whose gap is wider by one.
        name.setMinimumWidth(name.fontMetrics().horizontalAdvance(tr("Trust store")) + GRID)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        for column, widget in enumerate(
            (name, self.host, QLabel("TLS"), self.version, self.at_date, self.date,
             self.run)
        ):  # fmt: skip
            grid.addWidget(widget, 0, column)
        grid.setColumnStretch(1, 1)
        return grid

    # --- editing --------------------------------------------------------------------

    def _dated(self, on: bool) -> None:
        self.date.setEnabled(on)
        self._edit(at=self.date.moment if on else None)

    def _take(self, place: Place, opened: OpenedFile) -> None:
        self._choose(place, self._flow.take_file(opened))

    def _choose(self, place: Place, key: str) -> None:
        self._flow.choose(place, key)
        self._took_edit()

    def _choose_alias(self, side: Side, alias: str) -> None:
        self._flow.choose_alias(side, alias)
        self._took_edit()

    def _edit(self, **changes: Unpack[RehearsalEdits]) -> None:
        self._flow.update(**changes)
        self._took_edit()

    def _took_edit(self) -> None:
        self.refresh()
        self.edited.emit()

    def refresh(self) -> None:
        """Show what the flow knows."""
        draft = self._flow.draft
        for place, field in self.fields.items():
            field.show_stores(self._flow.stores, getattr(draft, place))
        for side, box in self.aliases.items():
            keys: Place = "client_keys" if side == "client" else "server_keys"
            box.clear()
            box.addItem(tr("Automatic"), "")
            for pair in self._flow.pairs(keys):
                box.add_name(pair.alias)
            box.setCurrentIndex(max(0, box.findData(getattr(draft, f"{side}_alias"))))
            has_store = find_store(self._flow.stores, getattr(draft, keys)) is not None
            box.setEnabled(has_store)
        if self.host.text() != draft.host:
            self.host.setText(draft.host)

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Say beneath a field what is missing; the keyboard goes to the first."""
        told = {problem.field: problem.message for problem in problems}
        for place, field in self.fields.items():
            if place in told:
                field.note.show_note("error", told[place])
        first = next((self.fields[place] for place in PLACES if place in told), None)
        if first is not None:
            first.setFocus()
        elif "host" in told:
            self.host.setToolTip(plain(told["host"]))
            self.host.setFocus()
