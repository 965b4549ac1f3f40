"""Completing a chain: the issuers that a key pair lacks, from files, keystores, and the like."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.formats.issuers import Issuers, signed_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: More issuers than this stand above no certificate of use.
_MAX_FETCHED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedChain:
    """A pair's chain with what was found."""

    pair: KeyPair
    chain: tuple[Certificate, ...]
    added: tuple[Certificate, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the chain ends with a root."""
        return self.chain[-1].is_self_signed

    @property
    def missing_issuer(self) -> str:
        """The name of the issuer that was not found; empty where the chain is complete."""
        return "" if self.is_complete else self.chain[-1].issuer


def complete_chain(
    store: Store,
    entry: Entry,
    pool: Iterable[Certificate] = (),
    fetch: Callable[[Certificate], Iterable[Certificate]] | None = None,
) -> CompletedChain:
    """Put the chain of a pair together from its own, its keystore's, and further certificates.

    :param fetch: gives candidates for the issuer of a certificate, where none is at hand
    :raises InvalidInput: the entry is not a key pair with a certificate
    """
    if not isinstance(entry, KeyPair) or not entry.chain:
        raise InvalidInput(
            tr("“{alias}” is not a key pair with a certificate.", alias=shorten(entry.alias)),
            field="alias",
            remedy=tr("Name the alias of a key pair."),
        )
    known = [*entry.chain[1:], *(each for other in store.entries for each in other.chain), *pool]
    chain = signed_part(Issuers(known).chain(entry.chain[0]))
    for _ in range(_MAX_FETCHED):
        if fetch is None or chain[-1].is_self_signed:
            break
        found = [each for each in fetch(chain[-1]) if chain[-1].is_issued_by(each)]
        if not found:
            break
        known += found
        chain = signed_part(Issuers(known).chain(entry.chain[0]))
    if len(chain) < len(entry.chain):
        # What is there now leads further than what could be put together.
        chain = entry.chain
    had = set(entry.chain)
    return CompletedChain(
        pair=entry, chain=chain, added=tuple(each for each in chain if each not in had)
    )


def put_completed(store: Store, completed: CompletedChain) -> Store:
    """The store in which the pair has the completed chain."""
    fresh = dataclasses.replace(completed.pair, chain=completed.chain)
    return store.with_replaced(completed.pair, fresh)
