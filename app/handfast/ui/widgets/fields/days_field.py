"""A number of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSpinBox

from handfast.core.language import tr_count

if TYPE_CHECKING:
    from collections.abc import Callable


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
