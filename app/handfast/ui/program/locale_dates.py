"""Dates as the system writes them, with the month as a word, such as ``Nov 24, 2026``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QTime

from handfast.core import dates

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


def use_system_dates() -> None:
    """Write every date of the window in the form of the system."""
    dates.use(LocaleDates(QLocale.system()))
