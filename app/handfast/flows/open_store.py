"""A store that is open in the window, as the flows see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.core.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStore:
    """A store that is open in the window, or was read beside it."""

    key: str
    title: str
    path: Path | None
    store: Store

    @classmethod
    def of_file(cls, path: Path, store: Store) -> Self:
        """A store of a file, which is known by its path."""
        return cls(key=str(path), title=path.name, path=path, store=store)


def find_store(stores: Iterable[OpenStore], key: str) -> OpenStore | None:
    """The store with this key."""
    return next((each for each in stores if each.key == key), None)
