"""Which extensions a certificate gets (RFC 5280, 4.2), as a person writes them.

A plan is a value of plain texts, so that it can be shown in a form, kept in a file, and shared. It
is turned into extensions in one place, which also says what is wrong with it. The identifiers of
the keys of subject and issuer are no part of it: every certificate gets them.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from handfast.core.asn1 import ber
from handfast.core.distinguished_name import parse_name
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr
from handfast.core.store import shorten
from handfast.services.authority.general_names import parse_general_name
from handfast.services.authority.profiles import AddedExtension, check_path_length
from handfast.services.describe.oid_names import KEY_USAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Purposes by the names that keytool and OpenSSL have for them (RFC 5280, 4.2.1.12).
EXTENDED_USAGES: Final = {
    "serverAuth": ExtendedKeyUsageOID.SERVER_AUTH,
    "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "codeSigning": ExtendedKeyUsageOID.CODE_SIGNING,
    "emailProtection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "timeStamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "OCSPSigning": ExtendedKeyUsageOID.OCSP_SIGNING,
    "anyExtendedKeyUsage": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
#: What can be made critical or not. Constraints of a CA are always critical where they say
#: something that must not be passed over (RFC 5280, 4.2.1.9 and 4.2.1.10).
CRITICAL_CHOICES: Final = ("key-usage", "extended-key-usage", "san", "policies")
_RSA_ONLY: Final = frozenset({"keyEncipherment", "dataEncipherment"})
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d{0,38})){1,64}")
#: Extensions with a field of their own, and those that every certificate gets.
_OWN_FIELDS: Final = frozenset(
    each.dotted_string
    for each in (
        x509.BasicConstraints.oid, x509.KeyUsage.oid, x509.ExtendedKeyUsage.oid,
        x509.SubjectAlternativeName.oid, x509.AuthorityInformationAccess.oid,
        x509.CRLDistributionPoints.oid, x509.CertificatePolicies.oid, x509.NameConstraints.oid,
        x509.SubjectKeyIdentifier.oid, x509.AuthorityKeyIdentifier.oid,
    )
)  # fmt: skip
#: More of anything is a mistake or an attack.
MAX_ITEMS: Final = 1_000
_MAX_TEXT: Final = 4_096
_MAX_RAW_BYTES: Final = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionPlan:
    """The extensions of a certificate as texts. Lists keep their order."""

    #: What it is called in a file; empty for none.
    title: str = ""
    #: None for no basic constraints at all.
    is_ca: bool | None = False
    #: How many CAs may be below it; None for any number.
    path_length: int | None = None
    #: Names of :data:`KEY_USAGE_NAMES`; none for no key usage.
    key_usage: tuple[str, ...] = ()
    #: Names of :data:`EXTENDED_USAGES`, or object identifiers.
    extended_key_usage: tuple[str, ...] = ()
    #: ``kind:value``, as :func:`parse_general_name` reads them.
    san: tuple[str, ...] = ()
    #: Addresses of OCSP responders, and of the certificate of the issuer (RFC 5280, 4.2.2.1).
    ocsp: tuple[str, ...] = ()
    ca_issuers: tuple[str, ...] = ()
    #: Addresses of revocation lists (RFC 5280, 4.2.1.13).
    crl_points: tuple[str, ...] = ()
    #: An object identifier each, and after a blank the address of the practice statement.
    policies: tuple[str, ...] = ()
    #: Names that a CA may certify, and that it must not, as ``kind:value``.
    permitted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    #: ``OID=HEX`` or ``OID:critical=HEX``, the value in DER.
    raw: tuple[str, ...] = ()
    #: Which of :data:`CRITICAL_CHOICES` are critical.
    critical: tuple[str, ...] = ("key-usage",)

    def extensions(self, *, is_rsa: bool) -> tuple[AddedExtension, ...]:
        """The extensions; of an RSA key alone, what only an RSA key can do.

        :raises InvalidInput: the first thing that is wrong; ``field`` is that of the plan
        """
        for problem in self.problems():
            raise problem
        usages = [each for each in self.key_usage if is_rsa or each not in _RSA_ONLY]
        found = [
            *_basic_constraints(self),
            *_key_usage(usages, critical="key-usage" in self.critical),
            *_extended(self),
            *_names(self),
            *_access(self),
            *_points(self),
            *_policies(self),
            *_constraints(self),
            *map(_raw, self.raw),
        ]
        return tuple(found)

    def problems(self) -> tuple[InvalidInput, ...]:
        """All that is wrong, at most one for each field."""
        rules: tuple[Callable[[ExtensionPlan], object], ...] = (
            _check_sizes, _basic_constraints, _check_key_usage, _extended, _names, _access,
            _points, _policies, _constraints, _check_raw,
        )  # fmt: skip
        found: dict[str, InvalidInput] = {}
        for rule in rules:
            try:
                rule(self)
            except InvalidInput as error:
                found.setdefault(error.field or "", error.without_frames())
        return tuple(found.values())

    def with_names(self, sans: Iterable[str]) -> ExtensionPlan:
        """The plan with more alternative names; those that it has stay."""
        return dataclasses.replace(self, san=tuple(dict.fromkeys((*self.san, *sans))))


def _invalid(field: str, problem: str, remedy: str = "") -> InvalidInput:
    return InvalidInput(problem, field=field, remedy=remedy)


def _check_sizes(plan: ExtensionPlan) -> None:
    for field in dataclasses.fields(plan):
        value = getattr(plan, field.name)
        if not isinstance(value, tuple):
            continue
        if len(value) > MAX_ITEMS:
            raise _invalid(field.name, tr("There are more than {max} entries.", max=MAX_ITEMS))
        limit = 2 * _MAX_RAW_BYTES + 100 if field.name == "raw" else _MAX_TEXT
        if any(len(each) > limit for each in value):
            raise _invalid(field.name, tr("One entry is too long."))
    for each in plan.critical:
        if each not in CRITICAL_CHOICES:
            raise _invalid(
                "critical",
                tr("“{name}” cannot be made critical here.", name=shorten(each)),
                tr("Choose from {choices}.", choices=enumerated(CRITICAL_CHOICES)),
            )


def _basic_constraints(plan: ExtensionPlan) -> list[AddedExtension]:
    if plan.path_length is not None:
        check_path_length(plan.path_length, is_ca=bool(plan.is_ca))
    if plan.is_ca is None:
        return []
    value = x509.BasicConstraints(ca=plan.is_ca, path_length=plan.path_length)
    return [AddedExtension(value, critical=True)]


def _check_key_usage(plan: ExtensionPlan) -> None:
    for each in plan.key_usage:
        if each not in KEY_USAGE_NAMES:
            raise _invalid(
                "key_usage",
                tr("“{name}” is not a key usage.", name=shorten(each)),
                tr("Choose from {key_usages}.", key_usages=enumerated(KEY_USAGE_NAMES)),
            )
    chosen = set(plan.key_usage)
    if "keyCertSign" in chosen and not plan.is_ca:
        raise _invalid(
            "key_usage",
            tr("Only a CA may sign certificates (RFC 5280, 4.2.1.3)."),
            tr("Choose CA, or clear keyCertSign."),
        )
    if plan.is_ca and chosen and "keyCertSign" not in chosen:
        raise _invalid(
            "key_usage",
            tr("A CA whose key must not sign certificates can issue none (RFC 5280, 4.2.1.9)."),
            tr("Select keyCertSign, or no key usage."),
        )
    if chosen & {"encipherOnly", "decipherOnly"} and "keyAgreement" not in chosen:
        raise _invalid(
            "key_usage",
            tr("encipherOnly and decipherOnly have a meaning only together with keyAgreement."),
        )


def _key_usage(usages: list[str], *, critical: bool) -> list[AddedExtension]:
    if not usages:
        return []
    value = x509.KeyUsage(
        digital_signature="digitalSignature" in usages,
        content_commitment="nonRepudiation" in usages,
        key_encipherment="keyEncipherment" in usages,
        data_encipherment="dataEncipherment" in usages,
        key_agreement="keyAgreement" in usages,
        key_cert_sign="keyCertSign" in usages,
        crl_sign="cRLSign" in usages,
        encipher_only="encipherOnly" in usages,
        decipher_only="decipherOnly" in usages,
    )
    return [AddedExtension(value, critical=critical)]


def _extended(plan: ExtensionPlan) -> list[AddedExtension]:
    if not plan.extended_key_usage:
        return []
    by_name = {name.lower(): oid for name, oid in EXTENDED_USAGES.items()}
    found = []
    for each in plan.extended_key_usage:
        known = by_name.get(each.strip().lower())
        found.append(known or _oid(each, "extended_key_usage"))
    _insist_distinct("extended_key_usage", [each.dotted_string for each in found])
    value = x509.ExtendedKeyUsage(found)
    return [AddedExtension(value, critical="extended-key-usage" in plan.critical)]


def _oid(text: str, field: str) -> x509.ObjectIdentifier:
    text = text.strip()
    try:
        if not _OID.fullmatch(text):
            raise ValueError(text)
        return x509.ObjectIdentifier(text)
    except ValueError:
        raise _invalid(
            field,
            tr("“{text}” is neither a known name nor an object identifier.", text=shorten(text)),
            tr("Write numbers separated by dots, such as 1.3.6.1.5.5.7.3.2."),
        ) from None


def _insist_distinct(field: str, texts: list[str]) -> None:
    for each in texts:
        if texts.count(each) > 1:
            raise _invalid(field, tr("“{name}” appears twice.", name=shorten(each)))


def _names(plan: ExtensionPlan) -> list[AddedExtension]:
    if not plan.san:
        return []
    _insist_distinct("san", [each.strip().lower() for each in plan.san])
    value = x509.SubjectAlternativeName([parse_general_name(each, "san") for each in plan.san])
    return [AddedExtension(value, critical="san" in plan.critical)]


def _address(text: str, field: str) -> x509.UniformResourceIdentifier:
    text = text.strip()
    if not re.fullmatch(r"(?:https?|ldaps?)://[!-~]+", text):
        raise _invalid(
            field,
            tr("“{text}” is not an address that programs can fetch.", text=shorten(text)),
            tr("Write an address such as http://ca.example/ca.crl."),
        )
    return x509.UniformResourceIdentifier(text)


def _access(plan: ExtensionPlan) -> list[AddedExtension]:
    kinds = AuthorityInformationAccessOID
    described = [
        x509.AccessDescription(kinds.OCSP, _address(each, "ocsp")) for each in plan.ocsp
    ] + [
        x509.AccessDescription(kinds.CA_ISSUERS, _address(each, "ca_issuers"))
        for each in plan.ca_issuers
    ]
    if not described:
        return []
    return [AddedExtension(x509.AuthorityInformationAccess(described), critical=False)]


def _points(plan: ExtensionPlan) -> list[AddedExtension]:
    points = [
        x509.DistributionPoint([_address(each, "crl_points")], None, None, None)
        for each in plan.crl_points
    ]
    return [AddedExtension(x509.CRLDistributionPoints(points), critical=False)] if points else []


def _policies(plan: ExtensionPlan) -> list[AddedExtension]:
    found = []
    for each in plan.policies:
        number, _, statement = each.strip().partition(" ")
        qualifiers: list[str | x509.UserNotice] | None = None
        if statement.strip():
            qualifiers = [_address(statement, "policies").value]
        oid = (
            x509.ObjectIdentifier("2.5.29.32.0")
            if number.lower() == "anypolicy"
            else _oid(number, "policies")
        )
        found.append(x509.PolicyInformation(oid, qualifiers))
    if not found:
        return []
    # A policy must not appear twice (RFC 5280, 4.2.1.4).
    _insist_distinct("policies", [each.policy_identifier.dotted_string for each in found])
    critical = "policies" in plan.critical
    return [AddedExtension(x509.CertificatePolicies(found), critical=critical)]


def _constraints(plan: ExtensionPlan) -> list[AddedExtension]:
    permitted = [_subtree(each, "permitted") for each in plan.permitted]
    excluded = [_subtree(each, "excluded") for each in plan.excluded]
    if not permitted and not excluded:
        return []
    if not plan.is_ca:
        raise _invalid(
            "permitted" if permitted else "excluded",
            tr("Only a CA has name constraints (RFC 5280, 4.2.1.10)."),
            tr("Choose CA, or remove them."),
        )
    value = x509.NameConstraints(permitted or None, excluded or None)
    return [AddedExtension(value, critical=True)]


def _subtree(text: str, field: str) -> x509.GeneralName:
    """A part of all names: of hosts without the dot before it, of addresses as a network."""
    kind, _, value = (each.strip() for each in text.partition(":"))
    try:
        match kind.lower():
            case "dns" if re.fullmatch(r"\.?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", value):
                return x509.DNSName(value)
            case "ip":
                return x509.IPAddress(ipaddress.ip_network(value))
            case "email" if re.fullmatch(r"(?:[^@\s]+@)?\.?[A-Za-z0-9.-]+", value):
                return x509.RFC822Name(value)
            case "uri" if re.fullmatch(r"\.?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", value):
                return x509.UniformResourceIdentifier(value)
            case "dn":
                return x509.DirectoryName(parse_name(value))
    except ValueError:
        pass
    raise _invalid(
        field,
        tr("“{text}” is not a name constraint.", text=shorten(text)),
        tr(
            "Write dns:example.com, ip:192.0.2.0/24, email:example.com, uri:example.com, or "
            "dn:O=Acme,C=AU."
        ),
    )


def _check_raw(plan: ExtensionPlan) -> None:
    found = [_raw(each) for each in plan.raw]
    _insist_distinct("raw", [each.value.oid.dotted_string for each in found])


def _raw(text: str) -> AddedExtension:
    head, equals, value = text.partition("=")
    number, colon, mark = head.strip().partition(":")
    digits = re.sub(r"[\s:]", "", value)
    is_critical = mark.strip().lower() in {"critical", "c"}
    if not equals or (colon and not is_critical):
        raise _invalid(
            "raw",
            tr("“{text}” is not an extension.", text=shorten(text)),
            tr("Write OID=HEX, or OID:critical=HEX, such as 1.2.3.4=0500."),
        )
    oid = _oid(number, "raw")
    if oid.dotted_string in _OWN_FIELDS:
        raise _invalid(
            "raw",
            tr("The extension {oid} has its own field.", oid=oid.dotted_string),
        )
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        data = b""
    if not data or len(data) > _MAX_RAW_BYTES or not _is_der(data):
        raise _invalid(
            "raw",
            tr("The value of {oid} is not DER in hexadecimal.", oid=oid.dotted_string),
            tr("Write the whole value with its tag and length, such as 0500 for NULL."),
        )
    return AddedExtension(x509.UnrecognizedExtension(oid, data), critical=is_critical)


def _is_der(data: bytes) -> bool:
    """Whether it is one value with its tag and a length that fits."""
    try:
        return ber.read(data, 0, len(data)).end == len(data)
    except ber.MalformedAsn1:
        return False
