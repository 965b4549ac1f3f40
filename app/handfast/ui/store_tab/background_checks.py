"""Looking a store over once its rows stand: what a check says, and what the start page will."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.services.checks.findings import Finding
    from handfast.services.describe.store_summary import StoreSummary
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.store_view import StoreView

#: Milliseconds after which the rows stand, and what nobody waits for may begin.
RELAXED = 250


class BackgroundChecks(QObject):
    """Both run off the GUI thread, and are given up when the tab is closed."""

    def __init__(self, view: StoreView, jobs: Jobs) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        self._check: Job | None = None
        self._summary: Job | None = None
        # A worker beside the painting would make each row wait for its turn.
        self.soon = QTimer(self)
        self.soon.setSingleShot(True)
        self.soon.setInterval(RELAXED)
        self.soon.timeout.connect(self.settle)

    def again(self) -> None:
        """The store is another now; what is being found out of the old one is of no use."""
        if self._check is not None:
            self._check.cancel()
        self.soon.start()

    def stop(self) -> None:
        self.soon.stop()
        for job in (self._check, self._summary):
            if job is not None:
                job.cancel()

    def settle(self) -> None:
        """Make the rows ready to be searched, then look them over."""
        # One after the other: each worker more would make the window wait another turn.
        view = self._view
        view.preparing.start(view.rows, view.tell_problem, then=self._look)

    def _look(self) -> None:
        self.check()
        self.summarise()

    def check(self, *, unfold: bool = False) -> None:
        """Say what is wrong with the store as it is now."""
        view, store = self._view, self._view.store
        if store is None:
            return

        def show(found: tuple[Finding, ...]) -> None:
            view.findings.set_findings(found)
            if unfold:
                view.findings.unfold()

        def work(progress: Progress) -> tuple[Finding, ...]:
            # Not needed before the rows stand, so not loaded before either.
            from handfast.services.checks.store_checks import check_store

            return check_store(store, path=view.path, progress=progress)

        self._check = self._jobs.run(work, done=show, failed=view.tell_problem)

    def summarise(self) -> None:
        """Say what the file holds, as it is on disk."""
        view = self._view
        if view.opened is None:
            return
        store, path = view.opened.store, view.path

        def work(_progress: Progress) -> StoreSummary:
            from handfast.services.describe.store_summary import summarise

            return summarise(store)

        self._summary = self._jobs.run(
            work,
            done=lambda summary: view.summarised.emit(path, summary),
            failed=view.tell_problem,
        )
