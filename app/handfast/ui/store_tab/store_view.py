"""One tab: draws a document, in whichever state it is, and passes on what a person does to it."""

from __future__ import annotations

import itertools
import operator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from handfast.core.commands import Command
from handfast.core.errors import IsAFolder, NotAKeystore
from handfast.core.language import enumerated, grouped, tr, tr_count
from handfast.core.password import Password
from handfast.core.store import Integrity, shorten
from handfast.documents.document import Document, State
from handfast.documents.problem import Remedy
from handfast.services.checks.remedies import commands_for_kind
from handfast.services.describe.validity import EXPIRY_DAYS, Validity
from handfast.ui.details.pane import DetailsPane
from handfast.ui.store_tab.arrangement import edit_between
from handfast.ui.store_tab.background_checks import RELAXED_MS, BackgroundChecks
from handfast.ui.store_tab.entry_model import EntryModel
from handfast.ui.store_tab.entry_tree import EntryTree
from handfast.ui.store_tab.findings_pane import FindingsPane
from handfast.ui.store_tab.opening_page import OpeningPage, picture_of
from handfast.ui.store_tab.search_index import SearchIndex
from handfast.ui.store_tab.selected_rows import (
    can_copy,
    chosen_entries,
    copied,
    count_chosen,
    has_chosen_keys,
    selected_entries,
    selection_of,
)
from handfast.ui.widgets.busy_line import BusyLine
from handfast.ui.widgets.secrets.password_line import lock_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtGui import QShowEvent

    from handfast.core.entry import Entry, KeyPair, SecretKey
    from handfast.core.errors import HandfastError
    from handfast.core.history import History
    from handfast.core.store import Store
    from handfast.documents.problem import Problem
    from handfast.documents.work import Runner, RunningJob
    from handfast.services.checks.findings import Finding
    from handfast.services.describe.loose_files import LooseFile
    from handfast.services.describe.store_summary import StoreSummary
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.program.settings import Settings
    from handfast.ui.store_tab.keyring_link import KeyringLink
    from handfast.ui.store_tab.notice_bar import NoticeBar, NoticeWay
    from handfast.ui.widgets.problem_bar import ProblemBar, Way
    from handfast.ui.widgets.secrets.unlock_row import UnlockRow

#: A store of more entries than this is shown in two steps.
_MANY_ENTRIES = 2_000
#: An edit of a store of more entries than this takes so long that the details follow it in a step
#: of their own.
_VERY_MANY_ENTRIES = 20_000
#: The time in which what was painted reaches the screen.
_PAINT_MS = 20


class StoreView(QWidget):
    """A keystore file on the screen. What it shows is in its :attr:`document`."""

    #: Something of it that the window shows may be different now.
    changed = Signal()
    #: A person gave the opening up: the tab has nothing to show.
    abandoned = Signal()
    #: What the file holds: its path and a StoreSummary.
    summarised = Signal(object, object)
    #: The file is not a keystore, and is to be imported from; its path.
    import_requested = Signal(object)
    #: The file is a certificate request, and is to be answered by a CA; its path.
    sign_requested = Signal(object)
    #: A key pair is to be made of the file, which holds a loose private key.
    import_pair_requested = Signal(object)
    #: The file is shown as what it is instead of a keystore; its path.
    is_no_store = Signal(object)
    #: The file is a folder.
    is_folder = Signal()
    save_as_requested = Signal()
    #: The certificate file in this tab is to be compared with something.
    compare_requested = Signal(object)
    #: Another file is to be opened instead of this one.
    choose_requested = Signal()
    #: The certificate of a pair is to be renewed; its alias.
    renew_requested = Signal(str)
    #: The alias of a pair whose CA certificate is beside it as a trusted one.
    reply_requested = Signal(str)
    #: A command that mends a finding, and the alias that it is about; empty for the keystore.
    command_requested = Signal(Command, str)
    #: An entry was gone to that the filter had hidden.
    filter_cleared = Signal()

    def __init__(
        self,
        path: Path,
        runner: Runner,
        parent: QWidget | None = None,
        *,
        settings: Settings | None = None,
    ) -> None:
        """A tab of a file, which is not read before its document is told to open it."""
        super().__init__(parent)
        self._runner = runner
        self._settings = settings
        self.document = Document(
            path,
            runner,
            keeps_backup=lambda: settings is None or settings.makes_backup,
            password_saved=self._password_saved,
        )
        self._keyring: KeyringLink | None = None
        #: Whether the keyring, which knows the password that is changed, is to know the new one.
        self._keeps_new_password = False
        #: What is on the screen now, to be compared with the document.
        self._shown_closed: tuple[object, ...] = ()
        self._shown_store: Store | None = None
        self._shown_file: OpenedFile | None = None
        self._shown_problem: Problem | None = None
        self._shown_job: RunningJob | None = None
        #: What the file held when it was read or written last.
        self._summary: StoreSummary | None = None
        #: Whether it is shown as what it is instead of a keystore.
        self._is_loose = False
        self._has_loose_certificate = False
        #: Whether it is to be drawn once it is seen.
        self._is_due = False
        #: The entry that was selected when it was locked.
        self._locked_alias = ""
        #: The entry to be selected once the rows are filtered or sorted; or several.
        self._wanted_alias = ""
        self._wanted_entries: tuple[Entry, ...] = ()
        #: What was done last, with the way back; made with the first.
        self._notice_bar: NoticeBar | None = None
        self._looking: RunningJob | None = None
        self._problem_bar: ProblemBar | None = None
        self._details_are_due = False
        #: While rows go and come by an edit, after which the details are shown once.
        self._details_wait = False
        self._details_soon = QTimer(self)
        self._details_soon.setSingleShot(True)
        self._details_soon.setInterval(RELAXED_MS)
        self._details_soon.timeout.connect(self._begin_details)
        #: In the next turn of the event loop.
        self._details_next = QTimer(self)
        self._details_next.setSingleShot(True)
        self._details_next.setInterval(0)
        self._details_next.timeout.connect(self.show_selected)
        self._pages = QStackedLayout(self)
        self.page = self._build_opening()
        self._pages.addWidget(self.page)
        self._pages.addWidget(self._build_content())
        self._checks = self._build_checks()
        self.document.listen(self._render)

    @property
    def expiry_days(self) -> int:
        """From how many days before its end a certificate is called expiring."""
        return EXPIRY_DAYS if self._settings is None else self._settings.expiry_days

    # --- parts ------------------------------------------------------------------

    def _build_opening(self) -> OpeningPage:
        page = OpeningPage(self)
        page.password_given.connect(self._enter_password)
        page.stop_requested.connect(self.abandoned)
        page.retry_requested.connect(self.document.open)
        page.choose_requested.connect(self.choose_requested)
        page.agreed.connect(self.document.agree)
        page.import_requested.connect(lambda: self.import_requested.emit(self.path))
        page.import_pair_requested.connect(lambda: self.import_pair_requested.emit(self.path))
        return page

    def _build_content(self) -> QWidget:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("storeSplitter")
        splitter.setChildrenCollapsible(False)
        self.tree = EntryTree(self._settings, splitter)
        self.model = EntryModel((), self)
        self.model.set_expiry_days(self.expiry_days)
        self.tree.setModel(self.model)
        self.tree.set_up_columns()
        self.tree.rows_painted.connect(lambda: self._details_soon.start(_PAINT_MS))
        self.model.modelReset.connect(self._expand)
        self.model.rowsInserted.connect(self._rows_inserted)
        self.tree.selectionModel().selectionChanged.connect(self._follow_selection)
        self.tree.details_requested.connect(self.open_details)
        self.details = DetailsPane(splitter, expiry_days=lambda: self.expiry_days)
        self.details.comes_after = self.tree
        self.details.entry_activated.connect(self.select)
        self.details.renew_requested.connect(self.renew_requested)
        self.details.unlock_requested.connect(self._unlock_key)
        self.details.try_requested.connect(self._try_keys)
        self.details.password_given.connect(self._verify)
        self.details.part_password_given.connect(self._unlock_parts)
        self.details.key_password_given.connect(self._unlock_keys)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        self.splitter = splitter
        self.lay_out()
        self.findings = FindingsPane(self)
        self.findings.entry_activated.connect(self.select)
        self.findings.command_requested.connect(self._command)
        self.busy = BusyLine(self)
        self.busy.stop_requested.connect(self._stop_job)
        page = QWidget(self)
        self._content = QVBoxLayout(page)
        self._content.setContentsMargins(0, 0, 0, 0)
        self._content.setSpacing(0)
        self._content.addWidget(splitter, 1)
        self._content.addWidget(self.findings)
        self._content.addWidget(self.busy)
        return page

    def _build_checks(self) -> BackgroundChecks:
        index = SearchIndex(self.model, self._runner)
        index.arranged.connect(self._arranged)
        index.failed.connect(self.document.report)
        self._index = index
        checks = BackgroundChecks(
            self.document, self._runner, index, self, expiry_days=lambda: self.expiry_days
        )
        checks.found.connect(self._show_findings)
        checks.summarised.connect(self._summarise)
        checks.failed.connect(self.document.report)
        return checks

    def lay_out(self) -> None:
        """Share the room between rows and details as at first."""
        self.splitter.setSizes([640, 440])

    # --- drawing the document -------------------------------------------------------

    def _render(self) -> None:
        """Show what is different from what is shown."""
        document = self.document
        if document.state is State.CLOSED:
            return
        # Where fifty tabs are locked at once, each that nobody sees is drawn when it is sealed.
        is_hidden = not self.isVisible()
        self._is_due = is_hidden and document.state is State.LOCKED and document.holds_secrets
        if self._is_due:
            self._stop()
            self.changed.emit()
            return
        if document.history is not None and document.state is State.OPEN:
            self._render_open(document.history)
        else:
            self._render_closed()
        self._render_problem(document.problem)
        self.changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self._render()
        if self._pages.currentWidget() is self.page:
            # A tab that comes back with the program: what is typed goes where it is asked for.
            self.page.focus_password()
        elif self.page.isAncestorOf(self.focusWidget() or self):
            # Opened while another tab was in front: not the field that nobody sees any more.
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _render_closed(self) -> None:
        document = self.document
        shown = (document.state, document.error, document.why_locked, document.reading_job)
        if self._shown_store is not None:
            self._forget_content()
        if shown == self._shown_closed:
            return
        self._shown_closed = shown
        error = document.error
        if document.state is State.OPENING:
            self.page.show_opening(self.path.name, document.reading_job)
        elif document.state is State.LOCKED and error is None:
            why = document.why_locked
            if document.is_dirty:
                why = tr("{why} Your edits are kept.", why=why)
            headline = tr("“{name}” is locked.", name=self.path.name)
            self.page.show_locked(headline, why)
        elif error is not None:
            asks = document.state in {State.NEEDS_PASSWORD, State.LOCKED}
            self.page.show_error(error, self.path.name, asks=asks, may_agree=document.may_agree)
            if document.state is State.NEEDS_PASSWORD and self._settings is not None:
                self._link_to_keyring(self._settings).password_needed()
        self._pages.setCurrentWidget(self.page)
        if self.page.isVisible():
            self.page.focus_password()
        if isinstance(error, NotAKeystore):
            self.is_no_store.emit(self.path)
            self._look_closer()
        elif isinstance(error, IsAFolder):
            # The tab goes, but not while it is being drawn.
            QTimer.singleShot(0, self, self.is_folder.emit)

    def _render_open(self, history: History) -> None:
        document, store = self.document, history.store
        is_new = self._shown_store is None
        is_other_value = store is not self._shown_store
        is_other_file = document.opened is not self._shown_file
        self._shown_closed = ()
        self._shown_store, self._shown_file = store, document.opened
        if self._notice_bar is not None:
            self._notice_bar.follow(store)
        opened = document.opened
        self.details.set_file(self.path, opened.stamp.size if opened is not None else None)
        if is_new:
            self._show_content(store)
        elif is_other_value:
            # Before the rows are changed: a worker beside that would take its turns.
            self._checks.abandon_check()
            self._details_wait = True
            self.model.set_entries(
                store.entries, is_verified=store.integrity is not Integrity.UNVERIFIED
            )
            self.tree.setCurrentIndex(QModelIndex())
            self._details_wait = False
            self._follow_selection()
        if is_new or is_other_value or is_other_file:
            self._checks.restart()
        self._render_job(is_other_value=is_other_value)

    def _show_content(self, store: Store) -> None:
        """The first value of a store that was opened or unlocked."""
        self.page.busy.finish()
        if self._keyring is not None:
            self._keyring.opened(store.password)
        self.model.set_entries(
            store.entries, is_verified=store.integrity is not Integrity.UNVERIFIED
        )
        self._pages.setCurrentIndex(1)
        # Once the rows are seen, for they are what somebody who opens a store waits for; in a tab
        # that nobody looks at, a little later.
        self._details_are_due = True
        self._details_soon.start()
        if self._locked_alias:
            self.select(self._locked_alias)
            self._locked_alias = ""
        if self.isVisible() and self.page.isAncestorOf(self.focusWidget() or self):
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget_content(self) -> None:
        """Let go of the store and of everything that shows it."""
        self._stop()
        if self._notice_bar is not None:
            self._notice_bar.follow(None)
        chosen = self.chosen()
        self._locked_alias = chosen[0].alias if chosen else ""
        self._shown_store = self._shown_file = None
        self._wanted_entries = ()
        self.model.set_entries(())
        self.details.clear()
        self.findings.await_findings()
        self.busy.finish()
        self._shown_job = None

    def _render_job(self, *, is_other_value: bool) -> None:
        job = self.document.saving_job or self.document.trying_job
        if job is self._shown_job:
            return
        was_trying = self._shown_job is not None and job is None and not is_other_value
        self._shown_job = job
        if job is None:
            self.busy.finish()
            if was_trying:
                # Buttons in the details wait for an answer.
                self.show_selected()
        elif job is self.document.saving_job:
            self.busy.watch(tr("Saving {name}…", name=self.path.name), job)
        else:
            self.busy.watch(tr("Trying the keys…"), job)

    def _render_problem(self, problem: Problem | None) -> None:
        if problem is self._shown_problem:
            return
        self._shown_problem = problem
        if problem is None:
            if self._problem_bar is not None:
                self._problem_bar.hide()
            return
        if self._problem_bar is None:
            from handfast.ui.widgets.problem_bar import ProblemBar

            self._problem_bar = ProblemBar(self)
            self._content.insertWidget(0, self._problem_bar)
        ways = [self._way(each) for each in problem.remedies if each is not Remedy.ENTER_PASSWORD]
        asks = Remedy.ENTER_PASSWORD in problem.remedies
        self._problem_bar.show_error(problem.error, ways, ask=self._reload_with if asks else None)

    def _way(self, remedy: Remedy) -> Way:
        document = self.document
        ways: dict[Remedy, Way] = {
            Remedy.TRY_AGAIN: ("problemRetry", tr("Try Again"), document.save),
            Remedy.SAVE_AS: ("problemSaveAs", tr("Save As…"), self.save_as_requested.emit),
            Remedy.RELOAD: ("problemReload", tr("Reload from Disk"), document.reload),
            Remedy.OVERWRITE: (
                "problemOverwrite",
                tr("Overwrite File on Disk"),
                document.overwrite,
            ),
            Remedy.KEEP_MINE: ("problemKeep", tr("Keep My Edits"), document.keep_edits),
        }
        return ways[remedy]

    def _begin_details(self) -> None:
        # In two steps, as either takes longer than a person should feel.
        if self._details_are_due:
            self.details.load_pages()
            QTimer.singleShot(0, self, self._show_due)

    def _show_due(self) -> None:
        # Whoever was quicker to select something may be typing there already.
        if self._details_are_due:
            self.show_selected()

    def _command(self, command: Command, alias: str) -> None:
        # These know the entry; the others work on what is selected.
        if command is Command.RENEW:
            self.renew_requested.emit(alias)
        elif command is Command.PUT_REPLY:
            self.reply_requested.emit(alias)
        else:
            self.command_requested.emit(command, alias)

    def _show_findings(self, found: tuple[Finding, ...], is_asked_for: bool) -> None:
        store = self.document.store
        kinds = {each.alias: each.kind for each in store.entries} if store is not None else {}

        def commands_for(finding: Finding) -> Sequence[Command]:
            kind = kinds.get(finding.alias, "gone") if finding.alias else ""
            return commands_for_kind(finding.code, kind, finding.part)

        self.findings.set_findings(found, commands_for)
        if is_asked_for:
            self.findings.unfold()

    # --- a file that is not a keystore -----------------------------------------------------

    def _look_closer(self) -> None:
        from handfast.ui.store_tab.not_a_store_page import look_closer

        self._looking = look_closer(
            self.path,
            self._runner,
            expiry_days=self.expiry_days,
            show=self._show_loose_file,
            has_certificates=self.page.offer_import,
            has_key=self.page.offer_import_pair,
        )

    def _show_loose_file(self, found: LooseFile) -> None:
        from handfast.ui.store_tab.loose_file_page import LoosePage

        self.is_no_store.emit(self.path)
        page = LoosePage(found, self.path.name, self)
        page.import_requested.connect(lambda: self.import_requested.emit(self.path))
        page.sign_requested.connect(lambda: self.sign_requested.emit(self.path))
        page.compare_requested.connect(lambda: self.compare_requested.emit(self.path))
        self._has_loose_certificate = bool(found.certificates)
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        page.take_focus()
        self._is_loose = True
        self.changed.emit()

    # --- passwords ------------------------------------------------------------------

    def _enter_password(self, text: str) -> None:
        self.document.enter(Password(text))

    def _reload_with(self, text: str) -> None:
        self.document.reload(Password(text))

    def _verify(self, text: str, row: UnlockRow) -> None:
        self.document.verify(Password(text), failed=_telling(row))

    def _unlock_parts(self, text: str, row: UnlockRow) -> None:
        self.document.unlock_parts(Password(text), failed=_telling(row))

    def _unlock_keys(self, text: str, row: UnlockRow) -> None:
        self.document.unlock_keys(Password(text), failed=_telling(row))

    def _unlock_key(self, entry: KeyPair | SecretKey, text: str, row: UnlockRow) -> None:
        self.document.unlock_key(
            entry,
            Password(text),
            then=lambda opened: self.select(opened.alias),
            failed=_telling(row),
        )

    def _try_keys(self, entry: Entry | None) -> None:
        def select(_store: Store) -> None:
            if entry is not None:
                self.select(entry.alias)

        self.document.try_keys(entry, then=select)

    def _stop_job(self) -> None:
        if self.document.saving_job is not None:
            self.document.stop_saving()
        else:
            self.document.stop_trying()

    def change_password(self, password: Password | None, *, remembers: bool) -> None:
        """Put the keystore under another password; ``remembers`` is for the system's keyring."""
        self._keeps_new_password = remembers
        self.document.change_password(password)

    def _password_saved(self, password: Password | None) -> None:
        """What the keyring has of this file is out of date, now that it is written."""
        if self._settings is not None and self.path in self._settings.keyring_paths:
            kept = password if self._keeps_new_password else None
            self._link_to_keyring(self._settings).follow(kept)

    def _link_to_keyring(self, settings: Settings) -> KeyringLink:
        if self._keyring is None:
            from handfast.ui.store_tab.keyring_link import KeyringLink

            self._keyring = KeyringLink(self.document, self.page, settings, self._runner)
        return self._keyring

    def forget_secrets(self, why: str) -> None:
        """Lock the document; where it stays open, forget what was typed and not used yet."""
        was_waiting = self.document.learning_job is not None
        if self._keyring is not None:
            self._keyring.stop()
        self.document.lock(why)
        lock_lines(self, why)
        if was_waiting and self.document.state is State.OPEN:
            # The field of a key waits for an answer that never comes.
            self.show_selected()

    # --- closing -------------------------------------------------------------------

    def close_document(self) -> None:
        """The tab is being closed: abandon what is being done, and let go of everything."""
        self._stop()
        if self._keyring is not None:
            self._keyring.stop()
        self.document.close()
        self._shown_store = self._shown_file = self._shown_problem = None
        self._wanted_entries = ()
        if self._notice_bar is not None:
            self._notice_bar.follow(None)
        self.model.set_entries(())
        self.details.clear()
        lock_lines(self, "")

    def _stop(self) -> None:
        self._details_soon.stop()
        self._details_next.stop()
        self._checks.stop()
        self._index.stop()
        if self._looking is not None:
            self._looking.cancel()

    # --- looking ----------------------------------------------------------------

    @property
    def path(self) -> Path:
        return self.document.path

    @property
    def store(self) -> Store | None:
        """What the document holds now; None while it is not open."""
        return self.document.store

    @property
    def history(self) -> History | None:
        return self.document.history

    @property
    def is_dirty(self) -> bool:
        return self.document.is_dirty

    @property
    def title(self) -> str:
        return self.path.name + (" •" if self.is_dirty else "")

    @property
    def has_loose_certificate(self) -> bool:
        """Whether it shows a file with certificates and not a keystore."""
        return self._has_loose_certificate

    @property
    def picture(self) -> str:
        """The icon of its tab: what keeps it from being shown, else the worst that is in it."""
        if self._is_loose:
            return "certificate"
        error = self.document.error
        if self.document.state is State.LOCKED:
            return "lock"
        if error is not None:
            return picture_of(error)
        _words, validity = self._validity()
        pictures = {Validity.EXPIRED: "expired", Validity.EXPIRING: "expiring"}
        return pictures.get(validity, "store")

    @property
    def state_words(self) -> str:
        """What the icon of its tab says, in words; empty where nothing presses."""
        words, validity = self._validity()
        return words if validity in {Validity.EXPIRED, Validity.EXPIRING} else ""

    def _validity(self) -> tuple[str, Validity]:
        if self._summary is None or self.document.state is not State.OPEN:
            return "", Validity.VALID
        return self._summary.words(datetime.now(UTC), self.expiry_days)

    def _summarise(self, path: Path, summary: StoreSummary) -> None:
        self._summary = summary
        self.summarised.emit(path, summary)
        self.changed.emit()

    @property
    def status(self) -> str:
        """A quiet line on what is shown."""
        store, opened = self.document.store, self.document.opened
        if store is None:
            return ""
        shown, total = self.model.shown(), len(store.entries)
        if shown == total:
            count = tr_count("{count} entry", "{count} entries", total)
        else:
            count = tr_count(
                "{shown} of {count} entry",
                "{shown} of {count} entries",
                total,
                shown=grouped(shown),
            )
        facts = [store.format.title, count]
        if (chosen := self.count_chosen()) > 1:
            facts.append(tr_count("{count} selected", "{count} selected", chosen))
        parts = [enumerated(facts)]
        if store.integrity is Integrity.UNVERIFIED:
            parts.append(tr("opened without password"))
        if opened is not None and opened.notes:
            parts.append(" ".join(opened.notes))
        return " — ".join(parts)

    @property
    def filter_text(self) -> str:
        return self.model.filter_text

    def set_filter(self, text: str) -> None:
        """Show what holds every word; the details follow what is still selected."""
        self._note_selection()
        self.model.set_filter(text)
        if not self.model.waits:
            self._select_again()
        self.changed.emit()

    def _note_selection(self) -> None:
        node = self.model.node(self.tree.currentIndex())
        is_selected = self.tree.selectionModel().hasSelection()
        if node is not None and node.entry is not None and is_selected:
            self._wanted_alias = node.entry.alias

    def _select_again(self) -> None:
        """After the rows were filtered or sorted: go to the entry that was selected or wanted."""
        entries, self._wanted_entries = self._wanted_entries, ()
        alias, self._wanted_alias = self._wanted_alias, ""
        if entries:
            self.select_entries(entries)
            return
        index = self.model.index_of_alias(alias) if alias else QModelIndex()
        if index.isValid():
            self.tree.select_only(index)
        else:
            # What it was about is not in the list any more.
            self._follow_selection()

    def _arranged(self) -> None:
        self._select_again()
        self.changed.emit()

    def open_details(self) -> None:
        """Show the details of what is selected, and go there."""
        self.show_selected()
        self.details.take_focus()

    @property
    def is_checking(self) -> bool:
        """Whether the background checks have not begun yet."""
        return self._checks.is_due

    def check(self, *, unfold: bool = False) -> None:
        """Find out off the GUI thread what is wrong with the store as it is now."""
        self._checks.check(is_asked_for=unfold)

    def judge_again(self) -> None:
        """What counts as expiring is different now."""
        self.model.set_expiry_days(self.expiry_days)
        self.tree.viewport().update()
        self.show_selected()
        self.check()

    def _expand(self) -> None:
        if self.model.shown() > _MANY_ENTRIES:
            # Laying out so many rows takes a while: not in the same step as making them.
            QTimer.singleShot(0, self, self._expand_now)
        else:
            self._expand_now()

    def _rows_inserted(self, parent: QModelIndex) -> None:
        if not parent.isValid():
            self.tree.span_groups()

    def _expand_now(self) -> None:
        self.tree.span_groups()
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

    def _follow_selection(self) -> None:
        """Another entry is selected: show it, or at once after what else an edit has to do."""
        store = self.document.store
        if store is None or self._details_wait:
            return
        if len(store.entries) <= _VERY_MANY_ENTRIES:
            self.show_selected()
        else:
            self._details_next.start()
            self.changed.emit()

    def show_selected(self) -> None:
        """Show in the details what is selected, as it is judged now."""
        store = self.document.store
        if store is None or self._details_wait:
            return
        self._details_are_due = False
        self._details_next.stop()
        node = self.model.node(self.tree.currentIndex())
        if self.count_chosen() > 1:
            self.details.show_entries(store, self.chosen())
        elif node is None or node.entry is None or not self.tree.selectionModel().hasSelection():
            self.details.show_store(store)
        else:
            self.details.show_entry(store, node.entry, node.certificate)
        self.changed.emit()

    def can_copy(self, what: str) -> bool:
        return self.document.state is State.OPEN and can_copy(self.tree, self.model, what)

    def copied(self, what: str) -> str:
        """The selected rows, or one thing of each, as text."""
        return copied(self.tree, self.model, what)

    def select(self, alias: str) -> None:
        """Go to an entry in the tree; a filter that hides it is removed."""
        index = self.model.index_of_alias(alias)
        if index.isValid():
            self.tree.select_only(index)
        elif self.filter_text and self.store is not None and self.store.find(alias) is not None:
            self.model.set_filter("")
            self._wanted_alias = alias
            if not self.model.waits:
                self._select_again()
            self.filter_cleared.emit()

    def select_group(self, group: QModelIndex) -> None:
        """Select all entries of a kind, by the row of their title."""
        last = self.model.rowCount(group) - 1
        if last < 0:
            return
        self.tree.expand(group)
        self.tree.select_only(self.model.index(0, 0, group))
        both_ends = QItemSelection(self.model.index(0, 0, group), self.model.index(last, 0, group))
        flags = QItemSelectionModel.SelectionFlag
        self.tree.selectionModel().select(both_ends, flags.ClearAndSelect | flags.Rows)

    def selected(self) -> list[Entry]:
        """The entries that are selected or have a certificate selected, each once."""
        return selected_entries(self.tree, self.model)

    def chosen(self) -> list[Entry]:
        """The entries whose own rows are selected: a certificate of a chain is not its pair."""
        return chosen_entries(self.tree, self.model)

    def count_chosen(self) -> int:
        """How many entries :meth:`chosen` would give; also where there are very many."""
        return count_chosen(self.tree)

    def has_chosen_keys(self) -> bool:
        """Whether a key pair or a secret key is among :meth:`chosen`."""
        return has_chosen_keys(self.tree, self.model)

    def delete_selected(self) -> None:
        """Delete the selected entries; it is told with the way back beside it."""
        entries = self.chosen()
        if self.document.store is None or not entries:
            return
        beside = self.model.beside(entries)
        self.document.delete(entries)
        if beside is not None:
            self.select(beside)
        alias = shorten(entries[0].alias)
        if len(entries) == 1:
            self.tell_with_undo(tr("Deleted 1 entry: “{alias}”.", alias=alias))
        else:
            self.tell_with_undo(
                tr_count("Deleted {count} entry.", "Deleted {count} entries.", len(entries))
            )

    def tell_with_undo(self, words: str) -> None:
        """Say what the edit before did, with *Undo* beside it, until the next edit."""
        self._tell(words, offers_undo=True)

    def tell_notice(self, words: str, way: NoticeWay | None = None) -> None:
        """Say something about the keystore that needs no answer, until the next edit.

        ``way`` is where it leads: the words of a button, and what that does.
        """
        self._tell(words, offers_undo=False, way=way)

    def _tell(self, words: str, *, offers_undo: bool, way: NoticeWay | None = None) -> None:
        if self._notice_bar is None:
            from handfast.ui.store_tab.notice_bar import NoticeBar

            self._notice_bar = NoticeBar(self)
            self._notice_bar.undo_requested.connect(self.undo)
            self._content.insertWidget(self._content.indexOf(self.findings), self._notice_bar)
        self._notice_bar.tell(words, self.document.store, offers_undo=offers_undo, way=way)

    def undo(self) -> None:
        """Take the last edit back, and select the entries that return with it."""
        before = self.store
        self.document.undo()
        self._select_returned(before)

    def redo(self) -> None:
        """Do again what was taken back, and select the entries that return with it."""
        before = self.store
        self.document.redo()
        self._select_returned(before)

    def _select_returned(self, before: Store | None) -> None:
        after = self.store
        if before is None or after is None or before is after:
            return
        edit = edit_between(before.entries, after.entries)
        known = set(map(id, edit.removed))
        are_known = map(known.__contains__, map(id, edit.added))
        if returned := tuple(itertools.compress(edit.added, map(operator.not_, are_known))):
            self.select_entries(returned)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def select_entries(self, entries: Sequence[Entry]) -> None:
        """Select these entries, as far as the filter shows them, and go to the first."""
        if self.model.waits:
            self._wanted_entries = tuple(entries)
            return
        rows = selection_of(self.model, entries)
        if not rows.isEmpty():
            select, flags = self.tree.selectionModel(), QItemSelectionModel.SelectionFlag
            first = rows.first().topLeft()
            select.setCurrentIndex(first, flags.NoUpdate)
            select.select(rows, flags.ClearAndSelect | flags.Rows)
            self.tree.scrollTo(first)


def _telling(row: UnlockRow) -> Callable[[HandfastError], None]:
    def tell(error: HandfastError) -> None:
        # Somebody may be looking at another entry already.
        if isValid(row):
            row.show_problem(error.problem)

    return tell
