"""A line in which a password is typed, and how it is emptied when the keystores are locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class TextLine(QLineEdit):
    """A line that may keep the Return key to itself, which else presses the window’s button."""

    keeps_return = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if self.keeps_return and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()


class PasswordLine(TextLine):
    """Every line of the program in which a password is typed is of this class."""

    #: It was emptied and hides again what is typed.
    forgotten = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def forget_secrets(self, _why: str) -> None:
        """Empty it, and hide what is typed next."""
        self.setEchoMode(QLineEdit.EchoMode.Password)
        if self.text():
            # Not clear(), after which undo would bring it back.
            self.setText("")
        self.forgotten.emit()


def lock_lines(parent: QWidget, why: str) -> None:
    """Empty every password line within a widget."""
    for line in parent.findChildren(PasswordLine):
        line.forget_secrets(why)
