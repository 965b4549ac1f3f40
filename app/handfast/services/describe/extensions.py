"""Extensions of certificates (RFC 5280, 4.2, and others) as rows of text."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, cast

from cryptography import x509

from handfast.core.language import tr, tr_count
from handfast.core.rfc4514 import name_text
from handfast.core.visible_text import visible
from handfast.services.describe.certificate_der import RawExtension, decode_extension
from handfast.services.describe.der import (
    Value,
    children,
    hex_lines,
    hex_pairs,
    oid_text,
    outline,
    read_value,
    string_text,
)
from handfast.services.describe.description import Row, RowKind, Section
from handfast.services.describe.oid_names import EXTENDED_KEY_USAGES, EXTENSIONS, named
from handfast.services.describe.validity import moment_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KEY_USAGES = {
    "digital_signature": tr("Digital signature"),
    "content_commitment": tr("Non-repudiation"),
    "key_encipherment": tr("Key encipherment"),
    "data_encipherment": tr("Data encipherment"),
    "key_agreement": tr("Key agreement"),
    "key_cert_sign": tr("Certificate signing"),
    "crl_sign": tr("CRL signing"),
    "encipher_only": tr("Encipher only"),
    "decipher_only": tr("Decipher only"),
}
_NETSCAPE_TYPES = (
    tr("TLS client"),
    tr("TLS server"),
    "S/MIME",
    tr("Object signing"),
    tr("Reserved"),
    tr("TLS CA"),
    tr("S/MIME CA"),
    tr("Object signing CA"),
)


def _yes_or_no(is_so: bool) -> str:
    return tr("yes") if is_so else tr("no")


def describe_extension(raw: RawExtension) -> Section:
    """One extension in full: decoded where its kind is known, in any case with its bytes."""
    rows = [
        Row(tr("Object identifier"), raw.oid, kind=RowKind.OF_ANY_EXTENSION),
        Row(tr("Critical"), _yes_or_no(raw.critical), kind=RowKind.OF_ANY_EXTENSION),
    ]
    rows.extend(_value_rows(raw))
    title = EXTENSIONS.get(raw.oid, tr("Extension {oid}", oid=raw.oid))
    return Section(title, tuple(rows), oid=raw.oid)


def _value_rows(raw: RawExtension) -> list[Row]:
    own = _OWN_READERS.get(raw.oid)
    if own is not None:
        try:
            return own(raw.value)
        except ValueError:
            return _undecoded(raw.value, malformed=True)
    value = decode_extension(raw)
    if value is None:
        return _undecoded(raw.value, malformed=True)
    reader = _READERS.get(type(value))
    if reader is not None:
        return reader(value)
    return _undecoded(raw.value, malformed=False)


def _undecoded(value: bytes, *, malformed: bool) -> list[Row]:
    rows = []
    if malformed:
        rows.append(
            Row(tr("Not readable"), tr("Its content does not follow the rules for this extension."))
        )
    try:
        only = read_value(value)
        text = string_text(only) if only.end == len(value) else None
    except ValueError:
        text = None
    if text is not None:
        rows.append(Row(tr("Text"), text))
    else:
        structure = outline(value)
        if structure:
            rows.append(Row(tr("Structure"), structure, monospaced=True))
    rows.append(Row(tr("Bytes"), hex_lines(value) or tr("(none)"), monospaced=True))
    return rows


def general_name_row(name: x509.GeneralName) -> Row:
    """A general name with its kind as the label."""
    match name:
        case x509.DNSName():
            return Row(tr("DNS name"), visible(name.value), kind=RowKind.HOST)
        case x509.IPAddress():
            return Row(tr("IP address"), str(name.value))
        case x509.UniformResourceIdentifier():
            return Row("URI", visible(name.value))
        case x509.RFC822Name():
            return Row(tr("E-mail address"), visible(name.value))
        case x509.DirectoryName():
            return Row(tr("Directory name"), visible(name_text(name.value.public_bytes())))
        case x509.RegisteredID():
            return Row(tr("Registered ID"), named(name.value.dotted_string))
        case x509.OtherName():
            label = named(name.type_id.dotted_string)
            return Row(tr("Other name"), f"{label}: {_inner_text(name.value)}")
    return Row(tr("Other name"), visible(str(name.value)))


def _inner_text(der: bytes) -> str:
    try:
        text = string_text(read_value(der))
    except ValueError:
        text = None
    return text if text is not None else hex_pairs(der)


def _names(names: Iterable[x509.GeneralName]) -> list[Row]:
    return [general_name_row(name) for name in names] or [Row(tr("Names"), tr("none"))]


def _alternative_names(value: object) -> list[Row]:
    return _names(cast("x509.SubjectAlternativeName", value))


def _basic_constraints(value: object) -> list[Row]:
    constraints = cast("x509.BasicConstraints", value)
    rows = [Row(tr("Certificate authority"), _yes_or_no(constraints.ca))]
    if constraints.ca:
        length = constraints.path_length
        text = tr("no limit") if length is None else tr("at most {length}", length=length)
        rows.append(Row(tr("CAs beneath it"), text))
    return rows


def key_usages(usage: x509.KeyUsage) -> tuple[str, ...]:
    """The bits that are set, in words. The last two mean something with key agreement only."""
    names = list(KEY_USAGES)
    if not usage.key_agreement:
        names = names[:-2]
    return tuple(KEY_USAGES[name] for name in names if getattr(usage, name))


def _key_usage(value: object) -> list[Row]:
    usages = key_usages(cast("x509.KeyUsage", value))
    return [Row(tr("Allowed"), ", ".join(usages) or "nothing")]


def _extended_key_usage(value: object) -> list[Row]:
    rows = []
    for oid in cast("x509.ExtendedKeyUsage", value):
        dotted = oid.dotted_string
        name = EXTENDED_KEY_USAGES.get(dotted)
        rows.append(Row(tr("Purpose"), f"{name} ({dotted})" if name else dotted))
    return rows


def _subject_key_identifier(value: object) -> list[Row]:
    digest = cast("x509.SubjectKeyIdentifier", value).digest
    return [Row(tr("Key identifier"), hex_pairs(digest), monospaced=True)]


def _authority_key_identifier(value: object) -> list[Row]:
    authority = cast("x509.AuthorityKeyIdentifier", value)
    rows = []
    if authority.key_identifier is not None:
        rows.append(Row(tr("Key identifier"), hex_pairs(authority.key_identifier), monospaced=True))
    rows.extend(
        Row(tr("Issuer"), general_name_row(name).value)
        for name in authority.authority_cert_issuer or ()
    )
    if authority.authority_cert_serial_number is not None:
        rows.append(
            Row(tr("Serial number"), serial_text(authority.authority_cert_serial_number), True)
        )
    return rows or [Row(tr("Key identifier"), tr("none"))]


def serial_text(serial: int) -> str:
    """A serial number in hex digits, as keytool prints it; with a sign where it is negative."""
    return f"{serial:x}"


def _distribution_points(value: object) -> list[Row]:
    rows: list[Row] = []
    for point in cast("x509.CRLDistributionPoints", value):
        rows.extend(Row(tr("Location"), general_name_row(n).value) for n in point.full_name or ())
        if point.relative_name is not None:
            text = name_text(x509.Name([point.relative_name]).public_bytes())
            rows.append(Row(tr("Relative name"), visible(text)))
        rows.extend(
            Row(tr("List signed by"), general_name_row(n).value) for n in point.crl_issuer or ()
        )
        if point.reasons:
            reasons = sorted(reason.value for reason in point.reasons)
            rows.append(Row(tr("Only for reasons"), ", ".join(reasons)))
    return rows or [Row(tr("Location"), tr("none"))]


def _information_access(value: object) -> list[Row]:
    rows = []
    for access in cast("x509.AuthorityInformationAccess", value):
        oid = access.access_method.dotted_string
        label = {
            "1.3.6.1.5.5.7.48.1": tr("OCSP responder"),
            "1.3.6.1.5.5.7.48.2": tr("Issuer certificate"),
            "1.3.6.1.5.5.7.48.3": tr("Time stamping"),
            "1.3.6.1.5.5.7.48.5": tr("CA repository"),
        }.get(oid, oid)
        rows.append(Row(label, general_name_row(access.access_location).value))
    return rows or [Row(tr("Location"), tr("none"))]


def _policies(value: object) -> list[Row]:
    rows = []
    for policy in cast("x509.CertificatePolicies", value):
        rows.append(Row(tr("Policy"), named(policy.policy_identifier.dotted_string)))
        for qualifier in policy.policy_qualifiers or ():
            if isinstance(qualifier, str):
                rows.append(Row(tr("Practice statement"), visible(qualifier)))
                continue
            if qualifier.explicit_text is not None:
                rows.append(Row(tr("Notice"), visible(qualifier.explicit_text)))
            reference = qualifier.notice_reference
            if reference is not None:
                numbers = ", ".join(str(number) for number in reference.notice_numbers)
                holder = visible(reference.organization or "")
                rows.append(Row(tr("Notice reference"), f"{holder} {numbers}".strip()))
    return rows


def _policy_constraints(value: object) -> list[Row]:
    constraints = cast("x509.PolicyConstraints", value)
    rows = []
    for label, skip in (
        (tr("Explicit policy needed after"), constraints.require_explicit_policy),
        (tr("No policy mapping after"), constraints.inhibit_policy_mapping),
    ):
        if skip is not None:
            rows.append(Row(label, _certificates(skip)))
    return rows or [Row(tr("Constraints"), tr("none"))]


def _inhibit_any_policy(value: object) -> list[Row]:
    return [Row(tr("After"), _certificates(cast("x509.InhibitAnyPolicy", value).skip_certs))]


def _certificates(number: int) -> str:
    return tr_count("{count} certificate", "{count} certificates", number)


def _name_constraints(value: object) -> list[Row]:
    constraints = cast("x509.NameConstraints", value)
    rows = []
    for label, names in (
        (tr("Permitted"), constraints.permitted_subtrees),
        (tr("Excluded"), constraints.excluded_subtrees),
    ):
        for name in names or ():
            row = general_name_row(name)
            rows.append(Row(label, f"{row.label}: {row.value or '(any)'}"))
    return rows or [Row(tr("Constraints"), tr("none"))]


def _timestamps(value: object) -> list[Row]:
    rows = []
    for sct in cast("x509.PrecertificateSignedCertificateTimestamps", value):
        rows.append(Row(tr("Logged"), _logged(sct)))
        rows.append(Row(tr("Log"), hex_pairs(sct.log_id), monospaced=True))
        algorithm = sct.signature_algorithm.name.replace("_", " ").lower()
        rows.append(Row(tr("Signed with"), f"{sct.signature_hash_algorithm.name}, {algorithm}"))
        rows.append(Row(tr("Signature"), hex_lines(sct.signature), monospaced=True))
    return rows or [Row(tr("Timestamps"), tr("none"))]


def _logged(sct: x509.certificate_transparency.SignedCertificateTimestamp) -> str:
    try:
        # The library gives the time without a zone; RFC 6962 counts it in UTC.
        return moment_text(sct.timestamp.replace(tzinfo=UTC))
    except ValueError:
        return tr("at an invalid date")


def _tls_feature(value: object) -> list[Row]:
    titles = {
        "status_request": tr("OCSP must be stapled (status_request)"),
        "status_request_v2": tr("OCSP must be stapled, for all (status_request_v2)"),
    }
    features = cast("x509.TLSFeature", value)
    return [Row(tr("Required"), titles.get(each.name, each.name)) for each in features]


def _present(_value: object) -> list[Row]:
    return [Row(tr("Value"), tr("present; it contains nothing else"))]


def _template(value: object) -> list[Row]:
    template = cast("x509.MSCertificateTemplate", value)
    rows = [Row(tr("Template"), template.template_id.dotted_string)]
    if template.major_version is not None:
        minor = template.minor_version or 0
        rows.append(Row(tr("Version"), f"{template.major_version}.{minor}"))
    return rows


def _usage_period(value: object) -> list[Row]:
    period = cast("x509.PrivateKeyUsagePeriod", value)
    return [
        Row(label, moment_text(moment.replace(tzinfo=UTC)))
        for label, moment in ((tr("From"), period.not_before), (tr("Until"), period.not_after))
        if moment is not None
    ] or [Row(tr("Period"), tr("none"))]


# --- what the library does not read -------------------------------------------------


def _sequence(value: bytes) -> list[Value]:
    whole = read_value(value)
    if not whole.is_universal(16) or whole.end != len(value):
        raise ValueError("not a sequence")
    return list(children(whole))


def _qualified_statements(value: bytes) -> list[Row]:
    rows = []
    for statement in _sequence(value):
        parts = list(children(statement))
        if not parts or not parts[0].is_universal(6):
            raise ValueError("a statement has no identifier")
        rows.append(Row(tr("Statement"), named(oid_text(parts[0].content))))
        rows.extend(
            Row(tr("Details"), outline(part.encoded) or hex_lines(part.encoded), monospaced=True)
            for part in parts[1:]
        )
    return rows or [Row(tr("Statements"), tr("none"))]


def _policy_mappings(value: bytes) -> list[Row]:
    rows = []
    for mapping in _sequence(value):
        issuer, subject = (named(oid_text(each.content)) for each in children(mapping))
        rows.append(
            Row(tr("Mapping"), tr("{issuer} counts as {subject}", issuer=issuer, subject=subject))
        )
    return rows


def _netscape_type(value: bytes) -> list[Row]:
    bits = read_value(value)
    if not bits.is_universal(3) or len(bits.content) < 2:
        raise ValueError("not a bit string")
    octet = bits.content[1]
    found = [name for place, name in enumerate(_NETSCAPE_TYPES) if octet & 0x80 >> place]
    return [Row(tr("Types"), ", ".join(found) or tr("none"))]


_READERS: dict[type, Callable[[object], list[Row]]] = {
    x509.BasicConstraints: _basic_constraints,
    x509.KeyUsage: _key_usage,
    x509.ExtendedKeyUsage: _extended_key_usage,
    x509.SubjectAlternativeName: _alternative_names,
    x509.IssuerAlternativeName: _alternative_names,
    x509.SubjectKeyIdentifier: _subject_key_identifier,
    x509.AuthorityKeyIdentifier: _authority_key_identifier,
    x509.CRLDistributionPoints: _distribution_points,
    x509.FreshestCRL: _distribution_points,
    x509.AuthorityInformationAccess: _information_access,
    x509.SubjectInformationAccess: _information_access,
    x509.CertificatePolicies: _policies,
    x509.PolicyConstraints: _policy_constraints,
    x509.InhibitAnyPolicy: _inhibit_any_policy,
    x509.NameConstraints: _name_constraints,
    x509.PrecertificateSignedCertificateTimestamps: _timestamps,
    x509.SignedCertificateTimestamps: _timestamps,
    x509.TLSFeature: _tls_feature,
    x509.OCSPNoCheck: _present,
    x509.PrecertPoison: _present,
    x509.MSCertificateTemplate: _template,
    x509.PrivateKeyUsagePeriod: _usage_period,
}
_OWN_READERS: dict[str, Callable[[bytes], list[Row]]] = {
    "1.3.6.1.5.5.7.1.3": _qualified_statements,
    "2.5.29.33": _policy_mappings,
    "2.16.840.1.113730.1.1": _netscape_type,
}
