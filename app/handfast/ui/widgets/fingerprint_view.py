"""A fingerprint to be read out and compared."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.style import fixed_font, grouped


class FingerprintView(QWidget):
    """A fingerprint as one reads it out: pairs of digits in groups of four, a few to a line."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
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
