"""Which certificates of a PKCS#12 file belong to which key, by Java's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.formats.issuers import Issuers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificate import Certificate
    from handfast.formats.pkcs12.model import Bag


def find_leaves(keys: list[Bag], certificates: list[Bag]) -> dict[int, Bag | None]:
    """The certificate of each key: by key identifier first, then by name, as Java does."""
    by_id: dict[bytes, Bag] = {}
    by_name: dict[str, Bag] = {}
    for bag in certificates:
        if bag.key_id is not None:
            by_id.setdefault(bag.key_id, bag)
        if bag.alias is not None and not bag.is_trusted:
            by_name.setdefault(bag.alias.casefold(), bag)
    found: dict[int, Bag | None] = {}
    for key in keys:
        leaf = by_id.get(key.key_id) if key.key_id is not None else None
        if leaf is None and key.alias is not None:
            leaf = by_name.get(key.alias.casefold())
        if leaf is None and len(keys) == 1 and key.key_id is None:
            # One key and one certificate without any names belong together.
            unnamed = [bag for bag in certificates if not bag.is_trusted]
            leaf = unnamed[0] if len(unnamed) == 1 else None
        found[id(key)] = leaf
    return found


def is_same_name(one: str | None, other: str | None) -> bool:
    """Whether two names tie a certificate to a key."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def build_chains(
    leaves: Iterable[Bag], certificates: list[Bag], parsed: dict[int, Certificate]
) -> dict[int, tuple[Bag, ...]]:
    """The bags of the chain of each leaf, by the leaf's own."""
    wanted = list(leaves)
    if all(parsed[id(leaf)].is_self_issued for leaf in wanted):
        # As in nearly every large store: nobody needs to know the names of all others.
        return {id(leaf): (leaf,) for leaf in wanted}
    first: dict[Certificate, Bag] = {}
    for bag in certificates:
        first.setdefault(parsed[id(bag)], bag)
    issuers = Issuers(first)
    return {
        id(leaf): (leaf, *(first[each] for each in issuers.chain(parsed[id(leaf)])[1:]))
        for leaf in wanted
    }
