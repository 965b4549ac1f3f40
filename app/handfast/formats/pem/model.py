"""A PEM file as a row of pieces: what stands between, and the blocks with what they hold."""

from __future__ import annotations

import contextlib
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import Entry, KeyPair
from handfast.core.errors import Damaged
from handfast.core.frozen import dataclass
from handfast.formats.content import Content, classify_block
from handfast.formats.pem.armor import Block, find_blocks_in_text, wide_codec

if TYPE_CHECKING:
    from typing import Self

    from handfast.core.keys import PrivateKey
    from handfast.core.password import Password
    from handfast.formats.pem.keys import Envelope

KEYS = frozenset({Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY})

#: What `openssl pkcs12` writes in front of each thing, and what is read of it.
_NAME = re.compile(r"^[ \t]*friendlyName:[ ]?([^\r\n]*)", re.MULTILINE)
_KEY_ID = re.compile(r"^[ \t]*localKeyID:[ ]?([0-9A-Fa-f ]*)", re.MULTILINE)
#: Java's mark of a trusted certificate, as OpenSSL 3 and those before show it.
_TRUST = re.compile(
    r"^[ \t]*(?:Trusted key usage \(Oracle\)|2\.16\.840\.1\.113894\.746875\.1\.1):[^\r\n]*",
    re.MULTILINE,
)
_ATTRIBUTES = re.compile(
    r"^(?:Bag Attributes|Key Attributes)(?:: <[^\r\n]*>)?[ \t]*(?:\r?\n|$)|"
    r"^[ \t]*(?:friendlyName|localKeyID|Trusted key usage \(Oracle\)|"
    r"2\.16\.840\.1\.113894\.746875\.1\.1):[^\r\n]*(?:\r?\n|$)",
    re.MULTILINE,
)
TRUST_LINE = "    Trusted key usage (Oracle): Any Extended Key Usage (2.5.29.37.0)"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One block, and the text since the previous block."""

    before: str
    #: The block exactly as the file has it. May be a key: not in repr.
    raw: str = field(repr=False)
    block: Block
    content: Content
    certificate: Certificate | None = None
    envelope: Envelope | None = None

    @property
    def name(self) -> str:
        """The last friendly name before it."""
        found = _NAME.findall(self.before)
        return found[-1] if found else ""

    @property
    def key_id(self) -> str:
        found = _KEY_ID.findall(self.before)
        return found[-1].replace(" ", "").lower() if found else ""

    @property
    def is_marked_trusted(self) -> bool:
        return self.block.label.startswith("TRUSTED") or _TRUST.search(self.before) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PemFile:
    """What a file was, so that what nobody touched is written back as it stood."""

    data: bytes = field(default=b"", repr=False)
    codec: str = "utf-8"
    mark: bytes = b""
    pieces: tuple[Piece, ...] = ()
    #: What follows the last block.
    tail: str = field(default="", repr=False)
    #: The entries and the password as they came out of it.
    entries: tuple[object, ...] = field(default=(), repr=False)
    password: Password | None = None

    @property
    def line_end(self) -> str:
        texts = (text for piece in self.pieces for text in (piece.raw, piece.before))
        return "\r\n" if any("\r\n" in text for text in texts) else "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Which piece an entry came from: the key of a pair, or the certificate of a trusted one."""

    piece: Piece
    alias: str
    key: PrivateKey | None = None
    #: None where the key is unencrypted, or is locked.
    opened_with: Password | None = None

    @property
    def sealed(self) -> bytes:
        return self.piece.block.data

    def without_open_key(self) -> Self:
        return replace(self, key=None, opened_with=None)


def is_readable(entry: Entry) -> bool:
    """Whether an entry is worth a file: one without any such entry is not read, nor written.

    A damaged key may have a certificate, which is worth as much as one alone.
    """
    if isinstance(entry, KeyPair) and not entry.is_damaged:
        return True
    return any(each.is_sound for each in entry.chain)


def split(data: bytes) -> PemFile:
    """The pieces of a file, in whatever encoding it is."""
    codec, mark, text = _decode(data)
    blocks = find_blocks_in_text(text)
    pieces: list[Piece] = []
    position = 0
    for block in blocks:
        start, end = max(block.offset, position), max(block.end, position)
        content = classify_block(block)
        pieces.append(
            Piece(
                before=text[position:start],
                raw=text[start:end],
                block=block,
                content=content,
                certificate=_certificate(block) if content is Content.CERTIFICATE else None,
            )
        )
        position = end
    return PemFile(data=data, codec=codec, mark=mark, pieces=tuple(pieces), tail=text[position:])


def _decode(data: bytes) -> tuple[str, bytes, str]:
    """The encoding that gives the same bytes again, the mark before it, and the text."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            try:
                return codec, mark, data[len(mark) :].decode(codec)
            except UnicodeDecodeError:
                break
    codec = wide_codec(data) or "utf-8"
    with contextlib.suppress(UnicodeDecodeError):
        return codec, b"", data.decode(codec)
    return "latin-1", b"", data.decode("latin-1")


def _certificate(block: Block) -> Certificate:
    if block.label.startswith("TRUSTED"):
        # OpenSSL puts its own trust settings behind the certificate.
        try:
            return Certificate(ber.encoded(block.data, ber.read(block.data, 0, len(block.data))))
        except Damaged:
            pass
    return Certificate(block.data)


def without_attributes(text: str) -> str:
    """A text between blocks without the lines that say how the next one is called."""
    return _ATTRIBUTES.sub("", text)


def attributes(name: str, key_id: str, *, is_trusted: bool, line_end: str) -> str:
    """Those lines again."""
    lines = ["Bag Attributes", f"    friendlyName: {name}"]
    if key_id:
        pairs = " ".join(key_id[at : at + 2].upper() for at in range(0, len(key_id), 2))
        lines.append(f"    localKeyID: {pairs}")
    if is_trusted:
        lines.append(TRUST_LINE)
    return "".join(f"{line}{line_end}" for line in lines)
