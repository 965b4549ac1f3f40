"""Certificates that Java cannot even read: one of them keeps it from opening a whole keystore.

Tried with keytool of JDK 17, ``-printcert``: each of these ends in “Failed to parse input”.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handfast.core.certificates.summary import span
from handfast.core.keys import curve_of
from handfast.core.language import tr
from handfast.services.describe.oid_names import named
from handfast.services.paths.encoding import trouble_with_encoding
from handfast.services.paths.java_constraints import java_reads_constraints
from handfast.services.paths.strength import EXPLICIT_CURVE

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_SUBJECT_ALTERNATIVE_NAME: Final = "2.5.29.17"
_NAME_CONSTRAINTS: Final = "2.5.29.30"
#: Those that Java takes apart; another one may hold anything (sun.security.x509.OIDMap).
_PARSED_BY_JAVA: Final = frozenset(
    ("2.5.29.14", "2.5.29.15", "2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30",
     "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.35", "2.5.29.36", "2.5.29.37", "2.5.29.46",
     "2.5.29.54", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.11", "2.16.840.1.113730.1.1")
)  # fmt: skip
#: A name without any part, as it is encoded; and the kinds of fields that a written-out curve has.
_EMPTY_NAME: Final = b"0\x00"
_CURVE_FIELDS: Final = (bytes.fromhex("06072a8648ce3d0101"), bytes.fromhex("06072a8648ce3d0102"))
_EC: Final = bytes.fromhex("06072a8648ce3d0201")
#: The first byte of a point that is not written out in full (SEC 1, 2.3.3; X9.62, 4.3.6).
_SHORT_POINTS: Final = frozenset((0x02, 0x03, 0x06, 0x07))
_TIME: Final = re.compile(rb"\d{10,14}([.,]\d+)?(Z|[+-]\d{4})")
_LARGEST_INT: Final = 2**31 - 1
_BMP_STRING: Final = 0x1E
_LATEST_VERSION: Final = 3


def java_refusal(certificate: Certificate) -> str:
    """Why Java cannot read a certificate, as a sentence; empty where it can."""
    trouble = trouble_with_encoding(certificate) or _of_fields(certificate)
    if trouble or certificate.parsed is None:
        return trouble
    if certificate.subject_der == _EMPTY_NAME:
        trouble = _nameless(certificate)
        if trouble:
            return trouble
    if has_early_extensions(certificate):
        return early_extensions(certificate)
    limits = certificate.extensions.get(_BASIC_CONSTRAINTS)
    if limits is not None and (getattr(limits.value, "path_length", None) or 0) > _LARGEST_INT:
        return tr("Its limit for the length of a path is larger than Java can represent.")
    for each in certificate.extension_troubles:
        if each.is_duplicate:
            return tr("It contains the extension {name} twice.", name=named(each.oid))
        if each.oid == _NAME_CONSTRAINTS:
            # Java reads some that others do not, and the other way around: see below.
            continue
        if each.is_critical and each.oid in _PARSED_BY_JAVA:
            return tr("Its critical extension {name} cannot be read.", name=named(each.oid))
    return _of_constraints(certificate)


def _of_constraints(certificate: Certificate) -> str:
    limits = certificate.extensions.get(_NAME_CONSTRAINTS)
    is_critical = limits is not None and limits.critical
    for each in certificate.extension_troubles:
        is_critical = is_critical or (each.oid == _NAME_CONSTRAINTS and each.is_critical)
    if is_critical and not java_reads_constraints(certificate):
        return tr(
            "Its critical extension {name} cannot be read by Java.", name=named(_NAME_CONSTRAINTS)
        )
    return ""


def has_early_extensions(certificate: Certificate) -> bool:
    """Whether it has extensions though its version has none, which Java does not read."""
    has_any = certificate.extensions or certificate.extension_troubles
    return bool(has_any) and certificate.version in {1, 2}


def early_extensions(certificate: Certificate) -> str:
    """The same in words."""
    return tr(
        "It is of version {version} and has extensions, which only version 3 allows.",
        version=certificate.version,
    )


def _of_fields(certificate: Certificate) -> str:
    """What keeps Java from reading a field of a certificate (RFC 5280, 4.1)."""
    if certificate.issuer_der == _EMPTY_NAME:
        return tr("It names no issuer.")
    if certificate.version > _LATEST_VERSION:
        return tr("Its version is {version}, and X.509 ends with 3.", version=certificate.version)
    der = certificate.in_der
    try:
        _, start, _ = span(der, 0)
        _, at, outer = span(der, start)
        if der[at] == 0xA0:
            at = span(der, at)[2]
        serial = span(der, at)
        algorithm = serial[2]
        issuer = span(der, algorithm)[2]
        validity = span(der, issuer)[2]
        _, moment, _ = span(der, validity)
        times = (span(der, moment), span(der, span(der, moment)[2]))
    except IndexError:
        return ""
    if serial[1] == serial[2]:
        return tr("Its serial number is empty.")
    if _oid(der, algorithm) != _oid(der, outer):
        return differing_signature()
    if not all(_TIME.fullmatch(der[begin:end]) for _, begin, end in times):
        return tr("One of its dates is not in UTC.")
    for name in {certificate.issuer_der, certificate.subject_der}:
        trouble = _of_name(name)
        if trouble:
            return trouble
    return _of_key(certificate)


def has_two_signature_algorithms(certificate: Certificate) -> bool:
    """Whether what is signed names another algorithm than stands beside the signature."""
    return _of_fields(certificate) == differing_signature()


def differing_signature() -> str:
    """The same in words."""
    return tr("It names two different algorithms for its signature.")


def _oid(der: bytes, at: int) -> bytes:
    _, start, _ = span(der, at)
    return der[start : span(der, start)[2]]


def _of_name(name: bytes) -> str:
    # Looked for in the bytes first: this runs ten thousand times.
    if b"\x31\x00" not in name and bytes((_BMP_STRING,)) not in name:
        return ""
    try:
        _, at, end = span(name, 0)
        while at < end:
            _, inside, at = span(name, at)
            if inside == at:
                return tr("A part of its name is empty.")
            while inside < at:
                _, part, inside = span(name, inside)
                tag, start, stop = span(name, span(name, part)[2])
                units = name[start:stop:2] if tag == _BMP_STRING else b""
                if any(0xD8 <= each <= 0xDF for each in units):
                    return tr("Its name contains a character that a BMPString cannot hold.")
    except IndexError:
        return ""
    return ""


def _of_key(certificate: Certificate) -> str:
    info = certificate.raw_public_key_der
    if _EC not in info[:24]:
        return ""
    if any(field in info for field in _CURVE_FIELDS) and curve_of(info) == EXPLICIT_CURVE:
        return tr(
            "The curve of its key is specified by numbers instead of a name (explicit EC "
            "parameters)."
        )
    try:
        _, at, _ = span(info, 0)
        _, bits, _ = span(info, span(info, at)[2])
    except IndexError:
        return ""
    if info[bits + 1 : bits + 2] and info[bits + 1] in _SHORT_POINTS:
        return tr("The point of its key is compressed, which Java does not support.")
    return ""


def _nameless(certificate: Certificate) -> str:
    if not certificate.extensions and not certificate.extension_troubles:
        return ""
    names = certificate.extensions.get(_SUBJECT_ALTERNATIVE_NAME)
    if names is None:
        return tr("It has neither a subject nor alternative names.")
    if not names.critical:
        return tr("It has no subject, and its alternative names are not marked critical.")
    return ""
