"""Another alias for an entry."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.core.store import Store


def rename_entry(store: Store, old: str, new: str) -> Store:
    """The keystore with an entry under another alias, at its place; its key and dates stay.

    :raises NotFound: no entry has the old alias
    :raises InvalidInput: the new alias is not one that a keystore should get
    :raises AlreadyExists: another entry has it, in whatever case
    """
    entry = store.get(old)
    return store.with_replaced(entry, dataclasses.replace(entry, alias=new))
