"""Key pairs out of a heap: which certificate belongs to which key, and what is left over."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from handfast.core.dates import day_text
from handfast.core.entry import KeyPair
from handfast.core.errors import Refused
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.formats.issuers import Issuers, signed_part
from handfast.services.heap.collecting import nothing_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.store import Store
    from handfast.services.heap.collecting import FoundKey, Heap


_NAMELESS: Final = re.compile(r"key(-\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The pairs of a heap, ready to go into a keystore."""

    pairs: tuple[KeyPair, ...]
    #: What is missing, double, or foreign, a sentence each.
    notes: tuple[str, ...]


def assemble(
    heap: Heap,
    store: Store,
    *,
    alias: str | None = None,
    pool: Iterable[Certificate] = (),
    now: dt.datetime | None = None,
) -> Assembled:
    """Put the pairs of a heap together, under aliases that are free in the keystore.

    :param alias: the alias of the pair, numbered from the second on; None to derive it
    :param pool: further certificates that may complete a chain
    :raises Refused: no certificate belongs to any of the keys
    :raises HandfastError: there is no key, with the reason
    """
    if not heap.keys:
        raise nothing_found(heap)
    certificates = [each.certificate for each in heap.certificates]
    own = [each for entry in store.entries for each in entry.chain]
    issuers = Issuers((*certificates, *own, *pool))
    created = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    pairs: list[KeyPair] = []
    notes = list(heap.notes)
    used: set[Certificate] = set()
    taken = store
    for found in heap.keys:
        leaves = [
            each for each in certificates if found.public and each.public_key_der == found.public
        ]
        if not leaves:
            notes.append(
                tr(
                    "The key in {source} has no certificate in the input.",
                    source=shorten(found.source),
                )
            )
            continue
        leaf = max(leaves, key=_preference)
        used.update(leaves)
        if len(leaves) > 1:
            notes.append(
                tr_count(
                    "{count} certificate belongs to the key in {source}; the one that is "
                    "valid until {not_after} was used.",
                    "{count} certificates belong to the key in {source}; the one that is "
                    "valid until {not_after} was used.",
                    len(leaves),
                    source=shorten(found.source),
                    not_after=day_text(leaf.not_after) if leaf.not_after is not None else "",
                )
            )
        by_name = issuers.chain(leaf)
        chain = signed_part(by_name)
        if len(chain) < len(by_name):
            notes.append(
                tr(
                    "“{name}” was not signed by “{issuer}”, which it names as its issuer: it was "
                    "altered, or the CA has a new key.",
                    name=shorten(chain[-1].common_name or chain[-1].subject),
                    issuer=shorten(by_name[len(chain)].common_name or by_name[len(chain)].subject),
                )
            )
        used.update(chain)
        wanted = alias if alias is not None else _alias_of(found, leaf)
        pair = KeyPair(
            alias=taken.free_alias(wanted) if alias is None or pairs else wanted,
            chain=chain,
            key=found.key,
            created=created,
        )
        taken = taken.with_entries([pair])
        pairs.append(pair)
        if not chain[-1].is_self_signed:
            notes.append(
                tr(
                    "The chain of “{alias}” lacks its issuer {issuer}.",
                    # Not by its alias, which a person may change.
                    alias=shorten(leaf.common_name or pair.alias),
                    issuer=shorten(chain[-1].issuer, 120),
                )
            )
    if not pairs:
        raise Refused(
            tr("None of the certificates belongs to the private key."),
            causes=tuple(notes[:3])
            or (tr("The certificate was issued for another key, or is missing."),),
            remedy=tr("Add the certificate of this key, or the key of this certificate."),
        )
    notes += [
        tr(
            "{common_name} in {source} does not belong to a pair and was not imported.",
            common_name=shorten(each.certificate.common_name or each.certificate.subject),
            source=shorten(each.source),
        )
        for each in heap.certificates
        if each.certificate not in used
    ]
    notes += [f"{shorten(name)}: {error.problem}" for name, error in heap.troubles]
    return Assembled(pairs=tuple(pairs), notes=tuple(notes))


def _preference(certificate: Certificate) -> tuple[bool, float]:
    """What a CA issued goes before what is self-signed, and the newer before the older."""
    start = certificate.not_before
    return not certificate.is_self_signed, start.timestamp() if start is not None else 0.0


def _alias_of(found: FoundKey, leaf: Certificate) -> str:
    # A loose key in PEM has no name of its own; “key” is only what it is called where one is shown.
    if found.name and not _NAMELESS.fullmatch(found.name):
        return found.name
    name = re.sub(r"[^\w.\-]+", "-", leaf.common_name.lower()).strip("-.")[:60]
    return name or "key"
