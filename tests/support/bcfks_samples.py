"""BCFKS keystores made value by value, with costs that a test can afford."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from handfast.core.asn1.ber import (
    OCTET_STRING,
    SEQUENCE,
    children,
    content,
    der,
    der_integer,
    der_oid,
    read,
)
from handfast.core.errors import Damaged

PBES2, PBKDF2 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"
SCRYPT = "1.3.6.1.4.1.11591.4.11"
HMAC_SHA512 = "1.2.840.113549.2.11"
AES256_CCM = "2.16.840.1.101.3.4.1.47"
AES = "2.16.840.1.101.3.4.1"
SALT, NONCE = bytes(range(20)), bytes(range(12))
DATE = b"20260102030405Z"
CERTIFICATE, PRIVATE_KEY, SECRET_KEY = 0, 1, 2


def octets(content: bytes) -> bytes:
    return der(OCTET_STRING, content)


def algorithm(oid: str, *parameters: bytes) -> bytes:
    return der(SEQUENCE, der_oid(oid), *parameters)


def pbkdf2(iterations: int = 2, size: int = 64) -> bytes:
    prf = algorithm(HMAC_SHA512, b"\x05\x00")
    costs = der_integer(iterations), der_integer(size)
    return algorithm(PBKDF2, der(SEQUENCE, octets(SALT), *costs, prf))


def scrypt(n: int, r: int, p: int, size: int = 64) -> bytes:
    costs = map(der_integer, (n, r, p, size))
    return algorithm(SCRYPT, der(SEQUENCE, octets(SALT), *costs))


def word(password: str, purpose: str) -> bytes:
    secret = password.encode("utf-16-be") + b"\0\0" if password else b""
    return secret + purpose.encode("utf-16-be") + b"\0\0"


def sealed(plain: bytes, password: str, purpose: str, kdf: bytes | None = None) -> bytes:
    """An algorithm and the octets that it encrypted, with two rounds unless told otherwise."""
    key = hashlib.pbkdf2_hmac("sha512", word(password, purpose), SALT, 2, 32)
    cipher = algorithm(AES256_CCM, der(SEQUENCE, octets(NONCE), der_integer(8)))
    parameters = der(SEQUENCE, kdf or pbkdf2(size=32), cipher)
    content = AESCCM(key, tag_length=8).encrypt(NONCE, plain, None)
    return der(SEQUENCE, algorithm(PBES2, parameters), octets(content))


def entry(kind: int, alias: str, content: bytes) -> bytes:
    return der(
        SEQUENCE,
        der_integer(kind),
        der(0x0C, alias.encode()),
        der(0x18, DATE),
        der(0x18, DATE),
        octets(content),
    )


def private(
    alias: str, pkcs8: bytes, *chain: bytes, password: str = "changeit", kdf: bytes | None = None
) -> bytes:
    key = sealed(pkcs8, password, "PRIVATE_KEY_ENCRYPTION", kdf)
    return entry(PRIVATE_KEY, alias, der(SEQUENCE, key, der(SEQUENCE, *chain)))


def secret(alias: str, material: bytes, password: str = "changeit") -> bytes:
    plain = der(SEQUENCE, der_oid(AES), octets(material))
    return entry(SECRET_KEY, alias, sealed(plain, password, "SECRET_KEY_ENCRYPTION"))


def contents(*entries: bytes) -> bytes:
    date = der(0x18, DATE)
    mac = algorithm(HMAC_SHA512, b"\x05\x00")
    return der(SEQUENCE, der_integer(1), mac, date, date, der(SEQUENCE, *entries))


def around(
    store: bytes,
    password: str = "changeit",
    *,
    kdf: bytes | None = None,
    store_kdf: bytes | None = None,
) -> bytes:
    """The whole file around ObjectStoreData."""
    body = sealed(store, password, "STORE_ENCRYPTION", store_kdf)
    key = hashlib.pbkdf2_hmac("sha512", word(password, "INTEGRITY_CHECK"), SALT, 2, 64)
    value = hmac.digest(key, body, "sha512")
    mac = algorithm(HMAC_SHA512, b"\x05\x00")
    return der(SEQUENCE, body, der(SEQUENCE, mac, kdf or pbkdf2(), octets(value)))


def inside(data: bytes, password: str) -> bytes:
    """ObjectStoreData of a file that was made here; empty of any other."""
    try:
        outer = read(data, 0, len(data))
        parts = list(children(data, next(children(data, outer))))
        key = hashlib.pbkdf2_hmac("sha512", word(password, "STORE_ENCRYPTION"), SALT, 2, 32)
        return AESCCM(key, tag_length=8).decrypt(NONCE, content(data, parts[1]), None)
    except (Damaged, InvalidTag, ValueError, IndexError, StopIteration):
        return b""
