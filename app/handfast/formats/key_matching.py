"""Which certificate a private key belongs to: the one that holds its public half.

Public keys are compared by their numbers rather than by their encoding: an RSA key may be called
RSASSA-PSS on one side only (RFC 4055), a point of a curve may be compressed (SEC 1, 2.3.3), and
parameters may be left out (RFC 3279, 2.3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.certificates.summary import span
from handfast.core.errors import Unsupported
from handfast.core.keys import public_key_info

if TYPE_CHECKING:
    from handfast.core.keys import PrivateKey

_BIT_STRING, _INTEGER, _OCTETS, _SEQUENCE = 0x03, 0x02, 0x04, 0x30
_PUBLIC_OF_EC = 0xA1


def public_mark(public_key_der: bytes) -> bytes:
    """What tells a public key from all others, from its SubjectPublicKeyInfo.

    The same of either half as :func:`private_mark` gives; empty where it does not hold together.
    """
    try:
        _, at, _ = span(public_key_der, 0)
        _, _, at = span(public_key_der, at)
        tag, start, end = span(public_key_der, at)
    except IndexError:
        return b""
    # The first byte of a bit string counts the bits that are not used.
    if tag != _BIT_STRING or end - start < 2:
        return b""
    return _mark(public_key_der[start + 1 : end])


def _mark(bits: bytes) -> bytes:
    """The mark of the content of a subjectPublicKey."""
    if bits[:1] == b"\x30":
        try:
            _, at, _ = span(bits, 0)
            one, start, end = span(bits, at)
            two, second, last = span(bits, end)
        except IndexError:
            return bits
        if one == two == _INTEGER:
            return _rsa(bits[start:end], bits[second:last])
    if bits[:1] in (b"\2", b"\3") and len(bits) % 2 == 1:
        return bits[1:]
    if bits[:1] == b"\4" and len(bits) % 2 == 1:
        # The first coordinate: what is left of a compressed point as well.
        return bits[1 : 1 + len(bits) // 2]
    return bits


def _rsa(modulus: bytes, exponent: bytes) -> bytes:
    return modulus.lstrip(b"\0") + b"/" + exponent.lstrip(b"\0")


def quick_mark(key: PrivateKey) -> bytes:
    """The mark of a private key that holds its public half; empty where it must be computed."""
    data = key.pkcs8
    try:
        _, at, _ = span(data, 0)
        _, _, at = span(data, at)
        _, _, at = span(data, at)
        tag, at, _ = span(data, at)
        if tag != _OCTETS:
            return b""
        kind, at, end = span(data, at)
        if kind != _SEQUENCE:
            return b""
        if key.algorithm == "RSA":
            # RSAPrivateKey: a version, the modulus, the public exponent (RFC 8017, A.1.2).
            _, _, at = span(data, at)
            _, start, stop = span(data, at)
            _, second, last = span(data, stop)
            return _rsa(data[start:stop], data[second:last])
        if key.algorithm == "EC":
            # ECPrivateKey: a version, the key, then [0] the curve and [1] the point (RFC 5915, 3).
            while at < end:
                tag, start, at = span(data, at)
                if tag == _PUBLIC_OF_EC:
                    tag, start, stop = span(data, start)
                    return _mark(data[start + 1 : stop]) if tag == _BIT_STRING else b""
    except IndexError:
        pass
    return b""


def private_mark(key: PrivateKey) -> bytes:
    """The mark of a private key, computed where it must be; empty for an algorithm not known."""
    mark = quick_mark(key)
    if mark:
        return mark
    try:
        return public_mark(public_key_info(key.load().public_key()))
    except (Unsupported, ValueError):
        return b""
