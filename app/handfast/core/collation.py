"""The order in which people look for names.

By the rules of the system's locale in the window, where it has any; else without regard to case
and accents. JSON and files keep the order of the code points, which is the same everywhere.
"""

from __future__ import annotations

import locale
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

#: Gives a text that compares, character by character, as the given one is sorted.
Transform: TypeAlias = Callable[[str], str]


def plain_key(text: str) -> str:
    """A key that puts ``é`` beside ``e``, and ``B`` beside ``b``."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(part for part in parts if not unicodedata.combining(part))


class _Chosen:
    """Like the language, it belongs to the whole process and is chosen once, at the start."""

    transform: Transform = plain_key


def sort_key(text: str) -> str:
    """What a name is sorted by, in a list for people."""
    return _Chosen.transform(text)


def use(transform: Transform | None) -> None:
    """Sort by this from now on; None for the order without a locale."""
    _Chosen.transform = transform if transform is not None else plain_key


def use_system_order() -> None:
    """Sort by the locale of the system, if it has rules of its own."""
    try:
        locale.setlocale(locale.LC_COLLATE, "")
    except locale.Error:
        return
    # The locales C and POSIX have none: they put every accented letter behind z.
    if _system_key("é") < _system_key("f"):
        use(_system_key)


def _system_key(text: str) -> str:
    folded = text.casefold()
    try:
        return locale.strxfrm(folded)
    except (OSError, ValueError):
        # It holds a NUL, or half of a character.
        return folded
