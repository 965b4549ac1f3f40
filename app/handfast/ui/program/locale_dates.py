"""Dates, numbers, and the order of names as the system has them.

The month of a date is a word, as in ``Nov 24, 2026``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QTime

from handfast.core import collation, dates, language

if TYPE_CHECKING:
    import datetime as dt


def day_format(locale: QLocale) -> str:
    """The long form of the system without the day of the week, and with a short month.

    The short form has numbers only, of which nobody knows the order. Where the month is a number
    in the long form too, as in Japanese, it has a word behind it.
    """
    text = locale.dateFormat(QLocale.FormatType.LongFormat)
    text = re.sub(r"[,\s]*\bdddd?\b[,.]?\s*|dddd?", "", text)
    return text.replace("MMMM", "MMM").strip(" ,،")


class LocaleDates:
    """The form of a locale."""

    def __init__(self, locale: QLocale) -> None:
        self._locale = locale
        self._day = day_format(locale)
        # The zone is said by whoever asks.
        long = locale.timeFormat(QLocale.FormatType.LongFormat)
        self._time = re.sub(r"\s*\(?t+\)?\s*", " ", long).strip(" ,،")

    def day(self, day: dt.date) -> str:
        return self._locale.toString(QDate(day.year, day.month, day.day), self._day)

    def time(self, time: dt.time) -> str:
        return self._locale.toString(QTime(time.hour, time.minute, time.second), self._time)


def use_system_forms() -> None:
    """Write every date and number of the window, and sort its names, as the system does."""
    system = QLocale.system()
    dates.use(LocaleDates(system))
    language.use_separators(system.groupSeparator(), system.decimalPoint())
    collation.use_system_order()
