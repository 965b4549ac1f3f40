"""What a CA issued, in a table from which certificates are revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox
from shiboken6 import isValid

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.authority.revoking import REVOKE, IssuedState, reason_words
from handfast.flows.sources import error_text
from handfast.services.authority.journal import RevocationReason
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.certificate_table import CertificateTable, CertificateTableModel
from handfast.ui.widgets.style import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.flows.authority.revoking import IssuedRow, RevokeFlow
    from handfast.services.authority.journal import Journal
    from handfast.ui.widgets.window_services import Runner

_STATES = {
    IssuedState.VALID: "ok",
    IssuedState.EXPIRED: "warning",
    IssuedState.REVOKED: "error",
}


class _Row:
    """One issued certificate, ticked or not."""

    def __init__(self, row: IssuedRow, flow: RevokeFlow) -> None:
        self._row, self._flow = row, flow

    def texts(self) -> Sequence[str]:
        return self._row.texts

    def is_checked(self) -> bool:
        return self._row.issued.serial in self._flow.draft.chosen

    def state(self) -> str:
        return _STATES[self._row.state]


class RevokeDialog(FormDialog):
    """The flow, drawn. It stays open, so that a list can be written afterwards."""

    #: A revocation list is wanted next, of the CA with this alias.
    list_wanted = Signal(str)

    def __init__(self, flow: RevokeFlow, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__("revokeDialog", tr("Revoke Certificates"), tr("&Revoke"), parent)
        self.flow = flow
        self._jobs = jobs
        self.issuer = authority_box(flow.issuers)
        self.issuer.activated.connect(lambda at: self._choose_issuer(self.issuer.itemData(at)))
        self.form.add("issuer", tr("&CA"), self.issuer)
        self.model = CertificateTableModel(
            (tr("Subject"), tr("Serial number"), tr("Until"), tr("State")), is_chosen_by_row=True
        )
        self.table = CertificateTable(self.model, widths=(0, 16 * GRID, 13 * GRID, 0))
        # Who it is and whether it is revoked share what the others leave.
        self.table.setMinimumWidth(72 * GRID)
        self.table.rows_chosen.connect(self._choose_rows)
        self.form.add("certificates", tr("&Issued certificates"), self.table, wide=True, grow=True)
        self.reason = QComboBox()
        for each in RevocationReason:
            words = tr("{code}: {reason}", code=each.value, reason=reason_words(each))
            self.reason.addItem(words, each.value)
        self.reason.activated.connect(
            lambda at: self.flow.update(reason=RevocationReason(self.reason.itemData(at)))
        )
        self.form.add("reason", tr("Rea&son"), self.reason)
        self.confirm.setText(tr("Create Revocation &List…"))
        self.confirm.clicked.connect(self._go_on_to_list)
        self.finish()
        # It cannot be undone, so Enter in a field does not do it.
        self.go.setDefault(False)
        self.go.setAutoDefault(False)
        self.form.rows["issuer"].touched = True
        self.go.setEnabled(False)
        self._show_draft()
        job = jobs.run(flow.read, done=self._take, failed=self._failed)
        self.rejected.connect(job.cancel)

    def _take(self, journal: Journal) -> None:
        if isValid(self):
            self.flow.take_journal(journal)
            self._show_draft()

    def _failed(self, error: HandfastError) -> None:
        if isValid(self):
            self.problem.set_shade("error")
            self.say(error_text(error))
            self.go.setEnabled(False)

    def _show_draft(self) -> None:
        self.issuer.setCurrentIndex(self.issuer.findData(self.flow.draft.issuer))
        self.model.show_rows([_Row(each, self.flow) for each in self.flow.rows])
        self._show_state()

    def _show_state(self) -> None:
        row = self.form.rows["certificates"]
        is_empty = self.flow.journal is not None and not self.flow.rows
        # A certificate that is already revoked is reported at once; an empty CA is not an error.
        row.touched = bool(self.flow.draft.chosen)
        problems = self.flow.problems()
        row.note.set_help(problems[0].message if is_empty and problems else "")
        self.show_problems(problems, everywhere=False)
        self.go.setEnabled(self.flow.can_leave(REVOKE))

    def _choose_issuer(self, alias: str) -> None:
        self.flow.update(issuer=alias)
        # What was done was done for another CA.
        self.say("")
        self.table.clearSelection()
        self._show_draft()

    def _choose_rows(self, rows: list[int]) -> None:
        self.flow.choose_rows(rows)
        self._show_state()

    # --- doing it ---------------------------------------------------------------------

    def try_it(self) -> None:
        self.show_problems(self.flow.problems(), everywhere=True)
        if not self.flow.can_leave(REVOKE):
            return
        count = len(self.flow.draft.chosen)

        def done(journal: Journal) -> None:
            if not isValid(self):
                return
            self.table.clearSelection()
            self._take(journal)
            # It is done, and not asked for again.
            self.form.rows["certificates"].touched = False
            self.show_problems((), everywhere=False)
            self.cancel.setText(tr("Close"))
            self.problem.set_shade("ok")
            self.say(
                tr_count(
                    "{count} certificate is revoked. Programs reject it once they have a new "
                    "revocation list.",
                    "{count} certificates are revoked. Programs reject them once they have a "
                    "new revocation list.",
                    count,
                ),
                confirm=tr("Create Revocation &List…"),
            )
            self.go.setEnabled(False)

        self.set_busy(is_busy=True)
        self._jobs.run(self.flow.run, done=done, failed=self._failed)

    def _go_on_to_list(self) -> None:
        alias = self.flow.draft.issuer
        self.accept()
        self.list_wanted.emit(alias)

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: this is about one of them, and closes."""
        self.close()


def authority_box(aliases: Sequence[str]) -> QComboBox:
    """A box with the CAs of a keystore, by their aliases."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for alias in aliases:
        box.addItem(shorten(visible(alias), 60), alias)
    return box
