"""How long a certificate is still good, as a state and in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from handfast.core.dates import day_text
from handfast.core.dates import moment_text as full_text
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr, tr_count

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

#: From how many days before its end a certificate is called expiring, unless chosen otherwise. The
#: choice, a setting of the window or an option of a verb, is passed to the code that judges dates.
EXPIRY_DAYS = 30
#: No certificate is valid for longer than a hundred years.
MAX_EXPIRY_DAYS = 36_525
#: UTCTime begins here (RFC 5280, 4.1.2.5), and the other form of a date is for 2050 and later.
EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When dates are judged, and how long before the end a certificate counts as expiring."""

    at: datetime
    expiry_days: int


def check_expiry_days(days: int) -> int:
    """The days, if a certificate can be called expiring so many days before its end.

    :raises InvalidInput: it is negative, or longer than any certificate is valid; the field is
        ``days``
    """
    if days < 0:
        raise InvalidInput(tr("The number of days cannot be negative."), field="days")
    if days > MAX_EXPIRY_DAYS:
        raise InvalidInput(
            tr("The number of days cannot exceed {max_days}.", max_days=grouped(MAX_EXPIRY_DAYS)),
            field="days",
        )
    return days


def is_near(end: datetime, at: datetime, expiry_days: int) -> bool:
    """Whether an end that is still ahead is so near that it is called expiring."""
    return end - at <= expiry_days * _DAY


class Validity(Enum):
    """Where a moment falls within a certificate's validity."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    #: Its dates cannot be read.
    UNKNOWN = "unknown"


def validity_of(
    certificate: Certificate, at: datetime | None = None, *, expiry_days: int
) -> Validity:
    """The state of a certificate's dates at a moment (now, where none is given).

    ``expiry_days`` is the threshold that the user chose; there is no default here.
    """
    start, end = certificate.not_before, certificate.not_after
    if start is None or end is None:
        return Validity.UNKNOWN
    moment = at or datetime.now(UTC)
    if moment > end:
        return Validity.EXPIRED
    if moment < start:
        return Validity.NOT_YET_VALID
    if is_near(end, moment, expiry_days):
        return Validity.EXPIRING
    return Validity.VALID


def date_text(moment: datetime) -> str:
    """``24 Nov 2026``, or in the form of the system."""
    return day_text(moment)


def moment_text(moment: datetime) -> str:
    """``24 Nov 2026, 05:34:20 UTC``, or in the form of the system."""
    return full_text(moment)


_DAYS_OF_A_MONTH = 365.2425 / 12
#: Added before a span is rounded down, so that 90 days from today are 90 days, and a year is a year
#: and not eleven months, for an hour after a certificate was issued.
_LITTLE = 0.05


def span_text(span: timedelta) -> str:
    """A length of time as a person would say it: ``42 days``, ``3 years``."""
    seconds = abs(span.total_seconds())
    days = seconds / 86_400
    whole = int(days + _LITTLE)
    if whole < 2:
        if seconds < 90 * 60:
            return tr_count("{count} minute", "{count} minutes", max(1, int(seconds // 60)))
        if whole < 1:
            return tr_count("{count} hour", "{count} hours", int(seconds // 3600))
        return tr_count("{count} day", "{count} days", 1)
    if days < 120:
        return tr_count("{count} day", "{count} days", whole)
    months = int(days / _DAYS_OF_A_MONTH + _LITTLE)
    if months < 24 and months != 12:
        return tr_count("{count} month", "{count} months", months)
    return tr_count("{count} year", "{count} years", int(days / 365.2425 + 0.02))


def expiry_text(certificate: Certificate, at: datetime | None = None) -> str:
    """When it ends, from now: ``in 42 days``, ``expired 3 days ago``, ``starts in 2 hours``."""
    start, end = certificate.not_before, certificate.not_after
    if start is None or end is None:
        return tr("unknown")
    moment = at or datetime.now(UTC)
    if moment > end:
        return tr("expired {span} ago", span=span_text(moment - end))
    if moment < start:
        return tr("starts in {span}", span=span_text(start - moment))
    return tr("in {span}", span=span_text(end - moment))


def end_text(end: datetime | None, now: datetime) -> str:
    """The end of validity as a date and in words: ``5 Jan 2027 (in 42 days)``."""
    if end is None:
        return tr("unknown")
    words = (
        tr("in {span}", span=span_text(end - now))
        if end > now
        else tr("expired {span} ago", span=span_text(now - end))
    )
    return tr("{date} ({words})", date=date_text(end), words=words)
