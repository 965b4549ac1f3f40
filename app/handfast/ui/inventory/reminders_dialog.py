"""Which expiry dates go into a calendar, and how early it reminds of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from handfast.core.language import tr, tr_count
from handfast.flows.inventory.reminding import (
    MAX_ALARM_DAYS,
    MAX_WITHIN_DAYS,
    ReminderDraft,
    reminders_of,
)
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.fields.days_field import DaysField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from handfast.flows.inventory.rows import ExpiryRow


class RemindersDialog(FormDialog):
    """Says how many events it will be; ``agreed`` brings the draft."""

    agreed = Signal(object)

    def __init__(
        self,
        rows: Sequence[ExpiryRow],
        *,
        alarm_days: int,
        now: datetime,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("remindersDialog", tr("Reminders"), tr("Save…"), parent)
        self.draft = ReminderDraft(alarm_days=min(max(alarm_days, 1), MAX_ALARM_DAYS))
        self._rows, self._now = rows, now
        self.within = DaysField(1, MAX_WITHIN_DAYS)
        self.within.setValue(self.draft.within_days)
        self.alarm = DaysField(1, MAX_ALARM_DAYS)
        self.alarm.setValue(self.draft.alarm_days)
        self.form.add("within", tr("Certificates that expire &within"), self.within)
        self.form.add(
            "alarm",
            tr("First &alarm before the expiry"),
            self.alarm,
            help_text=tr("Further alarms: 7 days and 1 day before the expiry."),
        )
        self.within.valueChanged.connect(self._edited)
        self.alarm.valueChanged.connect(self._edited)
        self.finish()
        self._show_state()

    def _edited(self, _days: int) -> None:
        self.draft = dataclasses.replace(
            self.draft, within_days=self.within.value(), alarm_days=self.alarm.value()
        )
        self._show_state()

    def _show_state(self) -> None:
        count = len(reminders_of(self._rows, self.draft, self._now))
        words = tr_count(
            "One all-day event for {count} certificate.",
            "One all-day event for each of {count} certificates.",
            count,
        )
        if not count:
            words = tr("No certificate expires within this time.")
        self.form.rows["within"].note.set_help(words)
        self.go.setEnabled(count > 0)

    def try_it(self) -> None:
        self.agreed.emit(self.draft)
        self.accept()
