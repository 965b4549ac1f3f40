"""Making a self-signed key pair, as ``keytool -genkeypair`` does and with names and purposes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from handfast.core.certificates.certificate import Certificate
from handfast.core.distinguished_name import parse_name
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.keys import PrivateKey
from handfast.core.language import enumerated, tr
from handfast.core.progress import no_progress
from handfast.core.store import check_alias
from handfast.services.authority.general_names import parse_sans
from handfast.services.authority.issuer import sign_with
from handfast.services.authority.profiles import (
    ALL_PURPOSES,
    AddedExtension,
    Profile,
    check_path_length,
    profile_extensions,
)
from handfast.services.authority.signing import issue_certificate
from handfast.services.describe.validity import EARLIEST
from handfast.services.policy.new_pairs import DEFAULT_DAYS, DEFAULT_KEY
from handfast.services.policy.validity_days import check_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from handfast.core.progress import Progress
    from handfast.services.authority.extension_plan import ExtensionPlan
    from handfast.services.authority.issuer import Issuer

#: What may follow ``--key``, and how each is called.
KEY_CHOICES = {
    "rsa:2048": tr("RSA, 2048 bits"),
    "rsa:3072": tr("RSA, 3072 bits"),
    "rsa:4096": tr("RSA, 4096 bits"),
    "rsa:8192": tr("RSA, 8192 bits (slow)"),
    "ec:P-256": tr("EC, P-256"),
    "ec:P-384": tr("EC, P-384"),
    "ec:P-521": tr("EC, P-521"),
    "ed25519": tr("Ed25519 (not supported by older peers)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRequest:
    """What a key pair is to be."""

    alias: str
    #: The distinguished name, as :func:`~handfast.core.distinguished_name.parse_name` reads it.
    name: str
    key: str = DEFAULT_KEY
    days: int = DEFAULT_DAYS
    #: Start of validity, with its time zone; None means now.
    not_before: dt.datetime | None = None
    #: ``dns:…``, ``ip:…``, ``uri:…``, ``email:…``.
    sans: tuple[str, ...] = ()
    purpose: str = "both"
    #: How many CAs may stand below a CA; None for any number.
    path_length: int | None = None
    #: All extensions, in the place of those that the purpose brings; None for those.
    extensions: ExtensionPlan | None = None

    @property
    def is_ca(self) -> bool:
        """Whether the certificate may issue others."""
        if self.extensions is not None:
            return bool(self.extensions.is_ca)
        return self.purpose == Profile.CA.value


def check_key(text: str) -> str:
    """The choice of KEY_CHOICES that is meant, in any case."""
    for choice in KEY_CHOICES:
        if text.lower() == choice.lower():
            return choice
    raise InvalidInput(
        tr("“{text}” is not a supported kind of key.", text=text),
        field="key",
        remedy=tr("Choose one of these: {choices}.", choices=enumerated(list(KEY_CHOICES))),
    )


def check_request(request: PairRequest) -> None:
    """Raise :class:`InvalidInput` for whatever of a request cannot be done."""
    check_alias(request.alias)
    check_key(request.key)
    if request.purpose not in ALL_PURPOSES:
        raise InvalidInput(
            tr("“{purpose}” is not a purpose.", purpose=request.purpose), field="purpose"
        )
    check_path_length(request.path_length, is_ca=request.is_ca)
    for problem in request.extensions.problems() if request.extensions is not None else ():
        raise problem
    validity(request)
    parse_name(request.name)
    parse_sans(request.sans)


def validity(request: PairRequest) -> tuple[dt.datetime, dt.datetime]:
    """From when until when, UTC and to the second.

    :raises InvalidInput: X.509 cannot say it; ``field`` is ``days`` or ``not_before``
    """
    check_days(request.days)
    start = request.not_before or dt.datetime.now(dt.UTC)
    if start < EARLIEST:
        raise InvalidInput(
            tr("A certificate cannot start in the year {year}.", year=start.year),
            field="not_before",
            causes=(tr("X.509 cannot express dates before {year}.", year=EARLIEST.year),),
        )
    try:
        start = start.astimezone(dt.UTC).replace(microsecond=0)
        return start, start + dt.timedelta(days=request.days)
    except OverflowError as error:
        raise InvalidInput(
            tr("A certificate cannot be valid beyond the year {maxyear}.", maxyear=dt.MAXYEAR),
            field="days",
        ) from error


def make_pair(
    request: PairRequest,
    progress: Progress = no_progress,
    *,
    issuer: Issuer | None = None,
    used_serials: Collection[int] = (),
) -> KeyPair:
    """A fresh private key with a certificate: self-signed, or issued by a CA (RFC 5280).

    :param used_serials: serial numbers that the CA must not use again
    """
    check_request(request)
    choice = check_key(request.key)
    name = parse_name(request.name)
    progress(0, 0)
    key = generate_key(choice)
    progress(0, 0)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    extensions = requested_extensions(request, is_rsa=choice.startswith("rsa"))
    if issuer is not None:
        certificate, _ = issue_certificate(
            subject=name,
            public_key=key.public_key(),
            issuer=issuer,
            extensions=extensions,
            days=request.days,
            is_ca=request.is_ca,
            used_serials=used_serials,
            now=validity(request)[0],
        )
        chain = (certificate, *issuer.pair.chain)
    else:
        chain = (self_signed(name, key, extensions, validity(request)),)
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(alias=request.alias, chain=chain, key=PrivateKey(pkcs8), created=now)


def requested_extensions(request: PairRequest, *, is_rsa: bool) -> list[AddedExtension]:
    """What the certificate of a request says besides its identifiers of keys."""
    # A pair that is not a CA says so: as an anchor it is trusted for itself alone. OpenSSL from
    # 1.1.1 on, Java and Python's ssl take it so, in their strict settings too, which refuse one
    # that may sign certificates and is not a CA; others refuse a CA as a peer.
    if request.extensions is not None:
        return list(request.extensions.with_names(request.sans).extensions(is_rsa=is_rsa))
    profile = Profile(request.purpose)
    found = list(profile_extensions(profile, is_rsa=is_rsa, path_length=request.path_length))
    if request.sans:
        names = x509.SubjectAlternativeName(parse_sans(request.sans))
        found.append(AddedExtension(names, critical=False))
    return found


def self_signed(
    name: x509.Name,
    key: Any,  # noqa: ANN401 - one of the library's many key classes
    extensions: Iterable[AddedExtension],
    dates: tuple[dt.datetime, dt.datetime],
) -> Certificate:
    """A certificate that a key signs for itself, from and until two moments in UTC."""
    own_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
    )
    for each in extensions:
        builder = builder.add_extension(each.value, critical=each.critical)
    builder = builder.add_extension(own_id, critical=False).add_extension(
        # Where a partner trusts two of one name, as while the key is being renewed, OpenSSL looks
        # for the issuer by name and takes the first of them, unless this tells which one it is.
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_id),
        critical=False,
    )
    return Certificate(sign_with(builder, key))


def generate_key(choice: str) -> Any:  # noqa: ANN401 - one of several key classes
    """A fresh private key of one of KEY_CHOICES."""
    kind, _, parameter = choice.partition(":")
    if kind == "rsa":
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(65537, int(parameter))
    if kind == "ec":
        from cryptography.hazmat.primitives.asymmetric import ec

        curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
        return ec.generate_private_key(curves[parameter])
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()
