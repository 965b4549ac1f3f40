"""Work that lasts: what is done, how far it is, and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from handfast.core.language import tr

if TYPE_CHECKING:
    from handfast.ui.widgets.window_services import RunningJob

#: What is over sooner needs no words: they would only flicker.
PATIENCE = 300
_GLANCE = 100


class BusyLine(QWidget):
    """Appears when a job takes longer than a moment, and goes when the job ends."""

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, margin: int = 8) -> None:
        super().__init__(parent)
        self.setObjectName("busyLine")
        self._job: RunningJob | None = None
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(200)
        self._bar.setMaximumHeight(8)
        self._stop = QPushButton(tr("Cancel"), self)
        self._stop.setObjectName("busyCancel")
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(self._ask)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(margin, margin // 2, margin, margin // 2)
        layout.setSpacing(16)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        layout.addWidget(self._stop)
        layout.addStretch(1)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(PATIENCE)
        self._wait.timeout.connect(self._appear)
        self._look = QTimer(self)
        self._look.setInterval(_GLANCE)
        self._look.timeout.connect(self._update)
        self.hide()

    def watch(self, text: str, job: RunningJob) -> None:
        """Report this job from now on."""
        self._job = job
        self._text.setText(text)
        self._bar.setAccessibleName(text)
        self._stop.setAccessibleName(tr("Cancel: {text}", text=text))
        self._stop.setEnabled(True)
        self.hide()
        self._look.stop()
        self._wait.start()

    def finish(self) -> None:
        """The job ended."""
        self._job = None
        self._wait.stop()
        self._look.stop()
        self.hide()

    def _appear(self) -> None:
        if self._job is not None and self._job.is_running:
            self._update()
            self.show()
            self._look.start()

    def _update(self) -> None:
        if self._job is None or not self._job.is_running:
            self.finish()
            return
        done, total = self._job.at
        # A bar that goes to and fro where nobody knows how much there is.
        self._bar.setRange(0, total)
        self._bar.setValue(min(done, total))

    def _ask(self) -> None:
        self._text.setText(tr("Stopping…"))
        self._stop.setEnabled(False)
        self.stop_requested.emit()
