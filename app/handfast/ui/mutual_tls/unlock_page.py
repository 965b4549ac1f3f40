"""Opening the stores of a partnership again: their passwords are asked for, never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.language import tr
from handfast.core.password import Password
from handfast.core.store import Integrity, shorten
from handfast.services.files.opening import OpenedFile, open_file
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.cost_confirmation import CostConfirmation
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID, TextLabel, breakable, heading_font, plain
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.flows.base import FieldProblem
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.ui.widgets.window_services import Runner, RunningJob

_WHAT = {"keystore": tr("Your keystore"), "truststore": tr("Your trust store")}
_WITHOUT = {
    "keystore": (tr("Choose another key pair"), tr("You can then choose or create a key pair.")),
    "truststore": (
        tr("Continue without it"),
        tr("You then import the partner’s certificate into another keystore."),
    ),
}


class ClosedStore(QWidget):
    """One store, its password, and what is wrong with it."""

    opened = Signal(object)
    left_out = Signal()

    def __init__(self, field: str, path: Path, alias: str, jobs: Runner) -> None:
        super().__init__()
        self.setObjectName(f"setup.unlock.{field}")
        self.path = path
        self._alias, self._jobs = alias, jobs
        self._job: RunningJob | None = None
        name = TextLabel(f"{_WHAT[field]}, {shorten(path.name, 80)}", shade="plain")
        name.setFont(heading_font(self.font(), larger_by=1))
        place = TextLabel(breakable(shown_path(path.parent)))
        self.password = PasswordField()
        self.password.setObjectName(f"setup.unlock.{field}.password")
        self.password.line.setAccessibleName(tr("Password of {name}", name=path.name))
        self.password.line.setPlaceholderText(tr("Password of this keystore"))
        self.password.setMaximumWidth(40 * GRID)
        self.password.on_return(self._give)
        self._open = QPushButton(tr("Open"))
        self._open.setObjectName(f"setup.unlock.{field}.open")
        self._open.setAutoDefault(False)
        self._open.clicked.connect(self._give)
        self.note = FieldNote(parent=self)
        self.note.setObjectName(f"setup.unlock.{field}.note")
        self._agreement = CostConfirmation(f"setup.unlock.{field}.agree", self)
        self._agreement.agreed.connect(lambda: self.read(self._tried))
        self._agreement.stopped.connect(self._stop)
        self._tried: Password | None = None
        text, why = _WITHOUT[field]
        self.without = QPushButton(text)
        self.without.setObjectName(f"setup.unlock.{field}.without")
        self.without.setToolTip(plain(why))
        self.without.setAccessibleDescription(why)
        self.without.setAutoDefault(False)
        self.without.clicked.connect(self.left_out)
        self._asking = QWidget()
        row = QHBoxLayout(self._asking)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.password, 4)
        row.addWidget(self._open)
        row.addStretch(1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 2 * GRID)
        lines.setSpacing(GRID // 2)
        lines.addWidget(name)
        lines.addWidget(place)
        lines.addSpacing(GRID // 2)
        lines.addWidget(self._asking)
        lines.addWidget(self.note)
        lines.addWidget(self._agreement)
        lines.addWidget(self.without, 0, Qt.AlignmentFlag.AlignLeft)
        self._asking.hide()
        self.without.hide()
        self.read(None)

    def read(self, password: Password | None) -> None:
        """Try the file off the GUI thread; without a password, in case that it needs none."""
        path, alias = self.path, self._alias
        limits, guesses = self._agreement.limits, not self._agreement.is_agreed
        self._tried = password

        def work(progress: Progress) -> OpenedFile:
            opened = open_file(path, password, try_usual=guesses, limits=limits, progress=progress)
            entry = opened.store.find(alias) if alias else None
            unverified = opened.store.integrity is Integrity.UNVERIFIED
            if unverified or (entry is not None and entry.is_locked):
                # What is unencrypted is readable, but the key is not.
                wrong = WrongPassword if password is not None else PasswordNeeded
                raise wrong(tr("Wrong password for “{name}”.", name=shorten(path.name)))
            return opened

        def done(opened: OpenedFile) -> None:
            self._agreement.finish()
            self.opened.emit(opened)

        self._job = self._jobs.run(work, done=done, failed=self._failed)
        self._agreement.watch(self._job)

    def give_typed(self) -> bool:
        """Try the password that is in the field; whether there is one."""
        if self._asking.isHidden() or not self.password.text():
            return False
        self._give()
        return True

    def _give(self) -> None:
        text = self.password.text()
        self.password.line.clear()
        self.read(Password(text))

    def _failed(self, error: HandfastError) -> None:
        self._job = None
        offers = self._agreement.finish(error)
        asks = isinstance(error, PasswordNeeded | WrongPassword)
        self._asking.setVisible(asks)
        if isinstance(error, PasswordNeeded):
            self.note.show_note("", "")
            self.note.set_help(tr("You enter it each time; it is not stored."))
        else:
            state = "warning" if offers else "error"
            self.note.show_note(state, f"{error.problem} {error.remedy}".strip())
        self.without.setVisible(not asks)
        if asks and self.isVisible() and not isinstance(error, PasswordNeeded):
            self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop(self) -> None:
        """Somebody has enough of it: it can still be left out."""
        self.closing()
        self.without.show()

    @property
    def first(self) -> QWidget:
        """Where the keyboard goes."""
        return self.without if not self.without.isHidden() else self.password.line

    def closing(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None


class UnlockPage(Page):
    """A row for each store that is not open."""

    store_opened = Signal(object)
    left_out = Signal(str)

    def __init__(self, flow: SetUpFlow, jobs: Runner) -> None:
        super().__init__(
            step="unlock",
            prefix="setup",
            heading=tr("Open your keystores"),
            introduction=tr("Passwords are not stored, so enter them again."),
        )
        self._flow, self._jobs = flow, jobs
        self._rows: dict[str, ClosedStore] = {}

    def build(self) -> None:
        self._list = QVBoxLayout()
        self.content.addLayout(self._list)
        self.content.addStretch(1)

    def show_draft(self) -> None:
        closed = dict(self._flow.closed)
        for field, row in list(self._rows.items()):
            if closed.get(field) != row.path:
                row.closing()
                self._list.removeWidget(row)
                row.hide()
                row.deleteLater()
                del self._rows[field]
        for field, path in closed.items():
            if field not in self._rows:
                alias = self._flow.draft.alias if field == "keystore" else ""
                row = ClosedStore(field, path, alias, self._jobs)
                row.opened.connect(self.store_opened)
                row.left_out.connect(lambda field=field: self.left_out.emit(field))
                self._list.addWidget(row)
                self._rows[field] = row

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        for problem in problems:
            row = self._rows.get(problem.field)
            if row is not None and self.was_tried and not row.note.state:
                row.note.show_note("error", problem.message)

    def give_typed(self) -> bool:
        """Try what was typed without being given; whether there was something."""
        # Each of them, not only the first.
        given = [row.give_typed() for row in self._rows.values()]
        return any(given)

    def focus_first(self) -> None:
        for row in self._rows.values():
            row.first.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def focus_problem(self) -> None:
        self.focus_first()

    def closing(self) -> None:
        """Nobody waits for the files any more."""
        for row in self._rows.values():
            row.closing()
