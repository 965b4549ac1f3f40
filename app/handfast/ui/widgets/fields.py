"""Fields that the wizards share: passwords, files, a choice of few, the fingerprint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr, tr_count
from handfast.core.password import Password
from handfast.core.visible_text import visible
from handfast.services.policy.password_strength import estimate_strength, generate_password
from handfast.ui.widgets.indicators import RadioButton
from handfast.ui.widgets.secrets.password_line import LineWithButton, PasswordField, TextLine
from handfast.ui.widgets.style import (
    GRID,
    TextLabel,
    blend,
    fixed_font,
    grouped,
    plain,
    state_color,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import (
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QPaintEvent,
    )

    from handfast.core.certificates.certificate import Certificate
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


def unit_of_days(days: int) -> str:
    """What stands after a number of days."""
    return tr_count("day", "days", days)


class DaysField(QSpinBox):
    """A number of days, with the unit in the form that fits the number."""

    def __init__(self, least: int, most: int, *, unit: Callable[[int], str] = unit_of_days) -> None:
        super().__init__()
        self._unit = unit
        self.setRange(least, most)
        self.setGroupSeparatorShown(True)
        self.valueChanged.connect(self._show_unit)
        self._show_unit(self.value())

    def setValue(self, value: int) -> None:
        """Set the number; the unit follows while signals are blocked, too."""
        super().setValue(value)
        self._show_unit(self.value())

    def _show_unit(self, days: int) -> None:
        self.setSuffix(f" {self._unit(days)}")


class PathField(LineWithButton):
    """The name of a file or a folder, typed or chosen."""

    def __init__(
        self,
        *,
        title: str,
        filters: Sequence[str] = (),
        saving: bool = True,
        folder: bool = False,
    ) -> None:
        super().__init__(TextLine(), tr("Choose…"), name="choose")
        self._title = title
        self._filters = tuple(filters)
        self._saving = saving
        self._folder = folder
        self.button.setAccessibleName(title)
        self.button.clicked.connect(self._choose)
        # Whole, because the field shows as much as there is room for.
        self.line.textChanged.connect(lambda text: self.line.setToolTip(plain(visible(text))))

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title, self.line.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        elif self._saving:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            # Whether an existing file is replaced is asked on the page, where it can be read
            # again, and not by the dialog.
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if self._filters:
            dialog.setNameFilters(list(self._filters))
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self.line.setText(str(Path(name)))
        self.text_edited.emit(self.line.text())


class ChoiceField(QWidget):
    """A few choices of which one holds, each with a word of explanation."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RadioButton] = {}
        self._notes: dict[str, TextLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID // 4, 0, 0)
        layout.setSpacing(GRID // 2)
        for value, label, note in choices:
            button = RadioButton(label)
            self._group.addButton(button)
            self._buttons[value] = button
            button.clicked.connect(lambda _checked=False, chosen=value: self.chosen.emit(chosen))
            layout.addWidget(button)
            if note:
                text = TextLabel(note)
                text.setContentsMargins(3 * GRID, 0, 0, GRID // 2)
                text.setBuddy(button)
                button.setAccessibleDescription(note)
                self._notes[value] = text
                layout.addWidget(text)
        first = next(iter(self._buttons.values()))
        self.setFocusProxy(first)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        for value, button in self._buttons.items():
            button.setObjectName(f"{name}.{value}")

    def button(self, value: str) -> RadioButton:
        return self._buttons[value]

    def set_value(self, value: str) -> None:
        button = self._buttons.get(value)
        if button is not None:
            button.setChecked(True)
            self.setFocusProxy(button)

    def set_available(self, value: str, available: bool) -> None:
        self._buttons[value].setEnabled(available)
        if value in self._notes:
            self._notes[value].setEnabled(available)


class FingerprintView(QWidget):
    """A fingerprint as one reads it out: pairs of digits in groups of four, a few to a line."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(self)
        self._label.setFont(fixed_font(self.font(), scale=1.35 if large else 1.0))
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._large = large
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        layout.addStretch(1)

    def setObjectName(self, name: str) -> None:
        super().setObjectName(f"{name}.view")
        self._label.setObjectName(name)

    def set_fingerprint(self, hexadecimal: str) -> None:
        """64 or 40 digits, without separators."""
        self._label.setText(grouped(hexadecimal, per_line=8 if self._large else 16))
        spoken = " ".join(hexadecimal[at : at + 2].upper() for at in range(0, len(hexadecimal), 2))
        self._label.setAccessibleName(tr("Fingerprint {digits}", digits=spoken))

    def text(self) -> str:
        return self._label.text()


def names_of(certificate: Certificate) -> str:
    """Who a certificate is about, shortly: its common name, else what can be said."""
    if not certificate.is_readable:
        return tr("A certificate that cannot be read")
    return certificate.common_name or tr("A certificate without a name")


class DropArea(QWidget):
    """Where files are dropped, with a button for those who would rather choose."""

    dropped = Signal(object)

    def __init__(self, text: str, button: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self.setAcceptDrops(True)
        self.setAccessibleName(text)
        label = TextLabel(text)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addStretch(1)
        layout.addWidget(label)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.setFocusProxy(button)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 13 * GRID)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        self.dropped.emit(event.mimeData())
        event.acceptProposedAction()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        accent = palette.color(QPalette.ColorRole.Highlight)
        text = palette.color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(blend(accent, window, 0.14) if self._over else blend(text, window, 0.03))
        pen = QPen(accent if self._over else blend(text, window, 0.45), 1.4)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
