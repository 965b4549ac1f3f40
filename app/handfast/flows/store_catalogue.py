"""The stores that are open, and the files that were read for one purpose beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.flows.open_store import OpenStore, find_store
from handfast.handshake.report.party import PartyStore

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from handfast.core.entry import KeyPair
    from handfast.services.files.opening import OpenedFile


class StoreCatalogue:
    """Stores by key: the path of a file, or what the window calls an open one."""

    def __init__(self, stores: Sequence[OpenStore] = ()) -> None:
        self._open = tuple(stores)
        self._files: dict[str, OpenStore] = {}

    @property
    def stores(self) -> tuple[OpenStore, ...]:
        """Open ones first; a file that was opened in the meantime is the open one."""
        known = {each.key for each in self._open}
        return (*self._open, *(each for key, each in self._files.items() if key not in known))

    @property
    def open_stores(self) -> tuple[OpenStore, ...]:
        return self._open

    def set_stores(self, stores: Sequence[OpenStore], used: Collection[str]) -> None:
        """Which are open now. One of those in use that was closed stays as it was seen last."""
        gone = {each.key for each in self._open} - {each.key for each in stores}
        for each in self._open:
            if each.key in gone and each.key in used:
                self._files[each.key] = each
        self._open = tuple(stores)

    def take_file(self, opened: OpenedFile) -> str:
        """A file that was read; the key that it has from now on."""
        key = str(opened.path)
        self._files[key] = OpenStore.of_file(opened.path, opened.store)
        return key

    def forget_files(self) -> None:
        """Let go of what was read beside the open stores."""
        self._files = {}

    def find(self, key: str) -> OpenStore | None:
        return find_store(self.stores, key)

    def pairs(self, key: str) -> tuple[KeyPair, ...]:
        """The key pairs of a store; none of one that is not there."""
        found = self.find(key)
        return found.store.key_pairs if found is not None else ()

    def party_store(self, key: str) -> PartyStore | None:
        """A store as a handshake takes it."""
        found = self.find(key)
        return party_store(found) if found is not None else None


def party_store(found: OpenStore) -> PartyStore:
    """The same store, as a handshake takes it."""
    return PartyStore(store=found.store, path=found.path, title=found.title)
