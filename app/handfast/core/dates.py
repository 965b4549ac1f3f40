"""The one way in which dates are written for people.

``24 Nov 2026`` unless the window chooses the form of the system: the month is a word, so that no
reader takes it for the day. JSON, tables of the console, and file names have ISO 8601 instead.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from handfast.core.language import tr

_MONTHS = [
    tr("Jan"),
    tr("Feb"),
    tr("Mar"),
    tr("Apr"),
    tr("May"),
    tr("Jun"),
    tr("Jul"),
    tr("Aug"),
    tr("Sep"),
    tr("Oct"),
    tr("Nov"),
    tr("Dec"),
]


class DateForm(Protocol):
    """How a desktop writes dates."""

    def day(self, day: dt.date) -> str:
        """A day, with the month as a word."""

    def time(self, time: dt.time) -> str:
        """A time to the second."""


class _English:
    def day(self, day: dt.date) -> str:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def time(self, time: dt.time) -> str:
        return f"{time:%H:%M:%S}"


class _Chosen:
    """Like the language, it belongs to the whole process and is chosen once, at the start."""

    form: DateForm = _English()


def use(form: DateForm | None) -> None:
    """Write dates in this form from now on; None for the one of the console."""
    _Chosen.form = form if form is not None else _English()


def day_text(day: dt.date) -> str:
    """``24 Nov 2026``; of a moment, its day."""
    return _Chosen.form.day(day)


def moment_text(moment: dt.datetime) -> str:
    """``24 Nov 2026, 05:34:20 UTC``."""
    utc = moment.astimezone(dt.UTC)
    return tr("{date}, {time} UTC", date=day_text(utc), time=_Chosen.form.time(utc.time()))


def iso_text(moment: dt.datetime) -> str:
    """``2026-11-24T05:34:20Z``, for documents that programs read."""
    if moment.tzinfo is not dt.UTC:
        moment = moment.astimezone(dt.UTC)
    return moment.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
