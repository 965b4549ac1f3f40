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
