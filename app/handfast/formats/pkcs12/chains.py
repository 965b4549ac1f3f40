"""Which certificates of a PKCS#12 file belong to which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.formats.issuers import Issuers
from handfast.formats.key_matching import private_mark, public_mark, quick_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.keys import PrivateKey
    from handfast.formats.pkcs12.model import Bag


#: Keys whose public half must be computed, which takes up to some milliseconds each.
_MOST_COMPUTED = 200
#: Certificates of one key that are compared by what the file says of them.
_MOST_OF_ONE_KEY = 16


def find_leaves(
    keys: list[Bag],
    certificates: list[Bag],
    opened: Mapping[int, PrivateKey],
    parsed: Mapping[int, Certificate],
) -> dict[int, Bag | None]:
    """The certificate of each key: the one with its public half.

    Of several of these, and for a key that is locked or fits none of them, the identifier
    decides and then the name, as in Java. ``opened`` are the keys that are known, ``parsed`` the
    certificates, both by the identity of their bags.
    """
    by_id: dict[bytes, Bag] = {}
    by_name: dict[str, Bag] = {}
    for bag in certificates:
        if bag.key_id is not None:
            by_id.setdefault(bag.key_id, bag)
        if bag.alias is not None and not bag.is_trusted:
            by_name.setdefault(bag.alias.casefold(), bag)
    by_mark: dict[bytes, list[Bag]] | None = None
    found: dict[int, Bag | None] = {}
    computed = 0
    for key in keys:
        leaf = by_id.get(key.key_id) if key.key_id is not None else None
        if leaf is None and key.alias is not None:
            leaf = by_name.get(key.alias.casefold())
        known = opened.get(id(key))
        mark = quick_mark(known) if known is not None else b""
        if known is not None and not mark and computed < _MOST_COMPUTED:
            computed += 1
            mark = private_mark(known)
        if mark and (leaf is None or public_mark(parsed[id(leaf)].public_key_der) != mark):
            if by_mark is None:
                by_mark = {}
                for bag in certificates:
                    same = by_mark.setdefault(public_mark(parsed[id(bag)].public_key_der), [])
                    if len(same) < _MOST_OF_ONE_KEY:
                        same.append(bag)
            leaf = _first_fitting(by_mark.get(mark, []), key) or leaf
        if leaf is None and len(keys) == 1 and key.key_id is None and not mark:
            # One key and one certificate without any names belong together.
            unnamed = [bag for bag in certificates if not bag.is_trusted]
            leaf = unnamed[0] if len(unnamed) == 1 else None
        found[id(key)] = leaf
    return found


def _first_fitting(candidates: list[Bag], key: Bag) -> Bag | None:
    """Of several certificates of one key: by identifier, by name, then one of no other use."""

    def order(bag: Bag) -> tuple[bool, bool, bool]:
        return (
            key.key_id is None or bag.key_id != key.key_id,
            not is_same_name(bag.alias, key.alias),
            bag.is_trusted,
        )

    return min(candidates, key=order, default=None)


def is_own(key: PrivateKey, certificate: Certificate) -> bool:
    """Whether a certificate holds the public half of a key; False where that cannot be told."""
    mark = private_mark(key)
    return bool(mark) and mark == public_mark(certificate.public_key_der)


def is_same_name(one: str | None, other: str | None) -> bool:
    """Whether two names tie a certificate to a key."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def build_chains(
    leaves: Iterable[Bag], certificates: list[Bag], parsed: dict[int, Certificate]
) -> dict[int, tuple[Bag, ...]]:
    """The bags of the chain of each leaf, by the leaf's own."""
    wanted = list(leaves)
    if not wanted:
        return {}
    if all(parsed[id(leaf)].is_self_issued for leaf in wanted):
        # As in nearly every large store. Only where another certificate has the name of a leaf
        # may it have issued it.
        names = {parsed[id(leaf)].subject_der for leaf in wanted}
        own = {id(leaf) for leaf in wanted}
        others = (parsed[id(bag)] for bag in certificates if id(bag) not in own)
        if not any(each.subject_der in names for each in others):
            return {id(leaf): (leaf,) for leaf in wanted}
    first: dict[Certificate, Bag] = {}
    for bag in certificates:
        first.setdefault(parsed[id(bag)], bag)
    issuers = Issuers(first)
    return {
        id(leaf): (leaf, *(first[each] for each in issuers.chain(parsed[id(leaf)])[1:]))
        for leaf in wanted
    }
