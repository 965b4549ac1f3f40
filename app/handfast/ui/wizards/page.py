"""A page of a wizard: one step of a flow, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from handfast.ui.widgets.command_fold import CommandFold
from handfast.ui.widgets.form import Form
from handfast.ui.widgets.style import GRID, LABEL_WIDTH, TextLabel, breakable, heading_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.flows.base import FieldProblem, SummaryLine


class Page(QWidget):
    """A heading, a sentence, and the fields of one step.

    A page never decides anything: it hands what the person did to its flow, says so through
    ``edited``, and shows what the flow makes of it.
    """

    #: The flow has taken an edit of this page.
    edited = Signal()

    def __init__(self, *, step: str, prefix: str, heading: str, introduction: str) -> None:
        super().__init__()
        self.step = step
        self.prefix = prefix
        self.visited = False
        #: Whether *Next* was tried here, so that every problem is to be shown.
        self.was_tried = False
        #: Whether its parts are there: they are made when it is first come to, for all pages of a
        #: wizard at once would be more than a person should feel.
        self.is_made = False
        self._words = (heading, introduction)

    def make(self) -> None:
        """Have the parts there; once."""
        if self.is_made:
            return
        self.is_made = True
        self._make_frame(*self._words)
        self.build()

    def build(self) -> None:
        """Make the fields, into ``form`` and ``content``."""

    def _make_frame(self, heading: str, introduction: str) -> None:
        self.heading = QLabel(heading)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setObjectName("wizardHeading")
        self.heading.setFont(heading_font(self.font()))
        self.heading.setWordWrap(True)
        self.introduction = TextLabel(introduction, parent=self)
        self.introduction.setVisible(bool(introduction))
        self.body = QWidget()
        self.content = QVBoxLayout(self.body)
        # Above, room for the ring around what has the keyboard, which the area would cut off.
        self.content.setContentsMargins(3 * GRID, GRID // 2, 3 * GRID, 2 * GRID)
        self.content.setSpacing(2 * GRID)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.body)
        self.scroller = scroll
        head = QVBoxLayout()
        head.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, GRID + GRID // 2)
        head.setSpacing(GRID // 2)
        head.addWidget(self.heading)
        head.addWidget(self.introduction)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        self.form = Form(self.prefix)

    def use_form(self) -> None:
        """Put the form into the page, once its rows are there."""
        self.form.finish()
        self.content.addWidget(self.form, 1)

    def took_edit(self, fields: Iterable[str]) -> None:
        """Say that the flow has taken an edit of these fields."""
        for field in fields:
            row = self.form.rows.get(field)
            if row is not None:
                row.touched = True
        self.edited.emit()

    def show_draft(self) -> None:
        """Show what the flow knows now; called when the page is entered and after each edit."""

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        self.form.show_problems(problems, everywhere=self.was_tried)

    def focus_first(self) -> None:
        """Put the keyboard where the person begins."""
        row = self.form.first_to_fill_in()
        if row is not None:
            row.focus_target.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_problem(self) -> None:
        row = self.form.first_with_error()
        if row is not None:
            row.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroller.ensureWidgetVisible(row.note, 0, 3 * GRID)
            self.scroller.ensureWidgetVisible(row.editor, 0, 3 * GRID)


class SummaryPage(Page):
    """What is going to be done, before anything is written."""

    def __init__(self, *, step: str, prefix: str, heading: str, introduction: str) -> None:
        super().__init__(step=step, prefix=prefix, heading=heading, introduction=introduction)
        self._shown: tuple[SummaryLine, ...] = ()

    def build(self) -> None:
        self._lines = QWidget()
        self._lines.setObjectName("wizardSummary")
        self._grid = QGridLayout(self._lines)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self.command = CommandFold()
        self.failure = QVBoxLayout()
        self.content.addLayout(self.failure)
        self.content.addWidget(self._lines)
        self.content.addWidget(self.command)
        self.content.addStretch(1)

    def show_summary(self, lines: Sequence[SummaryLine], command: str) -> None:
        self.command.set_command(command)
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for number, line in enumerate(lines):
            name = TextLabel(line.label, parent=self._lines)
            shade = "warning" if line.is_warning else "plain"
            value = TextLabel(breakable(line.value), shade=shade, parent=self._lines)
            value.setAccessibleName(f"{line.label}: {line.value}")
            self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignTop)
            # At once, and not when Qt next comes round to it: somebody looks at the page.
            name.show()
            value.show()
