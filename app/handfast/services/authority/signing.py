"""Signing a certificate request: what of it is taken over, what is refused, and the certificate."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from handfast.core.certificates.certificate import Certificate
from handfast.core.certificates.decoding import general_name_text, parse_request
from handfast.core.errors import Damaged, InvalidInput, NotAKeystore, Refused
from handfast.core.frozen import dataclass
from handfast.core.keys import public_key_info
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.formats.pem.armor import find_blocks
from handfast.services.authority.as_written import as_written, key_of_request
from handfast.services.authority.issuer import (
    Issuer,
    fresh_serial,
    is_pss,
    path_length_of,
    sign_with,
)
from handfast.services.authority.profiles import AddedExtension, Profile, profile_extensions
from handfast.services.paths.name_constraints import forbidden_among, forbidden_name
from handfast.services.policy.new_pairs import DEFAULT_DAYS
from handfast.services.policy.validity_days import check_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

    from handfast.services.authority.extension_plan import ExtensionPlan

_REQUEST_LABELS: Final = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"}
_SAN, _KEY_USAGE, _EXTENDED = (
    x509.SubjectAlternativeName.oid,
    x509.KeyUsage.oid,
    x509.ExtendedKeyUsage.oid,
)
#: What a request may decide; all else is the CA's own word.
_TAKEN: Final = (_SAN, _KEY_USAGE, _EXTENDED)
#: Names for the extensions that a request can ask for.
EXTENSION_NAMES: Final = {
    "san": _SAN,
    "key-usage": _KEY_USAGE,
    "extended-key-usage": _EXTENDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPlan:
    """How a request is to be answered."""

    days: int = DEFAULT_DAYS
    #: None to take the purposes that the request asks for, both sides of TLS where it asks none.
    profile: Profile | None = None
    path_length: int | None = None
    #: Object identifiers of extensions that are not taken over.
    refused: frozenset[x509.ObjectIdentifier] = frozenset()
    #: Alternative names, as ``kind:value``, that are left out of those that are taken over.
    refused_names: frozenset[str] = frozenset()
    #: All that the certificate says, whatever is asked for but the names; None for the purpose.
    extensions: ExtensionPlan | None = None

    @property
    def is_ca(self) -> bool:
        """Whether the certificate may issue others."""
        if self.extensions is not None:
            return bool(self.extensions.is_ca)
        return self.profile is Profile.CA


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """The certificate, its chain, and what became of the extensions that were asked for."""

    certificate: Certificate
    chain: tuple[Certificate, ...]
    taken: tuple[str, ...]
    refused: tuple[str, ...]
    #: Whether the end was moved to that of the CA.
    is_shortened: bool


def read_request(data: bytes) -> x509.CertificateSigningRequest:
    """The request in a file, PEM or DER, with its signature checked.

    :raises NotAKeystore: there is none in it
    :raises Damaged: its signature does not fit its key
    """
    blocks = [block.data for block in find_blocks(data) if block.label in _REQUEST_LABELS]
    der = blocks[0] if blocks else data
    try:
        request, is_good = parse_request(der)
    except ValueError as error:
        raise NotAKeystore(
            tr("This certificate request cannot be read."),
            causes=(tr("A request is PKCS#10 in PEM or DER, often named .csr or .p10."),),
            remedy=tr("Ask for the request again."),
        ) from error
    if not is_good:
        raise Damaged(
            tr("The signature of this request does not match its key."),
            causes=(tr("It was changed after it was created, or was created incorrectly."),),
            remedy=tr("Ask for a new request."),
        )
    return request


def sign_request(
    request: x509.CertificateSigningRequest,
    issuer: Issuer,
    plan: SigningPlan,
    *,
    used_serials: Collection[int] = (),
    now: dt.datetime | None = None,
) -> SignedRequest:
    """Issue the certificate that a request asks for, as far as the plan allows it.

    :raises InvalidInput: the plan cannot be carried out
    :raises Refused: the issuer may not issue this
    """
    start = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    key = request.public_key()
    check_requester(request, issuer.certificate)
    asked = {each.oid: each for each in request.extensions}
    extensions, taken = _extensions(
        asked,
        plan,
        is_rsa=isinstance(key, rsa.RSAPublicKey),
    )
    # An RSASSA-PSS key would become a plain one, with which its own private key does not work.
    subject, public = key_of_request(request.tbs_certrequest_bytes)
    certificate, is_shortened = issue_certificate(
        subject=request.subject,
        subject_as_written=subject,
        public_as_written=public,
        public_key=key,
        issuer=issuer,
        extensions=extensions,
        days=plan.days,
        is_ca=plan.is_ca,
        used_serials=used_serials,
        now=start,
    )
    return SignedRequest(
        certificate=certificate,
        chain=(certificate, *issuer.pair.chain),
        taken=tuple(_name(oid) for oid in taken),
        refused=tuple(_name(oid) for oid in asked if oid not in taken),
        is_shortened=is_shortened,
    )


def check_requester(request: x509.CertificateSigningRequest, issuer: Certificate) -> None:
    """Let a request be signed that is not of the CA’s own key.

    :raises Refused: it is
    """
    if public_key_info(request.public_key()) == issuer.public_key_der:
        raise Refused(
            tr("The request comes from the CA’s own key."),
            causes=(tr("A CA does not answer its own request in this way."),),
            remedy=tr("Renew the CA’s certificate instead."),
        )


def check_room_below(alias: str, issuer: Certificate) -> None:
    """Let a CA issue the certificate of another CA.

    :raises Refused: its path length is 0
    """
    if path_length_of(issuer) == 0:
        raise Refused(
            tr("“{alias}” may not issue CA certificates.", alias=shorten(alias)),
            causes=(tr("Its path length is 0 (RFC 5280, 4.2.1.9)."),),
            remedy=tr("Use a CA with a longer path length, or none."),
        )


def check_names(
    chain: Iterable[Certificate], subject: x509.Name, names: Iterable[x509.GeneralName]
) -> None:
    """Let a chain of CAs certify a subject and alternative names.

    :raises Refused: name constraints of one of them exclude a name
    """
    certified = [*names, *([x509.DirectoryName(subject)] if len(subject.rdns) else ())]
    for above in chain:
        forbidden = forbidden_among(above, certified)
        if forbidden:
            raise _outside(above, forbidden)


def _outside(above: Certificate, forbidden: str) -> Refused:
    return Refused(
        tr(
            "The CA “{common_name}” may not issue a certificate for {forbidden}.",
            common_name=shorten(above.common_name or above.subject),
            forbidden=shorten(forbidden),
        ),
        causes=(tr("Its name constraints exclude it (RFC 5280, 4.2.1.10)."),),
        remedy=tr("Ask for a name that the CA may certify, or use another CA."),
    )


def issue_certificate(
    *,
    subject: x509.Name,
    subject_as_written: bytes | None = None,
    public_key: CertificatePublicKeyTypes,
    public_as_written: bytes | None = None,
    issuer: Issuer,
    extensions: Iterable[AddedExtension],
    days: int,
    is_ca: bool,
    used_serials: Collection[int] = (),
    now: dt.datetime,
) -> tuple[Certificate, bool]:
    """A certificate under an issuer; and whether its end was moved to the issuer’s own.

    The issuer’s name is that of its certificate byte for byte. Subject and public key are as the
    library encodes them, unless their own bytes in DER are given.

    :raises InvalidInput: days out of bounds, or no name at all
    :raises Refused: path length or name constraints of the issuer forbid it
    """
    check_days(days)
    if is_ca:
        check_room_below(issuer.pair.alias, issuer.certificate)
    wanted = now + dt.timedelta(days=days)
    end = issuer.end_within(wanted)
    added = list(extensions)
    has_names = any(each.value.oid == _SAN for each in added)
    if not len(subject.rdns) and not has_names:
        raise InvalidInput(
            tr("The request has neither a subject nor alternative names."),
            field="request",
            remedy=tr("Ask for a request that names its owner."),
        )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name)
        .public_key(public_key)
        .serial_number(fresh_serial(used_serials))
        .not_valid_before(now)
        .not_valid_after(end)
    )
    for each in added:
        # Without a subject the names must be critical, or Java refuses it (RFC 5280, 4.2.1.6).
        alone = each.value.oid == _SAN and not len(subject.rdns)
        builder = builder.add_extension(each.value, critical=each.critical or alone)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(public_key),
        critical=False,
    ).add_extension(issuer.authority_key_identifier, critical=False)
    signed = sign_with(builder, issuer.key, pss=is_pss(issuer.certificate))
    certificate = as_written(
        Certificate(signed),
        issuer.key,
        subject=subject_as_written,
        public=public_as_written,
        issuer=issuer.certificate,
    )
    for above in issuer.pair.chain:
        forbidden = forbidden_name(above, certificate)
        if forbidden:
            raise _outside(above, forbidden)
    return certificate, end < wanted


def is_takeable(extension: x509.Extension[x509.ExtensionType]) -> bool:
    """Whether a request may decide this; all else is the CA’s own word."""
    value = extension.value
    # What is not a CA gets no key usage that allows it to sign certificates.
    is_of_ca = isinstance(value, x509.KeyUsage) and (value.key_cert_sign or value.crl_sign)
    return extension.oid in _TAKEN and not is_of_ca


def _extensions(
    asked: dict[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]],
    plan: SigningPlan,
    *,
    is_rsa: bool,
) -> tuple[list[AddedExtension], list[x509.ObjectIdentifier]]:
    if plan.extensions is not None:
        return _planned(plan.extensions, asked, plan, is_rsa=is_rsa)
    profile = plan.profile or _asked_profile(asked, plan)
    found = list(profile_extensions(profile, is_rsa=is_rsa, path_length=plan.path_length))
    taken: list[x509.ObjectIdentifier] = []
    for oid in _TAKEN:
        extension = asked.get(oid)
        if extension is None or oid in plan.refused or not is_takeable(extension):
            continue
        if oid != _SAN and plan.profile is not None:
            # A purpose that the CA states outweighs what was asked for.
            continue
        value = extension.value
        if isinstance(value, x509.SubjectAlternativeName) and plan.refused_names:
            names = [n for n in value if general_name_text(n) not in plan.refused_names]
            if not names:
                continue
            value = x509.SubjectAlternativeName(names)
        found = [each for each in found if each.value.oid != oid]
        found.append(AddedExtension(value, critical=extension.critical))
        taken.append(oid)
    return found, taken


def _planned(
    extensions: ExtensionPlan,
    asked: dict[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]],
    plan: SigningPlan,
    *,
    is_rsa: bool,
) -> tuple[list[AddedExtension], list[x509.ObjectIdentifier]]:
    """What the CA says, with the names that the request asks for and the CA grants."""
    found = list(extensions.extensions(is_rsa=is_rsa))
    requested = asked.get(_SAN)
    if requested is None or _SAN in plan.refused:
        return found, []
    asked_names = requested.value
    if not isinstance(asked_names, x509.SubjectAlternativeName):
        return found, []
    own = next((each for each in found if each.value.oid == _SAN), None)
    value = own.value if own is not None else None
    names = list(value) if isinstance(value, x509.SubjectAlternativeName) else []
    granted = [
        each
        for each in asked_names
        if general_name_text(each) not in plan.refused_names and each not in names
    ]
    if not granted:
        return found, []
    rest = [each for each in found if each is not own]
    value = x509.SubjectAlternativeName([*names, *granted])
    critical = own.critical if own is not None else requested.critical
    return [*rest, AddedExtension(value, critical=critical)], [_SAN]


def _asked_profile(
    asked: dict[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]], plan: SigningPlan
) -> Profile:
    extension = asked.get(_EXTENDED)
    if extension is None or _EXTENDED in plan.refused:
        return Profile.BOTH
    asked_usages = extension.value
    usages = set(asked_usages) if isinstance(asked_usages, x509.ExtendedKeyUsage) else set()
    for profile in (Profile.CLIENT, Profile.SERVER, Profile.CODE_SIGNING):
        if usages == set(profile.usages):
            return profile
    return Profile.BOTH


def _name(oid: x509.ObjectIdentifier) -> str:
    for name, known in EXTENSION_NAMES.items():
        if known == oid:
            return name
    return "basic-constraints" if oid == x509.BasicConstraints.oid else oid.dotted_string
