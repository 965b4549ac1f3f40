"""A window in which a handshake is tried: who takes part above, how it went beneath."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.ui.rehearsal.notices import ResultNotices
from handfast.ui.rehearsal.remedy_buttons import Remedying
from handfast.ui.widgets.fields.file_to_save import ask_where_to_save
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.window_layout import (
    story_area,
    tab_by_place,
    window_button,
    words_page,
)
from handfast.ui.widgets.window_services import document_of, report_folders
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent

    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report
    from handfast.ui.widgets.window_services import Document, RunningJob, Workspace


class TrialWindow(QDialog):
    """One handshake at a time, in a worker; a new one takes the place of one that still runs.

    Object names begin with the prefix that it is given.
    """

    #: Whether somebody on the network takes part.
    is_live = False

    def __init__(
        self, workspace: Workspace, parent: QWidget | None, *, prefix: str, title: str
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{prefix}Window")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._prefix = prefix
        self._workspace = workspace
        self._job: RunningJob | None = None
        self._parties: tuple[Party, Party] | None = None
        self._has_result = False
        self._remedying = Remedying(workspace, self._known, self)
        self._remedying.applied.connect(self._remedied)
        self._remedying.failed.connect(self._fail)
        self._remedying.waiting.connect(self._say)

    # Apart from the rest, since Tab goes through the parts in the order in which they are made.

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: a handshake has the keys that it was made with."""
        self.close()

    def _make_story(self, hint: str, *, again: str) -> None:
        """Where it is told how it went; to be made after the form.

        :param again: the words of the button that replaces a result that is outdated
        """
        self.problem = ProblemBar(self)
        self.notices = ResultNotices(self._prefix, self._workspace, self, again=again, run=self.run)
        self.outdated, self.unsaved = self.notices.outdated, self.notices.unsaved
        self._area = story_area(tr("Result"), words_page(hint), self)

    def _make_ending(self) -> tuple[QPushButton, QPushButton]:
        """Cancel and Close, for the end of the foot."""
        self.stop = self._button(tr("Cancel"), "Cancel", self.cancel)
        close = self._button(tr("Close"), "Close", self.close)
        self.said = WrapLabel("", shade="quiet", max_lines=1)
        self.said.setObjectName(f"{self._prefix}Said")
        return self.stop, close

    def _button(self, words: str, name: str, act: Callable[[], object]) -> QPushButton:
        """One for the foot of the window."""
        return window_button(words, act, self, name=f"{self._prefix}{name}")

    def _make_saving(self, pdf_words: str) -> None:
        """The buttons that save the result; ``pdf_words`` as the other mnemonics allow."""
        self.save_pdf = self._button(pdf_words, "Pdf", lambda: self._choose("pdf"))
        self.save_html = self._button(tr("Save As &HTML…"), "Html", lambda: self._choose("html"))

    def _foot(self, pdf_words: str) -> QHBoxLayout:
        """The buttons beneath it all; ``pdf_words`` as the other mnemonics allow."""
        self._make_saving(pdf_words)
        ending = self._make_ending()
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.save_pdf)
        row.addWidget(self.save_html)
        row.addWidget(self.said, 1)
        for button in ending:
            row.addWidget(button)
        return row

    # --- sending it along -----------------------------------------------------------

    @abstractmethod
    def page(self) -> str:
        """The report as HTML; empty where there is none yet."""

    def _choose(self, ending: str) -> None:
        title = (
            tr("Save the Probe as {format}", format=ending.upper())
            if self.is_live
            else tr("Save the Rehearsal as {format}", format=ending.upper())
        )
        keys = (document_of(self._workspace, key) for key in self._keys_used())
        beside = next((each.path.parent for each in keys if each is not None), None)
        name = "-".join(filter(None, (self._prefix, self._host_called())))
        today = f"{datetime.now():%Y-%m-%d}"  # noqa: DTZ005 - as the calendar on the wall
        ask_where_to_save(
            self,
            title=title,
            name=f"{name}-{today}.{ending}",
            folders=report_folders(self._workspace, beside),
            take=self.save,
        )

    @abstractmethod
    def _host_called(self) -> str:
        """The host that the result is about, for the name of its file; empty for none."""

    def save(self, path: Path) -> None:
        """Write the report, as PDF where the name says so."""
        from handfast.formats.content import Content
        from handfast.services.files.store_files import write_file
        from handfast.services.policy.overwriting import check_replaceable

        page = self.page()
        try:
            if path.suffix.lower() == ".pdf":
                from handfast.ui.rehearsal.printing import to_pdf

                data = to_pdf(page, is_live=self.is_live)
            else:
                data = page.encode()
            check_replaceable(path, others=frozenset({Content.PDF}))
            write_file(path, data, overwrite=True, backup=False, new_mode=0o644)
        except HandfastError as error:
            self._fail(error)
            return
        self.said.setText(tr("Saved as {name}.", name=path.name))

    # --- running --------------------------------------------------------------------

    def _begin(
        self,
        work: Callable[[Progress], Any],
        parties: tuple[Party, Party],
        words: str,
    ) -> None:
        """Try it off the GUI thread, between these two."""
        self.cancel()
        self._remedying.forget()
        self.problem.hide()
        self._parties = parties
        self.notices.begin(map(self._known, self._keys_used()))
        self.said.setText(words)
        self._job = self._workspace.jobs.run(work, done=self.show_report, failed=self._fail)
        self._show_state()

    def cancel(self) -> None:
        """Abandon what runs."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.notices.cancel()
            self.said.setText(tr("Canceled."))
            self._show_state()

    def show_report(self, report: Report) -> None:
        """Draw how it went."""
        self._job = None
        if self._parties is None:
            return
        self.said.setText("")
        self._has_result = True
        page = self._drawn(report, *self._parties)
        # The area deletes the one that it had.
        self._area.setWidget(page)
        page.show()
        tab_by_place(self._area, page)
        self.notices.finish()
        self._show_state()

    @abstractmethod
    def _drawn(self, report: Report, client: Party, server: Party) -> QWidget:
        """The page of a report."""

    @abstractmethod
    def run(self) -> None:
        """Try what the form says."""

    @abstractmethod
    def _keys_used(self) -> Iterable[str]:
        """The keys of the keystores that take part; empty ones for none."""

    @abstractmethod
    def _known(self, key: str) -> OpenStore | None:
        """A store that was read for this window."""

    @abstractmethod
    def _remedied(self, document: Document) -> None:
        """A remedy was carried out there: try again."""

    def _say(self, words: str) -> None:
        # Made after the rest, so that nothing can be connected to it at the beginning.
        self.said.setText(words)

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.notices.cancel()
        self.said.setText("")
        self.problem.show_error(error)
        self._show_state()

    def _show_state(self) -> None:
        """Offer what makes sense while it runs, and while it does not."""
        is_running = self._job is not None
        self.stop.setVisible(is_running)
        for button in (self.save_pdf, self.save_html):
            button.setEnabled(self._has_result and not is_running)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cancel()
        super().closeEvent(event)
