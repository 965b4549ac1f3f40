"""The password of a key itself, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Signal
from shiboken6 import isValid

from handfast.core.language import tr, tr_count
from handfast.core.password import Password
from handfast.core.store import shorten
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.command_fold import CommandFold
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.flows.entries.key_password import EntryPasswordEdits, EntryPasswordFlow
    from handfast.ui.widgets.window_services import Runner

_EQUAL, _OWN = "equal", "own"


class EntryPasswordDialog(FormDialog):
    """The flow, drawn; ``succeeded`` brings its outcome, which is an edit of the keystore."""

    succeeded = Signal(object)

    def __init__(
        self, flow: EntryPasswordFlow, path: str, jobs: Runner, parent: QWidget | None = None
    ) -> None:
        count = len(flow.entries)
        if count == 1:
            title = tr("Password of “{alias}”", alias=shorten(flow.entries[0].alias, 40))
        else:
            title = tr_count("Password of {count} Key", "Passwords of {count} Keys", count)
        super().__init__("entryPasswordDialog", title, tr("Change"), parent)
        self.flow = flow
        self._jobs = jobs
        form = self.form
        present = PasswordField()
        self.present = present.line
        form.add("present", tr("Cu&rrent password"), present)
        form.rows["present"].set_visible(flow.asks_present)
        self.choice = ChoiceField(
            (
                (_EQUAL, tr("&The password of the keystore"), tr("Most programs expect this.")),
                (_OWN, tr("A password of its &own"), tr("Programs then need both passwords.")),
            )
        )
        self.choice.set_value(_EQUAL if flow.draft.equals_store else _OWN)
        self.choice.set_available(_OWN, flow.can_differ)
        self.choice.set_available(_EQUAL, flow.can_equal)
        form.add("choice", tr("New password"), self.choice)
        if not flow.can_differ:
            form.rows["choice"].note.set_help(
                tr("In a PKCS#12 keystore, a key has the password of the keystore.")
            )
        again = PasswordField()
        password = NewPasswordField(again)
        self.password, self.again = password.line, again.line
        form.add("password", tr("&Password of the key"), password)
        form.add(
            "password_again", tr("Confirm pass&word"), again,
            object_name="entryPasswordDialog.again",
        )  # fmt: skip
        command = CommandFold(self)
        command.set_command(flow.command(path))
        form.add_widget(command)
        self.present.textChanged.connect(lambda text: self._edit(present=Password(text)))
        self.choice.chosen.connect(lambda value: self._edit(equals_store=value == _EQUAL))
        self.password.textChanged.connect(lambda text: self._edit(password=Password(text)))
        self.again.textChanged.connect(lambda text: self._edit(password_again=Password(text)))
        self.finish()
        self._show_draft()

    def _edit(self, **changes: Unpack[EntryPasswordEdits]) -> None:
        self.flow.update(**changes)
        self.took_edit(changes)
        self._show_draft()
        self.show_problems(self.flow.problems(), everywhere=False)

    def _show_draft(self) -> None:
        for name in ("password", "password_again"):
            self.form.rows[name].set_visible(not self.flow.draft.equals_store)

    def try_it(self) -> None:
        """Open and seal the keys off the GUI thread."""
        if not self.flow.can_leave("password"):
            self.show_problems(self.flow.problems(), everywhere=True)
            return
        self.set_busy(is_busy=True)

        def failed(error: HandfastError) -> None:
            if isValid(self) and self.isVisible():
                lines = [error.problem, *error.causes, error.remedy]
                self.say("\n".join(line for line in lines if line))

        def done(outcome: object) -> None:
            if isValid(self):
                self.accept()
                self.succeeded.emit(outcome)

        job = self._jobs.run(self.flow.run, done=done, failed=failed)
        self.rejected.connect(job.cancel)

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this is about one of them, and closes."""
        self.flow.forget_secrets()
        self.close()
