"""Distinguished names as RFC 4514 writes them, from their DER."""

from __future__ import annotations

from handfast.core.asn1.ber import der_oid, oid_text
from handfast.core.asn1.certificate_frame import in_der
from handfast.core.certificates.summary import plain_part, span
from handfast.core.name_attributes import ATTRIBUTES

#: The kinds of string in X.520 and how they are encoded. Programs put Latin-1 into T61String.
STRINGS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


#: The keywords by the content of the identifier, and the strings that hold ASCII as it is.
_KEYWORDS = {der_oid(each.oid)[2:]: each.keyword for each in ATTRIBUTES}
_PLAIN_STRINGS = frozenset({0x0C, 0x13, 0x16})
_ESCAPED = frozenset('"+,;<>\\')


def name_text(der: bytes) -> str:
    """A Name (RFC 5280, 4.1.2.4): the most specific part first, no blanks between.

    Attributes are written by the keywords of :data:`~handfast.core.name_attributes.ATTRIBUTES`.
    What has none is a number, and then its value is given in hex with its DER, as is what is no
    string (RFC 4514, 2.4).

    :raises IndexError: it is no name, or cut short
    """
    _, at, end = span(der, 0)
    parts: list[str] = []
    while at < end:
        plain = plain_part(der, at, end)
        text = _plain_text(der, *plain) if plain is not None else None
        if plain is None or text is None:
            text, at = _part_text(der, at)
        else:
            at = plain[3]
        parts.append(text)
    parts.reverse()
    return ",".join(parts)


def _plain_text(der: bytes, oid: bytes, tag: int, start: int, stop: int) -> str | None:
    """One value under a keyword; None for what is written in another way."""
    keyword = _KEYWORDS.get(oid)
    if keyword is None or tag not in _PLAIN_STRINGS or start == stop:
        return None
    value = der[start:stop]
    if value.isalnum():
        # What is in ASCII and has nothing to escape.
        return f"{keyword}={value.decode('ascii')}"
    text = string_text(tag, value)
    return None if text is None else f"{keyword}={escape(text)}"


def _part_text(der: bytes, at: int) -> tuple[str, int]:
    """A relative name of any shape, and where the next one starts."""
    _, inside, end = span(der, at)
    values: list[str] = []
    while inside < end:
        _, pair, inside = span(der, inside)
        values.append(_pair_text(der, pair))
    return "+".join(values), end


def _pair_text(der: bytes, at: int) -> str:
    _, start, stop = span(der, at)
    oid = der[start:stop]
    tag, value, end = span(der, stop)
    keyword = _KEYWORDS.get(oid)
    text = _string_text(tag, der[stop:end], der[value:end]) if keyword is not None else None
    if text is None:
        return f"{keyword or oid_text(oid)}=#{der[stop:end].hex()}"
    return f"{keyword}={escape(text)}"


def _string_text(tag: int, whole: bytes, raw: bytes) -> str | None:
    if not tag & 0x20:
        return string_text(tag, raw)
    # Written in segments (X.690, 8.21).
    joined = in_der(whole)
    return string_text(joined[0], joined[span(joined, 0)[1] :])


def string_text(tag: int, raw: bytes) -> str | None:
    """What a string says; None where it is of another kind, or not in its own encoding."""
    encoding = STRINGS.get(tag)
    try:
        return raw.decode(encoding) if encoding is not None else None
    except UnicodeDecodeError:
        return None


def escape(text: str) -> str:
    """A value with backslashes where RFC 4514, 2.4 wants them."""
    last = len(text) - 1
    return "".join(
        "\\00"
        if each == "\0"
        else f"\\{each}"
        if each in _ESCAPED or (each == " " and at in {0, last}) or (each == "#" and at == 0)
        else each
        for at, each in enumerate(text)
    )
