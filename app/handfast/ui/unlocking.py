"""Opening a key that has a password of its own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from handfast.core.password import Password
from handfast.formats.registry import unlock_entry

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair, SecretKey
    from handfast.core.errors import HandfastError
    from handfast.ui.details.unlock_row import UnlockRow
    from handfast.ui.jobs import Job, Jobs
    from handfast.ui.store_view import StoreView


class Unlocking(QObject):
    """Tries what was typed in the details; the store then knows more, and is not edited."""

    def __init__(self, view: StoreView, jobs: Jobs) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        self._job: Job | None = None

    def attempt(self, entry: KeyPair | SecretKey, text: str, row: UnlockRow) -> None:
        """Try a password; ``row`` says so if it does not fit."""
        store = self._view.store
        if store is None:
            return
        password = Password(text)

        def failed(error: HandfastError) -> None:
            # Somebody may be looking at another entry by now.
            if isValid(row):
                row.show_problem(error.problem)

        self._job = self._jobs.run(
            lambda progress: unlock_entry(store, entry, password, progress=progress),
            done=lambda opened: self._unlocked(entry, opened),
            failed=failed,
        )

    def stop(self) -> None:
        """The tab is closed."""
        if self._job is not None:
            self._job.cancel()

    def _unlocked(self, entry: KeyPair | SecretKey, opened: KeyPair | SecretKey) -> None:
        history = self._view.history
        if history is None or not any(each is entry for each in history.store.entries):
            return
        # Knowing more of the store is no edit: every step that has the entry gets the open one.
        steps = tuple(
            dataclasses.replace(step, store=step.store.with_replaced(entry, opened))
            if any(each is entry for each in step.store.entries)
            else step
            for step in history.steps
        )
        self._view.become(dataclasses.replace(history, steps=steps))
        self._view.select(opened.alias)
