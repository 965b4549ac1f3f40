"""Finding what is written as PEM or Base64 in the texts that people send (RFC 7468, loosely).

Mail programs, editors and portals do all sorts of things to a certificate: text around it, a
byte order mark, UTF-16, everything on one line, lines broken anywhere, blanks in front. All of it
is undone here; what remains is a label and bytes, and where they stood.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import field
from typing import NamedTuple

from handfast.core.frozen import dataclass
from handfast.core.language import tr

#: Blocks looked at in one file: the largest public bundles hold a few hundred.
MAX_BLOCKS = 20_000
#: A block longer than this is not a certificate, a key or a revocation list in use anywhere.
MAX_BLOCK_CHARS = 64 * 1024 * 1024

# A label is what RFC 7468 allows, and small letters, which some portals write. Four dashes or
# more: word processors eat some. No quantifier is without a bound: a megabyte of
# dashes or blanks would take hours.
_BEGIN = re.compile(r"BEGIN[ \t]{1,4}([A-Za-z0-9#./+ _()-]{1,80}?)[ \t]{0,4}-{2,8}", re.IGNORECASE)
# Not more dashes than its own: on one line, those of the next BEGIN follow at once.
_END = re.compile(r"END\b[^-\r\n]{0,80}-{2,5}", re.IGNORECASE)
# Looked for from the word backwards: from each of a million dashes forwards takes long.
_OPENING = re.compile(r"-{2,8}[ \t]{0,4}\Z")
_OPENING_CHARS = 12
_HEADER = re.compile(r"[ \t]*[A-Za-z][A-Za-z0-9-]{0,60}:[ \t][^\r\n]*(?:\r\n?|\n|$)")
_NOT_BASE64 = bytes(
    each
    for each in range(256)
    if not (chr(each).isascii() and chr(each).isalnum()) and each not in b"+/"
)
_BARE_BASE64 = re.compile(rb"[A-Za-z0-9+/_\s-]+={0,2}")
_ESCAPED_BREAK = re.compile(r"\\r\\n|\\n|\\r|&#1[03];|&#x[adAD];")
#: Word processors and mail programs turn hyphens into these.
_DASHES = re.compile("[\u2010\u2011\u2012\u2013\u2014\u2212]")
_MAX_HEADER_CHARS = 2000
#: Control characters that no text has, and what is beyond ASCII.
_BINARY = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b"))
_HIGH = bytes(range(0x80, 0x100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing between BEGIN and END, or Base64 that stood alone."""

    #: Upper case, one blank between words: ``CERTIFICATE``; empty for Base64 without armour.
    label: str
    #: What the Base64 says; empty where it does not decode. May be a private key: not in repr.
    data: bytes = field(repr=False)
    #: Where BEGIN stands, in characters of the text.
    offset: int
    #: Where what belongs to it ends, in characters.
    end: int
    #: The lines such as ``Proc-Type: 4,ENCRYPTED`` that old private keys have.
    headers: tuple[str, ...] = ()
    #: What is wrong with it, a sentence; empty where nothing is.
    trouble: str = ""


def as_text(data: bytes) -> str | None:
    """The text in ``data``: UTF-8, UTF-16 or Latin-1; None where it is no text."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:4096]
    if not head:
        return None
    if b"\0" in head:
        codec = wide_codec(data)
        return data.decode(codec, "replace") if codec else None
    if _count(head, _BINARY) > len(head) // 100:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A text in some 8-bit encoding; a binary file has far more than a third of such bytes.
    if _count(head, _HIGH) * 3 > len(head):
        return None
    return data.decode("latin-1")


def _count(data: bytes, wanted: bytes) -> int:
    return len(data) - len(data.translate(None, delete=wanted))


def wide_codec(data: bytes) -> str:
    """Which UTF-16 a text without a mark is in; empty where it is in none."""
    # Every other byte of an English text is zero. Nearly any bytes pass for UTF-16 otherwise.
    even, odd = data[:4096:2], data[1:4096:2]
    if odd.count(0) * 10 > len(odd) * 8 and even.count(0) == 0:
        return "utf-16-le"
    if even.count(0) * 10 > len(even) * 8 and odd.count(0) == 0:
        return "utf-16-be"
    return ""


def find_blocks(data: bytes) -> tuple[Block, ...]:
    """Everything armoured in a text, in order; Base64 that stands alone as one block."""
    text = as_text(data)
    if text is None:
        # "Bag Attributes" in an odd encoding, or a file with a binary tail: the armour is ASCII.
        if b"-BEGIN " not in data:
            return ()
        text = data.decode("latin-1")
    return find_blocks_in_text(text)


def find_blocks_in_text(text: str) -> tuple[Block, ...]:
    """Everything armored in a pasted text, in order; Base64 that stands alone as one block."""
    text = _DASHES.sub("-", text) if not text.isascii() else text
    found: list[Block] = []
    position = 0
    begin = _find(_BEGIN, text, 0, len(text))
    while begin is not None and len(found) < MAX_BLOCKS:
        following = _find(_BEGIN, text, begin.end, len(text))
        stop = following.start if following is not None else len(text)
        # The dashes behind END may have been taken for those of the following BEGIN.
        limit = following.end if following is not None else len(text)
        end = _find(_END, text, begin.end, limit)
        position = end.end if end else stop
        body_stop = end.start if end else stop
        found.append(_block(text, begin, body_stop, position, ended=end is not None))
        begin = following
        if following is not None and following.start < position:
            begin = _find(_BEGIN, text, position, len(text))
    if not found:
        alone = _bare(text)
        if alone is not None:
            found.append(alone)
    return tuple(found)


class _Armour(NamedTuple):
    """The line of a BEGIN or an END: where it starts and ends, and the label of a BEGIN."""

    start: int
    end: int
    label: str


def _find(word: re.Pattern[str], text: str, position: int, limit: int) -> _Armour | None:
    for match in word.finditer(text, position, limit):
        at = match.start()
        before = _OPENING.search(text, max(position, at - _OPENING_CHARS), at)
        if before is not None:
            label = match.group(1) if word.groups else ""
            return _Armour(before.start(), match.end(), label)
    return None


def _block(text: str, begin: _Armour, stop: int, end: int, *, ended: bool) -> Block:
    label = " ".join(begin.label.upper().split())
    body_start, headers = _skip_headers(text, begin.end, stop)
    if stop - body_start > MAX_BLOCK_CHARS:
        return Block(
            label=label,
            data=b"",
            offset=begin.start,
            end=end,
            headers=headers,
            trouble=tr("It is far too long."),
        )
    body = text[body_start:stop]
    if "\\" in body or "&" in body:
        # Out of a JSON document or a web page: line breaks written as text.
        body = _ESCAPED_BREAK.sub("\n", body)
    # An OpenPGP check sum stands alone on the last line as "=abcd".
    decoded = decode_base64(body)
    trouble = ""
    if decoded is None:
        trouble = tr("The text between BEGIN and END is not Base64.")
    elif not ended:
        trouble = tr("The END line is missing.")
    return Block(
        label=label,
        data=decoded or b"",
        offset=begin.start,
        end=end,
        headers=headers,
        trouble=trouble,
    )


def _skip_headers(text: str, start: int, stop: int) -> tuple[int, tuple[str, ...]]:
    """Where the Base64 starts, and the ``Name: value`` lines before it (RFC 1421)."""
    headers: list[str] = []
    position = start
    while position < stop and text[position] in " \t\r\n":
        position += 1
    limit = min(stop, position + _MAX_HEADER_CHARS)
    while (match := _HEADER.match(text, position, limit)) is not None:
        headers.append(match.group().strip())
        position = match.end()
    return (position if headers else start), tuple(headers)


def decode_base64(text: str) -> bytes | None:
    """Base64 with anything but its own characters passed over; None where nothing is left.

    A wrong padding is repaired: people cut and paste.
    """
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        raw = text.encode("ascii", "ignore")
    if b"-" in raw or b"_" in raw:
        raw = raw.replace(b"-", b"+").replace(b"_", b"/")
    stripped = raw.translate(None, _NOT_BASE64)
    left_over = len(stripped) % 4
    if left_over == 1:
        stripped = stripped[:-1]
    elif left_over:
        stripped += b"=" * (4 - left_over)
    if not stripped:
        return None
    try:
        return base64.b64decode(stripped)
    except (binascii.Error, ValueError):
        return None


def _bare(text: str) -> Block | None:
    """Base64 without armour: the whole text, and what it decodes to must look like DER or a store.

    Any word is Base64; therefore the first byte decides.
    """
    stripped = text.strip().strip("\"'")
    if len(stripped) < 40:
        return None
    if "\\" in stripped[:200]:
        stripped = _ESCAPED_BREAK.sub("\n", stripped)
    try:
        raw = stripped.encode("ascii")
    except UnicodeEncodeError:
        return None
    if _BARE_BASE64.fullmatch(raw) is None:
        return None
    decoded = decode_base64(stripped)
    if decoded is None or not _is_worth_it(decoded):
        return None
    return Block(label="", data=decoded, offset=text.find(stripped[:20]), end=len(text))


def _is_worth_it(decoded: bytes) -> bool:
    """Whether it starts as a keystore or as an ASN.1 sequence of a length that makes sense."""
    if decoded.startswith((b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce", b"0\x80")):
        return True
    if decoded[:3] == b"\0\0\0" and decoded[3] <= 2 and decoded[4:7] == b"\0\0\0":
        # Bouncy Castle's older stores: a version, then a salt of some bytes.
        return 8 <= decoded[7] <= 64 and len(decoded) > 40
    if decoded[0] != 0x30:
        return False
    # Long lengths may be wrong, since what was pasted may be cut short.
    return 0x81 <= decoded[1] <= 0x84 or decoded[1] == len(decoded) - 2
