"""Where a new password is typed twice: how strong it is, and one to be generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.services.policy.password_strength import estimate_strength, generate_password
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID, TextLabel, blend, state_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from handfast.services.policy.password_strength import PasswordStrength


#: How many of the three parts of the bar are filled, and in which color.
_FILLED = {"weak": (1, "error"), "fair": (2, "warning"), "strong": (3, "ok")}
_PARTS = 3


class StrengthBar(QWidget):
    """Three parts, of which one, two, or all are filled; what it says is in its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strength: PasswordStrength | None = None
        self.setFixedSize(QSize(5 * GRID, GRID))
        self.show_strength(None)

    def show_strength(self, strength: PasswordStrength | None) -> None:
        """Show how strong a password is; None for no password."""
        self.strength = strength
        words = {
            "weak": tr("Weak: it can be guessed."),
            "fair": tr("Fair: guessing it takes years."),
            "strong": tr("Strong: hard to guess."),
        }
        text = words[strength.value] if strength is not None else ""
        self.setToolTip(text)
        self.setAccessibleName(tr("Strength of the password"))
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        empty = blend(text, palette.color(QPalette.ColorRole.Window), 0.2)
        filled, state = _FILLED[self.strength.value] if self.strength is not None else (0, "ok")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = 3.0
        width = (self.width() - gap * (_PARTS - 1)) / _PARTS
        for part in range(_PARTS):
            painter.setBrush(state_color(state, palette) if part < filled else empty)
            area = QRectF(part * (width + gap), 0, width, self.height())
            painter.drawRoundedRect(area, 2, 2)
        painter.end()


class NewPasswordField(PasswordField):
    """Where a new password is typed; beneath its repetition, what shows both and fills both in.

    The two lines follow each other, for the eye and for Tab: people type a hidden password twice in
    a row.
    """

    def __init__(
        self, again: PasswordField, parent: QWidget | None = None, *, is_second: bool = False
    ) -> None:
        """``is_second``: there is another one in the window, whose button has the usual letter."""
        super().__init__(parent)
        self._again = again
        self.bar = StrengthBar(self)
        words = tr("Gene&rate") if is_second else tr("&Generate")
        self.generate = QPushButton(words, self)
        self.generate.setAutoDefault(False)
        self.generate.setAccessibleName(tr("Generate a password"))
        self.generate.setToolTip(tr("Fill in a random password, and show it"))
        self.generate.clicked.connect(self.fill_in)
        #: For what was generated, which has to be kept elsewhere.
        self.copy = QPushButton(tr("Copy"), self)
        self.copy.setAutoDefault(False)
        self.copy.setAccessibleName(tr("Copy the password"))
        self.copy.setToolTip(tr("Copy the password; it leaves the clipboard after a time"))
        self.copy.clicked.connect(self._copy)
        self.copy.hide()
        self.words = TextLabel(parent=self)
        strength = QHBoxLayout()
        strength.setSpacing(GRID)
        strength.addWidget(self.bar)
        strength.addWidget(self.words, 1)
        self.put_beneath(strength)
        again.share_button(self.button, self.generate, self.copy)
        again.forgotten.connect(lambda: self.button.setChecked(False))
        self.line.textChanged.connect(self._judge)

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        self.generate.setObjectName(f"{name}.generate")
        self.copy.setObjectName(f"{name}.copy")
        self.bar.setObjectName(f"{name}.strength")

    def fill_in(self) -> None:
        """Put a random password into both fields, and show it, so that it can be kept elsewhere."""
        text = generate_password().reveal()
        for field in (self, self._again):
            field.line.setText(text)
            field.text_edited.emit(text)
        self.button.setChecked(True)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()
        self.copy.show()

    def _copy(self) -> None:
        # Shown, so that it is known on the clipboard for the secret that it is.
        self.button.setChecked(True)
        self.line.selectAll()
        self.line.copy()

    def _show(self, shown: bool) -> None:
        super()._show(shown)
        self._again.reveal(shown)

    def _judge(self, text: str) -> None:
        self.bar.show_strength(estimate_strength(Password(text)).strength if text else None)
        self.words.setText(self.bar.toolTip())
        if not text:
            self.copy.hide()
