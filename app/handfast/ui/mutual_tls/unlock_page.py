"""Opening the stores of a partnership again: their passwords are asked for, never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from handfast.core.errors import PasswordNeeded
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.keystore_opener import KeystoreOpener
from handfast.ui.widgets.secrets.password_row import PasswordRow
from handfast.ui.widgets.style import GRID, TextLabel, breakable, heading_font, plain
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.flows.base import FieldProblem
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.ui.widgets.window_services import Runner

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
        name = TextLabel(f"{_WHAT[field]}, {shorten(path.name, 80)}", shade="plain")
        name.setFont(heading_font(self.font(), larger_by=1))
        place = TextLabel(breakable(shown_path(path.parent)))
        row = PasswordRow(
            self,
            name=f"setup.unlock.{field}.password",
            button_name=f"setup.unlock.{field}.open",
            label=tr("Password of {name}", name=path.name),
            placeholder=tr("Password of this keystore"),
        )
        self.opener = KeystoreOpener(
            jobs,
            row,
            self,
            name_of=lambda part: f"setup.unlock.{field}.{part}",
            must_be_unlocked=True,
            hint=tr("You enter it each time; it is not stored."),
        )
        self.opener.opened.connect(self.opened)
        self.opener.failed.connect(self._failed)
        self.opener.stopped.connect(self._stopped)
        text, why = _WITHOUT[field]
        self.without = QPushButton(text)
        self.without.setObjectName(f"setup.unlock.{field}.without")
        self.without.setToolTip(plain(why))
        self.without.setAccessibleDescription(why)
        self.without.setAutoDefault(False)
        self.without.clicked.connect(self.left_out)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 2 * GRID)
        lines.setSpacing(GRID // 2)
        lines.addWidget(name)
        lines.addWidget(place)
        lines.addSpacing(GRID // 2)
        lines.addWidget(self.opener)
        lines.addWidget(self.without, 0, Qt.AlignmentFlag.AlignLeft)
        self.without.hide()
        self.opener.read(path, alias=alias)

    def _failed(self, error: HandfastError) -> None:
        row = self.opener.row
        self.without.setVisible(not self.opener.is_asking)
        # Of several that ask, none takes the keyboard before something was typed.
        if row.isVisible() and not isinstance(error, PasswordNeeded):
            row.take_focus()

    def _stopped(self) -> None:
        """Somebody has enough of it: it can be tried again, or left out."""
        self.opener.ask()
        self.without.show()

    @property
    def first(self) -> QWidget:
        """Where the keyboard goes."""
        return self.without if not self.without.isHidden() else self.opener.row.line


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
                row.opener.closing()
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
            if row is not None and self.was_tried and not row.opener.note.state:
                row.opener.note.show_note("error", problem.message)

    def give_typed(self) -> bool:
        """Try what was typed without being given; whether there was something."""
        # Each of them, not only the first.
        given = [row.opener.give_typed() for row in self._rows.values()]
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
            row.opener.closing()
