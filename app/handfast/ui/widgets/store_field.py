"""Choosing one store: an open one, or a file, whose password is asked for beneath."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.language import tr
from handfast.core.password import Password
from handfast.core.store import Integrity, shorten
from handfast.core.visible_text import visible
from handfast.services.files.opening import OpenedFile, open_file
from handfast.ui.widgets.cost_confirmation import CostConfirmation
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.ui.widgets.window_services import Runner, RunningJob

_FILE = "file:"
#: Before the path of a file that is offered and is read once it is chosen.
_READ = "read:"
LONGEST = 40


class StoreField(QWidget):
    """A list of stores that ends with *Choose a file…*."""

    #: The key of an open store that was chosen.
    chosen = Signal(str)
    #: A file that was read: an OpenedFile.
    opened = Signal(object)

    def __init__(
        self,
        name: str,
        label: str,
        jobs: Runner,
        parent: QWidget | None = None,
        *,
        without: str = "",
        must_verify: bool = False,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        #: What to call having no store; empty where there must be one.
        self._without = without
        #: Whether the password is asked for where a file can be read without it, as a JKS can: what
        #: is written into it needs the password.
        self._must_verify = must_verify
        self._job: RunningJob | None = None
        self._path = Path()
        self._tried: Password | None = None
        self._shown = ""
        self.box = QComboBox(self)
        self.box.setObjectName(name)
        self.box.setAccessibleName(label)
        # As wide as there is room, whatever the names.
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(12)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.activated.connect(self._activated)
        self.password = PasswordField(self)
        self.password.setObjectName(f"{name}Password")
        self.password.line.setAccessibleName(tr("{label}: password of the file", label=label))
        self.password.line.setPlaceholderText(tr("Password of this file"))
        self.password.on_return(self._retry)
        self._open = QPushButton(tr("Open"), self)
        self._open.setObjectName(f"{name}Open")
        self._open.setAutoDefault(False)
        self._open.clicked.connect(self._retry)
        self._asking = QWidget(self)
        row = QHBoxLayout(self._asking)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.password, 1)
        row.addWidget(self._open)
        self._asking.hide()
        self.agreement = CostConfirmation(f"{name}Agree", self)
        self.agreement.agreed.connect(self._go_on)
        self.agreement.stopped.connect(self._stop)
        self.note = FieldNote(parent=self)
        self.note.setObjectName(f"{name}Note")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GRID // 2)
        lines.addWidget(self.box)
        lines.addWidget(self._asking)
        lines.addWidget(self.note)
        lines.addWidget(self.agreement)
        self.setFocusProxy(self.box)

    def show_stores(
        self, stores: Sequence[OpenStore], key: str, files: Sequence[tuple[Path, str]] = ()
    ) -> None:
        """What can be chosen, and what is; ``files`` are offered by a title of their own."""
        self._shown = key
        self.box.clear()
        if self._without:
            self.box.addItem(self._without, "")
        for each in stores:
            self.box.addItem(icon("store"), shorten(each.title, LONGEST), each.key)
            at = self.box.count() - 1
            self.box.setItemData(
                at, plain(visible(str(each.path or each.title))), Qt.ItemDataRole.ToolTipRole
            )
        known = {each.key for each in stores}
        for path, title in files:
            if str(path) not in known:
                self.box.addItem(icon("store"), shorten(title, LONGEST), f"{_READ}{path}")
                tip = plain(visible(str(path)))
                self.box.setItemData(self.box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        if self.box.count():
            self.box.insertSeparator(self.box.count())
        self.box.addItem(icon("open"), tr("Choose a file…"), _FILE)
        self.box.setCurrentIndex(self._place_of(key))
        if self.box.currentIndex() < 0:
            self.box.setPlaceholderText(tr("Choose a keystore"))
        self.box.setToolTip(plain(key))

    def _place_of(self, key: str) -> int:
        return self.box.findData(key) if key or self._without else -1

    def _activated(self, index: int) -> None:
        data = self.box.itemData(index)
        if isinstance(data, str) and data.startswith(_READ):
            self.read(Path(data.removeprefix(_READ)))
            return
        if data != _FILE:
            self._quiet()
            self.chosen.emit(data)
            return
        self.box.setCurrentIndex(self._place_of(self._shown))
        dialog = QFileDialog(self, tr("Choose a Keystore"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def read(self, path: Path, password: Password | None = None) -> None:
        """Read a file off the GUI thread."""
        self._path = path.absolute()
        self.agreement.forget()
        self._read(password)

    def _read(self, password: Password | None) -> None:
        self._tried = password
        if self._job is not None:
            self._job.cancel()
        limits, guesses = self.agreement.limits, not self.agreement.is_agreed

        def work(progress: Progress) -> OpenedFile:
            opened = open_file(
                self._path,
                password,
                try_usual=guesses,
                # What is written into must be a keystore.
                certificates_too=not self._must_verify,
                limits=limits,
                progress=progress,
            )
            if self._must_verify and opened.store.integrity is Integrity.UNVERIFIED:
                wrong = WrongPassword if password is not None else PasswordNeeded
                raise wrong(tr("Enter the password of “{name}”.", name=shorten(self._path.name)))
            return opened

        self._job = self._jobs.run(work, done=self._done, failed=self._failed)
        self.agreement.watch(self._job)

    def _go_on(self) -> None:
        self._read(self._tried)

    def _stop(self) -> None:
        self.closing()
        self.agreement.forget()
        self._quiet()

    def _retry(self) -> None:
        self._read(Password(self.password.text()))

    def _done(self, opened: OpenedFile) -> None:
        self._job = None
        self.agreement.finish()
        self._quiet()
        self.opened.emit(opened)

    def _failed(self, error: HandfastError) -> None:
        self._job = None
        offers = self.agreement.finish(error)
        self._asking.setVisible(isinstance(error, PasswordNeeded | WrongPassword))
        if isinstance(error, PasswordNeeded):
            self.note.show_note(
                "warning", tr("Enter the password of “{name}”.", name=shorten(self._path.name))
            )
        else:
            state = "warning" if offers else "error"
            self.note.show_note(state, f"{error.problem} {error.remedy}".strip())
        if self._asking.isVisible():
            self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _quiet(self) -> None:
        self._asking.hide()
        self.password.line.clear()
        self.note.show_note("", "")

    def closing(self) -> None:
        """Nobody waits for the file any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
