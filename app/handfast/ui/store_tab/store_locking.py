"""A tab that nobody used for a while: its password is forgotten until it is given again.

What was edited and not saved stays: it is put away as it would be written, under the password of
the store, with all that undo and redo lead to. A tab whose store cannot be written so, as one of a
format that is only read, is opened from its file again; should it have edits nevertheless, they
stay in memory behind the lock, because a lost edit is worse than a key in memory.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from handfast.core.errors import WrongPassword
from handfast.core.history import History
from handfast.services.files.opening import OpenedFile
from handfast.services.files.sealing import is_secret, seal, unseal, with_own_keys_locked
from handfast.ui.store_tab.entry_node import build_rows

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.files.sealing import SealedHistory
    from handfast.services.files.store_files import FileStamp
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.entry_node import Node
    from handfast.ui.store_tab.store_view import StoreView


def lock(view: StoreView, jobs: Jobs, why: str) -> None:
    """Lock a tab, as far as anything in it is secret; ``why`` is told in it."""
    history, opened = view.history, view.opened
    view.unlocking.give_up()
    if view.locked is not None:
        view.locked.give_up(why)
    elif history is None:
        view.give_up_opening(why)
    if history is None or opened is None or view.saving.is_running:
        return
    if is_secret(history.store.password):
        view.locked = LockedTab(view, jobs, history, opened.stamp)
        view.locked.cover(why)
    elif (changed := with_own_keys_locked(history)) is not history:
        # Everybody can open the store; only these keys ask for something.
        on_disk = with_own_keys_locked(History.opened(opened.store)).store
        view.opened = dataclasses.replace(opened, store=on_disk)
        view.replace_history(changed)
        # The rows of before have the open keys.
        shown = {id(entry) for step in changed.steps for entry in step.store.entries}
        view.rows = [row for row in view.rows if id(row.entry) in shown]


class LockedTab(QObject):
    """Holds what a locked tab showed, and gives it back for the password."""

    def __init__(self, view: StoreView, jobs: Jobs, history: History, stamp: FileStamp) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        self._stamp = stamp
        #: Until it is put away; it stays where it cannot be.
        self._history: History | None = history
        self._sealed: SealedHistory | None = None
        self.is_dirty = history.is_dirty
        self._selected = next((entry.alias for entry in view.chosen()), "")
        self._sealing: Job | None = None
        self._opening: Job | None = None

    @property
    def holds_secrets(self) -> bool:
        """Whether anything of it is still readable in memory."""
        return self._history is not None

    def cover(self, why: str) -> None:
        """Take everything off the screen, and put it away off the GUI thread."""
        view, history = self._view, self._history
        view.forget()
        self._tell(why)
        view.changed.emit()
        if history is None:
            return

        def work(progress: Progress) -> SealedHistory:
            return seal(history, progress)

        self._sealing = self._jobs.run(work, done=self._put_away, failed=self._cannot)

    def give_up(self, why: str) -> None:
        """Stay locked, whatever is being tried."""
        if self._opening is not None and self._opening.is_running:
            self._opening.cancel()
            self._tell(why)

    def _tell(self, why: str) -> None:
        kept = " Your edits are kept." if self.is_dirty else ""
        self._view.page.show_locked(f"“{self._view.path.name}” is locked.", f"{why}{kept}")

    def _put_away(self, sealed: SealedHistory) -> None:
        self._sealed, self._history = sealed, None

    def _cannot(self, _error: HandfastError) -> None:
        history = self._history
        if history is not None and not self.is_dirty and not history.can_undo:
            # The file holds all of it.
            self._history = None

    def stop(self) -> None:
        """The tab is closed."""
        for job in (self._sealing, self._opening):
            if job is not None:
                job.cancel()

    def unlock(self, password: Password) -> None:
        """Try a password; the page says so if it does not fit."""
        view, history, sealed = self._view, self._history, self._sealed
        if history is None and sealed is None:
            view.locked = None
            view.open(password)
            return

        def work(progress: Progress) -> tuple[History, list[Node]]:
            if sealed is not None:
                back = unseal(sealed, password, progress)
            elif history is not None and password == history.store.password:
                back = history
            else:
                raise WrongPassword("This is not the password of the store.")
            return back, build_rows(back.store)

        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._jobs.run(work, done=self._unlocked, failed=self._failed)
        view.page.show_opening(view.path.name, self._opening)

    def _failed(self, error: HandfastError) -> None:
        self._view.page.show_error(error, asks=True)

    def _unlocked(self, result: tuple[History, list[Node]]) -> None:
        self.stop()
        history, rows = result
        view = self._view
        view.locked = None
        on_disk = history.steps[history.saved].store if history.saved is not None else history.store
        opened = OpenedFile(path=view.path, store=on_disk, stamp=self._stamp)
        view.show_history(opened, history, rows)
        view.select(self._selected)
        self.deleteLater()
