"""Certificates of every kind for handshakes, and the two parties that hold them."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.handshake.report.party import TLS_VERSIONS, Party, PartyStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.handshake.report.party import Side, Tls

HOST = "localhost"
PASSWORD = Password("store password")
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
#: Identifiers in DER of RSA with SHA-256 and with SHA-1 (RFC 8017, A.2.4); equally long.
_WITH_SHA256, _WITH_SHA1 = (
    bytes.fromhex(each) for each in ("2a864886f70d01010b", "2a864886f70d010105")
)


@functools.cache
def _rsa(bits: int, _number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def new_key(kind: str, number: int = 0) -> Any:
    """A key; those of RSA are made once a run, ``number`` telling several apart."""
    match kind:
        case "rsa":
            return _rsa(2048, number)
        case "rsa-1024":
            return _rsa(1024, number)
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case "dsa":
            return dsa.generate_private_key(2048)
        case "secp256k1":
            return ec.generate_private_key(ec.SECP256K1())
    return ec.generate_private_key(ec.SECP256R1())


#: Whatever was made, so that who issued a certificate can be asked for another.
MADE: list[Made] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A certificate, its key, and the one that issued it."""

    certificate: Certificate
    key: Any
    issuer: Made | None = None

    def __post_init__(self) -> None:
        MADE.append(self)

    @property
    def full_chain(self) -> tuple[Certificate, ...]:
        above = self.issuer.full_chain if self.issuer is not None else ()
        return (self.certificate, *above)

    def pair(
        self,
        alias: str = "own",
        *,
        chain: Sequence[Certificate] | None = None,
        key: Any = None,
        locked: bool = False,
        password: Password | None = None,
    ) -> KeyPair:
        """The entry of its holder; the whole chain, where no other is given."""
        material = (key or self.key).private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
        )
        return KeyPair(
            alias=alias,
            chain=tuple(chain) if chain is not None else self.full_chain,
            key=None if locked else PrivateKey(material),
            password=password,
        )


def make(
    name: str,
    *,
    by: Made | None = None,
    ca: bool = False,
    path_length: int | None = None,
    starts: int = -10,
    ends: int = 300,
    usages: Sequence[x509.ObjectIdentifier] | None = None,
    sans: Sequence[str] = (HOST,),
    kind: str = "ec",
    key: Any = None,
    signed_with: str = "sha256",
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> Made:
    """A certificate for ``CN=name``, from and until so many days from now."""
    own = key or new_key(kind)
    signer = by.key if by is not None else own
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = by.certificate.subject_name if by is not None else subject
    assert issuer is not None
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=starts))
        .not_valid_after(now + dt.timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if not ca and sans:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in sans])
        builder = builder.add_extension(names, critical=False)
    if usages is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    der = builder.sign(signer, algorithm).public_bytes(Encoding.DER)
    if signed_with == "sha1":
        der = _signed_with_sha1(der, signer)
    return Made(certificate=Certificate(der), key=own, issuer=by)


def _signed_with_sha1(der: bytes, signer: rsa.RSAPrivateKey) -> bytes:
    """The same, signed as nobody does any more; the library makes no such certificate itself."""
    old = der.replace(_WITH_SHA256, _WITH_SHA1)
    signed = x509.load_der_x509_certificate(old).tbs_certificate_bytes
    return old[: -signer.key_size // 8] + signer.sign(signed, PKCS1v15(), hashes.SHA1())


def revoke(ca: Made, *revoked: Made) -> bytes:
    """The list, in DER, of what a CA revoked."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    name = ca.certificate.subject_name
    assert name is not None
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(now - dt.timedelta(days=1))
        .next_update(now + dt.timedelta(days=30))
    )
    for each in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(each.certificate.serial, 16))
            .revocation_date(now - dt.timedelta(hours=5))
            .build()
        )
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.DER)


def store(*entries: KeyPair | TrustedCertificate) -> Store:
    return Store(format=Format.PKCS12, entries=entries, password=PASSWORD)


def trusting(*trusted: Made | Certificate) -> Store:
    certificates = [each if isinstance(each, Certificate) else each.certificate for each in trusted]
    return store(
        *(
            TrustedCertificate(alias=f"trusted-{number}", certificate=each)
            for number, each in enumerate(certificates, 1)
        )
    )


def party(
    side: Side,
    keys: Store | None,
    trust: Store | None,
    *,
    alias: str | None = None,
    known: Sequence[Certificate] = (),
    tls: Sequence[Tls] = TLS_VERSIONS,
    crls: Sequence[bytes] = (),
) -> Party:
    return Party(
        side=side,
        keys=PartyStore(store=keys, title=f"{side}.p12") if keys is not None else None,
        alias=alias,
        known_chain=tuple(known),
        trust=PartyStore(store=trust, title=f"{side}-trust.p12") if trust is not None else None,
        tls=tuple(tls),
        revocation_lists=tuple(crls),
    )
