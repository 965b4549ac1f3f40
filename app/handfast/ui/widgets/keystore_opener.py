"""The one way in which a window opens a keystore beneath a field: password, cost, and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.language import tr
from handfast.core.password import Password
from handfast.core.store import shorten
from handfast.services.files.opening import OpenedFile, open_file, open_unlocked
from handfast.ui.widgets.cost_confirmation import CostConfirmation
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.style import GRID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.ui.widgets.secrets.password_row import PasswordRow
    from handfast.ui.widgets.window_services import Runner, RunningJob


class KeystoreOpener(QWidget):
    """Reads a file off the GUI thread, and asks for what that takes.

    Without a password the usual ones are tried, in case that it needs none of its own.
    """

    #: It was read: an OpenedFile.
    opened = Signal(object)
    #: Why it could not be: a HandfastError, which is shown as well.
    failed = Signal(object)
    #: Nobody waits for it any more.
    stopped = Signal()

    def __init__(
        self,
        jobs: Runner,
        row: PasswordRow,
        parent: QWidget,
        *,
        name_of: Callable[[str], str],
        must_be_unlocked: bool,
        hint: str = "",
    ) -> None:
        """``row`` asks for the password; ``name_of`` makes object names of *note* and *agree*.

        ``must_be_unlocked``: a password is asked for as well where the file can be read without
        it, as a JKS can; without this, a file of certificates is read too. ``hint`` is said
        beneath the field while nothing is wrong; else a warning names the file.
        """
        super().__init__(parent)
        self._jobs = jobs
        self._must_be_unlocked = must_be_unlocked
        self._path: Path | None = None
        self._alias = ""
        self._job: RunningJob | None = None
        #: What is tried again where somebody agrees to the cost.
        self._tried: Password | None = None
        self._hint = hint
        self.row = row
        self.row.setParent(self)
        self.row.given.connect(lambda text: self._read(Password(text)))
        self.row.line.forgotten.connect(self._forget_tried)
        self.agreement = CostConfirmation(name_of("agree"), self)
        self.agreement.agreed.connect(lambda: self._read(self._tried))
        self.agreement.stopped.connect(self._stop)
        self.note = FieldNote(parent=self)
        self.note.setObjectName(name_of("note"))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GRID // 2)
        lines.addWidget(self.row)
        lines.addWidget(self.note)
        lines.addWidget(self.agreement)
        self.row.hide()

    def read(self, path: Path, password: Password | None = None, *, alias: str = "") -> None:
        """Read another file; ``alias`` names the key that must be open, where one must."""
        self._path, self._alias = path.absolute(), alias
        self.agreement.forget()
        self._read(password)

    def _read(self, password: Password | None) -> None:
        path, alias = self._path, self._alias
        if path is None:
            return
        self.closing()
        self._tried = password
        limits, guesses = self.agreement.limits, not self.agreement.is_agreed
        must_be_unlocked = self._must_be_unlocked

        def work(progress: Progress) -> OpenedFile:
            if must_be_unlocked:
                return open_unlocked(
                    path, password, alias=alias, try_usual=guesses, limits=limits, progress=progress
                )
            return open_file(
                path,
                password,
                try_usual=guesses,
                certificates_too=True,
                limits=limits,
                progress=progress,
            )

        self._job = self._jobs.run(work, done=self._done, failed=self._failed)
        self.agreement.watch(self._job)

    def _done(self, opened: OpenedFile) -> None:
        self._job = None
        self.agreement.finish()
        self.quiet()
        self.opened.emit(opened)

    def _failed(self, error: HandfastError) -> None:
        self._job = None
        offers = self.agreement.finish(error)
        if not offers:
            self._forget_tried()
        self.row.setVisible(isinstance(error, PasswordNeeded | WrongPassword))
        if not isinstance(error, PasswordNeeded):
            state = "warning" if offers else "error"
            self.note.show_note(state, f"{error.problem} {error.remedy}".strip())
        elif self._hint:
            self.note.show_note("", "")
            self.note.set_help(self._hint)
        elif self._path is not None:
            name = shorten(self._path.name)
            self.note.show_note("warning", tr("Enter the password of “{name}”.", name=name))
        self.failed.emit(error)

    def quiet(self) -> None:
        """Nothing is asked for or wrong any more."""
        self._forget_tried()
        self.row.hide()
        self.row.clear()
        self.note.show_note("", "")

    def ask(self) -> None:
        """Show the field for the password."""
        self.row.show()

    @property
    def is_asking(self) -> bool:
        """Whether the password is asked for."""
        return not self.row.isHidden()

    def give_typed(self) -> bool:
        """Try the password that is in the field; whether there is one."""
        if not self.is_asking or not self.row.line.text():
            return False
        self.row.give()
        return True

    def _forget_tried(self) -> None:
        self._tried = None

    def _stop(self) -> None:
        self.closing()
        self.agreement.forget()
        self.quiet()
        self.stopped.emit()

    def closing(self) -> None:
        """Nobody waits for the file any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
