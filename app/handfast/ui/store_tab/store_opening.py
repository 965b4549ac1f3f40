"""Opening the store of a tab: reading it, asking for what it needs, and saying what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject

from handfast.core.errors import NotAKeystore, PasswordNeeded, TooCostly, WrongPassword
from handfast.core.history import History
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS
from handfast.services.files.opening import OpenedFile, open_file
from handfast.ui.store_tab.entry_node import Node, build_rows

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.program.settings import Settings
    from handfast.ui.store_tab.keyring_link import KeyringLink
    from handfast.ui.store_tab.store_view import StoreView

Reading: TypeAlias = tuple[OpenedFile, list[Node]]


class Opening(QObject):
    """Reads within limits until somebody agrees to more."""

    def __init__(self, view: StoreView, jobs: Jobs) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        self._limits = DEFAULT_LIMITS
        self._tried: Password | None = None
        self._job: Job | None = None
        self._remembering: KeyringLink | None = None

    def open(self, password: Password | None) -> Job:
        """Read the file off the GUI thread."""
        self._tried = password

        def work(progress: Progress) -> Reading:
            return self.read(password, progress)

        self._job = job = self._jobs.run(work, done=self._show, failed=self._fail)
        self._view.page.show_opening(self._view.path.name, job)
        self._view.show_opening_page()
        return job

    def agree(self) -> None:
        """Whatever it costs: what was tried is tried again."""
        self._limits = AGREED_LIMITS
        self._view.open(self._tried)

    def read(self, password: Password | None, progress: Progress) -> Reading:
        """The file and its rows; in a worker."""
        # Where each try takes long, passwords are not guessed.
        is_cheap = self._limits is DEFAULT_LIMITS
        opened = open_file(
            self._view.path, password, try_usual=is_cheap, limits=self._limits, progress=progress
        )
        return opened, build_rows(opened.store)

    def give_up(self, why: str) -> None:
        """Stores are locked: what is being read with a password stays closed; ``why`` is told."""
        if self._tried is not None and self._job is not None and self._job.is_running:
            self._job.cancel()
            self._tried = None
            self._view.page.show_locked(f"“{self._view.path.name}” is locked.", why)

    def stop(self) -> None:
        if self._remembering is not None:
            self._remembering.stop()

    def _show(self, result: Reading) -> None:
        opened, rows = result
        if self._remembering is not None:
            self._remembering.opened(opened.store.password)
        self._view.show_history(opened, History.opened(opened.store), rows)

    def _fail(self, error: HandfastError) -> None:
        view = self._view
        asks = isinstance(error, PasswordNeeded | WrongPassword)
        may_agree = isinstance(error, TooCostly) and self._limits is DEFAULT_LIMITS
        view.page.show_error(error, asks=asks, may_agree=may_agree)
        if asks and view.settings is not None:
            self._look_into_keyring(view.settings)
        view.show_opening_page()
        view.changed.emit()
        if isinstance(error, NotAKeystore):
            view.look_closer()

    def _look_into_keyring(self, settings: Settings) -> None:
        if self._remembering is None:
            from handfast.ui.store_tab.keyring_link import KeyringLink

            self._remembering = KeyringLink(self._view, settings, self._jobs)
        self._remembering.password_needed()
