"""The one row in which the password of something that exists is asked for, with its button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID

_WIDEST_PX = 50 * GRID


class PasswordRow(QWidget):
    """A password field and the button that gives what is in it; Return gives it as well."""

    #: What was typed. The field is empty by then, and hides what is typed next.
    given = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str,
        button_name: str,
        label: str,
        placeholder: str = "",
        button: str = "",
        button_label: str = "",
        is_wide: bool = False,
        may_be_empty: bool = True,
    ) -> None:
        """A row whose field and button have these object names.

        ``label`` and ``button_label`` are for those who cannot see what is near; the placeholder is
        the label where there is none of its own, and the button *Open*. ``is_wide``: the field
        takes all the width that there is.
        """
        super().__init__(parent)
        self._may_be_empty = may_be_empty
        self.field = PasswordField(self)
        self.field.setObjectName(name)
        self.line = self.field.line
        self.line.setPlaceholderText(placeholder or label)
        self.line.setAccessibleName(label)
        # Elsewhere in the window, Return presses another button.
        self.field.on_return(self.give)
        self.button = QPushButton(button or tr("Open"), self)
        self.button.setObjectName(button_name)
        if button_label:
            self.button.setAccessibleName(button_label)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.give)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        # It reaches its greatest width before the empty room beside it grows.
        row.addWidget(self.field, 8)
        row.addWidget(self.button)
        if not is_wide:
            self.field.setMaximumWidth(_WIDEST_PX)
            row.addStretch(1)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self.line, self.field.button, self.button

    def take_focus(self) -> None:
        """Have what is typed go into the field."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Empty the field, and hide what is typed next."""
        self.line.forget_secrets("")

    def give(self) -> None:
        """Hand on what is in the field, as the button does."""
        text = self.line.text()
        if not text and not self._may_be_empty:
            self.take_focus()
            return
        self.clear()
        self.given.emit(text)
