"""A flow of one step over the open keystores and the files that are read for it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from handfast.flows.base import BaseFlow, Draft, FieldProblem, Outcome, has_error
from handfast.flows.store_catalogue import StoreCatalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from handfast.flows.open_store import OpenStore
    from handfast.services.files.opening import OpenedFile


class CatalogueFlow(BaseFlow[Draft, Outcome]):
    """Keystores are chosen by key, and what nobody chose is suggested from those that are open.

    Its one step need not be named.
    """

    def __init__(self, draft: Draft, stores: Sequence[OpenStore] = ()) -> None:
        super().__init__(draft)
        self.catalogue = StoreCatalogue(stores)
        #: The fields that a person chose, about which nothing is suggested any more.
        self._touched: set[str] = set()

    @property
    def stores(self) -> tuple[OpenStore, ...]:
        """What can be chosen: the open stores and the files that were read."""
        return self.catalogue.stores

    @abstractmethod
    def used_keys(self) -> Collection[str]:
        """The keys of the stores that are chosen; empty ones are none."""

    @abstractmethod
    def suggest(self) -> None:
        """Fill in what nobody chose yet."""

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now, with their edits."""
        self.catalogue.set_stores(stores, self.used_keys())
        self.suggest()

    def take_file(self, opened: OpenedFile) -> str:
        """A file that was read for this; the key that it has from now on."""
        return self.catalogue.take_file(opened)

    def forget_secrets(self) -> bool:
        """Let go of every key that was read for this; no password is kept here."""
        self.catalogue.forget_files()
        return False

    @abstractmethod
    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:
        """What is missing or wrong, in the order of the fields."""

    def can_leave(self, step: str = "") -> bool:
        """Whether nothing stands in the way."""
        return not has_error(self.problems(step))
