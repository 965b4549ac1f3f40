"""How PKCS#12 keeps its contents: PBES1 and PBES2 encryption.

RFC 7292 appendix B and C (the derivation and the old algorithms), RFC 8018 (PBES2), RFC 7914
(scrypt).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import (
    NULL,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Span,
    children,
    content,
    damaged,
    der,
    der_integer,
    der_oid,
    expect,
    integer,
    octets,
    oid_text,
    read,
)
from handfast.core.errors import TooCostly, UnknownAlgorithm
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.core.progress import no_progress
from handfast.formats.base import ONLY_IF_KNOWN
from handfast.formats.crypto import ciphers
from handfast.formats.crypto.ciphers import DoesNotFit as DoesNotFit  # noqa: PLC0414 - given on
from handfast.formats.crypto.key_derivation import derivations, pbkdf1, pbkdf2, salt_cost, scrypt
from handfast.formats.crypto.key_derivation import derive as derive  # noqa: PLC0414 - the same

if TYPE_CHECKING:
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

_PBES2 = "1.2.840.113549.1.5.13"
PBKDF2 = "1.2.840.113549.1.5.12"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_RC2 = "1.2.840.113549.3.2"

#: Cipher and key size in bytes of each PBES1 algorithm of PKCS#12.
_PBES1 = {
    "1.2.840.113549.1.12.1.1": ("RC4", 16),
    "1.2.840.113549.1.12.1.2": ("RC4", 5),
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.4": ("3DES", 16),
    "1.2.840.113549.1.12.1.5": ("RC2", 16),
    "1.2.840.113549.1.12.1.6": ("RC2", 5),
}
_CIPHERS = {
    "2.16.840.1.101.3.4.1.2": ("AES", 16),
    "2.16.840.1.101.3.4.1.22": ("AES", 24),
    "2.16.840.1.101.3.4.1.42": ("AES", 32),
    "1.2.840.113549.3.7": ("3DES", 24),
    "1.3.14.3.2.7": ("DES", 8),
    "1.2.392.200011.61.1.1.1.2": ("Camellia", 16),
    "1.2.392.200011.61.1.1.1.3": ("Camellia", 24),
    "1.2.392.200011.61.1.1.1.4": ("Camellia", 32),
    "1.2.156.10197.1.104.2": ("SM4", 16),
    _RC2: ("RC2", 16),
}
_CIPHERS_OF_JAVA = frozenset({"2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.42"})
#: Those of PKCS#12 but for triple DES with two keys, and the one of PKCS#5 with MD5 and DES.
_PBES1_OF_JAVA = frozenset({*_PBES1, "1.2.840.113549.1.5.3"} - {"1.2.840.113549.1.12.1.4"})
#: PBES1 of PKCS#5 (RFC 8018, A.3): the digest, and the cipher under eight bytes of key.
_PBKDF1 = {
    "1.2.840.113549.1.5.3": ("md5", "DES"),
    "1.2.840.113549.1.5.6": ("md5", "RC2"),
    "1.2.840.113549.1.5.10": ("sha1", "DES"),
    "1.2.840.113549.1.5.11": ("sha1", "RC2"),
}
PRFS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
    "1.2.840.113549.2.12": "sha512_224",
    "1.2.840.113549.2.13": "sha512_256",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A password as bytes: as PKCS#12 derives from it, and as PBES2 does."""

    bmp: bytes
    utf8: bytes

    def __repr__(self) -> str:
        return "<password bytes>"


def password_encodings(password: Password) -> tuple[Spelling, ...]:
    """The ways in which programs spell a password, the right one first.

    The empty one is two zero bytes or none at all; some tools take the bytes of UTF-8 for
    characters of their own, or those of UTF-16 where UTF-8 is right. Not each of them makes a
    difference to each algorithm.
    """
    text = password.reveal()
    utf8 = text.encode("utf-8", "surrogatepass")
    right = Spelling(text.encode("utf-16-be", "surrogatepass") + b"\x00\x00", utf8)
    if not text:
        return right, Spelling(b"", b"")
    # NSS before 3.35 derived the keys of PBES2 from what the older algorithms want.
    old_nss = Spelling(right.bmp, right.bmp)
    if text.isascii():
        return right, old_nss
    wrong = utf8.decode("latin-1").encode("utf-16-be") + b"\x00\x00"
    return right, Spelling(wrong, utf8), old_nss


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """An encryption algorithm without its salt; enough to encrypt again in the same way."""

    oid: str
    cipher: str
    key_size: int
    iterations: int
    salt_size: int = 20
    prf: str = "sha256"
    cipher_oid: str = ""
    is_by_scrypt: bool = False

    @property
    def is_known_to_java(self) -> bool:
        """Whether Java decrypts by it: of PBES2, AES with 128 or 256 bits and no scrypt."""
        if self.oid == _PBES2:
            return self.cipher_oid in _CIPHERS_OF_JAVA and not self.is_by_scrypt
        return self.oid in _PBES1_OF_JAVA

    @property
    def title(self) -> str:
        bits = self.key_size * 8
        name = "3DES" if self.cipher == "3DES" else f"{self.cipher}-{bits}"
        return tr("{name}, {iterations} iterations", name=name, iterations=grouped(self.iterations))


MODERN = Scheme(
    oid=_PBES2,
    cipher="AES",
    key_size=32,
    iterations=10_000,
    cipher_oid="2.16.840.1.101.3.4.1.42",
)
COMPATIBLE = Scheme(
    oid="1.2.840.113549.1.12.1.3", cipher="3DES", key_size=24, iterations=50_000, prf="sha1"
)


#: What an attempt takes beside the rounds of its derivation: reading, decrypting, comparing.
_ROUNDS_PER_ATTEMPT = 250


@dataclass(frozen=True, slots=True)
class Decryption:
    """Parameters as they stood in the file: the scheme, and what was drawn for this one."""

    scheme: Scheme
    salt: bytes
    iv: bytes = b""
    #: N, r and p where the key comes from scrypt.
    scrypt: tuple[int, int, int] | None = None

    @property
    def iterations(self) -> int:
        return self.scheme.iterations

    @property
    def cost(self) -> int:
        """What opening costs, in the rounds of :class:`~handfast.formats.base.WorkBudget`."""
        scheme = self.scheme
        if self.scrypt is not None:
            n, r, p = self.scrypt
            # What mixes, and the PBKDF2 before it, whose output is as large as all blocks.
            return n * r * p + 8 * r * p
        if scheme.oid in _PBES1:
            # Key and IV are derived each by itself.
            times = derivations("sha1", scheme.key_size) + (scheme.cipher != "RC4")
            return scheme.iterations * times + salt_cost(self.salt, times) + _ROUNDS_PER_ATTEMPT
        if scheme.oid in _PBKDF1:
            return 2 * scheme.iterations + _ROUNDS_PER_ATTEMPT
        cost = pbkdf2_cost(scheme.prf, scheme.iterations, scheme.key_size)
        return cost + _ROUNDS_PER_ATTEMPT

    def open(self, data: bytes, spelling: Spelling, progress: Progress = no_progress) -> bytes:
        """The plain text; :class:`DoesNotFit` where the padding tells that it is not."""
        key, iv = self._key(spelling, progress)
        return ciphers.decrypt(self.scheme.cipher, key, iv, data)

    def word(self, spelling: Spelling) -> bytes:
        """What the key is derived from: the same for two spellings that make no difference."""
        return spelling.bmp if self.scheme.oid in _PBES1 else spelling.utf8

    def _key(self, spelling: Spelling, progress: Progress = no_progress) -> tuple[bytes, bytes]:
        scheme = self.scheme
        iterations = scheme.iterations
        if scheme.oid in _PBES1:
            block = 0 if scheme.cipher == "RC4" else 8
            word, salt = spelling.bmp, self.salt
            return (
                derive("sha1", 1, word, salt, iterations, scheme.key_size, progress),
                derive("sha1", 2, word, salt, iterations, block, progress),
            )
        word = spelling.utf8
        if scheme.oid in _PBKDF1:
            value = pbkdf1(scheme.prf, word, self.salt, iterations, progress)
            return value[:8], value[8:16]
        if self.scrypt is not None:
            return scrypt(word, self.salt, self.scrypt, scheme.key_size, progress), self.iv
        return pbkdf2(scheme.prf, word, self.salt, iterations, scheme.key_size, progress), self.iv


def parse(data: bytes, span: Span, limits: Limits) -> Decryption:
    """The parameters in an AlgorithmIdentifier."""
    parts = list(children(data, expect(span, SEQUENCE, tr("an algorithm"), span.begin)))
    oid = oid_text(content(data, expect(parts[0] if parts else None, OID, tr("an algorithm"), 0)))
    if len(parts) < 2:
        raise unknown_algorithm(oid)
    if oid in _PBES1 or oid in _PBKDF1:
        inner = [*children(data, parts[1]), None, None]
        prf = "sha1"
        if oid in _PBES1:
            cipher, key_size = _PBES1[oid]
        else:
            (prf, cipher), key_size = _PBKDF1[oid], 8
        salt_span = expect(inner[0], OCTET_STRING, tr("a salt"), parts[1].begin)
        salt = octets(data, salt_span)
        iterations = integer(data, inner[1], tr("an iteration count"), parts[1].begin)
        check_cost(iterations, limits, parts[1].begin)
        scheme = Scheme(
            oid=oid,
            cipher=cipher,
            key_size=key_size,
            iterations=iterations,
            salt_size=len(salt),
            prf=prf,
        )
        return Decryption(scheme, salt)
    if oid != _PBES2:
        raise unknown_algorithm(oid)
    return _parse_pbes2(data, parts[1], limits)


def _parse_pbes2(data: bytes, span: Span, limits: Limits) -> Decryption:
    pair = list(children(data, span))
    if len(pair) < 2:
        raise damaged(tr("an encryption algorithm is missing"), span.begin)
    kdf, cipher_parts = list(children(data, pair[0])), list(children(data, pair[1]))
    if len(kdf) < 2 or len(cipher_parts) < 2:
        raise damaged(tr("an encryption algorithm is incomplete"), span.begin)
    cipher_oid = oid_text(content(data, cipher_parts[0]))
    if cipher_oid not in _CIPHERS:
        raise unknown_algorithm(cipher_oid)
    cipher, key_size = _CIPHERS[cipher_oid]
    vector = cipher_parts[1]
    if cipher_oid == _RC2:
        # RFC 8018, B.2.3: a number for the key's effective bits, 58 being 128, and the IV.
        version, *rest = children(data, vector)
        if integer(data, version, "a key size", span.begin) != 58 or not rest:
            raise unknown_algorithm(cipher_oid)
        vector = rest[0]
    iv = octets(data, expect(vector, OCTET_STRING, tr("an IV"), span.begin))
    if len(iv) != ciphers.block_bytes(cipher):
        raise damaged(tr("an IV has the wrong size"), cipher_parts[1].begin)
    kdf_oid = oid_text(content(data, kdf[0]))
    inner = list(children(data, kdf[1]))
    costs = None
    prf = "sha1"
    if kdf_oid == PBKDF2:
        salt, iterations, prf = parse_pbkdf2(data, kdf[1], limits)
    elif kdf_oid == _SCRYPT and len(inner) >= 4:
        salt = octets(data, inner[0])
        n, r, p = (integer(data, part, tr("a cost"), part.begin) for part in inner[1:4])
        if n < 2 or n & (n - 1) or r < 1 or p < 1:
            raise damaged(tr("a cost is invalid"), kdf[1].begin)
        if 128 * n * r * p > limits.memory:
            raise too_costly(
                tr("{size} MiB of memory", size=grouped(128 * n * r * p // 2**20)), pair[0].begin
            )
        costs, iterations = (n, r, p), 10_000
    else:
        raise unknown_algorithm(kdf_oid)
    scheme = Scheme(
        oid=_PBES2,
        cipher=cipher,
        key_size=key_size,
        iterations=iterations,
        salt_size=len(salt),
        # A key once derived by scrypt is derived again as Java does it.
        prf="sha256" if costs else prf,
        cipher_oid=cipher_oid,
        is_by_scrypt=costs is not None,
    )
    return Decryption(scheme, salt, iv, costs)


def parse_pbkdf2(data: bytes, span: Span, limits: Limits) -> tuple[bytes, int, str]:
    """Salt, iterations and PRF of PBKDF2-params (RFC 8018, A.2)."""
    parts = list(children(data, span))
    salt = octets(data, expect(parts[0] if parts else None, OCTET_STRING, tr("a salt"), span.begin))
    iterations = integer(
        data, parts[1] if len(parts) > 1 else None, tr("an iteration count"), span.begin
    )
    check_cost(iterations, limits, span.begin)
    prf = "sha1"
    for part in parts[2:]:
        if part.tag == SEQUENCE:
            named = next(children(data, part), None)
            oid = oid_text(content(data, expect(named, OID, tr("an algorithm"), part.begin)))
            if oid not in PRFS:
                raise unknown_algorithm(oid)
            prf = PRFS[oid]
    return salt, iterations, prf


def seal(
    scheme: Scheme, data: bytes, password: Password, encoding_index: int = 0
) -> tuple[bytes, bytes]:
    """AlgorithmIdentifier and cipher text, with a salt drawn afresh.

    ``spelled`` is which of the password's :func:`password_encodings` is meant.
    """
    spelling = password_encodings(password)[encoding_index]
    salt = os.urandom(max(scheme.salt_size, 8))
    if scheme.oid in _PBES1 or scheme.oid in _PBKDF1:
        salt = salt[:8] if scheme.oid in _PBKDF1 else salt
        drawn = Decryption(scheme, salt)
        parameters = der(SEQUENCE, der(OCTET_STRING, salt), der_integer(scheme.iterations))
        algorithm = der(SEQUENCE, der_oid(scheme.oid), parameters)
    else:
        iv = os.urandom(ciphers.block_bytes(scheme.cipher))
        drawn = Decryption(scheme, salt, iv)
        prf_oid = next(oid for oid, name in PRFS.items() if name == scheme.prf)
        kdf = der(
            SEQUENCE,
            der_oid(PBKDF2),
            der(
                SEQUENCE,
                der(OCTET_STRING, salt),
                der_integer(scheme.iterations),
                der(SEQUENCE, der_oid(prf_oid), NULL),
            ),
        )
        vector = der(OCTET_STRING, iv)
        if scheme.cipher_oid == _RC2:
            vector = der(SEQUENCE, der_integer(58), vector)
        cipher = der(SEQUENCE, der_oid(scheme.cipher_oid), vector)
        algorithm = der(SEQUENCE, der_oid(_PBES2), der(SEQUENCE, kdf, cipher))
    key, iv = drawn._key(spelling)
    return algorithm, ciphers.encrypt(scheme.cipher, key, iv, data)


def check_cost(iterations: int, limits: Limits, offset: int) -> None:
    """Refuse an absurd iteration count before it is spent."""
    if iterations < 1:
        raise damaged(tr("an iteration count is not positive"), offset)
    if iterations > limits.iterations:
        raise too_costly(tr("{iterations} iterations", iterations=grouped(iterations)), offset)


def pbkdf2_cost(digest: str, iterations: int, size: int) -> int:
    """PBKDF2 hashes twice in a round, but in C, and SHA-256 in the processor itself."""
    rounds = iterations * derivations(digest, size)
    if digest in {"sha224", "sha256"}:
        return rounds // 2
    return rounds if digest == "sha1" else rounds * 3 // 2


def too_costly(what: str, offset: int | None = None) -> TooCostly:
    """The error for work that nobody agreed to yet."""
    return TooCostly(
        tr("Opening this file takes {what} for its password, more than is reasonable.", what=what),
        causes=(tr("It was created with an extreme setting, or to keep a program busy."),),
        remedy=ONLY_IF_KNOWN,
        offset=offset,
    )


def unknown_algorithm(oid: str) -> UnknownAlgorithm:
    """The error for an algorithm that is not among those here."""
    return UnknownAlgorithm(
        tr(
            "This PKCS#12 file is protected with an algorithm that Handfast does not support "
            "({oid}).",
            oid=oid,
        ),
        algorithm=oid,
        remedy=tr("Export it again with AES-256 and SHA-256, using the program that created it."),
    )


def parse_sealed(data: bytes, limits: Limits) -> tuple[Decryption, bytes]:
    """EncryptedPrivateKeyInfo: its parameters and the cipher text (RFC 5958)."""
    outer = expect(read(data, 0, len(data)), SEQUENCE, tr("an encrypted key"), 0)
    parts = list(children(data, outer))
    if len(parts) < 2:
        raise damaged(tr("an encrypted key is incomplete"), 0)
    decryption, sealed = parse(data, parts[0], limits), octets(data, parts[1])
    if not ciphers.is_whole(decryption.scheme.cipher, sealed):
        raise damaged(tr("an encrypted key is truncated"), parts[1].begin)
    return decryption, sealed


def seal_key(scheme: Scheme, pkcs8: bytes, password: Password, encoding_index: int = 0) -> bytes:
    """A key as an EncryptedPrivateKeyInfo."""
    algorithm, sealed = seal(scheme, pkcs8, password, encoding_index)
    return der(SEQUENCE, algorithm, der(OCTET_STRING, sealed))
