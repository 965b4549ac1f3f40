"""Whether two distinguished names are the same (RFC 5280, 7.1).

The kind of string, upper and lower case, and blanks at the ends or several in a row make no
difference, so that names are compared by a form that has none of these. OpenSSL compares an
issuer's name in this way, and Java does.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from handfast.core.asn1.certificate_frame import in_der
from handfast.core.certificates.summary import span
from handfast.core.rfc4514 import STRINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Container


#: The kinds of string that Java compares by their text: UTF8String and PrintableString.
_OF_JAVA = frozenset((0x0C, 0x13))
_SPACES = re.compile(" +")


def java_name_key(der: bytes) -> bytes:
    """Bytes that are equal for names that are the same to Java, which compares few kinds of string.

    Of blanks only spaces count for it. Source: ``AVA.toRFC2253CanonicalString`` of the JDK.
    """
    return name_key(der, kinds=_OF_JAVA, squeezed=_with_single_spaces)


def _with_single_spaces(text: str) -> str:
    return _SPACES.sub(" ", text.strip())


def _with_single_blanks(text: str) -> str:
    return " ".join(text.split())


def name_key(
    der: bytes,
    *,
    kinds: Container[int] = STRINGS,
    squeezed: Callable[[str], str] = _with_single_blanks,
) -> bytes:
    """Bytes that are equal for names that are the same; those of the name where it is none.

    ``kinds`` are the tags of the strings that are compared by their text, and ``squeezed`` leaves
    out the blanks that do not count.
    """
    try:
        _, at, end = span(der, 0)
        parts: list[bytes] = []
        while at < end:
            _, inside, at = span(der, at)
            values: list[bytes] = []
            while inside < at:
                _, identifier, inside = span(der, inside)
                _, _, value = span(der, identifier)
                tag, start, stop = span(der, value)
                content = der[start:stop]
                if tag & 0x20 and kinds is STRINGS:
                    tag, content = _in_one_piece(der[value:stop])
                values.append(der[identifier:value] + _prepared(tag, content, kinds, squeezed))
            # The parts of one relative name are a set.
            parts.append(b"\0\0".join(sorted(values)))
    except IndexError:
        plain = in_der(der)
        return der if plain == der else name_key(plain, kinds=kinds, squeezed=squeezed)
    return b"\0\0\0".join(parts)


def _in_one_piece(string: bytes) -> tuple[int, bytes]:
    """Tag and content of a string that is written in segments (X.690, 8.21)."""
    whole = in_der(string)
    tag, start, stop = span(whole, 0)
    return tag, whole[start:stop]


def _prepared(
    tag: int, content: bytes, kinds: Container[int], squeezed: Callable[[str], str]
) -> bytes:
    encoding = STRINGS.get(tag)
    if encoding is None or tag not in kinds:
        return bytes((tag,)) + content
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # Latin-1 in a string of another kind, as older programs write it.
        text = content.decode("latin-1")
    # By way of capitals, as Java has it: a Turkish ı without a dot is an I, and so is an i.
    folded = unicodedata.normalize("NFKC", text).upper().casefold()
    return b"\x0c" + squeezed(folded).encode("utf-8", "surrogatepass")
