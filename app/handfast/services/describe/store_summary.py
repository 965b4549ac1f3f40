"""What a list of stores says of each: how much is in it, and when something in it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.services.describe.validity import EXPIRY_DAYS, Validity, is_near, span_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.store import Store


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

    def words(self, now: datetime, expiry_days: int = EXPIRY_DAYS) -> tuple[str, Validity]:
        """The most pressing thing in a few words, and how pressing it is."""
        if not self.entries:
            return tr("empty"), Validity.VALID
        end = self.next_end
        expired = self.expired + (1 if end is not None and end < now else 0)
        if expired > 1:
            return tr_count(
                "{count} certificate has expired", "{count} certificates have expired", expired
            ), Validity.EXPIRED
        if expired == 1:
            return tr(
                "a certificate expired {span} ago", span=span_text(now - end)
            ) if end is not None and end < now else tr(
                "a certificate has expired"
            ), Validity.EXPIRED
        if end is None:
            return tr("no certificates"), Validity.VALID
        state = Validity.EXPIRING if is_near(end, now, expiry_days) else Validity.VALID
        return tr("a certificate expires in {span}", span=span_text(end - now)), state


def _moment(text: object) -> datetime | None:
    found = datetime.fromisoformat(text) if isinstance(text, str) else None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def summarise(store: Store, now: datetime | None = None) -> StoreSummary:
    """Look at every certificate of a store; off the GUI thread where it is large."""
    moment = now or datetime.now(UTC)
    ends = [
        certificate.not_after
        for entry in store.entries
        for certificate in entry.chain
        if certificate.not_after is not None
    ]
    own = [
        leaf.not_after
        for pair in store.key_pairs
        if (leaf := pair.certificate) is not None and leaf.not_after is not None
    ]
    ahead = [end for end in ends if end >= moment]
    return StoreSummary(
        entries=len(store.entries),
        expired=len(ends) - len(ahead),
        next_end=min(ahead, default=None),
        next_own_end=min(own, default=None),
    )
