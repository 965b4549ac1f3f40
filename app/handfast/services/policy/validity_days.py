"""For how long a certificate or a list is issued, and what is unwise about a long time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.errors import InvalidInput
from handfast.core.language import grouped, tr
from handfast.services.describe.validity import date_text

if TYPE_CHECKING:
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate

#: A hundred years, leap days included.
MAX_DAYS: Final = 36_525
#: CA/Browser Forum Ballot 193; Apple (HT210176) holds private CAs to it as well.
MAX_SERVER_DAYS: Final = 825
#: A revocation list is valid for as long as this unless told otherwise.
DEFAULT_LIST_DAYS: Final = 30
MAX_LIST_DAYS: Final = 3_650


def check_days(days: int) -> None:
    """Let a certificate be issued for so many days.

    :raises InvalidInput: it is less than a day, or more than a hundred years; the field is ``days``
    """
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(tr("The validity must be between 1 day and 100 years."), field="days")


def check_list_days(days: int) -> None:
    """Let a list be valid for so many days.

    :raises InvalidInput: it is less than a day, or more than ten years; the field is ``days``
    """
    if not 1 <= days <= MAX_LIST_DAYS:
        raise InvalidInput(
            tr(
                "A revocation list is valid for 1 to {max_days} days.",
                max_days=grouped(MAX_LIST_DAYS),
            ),
            field="days",
        )


def warning_about_days(days: int, *, is_for_servers: bool) -> str:
    """What a person should know of a long validity; empty where there is nothing to say."""
    if days <= MAX_SERVER_DAYS or not is_for_servers:
        return ""
    return tr(
        "Longer than 825 days: browsers and some platforms reject such a server certificate, and a "
        "stolen key stays useful for that long."
    )


def warning_about_issuer_end(issuer: Certificate, end: datetime) -> str:
    """That a certificate ends earlier than asked for, with that of its CA; empty where it does not.

    :param end: the end that was asked for, with its time zone
    """
    last = issuer.not_after
    if last is None or last >= end:
        return ""
    return tr(
        "The certificate of the CA ends on {date}, and the new one with it.", date=date_text(last)
    )


def warning_about_earlier_end(current: Certificate, end: datetime) -> str:
    """That a renewed certificate ends before the current one, as with a wrong clock.

    :param end: the end of the new one, with its time zone
    """
    last = current.not_after
    if last is None or last <= end:
        return ""
    return tr(
        "The new certificate ends before the current one, which is valid until {date}. "
        "Choose more days, and check the clock of this computer.",
        date=date_text(last),
    )
