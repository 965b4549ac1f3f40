"""Asking for the password of a key that has one of its own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from handfast.core.password import Password
from handfast.core.store import shorten
from handfast.formats.registry import unlock_entry

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair, SecretKey
    from handfast.ui.jobs import Job, Jobs
    from handfast.ui.store_view import StoreView


class Unlocking(QObject):
    """Asks until it fits or is given up; the store then knows more, and is not edited."""

    def __init__(self, view: StoreView, jobs: Jobs) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        self._job: Job | None = None

    def ask(self, entry: KeyPair | SecretKey, problem: str = "") -> None:
        from PySide6.QtWidgets import QInputDialog, QLineEdit

        dialog = QInputDialog(self._view)
        dialog.setObjectName("unlockDialog")
        dialog.setWindowTitle("Unlock")
        lines = (problem, f"Password of the key “{shorten(entry.alias)}”:")
        dialog.setLabelText("\n".join(line for line in lines if line))
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda text: self._try(entry, Password(text)))
        dialog.open()

    def _try(self, entry: KeyPair | SecretKey, password: Password) -> None:
        store = self._view.store
        if store is None:
            return
        self._job = self._jobs.run(
            lambda _progress: unlock_entry(store, entry, password),
            done=lambda opened: self._unlocked(entry, opened),
            failed=lambda error: self.ask(entry, error.problem),
        )

    def stop(self) -> None:
        """The tab is closed."""
        if self._job is not None:
            self._job.cancel()

    def _unlocked(self, entry: KeyPair | SecretKey, opened: KeyPair | SecretKey) -> None:
        history = self._view.history
        if history is None or not any(each is entry for each in history.store.entries):
            return
        # Knowing more of the store is no edit: the step itself is exchanged.
        step = history.steps[history.position]
        step = dataclasses.replace(step, store=step.store.with_replaced(entry, opened))
        steps = (*history.steps[: history.position], step, *history.steps[history.position + 1 :])
        self._view.become(dataclasses.replace(history, steps=steps))
        self._view.select(opened.alias)
