"""What a wizard shows while its work runs, and what it says at the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from handfast.core.language import tr
from handfast.ui.widgets.command_fold import CommandFold
from handfast.ui.widgets.style import GRID, StateMark, TextLabel, breakable, heading_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.errors import HandfastError
    from handfast.ui.widgets.window_services import Document


class RunningPage(QWidget):
    """A bar that moves while the work runs in its own thread, and how long it has taken."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("wizardRunning")
        self._began = 0.0
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setFont(heading_font(self.font()))
        self._title.setWordWrap(True)
        self._note = TextLabel()
        self.bar = QProgressBar()
        self.bar.setObjectName("wizardProgress")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self._elapsed = TextLabel()
        self._clock = QTimer(self)
        # The worker leaves its progress here and this asks for it: no signal for every step.
        self._latest = (0, 0)
        self._clock.setInterval(100)
        self._clock.timeout.connect(self._tick)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self._note)
        layout.addSpacing(2 * GRID)
        layout.addWidget(self.bar)
        layout.addWidget(self._elapsed)
        layout.addStretch(1)

    def begin(self, title: str, note: str) -> None:
        self._title.setText(title)
        self._note.setText(note)
        self.bar.setAccessibleName(title)
        self.bar.setRange(0, 0)
        self._latest = (0, 0)
        self._began = time.monotonic()
        self._elapsed.setText("")
        self._clock.start()

    def progress(self, done: int, total: int) -> None:
        """How far the work is; called from its thread. A total of 0 means that nobody knows."""
        self._latest = (done, total)

    def end(self) -> None:
        self._clock.stop()

    def _tick(self) -> None:
        done, total = self._latest
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        seconds = int(time.monotonic() - self._began)
        self._elapsed.setText(f"{seconds // 60}:{seconds % 60:02}" if seconds else "")


class ResultPage(QWidget):
    """What was done, and what people do next."""

    #: The keystore is being saved, after which there is nothing that has to be done.
    saving = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("wizardResult")
        self._mark = StateMark("ok", size=4 * GRID)
        self.title = QLabel()
        self.title.setObjectName("wizardResultTitle")
        self.title.setFont(heading_font(self.font()))
        self.title.setWordWrap(True)
        # There may be an alias in it, which others chose.
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.text = TextLabel(shade="plain")
        self.text.setObjectName("wizardResultText")
        head = QHBoxLayout()
        head.setSpacing(GRID + GRID // 2)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        self.extra = QVBoxLayout()
        self.extra.setSpacing(2 * GRID)
        self._next_title = QLabel(tr("What to do next"))
        self._next_title.setFont(heading_font(self.font(), larger_by=1))
        self._actions = QVBoxLayout()
        self._actions.setSpacing(GRID)
        self.first_action: QPushButton | None = None
        self._reasons: dict[QPushButton, TextLabel] = {}
        #: For the change request, once it is done.
        self.command = CommandFold()
        body = QWidget()
        scroller = QScrollArea(self)
        scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        scroller.setWidgetResizable(True)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(body)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroller)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(head)
        layout.addWidget(self.text)
        layout.addLayout(self.extra)
        layout.addWidget(self._next_title)
        layout.addLayout(self._actions)
        layout.addWidget(self.command)
        layout.addStretch(1)
        self._next_title.hide()

    def show_result(self, title: str, text: str, *, state: str = "ok") -> None:
        """What was done; ``state`` is ``warning`` where not all of it could be."""
        self._mark.set_state(state)
        self.title.setText(breakable(title))
        self.text.setText(breakable(text))
        self.text.setVisible(bool(text))

    def add_extra(self, *widgets: QWidget) -> None:
        """Something to look at, between what was done and what comes next."""
        group = QVBoxLayout()
        group.setSpacing(GRID)
        for widget in widgets:
            alignment = (
                Qt.AlignmentFlag.AlignLeft
                if isinstance(widget, QPushButton)
                else Qt.AlignmentFlag(0)
            )
            group.addWidget(widget, 0, alignment)
        self.extra.addLayout(group)

    def add_action(
        self,
        label: str,
        why: str,
        act: Callable[[], None],
        *,
        object_name: str,
        is_next: bool = True,
    ) -> QPushButton:
        """One thing to do next: a button, and beside it why one would.

        :param is_next: whether Enter may do it; else it is only at hand
        """
        self._next_title.show()
        button = QPushButton(label)
        button.setObjectName(object_name)
        button.setAutoDefault(True)
        button.setMinimumWidth(24 * GRID)
        button.clicked.connect(act)
        reason = TextLabel(breakable(why))
        reason.setBuddy(button)
        self._reasons[button] = reason
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(button)
        row.addWidget(reason, 1)
        self._actions.addLayout(row)
        if self.first_action is None and is_next:
            self.first_action = button
        return button

    def offer_saving(self, document: Document) -> None:
        """The result is in an open store: saving it is the person's to do, and here to press."""
        name = document.path.name

        def saved() -> None:
            if isValid(button):
                button.setText(tr("Saved"))
                # What was said before is not true any more.
                self.text.setText(breakable(tr("It is saved in {name}.", name=name)))
                if (reason := self._reasons.get(button)) is not None:
                    reason.setText(breakable(tr("{name} is written.", name=name)))

        def failed(error: HandfastError) -> None:
            # The tab says it too, with the ways out, but it may be behind this window.
            if isValid(button):
                button.setText(tr("&Save Now"))
                button.setEnabled(True)
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                problem.setText(breakable(f"{error.problem} {error.remedy}".strip()))
                problem.show()

        def save() -> None:
            problem.hide()
            # Qt would focus the next button, and Return would begin what it is for.
            self.saving.emit()
            button.setEnabled(False)
            button.setText(tr("Saving…"))
            if document.is_dirty:
                document.save(saved, failed)
            else:
                saved()

        button = self.add_action(
            tr("&Save Now"),
            tr("Writes {name}. Until then, you can undo the change.", name=name),
            save,
            object_name="resultSave",
        )
        problem = TextLabel(shade="error")
        problem.setObjectName("resultProblem")
        problem.hide()
        self._actions.addWidget(problem)
