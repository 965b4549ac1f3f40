"""Key pairs and secret keys that leave their keystore, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from handfast.core.language import tr, tr_count
from handfast.core.password import Password
from handfast.core.store import shorten
from handfast.flows.entries.key_export import Consent, consent_of
from handfast.services.files.new_encoding import KeyEncoding
from handfast.ui.dialogs.form_dialog import ConsentDialog
from handfast.ui.dialogs.locked_keys_row import LockedKeysRow
from handfast.ui.widgets.command_fold import CommandFold
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField, lock_lines

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.documents.document import Document
    from handfast.flows.entries.key_export import KeyExportEdits, KeyExportFlow
    from handfast.ui.widgets.window_services import Runner


class KeyExportDialog(ConsentDialog):
    """The flow, drawn; ``succeeded`` brings its outcome once the files are written.

    A key leaves unencrypted only after a button that says so, which is never the default.
    """

    succeeded = Signal(object)

    def __init__(
        self, flow: KeyExportFlow, document: Document, jobs: Runner, parent: QWidget | None = None
    ) -> None:
        """``document`` is that of the keystore, in which its keys are unlocked."""
        count = len(flow.entries)
        if count == 1:
            title = tr("Export “{alias}”", alias=shorten(flow.entries[0].alias, 40))
        else:
            title = tr_count("Export {count} Key", "Export {count} Keys", count)
        super().__init__("keyExportDialog", title, tr("Export"), parent)
        self.flow = flow
        self._jobs = jobs
        self._consent: Consent | None = None
        form = self.form
        self.encoding = QComboBox()
        for encoding, name, _note in flow.forms:
            self.encoding.addItem(name, encoding)
        form.add("encoding", tr("&Format"), self.encoding)
        self.unlocking = LockedKeysRow(form, document, "keyExportDialog", self._learn)
        self.compatible = CheckBox(tr("Readable by &Java 8 and other old programs"), self)
        form.add("compatible", "", self.compatible)
        self.encrypts = CheckBox(tr("&Encrypt the private key with a password"), self)
        self.encrypts.setChecked(True)
        form.add("encrypts", "", self.encrypts)
        again = PasswordField()
        password = NewPasswordField(again)
        self.password, self.again = password.line, again.line
        form.add("password", tr("&Password"), password)
        form.add(
            "password_again", tr("Confirm pass&word"), again, object_name="keyExportDialog.again"
        )
        self.separate = CheckBox(tr("Separate files, one for each &key"), self)
        form.add("separate", "", self.separate)
        path = PathField(title=tr("Choose a File"))
        folder = PathField(title=tr("Choose a Folder"), folder=True)
        self.path, self.folder = path.line, folder.line
        form.add("path", tr("F&ile"), path)
        form.add("folder", tr("F&older"), folder)
        self.command = CommandFold(self, title=tr("Show as an open&ssl and keytool command"))
        form.add_widget(self.command)
        self._connect()
        self.finish()
        self._show_draft()
        self.show_problems(self.flow.problems(), everywhere=False)

    def _connect(self) -> None:
        self.encoding.currentIndexChanged.connect(
            lambda at: self._edit(encoding=self.encoding.itemData(at))
        )
        self.compatible.toggled.connect(lambda is_on: self._edit(compatible=is_on))
        self.encrypts.toggled.connect(lambda is_on: self._edit(encrypts=is_on))
        self.separate.toggled.connect(lambda is_on: self._edit(separate=is_on))
        self.password.textChanged.connect(lambda text: self._edit(password=Password(text)))
        self.again.textChanged.connect(lambda text: self._edit(password_again=Password(text)))
        self.path.textChanged.connect(lambda text: self._edit(path=text))
        self.folder.textChanged.connect(lambda text: self._edit(folder=text))

    def _edit(self, **changes: Unpack[KeyExportEdits]) -> None:
        self.flow.update(**changes)
        self.took_edit(changes)
        self._show_draft()
        self.show_problems(self.flow.problems(), everywhere=False)

    def _show_draft(self) -> None:
        flow, rows = self.flow, self.form.rows
        draft = flow.draft
        for line, text in ((self.path, draft.path), (self.folder, draft.folder)):
            if line.text() != text:
                line.blockSignals(True)
                line.setText(text)
                line.blockSignals(False)
        notes = {encoding: note for encoding, _name, note in flow.forms}
        rows["encoding"].note.set_help(notes[draft.encoding])
        self.unlocking.show_count(sum(not each.trouble for each in flow.locked_keys))
        rows["compatible"].set_visible(draft.encoding is KeyEncoding.PKCS12)
        rows["encrypts"].set_visible(flow.can_be_encrypted and flow.can_be_clear)
        for name in ("password", "password_again"):
            rows[name].set_visible(flow.is_encrypted)
        rows["separate"].set_visible(flow.may_be_one_file and len(flow.entries) > 1)
        rows["path"].set_visible(not flow.is_separate)
        rows["folder"].set_visible(flow.is_separate)
        is_files = draft.encoding is KeyEncoding.PEM_FILES
        rows["path"].note.set_help(
            tr(
                "The start of the file names, to which .key, .crt, -chain.crt, and "
                "-fullchain.crt are added."
            )
            if is_files
            else ""
        )
        self.follow_rows()
        command = flow.command()
        self.command.set_command(command)
        self.command.setVisible(bool(command))

    def _learn(self, store: Store) -> None:
        """Some keys are open now; what was typed stays."""
        self.flow.take_store(store)
        self.say("")
        self._show_draft()
        self.show_problems(self.flow.problems(), everywhere=False)
        if self.flow.locked_keys:
            self.unlocking.take_focus()
        else:
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- doing it ------------------------------------------------------------------------

    def try_it(self) -> None:
        """Write the files, off the GUI thread."""
        if not self.flow.can_leave("file"):
            self.show_problems(self.flow.problems(), everywhere=True)
            return
        self.run(self._jobs, self.flow.run)

    def agree(self) -> None:
        if self._consent is not None:
            self.flow.agree(self._consent)
            self.try_it()

    def show_error(self, error: HandfastError) -> None:
        """Problem and remedy; and what it takes to agree to it, in the words of its button."""
        self._consent = consent_of(error)
        buttons = {
            Consent.UNENCRYPTED: tr("Export Without Encryption"),
            Consent.REPLACE: tr("Replace the File"),
        }
        lines = [error.problem, *error.causes, error.remedy]
        confirm = buttons[self._consent] if self._consent is not None else ""
        self.say("\n".join(line for line in lines if line), confirm=confirm)

    def forget_secrets(self, why: str) -> None:
        """The stores were locked: this holds keys of one, and closes."""
        lock_lines(self, why)
        self.flow.forget_secrets()
        self.close()
