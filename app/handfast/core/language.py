"""The one way of each text that a person reads: English in the code, translated by a catalog.

::

    tr("The file is damaged.")
    tr("“{alias}” is not in {name}.", alias=alias, name=path.name)
    tr_count("{count} entry", "{count} entries", len(entries))
    tr_in("verb", "Open")

A text is a whole sentence or a whole label with its values put in by name; it is never assembled
from fragments, and never an f-string, which a translator would not find. The English text is a
literal where it is used, so that ``packaging/texts.py`` can collect it. Names of values are plain
words: no attributes, no indexes, no formats.

The language is chosen once, by :mod:`handfast.language_choice` at the start and before anything
else of Handfast is imported; so tables of texts at the top of a module are evaluated in it. While
there is no catalog, English passes straight through, and nothing of :mod:`gettext` is loaded.

Not through here go: JSON and its codes, what is in files, the words of contracts, commands,
keytool’s own questions, and the names of formats, algorithms, and attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import LiteralString


class Catalog(Protocol):
    """What is asked of a catalog; :class:`gettext.GNUTranslations` has it."""

    def gettext(self, message: str, /) -> str:
        """The translation of a text, or the text itself."""

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """The translation that goes with a number."""

    def pgettext(self, context: str, message: str, /) -> str:
        """The translation of a text that has different meanings."""


# A language belongs to the whole process, and texts are asked for everywhere: this is the one
# global of the program, set once before anything reads it.
_catalog: Catalog | None = None
_ENGLISH = "en"


class _Language:
    """What the language of the catalog is called; it goes with the catalog."""

    code = _ENGLISH


def use(catalog: Catalog | None, *, code: str = "") -> None:
    """Translate by this catalog from now on, or not at all; ``code`` as in ``pt_BR``."""
    global _catalog  # noqa: PLW0603 - see above
    _catalog = catalog
    _Language.code = code if catalog is not None else _ENGLISH


def html_tag() -> str:
    """The start of a page in this language, whose code is a tag of BCP 47, as in ``pt-BR``.

    A catalog that does not say of which language it is leaves it open.
    """
    tag = _Language.code.partition(".")[0].partition("@")[0].replace("_", "-")
    return f'<html lang="{tag}">' if tag.replace("-", "").isalnum() else "<html>"


def tr(message: LiteralString, /, **values: object) -> str:
    """A text in the chosen language, with its values put in where ``{name}`` stands.

    Without values, braces stand for themselves.
    """
    if _catalog is None:
        return message.format(**values) if values else message
    return _filled(_catalog.gettext(message), message, values)


def tr_count(
    singular: LiteralString, plural: LiteralString, count: int, /, **values: object
) -> str:
    """A text that goes with a number, which is in it as ``{count}``.

    Languages have up to six forms for it; English has the two that are given.
    """
    english = singular if count == 1 else plural
    values["count"] = grouped(count)
    if _catalog is None:
        return english.format(**values)
    return _filled(_catalog.ngettext(singular, plural, count), english, values)


def tr_in(context: LiteralString, message: LiteralString, /, **values: object) -> str:
    """A short text that other languages say differently by ``context``, such as *verb*."""
    if _catalog is None:
        return message.format(**values) if values else message
    return _filled(_catalog.pgettext(context, message), message, values)


class _Separators:
    """What the window’s locale puts into numbers; None where the catalog says it."""

    thousands: str | None = None
    fraction: str | None = None


def use_separators(thousands: str | None, fraction: str | None) -> None:
    """Write numbers with these from now on; None for what the language has."""
    _Separators.thousands, _Separators.fraction = thousands, fraction


def grouped(value: int) -> str:
    """A whole number as people write it, with its thousands apart."""
    separator = _Separators.thousands
    if separator is None:
        separator = tr_in("between the thousands of a number", ",")
    return f"{value:,}".replace(",", separator)


def decimal(value: float, places: int = 1) -> str:
    """A number with so many digits after the decimal point, as people write it."""
    separator = _Separators.fraction
    if separator is None:
        separator = tr_in("between a number and its fraction", ".")
    whole, _point, fraction = f"{value:.{places}f}".partition(".")
    return f"{whole}{separator}{fraction}" if fraction else whole


def listed(items: Sequence[str]) -> str:
    """Several things in a sentence: ``a, b, and c``."""
    if len(items) < 2:
        return enumerated(items)
    if len(items) == 2:
        return tr("{first} and {second}", first=items[0], second=items[1])
    return tr("{others}, and {last}", others=enumerated(items[:-1]), last=items[-1])


def alternatives(items: Sequence[str]) -> str:
    """Several things of which one counts, in a sentence: ``a, b, or c``."""
    if len(items) < 2:
        return enumerated(items)
    if len(items) == 2:
        return tr("{first} or {second}", first=items[0], second=items[1])
    return tr("{others}, or {last}", others=enumerated(items[:-1]), last=items[-1])


def enumerated(items: Sequence[str]) -> str:
    """Several things after a colon: ``a, b, c``."""
    return tr_in("between the items of a list", ", ").join(items)


def _filled(translated: str, english: str, values: dict[str, object]) -> str:
    """A translation with its values; where its placeholders are wrong, the English text."""
    if not values:
        return translated
    try:
        return translated.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError):
        return english.format(**values)
