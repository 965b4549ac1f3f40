"""Another password for the keystore in the tab, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.services.policy.passwords import password_hint
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.whats_this import explain

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.flows.new_password import NewPasswordFlow


class PasswordDialog(FormDialog):
    """The flow, drawn; ``succeeded`` brings the draft that was agreed to."""

    succeeded = Signal(object)

    def __init__(self, flow: NewPasswordFlow, parent: QWidget | None = None) -> None:
        super().__init__("storeDialog", tr("Change Keystore Password"), tr("Change"), parent)
        self.flow = flow
        again = PasswordField()
        password = NewPasswordField(again)
        self.password, self.again = password.line, again.line
        hint = password_hint(flow.store.format)
        self.form.add("password", tr("&New password"), password, help_text=hint)
        self.form.add(
            "password_again", tr("Confirm pass&word"), again, object_name="storeDialog.again"
        )
        self.password.textChanged.connect(self._password_edited)
        self.again.textChanged.connect(self._again_edited)
        if flow.is_in_keyring:
            # Who had the old one kept asked for it. The new one is kept only if that is asked too.
            box = CheckBox(tr("&Remember it in the system keyring instead"), self)
            box.setToolTip(
                tr(
                    "Takes effect when the keystore is saved; otherwise, the keyring forgets the "
                    "old password"
                )
            )
            box.toggled.connect(lambda is_on: flow.update(remembers=is_on))
            self.form.add("remember", "", box)
            explain(box, "storeDialog", "remember")
        self.finish()

    def _password_edited(self, text: str) -> None:
        self.flow.update(password=Password(text))
        self.form.rows["password"].touched = True
        self._show_state(everywhere=False)

    def _again_edited(self, text: str) -> None:
        self.flow.update(password_again=Password(text))
        self.form.rows["password_again"].touched = True
        self._show_state(everywhere=False)

    def _show_state(self, *, everywhere: bool) -> None:
        self.show_problems(self.flow.problems(), everywhere=everywhere)

    def try_it(self) -> None:
        if not self.flow.can_leave("password"):
            self._show_state(everywhere=True)
            return
        draft = self.flow.run()
        self.accept()
        self.succeeded.emit(draft)

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this is about one of them, and closes."""
        self.flow.forget_secrets()
        self.close()
