"""A store in another format or under another password: what comes along, and what cannot."""

from __future__ import annotations

import dataclasses
import operator
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import HandfastError, WouldLose
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
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
from handfast.formats.registry import check_writable, module_for, pair_again
from handfast.services.exchange.chains import put_in_order
from handfast.services.files import saving
from handfast.services.files.unlocking import with_all_tried
from handfast.services.policy.formats import check_format
from handfast.services.policy.key_passwords import is_kept_by_password, with_one_password
from handfast.services.policy.passwords import check_password

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    #: The aliases of keys that are left out only because their password was not entered.
    locked: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise :class:`WouldLose` where something is left out."""
        if self.losses:
            raise losing_error(
                tr(
                    "{title} cannot hold everything in the keystore; nothing was written.",
                    title=self.store.format.title,
                ),
                losses=self.losses,
                locked=self.locked,
                leaves_nothing=not self.store.entries,
                remedy=tr("Choose another format, or allow the loss."),
            )


def losing_error(
    problem: str,
    *,
    losses: tuple[str, ...],
    locked: tuple[str, ...],
    leaves_nothing: bool,
    remedy: str,
) -> WouldLose:
    """Why something would be left out. Of what is only locked, no format is to blame.

    ``problem`` and ``remedy`` are for what a password does not bring along.
    """
    if locked:
        remedy = tr("Enter the passwords of the locked keys.")
        if len(locked) == len(losses):
            problem = (
                tr("The key “{alias}” is locked; nothing was written.", alias=shorten(locked[0]))
                if len(locked) == 1
                else tr_count(
                    "{count} key is locked; nothing was written.",
                    "{count} keys are locked; nothing was written.",
                    len(locked),
                )
            )
    return WouldLose(
        problem, losses=losses, locked=locked, leaves_nothing=leaves_nothing, remedy=remedy
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
    check_format(wanted)
    notes: list[str] = []
    warnings: tuple[str, ...] = ()
    if password is not None or not capabilities.passwordless:
        warnings = check_password(password, wanted, kept=store.password)
    store = pair_again(with_all_tried(store, progress=progress))
    if wanted is not store.format or password != store.password:
        store, told = with_one_password(store, wanted)
        notes += told
    if wanted is store.format:
        entries = _seen_by_java(store, notes)
        # A new file is a keystore by itself, whatever the old one stood in.
        same = dataclasses.replace(store, entries=entries, strength=strength, wrapping=None)
        if store.locked_parts:
            notes.append(
                tr("A part of the file stays encrypted under its own password, which is not known.")
            )
        return Conversion(
            store=same.with_password(password), losses=(), notes=tuple(notes), warnings=warnings
        )
    empty = Store(format=wanted, password=password, strength=strength, integrity=Integrity.VERIFIED)
    kept: list[Entry] = []
    losses: list[str] = []
    locked: list[str] = []
    taken: set[str] = set()
    names = Names()
    for each in store.entries:
        names.take(each.alias)
    for number, each in enumerate(store.entries):
        progress(number, len(store.entries))
        entry = _plainly_named(each, names, notes)
        reason = obstacle_to(entry, empty, capabilities.kinds, taken)
        if reason:
            losses.append(loss_of(entry, reason))
            if is_kept_by_password(entry, capabilities.kinds):
                locked.append(entry.alias)
            continue
        taken.add(entry.alias.casefold())
        if isinstance(entry, KeyPair) and entry.chain and not capabilities.keeps_chain_order:
            ordered = put_in_order(entry, wanted)
            entry = ordered.pair
            notes += ordered.notes
            losses += ordered.losses
        kept.append(dataclasses.replace(entry, native=None, is_visible_to_java=True))
    losses += losses_with_undecrypted_parts(store)
    if store.carried:
        losses.append(
            tr_count(
                "{count} item of another kind in the file, such as a revocation list.",
                "{count} items of another kind in the file, such as revocation lists.",
                store.carried,
            )
        )
    notes += notes_about_unreadable(kept, wanted)
    if not capabilities.creation_dates and any(entry.created for entry in kept):
        notes.append(tr("{title} does not store when entries were added.", title=wanted.title))
    return Conversion(
        store=empty.with_entries(kept),
        losses=tuple(losses),
        notes=tuple(notes),
        warnings=warnings,
        locked=tuple(locked),
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


def loss_of(entry: Entry, reason: str) -> str:
    """What is lost with an entry that cannot come along, and why."""
    alias = shorten(entry.alias)
    match entry.kind:
        case "key-pair":
            return tr("The key pair “{alias}”: {reason}", alias=alias, reason=reason)
        case "secret-key":
            return tr("The secret key “{alias}”: {reason}", alias=alias, reason=reason)
        case _:
            return tr("The certificate “{alias}”: {reason}", alias=alias, reason=reason)


def losses_with_undecrypted_parts(store: Store) -> list[str]:
    """What is lost with the parts of a file that are not readable."""
    losses = []
    if store.locked_parts:
        losses.append(
            tr_count(
                "{count} part of the file under another password, such as certificates: "
                "unlock it first.",
                "{count} parts of the file under another password, such as certificates: "
                "unlock them first.",
                store.locked_parts,
            )
        )
    if store.foreign_parts:
        losses.append(
            tr_count(
                "{count} part of the file that is encrypted for the holder of a certificate.",
                "{count} parts of the file that are encrypted for the holder of a certificate.",
                store.foreign_parts,
            )
        )
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
        notes.append(
            tr_count(
                "{count} entry that Java did not see or find before can now be used by Java.",
                "{count} entries that Java did not see or find before can now be used by Java.",
                hidden,
            )
        )
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
    notes.append(
        tr(
            "The alias “{alias}” contained control characters, which were removed.",
            alias=shorten(alias),
        )
    )
    return dataclasses.replace(entry, alias=alias)


def _named(entry: Entry, names: Names, notes: list[str]) -> Entry:
    """An entry whose alias is empty, which only PKCS#12 knows, under the name that it is for."""
    alias = names.take(name_for(entry.certificate, "unnamed"))
    notes.append(tr("An entry had no name; its alias is now “{alias}”.", alias=shorten(alias)))
    return dataclasses.replace(entry, alias=alias)


def notes_about_unreadable(entries: list[Entry], wanted: Format) -> list[str]:
    """What to say of certificates that no library reads, in a format for which that matters."""
    if wanted is Format.PEM:
        # Each block stands for itself.
        return []
    found = [entry for entry in entries if not all(each.is_readable for each in entry.chain)]
    if not found:
        return []
    return [_about_unreadable(found)]


def _about_unreadable(found: list[Entry]) -> str:
    alias, rest = shorten(found[0].alias), len(found) - 1
    if not rest:
        return tr(
            "A certificate of “{alias}” cannot be read here; programs that cannot read it "
            "may reject the whole keystore, as Java does.",
            alias=alias,
        )
    return tr_count(
        "Certificates of “{alias}” and {count} more cannot be read here; programs that cannot read "
        "them may reject the whole keystore, as Java does.",
        "Certificates of “{alias}” and {count} more cannot be read here; programs that cannot read "
        "them may reject the whole keystore, as Java does.",
        rest,
        alias=alias,
    )


def are_writable(entries: Iterable[Entry], empty: Store, kinds: frozenset[str]) -> bool:
    """Whether all keys that are open could be written together, at far less cost than each alone.

    False does not say which of them cannot, or that only their aliases do not go together.
    """
    keys = [
        dataclasses.replace(each, native=None)
        for each in entries
        if isinstance(each, KeyPair | SecretKey) and not each.is_locked and each.kind in kinds
    ]
    try:
        check_writable(empty.with_entries(keys))
    except HandfastError:
        return False
    return True


def obstacle_to(
    entry: Entry,
    empty: Store,
    kinds: frozenset[str],
    taken: set[str],
    *,
    is_known_writable: bool = False,
) -> str:
    """Why an entry cannot come along; empty where it can.

    ``is_known_writable`` says that :func:`are_writable` answered for it together with others.
    """
    title = empty.format.title
    if entry.kind not in kinds:
        return tr("{title} cannot hold secret keys.", title=title)
    if isinstance(entry, KeyPair | SecretKey) and entry.is_locked:
        # What is unreadable stays so, whatever a person types.
        return entry.trouble or tr("The key is locked; unlock it with its password first.")
    if entry.alias.casefold() in taken:
        return tr("Another entry has the same alias except for upper and lower case.")
    try:
        check_alias(entry.alias)
        if not isinstance(entry, TrustedCertificate) and not is_known_writable:
            # Few, and each format has its own view of which keys and chains it can hold.
            check_writable(empty.with_entries([dataclasses.replace(entry, native=None)]))
    except HandfastError as error:
        return error.problem
    return ""
