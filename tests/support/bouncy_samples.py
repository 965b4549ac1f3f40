"""Stores as Bouncy Castle writes them, made byte by byte from its source's description."""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass

from handfast.formats.crypto.protection import derive
from handfast.formats.crypto.twofish import Twofish256

SALT = bytes(range(1, 21))
ITERATIONS = 1234
DATE = 1_600_000_000_000


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


def sized(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def secret(password: str) -> bytes:
    return password.encode("utf-16-be") + b"\0\0" if password else b""


def pad(content: bytes, block: int) -> bytes:
    count = block - len(content) % block
    return content + bytes((count,)) * count


def certificate(der: bytes, kind: str = "X.509") -> bytes:
    return text(kind) + sized(der)


def key(kind: int, encoding: str, algorithm: str, content: bytes) -> bytes:
    return bytes((kind,)) + text(encoding) + text(algorithm) + sized(content)


def seal(content: bytes, password: str, iterations: int = ITERATIONS) -> bytes:
    """PBEWithSHAAnd3-KeyTripleDES-CBC with its salt and iterations in front."""
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    made = derive("sha1", 1, secret(password), SALT, iterations, 24)
    vector = derive("sha1", 2, secret(password), SALT, iterations, 8)
    encryptor = Cipher(TripleDES(made), modes.CBC(vector)).encryptor()
    encrypted = encryptor.update(pad(content, 8)) + encryptor.finalize()
    return sized(SALT) + struct.pack(">I", iterations) + encrypted


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: its kind as Bouncy Castle numbers them, and what is in it."""

    kind: int
    alias: str
    content: bytes
    chain: tuple[bytes, ...] = ()

    def encoded(self) -> bytes:
        content = self.content if self.kind in (1, 2) else sized(self.content)
        head = bytes((self.kind,)) + text(self.alias) + struct.pack(">qI", DATE, len(self.chain))
        return head + b"".join(certificate(each) for each in self.chain) + content


def bks(
    entries: list[Entry], password: str, *, version: int = 2, iterations: int = ITERATIONS
) -> bytes:
    body = b"".join(entry.encoded() for entry in entries) + b"\0"
    size = 20 if version == 2 else 2
    made = derive("sha1", 3, secret(password), SALT, ITERATIONS, size)
    head = struct.pack(">I", version) + sized(SALT) + struct.pack(">I", iterations)
    return head + body + hmac.digest(made, body, "sha1")


def uber(
    entries: list[Entry], password: str, *, spoil: bool = False, iterations: int = ITERATIONS
) -> bytes:
    body = b"".join(entry.encoded() for entry in entries) + b"\0"
    return uber_around(body, password, spoil=spoil, iterations=iterations)


def uber_around(
    body: bytes, password: str, *, spoil: bool = False, iterations: int = ITERATIONS
) -> bytes:
    """What is encrypted may be anything."""
    digest = hashlib.sha1(body + b"x" * spoil).digest()
    made = derive("sha1", 1, secret(password), SALT, iterations, 32)
    vector = derive("sha1", 2, secret(password), SALT, iterations, 16)
    head = struct.pack(">I", 1) + sized(SALT) + struct.pack(">I", iterations)
    return head + _twofish_cbc(made, vector, pad(body + digest, 16))


def _twofish_cbc(made: bytes, vector: bytes, data: bytes) -> bytes:
    """Encryption, which the product has no use for: its decryption run backwards."""
    cipher = Twofish256(made)
    keys, (s0, s1, s2, s3) = cipher._subkeys, cipher._tables
    mask = 0xFFFFFFFF

    def g(x: int) -> int:
        return s0[x & 255] ^ s1[x >> 8 & 255] ^ s2[x >> 16 & 255] ^ s3[x >> 24]

    out, previous = [], vector
    for start in range(0, len(data), 16):
        block = bytes(x ^ y for x, y in zip(data[start : start + 16], previous, strict=True))
        a, b, c, d = (w ^ k for w, k in zip(struct.unpack("<4I", block), keys[:4], strict=True))
        for r in range(16):
            t0, t1 = g(a), g((b << 8 | b >> 24) & mask)
            c ^= (t0 + t1 + keys[8 + 2 * r]) & mask
            c = (c >> 1 | c << 31) & mask
            d = ((d << 1 | d >> 31) & mask) ^ ((t0 + 2 * t1 + keys[9 + 2 * r]) & mask)
            a, b, c, d = c, d, a, b
        previous = struct.pack("<4I", c ^ keys[4], d ^ keys[5], a ^ keys[6], b ^ keys[7])
        out.append(previous)
    return b"".join(out)
