"""Reminders as a calendar file (iCalendar, RFC 5545) that every calendar imports."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A line has at most so many bytes, its end not counted (RFC 5545, 3.1).
_MAX_LINE_BYTES: Final = 75
_PRODUCT: Final = "-//Handfast//Handfast//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One thing to do on a day; it holds no secret."""

    day: dt.date
    title: str
    #: In full, for whoever opens it.
    text: str = ""
    #: Days before it at which the calendar reminds.
    alarms: Sequence[int] = (7, 1)
    #: What it is about, if that stays the same while day or title change; no two have the same.
    identity: str = ""


def calendar(reminders: Iterable[Reminder], *, now: dt.datetime | None = None) -> bytes:
    """The reminders as a file; the same reminder has the same identity each time it is written."""
    stamp = f"{(now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN"]
    for each in reminders:
        lines += _event(each, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(reminder: Reminder, stamp: str) -> list[str]:
    source = reminder.identity or f"{reminder.day}\0{reminder.title}"
    identity = hashlib.sha256(source.encode(errors="surrogatepass")).hexdigest()[:32]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{identity}@handfast",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{reminder.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{reminder.day + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(reminder.title)}",
    ]
    if reminder.text:
        lines.append(f"DESCRIPTION:{_escaped(reminder.text)}")
    for days in reminder.alarms:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_escaped(reminder.title)}",
            f"TRIGGER:-P{days}D",
            "END:VALARM",
        ]
    lines.append("END:VEVENT")
    return lines


def _escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11); other control characters have no place in one."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(each for each in text if each == "\t" or ord(each) >= 0x20)


def _folded(line: str) -> bytes:
    """A content line, folded between characters, with its end."""
    pieces: list[bytes] = []
    piece = b""
    for each in line:
        encoded = each.encode()
        # What follows a fold begins with a blank, which counts.
        room = _MAX_LINE_BYTES - (1 if pieces else 0)
        if len(piece) + len(encoded) > room:
            pieces.append(piece)
            piece = b""
        piece += encoded
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"
