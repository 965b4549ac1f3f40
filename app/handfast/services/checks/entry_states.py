"""What entries can be picked out by in a long list: those that need somebody’s attention."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from handfast.services.describe.validity import Validity, validity_of

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry


class EntryState(Enum):
    """A state by the word that is typed after ``is:``."""

    #: Its certificate expired.
    EXPIRED = "expired"
    #: It expires within the time that counts as soon.
    EXPIRING = "expiring"
    #: A key or a signature of it is refused, or soon will be.
    WEAK = "weak"
    #: Its key opens with a password that is not known.
    LOCKED = "locked"
    #: Nothing proves that it is as its owner left it, or its key was not tried yet.
    UNVERIFIED = "unverified"


def has_state(entry: Entry, state: EntryState, *, is_verified: bool, expiry_days: int) -> bool:
    """Whether an entry is in a state; ``is_verified`` is about the keystore that it is in."""
    match state:
        case EntryState.EXPIRED:
            return _validity(entry, expiry_days) is Validity.EXPIRED
        case EntryState.EXPIRING:
            return _validity(entry, expiry_days) is Validity.EXPIRING
        case EntryState.WEAK:
            return any(_is_weak(each) for each in entry.chain)
        case EntryState.LOCKED:
            return entry.is_locked
        case EntryState.UNVERIFIED:
            return not is_verified or entry.is_untried


def _validity(entry: Entry, expiry_days: int) -> Validity | None:
    return validity_of(entry.chain[0], expiry_days=expiry_days) if entry.chain else None


def _is_weak(certificate: Certificate) -> bool:
    # The enumeration is wanted at the start, where the checks are not.
    from handfast.services.checks.certificate_checks import check_key
    from handfast.services.paths.strength import is_forgeable

    if any(True for _ in check_key(certificate, "", "")):
        return True
    # Nobody verifies the signature of a root.
    return is_forgeable(certificate) and not certificate.is_self_issued
