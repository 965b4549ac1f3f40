"""A key pair that may issue certificates, and the signature that it puts under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput, Refused, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.describe.certificate_der import read_parts
from handfast.services.policy.key_passwords import locked_error

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry

#: Bytes of a distinguished name without any part.
_EMPTY_NAME_BYTES = 2
_RSA_PSS = "1.2.840.113549.1.1.10"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A CA of a keystore, ready to sign."""

    pair: KeyPair
    certificate: Certificate
    #: As the library encodes it, which may differ from the bytes in the certificate.
    name: x509.Name
    #: One of the library's many key classes.
    key: Any

    @property
    def path_length(self) -> int | None:
        """How many CAs may stand below it; None for any number."""
        return path_length_of(self.certificate)

    @property
    def authority_key_identifier(self) -> x509.AuthorityKeyIdentifier:
        """The identifier of its key, as its own certificate gives it (RFC 5280, 4.2.1.1)."""
        own = self.certificate.extension(x509.SubjectKeyIdentifier.oid)
        if isinstance(own, x509.SubjectKeyIdentifier):
            return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

    def end_within(self, end: dt.datetime) -> dt.datetime:
        """The end asked for, or the issuer’s own where that is earlier; both in UTC."""
        last = self.certificate.not_after
        return end if last is None else min(end, last)


def check_issuer(entry: Entry, *, now: dt.datetime | None = None) -> tuple[KeyPair, Certificate]:
    """The pair and the certificate of a CA that may sign now; its key is not loaded.

    :raises InvalidInput: it is not a key pair, or its certificate is not that of a CA
    :raises PasswordNeeded: its key is locked
    :raises Refused: its certificate has expired or is not yet valid
    """
    if not isinstance(entry, KeyPair):
        raise InvalidInput(
            tr("“{alias}” is not a key pair.", alias=shorten(entry.alias)),
            field="issuer",
            remedy=tr("Name the alias of the CA’s key pair."),
        )
    leaf = entry.certificate
    if leaf is None or not leaf.is_ca or not _may_sign(leaf):
        raise InvalidInput(
            tr("“{alias}” is not a CA and cannot issue certificates.", alias=shorten(entry.alias)),
            field="issuer",
            causes=(tr("Its certificate does not allow its key to sign certificates."),),
            remedy=tr("Create a CA with: handfast generate STORE --alias ca --purpose ca …"),
        )
    if len(leaf.subject_der) <= _EMPTY_NAME_BYTES:
        raise Unsupported(
            tr(
                "“{alias}” has no subject name that could be an issuer’s name.",
                alias=shorten(entry.alias),
            ),
            causes=(tr("RFC 5280, 4.1.2.4 requires an issuer name that is not empty."),),
        )
    if leaf.is_expired(now) or leaf.is_not_yet_valid(now):
        raise Refused(
            tr("The CA “{alias}” has expired.", alias=shorten(entry.alias))
            if leaf.is_expired(now)
            else tr("The CA “{alias}” is not valid yet.", alias=shorten(entry.alias)),
            causes=(tr("No program would accept the certificates that it issues."),),
            remedy=tr("Renew the CA first.") if leaf.is_expired(now) else tr("Check the clock."),
        )
    if entry.key is None:
        raise locked_error(
            entry, tr("The key of the CA “{alias}” is locked.", alias=shorten(entry.alias))
        )
    return entry, leaf


def issuer_of(entry: Entry, *, now: dt.datetime | None = None) -> Issuer:
    """The CA that an entry is, with its key.

    It raises what :func:`check_issuer` raises.
    """
    pair, leaf = check_issuer(entry, now=now)
    key = pair.key
    assert key is not None  # noqa: S101 - checked above
    # A name that cannot be decoded has a stand-in: what is signed gets its bytes.
    name = leaf.subject_name or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "-")])
    return Issuer(pair, leaf, name, key.load())


def authority_of(entry: Entry) -> Certificate:
    """The certificate of a CA, whether or not its key can be used now.

    :raises InvalidInput: the entry is not the key pair of a CA
    """
    leaf = entry.certificate if isinstance(entry, KeyPair) else None
    if leaf is None or not leaf.is_ca:
        raise InvalidInput(
            tr("“{alias}” is not a CA.", alias=shorten(entry.alias)),
            field="alias",
        )
    return leaf


def path_length_of(certificate: Certificate) -> int | None:
    """How many CAs may stand below a CA; None for any number."""
    found = certificate.extension(x509.BasicConstraints.oid)
    return found.path_length if isinstance(found, x509.BasicConstraints) else None


def _may_sign(certificate: Certificate) -> bool:
    usage = certificate.extension(x509.KeyUsage.oid)
    return not isinstance(usage, x509.KeyUsage) or usage.key_cert_sign


def is_pss(certificate: Certificate | None) -> bool:
    """Whether a certificate’s key is bound to RSASSA-PSS (RFC 4055)."""
    return certificate is not None and read_parts(certificate.der).public_key_oid == _RSA_PSS


def sign_with(
    builder: x509.CertificateBuilder | x509.CertificateRevocationListBuilder,
    key: Any,  # noqa: ANN401 - one of the library's many key classes
    *,
    pss: bool = False,
) -> bytes:
    """Sign what was built, with the hash that suits the key; the result in DER.

    :raises Unsupported: the key cannot sign certificates
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        return bytes(builder.sign(key, None).public_bytes(Encoding.DER))
    try:
        if pss and isinstance(key, rsa.RSAPrivateKey):
            scheme = padding.PSS(
                mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH
            )
            signed = builder.sign(key, hashes.SHA256(), rsa_padding=scheme)
        else:
            signed = builder.sign(key, _digest(key))
    except (TypeError, ValueError) as error:
        raise Unsupported(
            tr("A key of this kind cannot sign certificates."),
            remedy=tr("Use a CA with an RSA, EC, or Ed25519 key."),
        ) from error
    return bytes(signed.public_bytes(Encoding.DER))


# The kinds of keys have no base of their own in the library, and each has another ``sign``.
def _digest(key: Any) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:  # noqa: ANN401
    if isinstance(key, ec.EllipticCurvePrivateKey):
        if key.curve.key_size > 384:
            return hashes.SHA512()
        return hashes.SHA384() if key.curve.key_size > 256 else hashes.SHA256()
    return hashes.SHA384() if getattr(key, "key_size", 0) >= 8192 else hashes.SHA256()


def fresh_serial(used: Iterable[int] = ()) -> int:
    """A random serial number of 159 bits (RFC 5280, 4.1.2.2) that is not among those used."""
    taken = set(used)
    while True:
        serial = x509.random_serial_number()
        if serial not in taken:
            return serial
