"""The password of a tab in the system's keyring: only where the person ticked that it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from handfast.documents.document import Document, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.documents.work import Runner, RunningJob
    from handfast.services.files.keyring_passwords import State as KeyringState
    from handfast.ui.program.settings import Settings
    from handfast.ui.store_tab.opening_page import OpeningPage


def note_remembered(settings: Settings, path: Path, *, is_kept: bool) -> None:
    """Add a store to the list of those whose passwords are kept, or remove it."""
    others = [each for each in settings.keyring_paths if each != path]
    settings.keyring_paths = [*others, path] if is_kept else others


class KeyringLink(QObject):
    """Looks the password up while the tab asks for it, and keeps it once it was right.

    The tab asks in any case: a keyring that is slow, locked or broken is not waited for.
    """

    def __init__(
        self, document: Document, page: OpeningPage, settings: Settings, runner: Runner
    ) -> None:
        super().__init__(page)
        self._document = document
        self._page = page
        self._settings = settings
        self._runner = runner
        self._was_asked = False
        self._looking: list[RunningJob] = []
        self._found: Password | None = None

    @property
    def _is_remembered(self) -> bool:
        return self._document.path in self._settings.keyring_paths

    def password_needed(self) -> None:
        """The tab asks: offer to remember the password, and see what is known already."""
        if self._was_asked:
            return
        self._was_asked = True

        def work(_progress: Progress) -> KeyringState:
            from handfast.services.files.keyring_passwords import state

            return state()

        self._look(work, self._offer)
        if self._is_remembered:
            path = self._document.path

            def look_up(_progress: Progress) -> Password | None:
                from handfast.services.files.keyring_passwords import find

                return find(path)

            self._look(look_up, self._try)

    def _look(self, work: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        self._looking.append(self._runner.run(work, done=done, failed=lambda _error: None))

    def stop(self) -> None:
        """The tab is closed, or locked: what the keyring says is of no use any more."""
        self._found = None
        for job in self._looking:
            job.cancel()

    def _offer(self, state: KeyringState) -> None:
        if state == "ready":
            self._page.offer_remembering(is_ticked=self._is_remembered)

    def _try(self, password: Password | None) -> None:
        # Who is typing is quicker, and the store may be open now.
        if password is None or not self._page.is_waiting:
            return
        self._found = password
        self._document.open(password)

    def opened(self, password: Password | None) -> None:
        """The store is open, by this password: keep it, or forget it, as is ticked."""
        found, self._found = self._found, None
        box = self._page.remember
        if password is None or password == found or box is None or box.isHidden():
            return
        wants = box.isChecked()
        if wants or self._is_remembered:
            self.follow(password if wants else None)

    def follow(self, password: Password | None) -> None:
        """Have the keyring keep the password of the file, or nothing of it with None.

        Only for who was asked. It is told above the entries where the keyring does not do it.
        """
        path, document = self._document.path, self._document
        settings = self._settings

        def work(_progress: Progress) -> None:
            from handfast.services.files.keyring_passwords import forget, keep

            if password is not None:
                keep(path, password)
            else:
                forget(path)

        def done(_nothing: object) -> None:
            note_remembered(settings, path, is_kept=password is not None)

        def failed(error: HandfastError) -> None:
            if document.state is not State.CLOSED:
                document.report(error)

        # Not abandoned with the tab: who ticked it and closes the tab wants it kept all the same.
        self._runner.run(work, done=done, failed=failed)
