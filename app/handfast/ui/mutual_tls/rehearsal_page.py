"""The step that tries the handshake, with what is known of the partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.flows.open_store import OpenStore
from handfast.ui.rehearsal.cause_ways import CauseWays
from handfast.ui.rehearsal.result import RehearsalResult
from handfast.ui.widgets.error_panel import ErrorPanel
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.fold import Fold
from handfast.ui.widgets.style import GRID, TextLabel, breakable
from handfast.ui.widgets.wrap_label import WrapLabel
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Runner

#: Of a certificate of ours: another pair helps, where the store alone cannot be mended.
_OF_OUR_PAIR = frozenset(
    ("expired", "wrong-purpose", "weak-key", "weak-signature", "no-identity", "host-mismatch",
     "no-shared-algorithm", "not-a-ca", "unknown-critical-extension", "key-mismatch")
)  # fmt: skip
#: Other steps that lead out of a failure.
_STEPS_OUT = frozenset({"certificates", "partner", "pair"})


class RehearsalPage(Page):
    """How it went, what helps, and the partner’s own stores for those who have them."""

    run_requested = Signal()
    remedy_chosen = Signal(object)
    #: Another step that is to be gone to.
    step_chosen = Signal(str)

    def __init__(self, flow: SetUpFlow, jobs: Runner) -> None:
        super().__init__(
            step="rehearsal",
            prefix="setup",
            heading=tr("Rehearsal"),
            introduction=tr("The handshake, tried in memory before you go live. Nothing is sent."),
        )
        self._flow, self._jobs = flow, jobs
        #: What became of the file that a remedy changed.
        self._kept = ""
        #: Beside the other steps: the commands that mend a cause, as in every rehearsal.
        self.ways = CauseWays(flow.at_hand, self)
        self.shown: RehearsalResult | None = None
        self.fields: list[StoreField] = []

    def build(self) -> None:
        self.again = QPushButton(tr("&Rehearse Again"))
        self.again.setObjectName("setup.rehearse")
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.run_requested)
        self.said = TextLabel()
        self.said.setObjectName("setup.rehearse.said")
        head = QHBoxLayout()
        head.setSpacing(2 * GRID)
        head.addWidget(self.said, 1)
        head.addWidget(self.again)
        self.error = ErrorPanel()
        self.error.setObjectName("setup.rehearse.error")
        self.error.hide()
        self.theirs = Fold(tr("With the partner’s own keystores"), self._their_stores, self)
        self.theirs.button.setObjectName("setup.theirs")
        self._place = QVBoxLayout()
        self.content.addLayout(head)
        self.content.addWidget(self.error)
        self.content.addLayout(self._place)
        self.content.addWidget(self.theirs)
        self.content.addStretch(1)

    def _their_stores(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(3 * GRID, 0, 0, 0)
        form.setHorizontalSpacing(2 * GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(
            WrapLabel(
                tr(
                    "If both sides are yours, such as two systems in your organization, the whole "
                    "handshake is run."
                ),
                shade="quiet",
            )
        )
        for attribute, label, name in (
            ("their_keys", tr("Keystore"), tr("Partner’s keystore")),
            ("their_trust", tr("Trust store"), tr("Partner’s trust store")),
        ):
            field = self._their_field(attribute, name)
            form.addRow(label, field)
            self.fields.append(field)
        return page

    def _their_field(self, attribute: str, label: str) -> StoreField:
        field = StoreField(f"setup.{attribute}", label, self._jobs)
        field.show_stores(self._flow.stores, "")

        def take(found: OpenStore) -> None:
            setattr(self._flow, attribute, found)
            others = [each for each in self._flow.stores if each.key != found.key]
            field.show_stores([*others, found], found.key)
            self.run_requested.emit()

        def read(opened: OpenedFile) -> None:
            take(OpenStore.of_file(opened.path, opened.store))

        field.opened.connect(read)
        field.chosen.connect(
            lambda key: take(next(each for each in self._flow.stores if each.key == key))
        )
        return field

    # --- how it went ------------------------------------------------------------------

    def begin(self) -> None:
        """It is being tried."""
        self.again.setEnabled(False)
        self.error.hide()
        self._kept = ""
        self.said.setText(tr("Rehearsing…"))

    def say(self, words: str) -> None:
        """What it waits for, where it waits."""
        self.said.setText(words)

    def tell_saved(self, name: str) -> None:
        """The change of a remedy is in its file."""
        self._tell_kept(tr("The change is saved in “{name}”.", name=shorten(name, 60)))

    def tell_unsaved(self, name: str, error: HandfastError) -> None:
        """The change of a remedy is in no file, whatever the rehearsal says of it."""
        said = tr("The change to “{name}” is not saved yet.", name=shorten(name, 60))
        self._tell_kept(f"{said} {error.problem} {error.remedy}".strip())

    def _tell_kept(self, words: str) -> None:
        self._kept = words
        if self.shown is not None:
            self.said.setText(breakable(self._setting()))

    def show_report(self, report: Report, parties: tuple[Party, Party]) -> None:
        self.again.setEnabled(True)
        self.said.setText(breakable(self._setting()))
        self._clear()
        self.shown = RehearsalResult(report, *parties, ways=self._ways, causes_first=True)
        layout = self.shown.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.shown.remedy_chosen.connect(self.remedy_chosen)
        self.shown.way_chosen.connect(self._go_way)
        self._place.addWidget(self.shown)
        self.shown.show()
        self.scroller.verticalScrollBar().setValue(0)

    def show_error(self, error: HandfastError) -> None:
        self.again.setEnabled(True)
        self.said.setText("")
        self._clear()
        self.error.show_error(error)
        self.error.show()

    def _clear(self) -> None:
        if self.shown is not None:
            self._place.removeWidget(self.shown)
            self.shown.hide()
            self.shown.deleteLater()
            self.shown = None

    def _setting(self) -> str:
        flow, partner = self._flow, shorten(self._flow.draft.partner, 60)
        host = flow.draft.host.strip()
        if flow.their_keys is not None and flow.their_trust is not None:
            setting = _between(partner, host)
        else:
            setting = _with_certificate(partner, host)
        if self._kept:
            setting = f"{setting}\n{self._kept}"
        if not flow.is_waiting:
            return setting
        waiting = tr(
            "The CA’s reply is still missing: until then, your side uses the current "
            "certificate of the key pair."
        )
        return f"{setting}\n{waiting}"

    def _go_way(self, name: str) -> None:
        if name in _STEPS_OUT:
            self.step_chosen.emit(name)
        else:
            self.ways.go(name)

    def _ways(self, cause: Cause) -> list[tuple[str, str]]:
        """What can be done about a cause: in other steps, and in the keystores at hand."""
        return self._steps_for(cause) + self.ways.of(cause)

    def _steps_for(self, cause: Cause) -> list[tuple[str, str]]:
        if cause.side != self._flow.draft.role:
            ways = [("certificates", tr("Import another certificate of &theirs…"))]
            if cause.code == "host-mismatch":
                ways.insert(0, ("partner", tr("Correct the &host name…")))
            return ways if cause.action is None else []
        if cause.action is None and cause.code in _OF_OUR_PAIR:
            return [("pair", tr("Choose or create another &key pair…"))]
        return []

    def focus_first(self) -> None:
        self.again.setFocus()

    def closing(self) -> None:
        for field in self.fields:
            field.closing()


def _between(partner: str, host: str) -> str:
    if host:
        return tr(
            "Between your keystores and those of {partner}, to {host}.", partner=partner, host=host
        )
    return tr(
        "Between your keystores and those of {partner}; no host name is checked.", partner=partner
    )


def _with_certificate(partner: str, host: str) -> str:
    if host:
        return tr(
            "With your keystores and what {partner} sent, to {host}.", partner=partner, host=host
        )
    return tr(
        "With your keystores and what {partner} sent; no host name is checked.", partner=partner
    )
