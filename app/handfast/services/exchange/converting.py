"""A store in another format or under another password: what comes along, and what cannot."""

from __future__ import annotations

import dataclasses
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import HandfastError, Unsupported, WouldLose
from handfast.core.progress import no_progress
from handfast.core.store import (
    Format,
    Integrity,
    Store,
    Strength,
    check_alias,
    shorten,
    without_controls,
)
from handfast.formats.naming import Names, name_for
from handfast.formats.registry import check_writable, module_for
from handfast.services.files import saving
from handfast.services.files.unlocking import with_all_tried
from handfast.services.policy.key_passwords import with_one_password
from handfast.services.policy.passwords import check_password

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.files.opening import OpenedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The new store, and in words what of the old one is not in it."""

    store: Store
    #: What is left out, a line each; empty where nothing is.
    losses: tuple[str, ...]
    #: What comes along but changes.
    notes: tuple[str, ...]
    #: What is unwise about the new password, a sentence each.
    warnings: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise :class:`WouldLose` where something is left out."""
        if self.losses:
            title = self.store.format.title
            raise WouldLose(
                f"{title} cannot hold all that is in the store; nothing was written.",
                losses=self.losses,
                remedy="Choose another format, or allow the loss.",
            )


def convert(
    store: Store,
    wanted: Format,
    password: Password | None,
    *,
    strength: Strength = Strength.MODERN,
    progress: Progress = no_progress,
) -> Conversion:
    """The entries of a store for a new file of another format, under a password.

    A key that is locked cannot come along, because its sealing belongs to the old format; the
    same format keeps it as it is. One that was left locked to save time is opened first. Where
    the format wants one password for all, a key that is open with its own gets the store's.

    :raises Unsupported: the format is only read
    :raises PasswordNeeded: the format needs a password
    :raises InvalidInput: the store cannot be protected by this password
    """
    capabilities = module_for(wanted).CAPABILITIES
    if not capabilities.can_write:
        raise Unsupported(
            f"{wanted.title} stores are read, but not written.",
            remedy="Choose PKCS#12, JKS, JCEKS or PEM.",
        )
    notes: list[str] = []
    warnings: tuple[str, ...] = ()
    if password is not None or not capabilities.passwordless:
        warnings = check_password(password, wanted, kept=store.password)
    store = with_all_tried(store, progress=progress)
    if wanted is not store.format or password != store.password:
        store, told = with_one_password(store, wanted)
        notes += told
    if wanted is store.format:
        entries = _seen_by_java(store, notes)
        # A new file is a keystore by itself, whatever the old one stood in.
        same = dataclasses.replace(store, entries=entries, strength=strength, wrapping=None)
        if store.locked_parts:
            notes.append(
                "A part of the file stays encrypted under its own password, which is not known."
            )
        return Conversion(
            store=same.with_password(password), losses=(), notes=tuple(notes), warnings=warnings
        )
    empty = Store(format=wanted, password=password, strength=strength, integrity=Integrity.VERIFIED)
    kept: list[Entry] = []
    losses: list[str] = []
    taken: set[str] = set()
    names = Names()
    for each in store.entries:
        names.take(each.alias)
    for number, each in enumerate(store.entries):
        progress(number, len(store.entries))
        entry = _plainly_named(each, names, notes)
        reason = obstacle_to(entry, empty, capabilities.kinds, taken)
        if reason:
            losses.append(f"{KIND_NOUNS[entry.kind]} “{shorten(entry.alias)}”: {reason}")
            continue
        taken.add(entry.alias.casefold())
        kept.append(dataclasses.replace(entry, native=None, is_visible_to_java=True))
    losses += losses_with_undecrypted_parts(store)
    if store.carried:
        things = "A thing" if store.carried == 1 else f"{store.carried:,} things"
        losses.append(f"{things} of another kind in the file, such as a revocation list.")
    notes += notes_about_unreadable(kept, wanted)
    if not capabilities.creation_dates and any(entry.created for entry in kept):
        notes.append(f"{wanted.title} keeps no dates of entry.")
    return Conversion(
        store=empty.with_entries(kept),
        losses=tuple(losses),
        notes=tuple(notes),
        warnings=warnings,
    )


def save_converted(
    store: Store,
    path: Path,
    wanted: Format,
    password: Password | None,
    *,
    strength: Strength = Strength.MODERN,
    allow_loss: bool = False,
    overwrite: bool = False,
    backup: bool = True,
    progress: Progress = no_progress,
) -> tuple[OpenedFile, Conversion]:
    """Convert a store and write it to a file; the notes of both are with the file.

    :raises WouldLose: something would be left out and ``allow_loss`` is not given
    """
    conversion = convert(store, wanted, password, strength=strength, progress=progress)
    if not allow_loss:
        conversion.check()
    saved = saving.save_store(
        conversion.store, path, overwrite=overwrite, backup=backup, progress=progress
    )
    return dataclasses.replace(saved, notes=(*conversion.notes, *saved.notes)), conversion


KIND_NOUNS = {
    "key-pair": "The key pair",
    "trusted-certificate": "The certificate",
    "secret-key": "The secret key",
}


def losses_with_undecrypted_parts(store: Store) -> list[str]:
    """What is lost with the parts of a file that are not readable."""
    losses = []
    if store.locked_parts:
        what = "A part" if store.locked_parts == 1 else f"{store.locked_parts:,} parts"
        losses.append(
            f"{what} of the file under another password, such as certificates: unlock it first."
        )
    if store.foreign_parts:
        what = "A part" if store.foreign_parts == 1 else f"{store.foreign_parts:,} parts"
        losses.append(f"{what} of the file that is encrypted for the holder of a certificate.")
    return losses


def _seen_by_java(store: Store, notes: list[str]) -> tuple[Entry, ...]:
    """The entries for a new file of the same format, so that Java sees and finds each of them."""
    names = Names()
    for each in store.entries:
        names.take(each.alias)
    entries: list[Entry] = []
    hidden = 0
    for each in store.entries:
        # An empty alias, which Java takes as well as any other, stays what it is.
        entry = _plainly_named(each, names, notes) if each.alias.strip() else each
        if not entry.is_visible_to_java and not entry.is_locked:
            hidden += 1
            if store.format in {Format.JKS, Format.JCEKS}:
                entry = _in_small_letters(entry, store)
            entry = dataclasses.replace(entry, is_visible_to_java=True)
        entries.append(entry)
    if hidden:
        what = "One entry" if hidden == 1 else f"{hidden:,} entries"
        notes.append(f"{what} that Java did not see or find before can be used by Java now.")
    return tuple(entries) if any(map(operator.is_not, entries, store.entries)) else store.entries


def _in_small_letters(entry: Entry, store: Store) -> Entry:
    """The entry under the alias for which Java looks, where no other one has that."""
    alias = entry.alias.lower()
    if any(other is not entry and other.alias == alias for other in store.entries):
        return entry
    return dataclasses.replace(entry, alias=alias)


def _plainly_named(entry: Entry, names: Names, notes: list[str]) -> Entry:
    """The entry under an alias that can be typed: one without control characters, and not empty."""
    if not entry.alias.strip():
        return _named(entry, names, notes)
    plain = without_controls(entry.alias)
    if plain == entry.alias.strip():
        return entry
    if not plain:
        return _named(entry, names, notes)
    alias = names.take(plain)
    noun = KIND_NOUNS[entry.kind]
    notes.append(f"{noun} “{shorten(alias)}” had control characters in its alias.")
    return dataclasses.replace(entry, alias=alias)


def _named(entry: Entry, names: Names, notes: list[str]) -> Entry:
    """An entry whose alias is empty, which only PKCS#12 knows, under the name that it is for."""
    alias = names.take(name_for(entry.certificate, "unnamed"))
    notes.append(f"{KIND_NOUNS[entry.kind]} that had no name is called “{shorten(alias)}” now.")
    return dataclasses.replace(entry, alias=alias)


def notes_about_unreadable(entries: list[Entry], wanted: Format) -> list[str]:
    """What to say of certificates that no library reads, in a format for which that matters."""
    if wanted is Format.PEM:
        # Each block stands for itself.
        return []
    found = [entry for entry in entries if not all(each.is_readable for each in entry.chain)]
    if not found:
        return []
    many = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
    what = f"A certificate of “{shorten(found[0].alias)}”{many} cannot be read here"
    return [f"{what}; a program that cannot either may refuse the whole store, as Java does."]


def obstacle_to(entry: Entry, empty: Store, kinds: frozenset[str], taken: set[str]) -> str:
    """Why an entry cannot come along; empty where it can."""
    title = empty.format.title
    if entry.kind not in kinds:
        return f"{title} has no place for secret keys."
    if isinstance(entry, KeyPair | SecretKey) and entry.is_locked:
        return "its key is locked; unlock it with its password first."
    if entry.alias.casefold() in taken:
        return "another entry has the same alias but for upper and lower case."
    try:
        check_alias(entry.alias)
        if not isinstance(entry, TrustedCertificate):
            # Few, and each format has its own view of which keys and chains it can hold.
            check_writable(empty.with_entries([dataclasses.replace(entry, native=None)]))
    except HandfastError as error:
        return error.problem
    return ""
