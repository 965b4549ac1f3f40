"""Another alias for an entry."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.core.store import Store


def rename_entry(store: Store, entry: Entry, alias: str) -> Store:
    """The keystore with an entry under another alias, at its place; its key and dates stay.

    :raises NotFound: the entry, which is found by identity, is not in the store
    :raises InvalidInput: the new alias is not one that a keystore should get
    :raises AlreadyExists: another entry has it, in whatever case
    """
    return store.with_replaced(entry, dataclasses.replace(entry, alias=alias))
