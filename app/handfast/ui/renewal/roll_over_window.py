"""Roll over: who takes part above, the proven plan beneath, and the next step at the foot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, Unpack

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from handfast.core.errors import ChangedOnDisk, HandfastError
from handfast.core.language import tr, tr_in
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.open_store import find_store
from handfast.flows.renewal.rolling_over import PLACES, RolloverFlow
from handfast.flows.setup.saved_setup import keep
from handfast.services.files.shown_path import shown_path
from handfast.ui.rehearsal.notices import ResultNotices
from handfast.ui.renewal.plan_view import PlanView
from handfast.ui.widgets.fields.file_to_save import ask_where_to_save
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine
from handfast.ui.widgets.window_layout import (
    level_forms,
    resize_to_fit,
    rule,
    stacked_lines,
    story_area,
    window_button,
    words_page,
)
from handfast.ui.widgets.window_services import Workspace, document_of, open_stores, report_folders
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QGridLayout, QLayout

    from handfast.core.store import Store
    from handfast.flows.base import FieldProblem
    from handfast.flows.renewal.rolling_over import Place, RolloverEdits
    from handfast.handshake.rollover import RolloverPlan
    from handfast.services.files.opening import OpenedFile
    from handfast.services.partnerships import Partnership, PartnerStage, RolloverStage
    from handfast.ui.widgets.window_services import RunningJob

_HINT = tr(
    "Old and new certificates are rehearsed on both sides for every day until the old one "
    "has expired. The plan shows who must trust what by when, and when each side can switch."
)
_OVER = tr(
    "The roll-over is complete. The old pair is deleted from the file when you save the keystore."
)
_LABELS: Final[dict[Place, str]] = {
    "ours": tr("Your keystore"),
    "trust": tr("Your trust store"),
    "partner": tr("Partner’s certificate"),
    "partner_next": tr("Their new certificate"),
    "partner_trust": tr("Partner’s trust store"),
}
#: What a store that may be missing is called without one.
_WITHOUT: Final[dict[Place, str]] = {
    "partner": tr("As in the partnership"),
    "partner_next": tr("Does not change"),
    "partner_trust": tr("Not available"),
}
_ROLES: Final = (
    ("client", tr("You are the client")),
    ("server", tr("You are the server")),
)
_TRUSTING: Final = (
    ("leaf", tr("The certificate itself")),
    ("ca", tr("Its CA")),
)
#: What the button says that leads to a stage, and what the stage is called.
_NEXT: Final[dict[RolloverStage, str]] = {
    "prepared": tr("Start the Roll-O&ver"),
    "sent": tr("Write the &Handover"),
    "trusted": tr("The &Partner Trusts Both"),
    "switched": tr("&You Have Switched"),
    "dropped": tr("&Delete the Old Pair"),
}
_STAGES: Final[dict[RolloverStage, str]] = {
    "prepared": tr("Prepared"),
    "sent": tr("Sent"),
    "trusted": tr("Partner trusts both"),
    "switched": tr("Switched"),
    "dropped": tr("Old pair deleted"),
}


#: The same for the change of the partner.
_PARTNER_NEXT: Final[dict[PartnerStage, str]] = {
    "trusted": tr("&Trust Their New Certificate"),
    "switched": tr("They Have S&witched"),
    "dropped": tr("Delete T&heir Old Certificate"),
}
_PARTNER_STAGES: Final[dict[PartnerStage, str]] = {
    "trusted": tr("Their new certificate trusted"),
    "switched": tr("Partner switched"),
    "dropped": tr("Their old certificate deleted"),
}


class RollingWorkspace(Workspace, Protocol):
    """The window, which also lists the partnerships."""

    def show_partnerships(self) -> None:
        """List what is known now."""


class RollOverWindow(QDialog):
    """One roll-over; with a partnership, its stages are kept in that file."""

    #: The old pair is to be renewed: its document and its alias.
    renew_requested = Signal(object, str)

    def __init__(
        self,
        workspace: RollingWorkspace,
        parent: QWidget | None = None,
        *,
        partnership: Partnership | None = None,
        path: Path | None = None,
        now: datetime | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rollOverWindow")
        self.setWindowTitle(tr("Roll Over to a New Certificate"))
        if partnership is not None:
            name = shorten(visible(partnership.partner), 60)
            self.setWindowTitle(tr("Roll Over With {partner}", partner=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace, self.path, self._now = workspace, path, now
        self.flow = RolloverFlow(open_stores(workspace, None), partnership=partnership, now=now)
        self._job: RunningJob | None = None
        self.shown: PlanView | None = None
        self._compared_with = ""
        self._make_fields()
        self.problem = ProblemBar(self)
        self.notices = ResultNotices(
            "rollOver", workspace, self, again=tr("Plan &Again"), run=self.run
        )
        self._make_partner_change()
        self._area = story_area(tr("The plan"), words_page(_HINT), self)
        self._stages = QHBoxLayout()
        self._stages.setContentsMargins(3 * GRID, GRID, 3 * GRID, 0)
        self._stages.setSpacing(2 * GRID)
        lines = stacked_lines(self)
        lines.addLayout(self._form())
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self.notices.outdated)
        lines.addWidget(self.notices.unsaved)
        lines.addWidget(self._area, 1)
        lines.addWidget(rule())
        lines.addLayout(self._stages)
        lines.addWidget(self.partner_change)
        lines.addLayout(self._foot())
        resize_to_fit(self, (120, 116), least=(92, 64))
        workspace.documents_changed.connect(self._documents_changed)
        self.refresh()
        self._plan_if_possible()

    # --- the form -------------------------------------------------------------------

    def _make_field(self, place: Place) -> None:
        without = _WITHOUT.get(place, "")
        if place == "partner" and self.flow.partnership is None:
            without = ""
        jobs = self._workspace.jobs
        field = StoreField(f"rollOver.{place}", _LABELS[place], jobs, self, without=without)
        field.chosen.connect(lambda key: self._choose(place, key))
        field.opened.connect(lambda opened: self._take(place, opened))
        self.fields[place] = field

    def _make_fields(self) -> None:
        self.fields: dict[Place, StoreField] = {}
        self.role = self._box("role", tr("Your role"))
        for value, text in _ROLES:
            self.role.addItem(text, value)
        self.role.activated.connect(lambda at: self._edit(role=self.role.itemData(at)))
        # Tab goes through them in the order in which they are made: column by column.
        self._make_field("ours")
        self.old = self._box("old", tr("Old pair"))
        self.old.activated.connect(lambda at: self._edit(old_alias=self.old.itemData(at)))
        self.new = self._box("new", tr("New pair"))
        self.new.activated.connect(lambda at: self._edit(new_alias=self.new.itemData(at)))
        self.renew = QPushButton(tr("Rene&w…"), self)
        self.renew.setObjectName("rollOver.renew")
        self.renew.setAutoDefault(False)
        self.renew.clicked.connect(self._renew)
        for place in PLACES:
            if place not in self.fields:
                self._make_field(place)
        self.trusting = self._box("trusting", tr("What they trust"))
        for value, text in _TRUSTING:
            self.trusting.addItem(text, value)
        self.trusting.activated.connect(lambda at: self._edit(trusting=self.trusting.itemData(at)))
        self.host = QLineEdit(self)
        self.host.setObjectName("rollOver.host")
        self.host.setAccessibleName(tr("Host name"))
        self.host.setPlaceholderText(tr_in("host", "any"))
        self.host.textEdited.connect(lambda text: self._edit(host=text))

    def _box(self, name: str, label: str) -> NameBox:
        box = NameBox(self, least_chars=10)
        box.setObjectName(f"rollOver.{name}")
        box.setAccessibleName(label)
        return box

    def _form(self) -> QGridLayout:
        new = QHBoxLayout()
        new.setSpacing(GRID)
        new.addWidget(self.new, 1)
        new.addWidget(self.renew)
        left: list[tuple[str, QWidget | QLayout]] = [
            (tr("Your role"), self.role),
            (_LABELS["ours"], self.fields["ours"]),
            (tr("Old pair"), self.old),
            (tr("New pair"), new),
            (_LABELS["trust"], self.fields["trust"]),
        ]
        right: list[tuple[str, QWidget | QLayout]] = [
            (_LABELS["partner"], self.fields["partner"]),
            (_LABELS["partner_next"], self.fields["partner_next"]),
            (_LABELS["partner_trust"], self.fields["partner_trust"]),
            (tr("They trust"), self.trusting),
            (tr("Host name"), self.host),
        ]
        return level_forms(left, right)

    def _foot(self) -> QHBoxLayout:
        self.said = WrapLabel("", shade="quiet", max_lines=2)
        self.said.setObjectName("rollOverSaid")
        self.reminders = window_button(
            tr("&Reminders…"), self._choose_reminders, self, name="rollOver.reminders"
        )
        self.stop = window_button(tr("Cancel"), self.cancel, self, name="rollOver.cancel")
        close = window_button(tr("Close"), self.close, self, name="rollOver.close")
        self.go = window_button("", self.go_on, self, name="rollOver.go")
        self.run_button = window_button(tr("P&lan"), self.run, self, name="rollOver.plan")
        self.run_button.setDefault(True)
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.stop, close, self.reminders, self.go, self.run_button):
            row.addWidget(button)
        return row

    def _make_partner_change(self) -> None:
        """The row of the partner’s change: how far it is, and what comes next."""
        self.partner_change = QWidget(self)
        self.partner_change.setObjectName("rollOver.partnerChange")
        self.compared = CheckBox(tr("Fingerprint c&ompared with the partner"), self.partner_change)
        self.compared.setObjectName("rollOver.compared")
        self.compared.toggled.connect(lambda _on: self._show_stage())
        self.fingerprint = FingerprintView(parent=self.partner_change)
        self.fingerprint.setObjectName("rollOver.fingerprint")
        self.go_partner = window_button("", self.go_on_partner, self, name="rollOver.goPartner")
        self._partner_stages = QHBoxLayout()
        self._partner_stages.setSpacing(2 * GRID)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addLayout(self._partner_stages, 1)
        row.addWidget(self.go_partner)
        check = QHBoxLayout()
        check.setSpacing(2 * GRID)
        check.addWidget(self.fingerprint, 1)
        check.addWidget(self.compared)
        lines = QVBoxLayout(self.partner_change)
        lines.setContentsMargins(3 * GRID, GRID, 3 * GRID, 0)
        lines.setSpacing(GRID // 2)
        lines.addLayout(row)
        lines.addLayout(check)

    # --- editing --------------------------------------------------------------------

    def _edit(self, **changes: Unpack[RolloverEdits]) -> None:
        self.flow.update(**changes)
        self.refresh()

    def _choose(self, place: Place, key: str) -> None:
        self.flow.choose(place, key)
        self.refresh()

    def _take(self, place: Place, opened: OpenedFile) -> None:
        self._choose(place, self.flow.take_file(opened))

    def _renew(self) -> None:
        document = document_of(self._workspace, self.flow.draft.ours)
        if document is not None and self.flow.old is not None:
            self.renew_requested.emit(document, self.flow.old.alias)

    def refresh(self) -> None:
        """Show what the flow knows."""
        flow, draft = self.flow, self.flow.draft
        for place, field in self.fields.items():
            field.show_stores(flow.stores, getattr(draft, place))
        self.role.setCurrentIndex(self.role.findData(draft.role))
        for box, alias in ((self.old, draft.old_alias), (self.new, draft.new_alias)):
            box.clear()
            for pair in flow.pairs:
                if box is self.new and pair.alias == draft.old_alias:
                    continue
                box.add_name(pair.alias)
            box.setCurrentIndex(box.findData(alias))
            box.setEnabled(box.count() > 0)
        self.trusting.setCurrentIndex(self.trusting.findData(draft.trusting))
        self.trusting.setEnabled(not draft.partner_trust)
        if self.host.text() != draft.host:
            self.host.setText(draft.host)
        is_open = document_of(self._workspace, draft.ours) is not None
        self.renew.setVisible(flow.old is not None and flow.new is None and is_open)
        self._show_stage()

    def _show_stage(self) -> None:
        stage, after = self.flow.stage, self.flow.next_stage
        is_running = self._job is not None
        is_theirs_alone = self.flow.new is None and self.flow.has_partner_change
        is_ours = self.flow.partnership is not None and not (stage == "" and is_theirs_alone)
        shown = list(_STAGES.items()) if is_ours else []
        _show_stages(self._stages, shown, stage, after, "rollOverStage")
        self._show_partner_stage(is_running)
        self.go.setVisible(after is not None)
        if after is not None:
            self.go.setText(_NEXT[after])
        can_go = self.shown is not None and (self.shown.plan.ok or stage in {"trusted", "switched"})
        self.go.setEnabled(can_go and not is_running)
        self.reminders.setEnabled(self.shown is not None and not is_running)
        self.run_button.setEnabled(not is_running)
        self.stop.setVisible(is_running)

    def _show_partner_stage(self, is_running: bool) -> None:
        flow = self.flow
        stage, after = flow.partner_stage, flow.next_partner_stage
        self.partner_change.setVisible(after is not None or stage == "dropped")
        _show_stages(
            self._partner_stages, list(_PARTNER_STAGES.items()), stage, after, "partnerStage"
        )
        self.go_partner.setVisible(after is not None)
        if after is not None:
            self.go_partner.setText(_PARTNER_NEXT[after])
        coming = flow.partner_next
        is_to_compare = after == "trusted" and coming is not None
        self.compared.setVisible(is_to_compare)
        self.fingerprint.setVisible(is_to_compare)
        if coming is not None and is_to_compare and coming.sha256 != self._compared_with:
            # Of another certificate than was compared.
            self._compared_with = coming.sha256
            self.fingerprint.set_fingerprint(coming.sha256)
            self.compared.setChecked(False)
        is_planned = after != "trusted" or (self.shown is not None and self.compared.isChecked())
        self.go_partner.setEnabled(is_planned and not is_running)

    def _show_problems(self, problems: Sequence[FieldProblem]) -> None:
        told = {each.field: each.message for each in problems}
        for place, field in self.fields.items():
            field.note.show_note("error" if place in told else "", told.get(place, ""))
        self.said.setText(told.get("new_alias", ""))

    # --- planning -------------------------------------------------------------------

    def run(self) -> None:
        """Plan off the GUI thread."""
        problems = self.flow.problems()
        self._show_problems(problems)
        if not problems:
            self._start(self.flow.prepared(), self._show_plan, tr("Rehearsing every day…"))
            draft = self.flow.draft
            keys = dict.fromkeys(getattr(draft, place) for place in self.fields)
            self.notices.begin(find_store(self.flow.stores, key) for key in keys)

    def _plan_if_possible(self) -> None:
        if self.shown is None and self._job is None and self.flow.can_leave():
            self.run()

    def _start(self, work: Callable[..., object], done: Callable[..., None], words: str) -> None:
        self.cancel()
        self.problem.hide()
        self.said.setText(words)
        self._job = self._workspace.jobs.run(work, done=done, failed=self._fail)
        self._show_stage()

    def cancel(self) -> None:
        """Abandon what runs."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.notices.cancel()
            self.said.setText(tr("Canceled."))
            self._show_stage()

    def _show_plan(self, plan: RolloverPlan) -> None:
        self._job = None
        self.said.setText("")
        page = PlanView(plan, self.flow.spans, self.flow.names, self._now)
        self.shown = page
        self._area.setWidget(page)
        page.show()
        self.notices.finish()
        self._show_stage()

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.notices.cancel()
        self.said.setText("")
        self.problem.show_error(error)
        self._show_stage()

    # --- going on -------------------------------------------------------------------

    def go_on(self) -> None:
        """What comes next: it is done, and the partnership keeps that it is."""
        stage = self.flow.next_stage
        plan = self.shown.plan if self.shown is not None else None
        if stage is None or plan is None:
            return
        try:
            if stage == "sent":
                self._write_handover(plan)
                return
            if stage == "dropped":
                self._drop()
        except HandfastError as error:
            self._fail(error)
            return
        self._reach(stage, plan)

    def _write_handover(self, plan: RolloverPlan) -> None:
        folder = self.flow.handover_folder()
        if folder is None:
            return

        def done(_files: object) -> None:
            self._job = None
            self._reach("sent", plan)
            self.said.setText(tr("Send {folder} to the partner.", folder=shown_path(folder)))

        self._start(self.flow.prepared_handover(folder, plan), done, tr("Writing…"))

    def _drop(self) -> None:
        self._apply(self.flow.draft.ours, self.flow.without_old())

    def _apply(self, key: str, change: tuple[Store, Store, str]) -> None:
        """Change a keystore in its tab, where it can be undone and is saved."""
        before, after, label = change
        if after is before:
            return
        document = document_of(self._workspace, key)
        if document is None or document.store is not before:
            raise ChangedOnDisk(
                tr("The keystore is not open, or was changed in the meantime."),
                remedy=tr("Open it in a tab, and try again."),
            )
        document.apply(label, after)
        self.said.setText(tr("Save {name} to write it.", name=document.path.name))

    def go_on_partner(self) -> None:
        """What comes next in the partner’s change: our trust store follows it."""
        stage = self.flow.next_partner_stage
        if stage is None:
            return
        trust, before = self.flow.draft.trust, self.flow.partnership
        try:
            if stage == "trusted":
                self._apply(trust, self.flow.with_partner_new())
            if stage == "dropped":
                self._apply(trust, self.flow.without_partner_old())
            changed = self.flow.at_partner_stage(stage)
        except HandfastError as error:
            self._fail(error)
            return
        self._keep(changed, before)

    def _reach(self, stage: RolloverStage, plan: RolloverPlan) -> None:
        before = self.flow.partnership
        if self.path is not None:
            self._keep(self.flow.at_stage(stage, plan), before)

    def _keep(self, changed: Partnership, before: Partnership | None) -> None:
        """Write the partnership; where that fails, the stage is the previous one."""
        path, workspace = self.path, self._workspace
        if path is None:
            return

        def failed(error: HandfastError) -> None:
            self.flow.partnership = before
            # It may have been closed in the meantime.
            if isValid(self):
                self._fail(error)

        was_dropped = before is not None and before.rollover == "dropped"
        is_over = changed.rollover == "dropped" and not was_dropped

        def done(_path: Path) -> None:
            workspace.show_partnerships()
            if not isValid(self):
                return
            if is_over:
                # The plan is of the past.
                self.shown = None
                self.notices.forget()
                page = words_page(_OVER)
                self._area.setWidget(page)
                page.show()
            self._show_stage()

        self._workspace.jobs.run(lambda _progress: keep(changed, path), done=done, failed=failed)
        self.refresh()

    def _choose_reminders(self) -> None:
        document = document_of(self._workspace, self.flow.draft.ours)
        beside = document.path.parent if document is not None else None
        ask_where_to_save(
            self,
            title=tr("Save the Reminders"),
            name=f"roll-over-{self.flow.draft.old_alias}.ics",
            folders=report_folders(self._workspace, beside),
            take=self.save_reminders,
        )

    def save_reminders(self, path: Path) -> None:
        """Write what is to be done when as a calendar; the dialog asked before it replaces."""
        if self.shown is None:
            return
        try:
            self.flow.write_reminders(self.shown.plan, path)
        except HandfastError as error:
            self._fail(error)
            return
        self.said.setText(tr("Saved as {name}.", name=path.name))

    # --- the keystores --------------------------------------------------------------

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.refresh()
        self._plan_if_possible()

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: the plan was about them."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cancel()
        for field in self.fields.values():
            field.closing()
        super().closeEvent(event)


def _show_stages(
    lines: QHBoxLayout, stages: Sequence[tuple[str, str]], stage: str, after: str | None, name: str
) -> None:
    """The stages side by side: those that were reached with a mark, the next one in full ink."""
    while (item := lines.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
    order = [each for each, _words in stages]
    reached = order.index(stage) if stage in order else -1
    for at, (each, words) in enumerate(stages):
        line: QWidget = (
            StateLine("ok", words)
            if at <= reached
            else WrapLabel(words, shade="plain" if each == after else "quiet")
        )
        line.setObjectName(f"{name}.{each}")
        lines.addWidget(line)
        line.show()


def open_keystores(workspace: Workspace, partnership: Partnership) -> None:
    """Open the keystores of a partnership in tabs, where their passwords are asked for."""
    for name in (partnership.truststore, partnership.keystore):
        if name:
            workspace.open_path(Path(name).expanduser())
