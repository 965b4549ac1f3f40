"""Other aliases for entries."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.errors import AlreadyExists
from handfast.core.language import tr
from handfast.core.store import check_alias, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.store import Store


def rename_entry(store: Store, entry: Entry, alias: str) -> Store:
    """The keystore with an entry under another alias, at its place; its key and dates stay.

    :raises NotFound: the entry, which is found by identity, is not in the store
    :raises InvalidInput: the new alias is not one that a keystore should get
    :raises AlreadyExists: another entry has it, in whatever case
    """
    return store.with_replaced(entry, dataclasses.replace(entry, alias=alias))


def rename_entries(store: Store, renamed: Sequence[tuple[Entry, str]]) -> Store:
    """The keystore with several entries under other aliases, all at once: two may swap theirs.

    An entry whose alias stays is left as it is. Errors are those of :func:`rename_entry`.
    """
    changed = {id(entry): (entry, alias) for entry, alias in renamed if alias != entry.alias}
    for entry, alias in changed.values():
        # Refuses what is not in this value of the store.
        store.without([entry])
        check_alias(alias)
    taken: dict[str, bool] = {}
    entries = []
    for entry in store.entries:
        is_new = id(entry) in changed
        alias = changed[id(entry)][1] if is_new else entry.alias
        folded = alias.casefold()
        # Two that were alike before are no fault of what is renamed.
        if folded in taken and (is_new or taken[folded]):
            raise AlreadyExists(
                tr("The alias “{alias}” is taken.", alias=shorten(alias)),
                remedy=tr("Choose another alias."),
            )
        taken[folded] = is_new
        entries.append(dataclasses.replace(entry, alias=alias) if is_new else entry)
    return dataclasses.replace(store, entries=tuple(entries))
