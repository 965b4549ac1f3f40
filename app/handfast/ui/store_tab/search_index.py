"""Rows made ready to be searched and sorted while nobody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.store_tab.entry_node import Node, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.errors import HandfastError
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.entry_model import EntryModel


class Preparing:
    """Prepares the rows of a model off the GUI thread, and lets it do then what waited for it."""

    def __init__(self, jobs: Jobs, model: EntryModel, changed: Callable[[], None]) -> None:
        self._jobs = jobs
        self._model = model
        self._changed = changed
        self._job: Job | None = None

    def start(
        self,
        rows: Sequence[Node],
        failed: Callable[[HandfastError], None],
        *,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Go through those that are not ready, then go on; nothing where it is being done."""
        if self._job is not None and self._job.is_running:
            return
        waiting = [row for row in rows if not row.is_prepared]
        if not waiting:
            then()
            return

        def done(_nothing: object) -> None:
            self._done()
            then()

        self._job = self._jobs.run(
            lambda progress: prepare(waiting, progress), done=done, failed=failed
        )

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _done(self) -> None:
        if self._model.waits:
            self._model.rows_prepared()
            self._changed()
