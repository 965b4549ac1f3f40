"""A failure, where it happened: the problem, its likely causes, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID, StateMark, TextLabel, blend, breakable, state_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from handfast.core.errors import HandfastError


class ErrorPanel(QWidget):
    """Stays in the page, can be read again and copied, and takes no button to go away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._problem = TextLabel(shade="plain")
        self._problem.setObjectName("errorProblem")
        font = self._problem.font()
        font.setBold(True)
        self._problem.setFont(font)
        self._causes = TextLabel(shade="plain")
        self._remedy = TextLabel(shade="plain")
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        for label in (self._problem, self._causes, self._remedy):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID + GRID // 2, 2 * GRID, GRID + GRID // 2)
        layout.setSpacing(GRID)
        layout.addWidget(StateMark("error"), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    def show_error(self, error: HandfastError) -> None:
        causes = [cause for cause in error.causes if cause]
        self._problem.setText(breakable(error.problem))
        self._causes.setText(breakable("\n".join(causes)))
        self._causes.setVisible(bool(causes))
        self._remedy.setText(error.remedy)
        self._remedy.setVisible(bool(error.remedy))
        self.setAccessibleName(tr("Error: {problem}", problem=error.problem))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        colour = state_color("error", palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(blend(colour, window, 0.5))
        painter.setBrush(blend(colour, window, 0.08))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        painter.end()
