"""The step that shows each certificate with its fingerprint, to be compared with the partner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from handfast.core.language import tr
from handfast.services.describe.holder import holder_text
from handfast.services.policy.fingerprints import FingerprintMatch
from handfast.ui.widgets.certificate_card import CertificateCard, until_words
from handfast.ui.widgets.certificate_table import CertificateTable, CertificateTableModel
from handfast.ui.widgets.style import GRID, fixed_font
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.flows.base import FieldProblem
    from handfast.flows.exchange.import_ import CandidateEdits, ImportFlow


class _Row:
    """A row of the table: a candidate of the flow."""

    __slots__ = ("_flow", "_index")

    def __init__(self, flow: ImportFlow, index: int) -> None:
        self._flow = flow
        self._index = index

    def texts(self) -> tuple[str, ...]:
        candidate = self._flow.draft.candidates[self._index]
        return (
            holder_text(candidate.certificate),
            candidate.alias,
            until_words(candidate.certificate),
            self._state_words(),
        )

    def is_checked(self) -> bool:
        return self._flow.draft.candidates[self._index].chosen

    def state(self) -> str:
        if not self.is_checked():
            return ""
        if self._flow.candidate_problems(self._index):
            return "error"
        if self._flow.warnings_of(self._index):
            return "warning"
        return "ok" if self._is_compared() else ""

    def _is_compared(self) -> bool:
        return self._flow.match(self._index) is FingerprintMatch.MATCH

    def _state_words(self) -> str:
        if not self.is_checked():
            return tr("left out")
        state = self.state()
        if state == "error":
            return tr("needs attention")
        if self._is_compared():
            return tr("compared; has a warning") if state == "warning" else tr("compared")
        return tr("warning") if state == "warning" else tr("not compared")


class CheckPage(Page):
    """Which to take, under which alias, and whether the fingerprint is the partner's."""

    #: Something was said of a certificate, and the flow knows it already.
    said = Signal()

    def __init__(self, flow: ImportFlow) -> None:
        super().__init__(
            step="check",
            prefix="import",
            heading=tr("Is it really theirs?"),
            introduction=tr(
                "If the certificate was replaced in transit, you would trust an "
                "attacker. Call your partner and compare the fingerprint."
            ),
        )
        self._flow = flow
        self._current = 0

    def build(self) -> None:
        self.model = CertificateTableModel(
            (tr("Certificate"), tr("Alias"), tr("Valid until"), tr("State")), editable=1
        )
        self.table = CertificateTable(self.model, widths=(0, 0, 17 * GRID, 16 * GRID))
        self.table.setAccessibleName(tr("Certificates"))
        self.table.setMinimumHeight(11 * GRID)
        self.model.checked.connect(lambda row, on: self._say(row, chosen=on))
        self.model.renamed.connect(lambda row, alias: self._say(row, alias=alias))
        self.table.current_row_changed.connect(self._go_to)
        self.card = CertificateCard("import")
        self.alias = QLineEdit()
        self.alias.textEdited.connect(lambda text: self._say(self._current, alias=text))
        self.fingerprint = QLineEdit()
        self.fingerprint.setFont(fixed_font(self.font()))
        self.fingerprint.setPlaceholderText(tr("Read out by your partner"))
        self.fingerprint.textEdited.connect(lambda text: self._say(self._current, fingerprint=text))
        self.form.add("candidates", "", self.table, wide=True, grow=True)
        self.form.add_widget(self.card)
        self.form.add(
            "fingerprint",
            tr("&Fingerprint"),
            self.fingerprint,
            help_text=tr("SHA-256 or SHA-1, in any spacing."),
        )
        # Its beginning is compared first: shown again where a narrow window has only a part of it.
        self.fingerprint.editingFinished.connect(lambda: self.fingerprint.home(False))
        # Wide enough for a SHA-256 with its colons in one piece, where the window is.
        digits = self.fingerprint.fontMetrics().horizontalAdvance("0" * 64 + ":" * 31)
        self.fingerprint.setMaximumWidth(digits + 4 * GRID)
        self.form.add(
            "alias",
            tr("&Alias"),
            self.alias,
            help_text=tr("The name of the entry in the trust store."),
        )
        self.use_form()

    def show_draft(self) -> None:
        candidates = self._flow.draft.candidates
        self._current = min(self._current, max(0, len(candidates) - 1))
        several = len(candidates) > 1
        self.form.rows["candidates"].set_visible(several)
        self.model.show_rows([_Row(self._flow, index) for index in range(len(candidates))])
        if not candidates:
            return
        if several and self.table.currentIndex().row() != self._current:
            self.table.select_row(self._current)
        self._show_current()

    def _show_current(self) -> None:
        candidate = self._flow.draft.candidates[self._current]
        self.card.show_certificate(candidate.certificate, self._flow.warnings_of(self._current))
        if self.alias.text() != candidate.alias:
            self.alias.setText(candidate.alias)
        if self.fingerprint.text() != candidate.fingerprint:
            self.fingerprint.setText(candidate.fingerprint)
        for field in (self.alias, self.fingerprint):
            field.setEnabled(candidate.chosen)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        candidates = self._flow.draft.candidates
        if not candidates:
            return
        several = len(candidates) > 1
        found = [each for each in problems if several and self.was_tried]
        found += self._flow.candidate_problems(self._current)
        self.form.show_problems(found, everywhere=True)
        note = self.form.rows["fingerprint"].note
        match = self._flow.match(self._current)
        if match is FingerprintMatch.MATCH and candidates[self._current].chosen:
            note.show_note("ok", tr("Matches what your partner read out."))
        elif match is FingerprintMatch.INCOMPLETE and not self.was_tried:
            # Somebody is still typing: what fits so far is no mistake.
            note.show_note("", "")
            digits = sum(c in "0123456789abcdefABCDEF" for c in self.fingerprint.text())
            note.set_help(tr("Matches so far: {digits} of 64 digits.", digits=digits))
            return
        note.set_help(tr("SHA-256 or SHA-1, in any spacing."))

    def focus_first(self) -> None:
        self.fingerprint.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_problem(self) -> None:
        for index in range(len(self._flow.draft.candidates)):
            if self._flow.candidate_problems(index):
                self._current = index
                self.show_draft()
                self.show_problems(self._flow.problems(self.step))
                break
        super().focus_problem()

    def _go_to(self, row: int) -> None:
        if 0 <= row < len(self._flow.draft.candidates) and row != self._current:
            self._current = row
            self.said.emit()

    def _say(self, row: int, **changes: Unpack[CandidateEdits]) -> None:
        self._flow.change_candidate(row, **changes)
        self.said.emit()
