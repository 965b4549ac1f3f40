"""Undo as a list of earlier values, with a marker at the one that is on disk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.store import Store


@dataclass(frozen=True, slots=True)
class Step:
    """A store as it was after something was done to it; the label says what."""

    label: str
    store: Store


@dataclass(frozen=True, slots=True)
class History:
    """The values that a store has had, where we stand among them, and which one is saved.

    ``saved`` is None when the value on disk can no longer be reached by undo or redo, and for a
    new store that was never saved.
    """

    steps: tuple[Step, ...]
    position: int = 0
    saved: int | None = 0

    @classmethod
    def opened(cls, store: Store) -> History:
        """The history of a store as it was read from disk."""
        return cls((Step("", store),))

    @classmethod
    def created(cls, store: Store) -> History:
        """The history of a store that is not on disk yet."""
        return cls((Step("", store),), saved=None)

    @property
    def store(self) -> Store:
        return self.steps[self.position].store

    @property
    def is_dirty(self) -> bool:
        return self.saved != self.position

    @property
    def can_undo(self) -> bool:
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        return self.position < len(self.steps) - 1

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self.steps[self.position].label if self.can_undo else ""

    @property
    def redo_label(self) -> str:
        return self.steps[self.position + 1].label if self.can_redo else ""

    def apply(self, label: str, store: Store) -> History:
        """The history with one more edit; what had been undone is forgotten."""
        kept = self.steps[: self.position + 1]
        saved = self.saved if self.saved is not None and self.saved <= self.position else None
        return History((*kept, Step(label, store)), len(kept), saved)

    def undo(self) -> History:
        return dataclasses.replace(self, position=max(0, self.position - 1))

    def redo(self) -> History:
        return dataclasses.replace(self, position=min(len(self.steps) - 1, self.position + 1))

    def mark_saved(self, store: Store | None = None) -> History:
        """The history with the marker here; ``store`` is what reading the file back gave."""
        steps = self.steps
        if store is not None:
            here = dataclasses.replace(steps[self.position], store=store)
            steps = (*steps[: self.position], here, *steps[self.position + 1 :])
        return History(steps, self.position, self.position)

    def mark_written(self, store: Store) -> History:
        """The history with the marker at the value that was written, wherever we stand now.

        Writing takes a while, and a person may have gone on editing in the meantime.
        """
        found = (index for index, step in enumerate(self.steps) if step.store is store)
        return dataclasses.replace(self, saved=next(found, None))

    def mapped(self, change: Callable[[Store], Store]) -> History:
        """The history with every value changed alike, as when the file gets another format."""
        steps = tuple(Step(step.label, change(step.store)) for step in self.steps)
        return dataclasses.replace(self, steps=steps)
