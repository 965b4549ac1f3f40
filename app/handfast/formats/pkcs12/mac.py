"""The integrity check of PKCS#12: MacData (RFC 7292, 4) and PBMAC1 (RFC 9579)."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import (
    NULL,
    OCTET_STRING,
    SEQUENCE,
    Span,
    children,
    content,
    damaged,
    der,
    der_integer,
    der_oid,
    integer,
    octets,
    oid_text,
)
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.core.progress import no_progress
from handfast.formats.crypto.key_derivation import derive, pbkdf2, salt_cost, weight
from handfast.formats.crypto.protection import (
    PBKDF2,
    PRFS,
    Spelling,
    check_cost,
    parse_pbkdf2,
    password_encodings,
    pbkdf2_cost,
    unknown_algorithm,
)

if TYPE_CHECKING:
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

_PBMAC1 = "1.2.840.113549.1.5.14"
_DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
    "1.3.6.1.4.1.1722.12.2.1.16": "blake2b",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mac:
    """The integrity check of a file, and what is needed to make another of its kind."""

    digest: str
    iterations: int
    salt: bytes = b""
    value: bytes = b""
    #: Set for PBMAC1: the PRF of its PBKDF2; the key is as long as the digest.
    prf: str = ""
    key_size: int = 0

    @property
    def title(self) -> str:
        name = f"PBMAC1 {self.digest.upper()}" if self.prf else f"Hmac{self.digest.upper()}"
        return tr("{name}, {iterations} iterations", name=name, iterations=grouped(self.iterations))

    @property
    def cost(self) -> int:
        """What deriving its key costs, in rounds as the work budget counts them."""
        if self.prf:
            return pbkdf2_cost(self.prf, self.iterations, self.key_size)
        return self.iterations * weight(self.digest) + salt_cost(self.salt, 1)

    def word(self, spelling: Spelling) -> bytes:
        """What the key is derived from."""
        return spelling.utf8 if self.prf else spelling.bmp

    def key(self, spelling: Spelling, progress: Progress = no_progress) -> bytes:
        if self.prf:
            return pbkdf2(
                self.prf, spelling.utf8, self.salt, self.iterations, self.key_size, progress
            )
        size = hashlib.new(self.digest).digest_size
        return derive(self.digest, 3, spelling.bmp, self.salt, self.iterations, size, progress)

    def fits(self, data: bytes, spelling: Spelling, progress: Progress = no_progress) -> bool:
        made = hmac.digest(self.key(spelling, progress), data, self.digest)
        return hmac.compare_digest(made, self.value)


MODERN_MAC = Mac(digest="sha256", iterations=10_000)
COMPATIBLE_MAC = Mac(digest="sha1", iterations=100_000)


def parse_mac(data: bytes, span: Span, limits: Limits) -> Mac:
    """MacData (RFC 7292, 4)."""
    parts = list(children(data, span))
    if len(parts) < 2:
        raise damaged(tr("the integrity check is incomplete"), span.begin)
    info = list(children(data, parts[0]))
    salt = octets(data, parts[1])
    iterations = (
        integer(data, parts[2], tr("an iteration count"), span.begin) if len(parts) > 2 else 1
    )
    algorithm = list(children(data, info[0])) if len(info) > 1 else []
    if not algorithm:
        raise damaged(tr("the integrity check is incomplete"), span.begin)
    oid = oid_text(content(data, algorithm[0]))
    value = octets(data, info[1])
    if oid in _DIGESTS:
        check_cost(iterations, limits, span.begin)
        return Mac(digest=_DIGESTS[oid], iterations=iterations, salt=salt, value=value)
    if oid != _PBMAC1 or len(algorithm) < 2:
        raise unknown_algorithm(oid)
    pair = list(children(data, algorithm[1]))
    kdf = list(children(data, pair[0])) if len(pair) > 1 else []
    hmac_oid = next(children(data, pair[1]), None) if len(pair) > 1 else None
    if len(kdf) < 2 or hmac_oid is None:
        raise damaged(tr("the integrity check is incomplete"), span.begin)
    digest = PRFS.get(oid_text(content(data, hmac_oid)))
    if digest is None or oid_text(content(data, kdf[0])) != PBKDF2:
        raise unknown_algorithm(oid)
    salt, iterations, prf = parse_pbkdf2(data, kdf[1], limits)
    sizes = [part for part in list(children(data, kdf[1]))[2:] if part.tag == 2]
    size = integer(data, sizes[0], tr("a key size"), span.begin) if sizes else 0
    if not 20 <= size <= 64:
        # RFC 9579, 4: the length must be there, and under 20 octets it is no protection.
        raise damaged(tr("the integrity check has a key of the wrong size"), span.begin)
    return Mac(digest=digest, iterations=iterations, salt=salt, value=value, prf=prf, key_size=size)


def make_mac(like: Mac, data: bytes, password: Password, encoding_index: int = 0) -> bytes:
    """MacData over ``data``, of the kind of ``like``, with a salt drawn afresh."""
    salt = os.urandom(max(len(like.salt), 20))
    drawn = Mac(
        digest=like.digest,
        iterations=like.iterations,
        salt=salt,
        prf=like.prf,
        key_size=like.key_size,
    )
    value = hmac.digest(drawn.key(password_encodings(password)[encoding_index]), data, like.digest)
    if not like.prf:
        oid = next(oid for oid, name in _DIGESTS.items() if name == like.digest)
        algorithm = der(SEQUENCE, der_oid(oid), NULL)
        outer_salt, outer_iterations = salt, like.iterations
    else:
        oids = {name: oid for oid, name in PRFS.items()}
        parameters = der(
            SEQUENCE,
            der(OCTET_STRING, salt),
            der_integer(like.iterations),
            der_integer(like.key_size),
            der(SEQUENCE, der_oid(oids[like.prf]), NULL),
        )
        algorithm = der(
            SEQUENCE,
            der_oid(_PBMAC1),
            der(
                SEQUENCE,
                der(SEQUENCE, der_oid(PBKDF2), parameters),
                der(SEQUENCE, der_oid(oids[like.digest]), NULL),
            ),
        )
        outer_salt, outer_iterations = b"NOT USED", 1
    return der(
        SEQUENCE,
        der(SEQUENCE, algorithm, der(OCTET_STRING, value)),
        der(OCTET_STRING, outer_salt),
        der_integer(outer_iterations),
    )
