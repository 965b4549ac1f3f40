"""Private keys as values: the PKCS#8 bytes, and what can be said of them without showing them.

The library's serialization takes 5 ms to import, for the formats of OpenSSH that are in it, and who
shows or verifies a certificate does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from handfast.core.asn1.ber import oid_numbers
from handfast.core.certificates.summary import span
from handfast.core.errors import Unsupported
from handfast.core.language import tr

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes


def describe_public_key(key: PublicKeyTypes) -> tuple[str, int]:
    """The algorithm's common name and the size in bits: ``("RSA", 2048)``, ``("EC", 256)``.

    Edwards and Montgomery curves are given by the size of their field as it is commonly
    rounded: 256 for Curve25519 and 448 for Curve448. Sizes that say nothing (ML-DSA) are 0.
    """
    # Looked up by class name: importing every algorithm's module would cost each start-up.
    name = type(key).__name__
    size = getattr(key, "key_size", None)
    if isinstance(size, int):
        for prefix in ("RSA", "DSA", "DH"):
            if prefix in name and "ML" not in name:
                return prefix, size
        if "EllipticCurve" in name:
            return "EC", size
    for family, label, bits in (
        ("Ed25519", "Ed25519", 256),
        ("Ed448", "Ed448", 448),
        ("X25519", "X25519", 256),
        ("X448", "X448", 448),
        ("44", "ML-DSA-44", 0),
        ("65", "ML-DSA-65", 0),
        ("87", "ML-DSA-87", 0),
    ):
        if family in name:
            return label, bits
    return name.removesuffix("PublicKey"), size if isinstance(size, int) else 0


def load_public_key(info: bytes) -> Any:  # noqa: ANN401 - one of the library's many key classes
    """The key in a SubjectPublicKeyInfo in DER; None where it cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        return load_der_public_key(info)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def public_key_info(key: Any) -> bytes:  # noqa: ANN401 - one of the library's many key classes
    """SubjectPublicKeyInfo in DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return der


_MAX_IDENTIFIER_BYTES = 40
#: Bytes of a key that is loaded: with the largest numbers of DSA and DH in use, of which a power
#: is taken to find the public half, and with the largest of all others.
_LARGEST = {"DSA": 1_700, "DH": 2_400}
_LARGEST_OTHER = 32_768
_ALGORITHMS = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.10": "RSA",
    "1.2.840.10040.4.1": "DSA",
    "1.2.840.113549.1.3.1": "DH",
    "1.2.840.10046.2.1": "DH",
    "1.2.840.10045.2.1": "EC",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
    "2.16.840.1.101.3.4.3.20": "SLH-DSA-SHA2-128S",
    "2.16.840.1.101.3.4.3.21": "SLH-DSA-SHA2-128F",
    "2.16.840.1.101.3.4.3.22": "SLH-DSA-SHA2-192S",
    "2.16.840.1.101.3.4.3.23": "SLH-DSA-SHA2-192F",
    "2.16.840.1.101.3.4.3.24": "SLH-DSA-SHA2-256S",
    "2.16.840.1.101.3.4.3.25": "SLH-DSA-SHA2-256F",
    "2.16.840.1.101.3.4.3.26": "SLH-DSA-SHAKE-128S",
    "2.16.840.1.101.3.4.3.27": "SLH-DSA-SHAKE-128F",
    "2.16.840.1.101.3.4.3.28": "SLH-DSA-SHAKE-192S",
    "2.16.840.1.101.3.4.3.29": "SLH-DSA-SHAKE-192F",
    "2.16.840.1.101.3.4.3.30": "SLH-DSA-SHAKE-256S",
    "2.16.840.1.101.3.4.3.31": "SLH-DSA-SHAKE-256F",
    "2.16.840.1.101.3.4.4.1": "ML-KEM-512",
    "2.16.840.1.101.3.4.4.2": "ML-KEM-768",
    "2.16.840.1.101.3.4.4.3": "ML-KEM-1024",
}
#: The identifier of RSASSA-PSS in DER.
_PSS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#: Bits of what has one size only, and of the named curves in use (RFC 5480, SEC 2).
_SIZES = {"X25519": 256, "X448": 448, "Ed25519": 256, "Ed448": 448}
_CURVES = {
    "1.2.840.10045.3.1.1": 192,
    "1.2.840.10045.3.1.7": 256,
    "1.3.132.0.10": 256,
    "1.3.132.0.33": 224,
    "1.3.132.0.34": 384,
    "1.3.132.0.35": 521,
}


def algorithm_name(identifier: bytes) -> str:
    """The common name of a key's algorithm, by the content of its object identifier.

    One that is not known here is given as numbers with dots; empty where it makes no sense.
    """
    if not 1 <= len(identifier) <= _MAX_IDENTIFIER_BYTES:
        return ""
    dotted = oid_numbers(identifier) or ""
    return _ALGORITHMS.get(dotted, dotted)


def curve_of(public_key_der: bytes) -> str:
    """The curve of a key as a dotted identifier; ``explicit`` where its numbers stand there.

    ``public_key_der`` is a SubjectPublicKeyInfo; empty for a key that is of no curve.
    """
    try:
        _, at, _ = span(public_key_der, 0)
        _, at, _ = span(public_key_der, at)
        _, start, end = span(public_key_der, at)
        if _ALGORITHMS.get(oid_numbers(public_key_der[start:end]) or "") != "EC":
            return ""
        tag, start, stop = span(public_key_der, end)
    except IndexError:
        return ""
    if tag != 0x06 or not 1 <= stop - start <= _MAX_IDENTIFIER_BYTES:
        return "explicit"
    return oid_numbers(public_key_der[start:stop]) or ""


@final
class PrivateKey:
    """A private key as an unencrypted PKCS#8 ``PrivateKeyInfo`` (RFC 5958), in DER.

    The bytes may be of an algorithm that nothing here understands; they are kept all the same.
    """

    __slots__ = ("_pkcs8",)

    def __init__(self, pkcs8: bytes) -> None:
        self._pkcs8 = pkcs8

    @property
    def pkcs8(self) -> bytes:
        """The unencrypted key. Whoever asks for it answers for where it goes."""
        return self._pkcs8

    @property
    def algorithm(self) -> str:
        """The algorithm's common name, as :func:`describe_public_key` has it.

        One that is not known here is given as its object identifier, with dots; a key whose
        bytes do not hold together has none.
        """
        return self._identifier()[0]

    @property
    def parameters(self) -> bytes:
        """The parameters of its algorithm in DER, such as a curve; empty where there are none."""
        return self._identifier()[1]

    @property
    def is_pss(self) -> bool:
        """Whether it is an RSA key for RSASSA-PSS alone (RFC 4055, 1.2)."""
        return _PSS in self._pkcs8[:40]

    def _identifier(self) -> tuple[str, bytes]:
        try:
            _, at, _ = span(self._pkcs8, 0)
            _, _, at = span(self._pkcs8, at)
            _, at, last = span(self._pkcs8, at)
            tag, at, end = span(self._pkcs8, at)
        except IndexError:
            return "", b""
        if tag != 0x06:
            return "", b""
        return algorithm_name(self._pkcs8[at:end]), self._pkcs8[end:last]

    @property
    def bits(self) -> int | None:
        """The size as :func:`describe_public_key` has it; None where it is not known.

        It is read off the bytes: to load a key may take a while.
        """
        name, data = self.algorithm, self._pkcs8
        if name not in {"RSA", "DSA", "DH", "EC"}:
            return _SIZES.get(name)
        try:
            _, at, _ = span(data, 0)
            _, _, at = span(data, at)
            _, at, after = span(data, at)
            if name == "RSA":
                # RSAPrivateKey in the octet string: a version, then the modulus (RFC 8017, A.1.2).
                _, at, _ = span(data, after)
                _, at, _ = span(data, at)
            # Else the parameters, after the identifier of the algorithm.
            _, _, at = span(data, at)
            if name in {"DSA", "DH"}:
                # A sequence that begins with p (RFC 3279, 2.3.2 and 2.3.3).
                _, at, _ = span(data, at)
            tag, at, end = span(data, at)
        except IndexError:
            return None
        if name == "EC":
            is_name = tag == 0x06 and 1 <= end - at <= _MAX_IDENTIFIER_BYTES
            return _CURVES.get(oid_numbers(data[at:end]) or "") if is_name else None
        return int.from_bytes(data[at:end]).bit_length() or None if tag == 0x02 else None

    def load(self) -> PrivateKeyTypes:
        """The key, ready to sign with; :class:`Unsupported` where its algorithm is unknown."""
        from cryptography.exceptions import InternalError, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        if len(self._pkcs8) > _LARGEST.get(self.algorithm, _LARGEST_OTHER):
            raise Unsupported(
                tr("This private key is larger than any in use."),
                causes=(tr("It was created to keep a program busy, or its numbers are damaged."),),
                remedy=tr("It stays in the keystore unchanged."),
            )
        try:
            # The library warns of algorithms that it means to drop; a reader has no choice.
            # Checking RSA primes takes a second at 8192 bits and was done where it was made.
            return load_der_private_key(
                self._pkcs8, password=None, unsafe_skip_rsa_key_validation=True
            )
        except (ValueError, TypeError, UnsupportedAlgorithm, InternalError) as error:
            raise Unsupported(
                tr("Handfast does not support this kind of private key."),
                causes=(tr("Its algorithm or its parameters are not among those supported."),),
                remedy=tr("It stays in the keystore unchanged."),
            ) from error

    def fits(self, public_key_der: bytes) -> bool:
        """Whether this is the private half of a public key given as SubjectPublicKeyInfo."""
        try:
            own = self.load().public_key()
        except Unsupported:
            return False
        return public_key_info(own) == public_key_der

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrivateKey) and other._pkcs8 == self._pkcs8

    def __hash__(self) -> int:
        return hash((PrivateKey, self._pkcs8))

    def __repr__(self) -> str:
        return "<private key>"

    def __reduce__(self) -> str:
        raise TypeError("a private key is never serialised")

    def __copy__(self) -> PrivateKey:
        return self

    def __deepcopy__(self, _memo: object) -> PrivateKey:
        return self


@final
class SecretMaterial:
    """The bytes of a symmetric key, hidden from repr."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def reveal(self) -> bytes:
        return self._data

    @property
    def bits(self) -> int:
        return 8 * len(self._data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretMaterial) and other._data == self._data

    def __hash__(self) -> int:
        return hash((SecretMaterial, self._data))

    def __repr__(self) -> str:
        return "<secret key material>"

    def __reduce__(self) -> str:
        raise TypeError("a secret key is never serialised")

    def __copy__(self) -> SecretMaterial:
        return self

    def __deepcopy__(self, _memo: object) -> SecretMaterial:
        return self
