"""What is learned of a keystore after it was opened, such as a key's password: it edits nothing.

Each function takes entries by identity, and changes every step of the history in which they occur,
so that undo leads to values that know as much.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.history import Step
from handfast.formats.registry import pair_again

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handfast.core.entry import Entry
    from handfast.core.history import History
    from handfast.core.store import Store
    from handfast.services.files.opening import OpenedFile


def with_known_entries(history: History, known: Mapping[int, Entry]) -> History:
    """The history with entries replaced; ``known`` has the new ones by the ``id`` of the old."""
    return _with_stores(history, lambda store: _replace_entries(store, known))


def with_opened(history: History, known: Mapping[int, Entry], opened: Store) -> History:
    """The history of a keystore that was shown unverified, with what its password tells.

    ``opened`` is the same file, read with the password; ``known`` is as above.
    """

    def change(store: Store) -> Store:
        return dataclasses.replace(
            _replace_entries(store, known),
            password=store.password or opened.password,
            integrity=opened.integrity,
            protection=opened.protection,
            remarks=opened.remarks,
            native=opened.native,
        )

    return _with_stores(history, change)


def same_entries(before: OpenedFile | None, after: OpenedFile) -> dict[int, Entry] | None:
    """The entries of a file that was read twice, by the ``id`` of the first reading's entries.

    None where the file has other content now.
    """
    if before is None or not before.stamp.is_same_content(after.stamp):
        return None
    old, new = before.store.entries, after.store.entries
    if [entry.alias for entry in old] != [entry.alias for entry in new]:
        return None
    return {id(entry): again for entry, again in zip(old, new, strict=True)}


def _replace_entries(store: Store, known: Mapping[int, Entry]) -> Store:
    if not any(id(entry) in known for entry in store.entries):
        return store
    entries = tuple(known.get(id(entry), entry) for entry in store.entries)
    learned = [known[id(entry)] for entry in store.entries if id(entry) in known]
    return pair_again(dataclasses.replace(store, entries=entries), learned)


def _with_stores(history: History, change: Callable[[Store], Store]) -> History:
    steps = tuple(Step(step.label, change(step.store)) for step in history.steps)
    return dataclasses.replace(history, steps=steps)
