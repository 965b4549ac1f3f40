"""A certificate in BER (X.690) in other forms: in DER, as it is presented, and as it was signed.

RFC 5280 (4.1) demands DER. Java and OpenSSL read BER as well, and pass over bytes behind the end;
what each verifies and sends then is told here.
"""

from __future__ import annotations

from typing import Final

from handfast.core.asn1 import ber
from handfast.core.errors import Damaged

#: More bytes than any genuine certificate has, and more values outside of its extensions.
_MAX_BYTES: Final = 2**18
_MAX_VALUES: Final = 250


def in_der(der: bytes) -> bytes:
    """What may be in BER (X.690) and have bytes behind its end, in DER; as it is if malformed."""
    if len(der) > _MAX_BYTES:
        return der
    try:
        return ber.in_der(der, most=_MAX_VALUES)
    except Damaged:
        return der


def framed(der: bytes) -> bytes:
    """A certificate with its outermost length in DER and nothing behind it; the rest as it is.

    Malformed bytes come back as they are.
    """
    if len(der) > _MAX_BYTES:
        return der
    try:
        outer = ber.read(der, 0, len(der))
        if outer.end == outer.stop:
            return ber.der(outer.tag, ber.content(der, outer))
        body, *rest = ber.children(der, outer)
        parts = (in_der(ber.encoded(der, each)) for each in rest)
        return ber.der(outer.tag, ber.encoded(der, body), *parts)
    except (Damaged, ValueError):
        return der


def signed_bytes(der: bytes) -> bytes:
    """The first member of a certificate, request, or list, as it is: what its issuer signed.

    :raises Damaged: it is cut short
    """
    outer = ber.read(der, 0, len(der))
    return ber.encoded(der, ber.read(der, outer.start, outer.stop))


def signed_bytes_to_java(der: bytes) -> bytes:
    """The same as Java has it: it writes the outermost length of that part in DER.

    Where that length or the one around it is not written at all (X.690, 8.1.3.6), Java writes every
    length within it again.

    :raises Damaged: it is cut short
    """
    outer = ber.read(der, 0, len(der))
    body = ber.read(der, outer.start, outer.stop)
    if outer.end != outer.stop or body.end != body.stop:
        return in_der(ber.encoded(der, body))
    return ber.der(body.tag, ber.content(der, body))
