"""Whether two distinguished names are the same (RFC 5280, 7.1).

The kind of string, upper and lower case, and blanks at the ends or several in a row make no
difference, so that names are compared by a form that has none of these. OpenSSL compares an
issuer's name in this way, and Java does.
"""

from __future__ import annotations

import unicodedata

from handfast.core.certificate_summary import span
from handfast.core.rfc4514 import STRINGS


def name_key(der: bytes) -> bytes:
    """The same bytes for names that are the same; those of the name where it is none."""
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
                values.append(der[identifier:value] + _prepared(tag, der[start:stop]))
            # The parts of one relative name are a set.
            parts.append(b"\0\0".join(sorted(values)))
    except IndexError:
        return der
    return b"\0\0\0".join(parts)


def _prepared(tag: int, content: bytes) -> bytes:
    encoding = STRINGS.get(tag)
    if encoding is None:
        return bytes((tag,)) + content
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # Latin-1 in a string of another kind, as older programs write it.
        text = content.decode("latin-1")
    folded = unicodedata.normalize("NFKC", text).casefold()
    return b"\x0c" + " ".join(folded.split()).encode("utf-8", "surrogatepass")
