"""Signatures over DER that was put together byte by byte, and the public key that they name."""

from __future__ import annotations

from typing import Any, Final

from handfast.core.asn1 import ber
from handfast.core.asn1.ber import der, der_integer, der_oid
from handfast.core.errors import Unsupported
from handfast.core.language import tr

_RSA_PSS: Final = "1.2.840.113549.1.1.10"
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_MGF1: Final = "1.2.840.113549.1.1.8"
_SALT_BYTES: Final = 32
_SEQUENCE, _NULL, _VERSION = 0x30, b"\x05\0", 0xA0
#: The algorithm stands at the beginning of a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
_ALGORITHM_BYTES: Final = 40


def is_for_pss(public: bytes) -> bool:
    """Whether a SubjectPublicKeyInfo in DER is bound to RSASSA-PSS (RFC 4055, 1.2)."""
    return der_oid(_RSA_PSS) in public[:_ALGORITHM_BYTES]


def public_key_as_written(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate (RFC 5280, 4.1), byte for byte."""
    whole = ber.read(certificate, 0, len(certificate))
    body = next(ber.children(certificate, whole))
    fields = list(ber.children(certificate, body))
    # The version is optional, and stands before serial, algorithm, issuer, validity, and subject.
    return ber.encoded(certificate, fields[5 + (fields[0].tag == _VERSION)])


# The kinds of keys have no base of their own in the library, and each has another ``sign``.
def sign_body(key: Any, body: bytes, *, is_pss: bool) -> tuple[bytes, bytes]:  # noqa: ANN401
    """The AlgorithmIdentifier and the signature, by the kind of the key."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        if is_pss:
            pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=_SALT_BYTES)
            return _pss_algorithm(), key.sign(body, pss, hashes.SHA256())
        sha256_with_rsa = der(_SEQUENCE, der_oid("1.2.840.113549.1.1.11"), _NULL)
        return sha256_with_rsa, key.sign(body, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        digest, oid = _ecdsa_digest(key.curve.key_size)
        return der(_SEQUENCE, der_oid(oid)), key.sign(body, ec.ECDSA(digest))
    if isinstance(key, dsa.DSAPrivateKey):
        return der(_SEQUENCE, der_oid("2.16.840.1.101.3.4.3.2")), key.sign(body, hashes.SHA256())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return der(_SEQUENCE, der_oid("1.3.101.112")), key.sign(body)
    if isinstance(key, ed448.Ed448PrivateKey):
        return der(_SEQUENCE, der_oid("1.3.101.113")), key.sign(body)
    raise Unsupported(
        tr("A key of this kind cannot sign a request."),
        causes=(tr("Keys for key agreement only, such as X25519, cannot sign."),),
        remedy=tr("Create a pair with an RSA, EC, or Ed25519 key."),
    )


def _ecdsa_digest(bits: int) -> tuple[Any, str]:
    from cryptography.hazmat.primitives import hashes

    if bits > 384:
        return hashes.SHA512(), "1.2.840.10045.4.3.4"
    if bits > 256:
        return hashes.SHA384(), "1.2.840.10045.4.3.3"
    return hashes.SHA256(), "1.2.840.10045.4.3.2"


def _pss_algorithm() -> bytes:
    """RSASSA-PSS with SHA-256, MGF1 over SHA-256, and a salt of 32 bytes (RFC 4055, 3.1)."""
    sha256 = der(_SEQUENCE, der_oid(_SHA256), _NULL)
    parameters = der(
        _SEQUENCE,
        der(0xA0, sha256),
        der(0xA1, der(_SEQUENCE, der_oid(_MGF1), sha256)),
        der(0xA2, der_integer(_SALT_BYTES)),
    )
    return der(_SEQUENCE, der_oid(_RSA_PSS), parameters)
