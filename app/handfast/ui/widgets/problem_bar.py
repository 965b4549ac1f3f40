"""A failure told above what it concerns, with the buttons that help."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.secrets.password_row import PasswordRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.errors import HandfastError

#: A button under a problem: its object name, its words and what it does.
Way: TypeAlias = "tuple[str, str, Callable[[], object]]"


class ProblemBar(QWidget):
    """Problem, causes and remedy; stays until it is solved or put away."""

    def __init__(self, parent: QWidget | None = None, *, beside: int | None = None) -> None:
        """``beside``: the pixels on either side.

        None is for as many as the fields of a window have there, or the rows of a tab.
        """
        super().__init__(parent)
        if beside is None:
            beside = 24 if isinstance(parent, QDialog) else 8
        # Loaded with the first failure.
        from handfast.ui.widgets.error_panel import ErrorPanel

        self.setObjectName("problemBar")
        self.panel = ErrorPanel(self)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        away = QToolButton(self)
        away.setObjectName("problemClose")
        away.setIcon(icon("close"))
        away.setAutoRaise(True)
        away.setToolTip(tr("Dismiss"))
        away.setAccessibleName(tr("Dismiss"))
        away.clicked.connect(self.hide)
        self._row.addStretch(1)
        self._buttons: list[QPushButton] = []
        self._asking: PasswordRow | None = None
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self.panel, 1)
        told.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(beside, 8, beside, 8)
        layout.setSpacing(8)
        layout.addLayout(told)
        layout.addLayout(self._row)
        self.hide()

    def show_error(
        self,
        error: HandfastError,
        ways: Sequence[Way] = (),
        *,
        ask: Callable[[str], object] | None = None,
    ) -> None:
        """Tell it, with the ways out of it; one may be a password, which ``ask`` takes."""
        self.panel.show_error(error)
        self._show_field(ask)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for at, (name, text, call) in enumerate(ways):
            button = QPushButton(text, self)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, call=call: self._go(call))
            self._row.insertWidget(at, button)
            self._buttons.append(button)
        self.show()
        if self._asking is not None and self.isVisible():
            self._asking.take_focus()
        elif self._buttons and self.isVisible():
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_field(self, ask: Callable[[str], object] | None) -> None:
        if self._asking is not None:
            self._row.removeWidget(self._asking)
            self._asking.hide()
            self._asking.deleteLater()
            self._asking = None
        if ask is not None:
            self._asking = PasswordRow(
                self,
                name="problemPassword",
                button_name="problemPasswordOpen",
                label=tr("Password of the keystore"),
            )
            self._asking.given.connect(lambda text: self._go(lambda: ask(text)))
            self._row.insertWidget(0, self._asking, 8)

    def _go(self, call: Callable[[], object]) -> None:
        self.hide()
        call()
