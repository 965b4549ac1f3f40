"""The one reader of BER and writer of DER (X.690).

Its errors are :class:`MalformedAsn1`. Beside it stands only the walk over a certificate in
:mod:`handfast.core.certificates.summary`, which reads ten thousand of them for a list: with this
reader that takes three times as long.

It is ours because none of the kept libraries does all three: read the indefinite lengths and
unordered sets that Java and old tools write, say at which byte the trouble is, and walk ten
thousand bags in a fraction of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handfast.core.errors import Damaged
from handfast.core.language import grouped, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 64

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = b"\x05\x00"
OID = 0x06
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31
CONTEXT_0 = 0xA0


class Span(NamedTuple):
    """One value: its tag, where it starts, where its content starts and stops, where it ends."""

    tag: int
    begin: int
    start: int
    stop: int
    end: int


class MalformedAsn1(Damaged):
    """Bytes that are not what they should be: ``what`` is wrong, at ``offset``."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(
            tr("The file is damaged: {what} at byte {offset}.", what=what, offset=grouped(offset)),
            causes=(
                tr(
                    "The file was truncated or changed in transit, for example by a transfer "
                    "as text."
                ),
            ),
            remedy=tr("Get the file again, or restore it from a backup."),
            offset=offset,
        )
        self.what = what


def damaged(what: str, offset: int) -> MalformedAsn1:
    """The error for bytes that are not what they should be."""
    return MalformedAsn1(what, offset)


def read(data: bytes, position: int, limit: int, depth: int = 0) -> Span:
    """The value that starts at ``position`` and ends at or before ``limit``."""
    if position + 2 > limit:
        raise damaged(tr("it ends in the middle of a value"), position)
    tag = data[position]
    at = position + 1
    if tag & 0x1F == 0x1F:
        while at < limit and data[at] & 0x80:
            at += 1
        at += 1
        if at >= limit:
            raise damaged(tr("it ends in the middle of a tag"), position)
    length = data[at]
    at += 1
    if length < 0x80:
        stop = at + length
    elif length == 0x80:
        return _indefinite(data, position, tag, at, limit, depth)
    else:
        size = length & 0x7F
        if size > 8 or at + size > limit:
            raise damaged(tr("a length is invalid"), position)
        stop = at + size + int.from_bytes(data[at : at + size], "big")
        at += size
    if stop > limit:
        raise damaged(tr("a value is longer than what is left of the file"), position)
    return Span(tag, position, at, stop, stop)


def _indefinite(data: bytes, position: int, tag: int, start: int, limit: int, depth: int) -> Span:
    if not tag & 0x20 or depth > MAX_DEPTH:
        raise damaged(tr("a value without a length is not allowed"), position)
    at = start
    while data[at : at + 2] != b"\x00\x00":
        at = read(data, at, limit, depth + 1).end
    if at + 2 > limit:
        raise damaged(tr("it ends in the middle of a value"), position)
    return Span(tag, position, start, at, at + 2)


def children(data: bytes, span: Span) -> Iterator[Span]:
    """The values inside a constructed one."""
    at = span.start
    while at < span.stop:
        child = read(data, at, span.stop)
        yield child
        at = child.end


def take(data: bytes, position: int, tag: int) -> tuple[bytes, int] | None:
    """The content of the value of this tag at ``position``, and where the next one starts.

    None where there is none, or none of a definite length.
    """
    try:
        span = read(data, position, len(data))
    except MalformedAsn1:
        return None
    if span.tag != tag or span.stop != span.end:
        return None
    return data[span.start : span.stop], span.end


def expect(span: Span | None, tag: int, what: str, offset: int) -> Span:
    """The span, if there is one and it has that tag."""
    if span is None or span.tag != tag:
        raise damaged(
            tr("{what} is missing", what=what), span.begin if span is not None else offset
        )
    return span


def content(data: bytes, span: Span) -> bytes:
    return data[span.start : span.stop]


def encoded(data: bytes, span: Span) -> bytes:
    return data[span.begin : span.end]


def octets(data: bytes, span: Span) -> bytes:
    """The bytes of an octet string, its segments joined where it has some, however nested."""
    if not span.tag & 0x20:
        return data[span.start : span.stop]
    found: list[bytes] = []
    # Without recursion: a segment may hold segments to any depth.
    waiting = [span]
    while waiting:
        each = waiting.pop()
        if each.tag & 0x20:
            waiting.extend(reversed(list(children(data, each))))
        else:
            found.append(data[each.start : each.stop])
    return b"".join(found)


#: The universal types that may be written in segments (X.690, 8.6.4, 8.7.3, 8.21), and those of
#: them that are dates.
_BIT_STRING = 0x03
_SEGMENTED = frozenset(
    (_BIT_STRING, OCTET_STRING, 0x0C, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B,
     0x1C, BMP_STRING)
)  # fmt: skip


def in_der(data: bytes, *, most: int) -> bytes:
    """The first value in ``data`` with the lengths of DER and its strings in one piece.

    Whatever is behind it is left out. Other rules of DER, such as the order in a set, are not
    applied. It is walked through once, however its parts are nested.

    :raises MalformedAsn1: it is cut short, nested deeper than :data:`MAX_DEPTH`, or of more than
        ``most`` values
    """
    return _in_der(data, 0, len(data), 0, iter(range(most)))[0]


def _in_der(
    data: bytes, position: int, limit: int, depth: int, left: Iterator[int]
) -> tuple[bytes, int]:
    if next(left, None) is None:
        raise damaged(tr("it contains too many values"), position)
    start, stop = _content_of(data, position, limit)
    tag = data[position]
    identifier = data[position : _after_tag(data, position)]
    if not tag & 0x20:
        if stop is None:
            raise damaged(tr("a value without a length is not allowed"), position)
        return _with_length(identifier, data[start:stop]), stop
    if depth > MAX_DEPTH:
        raise damaged(tr("a value is nested too deeply"), position)
    parts: list[bytes] = []
    at = start
    while at < limit if stop is None else at < stop:
        if stop is None and data[at : at + 2] == b"\x00\x00":
            break
        part, at = _in_der(data, at, limit if stop is None else stop, depth + 1, left)
        parts.append(part)
    if stop is None and data[at : at + 2] != b"\x00\x00":
        raise damaged(tr("it ends in the middle of a value"), position)
    end = at + 2 if stop is None else stop
    if tag & 0xDF in _SEGMENTED:
        return _with_length(bytes((tag & 0xDF,)), _joined(tag & 0xDF, parts)), end
    return _with_length(identifier, b"".join(parts)), end


def _after_tag(data: bytes, position: int) -> int:
    at = position + 1
    if data[position] & 0x1F == 0x1F:
        while data[at] & 0x80:
            at += 1
        at += 1
    return at


def _content_of(data: bytes, position: int, limit: int) -> tuple[int, int | None]:
    """Where the content of a value starts and stops; None for a length that is not written."""
    tag = data[position] if position < limit else 0
    if position + 2 > limit or (tag & 0x1F == 0x1F and position + 3 > limit):
        raise damaged(tr("it ends in the middle of a value"), position)
    if tag & 0x1F != 0x1F and data[position + 1] == 0x80:
        return position + 2, None
    found = read(data, position, limit)
    return found.start, found.stop


def _joined(tag: int, segments: list[bytes]) -> bytes:
    contents = []
    for each in segments:
        found = read(each, 0, len(each))
        contents.append(each[found.start : found.stop])
    if tag != _BIT_STRING or not contents:
        return b"".join(contents)
    # Each begins with how many of its last bits are unused, of which only the last has some.
    return contents[-1][:1] + b"".join(each[1:] for each in contents)


def _with_length(identifier: bytes, content: bytes) -> bytes:
    return identifier + der(0, content)[1:]


def integer(data: bytes, span: Span | None, what: str, offset: int) -> int:
    span = expect(span, INTEGER, what, offset)
    if span.stop - span.start > 16:
        raise damaged(tr("{what} is larger than the file allows", what=what), span.begin)
    return int.from_bytes(data[span.start : span.stop], "big", signed=True)


def der(tag: int, *parts: bytes) -> bytes:
    """A value in DER."""
    body = b"".join(parts)
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def der_integer(value: int) -> bytes:
    return der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def der_oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    out = bytearray()
    for number in (40 * first + second, *rest):
        group = [number & 0x7F]
        number >>= 7
        while number:
            group.append(number & 0x7F | 0x80)
            number >>= 7
        out.extend(reversed(group))
    return der(OID, bytes(out))


#: An object identifier of more bytes is none that anybody uses.
_MAX_OID_BYTES = 128


def oid_numbers(body: bytes) -> str | None:
    """The content of an object identifier as dotted numbers (X.690, 8.19), or None."""
    if not body or len(body) > _MAX_OID_BYTES or body[-1] & 0x80:
        return None
    numbers: list[int] = []
    value = 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def oid_text(body: bytes) -> str:
    """The content of an object identifier as dotted numbers; what is malformed as hex."""
    return oid_numbers(body) or body.hex()
