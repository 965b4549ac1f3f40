"""A certificate in full, as text: for the details pane, the console and reports.

Nothing here fails over a certificate. What cannot be read is said to be so, with its bytes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.certificates.summary import MAX_CERTIFICATE_BYTES
from handfast.core.language import grouped, tr, tr_count
from handfast.core.visible_text import visible
from handfast.formats.content import Content, classify_der
from handfast.services.describe.certificate_der import (
    MAX_NAME_PARTS,
    CertificateParts,
    NamePart,
    read_parts,
)
from handfast.services.describe.der import hex_lines, hex_pairs, outline
from handfast.services.describe.description import Row, Section
from handfast.services.describe.oid_names import (
    EXTENDED_KEY_USAGES,
    NAME_ATTRIBUTES,
    name_of,
    named,
)
from handfast.services.describe.validity import moment_text, span_text

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

__all__ = [
    "Row",
    "Section",
    "describe_certificate",
    "key_rows",
    "key_text",
    "names_of",
    "purposes_text",
    "subject_text",
]

_CURVES = {
    "secp192r1": "P-192",
    "secp224r1": "P-224",
    "secp256r1": "P-256",
    "secp384r1": "P-384",
    "secp521r1": "P-521",
}


def describe_certificate(certificate: Certificate) -> tuple[Section, ...]:
    """Every field and every extension, in the order in which a person looks for them."""
    from handfast.services.describe.extensions import describe_extension

    parts = read_parts(certificate.der)
    sections = []
    if not certificate.is_readable or parts.trouble:
        sections.append(_trouble(certificate, parts))
    sections += [
        Section(tr("General"), _general(certificate, parts), is_main=True),
        Section(tr("Subject"), _name(parts.subject), is_main=True),
        Section(tr("Issuer"), _name(parts.issuer), is_main=True),
        Section(tr("Validity"), _validity(certificate, parts), is_main=True),
        Section(tr("Public key"), _public_key(certificate, parts), is_main=True),
    ]
    sections += [describe_extension(raw) for raw in parts.extensions]
    sections += [
        Section(tr("Signature"), _signature(certificate, parts)),
        Section(tr("Fingerprints"), _fingerprints(certificate)),
    ]
    if not certificate.is_readable and classify_der(certificate.der) is Content.CERTIFICATE:
        # What is not a certificate may be a private key, and is shown nowhere.
        shown = certificate.der[:MAX_CERTIFICATE_BYTES]
        content = Row(tr("Bytes"), hex_lines(shown) or tr("(none)"), monospaced=True)
        sections.append(Section(tr("Content as it is in the file"), (content,)))
    return tuple(section for section in sections if section.rows)


def _trouble(certificate: Certificate, parts: CertificateParts) -> Section:
    reasons = [reason for reason in (certificate.trouble, parts.trouble) if reason]
    title = tr("Not readable") if not certificate.is_readable else tr("Partly readable")
    rows = [Row(tr("Reason"), visible(reason)) for reason in dict.fromkeys(reasons)]
    size = tr_count("{count} byte", "{count} bytes", len(certificate.der))
    rows.append(Row(tr("Size"), size))
    return Section(title, tuple(rows))


def _general(certificate: Certificate, parts: CertificateParts) -> tuple[Row, ...]:
    from handfast.services.describe.extensions import serial_text

    rows = []
    if parts.version is not None:
        rows.append(Row(tr("Version"), str(parts.version)))
    if parts.serial is not None:
        rows.append(Row(tr("Serial number"), serial_text(parts.serial), monospaced=True))
        rows.append(Row(tr("Serial number, decimal"), _decimal(parts.serial), monospaced=True))
    if certificate.is_readable:
        rows.append(
            Row(tr("Size"), tr_count("{count} byte", "{count} bytes", len(certificate.der)))
        )
    return tuple(rows)


def _decimal(number: int) -> str:
    # Python refuses to print numbers of more than 4,300 digits, which a hostile file may hold.
    return (
        str(number)
        if number.bit_length() <= 8192
        else tr("a number of {count} bits", count=grouped(number.bit_length()))
    )


def _name(parts: tuple[NamePart, ...] | None) -> tuple[Row, ...]:
    if parts is None:
        return ()
    if not parts:
        return (Row(tr("Name"), "empty"),)
    rows = []
    for part in parts[:MAX_NAME_PARTS]:
        label = NAME_ATTRIBUTES.get(part.oid, part.oid)
        rows.append(Row(tr("and {label}", label=label) if part.joined else label, part.text))
    if len(parts) > MAX_NAME_PARTS:
        rows.append(Row(tr("More"), tr("it has more parts than are shown here")))
    return tuple(rows)


def _validity(certificate: Certificate, parts: CertificateParts) -> tuple[Row, ...]:
    start, end = certificate.not_before, certificate.not_after
    rows = []
    for label, moment, raw in (
        (tr("Not before"), start, parts.not_before),
        (tr("Not after"), end, parts.not_after),
    ):
        if moment is not None:
            rows.append(Row(label, moment_text(moment)))
        elif raw:
            rows.append(Row(label, tr("{raw} (as written)", raw=visible(raw))))
    if start is not None and end is not None:
        rows.append(
            Row(
                tr("Length"), tr("ends before it starts") if end < start else span_text(end - start)
            )
        )
    return tuple(rows)


def _public_key(certificate: Certificate, parts: CertificateParts) -> tuple[Row, ...]:
    rows = []
    text = key_text(certificate)
    if text:
        rows.append(Row(tr("Algorithm"), text))
    elif parts.public_key_oid:
        rows.append(Row(tr("Algorithm"), named(parts.public_key_oid)))
    if certificate.is_readable and certificate.public_key is None:
        rows.append(
            Row(
                tr("Not readable"),
                tr("Handfast does not support its algorithm, or its parameters are invalid."),
            )
        )
    rows.extend(key_rows(certificate.public_key))
    if parts.public_key:
        if certificate.public_key is None:
            rows.append(Row(tr("Bytes"), hex_lines(parts.public_key), monospaced=True))
        digest = hashlib.sha256(parts.public_key).digest()
        rows.append(Row(tr("SHA-256 of the key"), hex_pairs(digest), monospaced=True))
    return tuple(rows)


def key_rows(key: Any) -> list[Row]:  # noqa: ANN401 - one of the library's many key classes
    """The numbers of a public key."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    match key:
        case rsa.RSAPublicKey():
            numbers = key.public_numbers()
            return [
                Row(tr("Modulus"), _big(numbers.n), monospaced=True),
                Row(tr("Exponent"), _decimal(numbers.e)),
            ]
        case ec.EllipticCurvePublicKey():
            point = key.public_numbers()
            size = (key.key_size + 7) // 8
            return [
                Row(tr("Curve"), _curve(key.curve.name)),
                Row(tr("Point, x"), hex_lines(point.x.to_bytes(size, "big")), monospaced=True),
                Row(tr("Point, y"), hex_lines(point.y.to_bytes(size, "big")), monospaced=True),
            ]
        case dsa.DSAPublicKey():
            values = key.public_numbers()
            return [
                Row(tr("Public value"), _big(values.y), monospaced=True),
                Row(tr("Prime"), _big(values.parameter_numbers.p), monospaced=True),
                Row(tr("Subprime"), _big(values.parameter_numbers.q), monospaced=True),
                Row(tr("Generator"), _big(values.parameter_numbers.g), monospaced=True),
            ]
        case None:
            return []
    try:
        raw: bytes = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    except (ValueError, TypeError):
        return []
    return [Row(tr("Public value"), hex_lines(raw), monospaced=True)]


def _big(number: int) -> str:
    return hex_lines(number.to_bytes((number.bit_length() + 7) // 8 or 1, "big"))


def _curve(name: str) -> str:
    short = _CURVES.get(name)
    return f"{short} ({name})" if short else name


def _signature(certificate: Certificate, parts: CertificateParts) -> tuple[Row, ...]:
    rows = []
    if parts.signature_oid:
        name = certificate.signature_algorithm
        if not name or name == parts.signature_oid:
            name = name_of(parts.signature_oid)
        text = f"{name} ({parts.signature_oid})" if name else parts.signature_oid
        rows.append(Row(tr("Algorithm"), text))
    structure = outline(parts.signature_parameters)
    if structure and structure != "NULL":
        rows.append(Row(tr("Parameters"), structure, monospaced=True))
    if parts.signature:
        rows.append(Row(tr("Value"), hex_lines(parts.signature), monospaced=True))
    return tuple(rows)


def _fingerprints(certificate: Certificate) -> tuple[Row, ...]:
    return (
        Row("SHA-256", group_fingerprint(certificate.sha256), monospaced=True),
        Row("SHA-1", group_fingerprint(certificate.sha1), monospaced=True),
    )


# --- the short of it --------------------------------------------------------------------


def key_text(certificate: Certificate) -> str:
    """The key in a few words: ``RSA, 2048 bits``, ``EC, P-256``; empty where it is unknown."""
    algorithm = certificate.key_algorithm
    if not algorithm:
        return ""
    if certificate.public_key is None:
        return named(algorithm)
    if algorithm == "EC":
        name = certificate.public_key.curve.name
        return f"EC, {_CURVES.get(name, name)}"
    if algorithm in ("RSA", "DSA", "DH") and certificate.key_bits:
        return tr("{algorithm}, {bits} bits", algorithm=algorithm, bits=certificate.key_bits)
    return algorithm


def names_of(certificate: Certificate) -> tuple[Row, ...]:
    """The subject alternative names, each with its kind as the label."""
    from cryptography import x509

    from handfast.services.describe.extensions import general_name_row

    value = certificate.extension(x509.SubjectAlternativeName.oid)
    if not isinstance(value, x509.SubjectAlternativeName):
        return ()
    return tuple(general_name_row(name) for name in value)


def purposes_text(certificate: Certificate) -> tuple[str, ...]:
    """What it may be used for, in words: ``TLS server``, ``Issues certificates``."""
    from cryptography import x509

    words = []
    usage = certificate.extension(x509.KeyUsage.oid)
    may_sign = not isinstance(usage, x509.KeyUsage) or usage.key_cert_sign
    if certificate.is_ca and may_sign:
        words.append(tr("Issues certificates"))
    extended = certificate.extension(x509.ExtendedKeyUsage.oid)
    if isinstance(extended, x509.ExtendedKeyUsage):
        for oid in extended:
            dotted = oid.dotted_string
            words.append(EXTENDED_KEY_USAGES.get(dotted, dotted))
    elif certificate.is_readable and not words:
        words.append(tr("Any purpose"))
    return tuple(dict.fromkeys(words))


def subject_text(certificate: Certificate) -> str:
    """What to call it: its common name, else what names it best, made safe to show."""
    if certificate.common_name:
        return visible(certificate.common_name)
    for part in reversed(read_parts(certificate.der).subject or ()):
        if part.text:
            return part.text
    return ""
