"""One tab: a store being opened, asking for its password, failing, or shown."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from handfast.core.password import Password
from handfast.core.store import Integrity, shorten
from handfast.ui.details.pane import DetailsPane
from handfast.ui.store_tab.background_checks import RELAXED, BackgroundChecks
from handfast.ui.store_tab.entry_model import EntryModel
from handfast.ui.store_tab.entry_node import build_rows
from handfast.ui.store_tab.entry_tree import EntryTree
from handfast.ui.store_tab.findings_pane import FindingsPane
from handfast.ui.store_tab.key_unlocking import Unlocking
from handfast.ui.store_tab.opening_page import OpeningPage
from handfast.ui.store_tab.search_index import Preparing
from handfast.ui.store_tab.selected_rows import can_copy, copied, is_entry_row
from handfast.ui.store_tab.store_opening import Opening
from handfast.ui.store_tab.store_saving import Saving
from handfast.ui.widgets.busy_line import BusyLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.history import History
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.program.settings import Settings
    from handfast.ui.store_tab.entry_node import Node
    from handfast.ui.store_tab.store_locking import LockedTab
    from handfast.ui.store_tab.store_opening import Reading
    from handfast.ui.widgets.problem_bar import ProblemBar, Way


#: A store of more entries than this is shown in two steps.
LARGE = 2_000
#: Milliseconds in which what was painted reaches the screen.
_BREATH = 20


class StoreView(QWidget):
    """A store file and what a person does to it."""

    changed = Signal()
    #: Opening was given up: the tab has nothing to show.
    abandoned = Signal()
    #: What the file holds: its path and a StoreSummary.
    summarised = Signal(object, object)
    #: The file is no store, and is to be imported from.
    import_requested = Signal(object)
    #: The file is shown, but as what it is instead of a store; its path.
    is_no_store = Signal(object)
    save_as_requested = Signal()

    def __init__(
        self,
        path: Path,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        password: Password | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.path = path
        self.history: History | None = None
        self.filter_text = ""
        self._jobs = jobs
        self._job: Job | None = None
        self._opening = Opening(self, jobs)
        self._problem: ProblemBar | None = None
        self.unlocking = Unlocking(self, jobs)
        self.looking = BackgroundChecks(self, jobs)
        self.opened: OpenedFile | None = None
        self._details_are_due = False
        #: What the tab showed, while it is locked.
        self.locked: LockedTab | None = None
        self._details_soon = QTimer(self)
        self._details_soon.setSingleShot(True)
        self._details_soon.setInterval(RELAXED)
        self._details_soon.timeout.connect(self._begin_details)
        self.rows: list[Node] = []
        self._pages = QStackedLayout(self)
        self.page = self._build_opening()
        self._pages.addWidget(self.page)
        self._pages.addWidget(self._build_content())
        self.open(password)

    # --- parts ------------------------------------------------------------------

    def _build_opening(self) -> OpeningPage:
        page = OpeningPage(self)
        page.password_given.connect(self._take_password)
        page.stop_requested.connect(self.abandoned)
        page.retry_requested.connect(self.open)
        page.agreed.connect(self._opening.agree)
        page.import_requested.connect(lambda: self.import_requested.emit(self.path))
        return page

    def _build_content(self) -> QWidget:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("storeSplitter")
        splitter.setChildrenCollapsible(False)
        self.tree = EntryTree(self.settings, splitter)
        self.model = EntryModel([], self)
        self.preparing = Preparing(self._jobs, self.model, self.changed.emit)
        self.tree.setModel(self.model)
        self.tree.set_up_columns()
        self.tree.rows_painted.connect(lambda: self._details_soon.start(_BREATH))
        self.model.modelReset.connect(self._expand)
        self.tree.selectionModel().selectionChanged.connect(self.show_selected)
        self.details = DetailsPane(splitter)
        self.details.entry_activated.connect(self.select)
        self.details.unlock_requested.connect(self.unlocking.attempt)
        self.details.try_requested.connect(self.unlocking.try_keys)
        self.details.password_given.connect(self.unlocking.verify)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        self._splitter = splitter
        self.lay_out()
        self.findings = FindingsPane(self)
        self.findings.entry_activated.connect(self.select)
        self.busy = BusyLine(self)
        self.busy.stop_requested.connect(self.unlocking.stop_trying)
        self.saving = Saving(self, self._jobs, self.busy)
        page = QWidget(self)
        self._content = QVBoxLayout(page)
        self._content.setContentsMargins(0, 0, 0, 0)
        self._content.setSpacing(0)
        self._content.addWidget(splitter, 1)
        self._content.addWidget(self.findings)
        self._content.addWidget(self.busy)
        return page

    def lay_out(self) -> None:
        """Share the room between rows and details as at first."""
        self._splitter.setSizes([640, 440])

    def tell_problem(
        self,
        error: HandfastError,
        ways: Sequence[Way] = (),
        *,
        ask: Callable[[str], object] | None = None,
    ) -> None:
        """Say above the entries what went wrong, with what helps; ``ask`` takes a password."""
        if self._problem is None:
            from handfast.ui.widgets.problem_bar import ProblemBar

            self._problem = ProblemBar(self)
            self._content.insertWidget(0, self._problem)
        self._problem.show_error(error, ways, ask=ask)

    def put_problem_away(self) -> None:
        if self._problem is not None:
            self._problem.hide()

    def check(self, *, unfold: bool = False) -> None:
        """Look at the store as it is now, off the GUI thread."""
        self.looking.check(unfold=unfold)

    # --- opening ----------------------------------------------------------------

    def _take_password(self, text: str) -> None:
        if self.locked is not None:
            self.locked.unlock(Password(text))
        else:
            self.open(Password(text))

    def open(self, password: Password | None = None) -> None:
        """Read the file off the GUI thread."""
        self._job = self._opening.open(password)

    def give_up_opening(self, why: str) -> None:
        """Stay closed where a password is being tried; ``why`` is told."""
        self._opening.give_up(why)

    def open_with(self, password: Password) -> None:
        """Open what is closed or locked, or was opened without its password; no edit is lost."""
        if self.locked is not None:
            self.locked.unlock(password)
        elif not self.is_dirty and (self.store is None or self.store.password is None):
            self.open(password)

    def read(self, password: Password | None, progress: Progress) -> Reading:
        """The file and its rows; in a worker."""
        return self._opening.read(password, progress)

    def show_opening_page(self) -> None:
        """It is not open: the page that says why, or that it is being read."""
        self._pages.setCurrentIndex(0)

    def show_history(self, opened: OpenedFile, history: History, rows: list[Node]) -> None:
        """Show a store that was opened, with what was done to it since."""
        self.page.busy.finish()
        self.opened, self.history, self.rows = opened, history, rows
        self.model.set_rows(self.rows)
        self._pages.setCurrentIndex(1)
        # Once the rows are seen, for they are what somebody who opens a store waits for; in a tab
        # that nobody looks at, a little later.
        self._details_are_due = True
        self._details_soon.start()
        self.looking.again()
        self.changed.emit()
        if self.isVisible() and self.page.isAncestorOf(self.focusWidget() or self):
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin_details(self) -> None:
        # In two breaths, as either takes longer than a person should feel.
        if self._details_are_due:
            self.details.load_pages()
            QTimer.singleShot(0, self, self._show_due)

    def _show_due(self) -> None:
        # Who was quicker to select something may be typing there by now.
        if self._details_are_due:
            self.show_selected()

    def look_closer(self) -> None:
        """See what the file is, as it is no store."""
        from handfast.ui.store_tab.not_a_store_page import look_closer

        self._job = look_closer(self, self._jobs)

    def show_page(self, page: QWidget) -> None:
        """Show something else in the tab than a store."""
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def reload(self, password: Password | None = None) -> None:
        """Read the file again, as an edit: undo brings back what was shown before."""
        from handfast.ui.store_tab.store_reloading import reload

        self._job = reload(self, self._jobs, password)

    def forget(self) -> None:
        """Let go of the store and of everything that shows it."""
        self.closing()
        self.opened = self.history = None
        self.rows = []
        self.model.set_rows([])
        self.details.clear()
        self.findings.set_findings(())
        self.put_problem_away()
        self.show_opening_page()

    def closing(self) -> None:
        """Give up what is being done; nobody waits for it."""
        if self.locked is not None:
            self.locked.stop()
        self._opening.stop()
        self._details_soon.stop()
        if self._job is not None:
            self._job.cancel()
        self.looking.stop()
        self.unlocking.stop()
        self.preparing.stop()
        self.saving.abandon()

    # --- looking ----------------------------------------------------------------

    @property
    def title(self) -> str:
        return self.path.name + (" •" if self.is_dirty else "")

    @property
    def is_dirty(self) -> bool:
        if self.locked is not None:
            return self.locked.is_dirty
        return self.history is not None and self.history.is_dirty

    @property
    def status(self) -> str:
        """A quiet line on what is shown."""
        if self.history is None:
            return ""
        store = self.history.store
        shown, total = self.model.shown(), len(store.entries)
        count = f"{total:,} entries" if total != 1 else "1 entry"
        if shown != total:
            count = f"{shown:,} of {count}"
        note = "" if store.integrity is not Integrity.UNVERIFIED else " — opened without password"
        told = " ".join(self.opened.notes) if self.opened is not None else ""
        return f"{store.format.title}, {count}{note}" + (f" — {told}" if told else "")

    def set_filter(self, text: str) -> None:
        self.filter_text = text
        self.model.set_filter(text)
        if self.model.waits:
            self.looking.settle()
        self.changed.emit()

    def _expand(self) -> None:
        if self.model.shown() > LARGE:
            # Laying out so many rows takes a while: not in the same breath as making them.
            QTimer.singleShot(0, self, self._expand_now)
        else:
            self._expand_now()

    def _expand_now(self) -> None:
        for row in range(self.model.rowCount()):
            self.tree.expand(self.model.index(row, 0))

    def unfold(self, is_open: bool) -> None:
        """Everything at once: the groups and the chains."""
        if is_open:
            self.tree.expandAll()
        else:
            self.tree.collapseAll()

    def go_to_findings(self) -> None:
        self.findings.unfold()
        self.findings.focus()

    def show_selected(self) -> None:
        """Show in the details what is selected, as it is judged now."""
        if self.history is None:
            return
        self._details_are_due = False
        node = self.model.node(self.tree.currentIndex())
        if node is None or node.entry is None or not self.tree.selectionModel().hasSelection():
            self.details.show_store(self.history.store)
        else:
            self.details.show_entry(self.history.store, node.entry, node.certificate)
        self.changed.emit()

    def can_copy(self, what: str) -> bool:
        return self.history is not None and can_copy(self.tree, self.model, what)

    def copied(self, what: str) -> str:
        """The selected rows, or one thing of each, as text."""
        return copied(self.tree, self.model, what)

    def select(self, alias: str) -> None:
        """Go to an entry in the tree."""
        index = self.model.index_of_alias(alias)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def selected(self) -> list[Node]:
        """The entries that are selected or have a certificate selected, each once."""
        nodes = [self.model.node(index) for index in self.tree.selectionModel().selectedRows()]
        unique = {id(node.entry): node for node in nodes if node is not None and node.entry}
        return list(unique.values())

    def chosen(self) -> list[Entry]:
        """The entries whose own rows are selected: a certificate of a chain is not its pair."""
        rows = self.tree.selectionModel().selectedRows()
        nodes = [self.model.node(index) for index in rows if is_entry_row(index)]
        return [node.entry for node in nodes if node is not None and node.entry is not None]

    # --- editing ----------------------------------------------------------------

    @property
    def store(self) -> Store | None:
        """What it holds now; None while it is not open yet."""
        return self.history.store if self.history is not None else None

    def apply(self, label: str, store: Store) -> None:
        """Take an edit over, so that it can be undone."""
        if self.history is not None:
            self.replace_history(self.history.apply(label, store))

    def delete_selected(self) -> None:
        """Take the selected entries out; undo brings them back."""
        entries = self.chosen()
        if self.history is None or not entries:
            return
        one = f"Delete “{shorten(entries[0].alias)}”"
        label = one if len(entries) == 1 else f"Delete {len(entries):,} Entries"
        rows = [index for index in self.tree.selectionModel().selectedRows() if is_entry_row(index)]
        beside = self.model.beside(rows)
        self.replace_history(self.history.apply(label, self.history.store.without(entries)))
        if beside is not None:
            self.select(beside)

    def undo(self) -> None:
        if self.history is not None:
            self.replace_history(self.history.undo())

    def redo(self) -> None:
        if self.history is not None:
            self.replace_history(self.history.redo())

    def replace_history(self, history: History) -> None:
        """Show another value, or the same with another past."""
        self.history = history
        known = {id(node.entry): node for node in self.rows}
        added = [entry for entry in history.store.entries if id(entry) not in known]
        # Few: a whole store is prepared when it is opened, off the GUI thread.
        for node in build_rows(dataclasses.replace(history.store, entries=tuple(added))):
            known[id(node.entry)] = node
            self.rows.append(node)
        rows = [known[id(entry)] for entry in history.store.entries]
        self.model.set_rows(rows)
        self.details.show_store(history.store)
        self.tree.setCurrentIndex(QModelIndex())
        if not self.is_dirty:
            # What could not be saved was taken back.
            self.put_problem_away()
        self.looking.again()
        self.changed.emit()

    def save(
        self,
        then: Callable[[], None] = lambda: None,
        failed: Callable[[HandfastError], None] = lambda _error: None,
    ) -> None:
        """Write the file off the GUI thread; a failure is told and loses nothing."""
        self.saving.save(then, failed)

    def moved_to(
        self, opened: OpenedFile, written: Store, change: Callable[[Store], Store]
    ) -> None:
        """Go on with another file, into which ``written`` went, changed; undo goes on as well."""
        self.path, self.opened = opened.path, opened
        self.put_problem_away()
        if self.history is not None:
            self.replace_history(self.history.mark_written(written).mapped(change))
