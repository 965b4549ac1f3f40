"""The password of a tab in the system's keyring: only where the person ticked that it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.files.keyring_passwords import State
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.program.settings import Settings
    from handfast.ui.store_tab.store_view import StoreView


def note_remembered(settings: Settings, path: Path, *, is_kept: bool) -> None:
    """Take a store on the list, or off it."""
    others = [each for each in settings.keyring_paths if each != path]
    settings.keyring_paths = [*others, path] if is_kept else others


class KeyringLink(QObject):
    """Looks the password up while the tab asks for it, and keeps it once it fitted.

    The tab asks in any case: a keyring that is slow, locked or broken is not waited for.
    """

    def __init__(self, view: StoreView, settings: Settings, jobs: Jobs) -> None:
        super().__init__(view)
        self._view = view
        self._settings = settings
        self._jobs = jobs
        self._was_asked = False
        self._looking: list[Job] = []
        self._found: Password | None = None

    @property
    def _is_remembered(self) -> bool:
        return self._view.path in self._settings.keyring_paths

    def password_needed(self) -> None:
        """The tab asks: offer to remember what will be given, and see what is known already."""
        if self._was_asked:
            return
        self._was_asked = True

        def work(_progress: Progress) -> State:
            from handfast.services.files.keyring_passwords import state

            return state()

        self._look(work, self._offer)
        if self._is_remembered:
            path = self._view.path

            def look_up(_progress: Progress) -> Password | None:
                from handfast.services.files.keyring_passwords import find

                return find(path)

            self._look(look_up, self._try)

    def _look(self, work: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        self._looking.append(self._jobs.run(work, done=done, failed=lambda _error: None))

    def stop(self) -> None:
        """The tab is closed, or locked: what the keyring says is of no use any more."""
        for job in self._looking:
            job.cancel()

    def _offer(self, state: State) -> None:
        if state == "ready":
            self._view.page.offer_remembering(is_ticked=self._is_remembered)

    def _try(self, password: Password | None) -> None:
        view = self._view
        # Who is typing is quicker, and the store may be open by now.
        if password is None or not view.page.is_waiting:
            return
        self._found = password
        view.open(password)

    def opened(self, password: Password | None) -> None:
        """The store is open, by this password: keep it, or forget it, as is ticked."""
        found, self._found = self._found, None
        box = self._view.page.remember
        if password is None or password == found or box is None or box.isHidden():
            return
        wants = box.isChecked()
        if wants or self._is_remembered:
            follow(self._view, self._settings, self._jobs, password if wants else None)


def follow(view: StoreView, settings: Settings, jobs: Jobs, password: Password | None) -> None:
    """Have the keyring keep the password of the tab’s file, or nothing of it with None.

    Only for who was asked. It is told above the entries where the keyring does not do it.
    """
    path = view.path

    def work(_progress: Progress) -> None:
        from handfast.services.files.keyring_passwords import forget, keep

        if password is not None:
            keep(path, password)
        else:
            forget(path)

    def done(_nothing: object) -> None:
        note_remembered(settings, path, is_kept=password is not None)

    def failed(error: HandfastError) -> None:
        if isValid(view):
            view.tell_problem(error)

    # Not given up with the tab: who ticked it and closes the tab wants it kept all the same.
    jobs.run(work, done=done, failed=failed)
