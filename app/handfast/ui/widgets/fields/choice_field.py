"""A choice of few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from handfast.ui.widgets.indicators import RadioButton
from handfast.ui.widgets.style import GRID, TextLabel

if TYPE_CHECKING:
    from collections.abc import Sequence


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
