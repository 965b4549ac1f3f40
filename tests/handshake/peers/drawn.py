"""Set-ups put together by lot: chains, purposes, limits, dates, orders, and what is trusted.

A number and a side give the same set-up each time. Hundreds were tried; a few are kept.
"""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.handshake.making import CLIENT, HOST, SERVER, Made, make, new_key
from tests.handshake.peers import constraints
from tests.handshake.peers.kinds import AKI, BASIC, SKI, issue, leaf, setup, usage
from tests.handshake.peers.strange import tlv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.handshake.report.party import Side
    from tests.handshake.setups import Case

_VALID, _EXPIRED, _EARLY = (-10, 300), (-90, -5), (5, 300)
_ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
_NAMES = {
    "all is permitted": constraints.permitted(constraints.host(HOST)),
    "another host is permitted": constraints.permitted(constraints.host("acme.example")),
    "a name is excluded": constraints.excluded(constraints.directory("somebody")),
    "addresses are excluded": constraints.excluded(constraints.address("0a000000ff000000")),
}


class _Lot:
    """What is drawn, from one number on."""

    def __init__(self, number: int, side: Side) -> None:
        self._random = random.Random(f"{number} {side}")
        self._own, self._other = (CLIENT, SERVER) if side == "client" else (SERVER, CLIENT)

    def one(self, choices: Sequence[tuple[Any, float]]) -> Any:
        """One of several, each with its weight."""
        return self._random.choices(*zip(*choices, strict=True))[0]

    def happens(self, chance: float) -> bool:
        return self._random.random() < chance

    def key(self) -> Any:
        kind = self.one([("", 8), ("rsa", 2), ("p-384", 1), ("ed25519", 1)])
        match kind:
            case "rsa":
                return new_key("rsa", self._random.randrange(2))
            case "p-384":
                return ec.generate_private_key(ec.SECP384R1())
            case "ed25519":
                return ed25519.Ed25519PrivateKey.generate()
        return None

    def authority(self, name: str, by: Made | None) -> Made:
        own, other = self._own, self._other
        extra: list[tuple[x509.ExtensionType, bool]] = []
        limit = self.one([("", 9), *((each, 0.5) for each in _NAMES)])
        if limit:
            value = tlv(0x30, _NAMES[limit])
            extra.append((x509.UnrecognizedExtension(x509.NameConstraints.oid, value), True))
        if self.happens(0.05):
            unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\5\0")
            extra.append((unknown, self.happens(0.5)))
        return issue(
            name,
            ca=True,
            by=by,
            key=self.key(),
            path_length=self.one([(None, 6), (0, 1), (1, 1), (2, 1)]),
            purposes=self.one(
                [(None, 8), ([own], 1), ([other], 0.5), ([own, other], 1), ([_ANY], 0.5)]
            ),
            key_usage=self.one(
                [(None, 4), (usage("key_cert_sign", "crl_sign"), 4), (usage("crl_sign"), 0.3)]
            ),
            days=self.one([(_VALID, 14), (_EXPIRED, 0.6), (_EARLY, 0.3)]),
            extra=extra,
            without=[each for each in (SKI, AKI) if self.happens(0.1)],
        )

    def leaf(self, side: Side, by: Made) -> Made:
        own, other = self._own, self._other
        settings: dict[str, Any] = {}
        if self.happens(0.1):
            settings["aki"] = x509.AuthorityKeyIdentifier(b"12345678", None, None)
        return leaf(
            side,
            by,
            key=self.key(),
            purposes=self.one(
                [([own], 6), ([own, other], 3), (None, 2), ([other], 0.5), ([_ANY], 0.3)]
            ),
            key_usage=self.one(
                [(None, 4), (usage("digital_signature"), 4), (usage("key_agreement"), 0.5)]
            ),
            days=self.one([(_VALID, 14), (_EXPIRED, 0.5), (_EARLY, 0.3)]),
            without=[each for each in (SKI, AKI, BASIC) if self.happens(0.08)],
            **settings,
        )

    def sent(self, chain: list[Made]) -> list[Made]:
        how = self.one(
            [("whole", 4), ("no root", 4), ("shuffled", 1), ("one lacks", 0.7), ("stranger", 0.5)]
        )
        if how == "whole" or len(chain) == 1:
            return chain
        first, *rest = chain[:-1]
        if how == "shuffled":
            self._random.shuffle(rest)
        if how == "one lacks" and rest:
            rest.pop(self._random.randrange(len(rest)))
        if how == "stranger":
            rest.insert(self._random.randrange(len(rest) + 1), make("Stranger", ca=True))
        return [first, *rest]


def drawn(number: int, side: Side) -> Case:
    lot = _Lot(number, side)
    authorities = [lot.authority("Drawn Root", None)]
    for level in range(lot.one([(0, 1), (1, 4), (2, 4), (3, 2)])):
        authorities.append(lot.authority(f"Drawn CA {level}", authorities[-1]))
    own = lot.leaf(side, authorities[-1])
    root, other = authorities[0], issue("Drawn Root", ca=True)
    trusted = lot.one(
        [([root], 8), ([authorities[-1]], 1.5), ([own], 0.7), ([other], 0.4), ([other, root], 1)]
    )
    return setup(side, own, chain=lot.sent([own, *reversed(authorities)]), trusted=trusted)


_SIDES: tuple[Side, Side] = ("server", "client")
DRAWN: dict[str, Callable[[], Case]] = {
    f"{side}: drawn by lot, {number}": functools.partial(drawn, number, side)
    for number in range(12)
    for side in _SIDES
}
