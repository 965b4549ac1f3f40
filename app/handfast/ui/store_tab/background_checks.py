"""What is found out about an open keystore while nobody waits: its findings and its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.documents.document import Document
    from handfast.documents.work import Runner, RunningJob
    from handfast.services.checks.findings import Finding
    from handfast.services.describe.store_summary import StoreSummary
    from handfast.services.files.store_files import FileStamp
    from handfast.ui.store_tab.search_index import SearchIndex

#: Milliseconds after the rows are shown, until work begins that nobody waits for.
RELAXED_MS = 250


class BackgroundChecks(QObject):
    """Both run off the GUI thread, and are abandoned when the tab is closed or locked."""

    #: A tuple of findings, and whether a person asked for them.
    found = Signal(object, bool)
    #: The path and a StoreSummary of what the file holds.
    summarised = Signal(object, object)
    #: A HandfastError.
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        runner: Runner,
        index: SearchIndex,
        parent: QObject,
        *,
        expiry_days: Callable[[], int],
    ) -> None:
        """``expiry_days``: from how many days before its end a certificate is called expiring."""
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._index = index
        self._expiry_days = expiry_days
        self._jobs: dict[str, RunningJob] = {}
        #: The file as it was summarised last, or is being.
        self._summarised: FileStamp | None = None
        # A worker beside the painting would make each row wait for its turn.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(RELAXED_MS)
        self._soon.timeout.connect(self._begin)

    @property
    def is_due(self) -> bool:
        """Whether the next ones have not begun yet."""
        return self._soon.isActive()

    def abandon_check(self) -> None:
        """The store gets another value: what is being found out about the old one is of no use."""
        self._cancel("check")

    def restart(self) -> None:
        """Find out about the value that the store has now, once nobody waits for the window."""
        self.abandon_check()
        self._soon.start()

    def stop(self) -> None:
        self._soon.stop()
        self._summarised = None
        for name in tuple(self._jobs):
            self._cancel(name)

    def check(self, *, is_asked_for: bool = False) -> None:
        """Find out what is wrong with the store as it is now."""
        store, path = self._document.store, self._document.path
        if store is None:
            return

        days = self._expiry_days()

        def work(progress: Progress) -> tuple[Finding, ...]:
            # Not needed before the rows are shown, so not loaded before either.
            from handfast.services.checks.store_checks import check_store

            return check_store(store, path=path, expiry_days=days, progress=progress)

        self._cancel("check")
        self._jobs["check"] = self._runner.run(
            work, done=lambda found: self.found.emit(found, is_asked_for), failed=self._tell
        )

    def _begin(self) -> None:
        # The index first, and by itself: each worker more would make the window wait another turn.
        self._index.prepare()
        self.check()
        self._summarise()

    def _summarise(self) -> None:
        """Say what the file holds, as it is on disk."""
        opened = self._document.opened
        if opened is None or opened.stamp is self._summarised:
            return
        self._summarised = opened.stamp
        store, path = opened.store, self._document.path

        def work(_progress: Progress) -> StoreSummary:
            from handfast.services.describe.store_summary import summarise

            return summarise(store)

        self._cancel("summary")
        self._jobs["summary"] = self._runner.run(
            work, done=lambda summary: self.summarised.emit(path, summary), failed=self._tell
        )

    def _cancel(self, name: str) -> None:
        job = self._jobs.pop(name, None)
        if job is not None:
            job.cancel()

    def _tell(self, error: HandfastError) -> None:
        self.failed.emit(error)
