"""Certificates that the library refuses for a trifle, read all the same."""

from __future__ import annotations

import warnings

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from handfast.core.glance import span

#: What the library raises at a certificate that it does not read.
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


def parse_leniently(der: bytes) -> x509.Certificate | None:
    """A certificate whose DSA signature algorithm has a NULL parameter, read without it.

    Java 17 signs DSA certificates so, which RFC 3279 (2.2.2) does not allow and the library
    refuses. What is read is for showing: the signature no longer fits the altered bytes.
    """
    try:
        _, start, end = span(der, 0)
        _, position, body_end = span(der, start)
        outside = span(der, body_end)
        fields = [der[start:body_end], der[body_end : outside[2]], der[outside[2] : end]]
        inside: list[bytes] = []
        while position < body_end:
            following = span(der, position)[2]
            inside.append(der[position:following])
            position = following
    except IndexError:
        return None
    null = b"\x05\x00"
    algorithm = fields[1]
    if not algorithm.endswith(null) or algorithm not in inside:
        return None
    plain = _sequence(algorithm[2:-2])
    altered = _sequence(
        _sequence(b"".join(plain if part == algorithm else part for part in inside))
        + plain
        + fields[2]
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return x509.load_der_x509_certificate(altered)
    except UNREADABLE:
        return None


def _sequence(content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((0x30, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x30, 0x80 | len(size))) + size + content
