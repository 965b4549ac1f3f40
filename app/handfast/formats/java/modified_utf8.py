"""Java's modified UTF-8 (`java.io.DataInput`), in which the stores of Java hold their texts.

It differs from UTF-8 in two ways: NUL is two bytes (C0 80), and what lies beyond U+FFFF is a pair
of surrogates of three bytes each.
"""

from __future__ import annotations

import struct

#: The length in front has two bytes.
MAX_BYTES = 0xFFFF


def decode(raw: bytes) -> str:
    """The text; ValueError where no reader of Java would take it.

    Four-byte sequences, which Java does not write, are taken all the same: other programs make
    such files. Surrogates without their other half come out as U+FFFD, since a lone one can
    neither be shown nor printed.
    """
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    units: list[int] = []
    position = 0
    while position < len(raw):
        first = raw[position]
        if first < 0x80:
            units.append(first)
            position += 1
            continue
        size = 2 if first & 0xE0 == 0xC0 else 3 if first & 0xF0 == 0xE0 else 0
        rest = raw[position + 1 : position + size]
        if not size or len(rest) != size - 1 or any(byte & 0xC0 != 0x80 for byte in rest):
            raise ValueError(position)
        unit = first & (0x1F if size == 2 else 0x0F)
        for byte in rest:
            unit = unit << 6 | byte & 0x3F
        units.append(unit)
        position += size
    return struct.pack(f">{len(units)}H", *units).decode("utf-16-be", "replace")


def encode(text: str) -> bytes:
    """The bytes, without the length in front."""
    if text.isascii() and "\0" not in text:
        return text.encode("ascii")
    raw = utf16(text)
    out = bytearray()
    for (unit,) in struct.iter_unpack(">H", raw):
        if 0 < unit < 0x80:
            out.append(unit)
        elif unit < 0x800:
            out += bytes((0xC0 | unit >> 6, 0x80 | unit & 0x3F))
        else:
            out += bytes((0xE0 | unit >> 12, 0x80 | unit >> 6 & 0x3F, 0x80 | unit & 0x3F))
    return bytes(out)


def utf16(text: str) -> bytes:
    """A text as Java's characters, high byte first: what its digests run over."""
    # surrogatepass: a password from a console may hold an undecodable byte. It fits nothing, and
    # must not crash.
    return text.encode("utf-16-be", "surrogatepass")
