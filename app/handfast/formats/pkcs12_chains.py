"""Which certificates of a PKCS#12 file belong to which key, by Java's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.core.certificate import Certificate
    from handfast.formats.pkcs12_model import Bag


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


def build_chain(
    leaf: Bag, by_subject: dict[bytes, list[Bag]], parsed: dict[int, Certificate]
) -> tuple[Bag, ...]:
    chain = [leaf]
    seen = {parsed[id(leaf)].der}
    while True:
        current = parsed[id(chain[-1])]
        if not current.is_readable or current.is_self_issued:
            return tuple(chain)
        above = [
            bag for bag in by_subject.get(current.issuer_der, ()) if parsed[id(bag)].der not in seen
        ]
        if not above:
            return tuple(chain)
        # Of several with the right name, the one whose key made the signature.
        best = next((bag for bag in above if current.is_issued_by(parsed[id(bag)])), above[0])
        chain.append(best)
        seen.add(parsed[id(best)].der)
