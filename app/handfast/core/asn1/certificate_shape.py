"""Whether bytes are a certificate at all (RFC 5280, 4.1), whatever its single fields say.

Libraries refuse certificates for single fields, such as a date in another form. Such a one can be
looked at, kept and handed on; what is not a certificate must not leave as one, for it may be a key.
"""

from __future__ import annotations

from handfast.core.asn1 import ber
from handfast.core.errors import Damaged

_BIT_STRING = 0x03
_VERSION = 0xA0
_TIMES = frozenset({0x17, 0x18})


def has_certificate_shape(der: bytes) -> bool:
    """Whether the bytes have every part of a certificate, of the right type, and end with it."""
    try:
        outer = ber.read(der, 0, len(der))
        if outer.tag != ber.SEQUENCE or outer.end != len(der):
            return False
        parts = list(ber.children(der, outer))
        if [each.tag for each in parts] != [ber.SEQUENCE, ber.SEQUENCE, _BIT_STRING]:
            return False
        fields = list(ber.children(der, parts[0]))
        if fields and fields[0].tag == _VERSION:
            del fields[0]
        # Serial number, signature, issuer, validity, subject and public key.
        if [each.tag for each in fields[:6]] != [ber.INTEGER, *[ber.SEQUENCE] * 5]:
            return False
        times = [each.tag for each in ber.children(der, fields[3])]
        key = [each.tag for each in ber.children(der, fields[5])]
    except Damaged:
        return False
    return len(times) == 2 and _TIMES.issuperset(times) and key == [ber.SEQUENCE, _BIT_STRING]
