"""Reminders in a calendar of the certificates of an inventory that are going to expire."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from handfast.core.dates import moment_text
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.visible_text import alias_text, visible
from handfast.services.describe.validity import is_near
from handfast.services.reminders import Reminder, calendar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.flows.inventory.rows import ExpiryRow

#: Years ahead nobody plans, and a trust store has a hundred certificates of CAs.
USUAL_WITHIN_DAYS: Final = 365
MAX_WITHIN_DAYS: Final = 3_650
MAX_ALARM_DAYS: Final = 365
#: In days before the expiry, after the first alarm.
_LATER_ALARMS: Final = (7, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDraft:
    """Of which certificates a calendar reminds, and when."""

    within_days: int = USUAL_WITHIN_DAYS
    #: Days before the expiry of the first alarm.
    alarm_days: int


def reminders_of(
    rows: Iterable[ExpiryRow], draft: ReminderDraft, now: dt.datetime
) -> tuple[Reminder, ...]:
    """One all-day event for each certificate, in however many keystores it is.

    It is known by the fingerprint: a calendar that imports the file again changes its event.
    """
    found: dict[str, tuple[dt.datetime, list[ExpiryRow]]] = {}
    for row in sorted(rows, key=lambda each: each.order):
        end = row.end
        if row.certificate is None or end is None or end < now:
            continue
        if is_near(end, now, draft.within_days):
            found.setdefault(row.certificate.sha256, (end, []))[1].append(row)
    days = {draft.alarm_days, *(each for each in _LATER_ALARMS if each < draft.alarm_days)}
    alarms = sorted(days, reverse=True)
    return tuple(_reminder(sha256, end, same, alarms) for sha256, (end, same) in found.items())


def _reminder(sha256: str, end: dt.datetime, rows: list[ExpiryRow], alarms: list[int]) -> Reminder:
    first = rows[0]
    name = visible(first.common_name) if first.is_issuer else alias_text(first.alias)
    return Reminder(
        day=end.astimezone(dt.UTC).date(),
        title=tr(
            "Certificate “{name}” in {keystore} expires",
            name=name,
            keystore=visible(first.path.name),
        ),
        text="\n".join(
            (
                tr("Common name: {name}", name=visible(first.common_name)),
                tr("Valid until: {moment}", moment=moment_text(end)),
                tr("SHA-256: {fingerprint}", fingerprint=sha256),
                *(
                    tr(
                        "Keystore: {path}, alias: {alias}",
                        path=visible(str(each.path)),
                        alias=alias_text(each.alias),
                    )
                    for each in rows
                ),
            )
        ),
        alarms=alarms,
        identity=f"certificate {sha256}",
    )


def reminders_file(rows: Iterable[ExpiryRow], draft: ReminderDraft, now: dt.datetime) -> bytes:
    """The reminders as an iCalendar file."""
    return calendar(reminders_of(rows, draft, now), now=now)
