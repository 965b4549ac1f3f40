"""Explain an error: a log is pasted, and its cause is told with what the open stores say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from handfast.core.commands import Command
from handfast.core.language import tr
from handfast.handshake.report.commands import COMMANDS
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.style import GRID, fixed_font
from handfast.ui.widgets.value_rows import StateLine
from handfast.ui.widgets.window_layout import WrappingRow, resize_to_fit
from handfast.ui.widgets.window_services import open_stores
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QCloseEvent

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.flows.handshake.explanation import Explanation
    from handfast.ui.widgets.window_services import RunningJob, Workspace

_MARKS = {"confirmed": "error", "refuted": "ok", "unknown": "warning"}
_LONGEST = 2_000_000
#: The cause that fits best stands alone, and the others beneath a line of their own.
_FIRST_OTHER = 2


class ExplainWindow(QDialog):
    """The log above, what it means beneath."""

    #: A command that a remedy names.
    command_requested = Signal(Command)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explainWindow")
        self.setWindowTitle(tr("Explain an Error"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self._job: RunningJob | None = None
        self._endpoint = ""
        self.log = QPlainTextEdit(self)
        self.log.setObjectName("explainLog")
        self.log.setAccessibleName(tr("Error message or log"))
        self.log.setPlaceholderText(tr("Paste the message, the stack trace, or the log here"))
        self.log.setFont(fixed_font(self.font()))
        self.log.setTabChangesFocus(True)
        self.log.setFixedHeight(22 * GRID)
        rehearse = QPushButton(Command.REHEARSE.label, self)
        rehearse.setObjectName("explainRehearse")
        rehearse.setAutoDefault(False)
        rehearse.setToolTip(tr("Try the handshake with your keystores to find the cause"))
        rehearse.clicked.connect(lambda: self.command_requested.emit(Command.REHEARSE))
        close = QPushButton(tr("Close"), self)
        close.setObjectName("explainClose")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self.explain = QPushButton(tr("&Explain"), self)
        self.explain.setObjectName("explainRun")
        self.explain.setDefault(True)
        self.explain.setEnabled(False)
        self.explain.clicked.connect(self.run)
        self.log.textChanged.connect(self._typed)
        self.problem = ProblemBar(self, beside=0)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(tr("What it means"))
        said = tr("It stays on this computer. Handfast also checks the open keystores.")
        self._show_words(said)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(rehearse)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.explain)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addWidget(self.log)
        lines.addWidget(self.problem)
        lines.addWidget(self._area, 1)
        lines.addLayout(foot)
        resize_to_fit(self, (92, 80), least=(72, 48))
        self.log.setFocus()

    def _typed(self) -> None:
        self.explain.setEnabled(not self.log.document().isEmpty())

    def run(self) -> None:
        """Look for the cause off the GUI thread."""
        from handfast.flows.handshake.explanation import endpoint_in, explained

        text = self.log.toPlainText()[:_LONGEST]
        stores = open_stores(self._workspace, None)
        self._stop()

        def work(progress: Progress) -> tuple[tuple[Explanation, ...], str]:
            return explained(text, stores, progress), endpoint_in(text)

        self._job = self._workspace.jobs.run(work, done=self._take, failed=self._fail)

    def endpoint(self) -> str:
        """The server that was explained, as ``host:port``; empty where the text names none."""
        return self._endpoint

    def _take(self, result: tuple[tuple[Explanation, ...], str]) -> None:
        found, self._endpoint = result
        self._show(found)

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.problem.show_error(error)

    def _show(self, found: tuple[Explanation, ...]) -> None:
        self._job = None
        self.problem.hide()
        if not found:
            self._show_words(
                tr(
                    "No known error was found. Paste more of the text: the first “Caused "
                    "by”, or the lines around the word “alert”."
                )
            )
            return
        page = QWidget()
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, GRID, 0)
        lines.setSpacing(3 * GRID)
        told: set[str] = set()
        for number, each in enumerate(found, 1):
            if number == _FIRST_OTHER:
                others = WrapLabel(tr("It can also mean one of these:"), shade="quiet")
                others.setObjectName("explainOthers")
                lines.addWidget(others)
            # What holds for all of them is said once.
            lines.addWidget(self._row(number, each, told))
            told |= {each.said, each.cause.evidence}
        lines.addStretch(1)
        self._area.setWidget(page)

    def _row(self, number: int, found: Explanation, told: Collection[str]) -> QWidget:
        cause = found.cause
        row = QWidget()
        row.setObjectName(f"explainCause{number}")
        title = WrapLabel(f"{number}. {cause.title}")
        row.setAccessibleName(title.text())
        font = QFont(title.font())
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        evidence = WrapLabel(cause.evidence, shade="quiet", max_lines=3)
        evidence.setFont(fixed_font(self.font()))
        evidence.setAccessibleName(
            tr("Recognized from this line: {evidence}", evidence=cause.evidence)
        )
        state = StateLine(_MARKS[found.verdict], found.said, row)
        state.setVisible(found.said not in told)
        state.setObjectName(f"explainVerdict{number}")
        lines = QVBoxLayout(row)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GRID // 2)
        lines.addWidget(title)
        if cause.evidence and cause.evidence not in told:
            lines.addWidget(evidence)
        lines.addWidget(WrapLabel(cause.message))
        lines.addWidget(WrapLabel(cause.remedy))
        whose = (
            tr("Usually fixed on the client side")
            if cause.side == "client"
            else tr("Usually fixed on the server side")
        )
        lines.addWidget(WrapLabel(whose, shade="quiet"))
        if commands := COMMANDS.get(cause.code):
            buttons = QWidget()
            together = WrappingRow(buttons)
            for command in commands:
                together.addWidget(self._command_button(number, command, buttons))
            lines.addWidget(buttons)
        if found.said not in told:
            lines.addWidget(state)
        return row

    def _command_button(self, number: int, command: Command, parent: QWidget) -> QPushButton:
        """What does a part of the remedy, in the main window."""
        button = QPushButton(command.label, parent)
        button.setObjectName(f"explain{number}{command.name.title()}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.command_requested.emit(command))
        return button

    def _show_words(self, text: str) -> None:
        page = QWidget()
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 0)
        label = WrapLabel(text, shade="quiet")
        label.setObjectName("explainWords")
        lines.addWidget(label)
        lines.addStretch(1)
        self._area.setWidget(page)

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: a search among them ends; what was pasted is kept."""
        if self._job is not None:
            self._stop()
            self._show_words(tr("The keystores were locked. Explain the error again."))

    def _stop(self) -> None:
        if self._job is not None:
            # Its work holds the keystores.
            self._job.cancel()
            self._job = None

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)
