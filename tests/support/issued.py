"""Certificates of every state, made on the spot: expired, weak, with hundreds of names, damaged."""

from __future__ import annotations

import datetime as dt
import functools
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.keys import PrivateKey

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHEN = dt.datetime(2025, 3, 4, 9, 30, tzinfo=dt.UTC)
_NAMES = {"CN": NameOID.COMMON_NAME, "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
          "O": NameOID.ORGANIZATION_NAME, "C": NameOID.COUNTRY_NAME}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate, its key, and those above it."""

    certificate: Certificate
    key: Any
    above: tuple[Certificate, ...] = ()

    def pair(self, alias: str, *, locked: bool = False) -> KeyPair:
        """The entry of whoever it was issued to."""
        der = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return KeyPair(
            alias=alias,
            chain=(self.certificate, *self.above),
            key=None if locked else PrivateKey(der),
            created=_WHEN,
        )

    def private_pem(self) -> bytes:
        """The private key, as people send it by mistake."""
        return bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def trusted(self, alias: str) -> TrustedCertificate:
        """The entry of whoever trusts it."""
        return TrustedCertificate(alias=alias, certificate=self.certificate, created=_WHEN)


@functools.cache
def _rsa(bits: int) -> rsa.RSAPrivateKey:
    # Made once a run: which key it is matters to nobody.
    return rsa.generate_private_key(65537, bits)


def issue(
    *,
    issuer: Issued | None = None,
    sans: Sequence[str] = (),
    starts: int = -300,
    ends: int = 430,
    rsa_bits: int = 0,
    sha1: bool = False,
    is_ca: bool = False,
    usages: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.CLIENT_AUTH,),
    key: Any = None,
    **name: str,
) -> Issued:
    """A certificate for ``CN=…, O=…``, from and until so many days from now.

    ``key`` is an earlier one's, for which this is another certificate.
    """
    if key is None:
        key = _rsa(rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    subject = _name(name)
    signer = issuer.key if issuer is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_subject(issuer) if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=starts))
        .not_valid_after(now + dt.timedelta(days=ends, hours=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if not is_ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if sans:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in sans])
        builder = builder.add_extension(names, critical=False)
    der = builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)
    above = (issuer.certificate, *issuer.above) if issuer is not None else ()
    return Issued(certificate=Certificate(_with_sha1(der) if sha1 else der), key=key, above=above)


def _name(parts: dict[str, str]) -> x509.Name:
    with warnings.catch_warnings():
        # The library warns beyond the 64 characters of RFC 5280; people send longer ones.
        warnings.simplefilter("ignore", UserWarning)
        return x509.Name(
            [x509.NameAttribute(_NAMES[key], text, _validate=False) for key, text in parts.items()]
        )


def _with_sha1(der: bytes) -> bytes:
    """Named as signed with SHA-1 by an RSA key, which no library does any more."""
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    assert der.count(sha256) == 2
    return der.replace(sha256, sha1)


def _subject(issuer: Issued) -> x509.Name:
    name = issuer.certificate.subject_name
    assert name is not None
    return name


def damaged() -> Certificate:
    """A certificate that was cut off on its way."""
    return Certificate(issue(CN="cut.example").certificate.der[:200])
