"""How long work reports itself and is stopped."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called from the worker now and then; raises :class:`Cancelled` to stop the work.

    ``total`` is 0 where it is not known. Work calls it often enough that a person who presses
    cancel does not wait, and only at points where stopping leaves nothing half done.
    """

    def __call__(self, done: int, total: int) -> None: ...


def no_progress(done: int, total: int) -> None:
    """For callers that do not care."""
