"""Where a keystore goes, in which format and under which password: *New* and *Save As*, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from handfast.core.errors import AlreadyExists, WouldLose
from handfast.core.language import tr, tr_count
from handfast.core.password import Password
from handfast.core.store import Strength
from handfast.flows.store_file import SaveAsFlow, StoreFileFlow
from handfast.formats.registry import capabilities
from handfast.services.policy.formats import has_strengths
from handfast.services.policy.passwords import password_hint
from handfast.ui.dialogs.form_dialog import ConsentDialog
from handfast.ui.dialogs.locked_keys_row import LockedKeysRow
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField, lock_lines

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.documents.document import Document
    from handfast.ui.widgets.window_services import Runner

#: How a new PKCS#12 keystore can be encrypted.
STRENGTHS = (
    (tr("As Java 17 writes it (AES-256)"), Strength.MODERN),
    (tr("Compatible with Java 8 (3DES)"), Strength.COMPATIBLE),
)
#: What can read it, beneath the choice.
_READERS = {
    Strength.MODERN: tr("Java 8u301, 11.0.12, and later read it. For older Java, choose 3DES."),
    Strength.COMPATIBLE: tr("Weaker encryption, which Java 8 before 8u301 can read as well."),
    Strength.AS_IT_WAS: tr("Encrypted in the same way as the current file."),
}
#: A longer list is not read; the rest is counted.
_MAX_SHOWN_LOSSES = 6


class StoreDialog(ConsentDialog):
    """The flow, drawn; ``succeeded`` brings its outcome once the file is written."""

    succeeded = Signal(object)

    def __init__(
        self,
        flow: StoreFileFlow[Any],
        title: str,
        button: str,
        jobs: Runner,
        parent: QWidget | None = None,
        *,
        document: Document | None = None,
    ) -> None:
        """``document`` is that of the keystore that is saved, in which its keys are unlocked."""
        super().__init__("storeDialog", title, button, parent)
        self.flow = flow
        self._jobs = jobs
        self._error: HandfastError | None = None
        path = PathField(
            title=tr("Choose a File"),
            filters=(
                tr("Keystores") + " (*.p12 *.pfx *.jks *.jceks *.pem)",
                tr("All files") + " (*)",
            ),
        )
        self.place = path.line
        self.format = QComboBox()
        for each in capabilities():
            if each.can_write:
                self.format.addItem(each.format.title, each.format)
        self.strength = QComboBox()
        if isinstance(flow, SaveAsFlow) and has_strengths(flow.store.format):
            self.strength.addItem(tr("Keep current"), Strength.AS_IT_WAS)
        for text, strength in STRENGTHS:
            self.strength.addItem(text, strength)
        again = PasswordField()
        password = NewPasswordField(again)
        self.password, self.again = password.line, again.line
        form = self.form
        form.add("path", tr("&File"), path)
        form.add("format", tr("F&ormat"), self.format)
        form.add("strength", tr("P&rotection"), self.strength)
        self.unlocking = (
            LockedKeysRow(form, document, "storeDialog", self._learn)
            if document is not None
            else None
        )
        form.add("password", tr("&Password"), password)
        form.add("password_again", tr("Confirm pass&word"), again, object_name="storeDialog.again")
        self._may_keep_password = isinstance(flow, SaveAsFlow) and flow.store.password is not None
        if self._may_keep_password:
            form.rows["password"].note.set_help(tr("Leave it empty to keep the current password."))
        self._show_draft()
        path.line.textChanged.connect(lambda text: self._edit("path", text))
        self.format.currentIndexChanged.connect(
            lambda at: self._edit("format", self.format.itemData(at))
        )
        self.strength.currentIndexChanged.connect(
            lambda at: self._edit("strength", self.strength.itemData(at))
        )
        self.password.textChanged.connect(lambda text: self._edit("password", text))
        self.again.textChanged.connect(lambda text: self._edit("password_again", text))
        self.finish()
        self._show_state(everywhere=False)

    # --- the form ------------------------------------------------------------------------

    def _edit(self, field: str, value: Any) -> None:  # noqa: ANN401 - the value of that field
        match field:
            case "path":
                self.flow.update(path=value)
            case "format":
                self.flow.update(format=value)
            case "strength":
                self.flow.update(strength=value)
            case "password":
                self.flow.update(password=Password(value))
            case _:
                self.flow.update(password_again=Password(value))
        self.form.rows[field].touched = True
        if field in {"path", "format"}:
            self.say("")
        self._show_draft()
        self._show_state(everywhere=False)

    def _show_draft(self) -> None:
        draft = self.flow.draft
        boxes = (self.place, self.format, self.strength)
        for box in boxes:
            box.blockSignals(True)
        if self.place.text() != draft.path:
            self.place.setText(draft.path)
        self.format.setCurrentIndex(max(0, self.format.findData(draft.format)))
        self.strength.setCurrentIndex(max(0, self.strength.findData(draft.strength)))
        for box in boxes:
            box.blockSignals(False)
        summaries = {each.format: each.summary for each in capabilities()}
        self.form.rows["format"].note.set_help(summaries[draft.format])
        if not self._may_keep_password:
            self.form.rows["password"].note.set_help(password_hint(draft.format))
        self.form.rows["strength"].note.set_help(_READERS[draft.strength])
        self.form.rows["strength"].set_visible(has_strengths(draft.format))
        if self.unlocking is not None and isinstance(self.flow, SaveAsFlow):
            self.unlocking.show_count(self.flow.locked_keys)
        self.follow_rows()

    def _learn(self, store: Store) -> None:
        """Some keys are open now; what was typed stays."""
        if isinstance(self.flow, SaveAsFlow):
            self.flow.take_store(store)
            self.say("")
            self._show_draft()
            self._show_state(everywhere=False)
            if self.unlocking is not None and self.flow.locked_keys:
                self.unlocking.take_focus()
            else:
                self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_state(self, *, everywhere: bool) -> None:
        self.show_problems(self.flow.problems(), everywhere=everywhere)

    # --- doing it ------------------------------------------------------------------------

    def try_it(self) -> None:
        """Write the file, off the GUI thread; who closes the dialog first gives it up."""
        if not self.flow.can_leave("file"):
            self._show_state(everywhere=True)
            return
        self.run(self._jobs, self.flow.run)

    def agree(self) -> None:
        if self._error is not None and self.flow.agree(self._error):
            self.try_it()

    def show_error(self, error: HandfastError) -> None:
        """Problem, causes and remedy; and a way on where the person may agree to what is lost."""
        self._error = error
        if isinstance(error, AlreadyExists):
            remedy = (
                tr(
                    "Choose another name, or replace the file; its contents are kept as a .bak "
                    "file next to it."
                )
                if self.flow.backup
                else tr("Choose another name, or replace the file; its contents will be lost.")
            )
            self.say(f"{error.problem}\n{remedy}", confirm=tr("Replace the File"))
            return
        if isinstance(error, WouldLose):
            self._show_losses(error)
            return
        lines = [error.problem, *error.causes, error.remedy]
        self.say("\n".join(line for line in lines if line))

    def _show_losses(self, error: WouldLose) -> None:
        """What would be left out, and the ways on: a password for what is only locked."""
        are_locked = len(error.locked) == len(error.losses)
        if error.locked and self.unlocking is not None:
            # Those that were not tried before have shown themselves to be locked.
            self.unlocking.show_count(len(error.locked))
            self.unlocking.take_focus()
        shown = error.losses[:_MAX_SHOWN_LOSSES]
        more = len(error.losses) - len(shown)
        lines = [
            error.problem,
            *(f"• {loss}" for loss in shown if not (are_locked and len(error.losses) == 1)),
            tr_count("… and {count} more.", "… and {count} more.", more) if more else "",
        ]
        if error.locked and self.unlocking is not None:
            lines.append(
                tr_count(
                    "Enter the password of the key above. What you typed stays.",
                    "Enter the passwords of the keys above. What you typed stays.",
                    len(error.locked),
                )
            )
        elif error.leaves_nothing:
            lines.append(tr("Choose another format."))
        if error.leaves_nothing:
            # Nobody wants a keystore without any of what they convert.
            lines.append(tr("Otherwise, the new keystore would be empty."))
        else:
            lines.append(self._fate_of_losses(are_locked=are_locked))
        self.say(
            "\n".join(line for line in lines if line),
            confirm="" if error.leaves_nothing else tr("Leave Them Out"),
        )

    def _fate_of_losses(self, *, are_locked: bool) -> str:
        if are_locked:
            return self._fate_of_locked_keys()
        if isinstance(self.flow, SaveAsFlow) and self.flow.replaces_own_file:
            if self.flow.backup:
                return tr(
                    "Choose another format, or leave them out. This replaces the file; only its "
                    ".bak copy keeps them."
                )
            return tr(
                "Choose another format, or leave them out. This replaces the file; they will be "
                "lost."
            )
        return tr("Choose another format, or leave them out. The current file keeps them.")

    def _fate_of_locked_keys(self) -> str:
        if isinstance(self.flow, SaveAsFlow) and self.flow.replaces_own_file:
            if self.flow.backup:
                return tr(
                    "Or leave out what is locked. This replaces the file; only its .bak copy "
                    "keeps it."
                )
            return tr("Or leave out what is locked. This replaces the file; it will be lost.")
        return tr("Or leave out what is locked. The current file keeps it.")

    def forget_secrets(self, why: str) -> None:
        """The stores were locked: a dialog that is about a store has it, and closes."""
        if isinstance(self.flow, SaveAsFlow):
            self.close()
        else:
            lock_lines(self, why)
            self.flow.forget_secrets()
