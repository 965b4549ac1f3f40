"""The JDKs of this machine: what each trusts, where they differ, and a CA for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr, tr_count
from handfast.flows.jdks.trust_flow import (
    JdkTrustFlow,
    look_at_jdks,
    read_authority,
)
from handfast.flows.jdks.words import (
    missing_words,
    origin_words,
    outcome_words,
    removal_words,
    store_state,
    store_title,
)
from handfast.services.checks.jdk_trust_checks import lost_words
from handfast.services.files.shown_path import shown_path
from handfast.services.jdks.authorities import Outcome, Removal, name_of
from handfast.ui.widgets.certificate_card import CertificateCard
from handfast.ui.widgets.certificate_table import CertificateTable, CertificateTableModel
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.secrets.password_line import TextLine
from handfast.ui.widgets.style import GRID, breakable, plain
from handfast.ui.widgets.value_rows import Mark, heading
from handfast.ui.widgets.window_layout import (
    keep_on_screen_once_framed,
    labeled_form,
    resize_to_fit,
    rule,
    stacked_lines,
    story_area,
    window_button,
    words_page,
)
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.errors import HandfastError
    from handfast.flows.jdks.trust_flow import JdkTrust
    from handfast.services.jdks.authorities import PlannedAddition, Undone
    from handfast.services.jdks.trust_stores import JavaTrustStore
    from handfast.ui.widgets.window_services import RunningJob, Workspace

#: Typing pauses so long before a file of the name that was typed is looked for.
_PAUSE_MS = 300
_STATES = {
    Outcome.ADD: "ok",
    Outcome.ADDED: "ok",
    Outcome.PRESENT: "ok",
    Outcome.READ_ONLY: "warning",
    Outcome.LOCKED: "warning",
    Outcome.UNREADABLE: "error",
    Outcome.FAILED: "error",
    Outcome.LEFT_OUT: "",
}
_HINT = tr(
    "Java trusts the certificates in the file cacerts of the JDK that a program runs on. Choose "
    "the certificate of your organization’s CA above to have all JDKs trust it."
)


class _Row:
    """One trust store, as the table asks for it."""

    def __init__(self, store: JavaTrustStore, planned: PlannedAddition | None) -> None:
        self.store = store
        self.planned = planned

    def texts(self) -> Sequence[str]:
        jdks = self.store.jdks
        origins = dict.fromkeys(origin_words(each.origin) for each in jdks)
        return (
            store_title(self.store),
            ", ".join(origins),
            shown_path(self.store.path),
            outcome_words(self.planned) if self.planned is not None else store_state(self.store),
        )

    def is_checked(self) -> bool:
        if self.planned is None:
            return self.store.opened is not None
        return self.planned.outcome in {Outcome.ADD, Outcome.ADDED, Outcome.PRESENT}

    def state(self) -> str:
        if self.planned is not None:
            return _STATES[self.planned.outcome]
        return "error" if self.store.opened is None else ""


class JdkWindow(QDialog):
    """The trust stores above, the CA and what differs beneath; not modal."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        # Not a dialog: the tab of a trust store that is opened comes to the front.
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("jdkWindow")
        self.setWindowTitle(tr("JDKs on This Machine"))
        self._workspace = workspace
        self.flow = JdkTrustFlow()
        self._job: RunningJob | None = None
        self._done: tuple[PlannedAddition, ...] = ()
        self._undone_words = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PAUSE_MS)
        self._typing.timeout.connect(self._read_file)
        self._make_fields()
        self.problem = ProblemBar(self)
        self._area = story_area(tr("What differs"), words_page(_HINT), self)
        lines = stacked_lines(self)
        lines.addLayout(self._top(), 1)
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._foot())
        resize_to_fit(self, (120, 96), least=(88, 60))
        self.look()

    # --- the parts ------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.lost_note = FieldNote(parent=self)
        self.lost_note.setObjectName("jdkLost")
        self.lost_button = window_button(
            tr("Choose &Missing CA"), self._choose_lost, self, name="jdkAddAgain"
        )
        self.model = CertificateTableModel(
            (tr("JDK"), tr("Found by"), tr("Trust store"), tr("Certificates"))
        )
        self.model.checked.connect(self._tick)
        self.table = CertificateTable(self.model, widths=(232, 104, 0, 208))
        self.table.setParent(self)
        self.table.setObjectName("jdkTable")
        self.table.setAccessibleName(tr("Trust stores of the JDKs"))
        self.table.current_row_changed.connect(lambda _row: self._show_actions())
        # The end of a path says which JDK it is of.
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.doubleClicked.connect(lambda _index: self.open_selected())
        self.file = PathField(
            title=tr("Choose the Certificate of a CA"),
            filters=(tr("Certificates (*.crt *.cer *.pem *.der *.p7b)"), tr("All files (*)")),
            saving=False,
        )
        self.file.setParent(self)
        self.file.setObjectName("jdkFile")
        self.file.line.setAccessibleName(tr("File with the certificate of a CA"))
        self.file.line.setPlaceholderText(tr("the certificate of your organization’s CA"))
        self.file.text_edited.connect(lambda _text: self._typing.start())
        self.file_note = FieldNote(parent=self)
        self.alias = TextLine(self)
        self.alias.setObjectName("jdkAlias")
        self.alias.setAccessibleName(tr("Alias in the trust stores"))
        self.alias.setPlaceholderText(tr("from its common name"))
        self.alias.textEdited.connect(self._edit_alias)
        self.alias_note = FieldNote(parent=self)

    def _top(self) -> QVBoxLayout:
        lost = QHBoxLayout()
        lost.setSpacing(GRID)
        lost.addWidget(self.lost_note, 1)
        lost.addWidget(self.lost_button)
        form = labeled_form()
        form.addRow(tr("CA certificate"), _stacked(self.file, self.file_note))
        form.addRow(tr("Alias"), _stacked(self.alias, self.alias_note))
        lines = QVBoxLayout()
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addLayout(lost)
        lines.addWidget(self.table, 1)
        lines.addLayout(form)
        return lines

    def _foot(self) -> QHBoxLayout:
        self.said = WrapLabel("", shade="quiet", max_lines=2)
        self.said.setObjectName("jdkSaid")
        self.undo_button = window_button(tr("&Undo Addition"), self.undo, self, name="jdkUndo")
        self.open_button = window_button(
            tr("&Open Trust Store"), self.open_selected, self, name="jdkOpen"
        )
        close = window_button(tr("Close"), self.close, self, name="jdkClose")
        self.add_button = QPushButton(tr("&Add to Trust Stores"), self)
        self.add_button.setObjectName("jdkAdd")
        self.add_button.setDefault(True)
        self.add_button.clicked.connect(self.add)
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.undo_button, self.open_button, close, self.add_button):
            row.addWidget(button)
        return row

    # --- looking --------------------------------------------------------------------

    def look(self) -> None:
        """Find the JDKs and read their trust stores off the GUI thread."""
        self._start(tr("Looking for JDKs…"))
        self._job = self._workspace.jobs.run(look_at_jdks, done=self._take_trust, failed=self._fail)
        self.refresh()

    def _start(self, words: str) -> None:
        if self._job is not None:
            self._job.cancel()
        self.said.setText(words)

    def _take_trust(self, trust: JdkTrust) -> None:
        self._job = None
        self.flow.set_trust(trust)
        self.said.setText(
            self._result_words()
            or (
                tr_count(
                    "{count} trust store was found.",
                    "{count} trust stores were found.",
                    len(trust.stores),
                )
                if trust.stores
                else tr("No JDK was found on this machine.")
            )
        )
        self.refresh()

    def refresh(self) -> None:
        """Show what the flow knows."""
        flow = self.flow
        plan = {each.store.place: each for each in flow.plan}
        for each in self._done:
            if each.outcome is Outcome.FAILED:
                plan[each.store.place] = each
        self.model.show_rows([_Row(each, plan.get(each.place)) for each in flow.trust.stores])
        if not self.table.currentIndex().isValid():
            self.table.select_row(0)
        lost = flow.trust.lost
        words = "\n".join(lost_words(each) for each in lost)
        self.lost_note.show_note("error" if lost else "", words)
        self.lost_button.setVisible(bool(lost))
        for problem in flow.problems():
            if problem.field == "alias":
                self.alias_note.show_note("error", problem.message)
                break
        else:
            self.alias_note.show_note("", "")
        page = _Page(flow, list(plan.values()), self)
        self._area.setWidget(page)
        page.show()
        self._show_actions()

    def _show_actions(self) -> None:
        is_running = self._job is not None
        changes = self.flow.changes
        self.add_button.setEnabled(not is_running and self.flow.can_leave())
        self.add_button.setText(
            tr_count("&Add to {count} Trust Store", "&Add to {count} Trust Stores", changes)
            if changes
            else tr("&Add to Trust Stores")
        )
        undoable = self.flow.undoable
        self.undo_button.setEnabled(not is_running and undoable is not None)
        self.undo_button.setToolTip(
            plain(tr("Remove “{name}” from the trust stores", name=name_of(undoable.certificate)))
            if undoable is not None
            else ""
        )
        self.open_button.setEnabled(self._selected() is not None)

    def _selected(self) -> JavaTrustStore | None:
        stores, at = self.flow.trust.stores, self.table.currentIndex().row()
        return stores[at] if 0 <= at < len(stores) else None

    def open_selected(self) -> None:
        """Open the trust store of the selected row in a tab."""
        if (store := self._selected()) is not None:
            self._workspace.open_path(store.path)

    # --- the CA ---------------------------------------------------------------------

    def _tick(self, row: int, is_checked: bool) -> None:
        self._done = ()
        self.flow.choose(self.flow.trust.stores[row].place, is_chosen=is_checked)
        self.refresh()

    def _edit_alias(self, text: str) -> None:
        self.flow.update(alias=text)
        self.refresh()

    def _read_file(self) -> None:
        text = self.file.line.text().strip()
        self._typing.stop()
        self._done = ()
        self.file_note.show_note("", "")
        self._take_authority(None)
        if text:
            path = Path(text).expanduser()
            self._workspace.jobs.run(
                lambda _progress: read_authority(path),
                done=lambda found: self._take_read(text, found),
                failed=lambda error: self._refuse(text, error),
            )

    def _take_read(self, text: str, authority: Certificate) -> None:
        # Another name may have been typed in the meantime.
        if self.file.line.text().strip() == text:
            self._take_authority(authority)

    def _refuse(self, text: str, error: HandfastError) -> None:
        if self.file.line.text().strip() == text:
            words = " ".join(part for part in (error.problem, error.remedy) if part)
            self.file_note.show_note("error", words)

    def _take_authority(self, authority: Certificate | None) -> None:
        self.flow.update(authority=authority)
        self.refresh()

    def choose_authority(self, authority: Certificate) -> None:
        """Have this CA be the one that is added."""
        self.file.line.clear()
        self._done = ()
        self._take_authority(authority)

    def _choose_lost(self) -> None:
        lost = self.flow.trust.lost
        if lost:
            self.choose_authority(lost[0].authority.certificate)
            self.add_button.setFocus()

    # --- the work -------------------------------------------------------------------

    def add(self) -> None:
        """Add the CA off the GUI thread."""
        if self._job is not None or not self.flow.can_leave():
            return
        self.problem.hide()
        self._start(tr("Adding the CA…"))
        self._job = self._workspace.jobs.run(
            self.flow.prepared(), done=self._added, failed=self._fail
        )
        self._show_actions()

    def _added(self, done: tuple[PlannedAddition, ...]) -> None:
        self._done = done
        self.look()

    def _result_words(self) -> str:
        added = sum(each.outcome is Outcome.ADDED for each in self._done)
        failed = sum(each.outcome is Outcome.FAILED for each in self._done)
        if failed:
            return tr_count(
                "{count} trust store could not be written.",
                "{count} trust stores could not be written.",
                failed,
            )
        if added:
            return tr_count(
                "Added to {count} trust store. Undo Addition restores it.",
                "Added to {count} trust stores. Undo Addition restores them.",
                added,
            )
        return self._undone_words

    def undo(self) -> None:
        """Take the CA that was added last out again."""
        if self._job is not None or self.flow.undoable is None:
            return
        self.problem.hide()
        self._start(tr("Restoring the trust stores…"))
        self._job = self._workspace.jobs.run(self.flow.undo, done=self._undone, failed=self._fail)
        self._show_actions()

    def _undone(self, result: tuple[Certificate, tuple[Undone, ...]]) -> None:
        authority, undone = result
        failed = [each for each in undone if each.removal is Removal.FAILED]
        self._done = ()
        if failed:
            self._undone_words = tr(
                "{path}: {problem}", path=failed[0].place, problem=failed[0].problem
            )
        else:
            outcomes = dict.fromkeys(removal_words(each.removal) for each in undone)
            self._undone_words = tr(
                "“{name}”: {outcome}.", name=name_of(authority), outcome=", ".join(outcomes)
            )
        self.look()

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.said.setText("")
        self.problem.show_error(error)
        self._show_actions()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        keep_on_screen_once_framed(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._typing.stop()
        if self._job is not None:
            self._job.cancel()
        super().closeEvent(event)


class _Page(QWidget):
    """The CA that was chosen, what keeps some trust stores from it, and what differs."""

    def __init__(
        self, flow: JdkTrustFlow, plan: Sequence[PlannedAddition], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("jdkPage")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        lines.setSpacing(2 * GRID)
        authority = flow.draft.authority
        if authority is not None:
            card = CertificateCard("jdk")
            card.show_certificate(authority, flow.warnings)
            lines.addWidget(card)
        told = [each for each in plan if each.problem or each.note]
        if told:
            lines.addWidget(heading(tr("Notes")))
        for each in told:
            kind = _STATES[each.outcome] if each.problem else "warning"
            words = [shown_path(each.store.path), each.problem, each.remedy, each.note]
            lines.addLayout(_marked(kind, "\n".join(word for word in words if word), self))
        if authority is None:
            lines.addWidget(WrapLabel(_HINT, shade="quiet"))
        uneven = flow.trust.uneven
        if len(flow.trust.stores) > 1:
            lines.addWidget(heading(tr("What differs")))
            if not uneven:
                lines.addWidget(WrapLabel(tr("All trust stores trust the same certificates.")))
        for head, names in missing_words(uneven):
            group = QVBoxLayout()
            group.setSpacing(GRID // 2)
            group.addWidget(WrapLabel(breakable(head)))
            group.addWidget(WrapLabel(breakable(names), shade="quiet"))
            lines.addLayout(group)
        lines.addStretch(1)


def _marked(kind: str, text: str, parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    row.addWidget(Mark(kind, parent), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(WrapLabel(breakable(text)), 1)
    return row


def _stacked(first: QWidget, second: QWidget) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(GRID // 2)
    lines.addWidget(first)
    lines.addWidget(second)
    return lines
