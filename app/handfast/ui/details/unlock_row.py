"""Where the password of a key or a store is asked for: beside what it opens."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine

_WIDEST = 44 * GRID


class UnlockRow(QWidget):
    """A password field with its button; what is wrong is said beneath, and one tries again."""

    #: What was typed.
    given = Signal(str)

    def __init__(
        self, parent: QWidget | None, *, placeholder: str, label: str, button_label: str
    ) -> None:
        """A row whose field and button have these names for those who cannot see what is near."""
        super().__init__(parent)
        shown = PasswordField(self)
        shown.setObjectName("unlockPassword")
        shown.setMaximumWidth(_WIDEST)
        self._show = shown.button
        self._field = shown.line
        self._field.setPlaceholderText(placeholder)
        self._field.setAccessibleName(label)
        self._field.returnPressed.connect(self._give)
        self._button = QPushButton(tr("&Unlock"), self)
        self._button.setObjectName("detailsUnlock")
        self._button.setAccessibleName(button_label)
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._give)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(shown, 1)
        row.addWidget(self._button)
        row.addStretch(1)
        self._problem: StateLine | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._column.addLayout(row)

    def show_problem(self, problem: str) -> None:
        """Say why it does not open, and let the person try again."""
        self._set_waiting(is_waiting=False)
        if self._problem is not None:
            self._problem.hide()
            self._problem.deleteLater()
        self._problem = StateLine("error", problem, self)
        self._problem.label.setObjectName("unlockProblem")
        self._column.addWidget(self._problem)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        text = self._field.text()
        if not text:
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._show.setChecked(False)
        self._field.clear()
        self._set_waiting(is_waiting=True)
        self.given.emit(text)

    def _set_waiting(self, *, is_waiting: bool) -> None:
        self._field.setEnabled(not is_waiting)
        self._show.setEnabled(not is_waiting)
        self._button.setEnabled(not is_waiting)
