"""Text of a file as it may be shown: what deceives the eye is spelled out."""

from __future__ import annotations

import unicodedata

from handfast.core.language import tr

#: Control and format characters, marks of direction among them, halves of a pair, what has no
#: meaning, and the separators of lines (Unicode Standard, 4.5).
_MARKED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def visible(text: str) -> str:
    r"""The text with what cannot be seen, or turns the writing round, spelled out as ``\u202e``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def alias_text(alias: str) -> str:
    """An alias as it may be shown: one that is empty, which Java allows, is seen as well."""
    return visible(alias) or tr("(no alias)")


def _escaped(character: str) -> str:
    if unicodedata.category(character) in _MARKED:
        code = ord(character)
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


def one_line(text: str) -> str:
    """The text on one line, without anything that would drive a terminal or reorder a line.

    Aliases and names come from files that anybody may have made. Control characters, marks of
    writing direction and undecodable bytes of file names are shown as escapes.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _short_escape(each) for each in text)


def _short_escape(character: str) -> str:
    code = ord(character)
    if character.isspace() and code >= 0xA0 and code not in (0x2028, 0x2029):
        return " "
    if 0xDC80 <= code <= 0xDCFF:
        # How Python keeps a byte of a file name that is not in its encoding (PEP 383).
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
