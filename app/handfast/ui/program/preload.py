"""What a person may ask for next, loaded while nobody waits.

At the start only what the first rows need is loaded. The first opening of a wizard would then stand
still for a quarter of a second, of which its modules take four fifths.

What knows no Qt is loaded by a thread. What defines widgets is loaded by the GUI thread, one module
at a time between events: PySide builds the meta object of a class while the class is defined, and
reads those of living widgets without holding the interpreter's lock, so that a class defined in
another thread ends in a segmentation fault now and then.
"""

from __future__ import annotations

import contextlib
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from handfast.ui.program import gc_pauses

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How often it looks whether somebody is at work.
_POLL_INTERVAL_MS = 250
#: Between two modules that the GUI thread loads, so that clicks and keys come first.
_BETWEEN_MODULES_MS = 2


class Preload(QObject):
    """Loads ahead. Whoever opens a window finds it among the children of the main window."""

    def __init__(self, below: Sequence[str], widgets: Sequence[str], parent: QObject) -> None:
        """Modules by name: ``below`` the window, which know no Qt, and those of ``widgets``.

        The most likely come first; each of the latter is a step of its own, and what it stands on
        comes before it.
        """
        super().__init__(parent)
        self._below = tuple(below)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._load, name="preload")
        self._left = list(widgets)
        self._steps = QTimer(self)
        self._steps.setInterval(_BETWEEN_MODULES_MS)
        self._steps.timeout.connect(self._step)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._stop)

    @property
    def is_running(self) -> bool:
        return self._steps.isActive()

    def start_when_idle(self) -> None:
        """Begin once nobody is at work: on a slow machine the rows may still be waited for."""
        if gc_pauses.is_paused():
            QTimer.singleShot(_POLL_INTERVAL_MS, self, self.start_when_idle)
        else:
            self.start()

    def start(self) -> None:
        """Load everything beside the work of the window; it ends early where the program does."""
        # What is loaded stays, so there is no garbage in it.
        gc_pauses.pause()
        self._thread.start()
        self._steps.start()

    def _stop(self) -> None:
        self._is_over.set()
        self._left.clear()

    def _load(self) -> None:
        for name in self._below:
            if self._is_over.is_set():
                return
            _load_module(name)

    def _step(self) -> None:
        if self._thread.is_alive():
            return
        if self._left:
            _load_module(self._left.pop(0))
        else:
            self._steps.stop()
            gc_pauses.resume()


def _load_module(name: str) -> None:
    # Where something is missing, whoever asks for it is told then.
    with contextlib.suppress(ImportError):
        import_module(name)
