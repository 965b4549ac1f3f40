"""What a document needs to run work elsewhere: in the window a thread, in a test anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress


class RunningJob(Protocol):
    """One piece of work that was started."""

    @property
    def is_running(self) -> bool:
        """Whether its end has not been delivered yet; a canceled job does not run."""

    @property
    def at(self) -> tuple[int, int]:
        """The steps that are done and their total; the total is 0 while it is not known."""

    def cancel(self) -> None:
        """Abandon it: neither ``done`` nor ``failed`` is called after this."""

    def ask_to_stop(self) -> None:
        """Ask it to end as Canceled, where it has not passed its last point to stop at."""


class Runner(Protocol):
    """Runs work off the caller's thread and calls back on the caller's thread."""

    def run(
        self,
        work: Callable[[Progress], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> RunningJob:
        """Start ``work``; exactly one of the two is called at its end, unless it is canceled."""
