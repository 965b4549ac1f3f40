"""Entries from one keystore into another, with their keys, chains and dates."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from enum import Enum, auto
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import AlreadyExists, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import quoted, shorten
from handfast.formats.naming import Names
from handfast.formats.registry import module_for, pair_again
from handfast.services.exchange.chains import put_in_order
from handfast.services.exchange.converting import (
    are_writable,
    losing_error,
    loss_of,
    losses_with_undecrypted_parts,
    obstacle_to,
)
from handfast.services.files.unlocking import with_all_tried
from handfast.services.policy.key_passwords import (
    FORMATS_OF_ONE_PASSWORD,
    check_protected,
    is_kept_by_password,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.progress import Progress
    from handfast.core.store import Store

_ENTRIES_PER_PROGRESS = 128
#: Taken aliases that a refusal names.
_MAX_NAMED = 5


class OnCollision(Enum):
    """What becomes of an entry whose alias is taken where it goes."""

    REFUSE = "refuse"
    #: It goes under the first alias that is free: ``server-2``.
    RENAME = "rename"
    #: It stays where it is.
    SKIP = "skip"
    #: It takes the place of the entry that has the alias.
    REPLACE = "replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One entry that came over."""

    #: The alias that it has in the source.
    source_alias: str
    #: The alias that it has in the target.
    alias: str
    replaced: bool = False


class Fate(Enum):
    """What becomes of one entry that is copied."""

    ADDED = auto()
    RENAMED = auto()
    REPLACED = auto()
    SKIPPED = auto()
    #: The target cannot hold it.
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFate:
    """What becomes of one entry, for a preview of the whole."""

    entry: Entry
    fate: Fate
    #: The alias that it gets in the target; empty where it does not come over.
    alias: str = ""
    #: Why it is left out, as a sentence; empty where it is not.
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyResult:
    """The target with the entries in it, and what happened to each."""

    store: Store
    copied: tuple[Copied, ...]
    #: The same for each entry of the source that was chosen, in its order.
    fates: tuple[EntryFate, ...] = ()
    #: Aliases of entries that were left out because theirs is taken.
    skipped: tuple[str, ...] = ()
    #: What the target cannot hold and does not have, a sentence each.
    losses: tuple[str, ...] = ()
    #: What comes over but changes, a sentence each.
    notes: tuple[str, ...] = ()
    #: The aliases of keys that are left out only because their password was not entered.
    locked: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise :class:`WouldLose` where something that was asked for did not come over."""
        if self.losses:
            raise losing_error(
                tr("Some of the entries cannot be copied; nothing was written."),
                losses=self.losses,
                locked=self.locked,
                leaves_nothing=not self.copied,
                remedy=tr("Choose a keystore of another format, or allow the loss."),
            )


def copy_entries(
    source: Store,
    target: Store,
    aliases: Sequence[str] = (),
    *,
    on_collision: OnCollision = OnCollision.REFUSE,
    keeps_own_passwords: bool = True,
    progress: Progress = no_progress,
) -> CopyResult:
    """The target with entries of the source, all of them where no aliases are named.

    A key with the password of its keystore gets that of the target. One with a password of its
    own keeps it where the format can hold that, and else gets the target’s, with a note; without
    ``keeps_own_passwords``, every key gets the target’s where it has one.

    :raises NotFound: the source has no entry of one of the aliases
    :raises AlreadyExists: an alias is taken and ``on_collision`` is to refuse
    :raises PasswordNeeded: the target has no password, and a key would be written unencrypted
    :raises Unsupported: keystores of the target’s format are only read
    """
    capabilities = module_for(target.format).CAPABILITIES
    if not capabilities.can_write:
        raise Unsupported(
            tr("{title} keystores are read, but not written.", title=target.format.title),
            remedy=tr("Copy into PKCS#12, JKS, JCEKS, or PEM."),
        )
    source = pair_again(with_all_tried(source, progress=progress))
    chosen = _chosen(source, aliases)
    _check_password(chosen, target)
    empty = dataclasses.replace(target, entries=(), native=None)
    copying = _Copying(
        target=target,
        on_collision=on_collision,
        gives_up_own_passwords=target.password is not None
        and (not keeps_own_passwords or target.format in FORMATS_OF_ONE_PASSWORD),
    )
    if not aliases:
        # Who copies all means these entries too.
        copying.losses += losses_with_undecrypted_parts(source)
    is_known_writable = are_writable(chosen, empty, capabilities.kinds)
    is_reordered = (
        module_for(source.format).CAPABILITIES.keeps_chain_order
        and not capabilities.keeps_chain_order
    )
    for number, entry in enumerate(chosen):
        if number % _ENTRIES_PER_PROGRESS == 0:
            progress(number, len(chosen))
        # Aliases are judged apart, for all entries together.
        reason = obstacle_to(
            entry, empty, capabilities.kinds, set(), is_known_writable=is_known_writable
        )
        if reason:
            copying.leave_out(entry, reason)
            if is_kept_by_password(entry, capabilities.kinds):
                copying.locked.append(entry.alias)
            continue
        if is_reordered and isinstance(entry, KeyPair) and entry.chain:
            ordered = put_in_order(entry, target.format)
            copying.notes += ordered.notes
            copying.losses += ordered.losses
            entry = ordered.pair
        copying.put(entry)
    copying.check_collisions()
    if not capabilities.creation_dates and any(entry.created for entry in chosen):
        copying.notes.append(
            tr("{title} does not store when entries were added.", title=target.format.title)
        )
    return copying.result()


def _chosen(source: Store, aliases: Sequence[str]) -> tuple[Entry, ...]:
    if not aliases:
        return source.entries
    return tuple({id(entry): entry for entry in map(source.get, aliases)}.values())


def _check_password(chosen: Sequence[Entry], target: Store) -> None:
    """Raise where a key would be written unencrypted, its own password being given up."""
    if target.password is None:
        keys = [each for each in chosen if not isinstance(each, TrustedCertificate)]
        if target.format in FORMATS_OF_ONE_PASSWORD:
            keys = [dataclasses.replace(each, password=None) for each in keys]
        check_protected(target, keys)


@dataclasses.dataclass(slots=True, kw_only=True)
class _Copying:
    """The entries of the target as they become, found by alias in constant time."""

    target: Store
    on_collision: OnCollision
    #: Whether keys with a password of their own get that of the target.
    gives_up_own_passwords: bool = False
    copied: list[Copied] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fates: list[EntryFate] = field(default_factory=list)
    _entries: list[Entry] = field(init=False)
    _places: dict[str, int] = field(init=False)
    _names: Names = field(init=False)
    _refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._entries = list(self.target.entries)
        self._places = {}
        self._names = Names()
        for place, entry in enumerate(self._entries):
            # Where a file has an alias twice, Java and we mean the first.
            self._places.setdefault(entry.alias.casefold(), place)
            self._names.take(entry.alias)

    def put(self, entry: Entry) -> None:
        place = self._places.get(entry.alias.casefold())
        alias = entry.alias
        if place is not None:
            match self.on_collision:
                case OnCollision.REFUSE:
                    self._refused.append(entry.alias)
                    return
                case OnCollision.SKIP:
                    self.skipped.append(entry.alias)
                    self.fates.append(EntryFate(entry=entry, fate=Fate.SKIPPED))
                    return
                case OnCollision.RENAME:
                    alias, place = self._names.take(alias), None
                case OnCollision.REPLACE:
                    # The alias as it stands there, to which a configuration refers.
                    alias = self._entries[place].alias
        else:
            self._names.take(alias)
        if place is not None:
            fate = Fate.REPLACED
        else:
            fate = Fate.ADDED if alias == entry.alias else Fate.RENAMED
        self.fates.append(EntryFate(entry=entry, fate=fate, alias=alias))
        new = self._adapted(entry, alias)
        if place is None:
            self._places[alias.casefold()] = len(self._entries)
            self._entries.append(new)
        else:
            self._entries[place] = new
        self.copied.append(
            Copied(source_alias=entry.alias, alias=alias, replaced=place is not None)
        )

    def leave_out(self, entry: Entry, reason: str) -> None:
        """Note that the target cannot hold an entry; the reason is a sentence without its name."""
        loss = loss_of(entry, reason)
        self.losses.append(loss)
        self.fates.append(EntryFate(entry=entry, fate=Fate.LEFT_OUT, reason=loss))

    def _adapted(self, entry: Entry, alias: str) -> Entry:
        """The entry as the target holds it; what a format remembers of its own file stays there."""
        if isinstance(entry, TrustedCertificate):
            if not entry.is_visible_to_java:
                self.notes.append(
                    tr("Java now sees the certificate “{alias}”.", alias=shorten(alias))
                )
            return dataclasses.replace(entry, alias=alias, native=None, is_visible_to_java=True)
        password = entry.password
        if password is not None and password == self.target.password:
            password = None
        if password is not None and self.gives_up_own_passwords:
            password = None
            self.notes.append(
                tr("The key “{alias}” now has the password of the keystore.", alias=shorten(alias))
            )
        return dataclasses.replace(entry, alias=alias, native=None, password=password)

    def check_collisions(self) -> None:
        if not self._refused:
            return
        raise AlreadyExists(
            _taken(self._refused),
            causes=(tr("Java does not distinguish upper and lower case in aliases."),),
            remedy=tr("Choose to rename, skip, or replace such entries."),
        )

    def result(self) -> CopyResult:
        return CopyResult(
            store=dataclasses.replace(self.target, entries=tuple(self._entries)),
            copied=tuple(self.copied),
            fates=tuple(self.fates),
            skipped=tuple(self.skipped),
            losses=tuple(self.losses),
            locked=tuple(self.locked),
            notes=tuple(self.notes),
        )


def _taken(aliases: Sequence[str]) -> str:
    shown = enumerated([quoted(alias) for alias in aliases[:_MAX_NAMED]])
    rest = len(aliases) - _MAX_NAMED
    if rest > 0:
        return tr_count(
            "Aliases are taken: {aliases}, and {count} more.",
            "Aliases are taken: {aliases}, and {count} more.",
            rest,
            aliases=shown,
        )
    if len(aliases) == 1:
        return tr("An alias is taken: {aliases}.", aliases=shown)
    return tr("Aliases are taken: {aliases}.", aliases=shown)
