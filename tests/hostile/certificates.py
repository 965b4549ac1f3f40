"""Certificates and keys that are absurd in one respect, and well formed in all others."""

from __future__ import annotations

from handfast.core.asn1.ber import NULL, der, der_integer, der_oid

RSA, DSA, DH, EC = (
    "1.2.840.113549.1.1.1",
    "1.2.840.10040.4.1",
    "1.2.840.113549.1.3.1",
    "1.2.840.10045.2.1",
)
SIGNED = der(0x30, der_oid("1.2.840.113549.1.1.11"), NULL)
SIGNED_EC = der(0x30, der_oid("1.2.840.10045.4.3.2"))
VALID = der(0x30, der(0x17, b"250101000000Z"), der(0x17, b"450101000000Z"))


def large(bits: int) -> bytes:
    """An odd number of so many bits, as an INTEGER."""
    return der(2, b"\0" + b"\xc5" * (bits // 8))


def bits(content: bytes) -> bytes:
    return der(3, b"\0" + content)


def name(text: str) -> bytes:
    return der(0x30, part("2.5.4.3", text))


def part(oid: str, text: str) -> bytes:
    return der(0x31, der(0x30, der_oid(oid), der(0x0C, text.encode())))


def rsa(modulus: int = 2048, exponent: bytes = b"\x02\x03\x01\x00\x01") -> bytes:
    """SubjectPublicKeyInfo."""
    algorithm = der(0x30, der_oid(RSA), NULL)
    return der(0x30, algorithm, bits(der(0x30, large(modulus), exponent)))


def dsa(size: int) -> bytes:
    parameters = der(0x30, large(size), large(256), large(size - 8))
    return der(0x30, der(0x30, der_oid(DSA), parameters), bits(large(size - 16)))


def curve(size: int) -> bytes:
    """ECParameters of a prime field of so many bits (X9.62)."""
    count = size // 8
    field = der(0x30, der_oid("1.2.840.10045.1.1"), large(size))
    equation = der(0x30, der(4, bytes(count - 1) + b"\x01"), der(4, bytes(count - 1) + b"\x02"))
    base = der(4, b"\x04" + b"\x11" * (2 * count))
    return der(0x30, der_integer(1), field, equation, base, large(size - 8), der_integer(1))


def ec(size: int) -> bytes:
    point = b"\x04" + b"\x22" * (2 * (size // 8))
    return der(0x30, der(0x30, der_oid(EC), curve(size)), bits(point))


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return der(0x30, der_oid(oid), *((b"\x01\x01\xff",) if critical else ()), der(4, value))


def certificate(
    subject: bytes = name("hostile"),
    *,
    issuer: bytes | None = None,
    key: bytes | None = None,
    serial: bytes = b"\x02\x01\x01",
    extensions: tuple[bytes, ...] = (),
    signature: bytes = bytes(256),
    algorithm: bytes = SIGNED,
) -> bytes:
    more = (der(0xA3, der(0x30, *extensions)),) if extensions else ()
    body = der(
        0x30,
        der(0xA0, der_integer(2)),
        serial,
        algorithm,
        issuer if issuer is not None else subject,
        VALID,
        subject,
        key if key is not None else rsa(),
        *more,
    )
    return der(0x30, body, algorithm, bits(signature))


# --- private keys --------------------------------------------------------------------------------


def _pkcs8(algorithm: bytes, key: bytes) -> bytes:
    return der(0x30, der_integer(0), algorithm, der(4, key))


def rsa_key(modulus: int, exponent: int) -> bytes:
    half = large(modulus // 2)
    numbers = (large(modulus), large(exponent), large(modulus - 8), half, half, half, half, half)
    return _pkcs8(der(0x30, der_oid(RSA), NULL), der(0x30, der_integer(0), *numbers))


def dsa_key(size: int) -> bytes:
    parameters = der(0x30, large(size), large(size - 8), large(size - 16))
    return _pkcs8(der(0x30, der_oid(DSA), parameters), large(size - 24))


def dh_key(size: int) -> bytes:
    parameters = der(0x30, large(size), large(size - 16))
    return _pkcs8(der(0x30, der_oid(DH), parameters), large(size - 24))


def ec_key(size: int) -> bytes:
    secret = der(0x30, der_integer(1), der(4, b"\x33" * (size // 8)))
    return _pkcs8(der(0x30, der_oid(EC), curve(size)), secret)
