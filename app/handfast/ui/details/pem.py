"""A certificate in PEM, to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.ui.details.fields import fit_lines
from handfast.ui.widgets.style import GRID, fixed_font
from handfast.ui.widgets.values import copy_text

_LINES_SHOWN = 16


class PemView(QWidget):
    """The text and a button that copies it whole."""

    def __init__(self, pem: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pem = pem
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("detailsPem")
        self.text.setAccessibleName(tr("Certificate in PEM format"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setFont(fixed_font(self.font(), scale=0.95))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setPlainText(pem)
        fit_lines(self.text, most=_LINES_SHOWN)
        self.copy_button = QPushButton(tr("Copy &PEM"), self)
        self.copy_button.setObjectName("detailsCopyPem")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.text)
        layout.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _copy(self) -> None:
        copy_text(self._pem)
        self.copy_button.setText(tr("Copied"))
