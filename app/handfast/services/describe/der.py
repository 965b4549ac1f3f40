"""A tolerant look into DER (X.690): enough to walk a certificate that no library accepts.

It reads definite lengths only, checks every length against what is there, and gives up with
ValueError; what was read before that is kept by the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handfast.core.asn1 import ber
from handfast.core.errors import Damaged
from handfast.core.visible_text import visible
from handfast.services.describe.oid_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRINGS = {
    12: ("UTF8String", "utf-8"),
    18: ("NumericString", "ascii"),
    19: ("PrintableString", "latin-1"),
    20: ("T61String", "latin-1"),
    21: ("VideotexString", "latin-1"),
    22: ("IA5String", "latin-1"),
    25: ("GraphicString", "latin-1"),
    26: ("VisibleString", "latin-1"),
    27: ("GeneralString", "latin-1"),
    28: ("UniversalString", "utf-32-be"),
    30: ("BMPString", "utf-16-be"),
}
_TYPES = {
    1: "BOOLEAN",
    2: "INTEGER",
    3: "BIT STRING",
    4: "OCTET STRING",
    5: "NULL",
    6: "OBJECT IDENTIFIER",
    10: "ENUMERATED",
    16: "SEQUENCE",
    17: "SET",
    23: "UTCTime",
    24: "GeneralizedTime",
}
_MAX_DEPTH = 32
_MAX_LINES = 2_000


class Value(NamedTuple):
    """One value: the class bits (0 to 3), its number, and where in ``data`` its parts are."""

    data: bytes
    tag_class: int
    number: int
    is_constructed: bool
    start: int
    body: int
    end: int

    @property
    def content(self) -> bytes:
        return self.data[self.body : self.end]

    @property
    def encoded(self) -> bytes:
        """The value with its tag and length."""
        return self.data[self.start : self.end]

    def is_universal(self, number: int) -> bool:
        return self.tag_class == 0 and self.number == number

    def is_context(self, number: int) -> bool:
        return self.tag_class == 2 and self.number == number


def read_value(data: bytes, start: int = 0, limit: int | None = None) -> Value:
    """The value that begins at ``start``; ValueError where none does."""
    try:
        span = ber.read(data, start, len(data) if limit is None else limit)
    except Damaged as error:
        raise ValueError(f"its bytes do not hold together at {error.offset}") from error
    if span.stop != span.end:
        raise ValueError(f"the value at byte {start} has no length")
    number = span.tag & 0x1F
    if number == 0x1F:
        number, at = 0, start
        while data[at := at + 1] & 0x80:
            number = number << 7 | data[at] & 0x7F
            if number > 0xFFFFFF:
                raise ValueError(f"the tag at byte {start} does not end")
        number = number << 7 | data[at]
    return Value(data, span.tag >> 6, number, bool(span.tag & 0x20), start, span.start, span.end)


def children(value: Value) -> Iterator[Value]:
    """The values inside one; ValueError at the first that does not hold together."""
    at = value.body
    while at < value.end:
        child = read_value(value.data, at, value.end)
        yield child
        at = child.end


def oid_text(content: bytes) -> str:
    """An object identifier's content as dotted numbers; ValueError where it is none."""
    if not content or content[-1] & 0x80:
        raise ValueError("an object identifier is cut short")
    return ber.oid_text(content)


def string_text(value: Value) -> str | None:
    """The text of a string of any of ASN.1's kinds; None for another type."""
    kind = _STRINGS.get(value.number) if value.tag_class == 0 else None
    if kind is None or value.is_constructed:
        return None
    return visible(value.content.decode(kind[1], "replace"))


def hex_lines(data: bytes, width: int = 16) -> str:
    """Bytes as upper-case pairs, ``width`` a line."""
    lines = (data[at : at + width].hex(" ").upper() for at in range(0, len(data), width))
    return "\n".join(lines)


def hex_pairs(data: bytes) -> str:
    """Bytes as ``AB:CD:…`` on one line."""
    return data.hex(":").upper()


def outline(data: bytes) -> str:
    """What a DER value holds, a line each, indented; empty where it is not DER at all."""
    lines: list[str] = []
    try:
        value = read_value(data)
        if value.end != len(data):
            return ""
        _outline(value, 0, lines)
    except ValueError:
        return ""
    if len(lines) >= _MAX_LINES:
        lines.append("…")
    return "\n".join(lines)


def _outline(value: Value, depth: int, lines: list[str]) -> None:
    if len(lines) >= _MAX_LINES:
        return
    indent = "  " * depth
    title = _title(value)
    if not value.is_constructed:
        text = _primitive(value)
        lines.append(f"{indent}{title}{' ' if text else ''}{text}")
        return
    lines.append(f"{indent}{title}")
    if depth >= _MAX_DEPTH:
        lines.append(f"{indent}  …")
        return
    for child in children(value):
        _outline(child, depth + 1, lines)


def _title(value: Value) -> str:
    if value.tag_class == 0:
        if value.number in _STRINGS:
            return _STRINGS[value.number][0]
        return _TYPES.get(value.number, f"[UNIVERSAL {value.number}]")
    return f"[{('', 'APPLICATION ', '', 'PRIVATE ')[value.tag_class]}{value.number}]"


def _primitive(value: Value) -> str:
    content = value.content
    text = string_text(value)
    if text is not None:
        return f"“{text}”"
    if value.tag_class == 0:
        match value.number:
            case 1:
                return "true" if any(content) else "false"
            case 2 | 10 if len(content) <= 8:
                return str(int.from_bytes(content, "big", signed=True))
            case 6:
                oid = oid_text(content)
                name = name_of(oid)
                return f"{oid} ({name})" if name else oid
            case 23 | 24:
                return visible(content.decode("latin-1"))
    elif content and content.isascii() and content.decode("ascii").isprintable():
        # Implicit tags hide the type; a host name or an address is worth reading as one.
        return f"“{content.decode('ascii')}”"
    return content.hex(" ").upper()
