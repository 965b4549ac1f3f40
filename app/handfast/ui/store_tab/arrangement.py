"""Which entries are shown, and in which order: the filter and the sorting, without a widget."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import operator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.frozen import dataclass
from handfast.services.checks.entry_states import EntryState, has_state
from handfast.services.describe.validity import EXPIRY_DAYS
from handfast.ui.store_tab.entry_node import entry_node, search_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from handfast.core.entry import Entry

    #: Entries with their texts, by the identity of the entry.
    _Texts: TypeAlias = dict[int, tuple[Entry, str]]
    #: Puts the texts of entries together, while it tells how far it is.
    Progress: TypeAlias = Callable[[int, int], None]

#: The entries of one kind, by kind, in the order in which they are shown.
Groups: TypeAlias = "dict[str, list[Entry]]"
KINDS = ("key-pair", "trusted-certificate", "secret-key")
#: Before the name of a state in the filter.
STATE_PREFIX = "is:"
#: Rows that are sorted in one go; nothing else runs in the meantime.
_ROWS_IN_ONE_GO = 4_000
_ROWS_BETWEEN_PAUSES = 16
_KIND_OF = operator.attrgetter("kind")


def _no_progress(_done: int, _total: int) -> None:
    """Nobody waits."""


class SearchTexts:
    """What the filter looks at in each entry, put together once; an entry is kept with its text.

    It is held by identity, because entries are equal where their rows are not the same row.

    A worker fills it while the window may already show another store: what a worker began with is
    never iterated over here, and what it still adds after :meth:`keep` is dropped with it.
    """

    def __init__(self) -> None:
        self._texts: _Texts = {}

    def has_all(self, entries: Iterable[Entry]) -> bool:
        return all(id(entry) in self._texts for entry in entries)

    def keep(self, entries: Iterable[Entry]) -> None:
        """Forget every entry but these."""
        known, self._texts = self._texts, {}
        for entry in entries if known else ():
            found = known.get(id(entry))
            if found is not None:
                self._texts[id(entry)] = found

    def forget(self, entries: Iterable[Entry]) -> None:
        """Forget these entries, while no worker filters by them."""
        for entry in entries:
            self._texts.pop(id(entry), None)

    def prepare(self, entries: tuple[Entry, ...], progress: Progress) -> _Texts:
        """Put the texts together, in a worker; returns the texts of these entries, by identity."""
        texts = self._texts
        for number, entry in enumerate(entries):
            if number % _ROWS_BETWEEN_PAUSES == 0:
                progress(number, len(entries))
            if id(entry) not in texts:
                texts[id(entry)] = entry, search_text(_apart(entry))
        return texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrangement:
    """What is asked of the rows."""

    entries: tuple[Entry, ...]
    #: Case folded; an entry is shown where it has all of them.
    words: tuple[str, ...] = ()
    #: An entry is shown where it is in one of these states; all are where there is none.
    states: frozenset[EntryState] = frozenset()
    #: Whether the keystore was opened with its password, or has nothing to check.
    is_verified: bool = True
    #: From how many days before its end a certificate is called expiring.
    expiry_days: int = EXPIRY_DAYS
    #: A column; None for the order of the file.
    column: int | None = None
    is_descending: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is every entry in the order of the file, which takes no time."""
        return not self.words and not self.states and self.column is None

    def groups(self, texts: SearchTexts, progress: Progress = _no_progress) -> Groups:
        """The entries that are shown, by kind and in order."""
        shown: Iterable[Entry] = self.entries
        if self.words:
            shown = self._matching(texts.prepare(self.entries, progress), progress)
        if self.states:
            shown = self._in_states(list(shown), progress)
        if self.column is not None:
            shown = self._sorted(list(shown), self.column, progress)
        return by_kind(shown)

    def shows(self, entry: Entry) -> bool:
        """Whether the filter shows an entry."""
        apart = _apart(entry)
        text = search_text(apart) if self.words else ""
        return all(word in text for word in self.words) and self._is_in_a_state(apart)

    def row_of(self, entry: Entry, group: Sequence[Entry], places: Mapping[int, int]) -> int:
        """Where an entry belongs in a group that is in order, by where each is in the file."""
        key = self._key(entry)

        def comes_before(other: Entry) -> bool:
            other_key = self._key(other)
            if other_key != key:
                return (other_key > key) is self.is_descending
            return places[id(other)] < places[id(entry)]

        low, high = 0, len(group)
        while low < high:
            middle = (low + high) // 2
            if comes_before(group[middle]):
                low = middle + 1
            else:
                high = middle
        return low

    def _key(self, entry: Entry) -> str:
        return "" if self.column is None else entry_node(_apart(entry)).key(self.column)

    def _matching(self, texts: _Texts, progress: Progress) -> list[Entry]:
        found = []
        for number, entry in enumerate(self.entries):
            if number % _ROWS_BETWEEN_PAUSES == 0:
                progress(number, len(self.entries))
            text = texts[id(entry)][1]
            if all(word in text for word in self.words):
                found.append(entry)
        return found

    def _in_states(self, entries: list[Entry], progress: Progress) -> list[Entry]:
        found = []
        for number, entry in enumerate(entries):
            if number % _ROWS_BETWEEN_PAUSES == 0:
                progress(number, len(entries))
            if self._is_in_a_state(_apart(entry)):
                found.append(entry)
        return found

    def _is_in_a_state(self, entry: Entry) -> bool:
        """Whether it is in one of those that are asked for, if any are."""
        return not self.states or any(
            has_state(entry, each, is_verified=self.is_verified, expiry_days=self.expiry_days)
            for each in self.states
        )

    def _sorted(self, entries: list[Entry], column: int, progress: Progress) -> list[Entry]:
        keys: list[tuple[str, int]] = []
        for number, entry in enumerate(entries):
            if number % _ROWS_BETWEEN_PAUSES == 0:
                progress(number, len(entries))
            # Equal ones stay in the order of the file, in both directions.
            place = -number if self.is_descending else number
            keys.append((entry_node(_apart(entry)).key(column), place))
        parts = []
        for start in range(0, len(keys), _ROWS_IN_ONE_GO):
            parts.append(sorted(keys[start : start + _ROWS_IN_ONE_GO], reverse=self.is_descending))
            progress(start, len(keys))
        merged = heapq.merge(*parts, reverse=self.is_descending)
        return [entries[abs(place)] for _key, place in merged]


class Edit(NamedTuple):
    """What an edit did to the entries of a store."""

    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]


def edit_between(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> Edit:
    """What is between the entries at both ends that stayed, by identity.

    It takes a few milliseconds for a hundred thousand entries.
    """
    shorter = min(len(before), len(after))
    first = _same_at_start(before, after, shorter)
    last = _same_at_start(reversed(before), reversed(after), shorter - first)
    return Edit(before[first : len(before) - last], after[first : len(after) - last])


def _same_at_start(before: Iterable[Entry], after: Iterable[Entry], most: int) -> int:
    """How many are the same, up to so many; looked at without a copy of the others."""
    found = bytes(map(operator.is_, itertools.islice(before, most), after)).find(0)
    return found if found >= 0 else most


def _apart(entry: Entry) -> Entry:
    """The entry with certificates of its own.

    What a certificate is asked for stays with it, some kilobytes each: for entries that nobody
    looks at, that would be half a gigabyte in a store of a hundred thousand.
    """
    if isinstance(entry, KeyPair):
        chain = tuple(Certificate(each.der) for each in entry.chain)
        return dataclasses.replace(entry, chain=chain)
    if isinstance(entry, TrustedCertificate):
        return dataclasses.replace(entry, certificate=Certificate(entry.certificate.der))
    return entry


def parse_filter(text: str) -> tuple[tuple[str, ...], frozenset[EntryState]]:
    """What was typed, as words and as states such as ``is:expired``; other words are words."""
    states = {each.value: each for each in EntryState}
    words: list[str] = []
    found: set[EntryState] = set()
    for word in text.casefold().split():
        state = states.get(word.removeprefix(STATE_PREFIX))
        if state is not None and word.startswith(STATE_PREFIX):
            found.add(state)
        else:
            words.append(word)
    return tuple(words), frozenset(found)


def with_state(text: str, state: EntryState, *, is_on: bool) -> str:
    """A filter with a state added or removed; what else was typed stays."""
    term = f"{STATE_PREFIX}{state.value}"
    kept = [word for word in text.split() if word.casefold() != term]
    return " ".join([*kept, term] if is_on else kept)


def by_kind(entries: Iterable[Entry]) -> Groups:
    """Entries sorted into their groups, each in the order that they came in."""
    listed = list(entries)
    kinds = list(map(_KIND_OF, listed))
    # Without a step of Python for each entry: there may be a hundred thousand.
    return {
        kind: listed
        if 0 < kinds.count(kind) == len(listed)
        else list(itertools.compress(listed, map(kind.__eq__, kinds)))
        for kind in KINDS
    }
