"""The three things that a list shows of each certificate, straight from its bytes.

A list of ten thousand shows a name and two dates of each. Building the library's names and dates
for them takes most of the time that listing takes, so they are read here; what is in any way out
of the ordinary is left to :class:`~handfast.core.certificate.Certificate`.
"""

from __future__ import annotations

from typing import NamedTuple

_COMMON_NAME = b"\x06\x03\x55\x04\x03"
_UTC_TIME, _UTF8_STRING, _PRINTABLE_STRING = 0x17, 0x0C, 0x13


class Glance(NamedTuple):
    """The last common name of the subject, and the dates as ``YYMMDDHHMMSSZ`` (UTCTime)."""

    common_name: str
    not_before: bytes
    not_after: bytes


def glance(der: bytes) -> Glance | None:
    """What a list shows of a certificate; None to look properly."""
    try:
        _, at, _ = span(der, span(der, 0)[1])
        # Version, serial number, signature and issuer (RFC 5280, 4.1).
        for _ in range(4 if der[at] == 0xA0 else 3):
            at = span(der, at)[2]
        _, at, after_validity = span(der, at)
        # Both dates are UTCTime to the second until 2049, and then all four lengths are fixed.
        if after_validity - at != 30 or der[at] != _UTC_TIME or der[at + 15] != _UTC_TIME:
            return None
        not_before, not_after = der[at + 2 : at + 15], der[at + 17 : at + 30]
        if not (not_before[:12].isdigit() and not_after[:12].isdigit()):
            return None
        if not_before[12] != 0x5A or not_after[12] != 0x5A:
            return None
        tag, at, end = span(der, after_validity)
        found: str | None = None
        while at < end:
            _, inside, at = span(der, at)
            if der[inside + 2 : inside + 7] == _COMMON_NAME:
                # A relative name of several parts is left to those who read names in full.
                if span(der, inside)[2] != at:
                    return None
                kind, start, stop = span(der, inside + 7)
                if stop != at or kind not in (_UTF8_STRING, _PRINTABLE_STRING):
                    return None
                found = der[start:stop].decode("utf-8")
    except (IndexError, UnicodeDecodeError):
        return None
    if tag != 0x30 or not found:
        return None
    return Glance(found, not_before, not_after)


def span(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start of the content and end of a value; IndexError where it is cut short."""
    length = der[at + 1]
    content = at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise IndexError
        length = int.from_bytes(der[content : content + count], "big")
        content += count
    end = content + length
    if end > len(der):
        raise IndexError
    return der[at], content, end
