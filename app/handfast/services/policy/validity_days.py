"""For how long a certificate may be issued, and what is unwise about a long time."""

from __future__ import annotations

from typing import Final

from handfast.core.errors import InvalidInput
from handfast.core.language import tr

#: A hundred years, leap days included.
MAX_DAYS: Final = 36_525
#: CA/Browser Forum Ballot 193; Apple (HT210176) holds private CAs to it as well.
MAX_SERVER_DAYS: Final = 825


def check_days(days: int) -> None:
    """Let a certificate be issued for so many days.

    :raises InvalidInput: it is less than a day, or more than a hundred years; the field is ``days``
    """
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(tr("The validity must be between 1 day and 100 years."), field="days")


def warning_about_days(days: int, *, is_for_servers: bool) -> str:
    """What a person should know of a long validity; empty where there is nothing to say."""
    if days <= MAX_SERVER_DAYS or not is_for_servers:
        return ""
    return tr(
        "Longer than 825 days: browsers and some platforms reject such a server certificate, and a "
        "stolen key stays useful for that long."
    )
