"""One tab: a store being opened, asking for its password, failing, or shown."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.history import History
from handfast.core.password import Password
from handfast.core.store import Integrity, shorten
from handfast.formats.registry import unlock_entry
from handfast.services.opening import OpenedFile, open_file
from handfast.ui.details.pane import DetailsPane
from handfast.ui.entry_model import EntryModel, Node, build_rows
from handfast.ui.entry_tree import EntryTree
from handfast.ui.findings_pane import FindingsPane

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QSettings

    from handfast.core.entry import KeyPair, SecretKey
    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.services.findings import Finding
    from handfast.ui.jobs import Job, Jobs


#: A store of more entries than this is shown in two steps.
LARGE = 2_000


def _quiet(done: int, total: int) -> None:
    """For work that is over at once."""


class StoreView(QWidget):
    """A store file and what a person does to it."""

    changed = Signal()
    save_failed = Signal(object)

    def __init__(
        self,
        path: Path,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        password: Password | None = None,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.path = path
        self.history: History | None = None
        self._jobs = jobs
        self._job: Job | None = None
        self._check_job: Job | None = None
        self._save_job: Job | None = None
        # Once the rows stand: a worker beside the painting would make each row wait for its turn.
        self._check_soon = QTimer(self)
        self._check_soon.setSingleShot(True)
        self._check_soon.setInterval(250)
        self._check_soon.timeout.connect(self.check)
        self._opened: OpenedFile | None = None
        self._rows: list[Node] = []
        self._pages = QStackedLayout(self)
        self._notice = self._build_notice()
        self._pages.addWidget(self._notice)
        self._pages.addWidget(self._build_content())
        self.open(password)

    # --- parts ------------------------------------------------------------------

    def _build_notice(self) -> QWidget:
        page = QWidget(self)
        self._headline = QLabel(page)
        font = self._headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self._headline.setFont(font)
        self._explanation = QLabel(page)
        for label in (self._headline, self._explanation):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._explanation.setObjectName("errorText")
        self._password = QLineEdit(page)
        self._password.setObjectName("passwordField")
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText("Password of the store")
        self._password.setAccessibleName("Password of the store")
        self._password.setMaximumWidth(320)
        self._password.returnPressed.connect(self._try_password)
        self._unlock = QPushButton("Open", page)
        self._unlock.setObjectName("passwordOpen")
        self._unlock.clicked.connect(self._try_password)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._password, 1)
        row.addWidget(self._unlock)
        row.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(48, 48, 48, 48)
        layout.setSpacing(16)
        layout.addWidget(self._headline)
        layout.addWidget(self._explanation)
        layout.addLayout(row)
        layout.addStretch(1)
        return page

    def _build_content(self) -> QWidget:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.tree = EntryTree(self._settings, splitter)
        self.model = EntryModel([], self)
        self.tree.setModel(self.model)
        self.tree.set_up_columns()
        self.model.modelReset.connect(self._expand)
        self.tree.selectionModel().selectionChanged.connect(self._show_selected)
        self.details = DetailsPane(splitter)
        self.details.entry_activated.connect(self.select)
        self.details.unlock_requested.connect(self._ask_to_unlock)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([640, 440])
        self.findings = FindingsPane(self)
        self.findings.entry_activated.connect(self.select)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.findings)
        return page

    def check(self, *, unfold: bool = False) -> None:
        """Look at the store as it is now, off the GUI thread."""
        store = self.store
        if store is None:
            return

        def show(found: tuple[Finding, ...]) -> None:
            self.findings.set_findings(found)
            if unfold:
                self.findings.unfold()

        def work(progress: Progress) -> tuple[Finding, ...]:
            # Not needed before the rows stand, so not loaded before either.
            from handfast.services.checking import check_store

            return check_store(store, path=self.path, progress=progress)

        self._check_job = self._jobs.run(work, done=show, failed=self.save_failed.emit)

    # --- opening ----------------------------------------------------------------

    def open(self, password: Password | None = None) -> None:
        """Read the file off the GUI thread."""
        self._tell(f"Opening {self.path.name} …", "", ask=False)

        def work(progress: Progress) -> tuple[OpenedFile, list[Node]]:
            opened = open_file(self.path, password, progress=progress)
            return opened, build_rows(opened.store, progress)

        self._job = self._jobs.run(work, done=self._show, failed=self._fail)

    def _try_password(self) -> None:
        text = self._password.text()
        self._password.clear()
        self.open(Password(text))

    def _show(self, result: tuple[OpenedFile, list[Node]]) -> None:
        self._opened, self._rows = result
        self.history = History.opened(self._opened.store)
        self.model.set_rows(self._rows)
        self.details.show_store(self._opened.store)
        self._pages.setCurrentIndex(1)
        self._check_soon.start()
        self.changed.emit()

    def _fail(self, error: HandfastError) -> None:
        ask = isinstance(error, PasswordNeeded | WrongPassword)
        lines = [*(f"• {cause}" for cause in error.causes if cause), error.remedy]
        self._tell(error.problem, "\n".join(line for line in lines if line), ask=ask)
        self.changed.emit()

    def _tell(self, headline: str, explanation: str, *, ask: bool) -> None:
        self._headline.setText(headline)
        self._explanation.setText(explanation)
        self._explanation.setVisible(bool(explanation))
        self._password.setVisible(ask)
        self._unlock.setVisible(ask)
        self._pages.setCurrentIndex(0)
        if ask:
            self._password.setFocus()

    def closing(self) -> None:
        for job in (self._job, self._check_job):
            if job is not None:
                job.cancel()

    # --- looking ----------------------------------------------------------------

    @property
    def title(self) -> str:
        return self.path.name + (" •" if self.is_dirty else "")

    @property
    def is_dirty(self) -> bool:
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
        return f"{store.format.title}, {count}{note}"

    def set_filter(self, text: str) -> None:
        self.model.set_filter(text)
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

    def _show_selected(self) -> None:
        if self.history is None:
            return
        node = self.model.node(self.tree.currentIndex())
        if node is None or node.entry is None or not self.tree.selectionModel().hasSelection():
            self.details.show_store(self.history.store)
        else:
            self.details.show_entry(self.history.store, node.entry, node.certificate)
        self.changed.emit()

    def select(self, alias: str) -> None:
        """Go to an entry in the tree."""
        index = self.model.index_of_alias(alias)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def _ask_to_unlock(self, entry: KeyPair | SecretKey, problem: str = "") -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("unlockDialog")
        dialog.setWindowTitle("Unlock")
        lines = (problem, f"Password of the key “{shorten(entry.alias)}”:")
        dialog.setLabelText("\n".join(line for line in lines if line))
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda text: self._unlock_entry(entry, Password(text)))
        dialog.open()

    def _unlock_entry(self, entry: KeyPair | SecretKey, password: Password) -> None:
        store = self.store
        if store is None:
            return
        self._job = self._jobs.run(
            lambda _progress: unlock_entry(store, entry, password),
            done=lambda opened: self._unlocked(entry, opened),
            failed=lambda error: self._ask_to_unlock(entry, error.problem),
        )

    def _unlocked(self, entry: KeyPair | SecretKey, opened: KeyPair | SecretKey) -> None:
        history = self.history
        if history is None or not any(each is entry for each in history.store.entries):
            return
        # Knowing more of the store is no edit: the step itself is exchanged.
        step = history.steps[history.position]
        step = dataclasses.replace(step, store=step.store.with_replaced(entry, opened))
        steps = (*history.steps[: history.position], step, *history.steps[history.position + 1 :])
        self._become(dataclasses.replace(history, steps=steps))
        self.select(opened.alias)

    def selected(self) -> list[Node]:
        """The entries that are selected, each once."""
        nodes = [self.model.node(index) for index in self.tree.selectionModel().selectedRows()]
        unique = {id(node.entry): node for node in nodes if node is not None and node.entry}
        return list(unique.values())

    # --- editing ----------------------------------------------------------------

    @property
    def store(self) -> Store | None:
        """What it holds now; None while it is not open yet."""
        return self.history.store if self.history is not None else None

    def apply(self, label: str, store: Store) -> None:
        """Take an edit over, so that it can be undone."""
        if self.history is not None:
            self._become(self.history.apply(label, store))

    def delete_selected(self) -> None:
        """Take the selected entries out; undo brings them back."""
        nodes = self.selected()
        if self.history is None or not nodes:
            return
        entries = [node.entry for node in nodes if node.entry is not None]
        label = f"Delete “{entries[0].alias}”" if len(entries) == 1 else "Delete entries"
        self._become(self.history.apply(label, self.history.store.without(entries)))

    def undo(self) -> None:
        if self.history is not None:
            self._become(self.history.undo())

    def redo(self) -> None:
        if self.history is not None:
            self._become(self.history.redo())

    def _become(self, history: History) -> None:
        self.history = history
        known = {id(node.entry): node for node in self._rows}
        added = [entry for entry in history.store.entries if id(entry) not in known]
        # Few: a whole store is prepared when it is opened, off the GUI thread.
        for node in build_rows(dataclasses.replace(history.store, entries=tuple(added)), _quiet):
            known[id(node.entry)] = node
            self._rows.append(node)
        rows = [known[id(entry)] for entry in history.store.entries]
        self.model.set_rows(rows)
        self.details.show_store(history.store)
        self.tree.setCurrentIndex(QModelIndex())
        if self._check_job is not None:
            self._check_job.cancel()
        self._check_soon.start()
        self.changed.emit()

    def save(self) -> None:
        """Write the file off the GUI thread; a failure is told and loses nothing."""
        if self.history is None or self._opened is None or not self.is_dirty:
            return
        if self._save_job is not None and self._save_job.is_running:
            # A second one beside it would find the file changed, by the first.
            return
        store, stamp = self.history.store, self._opened.stamp

        def work(progress: Progress) -> OpenedFile:
            from handfast.services.saving import save_store

            return save_store(store, self.path, expected=stamp, progress=progress)

        def done(opened: OpenedFile) -> None:
            self._opened = opened
            if self.history is not None:
                self.history = self.history.mark_written(store)
            self.changed.emit()

        self._save_job = self._jobs.run(work, done=done, failed=self.save_failed.emit)
