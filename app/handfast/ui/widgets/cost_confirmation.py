"""Reading a file that takes far more work than usual: agreed to in place, and to be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.core.errors import TooCostly
from handfast.core.language import tr
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS, Limits
from handfast.ui.widgets.busy_line import BusyLine

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.ui.widgets.window_services import RunningJob


class AgreeButton(QPushButton):
    """*Open anyway*: never the default, for Enter was pressed for something else."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Open anyway"), parent)
        self.setObjectName(name)
        self.setAutoDefault(False)


class CostConfirmation(QWidget):
    """Beneath a field for a file: how far reading is, and a way to go on where it costs."""

    #: Whatever it costs: what was tried is to be tried again.
    agreed = Signal()
    #: Nobody waits for it any more.
    stopped = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limits: Limits = DEFAULT_LIMITS
        self._button = AgreeButton(name, self)
        self._button.clicked.connect(self._agree)
        self._busy = BusyLine(self, margin=0)
        self._busy.stop_requested.connect(self._stop)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._button)
        row.addStretch(1)
        lines.addLayout(row)
        lines.addWidget(self._busy)
        self._button.hide()

    @property
    def is_agreed(self) -> bool:
        """Whether somebody agreed; then no password is guessed, as each guess takes long."""
        return self.limits is not DEFAULT_LIMITS

    def forget(self) -> None:
        """It is about another file now."""
        self.limits = DEFAULT_LIMITS
        self._button.hide()

    def watch(self, job: RunningJob) -> None:
        """It is being read."""
        self._button.hide()
        self._busy.watch(tr("Reading"), job)

    def finish(self, error: HandfastError | None = None) -> bool:
        """It was read, or could not be; whether *Open anyway* is offered, as that would help."""
        self._busy.finish()
        offers = isinstance(error, TooCostly) and not self.is_agreed
        self._button.setVisible(offers)
        return offers

    def _agree(self) -> None:
        self.limits = AGREED_LIMITS
        self.agreed.emit()

    def _stop(self) -> None:
        self._busy.finish()
        self.stopped.emit()
