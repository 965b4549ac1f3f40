"""Entries out of a keystore, by their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.entry import Entry
    from handfast.core.store import Store


def delete_entries(store: Store, aliases: Iterable[str]) -> tuple[Store, tuple[Entry, ...]]:
    """The keystore without these entries, and the entries themselves in the order of the aliases.

    All of them are there, or none is deleted. An alias that is named twice counts once.

    :raises NotFound: no entry has one of the aliases
    """
    found = {id(entry): entry for entry in map(store.get, aliases)}
    removed = tuple(found.values())
    return store.without(removed), removed
