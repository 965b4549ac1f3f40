"""Writing the store of a tab: off the GUI thread, to be stopped, and with a way out of failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from handfast.core.errors import Cancelled, ChangedOnDisk, FileProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.files.opening import OpenedFile
    from handfast.services.files.store_files import FileStamp
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.widgets.busy_line import BusyLine
    from handfast.ui.widgets.problem_bar import Way


class Saving(QObject):
    """Saves one at a time; whatever goes wrong, the edits and the mark of them stay."""

    def __init__(self, view: StoreView, jobs: Jobs, busy: BusyLine) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        self._busy = busy
        self._job: Job | None = None
        #: Whether the keyring, which knows the password that is changed, is to know the new one.
        self.keeps_new_password = False
        busy.stop_requested.connect(self.stop)

    @property
    def is_running(self) -> bool:
        return self._job is not None and self._job.is_running

    def save(
        self,
        then: Callable[[], None] = lambda: None,
        failed: Callable[[HandfastError], None] = lambda _error: None,
    ) -> None:
        """Write the file if nobody else did since it was opened; ``then``, once it is written.

        A failure is told above the entries; ``failed`` is for who waits for it elsewhere.
        """
        if self._view.opened is not None and self._view.is_dirty:
            self._write(self._view.opened.stamp, then, failed)

    def overwrite(self) -> None:
        """Write it although somebody else did; theirs is kept as ``.bak``."""
        self._write(None)

    def stop(self) -> None:
        """Stop before the file is touched; where it is touched already, it is written whole."""
        if self._job is not None:
            self._job.ask_to_stop()

    def abandon(self) -> None:
        """The same where nobody is there any more to hear how it ended."""
        if self._job is not None:
            self._job.cancel()

    def _write(
        self,
        expected: FileStamp | None,
        then: Callable[[], None] = lambda: None,
        otherwise: Callable[[HandfastError], None] = lambda _error: None,
    ) -> None:
        view, path = self._view, self._view.path
        if view.history is None or self.is_running:
            # A second one beside it would find the file changed, by the first.
            return
        store = view.history.store
        before = view.opened.store if view.opened is not None else None
        view.put_problem_away()
        backup = view.settings is None or view.settings.makes_backup

        def work(progress: Progress) -> OpenedFile:
            from handfast.services.files.saving import save_store

            return save_store(
                store,
                path,
                expected=expected,
                overwrite=expected is None,
                backup=backup,
                before=before,
                progress=progress,
            )

        def done(saved: OpenedFile) -> None:
            self._busy.finish()
            view.opened = saved
            if before is not None and before.password != saved.store.password:
                self._password_changed(saved.store.password)
            if view.history is not None:
                view.history = view.history.mark_written(store)
            view.looking.again()
            view.changed.emit()
            then()

        def failed(error: HandfastError) -> None:
            self._failed(error)
            otherwise(error)

        self._job = self._jobs.run(work, done=done, failed=failed)
        self._busy.watch(f"Saving {path.name} …", self._job)

    def _password_changed(self, password: Password | None) -> None:
        """What the keyring has of this file fits no more, now that it is written."""
        from handfast.ui.store_tab.keyring_link import follow

        view, kept = self._view, password if self.keeps_new_password else None
        if view.settings is not None and view.path in view.settings.keyring_paths:
            follow(view, view.settings, self._jobs, kept)

    def _failed(self, error: HandfastError) -> None:
        self._busy.finish()
        self._view.changed.emit()
        if isinstance(error, Cancelled):
            return
        ways: list[Way] = [("problemSaveAs", "Save As…", self._view.save_as_requested.emit)]
        if isinstance(error, ChangedOnDisk):
            ways.append(("problemReload", "Reload from Disk", self._view.reload))
            ways.append(("problemOverwrite", "Overwrite It", self.overwrite))
        elif isinstance(error, FileProblem):
            ways.insert(0, ("problemRetry", "Try Again", self.save))
        self._view.tell_problem(error, ways)
