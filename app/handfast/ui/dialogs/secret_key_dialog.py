"""A new secret key, generated or from a file, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.flows.entries.secret_key import field_of
from handfast.services.exchange.secret_keys import SECRET_ALGORITHMS, SECRET_KINDS
from handfast.services.files.new_encoding import SecretEncoding
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.command_fold import CommandFold
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.path_field import PathField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.flows.entries.secret_key import SecretKeyEdits, SecretKeyFlow

_GENERATE, _FILE = "generate", "file"


class SecretKeyDialog(FormDialog):
    """The flow, drawn; ``succeeded`` brings its outcome, which is an edit of the keystore."""

    succeeded = Signal(object)

    def __init__(self, flow: SecretKeyFlow, path: str, parent: QWidget | None = None) -> None:
        super().__init__("secretKeyDialog", tr("New Secret Key"), tr("Create"), parent)
        self.flow = flow
        self._path = path
        form = self.form
        self.source = ChoiceField(
            ((_GENERATE, tr("&Generate a key"), ""), (_FILE, tr("Import a key from a &file"), ""))
        )
        self.source.set_value(_GENERATE)
        form.add("source", tr("Key"), self.source)
        self.kind = QComboBox()
        for kind, (_algorithm, _bits, title) in SECRET_KINDS.items():
            self.kind.addItem(title, kind)
        self.kind.setCurrentIndex(self.kind.findData(flow.draft.kind))
        form.add("kind", tr("Kin&d"), self.kind)
        place = PathField(title=tr("Choose a File"), saving=False)
        self.place = place.line
        form.add("path", tr("F&ile"), place)
        self.algorithm = QComboBox()
        self.algorithm.addItems(list(SECRET_ALGORITHMS))
        form.add("algorithm", tr("A&lgorithm"), self.algorithm)
        self.encoding = QComboBox()
        for title, encoding in (
            (tr("Detect from the content"), None),
            (tr("Bytes"), SecretEncoding.RAW),
            (tr("Hexadecimal"), SecretEncoding.HEX),
            (tr("Base64"), SecretEncoding.BASE64),
        ):
            self.encoding.addItem(title, encoding)
        form.add("encoding", tr("&Encoding"), self.encoding)
        self.alias = QLineEdit(flow.draft.alias)
        form.add("alias", tr("&Alias"), self.alias)
        form.rows["alias"].touched = True
        self.command = CommandFold(self)
        form.add_widget(self.command)
        self.source.chosen.connect(lambda value: self._edit(from_file=value == _FILE))
        self.kind.currentIndexChanged.connect(lambda at: self._edit(kind=self.kind.itemData(at)))
        self.place.textChanged.connect(lambda text: self._edit(path=text))
        self.algorithm.currentTextChanged.connect(lambda text: self._edit(algorithm=text))
        self.encoding.currentIndexChanged.connect(
            lambda at: self._edit(encoding=self.encoding.itemData(at))
        )
        self.alias.textChanged.connect(lambda text: self._edit(alias=text))
        self.finish()
        self._show_draft()

    def _edit(self, **changes: Unpack[SecretKeyEdits]) -> None:
        self.flow.update(**changes)
        self.took_edit(changes)
        self._show_draft()

    def _show_draft(self) -> None:
        rows, from_file = self.form.rows, self.flow.draft.from_file
        rows["kind"].set_visible(not from_file)
        for name in ("path", "algorithm", "encoding"):
            rows[name].set_visible(from_file)
        self.go.setText(tr("Import") if from_file else tr("Create"))
        command = self.flow.command(self._path)
        self.command.set_command(command)
        self.command.setVisible(bool(command))
        self.show_problems(self.flow.problems(), everywhere=False)

    def try_it(self) -> None:
        if not self.flow.can_leave("key"):
            self.show_problems(self.flow.problems(), everywhere=True)
            return
        try:
            outcome = self.flow.run()
        except HandfastError as error:
            row = self.form.rows.get(field_of(error))
            text = " ".join(part for part in (error.problem, error.remedy) if part)
            if row is not None and row.is_shown:
                row.note.show_note("error", text)
            else:
                self.say(text)
            return
        self.accept()
        self.succeeded.emit(outcome)

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this is about one of them, and closes."""
        self.close()
