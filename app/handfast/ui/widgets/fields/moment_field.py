"""A date with a time, in UTC, at which something is tried or verified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QDateTimeEdit

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_QT_FORM, _FORM = "yyyy-MM-dd HH:mm", "%Y-%m-%d %H:%M"


class MomentField(QDateTimeEdit):
    """A year from now at first, and disabled until somebody wants another date than today."""

    def __init__(self, name: str, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setDisplayFormat(_QT_FORM)
        self.setCalendarPopup(True)
        in_a_year = datetime.now(UTC) + timedelta(days=365)
        self.setDateTime(QDateTime.fromString(f"{in_a_year:%Y-%m-%d} 12:00", _QT_FORM))
        self.setEnabled(False)

    @property
    def moment(self) -> datetime:
        """What is chosen. Qt takes it for local time; it is meant as UTC."""
        text = self.dateTime().toString(_QT_FORM)
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
