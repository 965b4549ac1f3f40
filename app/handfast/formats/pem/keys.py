"""Private keys as they are in PEM: PKCS#8, PKCS#1, SEC 1 and DSA, unencrypted or encrypted."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handfast.core.asn1.ber import (
    CONTEXT_0,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    Span,
    children,
    content,
    der,
    der_integer,
    der_oid,
    encoded,
    read,
)
from handfast.core.errors import Damaged, HandfastError, TooCostly, UnknownAlgorithm, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.formats.crypto import protection
from handfast.formats.crypto.ciphers import triple_des, unpad

if TYPE_CHECKING:
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits, WorkBudget
    from handfast.formats.pem.armor import Block

_RSA, _DSA, _EC = "1.2.840.113549.1.1.1", "1.2.840.10040.4.1", "1.2.840.10045.2.1"
#: Today's strength for a file that stands by itself; Java's figure is for its own keystores.
_NEW = replace(protection.MODERN, iterations=100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a key is wrapped: ready to open, or what hinders it."""

    #: Unencrypted: the key in PKCS#8. Hidden: it is the key.
    plain: bytes = b""
    #: Encrypted: what opens it.
    decryption: protection.Decryption | _Traditional | None = None
    sealed: bytes = b""
    trouble: str = ""
    #: Whether the trouble is that its bytes do not hold together.
    is_damaged: bool = False
    #: How it is protected, in words; empty where it is not.
    title: str = ""

    def __repr__(self) -> str:
        return "<key in PEM>"


@dataclass(frozen=True, slots=True)
class _Traditional:
    """OpenSSL's own way (`PEM_write_bio`): one round of MD5 and the cipher of DEK-Info."""

    cipher: str
    mode: str
    vector: bytes
    cost = 1
    iterations = 1

    def word(self, spelling: protection.Spelling) -> bytes:
        """What the key is derived from."""
        return spelling.utf8

    def open(
        self, data: bytes, spelling: protection.Spelling, progress: Progress = no_progress
    ) -> bytes:
        del progress
        size, algorithm, block = _CIPHERS[self.cipher]
        key = b""
        while len(key) < size:
            digest = hashlib.md5(usedforsecurity=False)
            digest.update(key[-16:] + spelling.utf8 + self.vector[:8])
            key += digest.digest()
        opened = _decrypt(algorithm, key[:size], self.mode, self.vector, data)
        return unpad(opened, block) if self.mode == "CBC" else opened


#: Size of the key in bytes, the library's name of the cipher, and the size of its blocks.
_CIPHERS = {
    "DES-EDE3": (24, "TripleDES", 8),
    "DES-EDE": (16, "TripleDES", 8),
    "DES": (8, "TripleDES", 8),
    "AES-128": (16, "AES", 16),
    "AES-192": (24, "AES", 16),
    "AES-256": (32, "AES", 16),
    "CAMELLIA-128": (16, "Camellia", 16),
    "CAMELLIA-192": (24, "Camellia", 16),
    "CAMELLIA-256": (32, "Camellia", 16),
    "SEED": (16, "SEED", 16),
    "IDEA": (16, "IDEA", 8),
    "CAST5": (16, "CAST5", 8),
    "BF": (16, "Blowfish", 8),
    "RC2": (16, "RC2", 8),
    "RC2-64": (8, "RC2", 8),
    "RC2-40": (5, "RC2", 8),
}
_MODES = ("CBC", "CFB", "OFB")


def _decrypt(algorithm: str, key: bytes, mode: str, vector: bytes, data: bytes) -> bytes:
    if algorithm == "RC2":
        from Cryptodome.Cipher import ARC2

        new: Any = ARC2.new
        more = {"segment_size": 64} if mode == "CFB" else {}
        cipher = new(
            key, getattr(ARC2, f"MODE_{mode}"), iv=vector, effective_keylen=len(key) * 8, **more
        )
        plain: bytes = cipher.decrypt(data)
        return plain
    from cryptography.hazmat.decrepit.ciphers import algorithms as old
    from cryptography.hazmat.decrepit.ciphers import modes as old_modes
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    made: Any
    if algorithm == "TripleDES":
        made = triple_des(key)
    else:
        kind: Any = getattr(old, algorithm, None) or getattr(algorithms, algorithm)
        made = kind(key)
    chosen: Any = getattr(old_modes, mode, None) or getattr(modes, mode)
    decryptor = Cipher(made, chosen(vector)).decryptor()
    opened: bytes = decryptor.update(data) + decryptor.finalize()
    return opened


def unwrap(block: Block, parameters: bytes, limits: Limits) -> Envelope:
    """What a block of a private key holds. Never fails: what is wrong is in ``trouble``.

    ``parameters`` are those of an EC PARAMETERS block before it, or empty.
    """
    if not block.data:
        return _damaged(
            tr("The key is damaged: {trouble}", trouble=block.trouble)
            if block.trouble
            else tr("The key is damaged: it is empty.")
        )
    traditional = next((h for h in block.headers if h.lower().startswith("dek-info:")), "")
    if traditional:
        return _traditional(block, traditional)
    try:
        key = normalise(block.data, parameters)
        if key is not None:
            return Envelope(plain=key)
        decryption, sealed = protection.parse_sealed(block.data, limits)
    except HandfastError as error:
        if isinstance(error, Unsupported):
            return Envelope(trouble=_not_known(error), title=tr("encrypted"))
        return _damaged(
            tr("The key is damaged: {trouble}", trouble=block.trouble)
            if block.trouble
            else tr("The key is damaged: it is incomplete.")
        )
    return Envelope(decryption=decryption, sealed=sealed, title=decryption.scheme.title)


def _damaged(trouble: str) -> Envelope:
    return Envelope(trouble=trouble, is_damaged=True)


def _not_known(error: Unsupported) -> str:
    if isinstance(error, TooCostly):
        return tr("Opening the key takes more work than is reasonable.")
    if isinstance(error, UnknownAlgorithm):
        return tr(
            "The key is encrypted with an algorithm that Handfast does not support: {name}.",
            name=shorten(error.algorithm, 60),
        )
    return tr("The key is encrypted with an algorithm that Handfast does not support.")


def _traditional(block: Block, header: str) -> Envelope:
    name, _, text = header.partition(":")[2].partition(",")
    cipher, _, mode = name.strip().upper().rpartition("-")
    known = _CIPHERS.get(cipher)
    if known is None or mode not in _MODES:
        return Envelope(
            trouble=tr(
                "The key is encrypted with “{name}”, which Handfast does not support.",
                name=shorten(name.strip(), 40),
            ),
            title=tr("encrypted"),
        )
    try:
        vector = bytes.fromhex(text.strip())
    except ValueError:
        vector = b""
    if len(vector) != known[2]:
        return _damaged(tr("The key is damaged: the DEK-Info line is invalid."))
    if mode == "CBC" and len(block.data) % known[2]:
        # No password opens it.
        return _damaged(tr("The key is damaged: it is incomplete."))
    return Envelope(
        decryption=_Traditional(cipher, mode, vector),
        sealed=block.data,
        title=f"{cipher}, one round of MD5",
    )


#: What taking a block out of its text and apart takes, in the rounds of a budget.
_ROUNDS_PER_TEXT = 400


def open_envelope(
    envelope: Envelope, password: Password, budget: WorkBudget, progress: Progress = no_progress
) -> bytes | None:
    """The key in PKCS#8; None where the password does not fit."""
    decryption = envelope.decryption
    if decryption is None:
        return None
    tried: set[bytes] = set()
    for spelling in protection.password_encodings(password):
        word = decryption.word(spelling)
        if word in tried:
            continue
        tried.add(word)
        budget.spend(decryption.cost + _ROUNDS_PER_TEXT)
        try:
            plain = decryption.open(envelope.sealed, spelling, progress)
            key = normalise(plain, b"")
        except (protection.DoesNotFit, Damaged, Unsupported):
            continue
        if key is not None:
            return key
    return None


def seal(pkcs8: bytes, password: Password | None) -> tuple[str, bytes]:
    """Label and content of the block in which a new key is written."""
    if password is None or password.is_empty:
        return "PRIVATE KEY", pkcs8
    return "ENCRYPTED PRIVATE KEY", protection.seal_key(_NEW, pkcs8, password)


def armour(label: str, data: bytes, line_end: str) -> str:
    """A block as RFC 7468 has it, without a line end after it."""
    text = base64.b64encode(data).decode("ascii")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return line_end.join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"))


# --- one form for all ----------------------------------------------------------------------------


def normalise(data: bytes, parameters: bytes) -> bytes | None:
    """A key of any form in PKCS#8 (RFC 5958), told by its structure; None where it is sealed.

    :raises Damaged: it is not a key
    """
    outer = read(data, 0, len(data))
    if outer.tag != SEQUENCE:
        raise Damaged(tr("It is not a key."), offset=0)
    parts = list(_some(data, outer))
    tags = [part.tag for part in parts]
    match tags:
        case [0x02, 0x30, 0x04, *_]:
            return encoded(data, outer)
        case [0x30, 0x04]:
            return None
        case [0x02, 0x04, *rest] if content(data, parts[0]) == b"\x01":
            return _from_sec1(data, outer, parts, has_curve=0xA0 in rest, parameters=parameters)
        case [0x02, 0x02, 0x02, 0x02, 0x02, 0x02]:
            return _from_dsa(data, parts)
        case [0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, *_]:
            return _pkcs8(der_oid(_RSA) + b"\x05\x00", encoded(data, outer))
    raise Damaged(tr("It is not a key."), offset=0)


def _some(data: bytes, outer: Span) -> list[Span]:
    found: list[Span] = []
    for each in children(data, outer):
        found.append(each)
        if len(found) > 16:
            break
    return found


def _from_sec1(
    data: bytes, outer: Span, parts: list[Span], *, has_curve: bool, parameters: bytes
) -> bytes:
    """RFC 5915: the curve stands inside, or in a block before."""
    if has_curve:
        tagged = next(part for part in parts if part.tag == CONTEXT_0)
        parameters = content(data, tagged)
    if not parameters:
        raise Damaged(tr("It does not name its curve."), offset=0)
    return _pkcs8(der_oid(_EC) + parameters, encoded(data, outer))


def _from_dsa(data: bytes, parts: list[Span]) -> bytes:
    """OpenSSL's own: version, p, q, g, y, x."""
    p, q, g, _, x = (der(INTEGER, content(data, part)) for part in parts[1:])
    return _pkcs8(der_oid(_DSA) + der(SEQUENCE, p, q, g), x)


def _pkcs8(algorithm: bytes, key: bytes) -> bytes:
    return der(SEQUENCE, der_integer(0), der(SEQUENCE, algorithm), der(OCTET_STRING, key))
