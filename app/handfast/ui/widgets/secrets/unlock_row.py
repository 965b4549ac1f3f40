"""Where the password of a key or a store is asked for: beside what it opens."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.secrets.password_row import PasswordRow
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine


class UnlockRow(QWidget):
    """A password field with its button; what is wrong is said beneath, and one tries again."""

    #: What was typed.
    given = Signal(str)

    def __init__(
        self, parent: QWidget | None, *, placeholder: str, label: str, button_label: str
    ) -> None:
        """A row whose field and button have these names for those who cannot see what is near."""
        super().__init__(parent)
        self._row = PasswordRow(
            self,
            name="unlockPassword",
            button_name="detailsUnlock",
            label=label,
            placeholder=placeholder,
            button=tr("&Unlock"),
            button_label=button_label,
            may_be_empty=False,
        )
        self._row.given.connect(self._give)
        self.setFocusProxy(self._row.line)
        self._problem: StateLine | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._column.addWidget(self._row)

    def show_problem(self, problem: str) -> None:
        """Say why it does not open, and let the person try again."""
        self.accept_next()
        self._problem = StateLine("error", problem, self)
        self._problem.label.setObjectName("unlockProblem")
        self._column.addWidget(self._problem)
        self._row.take_focus()

    def accept_next(self) -> None:
        """Let a password be entered, and say nothing more of an earlier one."""
        self._row.setEnabled(True)
        if self._problem is not None:
            self._problem.hide()
            self._problem.deleteLater()
            self._problem = None

    def take_focus(self) -> None:
        """Have what is typed go into the field."""
        self._row.take_focus()

    def _give(self, text: str) -> None:
        # Until it is known whether it opens.
        self._row.setEnabled(False)
        self.given.emit(text)
