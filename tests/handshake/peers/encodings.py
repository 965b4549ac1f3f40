"""Certificates in BER (X.690) where DER is due: other lengths, segments, and bytes behind the end.

RFC 5280 (4.1) demands DER. A signer signs the bytes that it writes, or the DER of the same value.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from tests.handshake.making import HOST
from tests.handshake.peers.kinds import dns, issue, leaf, root, setup
from tests.handshake.peers.strange import pieces, tlv

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tests.handshake.making import Made
    from tests.handshake.setups import Case

    How: TypeAlias = Literal[
        "indefinite", "padded length", "length of four bytes", "length of five bytes",
        "segments", "nested segments", "trailing value", "trailing zeros",
    ]  # fmt: skip

#: Where the fields of RFC 5280 (4.1) are in a certificate of version 3.
WHOLE: tuple[int, ...] = ()
BODY, ALGORITHM, SIGNATURE = (0,), (1,), (2,)
VERSION, SERIAL, INNER_ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = (
    (0, number) for number in range(8)
)


def content(value: bytes) -> bytes:
    start = 2 + (value[1] & 0x7F if value[1] & 0x80 else 0)
    return value[start:]


def rewritten(value: bytes, path: tuple[int, ...], change: Callable[[bytes], bytes]) -> bytes:
    """The same value with what is at that place written in another way."""
    if not path:
        return change(value)
    inside = pieces(value)
    inside[path[0]] = rewritten(inside[path[0]], path[1:], change)
    return tlv(value[0], *inside)


def at(value: bytes, path: tuple[int, ...]) -> bytes:
    for each in path:
        value = pieces(value)[each]
    return value


def written(value: bytes, how: How) -> bytes:
    """One value, in DER before, in another form."""
    tag, inside = value[0], content(value)
    match how:
        case "indefinite":
            return bytes((tag, 0x80)) + inside + b"\0\0"
        case "padded length":
            plain = len(value) - len(inside) - 1
            size = plain if value[1] & 0x80 else 1
            return bytes((tag, 0x80 | size)) + len(inside).to_bytes(size, "big") + inside
        case "length of four bytes":
            return bytes((tag, 0x84)) + len(inside).to_bytes(4, "big") + inside
        case "length of five bytes":
            return bytes((tag, 0x85)) + len(inside).to_bytes(5, "big") + inside
        case "segments":
            return _segments(tag, inside)
        case "nested segments":
            outer = tag | 0x20
            return tlv(outer, _segments(tag, inside))
        case "trailing value":
            return tlv(tag, inside, b"\5\0")
    return tlv(tag, inside, b"\0\0")


def _segments(tag: int, inside: bytes) -> bytes:
    outer = tag | 0x20
    middle = len(inside) // 2
    if tag == 3:
        # Only the last segment may have unused bits.
        first, second = b"\0" + inside[1:middle], inside[:1] + inside[middle:]
        return tlv(outer, tlv(3, first), tlv(3, second))
    return tlv(outer, tlv(tag, inside[:middle]), tlv(tag, inside[middle:]))


def signature_of(signer: Any, signed: bytes) -> bytes:
    if isinstance(signer, rsa.RSAPrivateKey):
        return signer.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    found: bytes = signer.sign(signed, ec.ECDSA(hashes.SHA256()))
    return found


def reencoded(
    made: Made, path: tuple[int, ...], change: Callable[[bytes], bytes], *, signs_der: bool = False
) -> Made:
    """The certificate with one value in another form; signed over those bytes, or over DER."""
    der = rewritten(made.certificate.der, path, change)
    if path[:1] == BODY and not signs_der:
        signer = made.issuer.key if made.issuer is not None else made.key
        body, algorithm, _ = pieces_of(der)
        der = tlv(0x30, body, algorithm, tlv(3, b"\0", signature_of(signer, body)))
    return dataclasses.replace(made, certificate=Certificate(der))


def pieces_of(der: bytes) -> tuple[bytes, bytes, bytes]:
    """Body, algorithm, and signature, of which the body may be of an indefinite length."""
    body, algorithm, signature = ber.children(der, ber.read(der, 0, len(der)))
    return tuple(ber.encoded(der, each) for each in (body, algorithm, signature))  # type: ignore[return-value]


# --- set-ups -------------------------------------------------------------------------------------

#: Where, how, and whether the signature is over the DER of the same value.
_FORMS: tuple[tuple[str, tuple[int, ...], How, bool], ...] = (
    ("whole", WHOLE, "indefinite", False),
    ("whole", WHOLE, "padded length", False),
    ("whole", WHOLE, "length of five bytes", False),
    ("whole", WHOLE, "trailing value", False),
    ("body", BODY, "indefinite", False),
    ("body", BODY, "indefinite", True),
    ("body", BODY, "padded length", False),
    ("body", BODY, "padded length", True),
    ("algorithm", ALGORITHM, "indefinite", False),
    ("signature", SIGNATURE, "padded length", False),
    ("signature", SIGNATURE, "segments", False),
    ("serial number", SERIAL, "padded length", False),
    ("issuer", ISSUER, "indefinite", False),
    ("part of the issuer", (*ISSUER, 0), "indefinite", False),
    ("text of the issuer", (*ISSUER, 0, 0, 1), "segments", False),
    ("text of the subject", (*SUBJECT, 0, 0, 1), "segments", False),
    ("end", (*VALIDITY, 1), "segments", False),
    ("key", KEY, "padded length", False),
    ("bits of the key", (*KEY, 1), "segments", False),
    ("extensions", EXTENSIONS, "indefinite", False),
    ("an extension", (*EXTENSIONS, 0, 0), "padded length", False),
    ("value of an extension", (*EXTENSIONS, 0, 1, 1), "segments", False),
)
_TAILS = {"zeros": b"\0\0", "an empty sequence": b"\x30\0"}


def _setup_of(path: tuple[int, ...], how: How, *, signs_der: bool) -> Case:
    made = reencoded(leaf("server"), path, lambda value: written(value, how), signs_der=signs_der)
    return setup("server", made)


def _with_tail(made: Made, tail: bytes) -> Made:
    return reencoded(made, WHOLE, lambda value: value + tail)


def _tails_of(tail: bytes) -> dict[str, Callable[[], Case]]:
    def anchor() -> Case:
        top = _with_tail(issue("Tail Root", ca=True), tail)
        return setup("server", leaf("server", top), trusted=[top])

    def between_() -> Case:
        return setup("client", leaf("client", _with_tail(issue("Tail", ca=True, by=root()), tail)))

    def exchanged() -> Case:
        own = _with_tail(issue(HOST, sans=dns(HOST)), tail)
        return setup("client", own, trusted=[own])

    return {
        "leaf": lambda: setup("server", _with_tail(leaf("server"), tail)),
        "intermediate": between_,
        "anchor": anchor,
        "what is exchanged": exchanged,
    }


#: Set-ups with such certificates by their names, as those of ``kinds.py``.
ENCODED: dict[str, Callable[[], Case]] = {
    f"encoding: {where}, {how}{' (signed in DER)' if signs_der else ''}": functools.partial(
        _setup_of, path, how, signs_der=signs_der
    )
    for where, path, how, signs_der in _FORMS
} | {
    f"{name} behind the {where}": build
    for name, tail in _TAILS.items()
    for where, build in _tails_of(tail).items()
}
