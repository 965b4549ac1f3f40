"""A CA, a server, and a client for a test, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit
from shiboken6 import isValid

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.flows.authority.both_sides import STEP
from handfast.flows.sources import error_text
from handfast.services.authority.both_sides import ENDINGS
from handfast.services.exchange.generating import KEY_CHOICES
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.flows.authority.both_sides import (
        BothSidesEdits,
        BothSidesFlow,
        BothSidesOutcome,
    )
    from handfast.ui.widgets.window_services import Runner, RunningJob


class BothSidesDialog(FormDialog):
    """The flow, drawn; ``succeeded`` brings the files."""

    succeeded = Signal(object)

    def __init__(self, flow: BothSidesFlow, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__("bothSidesDialog", tr("Create a Test Setup"), tr("&Create"), parent)
        self.flow = flow
        self._jobs = jobs
        self._job: RunningJob | None = None
        self.folder = PathField(title=tr("Choose a Folder"), folder=True)
        self.folder.text_edited.connect(lambda text: self._edit(folder=text))
        self.form.add(
            "folder", tr("&Folder"), self.folder,
            help_text=tr(
                "A CA, a server, and a client go there, each with its own keystore, and the trust "
                "stores of both sides."
            ),
        )  # fmt: skip
        self.hosts = QLineEdit(flow.draft.hosts)
        self.hosts.textEdited.connect(lambda text: self._edit(hosts=text))
        self.form.add(
            "hosts", tr("Names of the &server"), self.hosts,
            help_text=tr("What the client connects to: names and addresses, with commas."),
        )  # fmt: skip
        self.client = QLineEdit(flow.draft.client)
        self.client.textEdited.connect(lambda text: self._edit(client=text))
        self.form.add("client", tr("Na&me of the client"), self.client)
        self.key = QComboBox()
        for value, title in KEY_CHOICES.items():
            self.key.addItem(title, value)
        self.key.setCurrentIndex(self.key.findData(flow.draft.key))
        self.key.activated.connect(lambda at: self._edit(key=self.key.itemData(at)))
        self.form.add("key", tr("&Key"), self.key)
        self.format = QComboBox()
        for each in ENDINGS:
            self.format.addItem(each.title, each.value)
        self.format.activated.connect(lambda at: self._edit(format=self.format.itemData(at)))
        self.form.add("format", tr("Fo&rmat"), self.format)
        self.again = PasswordField()
        self.password = NewPasswordField(self.again)
        self.password.text_edited.connect(lambda text: self._edit(password=Password(text)))
        self.form.add(
            "password", tr("&Password"), self.password,
            help_text=tr("All five keystores get this password."),
        )  # fmt: skip
        self.again.text_edited.connect(lambda text: self._edit(password_again=Password(text)))
        self.form.add("password_again", tr("C&onfirm password"), self.again)
        self.finish()
        self.folder.set_text(flow.draft.folder)
        self.form.rows["folder"].touched = True
        self._show_problems()

    def _edit(self, **changes: Unpack[BothSidesEdits]) -> None:
        self.flow.update(**changes)
        for field in changes:
            self.form.rows[field].touched = True
        self.say("")
        self._show_problems()

    def _show_problems(self) -> None:
        self.show_problems(self.flow.problems(), everywhere=False)

    def try_it(self) -> None:
        self.show_problems(self.flow.problems(), everywhere=True)
        if not self.flow.can_leave(STEP):
            return

        def done(outcome: BothSidesOutcome) -> None:
            self._job = None
            if isValid(self):
                self.accept()
                self.succeeded.emit(outcome)

        def failed(error: HandfastError) -> None:
            self._job = None
            if isValid(self):
                self.say(error_text(error))

        self.set_busy(is_busy=True)
        self._job = self._jobs.run(self.flow.run, done=done, failed=failed)

    def reject(self) -> None:
        if self._job is not None:
            # What it wrote by then it removes again.
            self._job.cancel()
            self._job = None
        super().reject()

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: what was typed is forgotten with it."""
        self.flow.forget_secrets()
        self.reject()
