"""Where a new password is typed: how strong it is, and one that nobody has to think up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.ui.widgets.fields import PasswordField
from handfast.ui.widgets.style import GRID, blend, state_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from handfast.services.policy.password_strength import PasswordStrength

#: How many of the three parts of the bar are filled, and in which color.
_FILLED = {"weak": (1, "error"), "fair": (2, "warning"), "strong": (3, "ok")}
_PARTS = 3


class StrengthBar(QWidget):
    """Three parts, of which one, two, or all are filled; what it says stands in its tool tip."""

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
            "fair": tr("Fair: it takes years to guess."),
            "strong": tr("Strong: nobody guesses it."),
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
    """A password field that can fill itself, and the field of its repetition."""

    def __init__(self, again: PasswordField | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._again = again
        self.bar = StrengthBar(self)
        self.generate = QPushButton(tr("&Generate"), self)
        self.generate.setAutoDefault(False)
        self.generate.setAccessibleName(tr("Generate a password"))
        self.generate.setToolTip(tr("Fill in a random password, and show it"))
        self.generate.clicked.connect(self.fill_in)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.generate)
            layout.addWidget(self.bar)
        self.line.textChanged.connect(self._judge)

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        self.generate.setObjectName(f"{name}.generate")
        self.bar.setObjectName(f"{name}.strength")

    def fill_in(self) -> None:
        """Put a random password into both fields, and show it, so that it can be kept elsewhere."""
        from handfast.services.policy.password_strength import generate_password

        text = generate_password().reveal()
        for field in (self, self._again):
            if field is not None:
                field.line.setText(text)
                field.text_edited.emit(text)
        self.button.setChecked(True)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def _judge(self, text: str) -> None:
        if not text:
            self.bar.show_strength(None)
            return
        from handfast.services.policy.password_strength import estimate_strength

        self.bar.show_strength(estimate_strength(Password(text)).strength)
