"""A store as an immutable value: editing makes a new one."""

from __future__ import annotations

import dataclasses
import itertools
import operator
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import AlreadyExists, InvalidInput, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, grouped, tr, tr_count
from handfast.core.visible_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.password import Password


class Format(Enum):
    """The formats by the names they have in JSON."""

    JKS = "JKS"
    JCEKS = "JCEKS"
    PKCS12 = "PKCS12"
    BKS = "BKS"
    UBER = "UBER"
    BCFKS = "BCFKS"
    PEM = "PEM"
    PKCS7 = "PKCS7"

    @property
    def title(self) -> str:
        """The name as people write it."""
        return {"PKCS12": "PKCS#12", "PKCS7": "PKCS#7"}.get(self.value, self.value)


class Integrity(Enum):
    """What is known of the file being as its owner left it."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    #: The format or this file has nothing to check.
    NONE = "none"


class Strength(Enum):
    """How a store is to be protected when it is written."""

    #: The protection that the file has; that of MODERN for a new one.
    AS_IT_WAS = "as-it-was"
    #: What Java 17 writes by default.
    MODERN = "modern"
    #: What Java 8 and other old readers understand.
    COMPATIBLE = "compatible"
    #: No encryption and no integrity check, as the JDK's own `cacerts` is made.
    NONE = "none"


#: An alias longer than this is a mistake or an attack; JKS itself ends at 65,535 bytes.
MAX_ALIAS_LENGTH = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A keystore: its format, its entries in file order, and what protects it."""

    format: Format
    entries: tuple[Entry, ...] = ()
    integrity: Integrity = Integrity.VERIFIED
    #: What opened it and will protect it when written; None where none was used.
    password: Password | None = None
    strength: Strength = Strength.AS_IT_WAS
    #: How the file protects what it holds, in words; empty for a new store.
    protection: str = field(default="", compare=False)
    #: Whether it is encrypted or checked by algorithms that strict programs refuse today: RC2,
    #: triple DES, or a MAC over SHA-1.
    has_legacy_protection: bool = field(default=False, compare=False)
    #: The algorithms that no Java has by which the file is encrypted or checked, and its keys are.
    closed_to_java: tuple[str, ...] = field(default=(), compare=False)
    keys_closed_to_java: tuple[str, ...] = field(default=(), compare=False)
    #: The least number of iterations by which a key of this file comes from a password; None where
    #: there is none or it is not known.
    fewest_iterations: int | None = field(default=None, compare=False)
    #: Whether something in it is encrypted and nothing checks that it is as its owner left it.
    lacks_mac: bool = field(default=False, compare=False)
    #: Things found while reading that a person should know, a sentence each.
    remarks: tuple[str, ...] = field(default=(), compare=False)
    #: How many things are in the file that are no entries; they are written back with it.
    carried: int = field(default=0, compare=False)
    #: Parts of the file that another password would open, and those that none would: what is in
    #: them is not among the entries. They are written back as they are.
    locked_parts: int = field(default=0, compare=False)
    foreign_parts: int = field(default=0, compare=False)
    #: What the store stood in where it is not a file by itself: `handfast.formats.wrapping`.
    wrapping: object = field(default=None, compare=False, repr=False)
    #: The format module's own memory of the file; see :mod:`handfast.core.entry`.
    native: object = field(default=None, compare=False, repr=False)

    # --- looking ------------------------------------------------------------------

    @property
    def key_pairs(self) -> tuple[KeyPair, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, KeyPair))

    @property
    def trusted(self) -> tuple[TrustedCertificate, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, TrustedCertificate))

    @property
    def secret_keys(self) -> tuple[SecretKey, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, SecretKey))

    @property
    def is_certificate_file(self) -> bool:
        """Whether it is a plain file of certificates, as people send them, and no keystore."""
        return self.format in {Format.PEM, Format.PKCS7} and all(
            each.kind == "trusted-certificate" for each in self.entries
        )

    def find(self, alias: str) -> Entry | None:
        """The entry of that alias, exactly so if there is one, else in any case (as Java does)."""
        for entry in self.entries:
            if entry.alias == alias:
                return entry
        folded = alias.casefold()
        for entry in self.entries:
            if entry.alias.casefold() == folded:
                return entry
        # IBM's Java puts a zero at the end of aliases; nobody can type that.
        plain = without_controls(folded)
        if plain:
            for entry in self.entries:
                if without_controls(entry.alias.casefold()) == plain:
                    return entry
        return None

    def get(self, alias: str) -> Entry:
        """The entry of that alias; :class:`NotFound` where there is none."""
        entry = self.find(alias)
        if entry is None:
            raise NotFound(
                tr("There is no entry “{alias}” in this keystore.", alias=shorten(alias)),
                field="alias",
                causes=(_known_aliases(self),),
                remedy=tr("List the keystore to see its aliases."),
            )
        return entry

    def free_alias(self, wanted: str) -> str:
        """``wanted``, or the first of ``wanted-2``, ``wanted-3`` … that is not taken."""
        taken = {entry.alias.casefold() for entry in self.entries}
        if wanted.casefold() not in taken:
            return wanted
        number = 2
        while f"{wanted}-{number}".casefold() in taken:
            number += 1
        return f"{wanted}-{number}"

    # --- editing ------------------------------------------------------------------

    def with_entries(self, added: Iterable[Entry]) -> Store:
        """The store with these after the ones it has; their aliases must be free."""
        new = tuple(added)
        taken = {entry.alias.casefold() for entry in self.entries}
        for entry in new:
            check_alias(entry.alias)
            if entry.alias.casefold() in taken:
                raise AlreadyExists(
                    tr("The alias “{alias}” is taken.", alias=shorten(entry.alias)),
                    causes=(tr("Java does not distinguish upper and lower case in aliases."),),
                    remedy=tr("Choose another alias, or delete the other entry first."),
                )
            taken.add(entry.alias.casefold())
        return dataclasses.replace(self, entries=self.entries + new)

    def with_replaced(self, old: Entry, new: Entry) -> Store:
        """The store with one entry exchanged, at its place. ``old`` is found by identity."""
        index = self._index(old)
        if new.alias != old.alias:
            check_alias(new.alias)
            for other in self.entries:
                if other is not old and other.alias.casefold() == new.alias.casefold():
                    raise AlreadyExists(
                        tr("The alias “{alias}” is taken.", alias=shorten(new.alias)),
                        remedy=tr("Choose another alias."),
                    )
        entries = (*self.entries[:index], new, *self.entries[index + 1 :])
        return dataclasses.replace(self, entries=entries)

    def without(self, removed: Iterable[Entry]) -> Store:
        """The store without these; each is found by identity."""
        taken = tuple(removed)
        gone = set(map(id, taken))
        # Without a step of Python for each entry: there may be a hundred thousand.
        stays = map(operator.not_, map(gone.__contains__, map(id, self.entries)))
        kept = tuple(itertools.compress(self.entries, stays))
        if len(kept) + len(gone) != len(self.entries):
            # One of them is of another value of the store.
            for entry in taken:
                self._index(entry)
        return dataclasses.replace(self, entries=kept)

    def with_password(self, password: Password | None) -> Store:
        """The store under another password; keys that used the store's follow it."""
        return dataclasses.replace(self, password=password)

    def _index(self, entry: Entry) -> int:
        for index, candidate in enumerate(self.entries):
            if candidate is entry:
                return index
        raise NotFound(
            tr("“{alias}” is no longer in this keystore.", alias=shorten(entry.alias)),
            field="alias",
        )


def check_alias(alias: str) -> None:
    """Raise :class:`InvalidInput` for an alias that no store should get."""
    if not alias.strip():
        raise InvalidInput(tr("Enter an alias."), field="alias")
    if len(alias) > MAX_ALIAS_LENGTH:
        raise InvalidInput(
            tr(
                "The alias is {count} characters long; the maximum is {max_alias_length}.",
                count=grouped(len(alias)),
                max_alias_length=grouped(MAX_ALIAS_LENGTH),
            ),
            field="alias",
        )
    if any(_is_control(character) for character in alias):
        raise InvalidInput(tr("An alias cannot contain control characters."), field="alias")
    if any("\ud800" <= character <= "\udfff" for character in alias):
        # What Python makes of arguments that are not in the system's encoding.
        raise InvalidInput(tr("The alias is not valid text."), field="alias")
    if not any(character.isprintable() and not character.isspace() for character in alias):
        raise InvalidInput(
            tr("An alias needs at least one character that can be seen."), field="alias"
        )


def _is_control(character: str) -> bool:
    """Whether a character is a control (C0, C1) or ends a line, in whatever script."""
    return ord(character) < 32 or 127 <= ord(character) < 160 or character in "\u2028\u2029"


def without_controls(text: str) -> str:
    """A text without the control characters in it, and without blanks at its ends."""
    if text.isprintable():
        return text.strip()
    kept = (each for each in text if not (ord(each) < 32 or 127 <= ord(each) < 160))
    return "".join(kept).strip()


def shorten(text: str, width: int = 60) -> str:
    """A name for a message: in full if short, else its beginning and its end.

    What deceives the eye in it, such as a mark of direction or the end of a line, is spelled out.
    """
    text = visible(text)
    if len(text) <= width:
        return text
    half = (width - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def quoted(text: str, width: int = 60) -> str:
    """A name for a message as :func:`shorten` gives it, in the quotation marks of the language."""
    return tr("“{name}”", name=shorten(text, width))


#: How many aliases an error names.
_SHOWN_ALIASES = 5


def _known_aliases(store: Store) -> str:
    names = [shorten(entry.alias, 30) for entry in store.entries]
    if not names:
        return tr("The keystore is empty.")
    return (
        tr("It contains: {aliases}.", aliases=enumerated(names))
        if len(names) <= _SHOWN_ALIASES
        else tr_count(
            "It contains: {aliases}, and {count} more.",
            "It contains: {aliases}, and {count} more.",
            len(names) - _SHOWN_ALIASES,
            aliases=enumerated(names[:_SHOWN_ALIASES]),
        )
    )
