"""What a list of stores says of each: how much is in it, and when something in it ends."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.services.describe.validity import (
    EXPIRY_DAYS,
    Validity,
    date_text,
    is_near,
    span_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.store import Store


#: Of an alias beside what it expires; the rest of the line has a date and a number.
_LONGEST_ALIAS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSummary:
    """A few figures without a secret or a name, fit to be kept in the settings."""

    entries: int
    #: Certificates whose time was over when the store was looked at.
    expired: int = 0
    #: The earliest end of the others; None where there are none.
    next_end: datetime | None = None
    #: The earliest end of the certificates of its own key pairs, be it over or not.
    next_own_end: datetime | None = None
    #: Of the entry with the certificate of ``next_end``. A name, which is not part of the record.
    next_alias: str = field(default="", compare=False, repr=False)

    def to_record(self) -> dict[str, object]:
        """As plain values; ``next_end`` in ISO 8601."""
        end = self.next_end.isoformat() if self.next_end is not None else None
        own = self.next_own_end.isoformat() if self.next_own_end is not None else None
        return {
            "entries": self.entries,
            "expired": self.expired,
            "next_end": end,
            "next_own_end": own,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> StoreSummary | None:
        """What :meth:`to_record` gave; None where somebody changed it beyond use."""
        entries, expired, end = (record.get(key) for key in ("entries", "expired", "next_end"))
        if not isinstance(entries, int) or not isinstance(expired, int):
            return None
        try:
            moment, own = _moment(end), _moment(record.get("next_own_end"))
        except ValueError:
            return None
        return cls(entries=entries, expired=expired, next_end=moment, next_own_end=own)

    def needs_renewal(self, now: datetime, expiry_days: int = EXPIRY_DAYS) -> bool:
        """Whether a pair of its own has expired, or is called expiring."""
        return self.next_own_end is not None and is_near(self.next_own_end, now, expiry_days)

    def is_pressing(self, now: datetime, expiry_days: int = EXPIRY_DAYS) -> bool:
        """Whether something is to be done soon: it is called expiring, or a pair has expired."""
        end = self.next_end
        is_ending = end is not None and end >= now and is_near(end, now, expiry_days)
        return is_ending or self.needs_renewal(now, expiry_days)

    def words(self, now: datetime, expiry_days: int = EXPIRY_DAYS) -> tuple[str, Validity]:
        """The most pressing things in a few words, and how pressing they are."""
        if not self.entries:
            return tr("empty"), Validity.VALID
        end = self.next_end
        expired = self.expired + (1 if end is not None and end < now else 0)
        ahead = self._words_ahead(end, now) if end is not None and end >= now else ""
        if expired > 1:
            words = tr_count(
                "{count} certificate has expired", "{count} certificates have expired", expired
            )
        elif expired == 1:
            words = (
                tr("a certificate expired {span} ago", span=span_text(now - end))
                if end is not None and end < now
                else tr("a certificate has expired")
            )
        elif end is None:
            return tr("no certificates"), Validity.VALID
        else:
            near = is_near(end, now, expiry_days)
            return ahead, Validity.EXPIRING if near else Validity.VALID
        return f"{words} · {ahead}" if ahead else words, Validity.EXPIRED

    def _words_ahead(self, end: datetime, now: datetime) -> str:
        """What expires next, with its date; with its alias where that is known."""
        span, date = span_text(end - now), date_text(end)
        if self.next_alias:
            return tr(
                "“{alias}” expires in {span}, on {date}",
                alias=visible(shorten(self.next_alias, _LONGEST_ALIAS)),
                span=span,
                date=date,
            )
        return tr("a certificate expires in {span}, on {date}", span=span, date=date)


def _moment(text: object) -> datetime | None:
    found = datetime.fromisoformat(text) if isinstance(text, str) else None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def summarise(store: Store, now: datetime | None = None) -> StoreSummary:
    """Look at every certificate of a store; off the GUI thread where it is large."""
    moment = now or datetime.now(UTC)
    ends = [
        (certificate.not_after, entry.alias)
        for entry in store.entries
        for certificate in entry.chain
        if certificate.not_after is not None
    ]
    own = [
        leaf.not_after
        for pair in store.key_pairs
        if (leaf := pair.certificate) is not None and leaf.not_after is not None
    ]
    ahead = [(end, alias) for end, alias in ends if end >= moment]
    next_end, next_alias = min(ahead, default=(None, ""))
    return StoreSummary(
        entries=len(store.entries),
        expired=len(ends) - len(ahead),
        next_end=next_end,
        next_alias=next_alias,
        next_own_end=min(own, default=None),
    )
