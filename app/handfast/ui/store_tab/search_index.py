"""Filtering and sorting of many rows off the GUI thread, and what makes the next one quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.documents.work import Runner, RunningJob
    from handfast.ui.store_tab.arrangement import Groups
    from handfast.ui.store_tab.entry_model import EntryModel

#: More than this many are prepared only for who filters: their texts take a kilobyte each.
_MAX_PREPARED = 20_000


class SearchIndex(QObject):
    """Carries out what a model asks of its rows, and prepares it while nobody waits."""

    #: The model shows what was asked of it.
    arranged = Signal()
    #: A HandfastError.
    failed = Signal(object)

    def __init__(self, model: EntryModel, runner: Runner) -> None:
        super().__init__(model)
        self._model = model
        self._runner = runner
        self._arranging: RunningJob | None = None
        self._preparing: RunningJob | None = None
        # In the next turn of the event loop: a worker beside what is being done would take turns.
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._arrange)
        model.work_wanted.connect(self._arrange_next)

    @property
    def is_ready(self) -> bool:
        """Whether the next filter takes no more than a look."""
        return self._model.texts.has_all(self._model.wanted.entries)

    def prepare(self) -> RunningJob | None:
        """Put together what the filter looks at; None where that is done, or is not worth it."""
        entries, texts = self._model.wanted.entries, self._model.texts
        if len(entries) > _MAX_PREPARED or self.is_ready:
            return None
        if self._preparing is not None and self._preparing.is_running:
            self._preparing.cancel()
        self._preparing = self._runner.run(
            lambda progress: texts.prepare(entries, progress),
            done=lambda _nothing: None,
            failed=self._tell,
        )
        return self._preparing

    def stop(self) -> None:
        self._next.stop()
        for job in (self._arranging, self._preparing):
            if job is not None:
                job.cancel()

    def _arrange_next(self) -> None:
        self.stop()
        self._next.start()

    def _arrange(self) -> None:
        asked, texts = self._model.wanted, self._model.texts
        self.stop()

        def work(progress: Progress) -> Groups:
            return asked.groups(texts, progress)

        def done(groups: Groups) -> None:
            self._model.show_groups(asked, groups)
            self.arranged.emit()

        self._arranging = self._runner.run(work, done=done, failed=self._tell)

    def _tell(self, error: HandfastError) -> None:
        self.failed.emit(error)
