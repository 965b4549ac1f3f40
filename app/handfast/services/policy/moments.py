"""A moment as people type it."""

from __future__ import annotations

from datetime import UTC, datetime

from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.store import shorten


def parse_moment(text: str) -> datetime:
    """A date or a time in the form of ISO 8601; without a zone it is UTC.

    :raises InvalidInput: it is neither; the field is ``at``
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            tr("“{text}” is not a date or a time.", text=shorten(text)),
            field="at",
            remedy=tr("Write it as 2027-01-31 or 2027-01-31T12:00:00Z."),
        ) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
