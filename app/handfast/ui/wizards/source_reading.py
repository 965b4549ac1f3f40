"""Reading what was given to a wizard, off the GUI thread, into its flow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from handfast.core.language import tr
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS
from handfast.services.exchange.certificate_sources import (
    CertificateSource,
    read_source,
    read_source_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.flows.sources import Source, SourcesFlow
    from handfast.formats.base import Limits
    from handfast.ui.widgets.window_services import Runner, RunningJob
    from handfast.ui.wizards.sources_page import SourcesPage

PASTED = tr("Pasted text")


class SourceReading(QObject):
    """What is given on a page of sources, and what was found in it."""

    #: The flow has other sources than before.
    taken = Signal()

    def __init__(self, flow: SourcesFlow[Any], page: SourcesPage, jobs: Runner) -> None:
        super().__init__(page)
        self._flow, self._page, self._jobs = flow, page, jobs
        self._reading: list[RunningJob] = []
        self._pasting = 0
        page.files_given.connect(self.read_files)
        page.text_given.connect(self.read_text)
        page.password_given.connect(self._read_again)
        page.cost_agreed.connect(self._agree)
        page.stop_requested.connect(self.stop)

    def read_file(
        self, path: Path, password: Password | None, limits: Limits, progress: Progress
    ) -> Source:
        """Look into a file; in a thread."""
        return read_source_file(path, password=password, limits=limits, progress=progress)

    def read_data(
        self,
        data: bytes,
        name: str,
        password: Password | None,
        limits: Limits,
        progress: Progress,
    ) -> Source:
        """Look into what was pasted; in a thread."""
        return read_source(data, name=name, password=password, limits=limits, progress=progress)

    def could_not_read(self, error: HandfastError) -> Source:
        """A source that says only what went wrong."""
        return CertificateSource(name="What was given", data=b"", error=error)

    def read_files(self, paths: Sequence[Path]) -> None:
        """Look into files; what they hold, or why nothing, appears in the list."""

        def work(progress: Progress) -> list[Source]:
            return [self.read_file(Path(path), None, DEFAULT_LIMITS, progress) for path in paths]

        self._read(work)

    def read_text(self, text: str) -> None:
        """Look into what was pasted; it replaces what was pasted before."""
        self._pasting += 1
        ticket = self._pasting
        if not text.strip():
            self._take_pasted([], ticket)
            return
        # Somebody may paste what a program shows, which is UTF-8 whatever the system uses.
        data = text.encode("utf-8", "surrogatepass")

        def work(progress: Progress) -> list[Source]:
            return [self.read_data(data, PASTED, None, DEFAULT_LIMITS, progress)]

        job = self._jobs.run(
            work, done=lambda found: self._take_pasted(found, ticket), failed=self._failed
        )
        self._reading.append(job)

    def _read_again(self, index: int, password: Password) -> None:
        self._look_again(index, password, self._flow.sources[index].limits)

    def _agree(self, index: int) -> None:
        # A password that was tried is asked for again: it is not kept for this.
        self._look_again(index, None, AGREED_LIMITS)

    def _look_again(self, index: int, password: Password | None, limits: Limits) -> None:
        source = self._flow.sources[index]

        def work(progress: Progress) -> list[Source]:
            if source.path is not None:
                return [self.read_file(source.path, password, limits, progress)]
            return [self.read_data(source.data, source.name, password, limits, progress)]

        self._read(work)

    def _read(self, work: Callable[[Progress], list[Source]]) -> None:
        job = self._jobs.run(work, done=self._take, failed=self._failed)
        self._reading.append(job)
        self._page.show_reading(job)

    def _take(self, found: list[Source]) -> None:
        self._page.show_reading(None)
        self._flow.add_sources(found)
        self.taken.emit()

    def _take_pasted(self, found: list[Source], ticket: int) -> None:
        if ticket != self._pasting:
            return
        self._flow.set_pasted(found)
        self.taken.emit()

    def _failed(self, error: HandfastError) -> None:
        self._page.show_reading(None)
        self._flow.add_sources([self.could_not_read(error)])
        self.taken.emit()

    def stop(self) -> None:
        """Nobody waits for it any more."""
        for job in self._reading:
            job.cancel()
        self._reading.clear()
