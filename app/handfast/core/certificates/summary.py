"""What a list or a row of a tree shows of each certificate, straight from its bytes.

A list of ten thousand shows a name and two dates of each. Building the library's names and dates
for them takes most of the time that listing takes, and loading the library most of the time that
a window takes to stand, so they are read here; what is in any way out of the ordinary is left to
:mod:`~handfast.core.certificates.decoding`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

_COMMON_NAME = b"\x06\x03\x55\x04\x03"
_UTC_TIME, _UTF8_STRING, _PRINTABLE_STRING, _IA5_STRING = 0x17, 0x0C, 0x13, 0x16
_GENERALIZED_TIME = 0x18
#: Two dates in UTCTime to the second: how they begin, the second part for each of them.
_VALIDITY_HEAD = b"\x30\x1e\x17\x0d"
#: What a person would call the holder of a name, the best first: CN, e-mail, OU, O.
_NAMES = (
    b"\x55\x04\x03",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01",
    b"\x55\x04\x0b",
    b"\x55\x04\x0a",
)
_RSA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
_EC = b"\x2a\x86\x48\xce\x3d\x02\x01"
_CURVES = {
    b"\x2a\x86\x48\xce\x3d\x03\x01\x07": 256,
    b"\x2b\x81\x04\x00\x22": 384,
    b"\x2b\x81\x04\x00\x23": 521,
}
_OTHER_KEYS = {
    b"\x2b\x65\x70": ("Ed25519", 256),
    b"\x2b\x65\x71": ("Ed448", 448),
}


#: Bytes of a certificate that is looked into. Those of a thousand names take a tenth of it.
MAX_CERTIFICATE_BYTES = 2**18


class CertificateSummary(NamedTuple):
    """The last common name of the subject, and the dates as ``YYMMDDHHMMSSZ`` (UTCTime)."""

    common_name: str
    not_before: bytes
    not_after: bytes


def summarize(der: bytes) -> CertificateSummary | None:
    """What a list shows of a certificate; None to look properly."""
    try:
        _, at, _ = span(der, span(der, 0)[1])
        # Version, serial number, signature and issuer (RFC 5280, 4.1).
        at = _skip(der, at, 4 if der[at] == 0xA0 else 3)
        # Both dates are UTCTime to the second until 2049, and then all four lengths are fixed.
        if der[at : at + 4] != _VALIDITY_HEAD or der[at + 17 : at + 19] != _VALIDITY_HEAD[2:]:
            return None
        not_before, not_after = der[at + 4 : at + 17], der[at + 19 : at + 32]
        if not (not_before[:12].isdigit() and not_after[:12].isdigit()):
            return None
        if not_before[12] != 0x5A or not_after[12] != 0x5A:
            return None
        tag, at, end = span(der, at + 32)
        found: str | None = None
        while at < end:
            length = der[at + 1]
            if length >= 0x80:
                # A relative name as long as that, or of several parts, is left to those who read
                # names in full.
                return None
            inside = at + 2
            at = inside + length
            if der[inside + 2 : inside + 7] == _COMMON_NAME:
                kind, size = der[inside + 7], der[inside + 8]
                if der[inside + 1] != size + 7 or size != length - 9:
                    return None
                if kind not in (_UTF8_STRING, _PRINTABLE_STRING):
                    return None
                found = der[inside + 9 : at].decode("utf-8")
    except (IndexError, UnicodeDecodeError):
        return None
    if tag != 0x30 or at != end or not found:
        return None
    return CertificateSummary(found, not_before, not_after)


class CertificateFields(NamedTuple):
    """What a row of a tree shows; each part is empty or None where it takes the library."""

    name: str = ""
    issuer: str = ""
    #: Lower-case hex, ``-`` first if negative.
    serial: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    #: Algorithm and bits.
    key: tuple[str, int] | None = None


def read_fields(der: bytes) -> CertificateFields:
    """The plain parts of a certificate that is whole; nothing of one that is cut or has a tail."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        return CertificateFields()
    try:
        _, body, end = span(der, 0)
        if end != len(der) or der[0] != 0x30:
            return CertificateFields()
        _, at, _ = span(der, body)
        if der[at] == 0xA0:
            at = span(der, at)[2]
        _, start, at = span(der, at)
        serial = int.from_bytes(der[start:at], "big", signed=True)
        issuer = span(der, at)[2]
        validity = span(der, issuer)[2]
        _, first, subject = span(der, validity)
        second = span(der, first)[2]
        key = span(der, subject)[2]
        return CertificateFields(
            _best_name(der, subject),
            _best_name(der, issuer),
            f"{serial:x}",
            _moment(der, first),
            _moment(der, second),
            _key(der, key),
        )
    except IndexError:
        return CertificateFields()


def has_plain_frame(der: bytes) -> bool:
    """Whether the bytes are one sequence, its length as DER has it, with nothing behind it."""
    size = len(der)
    if der[:1] != b"\x30" or size < 2:
        return False
    if size < 0x82:
        return der[1] == size - 2
    count = (size.bit_length() + 7) // 8
    # At the edge the length of the content takes a byte less than the whole.
    for each in (count, count - 1):
        head = 2 + each
        if each and der[1] == 0x80 | each and int.from_bytes(der[2:head], "big") == size - head:
            return der[2] != 0 and (each > 1 or der[2] >= 0x80)
    return False


def names(der: bytes) -> tuple[bytes, bytes]:
    """Issuer and subject of a certificate, in DER as they are in it.

    :raises IndexError: it is cut short
    """
    _, body, _ = span(der, 0)
    _, at, _ = span(der, body)
    issuer = _skip(der, at, 3 if der[at] == 0xA0 else 2)
    validity = _skip(der, issuer, 1)
    subject = _skip(der, validity, 1)
    return der[issuer:validity], der[subject : span(der, subject)[2]]


def version_of(der: bytes) -> int:
    """A certificate's version, which is one more than the number that stands there (RFC 5280).

    :raises IndexError: it is cut short
    """
    _, body, _ = span(der, 0)
    _, at, _ = span(der, body)
    if der[at] != 0xA0:
        return 1
    _, start, end = span(der, span(der, at)[1])
    return int.from_bytes(der[start:end], "big") + 1


def key_info(der: bytes) -> bytes:
    """A certificate's public key: its SubjectPublicKeyInfo as it stands there.

    :raises IndexError: it is cut short
    """
    _, body, _ = span(der, 0)
    _, at, _ = span(der, body)
    if der[at] == 0xA0:
        at = span(der, at)[2]
    # Serial number, signature, issuer, validity and subject (RFC 5280, 4.1).
    for _ in range(5):
        at = span(der, at)[2]
    return der[at : span(der, at)[2]]


def key_identifier(der: bytes) -> bytes:
    """The algorithm of a certificate's public key: the content of its object identifier.

    :raises IndexError: it is cut short
    """
    info = key_info(der)
    _, at, _ = span(info, 0)
    _, at, _ = span(info, at)
    tag, at, end = span(info, at)
    return info[at:end] if tag == 0x06 else b""


def plain_part(der: bytes, at: int, end: int) -> tuple[bytes, int, int, int] | None:
    """A relative name as nearly all are: one value of less than 128 bytes, an identifier of three.

    The identifier, the tag of the value, and where that starts and stops; None for any other, which
    is to be walked through by :func:`span`.

    :raises IndexError: it is cut short
    """
    length = der[at + 1]
    head = der[at + 3 : at + 11]
    if (
        9 <= length < 0x80
        and at + 2 + length <= end
        and head[0] == length - 2
        and head[1:3] == b"\x06\x03"
        and head[7] == length - 9
    ):
        return head[3:6], head[6], at + 11, at + 2 + length
    return None


def _best_name(der: bytes, at: int) -> str:
    _, at, end = span(der, at)
    found: dict[bytes, tuple[int, int, int]] = {}
    while at < end:
        plain = plain_part(der, at, end)
        if plain is not None:
            oid, kind, value, at = plain
            found[oid] = kind, value, at
            continue
        _, part, at = span(der, at)
        while part < at:
            _, inside, part = span(der, part)
            _, start, stop = span(der, inside)
            kind, value, value_end = span(der, stop)
            found[der[start:stop]] = kind, value, value_end
    for oid in _NAMES:
        if oid in found:
            kind, value, value_end = found[oid]
            raw = der[value:value_end]
            if kind not in (_UTF8_STRING, _PRINTABLE_STRING, _IA5_STRING):
                return ""
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                return ""
    return ""


def _moment(der: bytes, at: int) -> datetime | None:
    tag, start, end = span(der, at)
    text = der[start:end]
    digits = {_UTC_TIME: 12, _GENERALIZED_TIME: 14}.get(tag, 0)
    if len(text) != digits + 1 or not text[:digits].isdigit() or text[digits] != 0x5A:
        return None
    month, day = int(text[digits - 10 : digits - 8]), int(text[digits - 8 : digits - 6])
    hour, minute = int(text[digits - 6 : digits - 4]), int(text[digits - 4 : digits - 2])
    second = int(text[digits - 2 : digits])
    year = int(text[: digits - 10])
    if tag == _UTC_TIME:
        # RFC 5280, 4.1.2.5.1.
        year += 1900 if year >= 50 else 2000
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _key(der: bytes, at: int) -> tuple[str, int] | None:
    _, algorithm, _ = span(der, at)
    _, oid, bits = span(der, algorithm)
    _, start, end = span(der, oid)
    name = der[start:end]
    if name == _EC:
        tag, start, end = span(der, end)
        size = _CURVES.get(der[start:end]) if tag == 0x06 else None
        return ("EC", size) if size is not None else None
    if name == _RSA:
        # A BIT STRING without unused bits that holds modulus and exponent (RFC 8017, A.1.1).
        modulus = span(der, span(der, bits)[1] + 1)[1]
        tag, start, end = span(der, modulus)
        number = int.from_bytes(der[start:end], "big", signed=True)
        return ("RSA", number.bit_length()) if tag == 0x02 and number > 0 else None
    return _OTHER_KEYS.get(name)


def _skip(der: bytes, at: int, count: int) -> int:
    """Where so many values end that stand one after the other.

    Nearly all are shorter than 128 bytes. The caller checks that the result is within the bytes.
    """
    for _ in range(count):
        length = der[at + 1]
        at = at + 2 + length if length < 0x80 else span(der, at)[2]
    return at


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
