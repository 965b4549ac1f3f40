"""Certificates that the library refuses for a trifle, read all the same."""

from __future__ import annotations

import warnings

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from handfast.core.certificate_summary import span

#: What the library raises at a certificate that it does not read.
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


_EXTENSIONS = b"\xa3"
_FALSE = b"\x01\x01\x00"
_BASIC_CONSTRAINTS = b"\x06\x03\x55\x1d\x13"
#: An OCTET STRING with ``SEQUENCE { BOOLEAN FALSE }``.
_NO_AUTHORITY = b"\x04\x05\x30\x03" + _FALSE


def parse_leniently(der: bytes) -> x509.Certificate | None:
    """A certificate that breaks the rules of DER where it does not matter, read without that.

    Java 17 gives the signature algorithm of DSA a NULL parameter, which RFC 3279 (2.2.2) does not
    allow; and older authorities write out that an extension is not critical, or that a
    certificate is no authority, which are the defaults (X.690, 11.5). The library refuses both.
    What is read is for showing: the signature fits the bytes as they were, not the altered ones.
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
    algorithm = plain = fields[1]
    if algorithm.endswith(b"\x05\x00") and algorithm in inside:
        plain = _sequence(algorithm[2:-2])
    parts = [plain if part == algorithm else part for part in inside]
    if parts and parts[-1][:1] == _EXTENSIONS:
        parts[-1] = _without_defaults(parts[-1])
    if parts == inside:
        return None
    altered = _sequence(_sequence(b"".join(parts)) + plain + fields[2])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return x509.load_der_x509_certificate(altered)
    except UNREADABLE:
        return None


def _without_defaults(tagged: bytes) -> bytes:
    """The extensions (RFC 5280, 4.1) without what says no more than its absence would."""
    try:
        _, at, _ = span(tagged, 0)
        _, at, end = span(tagged, at)
        extensions: list[bytes] = []
        while at < end:
            _, inside, following = span(tagged, at)
            value = span(tagged, inside)[2]
            oid = tagged[inside:value]
            if tagged[value : value + 3] == _FALSE:
                value += 3
            rest = tagged[value:following]
            if oid == _BASIC_CONSTRAINTS and rest == _NO_AUTHORITY:
                rest = b"\x04\x02\x30\x00"
            extensions.append(_sequence(oid + rest))
            at = following
    except IndexError:
        return tagged
    return _value(_EXTENSIONS, _sequence(b"".join(extensions)))


def _sequence(content: bytes) -> bytes:
    return _value(b"\x30", content)


def _value(tag: bytes, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return tag + bytes((length,)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return tag + bytes((0x80 | len(size),)) + size + content
