"""Text of a file as it may be shown: what deceives the eye is spelled out."""

from __future__ import annotations

import unicodedata

#: Control and format characters, marks of direction among them, halves of a pair, what has no
#: meaning, and the separators of lines (Unicode Standard, 4.5).
_MARKED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def visible(text: str) -> str:
    r"""The text with what cannot be seen, or turns the writing round, spelled out as ``\u202e``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if unicodedata.category(character) in _MARKED:
        code = ord(character)
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
