"""Write the revocation list of a CA, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Signal
from shiboken6 import isValid

from handfast.core.language import tr
from handfast.flows.authority.revoking import LIST
from handfast.flows.sources import error_text
from handfast.services.policy.validity_days import MAX_LIST_DAYS
from handfast.ui.authority.revoke_dialog import authority_box
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.fields.days_field import DaysField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.indicators import CheckBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.flows.authority.revoking import ListEdits, ListFlow, WrittenList
    from handfast.ui.widgets.window_services import Runner


class ListDialog(FormDialog):
    """The flow, drawn; ``succeeded`` brings the list that was written."""

    succeeded = Signal(object)

    def __init__(self, flow: ListFlow, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__("listDialog", tr("Create a Revocation List"), tr("&Create"), parent)
        self.flow = flow
        self._jobs = jobs
        self.issuer = authority_box(flow.issuers)
        self.issuer.activated.connect(lambda at: self._edit(issuer=self.issuer.itemData(at)))
        self.form.add("issuer", tr("C&A"), self.issuer)
        self.days = DaysField(1, MAX_LIST_DAYS)
        self.days.setValue(flow.draft.days)
        self.days.valueChanged.connect(lambda days: self._edit(days=days))
        self.form.add(
            "days", tr("&Valid for"), self.days,
            help_text=tr("Create the next list before this one expires."),
        )  # fmt: skip
        self.path = PathField(
            title=tr("Save the Revocation List"),
            filters=(tr("Revocation lists") + " (*.crl *.pem *.der)", tr("All files (*)")),
        )
        self.path.text_edited.connect(lambda text: self._edit(path=text))
        self.form.add(
            "path", tr("&File"), self.path,
            help_text=tr("Servers such as nginx read it with ssl_crl."),
        )  # fmt: skip
        self.replace = CheckBox(tr("&Replace the existing file"))
        self.replace.clicked.connect(lambda checked: self._edit(replace=checked))
        self.form.add("replace", "", self.replace)
        for row in self.form.rows.values():
            # What is there already is no slip of the person’s: it is said at once.
            row.touched = True
        self.finish()
        self._show_draft()

    def _edit(self, **changes: Unpack[ListEdits]) -> None:
        self.flow.update(**changes)
        self._show_draft()

    def _show_draft(self) -> None:
        draft = self.flow.draft
        self.issuer.setCurrentIndex(self.issuer.findData(draft.issuer))
        self.path.set_text(draft.path)
        self.replace.setChecked(draft.replace)
        self.form.rows["replace"].set_visible(self.flow.file_exists)
        self.show_problems(self.flow.problems(), everywhere=False)
        self.go.setEnabled(self.flow.can_leave(LIST))

    def try_it(self) -> None:
        self.show_problems(self.flow.problems(), everywhere=True)
        if not self.flow.can_leave(LIST):
            return

        def done(written: WrittenList) -> None:
            if isValid(self):
                self.accept()
                self.succeeded.emit(written)

        def failed(error: HandfastError) -> None:
            if isValid(self):
                self.say(error_text(error))

        self.set_busy(is_busy=True)
        self._jobs.run(self.flow.run, done=done, failed=failed)

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: this is about one of them, and closes."""
        self.close()
