"""Certificates that the library refuses for a trifle, read all the same.

Java and OpenSSL read certificates that break a rule of DER or of RFC 5280 where nothing depends on
it. The library refuses such a certificate as a whole, and all extensions where one of them cannot
be read. What is read here is for showing and judging: a signature fits the bytes as they were, not
the altered ones.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from handfast.core.asn1 import ber
from handfast.core.asn1.certificate_frame import in_der
from handfast.core.certificates.summary import span
from handfast.core.errors import Damaged
from handfast.core.frozen import dataclass

#: What the library raises at a certificate that it does not read; its versions up to 46.0 raise
#: KeyError at a string of a kind that they do not know, such as one in segments.
UNREADABLE = (ValueError, TypeError, KeyError, UnsupportedAlgorithm, x509.InvalidVersion)

_EXTENSIONS: Final = 0xA3
_VERSION: Final = 0xA0
_VERSION_3: Final = bytes.fromhex("a003020102")
#: The first version, which is the default and not written out, and the second.
_EARLY_VERSIONS: Final = (bytes.fromhex("a003020100"), bytes.fromhex("a003020101"))
_FALSE: Final = b"\x01\x01\x00"
_TRUE: Final = b"\x01\x01\xff"
_BASIC_CONSTRAINTS: Final = b"\x06\x03\x55\x1d\x13"
_AUTHORITY_KEY: Final = b"\x55\x1d\x23"
_ALTERNATIVE_NAMES: Final = b"\x55\x1d\x11"
_POLICY_MAPPINGS: Final = b"\x55\x1d\x21"
_ALTERNATIVE_NAMES_OID: Final = b"\x06\x03" + _ALTERNATIVE_NAMES
#: A certificate with more names is read as a whole or not at all.
_MAX_NAMES: Final = 500
_RSASSA_PSS: Final = bytes.fromhex("06092a864886f70d01010a")
#: SHA-1, for the hash and for the mask, a salt of 20 bytes, and the trailer 0xBC.
_PSS_DEFAULTS: Final = tuple(
    bytes.fromhex(each)
    for each in (
        "a00b300906052b0e03021a0500",
        "a009300706052b0e03021a",
        "a118301606092a864886f70d010108300906052b0e03021a0500",
        "a116301406092a864886f70d010108300706052b0e03021a",
        "a203020114",
        "a303020101",
    )
)
#: The fields of an authority key identifier with one of the issuer and its serial number.
_HALVED: Final = ([0x80, 0xA1], [0x80, 0x82], [0xA1], [0x82])
_UTF8, _UTC_TIME, _GENERALIZED_TIME = 0x0C, 0x17, 0x18
#: NumericString, PrintableString, T61String, IA5String and VisibleString, which programs fill with
#: whatever their user typed; and those of two and four bytes a character.
_NARROW: Final = frozenset((0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A))
_WIDE: Final = {0x1C: "utf-32-be", 0x1E: "utf-16-be"}
_MOST_DAYS: Final = 31
_TIME: Final = re.compile(rb"(\d{10,14})(?:[.,]\d+)?(Z|[+-]\d{4})?\Z")
#: The extensions of a certificate in which the order of values does not matter are few; more than
#: so many are made to keep a program busy.
_MAX_EXTENSIONS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionTrouble:
    """An extension that cannot be read, or that stands there twice (RFC 5280, 4.2)."""

    oid: str
    is_critical: bool
    is_duplicate: bool = False
    #: Whether some of it is read all the same.
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The fields of a certificate (RFC 5280, 4.1), each whole in DER."""

    version: bytes
    serial: bytes
    algorithm: bytes
    issuer: bytes
    validity: bytes
    subject: bytes
    key: bytes
    #: Unique identifiers, in the order in which they stand there.
    identifiers: tuple[bytes, ...]
    extensions: tuple[bytes, ...]
    outer_algorithm: bytes
    signature: bytes

    def whole(self, extensions: tuple[bytes, ...] | None = None) -> bytes:
        listed = self.extensions if extensions is None else extensions
        tail = ber.der(_EXTENSIONS, _sequence(b"".join(listed))) if listed else b""
        inside = (
            self.version
            + self.serial
            + self.algorithm
            + self.issuer
            + self.validity
            + self.subject
            + self.key
            + b"".join(self.identifiers)
            + tail
        )
        return _sequence(_sequence(inside) + self.outer_algorithm + self.signature)


def parse_leniently(der: bytes) -> x509.Certificate | None:
    """A certificate that breaks a rule where it does not matter, read without that; or None.

    Mended are: the lengths and segments of BER and bytes behind the end, characters that a kind of
    string does not have, times without seconds, with a
    fraction or a time zone, days that a month does not have, padded numbers, truth values other
    than 255, defaults that are written out (X.690, 11.5), also in the parameters of RSASSA-PSS, a
    version that has no extensions, and the NULL that Java 17 gives the algorithm
    of a DSA signature.
    """
    parts = _taken_apart(der)
    if parts is None:
        return None
    try:
        altered = _mended(parts)
    except (IndexError, ValueError):
        return None
    if altered.whole() == der:
        return None
    return _load(altered.whole()) or _load(_with_one_algorithm(altered).whole())


def parse_request_leniently(der: bytes) -> x509.CertificateSigningRequest | None:
    """A request (RFC 2986) whose name has characters that its kind of string does not; or None."""
    try:
        tag, start, end = span(der, 0)
        _, at, body_end = span(der, start)
        version, subject, *rest = _each(der, at, body_end)
        inside = _sequence(version + mended_name(subject) + b"".join(rest))
    except (IndexError, ValueError):
        return None
    if tag != ber.SEQUENCE or end != len(der):
        return None
    try:
        found = x509.load_der_x509_csr(_sequence(inside + der[body_end:]))
        _ = found.subject, found.extensions
    except (*UNREADABLE, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    return found


def extensions_one_by_one(
    der: bytes,
) -> tuple[list[x509.Extension[x509.ExtensionType]], tuple[ExtensionTrouble, ...]]:
    """Each extension that can be read, and the trouble of the others.

    Of one that stands there twice the first is read. ``der`` is the certificate as it stands.
    """
    parts = _taken_apart(der)
    if parts is None:
        return [], ()
    written = parts.extensions
    try:
        parts = _mended(parts)
    except (IndexError, ValueError):
        return [], ()
    found: list[x509.Extension[x509.ExtensionType]] = []
    troubles: list[ExtensionTrouble] = []
    seen: set[bytes] = set()
    for each, as_written in zip(parts.extensions[:_MAX_EXTENSIONS], written, strict=False):
        oid, critical = _head(each)
        dotted = ber.oid_numbers(oid) or ""
        if oid in seen:
            troubles.append(ExtensionTrouble(oid=dotted, is_critical=critical, is_duplicate=True))
            continue
        seen.add(oid)
        alone = _load(parts.whole((each,)))
        try:
            found += list(alone.extensions) if alone is not None else []
            readable = alone is not None
        except (*UNREADABLE, x509.UnsupportedGeneralNameType):
            readable = False
        mended = None if readable else _read_in_part(parts, oid, each)
        if mended is not None:
            found.append(mended)
        is_whole = mended is not None and oid != _ALTERNATIVE_NAMES
        if not is_whole and (not readable or _has_tail(as_written)):
            troubles.append(
                ExtensionTrouble(
                    oid=dotted, is_critical=critical, is_partial=readable or mended is not None
                )
            )
    return found, tuple(troubles)


def _has_tail(extension: bytes) -> bool:
    """Whether bytes follow the value inside an extension: OpenSSL passes over them, not Java."""
    try:
        octets = _each(extension, *span(extension, 0)[1:])[-1]
        _, start, end = span(octets, 0)
        return ber.read(octets, start, end).end != end
    except (Damaged, IndexError):
        return False


def _read_in_part(
    parts: _Parts, oid: bytes, extension: bytes
) -> x509.Extension[x509.ExtensionType] | None:
    if oid == _AUTHORITY_KEY:
        return _authority_key(extension)
    if oid == _ALTERNATIVE_NAMES:
        return _alternative_names(parts, extension)
    return None


def _alternative_names(
    parts: _Parts, extension: bytes
) -> x509.Extension[x509.ExtensionType] | None:
    """Those of the names that can be read: one that cannot does not keep a program from others."""
    found: list[x509.GeneralName] = []
    names = _names_in(extension)
    for tag, content in names[:_MAX_NAMES]:
        value = ber.der(0x04, _sequence(ber.der(tag, content)))
        alone = _load(parts.whole((_sequence(_ALTERNATIVE_NAMES_OID + value),)))
        try:
            for each in alone.extensions if alone is not None else ():
                found += (
                    list(each.value) if isinstance(each.value, x509.SubjectAlternativeName) else []
                )
        except (*UNREADABLE, x509.UnsupportedGeneralNameType):
            continue
    if not found:
        return None
    return x509.Extension(
        x509.SubjectAlternativeName.oid,
        _head(extension)[1],
        x509.SubjectAlternativeName(found),
    )


def alternative_name_fields(der: bytes) -> tuple[tuple[int, bytes], ...] | None:
    """Tag and content of each alternative name as it is in a certificate.

    None where there are none, or where they are no list of values with nothing behind it.
    """
    parts = _taken_apart(der)
    if parts is None:
        return None
    for each in parts.extensions[:_MAX_EXTENSIONS]:
        if _head(each)[0] == _ALTERNATIVE_NAMES:
            try:
                return tuple(_names_in(each, whole=True))
            except (IndexError, ValueError):
                return None
    return None


def _names_in(extension: bytes, *, whole: bool = False) -> list[tuple[int, bytes]]:
    try:
        _, at, end = span(extension, 0)
        value = _each(extension, at, end)[-1]
        _, at, end = span(value, 0)
        _, start, last = span(value, at)
        if whole and last != end:
            raise ValueError
        found = []
        for each in _each(value, start, last):
            tag, at, end = span(each, 0)
            found.append((tag, each[at:end]))
    except IndexError:
        if whole:
            raise
        return []
    return found


def extension_value(der: bytes, dotted: str) -> bytes | None:
    """What is inside an extension of a certificate as it is in the file; None where it has none."""
    parts = _taken_apart(der)
    wanted = ber.der_oid(dotted)[2:]
    for each in parts.extensions[:_MAX_EXTENSIONS] if parts is not None else ():
        if _head(each)[0] == wanted:
            try:
                octets = _each(each, *span(each, 0)[1:])[-1]
                return octets[span(octets, 0)[1] :]
            except IndexError:
                return None
    return None


def policy_mappings(der: bytes) -> tuple[tuple[str, str], ...]:
    """The policies that a CA takes for equal (RFC 5280, 4.2.1.5), each pair dotted."""
    parts = _taken_apart(der)
    for each in parts.extensions[:_MAX_EXTENSIONS] if parts is not None else ():
        if _head(each)[0] != _POLICY_MAPPINGS:
            continue
        try:
            _, at, end = span(each, 0)
            value = _each(each, at, end)[-1]
            _, at, _ = span(value, 0)
            _, start, last = span(value, at)
            pairs = (_each(one, *span(one, 0)[1:]) for one in _each(value, start, last))
            return tuple((_dotted(issuing), _dotted(subject)) for issuing, subject in pairs)
        except (IndexError, ValueError):
            return ()
    return ()


def _dotted(oid: bytes) -> str:
    return ber.oid_numbers(oid[span(oid, 0)[1] :]) or ""


def _authority_key(extension: bytes) -> x509.Extension[x509.ExtensionType] | None:
    """An authority key identifier that names its issuer without a serial number, or one alone.

    RFC 5280 wants both or none, and so does the library; Java and OpenSSL read either. What is
    read of it is the identifier of the key.
    """
    try:
        _, _, whole = span(extension, 0)
        value = next(each for each in _each(extension, span(extension, 0)[1], whole)
                     if each[0] == ber.OCTET_STRING)  # fmt: skip
        _, at, end = span(value, 0)
        tag, start, last = span(value, at)
        fields = _each(value, start, last)
        tags = [each[0] for each in fields]
        key = fields[0][span(fields[0], 0)[1] :] if tags[:1] == [0x80] else None
    except (IndexError, ValueError, StopIteration):
        return None
    if tag != ber.SEQUENCE or last != end or sorted(set(tags)) not in _HALVED:
        return None
    return x509.Extension(
        x509.AuthorityKeyIdentifier.oid,
        _head(extension)[1],
        x509.AuthorityKeyIdentifier(key, None, None),
    )


def _load(der: bytes) -> x509.Certificate | None:
    try:
        found = x509.load_der_x509_certificate(der)
        # What it reads late must be readable as well.
        _ = found.subject, found.issuer, found.not_valid_before_utc, found.not_valid_after_utc
    except UNREADABLE:
        return None
    return found


def _taken_apart(der: bytes) -> _Parts | None:
    der = in_der(der)
    try:
        tag, start, end = span(der, 0)
        _, at, body_end = span(der, start)
        after_algorithm = span(der, body_end)[2]
        signature_end = span(der, after_algorithm)[2]
        fields = _each(der, at, body_end)
        version = b""
        if fields[0][:1] == bytes((_VERSION,)):
            version, fields = fields[0], fields[1:]
        serial, algorithm, issuer, validity, subject, key, *rest = fields
        extensions: tuple[bytes, ...] = ()
        if rest and rest[-1][0] == _EXTENSIONS:
            _, inside, _ = span(rest[-1], 0)
            _, inside, last = span(rest[-1], inside)
            extensions = tuple(_each(rest[-1], inside, last))
            rest = rest[:-1]
    except (IndexError, ValueError):
        return None
    if tag != 0x30 or end != len(der) or signature_end != end:
        return None
    return _Parts(
        version=version,
        serial=serial,
        algorithm=algorithm,
        issuer=issuer,
        validity=validity,
        subject=subject,
        key=key,
        identifiers=tuple(rest),
        extensions=extensions,
        outer_algorithm=der[body_end:after_algorithm],
        signature=der[after_algorithm:signature_end],
    )


def _each(der: bytes, at: int, end: int) -> list[bytes]:
    found = []
    while at < end:
        following = span(der, at)[2]
        found.append(der[at:following])
        at = following
    return found


def _mended(parts: _Parts) -> _Parts:
    return _Parts(
        version=_VERSION_3 if parts.version in _EARLY_VERSIONS else parts.version,
        serial=_minimal(parts.serial),
        algorithm=_mended_algorithm(parts.algorithm),
        issuer=mended_name(parts.issuer),
        validity=_mended_validity(parts.validity),
        subject=mended_name(parts.subject),
        key=parts.key,
        identifiers=parts.identifiers,
        extensions=tuple(map(_mended_extension, parts.extensions)),
        outer_algorithm=_mended_algorithm(parts.outer_algorithm),
        signature=parts.signature,
    )


def _with_one_algorithm(parts: _Parts) -> _Parts:
    """A certificate whose two places for the signature's algorithm do not agree, read leniently."""
    return dataclasses.replace(parts, algorithm=parts.outer_algorithm)


def _mended_algorithm(algorithm: bytes) -> bytes:
    if _RSASSA_PSS in algorithm:
        return _without_defaults(algorithm)
    # RFC 3279 (2.2.2) has no parameters with DSA, RFC 8017 (A.2.4) insists on NULL with RSA.
    is_rsa = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01" in algorithm
    if algorithm.endswith(b"\x05\x00") and not is_rsa:
        return _sequence(algorithm[2:-2])
    return algorithm


def _without_defaults(algorithm: bytes) -> bytes:
    """RSASSA-PSS (RFC 4055, 3.1) without the parameters that say what holds anyway: SHA-1."""
    _, at, end = span(algorithm, 0)
    oid, *rest = _each(algorithm, at, end)
    if len(rest) != 1 or rest[0][0] != ber.SEQUENCE:
        return algorithm
    _, at, end = span(rest[0], 0)
    kept = [each for each in _each(rest[0], at, end) if each not in _PSS_DEFAULTS]
    return _sequence(oid + _sequence(b"".join(kept)))


def _minimal(integer: bytes) -> bytes:
    tag, start, end = span(integer, 0)
    number = int.from_bytes(integer[start:end], "big", signed=True)
    size = (number.bit_length() // 8 + 1) if number >= 0 else ((number + 1).bit_length() // 8 + 1)
    return ber.der(tag, number.to_bytes(size, "big", signed=True))


def mended_name(name: bytes) -> bytes:
    """A name (RFC 5280, 4.1.2.4) whose strings have no characters that their kind does not."""
    _, at, end = span(name, 0)
    relative = []
    for each in _each(name, at, end):
        _, inside, last = span(each, 0)
        values = []
        for value in _each(each, inside, last):
            _, start, _ = span(value, 0)
            middle = span(value, start)[2]
            values.append(_sequence(value[start:middle] + _mended_string(value[middle:])))
        relative.append(ber.der(each[0], b"".join(values)))
    return ber.der(name[0], b"".join(relative))


def _mended_string(string: bytes) -> bytes:
    tag, start, end = span(string, 0)
    content = string[start:end]
    if tag in _NARROW:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    elif tag in _WIDE:
        text = content.decode(_WIDE[tag], "replace")
    else:
        return string
    if tag == _UTF8 and text.encode() == content:
        return string
    # X.520 wants a country in two characters of PrintableString; the library insists on it.
    if tag == 0x13 and text.isascii() and _is_printable(text):
        return string
    if len(text.encode()) == 2 and text.isascii() and text.isalpha():
        return string
    return ber.der(_UTF8, text.encode())


def _is_printable(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9 '()+,\-./:=?]*", text) is not None


def _mended_validity(validity: bytes) -> bytes:
    _, at, end = span(validity, 0)
    return _sequence(b"".join(mended_time(each) for each in _each(validity, at, end)))


def mended_time(moment: bytes) -> bytes:
    """A time with seconds and in UTC, as DER wants it (X.690, 11.7); else as it is."""
    tag, start, end = span(moment, 0)
    found = _TIME.fullmatch(moment[start:end])
    if found is None or tag not in {_UTC_TIME, _GENERALIZED_TIME}:
        return moment
    digits, zone = found[1].decode("ascii"), (found[2] or b"Z").decode("ascii")
    whole = 12 if tag == _UTC_TIME else 14
    digits = digits.ljust(whole, "0")[:whole]
    if tag == _UTC_TIME:
        # RFC 5280, 4.1.2.5.1.
        digits = ("19" if int(digits[:2]) >= 50 else "20") + digits
    # Java takes 30 February for 2 March.
    day = int(digits[6:8])
    if not 1 <= day <= _MOST_DAYS:
        return moment
    first = datetime.strptime(f"{digits[:6]}01{digits[8:]}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    when = first + timedelta(days=day - 1)
    if zone != "Z":
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        when = when - away if zone[0] == "+" else when + away
    text = f"{when.year:04}{when:%m%d%H%M%SZ}"
    # RFC 5280 has dates until 2049 in one form, and the later ones in the other.
    if 1950 <= when.year < 2050:
        return ber.der(_UTC_TIME, text[2:].encode("ascii"))
    return ber.der(_GENERALIZED_TIME, text.encode("ascii"))


def _mended_extension(extension: bytes) -> bytes:
    _, at, end = span(extension, 0)
    oid, *rest = _each(extension, at, end)
    if rest and rest[0][:1] == b"\x01":
        truth = rest[0]
        rest = rest[1:] if truth == _FALSE else [_TRUE, *rest[1:]]
    if rest:
        rest = [*rest[:-1], _mended_octets(rest[-1])]
    if oid == _BASIC_CONSTRAINTS and rest:
        rest = [*rest[:-1], _mended_constraints(rest[-1])]
    return _sequence(oid + b"".join(rest))


def _mended_octets(octets: bytes) -> bytes:
    """The value of an extension in DER; as it is where it is not one whole value."""
    try:
        _, start, end = span(octets, 0)
        whole = ber.read(octets, start, end)
        if octets[0] != ber.OCTET_STRING or whole.end != end:
            return octets
        return ber.der(ber.OCTET_STRING, in_der(octets[start:end]))
    except (Damaged, IndexError):
        return octets


def _mended_constraints(octets: bytes) -> bytes:
    """Basic constraints whose truth value is not as DER has it, or needless."""
    try:
        _, start, _ = span(octets, 0)
        _, at, end = span(octets, start)
        inside = _each(octets, at, end)
        if inside and inside[0][:1] == b"\x01":
            is_ca = any(inside[0][2:])
            inside = [_TRUE, *inside[1:]] if is_ca else inside[1:]
        if inside and inside[-1][:1] == b"\x02":
            inside[-1] = _minimal(inside[-1])
    except IndexError:
        return octets
    return ber.der(0x04, _sequence(b"".join(inside)))


def _head(extension: bytes) -> tuple[bytes, bool]:
    """The content of an extension's identifier, and whether it is critical."""
    try:
        _, at, _ = span(extension, 0)
        _, start, end = span(extension, at)
        return extension[start:end], extension[end : end + 3] == _TRUE
    except IndexError:
        return b"", False


def _sequence(content: bytes) -> bytes:
    return ber.der(ber.SEQUENCE, content)
