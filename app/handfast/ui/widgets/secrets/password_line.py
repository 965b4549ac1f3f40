"""A line in which a password is typed, and how it is emptied when the keystores are locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent


class TextLine(QLineEdit):
    """A line that may keep the Return key to itself, which else presses the window’s button."""

    keeps_return = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if self.keeps_return and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()


class LineWithButton(QWidget):
    """A line of text with a button at its end; ``name`` tells the button from the line."""

    text_edited = Signal(str)

    def __init__(
        self, line: TextLine, button: str, *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._button_name = name
        self.line = line
        self.line.textEdited.connect(self.text_edited)
        self.setFocusProxy(self.line)
        self.button = self._make_button(button)
        self.button.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(GRID // 2)
        self._lines.addLayout(row)

    def put_beneath(self, layout: QLayout) -> None:
        """A further row, which belongs to the line."""
        self._lines.addLayout(layout)

    def _make_button(self, text: str) -> QPushButton:
        return QPushButton(text)

    def setObjectName(self, name: str) -> None:
        # The line is what a test or a tool for accessibility looks for.
        super().setObjectName(f"{name}.field")
        self.line.setObjectName(name)
        self.button.setObjectName(f"{name}.{self._button_name}")

    def objectName(self) -> str:
        return self.line.objectName()

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        if self.line.text() != text:
            self.line.setText(text)


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


class _ShowButton(QPushButton):
    """Shows a password by the space bar, but not for a blank within one that is typed blindly.

    After the first password, somebody who types without looking expects the field for the second.
    """

    _is_typed_at = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_typed_at = False
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text().strip():
            self._is_typed_at = True
        if self._is_typed_at and event.key() == Qt.Key.Key_Space:
            event.accept()
            return
        super().keyPressEvent(event)


class PasswordField(LineWithButton):
    """A hidden line of text with a button that shows it while one looks."""

    #: It was emptied and hides again what is typed.
    forgotten = Signal()
    line: PasswordLine

    def __init__(self, parent: QWidget | None = None) -> None:
        hidden = PasswordLine()
        super().__init__(hidden, tr("Show"), name="show", parent=parent)
        self._is_watched = False
        self.button.setAccessibleName(tr("Show the password"))
        self.button.setCheckable(True)
        self.button.toggled.connect(self._show)
        hidden.forgotten.connect(lambda: self.button.setChecked(False))
        hidden.forgotten.connect(self.forgotten)

    def _make_button(self, text: str) -> QPushButton:
        return _ShowButton(text)

    def on_return(self, act: Callable[[], None]) -> None:
        """What the Return key does here, instead of pressing the button of the window."""
        self.line.keeps_return = True
        self.line.returnPressed.connect(act)

    def share_button(self, show: QPushButton, *others: QPushButton) -> None:
        """Be shown by the button of another line, which stands beneath this one, beside others."""
        self.button.hide()
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for each in (show, *others):
            row.addWidget(each)
        row.addStretch(1)
        self.put_beneath(row)

    def reveal(self, shown: bool) -> None:
        """Show or hide what is typed."""
        if shown and not self._is_watched:
            # Hidden, Qt lets nothing be copied out of it.
            from handfast.ui.widgets.secrets.secret_clipboard import watch_copies

            watch_copies(self.line)
            self._is_watched = True
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)

    def _show(self, shown: bool) -> None:
        self.reveal(shown)
        self.button.setText(tr("Hide") if shown else tr("Show"))
        self.button.setAccessibleName(tr("Hide the password") if shown else tr("Show the password"))


def lock_lines(parent: QWidget, why: str) -> None:
    """Empty every password line within a widget."""
    for line in parent.findChildren(PasswordLine):
        line.forget_secrets(why)
