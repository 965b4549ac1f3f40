"""Certificates and keys that no library makes: keys for RSA-PSS, explicit curves, odd encodings."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from handfast.core.certificates.certificate import Certificate
from handfast.core.certificates.summary import span
from tests.handshake.making import Made, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

SERIAL, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = 1, 3, 4, 5, 6, 7
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_PSS: Final = bytes.fromhex("300b06092a864886f70d01010a")
_EC: Final = bytes.fromhex("06072a8648ce3d0201")
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = bytes.fromhex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")
_G: Final = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
_N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class RawKey:
    """A key whose PKCS#8 is not as the library would write it."""

    key: Any
    pkcs8: bytes

    def private_bytes(self, *_: Any) -> bytes:
        return self.pkcs8

    def public_key(self) -> Any:
        return self.key.public_key()

    def sign(self, *arguments: Any) -> bytes:
        signature: bytes = self.key.sign(*arguments)
        return signature


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def number(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def pieces(der: bytes) -> list[bytes]:
    """What is inside a value, each whole."""
    _, at, end = span(der, 0)
    found = []
    while at < end:
        after = span(der, at)[2]
        found.append(der[at:after])
        at = after
    return found


def altered(made: Made, change: Callable[[list[bytes]], None], key: Any = None) -> Made:
    """The same certificate with fields of RFC 5280 (4.1) changed, and signed anew."""
    body, algorithm, _ = pieces(made.certificate.der)
    fields = pieces(body)
    change(fields)
    signed = tlv(0x30, *fields)
    signer = made.issuer.key if made.issuer is not None else made.key
    signer = signer.key if isinstance(signer, RawKey) else signer
    if isinstance(signer, rsa.RSAPrivateKey):
        signature = signer.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = signer.sign(signed, ec.ECDSA(hashes.SHA256()))
    der = tlv(0x30, signed, algorithm, tlv(3, b"\0", signature))
    return dataclasses.replace(made, certificate=Certificate(der), key=key or made.key)


#: The identifiers of signatures by the kind of key and the hash (RFC 3279, 4055, 5758, and NIST).
_SIGNATURES: Final = {
    ("rsa", "MD5"): "1.2.840.113549.1.1.4",
    ("rsa", "SHA1"): "1.2.840.113549.1.1.5",
    ("rsa", "SHA224"): "1.2.840.113549.1.1.14",
    ("rsa", "SHA256"): "1.2.840.113549.1.1.11",
    ("rsa", "SHA384"): "1.2.840.113549.1.1.12",
    ("rsa", "SHA512"): "1.2.840.113549.1.1.13",
    ("rsa", "SHA512_224"): "1.2.840.113549.1.1.15",
    ("rsa", "SHA512_256"): "1.2.840.113549.1.1.16",
    ("rsa", "SHA3_256"): "2.16.840.1.101.3.4.3.14",
    ("ec", "SHA1"): "1.2.840.10045.4.1",
    ("ec", "SHA224"): "1.2.840.10045.4.3.1",
    ("ec", "SHA256"): "1.2.840.10045.4.3.2",
    ("ec", "SHA512"): "1.2.840.10045.4.3.4",
    ("ec", "SHA3_256"): "2.16.840.1.101.3.4.3.10",
    ("dsa", "SHA1"): "1.2.840.10040.4.3",
    ("dsa", "SHA224"): "2.16.840.1.101.3.4.3.1",
    ("dsa", "SHA256"): "2.16.840.1.101.3.4.3.2",
}
_HASH_OIDS: Final = {
    "SHA1": "1.3.14.3.2.26",
    "SHA224": "2.16.840.1.101.3.4.2.4",
    "SHA256": "2.16.840.1.101.3.4.2.1",
    "SHA512": "2.16.840.1.101.3.4.2.3",
}


def signed_with(made: Made, name: str, *, pss: bool = False) -> Made:
    """The same certificate signed with another hash, ``name`` as ``cryptography`` has it."""
    signer = made.issuer.key if made.issuer is not None else made.key
    hash_ = getattr(hashes, name)()
    if pss:
        algorithm = _pss_parameters(name, hash_.digest_size)
    elif isinstance(signer, rsa.RSAPrivateKey):
        algorithm = tlv(0x30, _oid(_SIGNATURES["rsa", name]), b"\5\0")
    else:
        kind = "dsa" if isinstance(signer, dsa.DSAPrivateKey) else "ec"
        algorithm = tlv(0x30, _oid(_SIGNATURES[kind, name]))
    body, _, _ = pieces(made.certificate.der)
    fields = pieces(body)
    fields[SERIAL + 1] = algorithm
    signed = tlv(0x30, *fields)
    if pss:
        scheme = padding.PSS(padding.MGF1(hash_), hash_.digest_size)
        signature = signer.sign(signed, scheme, hash_)
    elif isinstance(signer, rsa.RSAPrivateKey):
        signature = signer.sign(signed, padding.PKCS1v15(), hash_)
    elif isinstance(signer, dsa.DSAPrivateKey):
        signature = signer.sign(signed, hash_)
    else:
        signature = signer.sign(signed, ec.ECDSA(hash_))
    der = tlv(0x30, signed, algorithm, tlv(3, b"\0", signature))
    return dataclasses.replace(made, certificate=Certificate(der))


def _pss_parameters(name: str, size: int) -> bytes:
    hash_ = tlv(0x30, _oid(_HASH_OIDS[name]), b"\5\0")
    masking = tlv(0x30, _oid("1.2.840.113549.1.1.8"), hash_)
    salt = tlv(0xA2, number(size))
    return tlv(0x30, _oid("1.2.840.113549.1.1.10"),
               tlv(0x30, tlv(0xA0, hash_), tlv(0xA1, masking), salt))  # fmt: skip


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(each) for each in dotted.split("."))
    found = bytearray((40 * first + second,))
    for each in rest:
        groups = [each & 0x7F]
        while each := each >> 7:
            groups.insert(0, each & 0x7F | 0x80)
        found += bytes(groups)
    return tlv(6, bytes(found))


def for_pss(made: Made) -> Made:
    """The certificate of an RSA key, for RSASSA-PSS alone, with its key (RFC 4055, 1.2)."""

    def change(fields: list[bytes]) -> None:
        _, bits = pieces(fields[KEY])
        fields[KEY] = tlv(0x30, _PSS, bits)

    plain = made.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    version, _, octets = pieces(plain)[:3]
    return altered(made, change, RawKey(made.key, tlv(0x30, version, _PSS, octets)))


def with_explicit_curve(made: Made) -> Made:
    """The certificate of a key on P-256 with the numbers of the curve in place of its name."""
    field = tlv(0x30, bytes.fromhex("06072a8648ce3d0101"), number(_P))
    curve = tlv(0x30, tlv(4, (_P - 3).to_bytes(32, "big")), tlv(4, _B))
    parameters = tlv(0x30, number(1), field, curve, tlv(4, _G), number(_N), number(1))
    algorithm = tlv(0x30, _EC, parameters)

    def change(fields: list[bytes]) -> None:
        _, bits = pieces(fields[KEY])
        fields[KEY] = tlv(0x30, algorithm, bits)

    plain = made.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    version, _, octets = pieces(plain)[:3]
    return altered(made, change, RawKey(made.key, tlv(0x30, version, algorithm, octets)))


def rsa_key() -> Any:
    return new_key("rsa")
