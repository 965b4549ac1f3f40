"""What `cryptography` makes of a certificate's bytes, asked for through :mod:`.certificate` only.

It stands apart because importing the library's X.509 takes as long as opening a window does: who
shows a name and a date of each certificate, read by :mod:`.summary`, never pays for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.asn1.certificate_frame import signed_bytes, signed_bytes_to_java
from handfast.core.certificates.lenient import (
    UNREADABLE,
    extensions_one_by_one,
    parse_leniently,
    parse_request_leniently,
)
from handfast.core.certificates.summary import MAX_CERTIFICATE_BYTES
from handfast.core.errors import Damaged
from handfast.core.language import grouped, tr
from handfast.core.rfc4514 import name_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.certificates.lenient import ExtensionTrouble
    from handfast.core.certificates.revocation_list import RevocationList

_T = TypeVar("_T")

_LATE_TROUBLE = (*UNREADABLE, x509.UnsupportedGeneralNameType, x509.DuplicateExtension)

#: Extended key usages by the short names used in ``--purpose`` and in JSON.
PURPOSES: dict[x509.ObjectIdentifier, str] = {
    ExtendedKeyUsageOID.SERVER_AUTH: "server",
    ExtendedKeyUsageOID.CLIENT_AUTH: "client",
    ExtendedKeyUsageOID.CODE_SIGNING: "code-signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "email",
    ExtendedKeyUsageOID.TIME_STAMPING: "time-stamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "ocsp-signing",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "any",
}

_SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2withRSA",
    "1.2.840.113549.1.1.4": "MD5withRSA",
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    "1.3.14.3.2.29": "SHA1withRSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA",
    "1.2.840.113549.1.1.14": "SHA224withRSA",
    "1.2.840.113549.1.1.15": "SHA512/224withRSA",
    "1.2.840.113549.1.1.16": "SHA512/256withRSA",
    "2.16.840.1.101.3.4.3.13": "SHA3-224withRSA",
    "2.16.840.1.101.3.4.3.14": "SHA3-256withRSA",
    "2.16.840.1.101.3.4.3.15": "SHA3-384withRSA",
    "2.16.840.1.101.3.4.3.16": "SHA3-512withRSA",
    "1.2.840.10040.4.3": "SHA1withDSA",
    "2.16.840.1.101.3.4.3.1": "SHA224withDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256withDSA",
    "2.16.840.1.101.3.4.3.3": "SHA384withDSA",
    "2.16.840.1.101.3.4.3.4": "SHA512withDSA",
    "1.2.840.10045.4.1": "SHA1withECDSA",
    "1.2.840.10045.4.3.1": "SHA224withECDSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
    "1.2.840.10045.4.3.3": "SHA384withECDSA",
    "1.2.840.10045.4.3.4": "SHA512withECDSA",
    "2.16.840.1.101.3.4.3.9": "SHA3-224withECDSA",
    "2.16.840.1.101.3.4.3.10": "SHA3-256withECDSA",
    "2.16.840.1.101.3.4.3.11": "SHA3-384withECDSA",
    "2.16.840.1.101.3.4.3.12": "SHA3-512withECDSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}


#: The hashes by the names that are in those. The library knows more of them than it takes for the
#: signature of a certificate; what it does not take would look like a signature that is forged.
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "MD5": hashes.MD5,
    "SHA1": hashes.SHA1,
    "SHA224": hashes.SHA224,
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
    "SHA512/224": hashes.SHA512_224,
    "SHA512/256": hashes.SHA512_256,
    "SHA3-224": hashes.SHA3_224,
    "SHA3-256": hashes.SHA3_256,
    "SHA3-384": hashes.SHA3_384,
    "SHA3-512": hashes.SHA3_512,
}
_PSS = "RSASSA-PSS"


def parse(der: bytes) -> tuple[x509.Certificate | None, str]:
    """The library's view of it and what is wrong with it; None where it cannot be parsed."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        return None, tr(
            "This part has {count} bytes, more than any genuine one, so Handfast does not "
            "examine it.",
            count=grouped(len(der)),
        )
    try:
        return x509.load_der_x509_certificate(der), ""
    except UNREADABLE as error:
        return parse_leniently(der), str(error) or type(error).__name__


def read_extensions(
    parsed: x509.Certificate | None, der: bytes
) -> tuple[dict[str, x509.Extension[x509.ExtensionType]], tuple[ExtensionTrouble, ...]]:
    """The extensions that can be read by their dotted identifiers, and the trouble of the others.

    One bad extension is that extension's trouble alone: Java and OpenSSL read the others.
    """
    if parsed is None:
        return {}, ()
    try:
        return {each.oid.dotted_string: each for each in parsed.extensions}, ()
    except _LATE_TROUBLE:
        found, troubles = extensions_one_by_one(der)
        return {each.oid.dotted_string: each for each in found}, troubles


def ask(
    parsed: x509.Certificate | None,
    der: bytes,
    question: Callable[[x509.Certificate], _T],
    default: _T,
    *,
    is_lenient: bool = False,
) -> _T:
    """An answer from the library; the default where nothing reads that part.

    The library reads names and the like late; what it refuses then is read leniently, unless
    ``parsed`` was so from the start (``is_lenient``).
    """
    if parsed is None:
        return default
    try:
        return question(parsed)
    except _LATE_TROUBLE:
        lenient = parse_leniently(der) if not is_lenient else None
    if lenient is None:
        return default
    try:
        return question(lenient)
    except _LATE_TROUBLE:
        return default


def alternative_names(value: x509.ExtensionType | None) -> tuple[str, ...]:
    """Subject alternative names as ``kind:value``."""
    if not isinstance(value, x509.SubjectAlternativeName):
        return ()
    return tuple(general_name_text(name) for name in value)


def says_ca(value: x509.ExtensionType | None) -> bool:
    """Whether basic constraints say CA:true."""
    return isinstance(value, x509.BasicConstraints) and value.ca


def purposes(value: x509.ExtensionType | None) -> tuple[str, ...]:
    """What the extended key usage names."""
    if not isinstance(value, x509.ExtendedKeyUsage):
        return ()
    return tuple(PURPOSES.get(oid, oid.dotted_string) for oid in value)


def signature_name(oid: str) -> str:
    """The name that Java gives a signature algorithm, else the OID itself."""
    return _SIGNATURES.get(oid, oid)


def signature_hash(
    parsed: x509.Certificate | x509.CertificateSigningRequest | x509.CertificateRevocationList,
) -> str:
    """The hash of a signature as Java names it, such as ``SHA224``; empty where there is none."""
    name = signature_name(parsed.signature_algorithm_oid.dotted_string)
    if name != _PSS:
        return name.partition("with")[0] if "with" in name else ""
    hash_ = parsed.signature_hash_algorithm
    return next((each for each, known in _HASHES.items() if isinstance(hash_, known)), "")


def signature_readings(
    parsed: x509.Certificate,
    key: Any,  # noqa: ANN401 - one of the library's many key classes
    issuer: x509.Certificate | None,
    der: bytes,
) -> tuple[bool | None, bool | None]:
    """Whether the issuer's key made the signature, as OpenSSL verifies it and as Java does.

    None where that cannot be told. ``issuer`` is None where nothing but its key can be read;
    ``der`` is the certificate as it is in the file, which may have been read leniently. OpenSSL
    verifies these bytes, and Java, of a certificate in BER, what it makes of them.
    """
    try:
        raw, to_java = signed_bytes(der), signed_bytes_to_java(der)
    except Damaged:
        return None, None
    found = _fits(parsed, key, issuer, raw)
    return found, found if raw == to_java else _fits(parsed, key, issuer, to_java)


def _fits(
    parsed: x509.Certificate,
    key: Any,  # noqa: ANN401 - one of the library's many key classes
    issuer: x509.Certificate | None,
    signed: bytes,
) -> bool | None:
    try:
        if not _verify(parsed, key, signed):
            if issuer is None:
                return None
            parsed.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except UNREADABLE:
        return None
    return True


def parse_request(der: bytes) -> tuple[x509.CertificateSigningRequest, bool]:
    """A certificate signing request (RFC 2986), and whether its own key made its signature.

    :raises ValueError: it cannot be read, not even leniently
    """
    try:
        request = x509.load_der_x509_csr(der)
        _ = request.subject, request.extensions
    except _LATE_TROUBLE as error:
        lenient = parse_request_leniently(der)
        if lenient is None:
            raise ValueError(str(error)) from error
        request = lenient
    try:
        known = _verify(request, request.public_key(), signed_bytes(der))
    except InvalidSignature:
        return request, False
    except (*UNREADABLE, Damaged) as error:
        raise ValueError(str(error)) from error
    return request, known or request.is_signature_valid


def list_signature_fits(revoked: RevocationList, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key signed a revocation list; False too where that cannot be told."""
    try:
        key: Any = issuer.public_key()
        parsed = revoked.parsed
        return _verify(parsed, key, signed_bytes(revoked.der)) or parsed.is_signature_valid(key)
    except (*UNREADABLE, InvalidSignature, Damaged):
        return False


def _verify(
    parsed: x509.Certificate | x509.CertificateSigningRequest | x509.CertificateRevocationList,
    key: Any,  # noqa: ANN401 - one of the library's many key classes
    signed: bytes,
) -> bool:
    """Raise where the key did not sign these very bytes; False where only the library knows."""
    name = signature_name(parsed.signature_algorithm_oid.dotted_string)
    hash_, _, kind = name.partition("with")
    match key:
        case rsa.RSAPublicKey() if name == _PSS:
            how: Any = parsed.signature_algorithm_parameters
            key.verify(parsed.signature, signed, how, _hash(signature_hash(parsed)))
        case rsa.RSAPublicKey() if kind == "RSA":
            key.verify(parsed.signature, signed, padding.PKCS1v15(), _hash(hash_))
        case ec.EllipticCurvePublicKey() if kind == "ECDSA":
            key.verify(parsed.signature, signed, ec.ECDSA(_hash(hash_)))
        case dsa.DSAPublicKey() if kind == "DSA":
            key.verify(parsed.signature, signed, _hash(hash_))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if name.startswith("Ed"):
            key.verify(parsed.signature, signed)
        case _ if name not in _SIGNATURES.values():
            raise UnsupportedAlgorithm(name)
        case (
            rsa.RSAPublicKey()
            | ec.EllipticCurvePublicKey()
            | dsa.DSAPublicKey()
            | ed25519.Ed25519PublicKey()
            | ed448.Ed448PublicKey()
        ):
            raise InvalidSignature(f"this kind of key does not sign with {name}")
        case _:
            return False
    return True


def _hash(name: str) -> hashes.HashAlgorithm:
    """The hash of that name; MD2 is one that the library does not have."""
    if name not in _HASHES:
        raise UnsupportedAlgorithm(name)
    return _HASHES[name]()


def best_name(name: x509.Name | None) -> str:
    """What a person would call the holder of a name: CN, else e-mail, OU, O, else the whole."""
    if name is None:
        return ""
    for oid in (
        NameOID.COMMON_NAME,
        NameOID.EMAIL_ADDRESS,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.ORGANIZATION_NAME,
    ):
        found = name.get_attributes_for_oid(oid)
        if found:
            value = found[-1].value
            return value if isinstance(value, str) else value.hex()
    return name_text(name.public_bytes())


def general_name_text(name: x509.GeneralName) -> str:
    """A general name as ``kind:value``."""
    match name:
        case x509.DNSName():
            return f"dns:{name.value}"
        case x509.IPAddress():
            return f"ip:{name.value}"
        case x509.UniformResourceIdentifier():
            return f"uri:{name.value}"
        case x509.RFC822Name():
            return f"email:{name.value}"
        case x509.DirectoryName():
            return f"dn:{name_text(name.value.public_bytes())}"
        case x509.RegisteredID():
            return f"rid:{name.value.dotted_string}"
        case x509.OtherName():
            return f"other:{name.type_id.dotted_string}"
    return f"other:{name.value}"
