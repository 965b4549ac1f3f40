"""PKCS#12 files put together bag by bag, as programs write them that are not at hand."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import NULL, children, der, der_integer, der_oid, read
from handfast.formats.crypto.key_derivation import derive

if TYPE_CHECKING:
    from collections.abc import Callable

BAGS = "1.2.840.113549.1.12.10.1."
KEY, SHROUDED, CERTIFICATE, REVOCATIONS, SECRET, NESTED = (f"{BAGS}{n}" for n in range(1, 7))
DATA, ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
X509, SDSI, X509_LIST = (f"1.2.840.113549.1.9.{each}" for each in ("22.1", "22.2", "23.1"))
SALT = b"saltsalt"
ROUNDS = 3


def octets(content: bytes) -> bytes:
    return der(0x04, content)


def attribute(oid: str, *values: bytes) -> bytes:
    return der(0x30, der_oid(oid), der(0x31, *values))


def name(text: str) -> bytes:
    """friendlyName."""
    return attribute("1.2.840.113549.1.9.20", der(0x1E, text.encode("utf-16-be")))


def key_id(content: bytes) -> bytes:
    """localKeyID."""
    return attribute("1.2.840.113549.1.9.21", octets(content))


TRUSTED = attribute("2.16.840.1.113894.746875.1.1", der_oid("2.5.29.37.0"))


def bag(kind: str, value: bytes, *attributes: bytes) -> bytes:
    tail = (der(0x31, *attributes),) if attributes else ()
    return der(0x30, der_oid(kind), der(0xA0, value), *tail)


def certificate(content: bytes, *attributes: bytes, kind: str = X509) -> bytes:
    value = der(0x30, der_oid(kind), der(0xA0, octets(content)))
    return bag(CERTIFICATE, value, *attributes)


def nested(*bags: bytes) -> bytes:
    """A bag of bags."""
    return bag(NESTED, der(0x30, *bags))


def part(*bags: bytes) -> bytes:
    """Bags in the clear."""
    return der(0x30, der_oid(DATA), der(0xA0, octets(der(0x30, *bags))))


def sealed_part(algorithm: bytes, sealed: bytes) -> bytes:
    """Bags that are encrypted."""
    info = der(0x30, der_oid(DATA), algorithm, der(0x80, sealed))
    return der(0x30, der_oid(ENCRYPTED), der(0xA0, der(0x30, der_integer(0), info)))


def pbes2(iterations: int, prf: str = "1.2.840.113549.2.9") -> bytes:
    """PBKDF2 and AES-256."""
    named = der(0x30, der_oid(prf), NULL)
    derived = der(0x30, octets(SALT), der_integer(iterations), named)
    kdf = der(0x30, der_oid("1.2.840.113549.1.5.12"), derived)
    cipher = der(0x30, der_oid("2.16.840.1.101.3.4.1.42"), octets(bytes(16)))
    return der(0x30, der_oid("1.2.840.113549.1.5.13"), der(0x30, kdf, cipher))


def scrypt(n: int, r: int, p: int) -> bytes:
    """The same with scrypt (RFC 7914)."""
    derived = der(0x30, octets(SALT), der_integer(n), der_integer(r), der_integer(p))
    kdf = der(0x30, der_oid("1.3.6.1.4.1.11591.4.11"), derived)
    cipher = der(0x30, der_oid("2.16.840.1.101.3.4.1.42"), octets(bytes(16)))
    return der(0x30, der_oid("1.2.840.113549.1.5.13"), der(0x30, kdf, cipher))


def pbes1(iterations: int, oid: str = "1.2.840.113549.1.12.1.3") -> bytes:
    """PKCS#12's own derivation, with triple DES unless told otherwise."""
    return der(0x30, der_oid(oid), der(0x30, octets(SALT), der_integer(iterations)))


def mac(iterations: int, digest: str = "1.3.14.3.2.26", size: int = 20) -> Callable[[bytes], bytes]:
    """MacData that fits nothing."""
    algorithm = der(0x30, der_oid(digest), NULL)
    value = der(0x30, algorithm, octets(bytes(size)))
    return lambda _: der(0x30, value, octets(SALT), der_integer(iterations))


def sha1_mac(word: bytes) -> Callable[[bytes], bytes]:
    """MacData under the password in the very bytes that are given."""

    def made(body: bytes) -> bytes:
        key = derive("sha1", 3, word, SALT, ROUNDS, 20)
        digest = der(0x30, der_oid("1.3.14.3.2.26"), NULL)
        value = octets(hmac.digest(key, body, "sha1"))
        return der(0x30, der(0x30, digest, value), octets(SALT), der_integer(ROUNDS))

    return made


def pbmac1(password: str, *, size: int = 32) -> Callable[[bytes], bytes]:
    """MacData of RFC 9579 with HMAC-SHA256 throughout."""
    sha256 = der(0x30, der_oid("1.2.840.113549.2.9"), NULL)

    def made(body: bytes) -> bytes:
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, 2048, size)
        derived = der(0x30, octets(SALT), der_integer(2048), der_integer(size), sha256)
        scheme = der(0x30, der_oid("1.2.840.113549.1.5.12"), derived)
        algorithm = der(0x30, der_oid("1.2.840.113549.1.5.14"), der(0x30, scheme, sha256))
        value = octets(hmac.digest(key, body, "sha256"))
        return der(0x30, der(0x30, algorithm, value), octets(b"NOT USED"), der_integer(1))

    return made


def pfx(*parts: bytes, mac: Callable[[bytes], bytes] = lambda _: b"") -> bytes:
    """The whole file."""
    body = der(0x30, *parts)
    contents = der(0x30, der_oid(DATA), der(0xA0, octets(body)))
    return der(0x30, der_integer(3), contents, mac(body))


def indefinite(data: bytes) -> bytes:
    """The same in BER: values in values without a length, octets in two segments."""
    span = read(data, 0, len(data))
    content = data[span.start : span.stop]
    if span.tag & 0x20:
        inside = b"".join(indefinite(data[c.begin : c.end]) for c in children(data, span))
        return bytes((span.tag, 0x80)) + inside + b"\0\0"
    if span.tag == 0x04 and len(content) > 8:
        return b"\x24\x80" + octets(content[:7]) + octets(content[7:]) + b"\0\0"
    return data[span.begin : span.end]
