"""Writing a partnership as one goes, off the GUI thread and one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from handfast.flows.setup.saved_setup import keep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.services.partnerships import Partnership
    from handfast.ui.widgets.window_services import Runner


class Keeping(QObject):
    """The file of one partnership."""

    #: It was written; its path.
    kept = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._written: Partnership | None = None
        #: Whether it is being written at this moment.
        self.is_running = False
        self._next: tuple[Partnership, Path, Callable[[], None], Path | None] | None = None

    def write(
        self,
        partnership: Partnership,
        path: Path,
        then: Callable[[], None] = lambda: None,
        instead_of: Path | None = None,
    ) -> None:
        """Write it, after what is being written; ``then``, once it is there.

        ``instead_of`` is the file that it was in before, where it moves.
        """
        if self.is_running:
            # Whoever waits for the one that this replaces waits for this one now.
            before = self._next[2] if self._next is not None else None
            self._next = (partnership, path, _both(before, then), instead_of)
            return
        if partnership == self._written and instead_of is None:
            then()
            return
        self.is_running = True

        def done(at: Path) -> None:
            # The window may have been closed while it was being written.
            if not isValid(self):
                return
            self._written = partnership
            self.kept.emit(at)
            then()
            self._go_on()

        def failed(error: HandfastError) -> None:
            if not isValid(self):
                return
            self.failed.emit(error)
            self._go_on()

        self._jobs.run(
            lambda _progress: keep(partnership, path, instead_of=instead_of),
            done=done,
            failed=failed,
        )

    def _go_on(self) -> None:
        self.is_running = False
        if self._next is not None:
            waiting, self._next = self._next, None
            self.write(*waiting)


def _both(first: Callable[[], None] | None, second: Callable[[], None]) -> Callable[[], None]:
    if first is None:
        return second
    known = first

    def both() -> None:
        known()
        second()

    return both
