"""Which key pair of a store is presented: the choice that Java makes, and why.

Java’s default key manager (``SunX509``) asks for the kinds of key that the peer takes, in the
peer’s order, and of the client’s pairs leaves only those with a certificate in their chain whose
issuer the server named. Of what is left it takes the first in the order of a ``HashMap``, which
has nothing to do with that of the file. Other programs present the one that they are configured
for, whatever the server asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.keys import curve_of
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.store import quoted, shorten
from handfast.services.paths.strength import TLS_CURVES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from handfast.core.entry import KeyPair
    from handfast.services.paths.peers import Role

#: In the order in which peers prefer their signatures.
KEY_TYPES: Final = ("EC", "Ed25519", "Ed448", "RSASSA-PSS", "RSA", "DSA")
#: OpenSSL at security level 2 accepts no shorter key of DSA.
LEAST_DSA_BITS: Final = 2048
#: Curves that go with a signature in TLS 1.3 (RFC 8446, 4.2.3), by size in bits.
_CURVE_SIZES: Final = frozenset((256, 384, 521))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The pair that is presented, and why; None where none is."""

    pair: KeyPair | None
    reason: str
    #: Pairs that could have been presented but for the list of CAs.
    passed_over: tuple[KeyPair, ...] = ()
    #: Others that would have done as well.
    rivals: tuple[KeyPair, ...] = ()
    was_forced: bool = False


def can_sign_in_tls(pair: KeyPair, role: Role, tls: str) -> bool:
    """Whether its key is of a kind that this version of TLS signs with today.

    DSA has no signature in TLS 1.3 (RFC 8446, 4.2.3). In TLS 1.2 every program still accepts it
    from a client, and OpenSSL offers no cipher for it as a server.
    """
    if not pair.algorithm:
        # Nobody here reads its certificate, which is told on its own.
        return True
    if pair.algorithm == "DSA":
        return role == "client" and tls == "1.2" and (pair.bits or 0) >= LEAST_DSA_BITS
    if pair.algorithm != "EC":
        return pair.algorithm in KEY_TYPES
    leaf = pair.certificate
    curve = curve_of(leaf.raw_public_key_der) if leaf is not None else ""
    return curve in TLS_CURVES if curve else (pair.bits or 0) in _CURVE_SIZES


def choose(
    pairs: Sequence[KeyPair],
    *,
    role: Role,
    tls: str,
    alias: str | None = None,
    asked_for: Collection[bytes] | None,
) -> Choice:
    """The pair that would be presented in that role and version of TLS.

    ``asked_for`` are the names of CAs in DER that the server sent; None or none of them where
    it takes any, as where the server itself chooses.
    """
    if alias is not None:
        forced = next((each for each in pairs if each.alias.casefold() == alias.casefold()), None)
        others = tuple(each for each in pairs if each is not forced)
        return Choice(
            pair=forced,
            reason=tr("“{alias}” was chosen for it.", alias=shorten(alias)),
            rivals=others,
            was_forced=True,
        )
    usable = [each for each in pairs if each.chain and can_sign_in_tls(each, role, tls)]
    if not usable:
        return Choice(pair=None, reason=_why_none(pairs), passed_over=tuple(pairs))
    named = [each for each in usable if not asked_for or _is_asked_for(each, asked_for)]
    if not named:
        return Choice(
            pair=None,
            reason=tr_count(
                "The keystore has {count} key pair, but none of an issuer that the server "
                "asks for. Java then presents nothing.",
                "The keystore has {count} key pairs, but none of an issuer that the server "
                "asks for. Java then presents nothing.",
                len(usable),
            ),
            passed_over=tuple(usable),
        )
    ranked = sorted(java_order(named), key=_rank)
    first, *rest = ranked
    alone = len(pairs) == 1
    reason = tr("“{alias}” is the only key pair in the keystore.", alias=shorten(first.alias))
    if not alone and not rest:
        reason = (
            tr(
                "“{alias}” is the only key pair that matches one of the issuers that the "
                "server asks for.",
                alias=shorten(first.alias),
            )
            if asked_for
            else tr("“{alias}” is the only key pair that fits.", alias=shorten(first.alias))
        )
    elif rest:
        names = enumerated([quoted(each.alias, 30) for each in rest[:3]])
        reason = tr(
            "“{alias}” is the one that Java chooses; {names} would fit too. Other programs "
            "present the one that they are configured for.",
            alias=shorten(first.alias),
            names=names,
        )
    return Choice(pair=first, reason=reason, rivals=tuple(rest))


def _rank(pair: KeyPair) -> int:
    kind = pair.algorithm
    return KEY_TYPES.index(kind) if kind in KEY_TYPES else len(KEY_TYPES)


def _why_none(pairs: Sequence[KeyPair]) -> str:
    if not pairs:
        return tr("There is no key pair in the keystore.")
    return tr("No key pair in the keystore has a key that TLS can sign with.")


def _is_asked_for(pair: KeyPair, names: Collection[bytes]) -> bool:
    return any(certificate.issuer_key in names for certificate in pair.chain)


def java_order(pairs: Iterable[KeyPair]) -> list[KeyPair]:
    """In the order in which a ``java.util.HashMap`` keyed by their aliases lists them."""
    given = list(pairs)
    capacity = 16
    while len(given) > 0.75 * capacity:
        capacity *= 2
    return sorted(given, key=lambda each: _spread(each.alias.lower()) & (capacity - 1))


def _spread(text: str) -> int:
    """``String.hashCode`` with its upper half mixed in, as ``HashMap.hash`` does."""
    number = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for at in range(0, len(units), 2):
        number = (31 * number + int.from_bytes(units[at : at + 2], "big")) & 0xFFFFFFFF
    return number ^ (number >> 16)
