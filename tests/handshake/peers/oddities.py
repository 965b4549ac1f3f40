"""What is odd about certificates that programs make, each as a change of the fields of RFC 5280."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from cryptography import x509

from handfast.core.certificates.summary import span
from tests.handshake.peers.kinds import issue, leaf, root
from tests.handshake.peers.strange import (
    EXTENSIONS,
    ISSUER,
    SERIAL,
    SUBJECT,
    VALIDITY,
    altered,
    pieces,
    tlv,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tests.handshake.making import Made

    Change: TypeAlias = Callable[[list[bytes]], None]

_COMMON_NAME: Final = "0603550403"


def named(tag: int, value: bytes, oid: str = _COMMON_NAME) -> Change:
    whole = tlv(0x30, tlv(0x31, tlv(0x30, bytes.fromhex(oid), tlv(tag, value))))

    def change(fields: list[bytes]) -> None:
        fields[SUBJECT] = whole

    return change


def ending(tag: int, value: bytes) -> Change:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(tag, value))

    return change


def numbered(value: bytes) -> Change:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL] = tlv(2, value)

    return change


def extended(edit: Callable[[list[bytes]], list[bytes]]) -> Change:
    def change(fields: list[bytes]) -> None:
        _, at, end = span(fields[EXTENSIONS], 0)
        found = pieces(fields[EXTENSIONS][at:end])
        fields[EXTENSIONS] = tlv(0xA3, tlv(0x30, *edit(found)))

    return change


def unreadable(oid: str) -> Change:
    """An extension with a value that ends before it should, in place of the sound one."""
    start = bytes.fromhex(oid)
    bad = tlv(0x30, start, tlv(4, b"\x30\x05\x00"))
    return extended(lambda found: [*(each for each in found if start not in each[:16]), bad])


def _truth_of_one(fields: list[bytes]) -> None:
    fields[EXTENSIONS] = fields[EXTENSIONS].replace(b"\x01\x01\xff", b"\x01\x01\x01")


ODDITIES: Final[dict[str, Change]] = {
    "t61 with latin-1": named(0x14, "Müller".encode("latin-1")),
    "printable with an asterisk": named(0x13, b"*.acme.example"),
    "printable with an ampersand": named(0x13, b"A&B_C@D"),
    "ia5 with latin-1": named(0x16, "Müller".encode("latin-1")),
    "utf-8 that is latin-1": named(0x0C, "Müller".encode("latin-1")),
    "visible string": named(0x1A, "Mü".encode("latin-1")),
    "bmp cut in half": named(0x1E, b"abc"),
    "country of three letters": named(0x13, b"USA", "0603550406"),
    "empty common name": named(0x0C, b""),
    "common name as octets": named(0x04, b"abc"),
    "fraction of a second": ending(0x18, b"20491231235959.5Z"),
    "no seconds": ending(0x17, b"4912312359Z"),
    "time with an offset": ending(0x17, b"491231235959+0200"),
    "month of thirteen": ending(0x17, b"491331235959Z"),
    "padded serial": numbered(bytes.fromhex("0000112233")),
    "serial of zero": numbered(b"\0"),
    "negative serial": numbered(b"\xff\x01"),
    "serial of thirty bytes": numbered(b"\x11" * 30),
    "truth of one": _truth_of_one,
    "an extension twice": extended(lambda found: [*found, found[-1]]),
    "basic constraints twice": extended(lambda found: [*found, found[0]]),
    "unreadable access information": unreadable("06082b06010505070101"),
    "unreadable names": unreadable("0603551d11"),
    "unreadable key usage": unreadable("0603551d0f"),
    "unreadable key identifier": unreadable("0603551d0e"),
}


def odd_leaf(change: Change) -> tuple[Made, Made]:
    """A server's certificate with that oddity, and the root that issued it."""
    return altered(leaf("server", root(), extra=[]), change), root()


def below_odd_ca(change: Change) -> tuple[Made, Made]:
    """A server's certificate, and the self-signed CA above it with that oddity."""
    plain = issue("Odd CA", ca=True)
    subject = _subject(altered(plain, change))

    def both(fields: list[bytes]) -> None:
        fields[ISSUER] = subject
        change(fields)

    top = altered(plain, both)
    aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(top.key.public_key())
    unnamed = dataclasses.replace(issue("x", ca=True), key=top.key)

    def below(fields: list[bytes]) -> None:
        fields[ISSUER] = subject

    own = dataclasses.replace(altered(leaf("server", unnamed, aki=aki), below), issuer=top)
    return own, top


def _subject(made: Made) -> bytes:
    return pieces(pieces(made.certificate.der)[0])[SUBJECT]
