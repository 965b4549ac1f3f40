"""Where a store goes, in which format and under which password: for new, save as and password."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import AlreadyExists, WouldLose
from handfast.core.password import Password
from handfast.core.store import Format, Store, Strength
from handfast.formats.registry import capabilities
from handfast.services.policy.key_passwords import with_one_password
from handfast.services.policy.passwords import judge_kept_password, judge_password
from handfast.ui.help.guide_key import offer_guide
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.password_line import PasswordLine, lock_lines
from handfast.ui.widgets.whats_this import explain

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError

STRENGTHS = (
    ("As Java 17 writes it (AES-256)", Strength.MODERN),
    ("Compatible with Java 8 (3DES)", Strength.COMPATIBLE),
)
#: A longer list is not read; the rest is counted.
_MOST_LOSSES = 6


class StoreDialog(QDialog):
    """Asks for what is missing, says beside the button what is wrong, and sends ``chosen``."""

    #: The path, the format, the strength and the password; the last is None to keep it.
    chosen = Signal(object, object, object, object)

    def __init__(
        self,
        title: str,
        button: str,
        *,
        path: Path | None = None,
        store: Store | None = None,
        asks_for_place: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("storeDialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._asks_for_place = asks_for_place
        #: The one that is written elsewhere or gets another password; None for a new one.
        self.store = store
        self._keeps_password = store is not None and store.password is not None and asks_for_place
        self._form = form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        self._build_place(form, path, store)
        self.password = self._secret("storeDialog.password", "Password")
        self.again = self._secret("storeDialog.again", "Password once more")
        if self._keeps_password:
            self.password.setPlaceholderText("as it is now")
            self.again.setPlaceholderText("as it is now")
        form.addRow("&Password:", self.password)
        form.addRow("Once &more:", self.again)
        self.problem = QLabel(self)
        self.problem.setObjectName("storeDialog.problem")
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        go = self.buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._go, self._words = go, button
        for widget in (self.place, self.format, self.strength, self.password, self.again):
            explain(widget, "storeDialog", widget.objectName().removeprefix("storeDialog."))
        self._remember: CheckBox | None = None
        #: Whether a file that is replaced stays beside the new one.
        self.keeps_backup = True
        #: The path, as typed, of a file that is there and may be replaced; empty for none.
        self._replaceable = ""
        self._lossy: Format | None = None
        self.format.currentIndexChanged.connect(self._forget_replacing)
        self.place.textChanged.connect(self._forget_replacing)
        offer_guide(self)
        go.setObjectName("storeDialog.accept")
        self.buttons.accepted.connect(self._try)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _build_place(self, form: QFormLayout, path: Path | None, store: Store | None) -> None:
        self.place = QLineEdit(str(path) if path is not None else "", self)
        self.place.setObjectName("storeDialog.path")
        self.place.setAccessibleName("File")
        self.format = QComboBox(self)
        self.format.setObjectName("storeDialog.format")
        for each in capabilities():
            if each.can_write:
                self.format.addItem(f"{each.format.title}: {each.summary}", each.format)
        if store is not None:
            self.format.setCurrentIndex(max(0, self.format.findData(store.format)))
        self.strength = QComboBox(self)
        self.strength.setObjectName("storeDialog.strength")
        if store is not None and store.format is Format.PKCS12:
            self.strength.addItem("As it is now", Strength.AS_IT_WAS)
        for text, strength in STRENGTHS:
            self.strength.addItem(text, strength)
        self.format.currentIndexChanged.connect(self._show_strength)
        browse = QPushButton("Browse…", self)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.place, 1)
        row.addWidget(browse)
        if not self._asks_for_place:
            for widget in (self.place, browse, self.format, self.strength):
                widget.hide()
            return
        label = QLabel("&File:", self)
        label.setBuddy(self.place)
        form.addRow(label, row)
        form.addRow("F&ormat:", self.format)
        form.addRow("P&rotection:", self.strength)
        self._show_strength()

    def prefer(self, wanted: Format, strength: Strength) -> None:
        """Offer these first; each can still be changed."""
        self.format.setCurrentIndex(max(0, self.format.findData(wanted)))
        self.strength.setCurrentIndex(max(0, self.strength.findData(strength)))

    def offer_remembering(self) -> None:
        """The keyring knows the password that is changed: ask whether it is to know the new one."""
        box = self._remember = CheckBox("&Remember it in the system’s keyring instead", self)
        box.setObjectName("storeDialog.remember")
        box.setToolTip("When the store is saved; otherwise the keyring forgets the old one then")
        explain(box, "storeDialog", "remember")
        # Who had the old one kept asked for it. The new one is kept only if that is asked again.
        self._form.addRow("", box)
        self.setTabOrder(self.again, box)

    @property
    def remembers(self) -> bool:
        return self._remember is not None and self._remember.isChecked()

    def _secret(self, name: str, words: str) -> QLineEdit:
        field = PasswordLine(self)
        field.setObjectName(name)
        field.setAccessibleName(words)
        return field

    def forget_secrets(self, why: str) -> None:
        """The stores were locked: one that is about a store has it, and closes."""
        if self.store is not None:
            self.close()
        else:
            lock_lines(self, why)

    def _show_strength(self) -> None:
        self.strength.setEnabled(self.format.currentData() is Format.PKCS12)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Choose a file", self.place.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Whether an existing file may be replaced is said here, where the rest is decided.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self.place.setText)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _try(self) -> None:
        text, again = self.password.text(), self.again.text()
        keeps = self._keeps_password and not text and not again
        if self._asks_for_place and not self.place.text().strip():
            self.show_problem("Choose a file.")
        elif not keeps and text != again:
            self.show_problem("The two passwords differ.")
        elif trouble := self._password_trouble(Password(text), keeps=keeps):
            self.show_problem(trouble)
        else:
            self.problem.clear()
            self.buttons.setEnabled(False)
            self.chosen.emit(
                Path(self.place.text().strip()).expanduser(),
                self.format.currentData(),
                self.strength.currentData() if self.strength.isEnabled() else Strength.AS_IT_WAS,
                None if keeps else Password(text),
            )

    def _password_trouble(self, typed: Password, *, keeps: bool) -> str:
        wanted = self.format.currentData()
        if not keeps:
            verdicts = judge_password(typed, wanted)
        elif self.store is None or self.store.format is wanted:
            # What opens the file as it is stays good for it; another format may not take it.
            verdicts = ()
        else:
            verdicts = judge_kept_password(self.store.password, wanted)
        return next((each.message for each in verdicts if each.is_error), "")

    def show_problem(self, text: str) -> None:
        """Say why it could not be done, and let the person change it."""
        self.problem.setText(text)
        self.buttons.setEnabled(True)

    @property
    def replaces(self) -> bool:
        """Whether the person was told of the file that is there, and pressed once more."""
        return bool(self._replaceable) and self._replaceable == self.place.text()

    @property
    def allows_loss(self) -> bool:
        """Whether the person was told what is left out of this format, and pressed once more."""
        return self._lossy is not None and self._lossy is self.format.currentData()

    def _forget_replacing(self) -> None:
        self._replaceable = ""
        self._lossy = None
        self._go.setText(self._words)

    def show_error(self, error: HandfastError) -> None:
        """The same for an error: problem, causes and remedy."""
        lines = (error.problem, *error.causes, error.remedy)
        if isinstance(error, AlreadyExists):
            self._replaceable = self.place.text()
            self._go.setText("Replace It")
            fate = "is kept beside it as .bak" if self.keeps_backup else "is lost then"
            lines = (
                error.problem,
                f"Choose another name, or replace it; what it holds now {fate}.",
            )
        if isinstance(error, WouldLose):
            self._lossy = self.format.currentData()
            self._go.setText("Leave Them Out")
            shown = error.losses[:_MOST_LOSSES]
            more = len(error.losses) - len(shown)
            lines = (
                error.problem,
                *(f"• {loss}" for loss in shown),
                f"… and {more:,} more." if more else "",
                "Choose another format, or leave them out. The old file keeps them.",
            )
        self.show_problem("\n".join(line for line in lines if line))


def converted(store: Store, wanted: Format, strength: Strength, password: Password | None) -> Store:
    """The store as it is to be written elsewhere."""
    if wanted is not store.format or password is not None:
        store, _notes = with_one_password(store, wanted)
    store = dataclasses.replace(store, format=wanted, strength=strength)
    return store if password is None else store.with_password(password)
