"""Work off the GUI thread. One object on the GUI thread receives every result."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from handfast.core.errors import Cancelled, HandfastError
from handfast.core.language import tr
from handfast.ui.program import gc_pauses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handfast.core.progress import Progress


#: So long a worker computes before it lets the window have its turn, and so long that is.
_STRETCH_SECONDS, _PAUSE_SECONDS = 0.008, 0.001


class Job:
    """One piece of work.

    Cancelling abandons it: nobody hears of it again. A stop is asked for where it must be known
    how the work ended, such as a save: it ends as Cancelled, or, past its last point to stop at,
    as done.
    """

    def __init__(
        self,
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> None:
        self.done = done
        self.failed = failed
        self.is_running = True
        self._yielded = time.monotonic()
        self.is_cancelled = False
        self.is_stop_asked = False
        #: How far it is: done and total, in units of its own; the total is 0 while not known.
        self.at = (0, 0)

    def ask_to_stop(self) -> None:
        self.is_stop_asked = True

    def cancel(self) -> None:
        self.is_cancelled = True
        self.is_running = False
        self.done = self.failed = _nothing

    def progress(self, done: int, total: int) -> None:
        self.at = (done, total)
        if self.is_cancelled or self.is_stop_asked:
            raise Cancelled(tr("Stopped."))
        now = time.monotonic()
        if now - self._yielded > _STRETCH_SECONDS:
            # Asked for its turn, Python gives it late at times; a worker that stops gives it now.
            time.sleep(_PAUSE_SECONDS)
            self._yielded = time.monotonic()


def _unexpected(error: Exception) -> HandfastError:
    return HandfastError(
        tr("An unexpected error occurred."),
        causes=(
            tr(
                "This is a bug in Handfast ({kind}); your file is not the cause.",
                kind=type(error).__name__,
            ),
        ),
        remedy=tr("Nothing was changed. Please report it."),
    )


def _nothing(_answer: object) -> None:
    """There is nobody to be told any more."""


class _Courier(QObject):
    """Brings results from the workers of one :class:`Jobs` to the GUI thread."""

    brought = Signal(object, object, object)


#: Never deleted: a worker may be about to use one when the window, and all below it, is gone.
_couriers: list[_Courier] = []


class Jobs(QObject):
    """Runs work in daemon threads. Signals cross to the GUI thread, where the callbacks run."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A worker that computes in Python gives the GUI thread its turn this often.
        sys.setswitchinterval(0.001)
        self._courier = _Courier()
        _couriers.append(self._courier)
        self._courier.brought.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._holds_back = False
        self._held_back: deque[Callable[[], None]] = deque()

    @contextlib.contextmanager
    def one_by_one(self) -> Iterator[None]:
        """What is run in the meantime begins afterwards, one job in each turn of the event loop.

        Each thread that begins takes its turn from the GUI thread; of fifty at once, each a few
        milliseconds, the window would stand still for as long as for all of them.
        """
        self._holds_back = True
        try:
            yield
        finally:
            self._holds_back = False
            QTimer.singleShot(0, self, self._begin_next)

    def _begin_next(self) -> None:
        if self._held_back:
            self._held_back.popleft()()
            QTimer.singleShot(0, self, self._begin_next)

    def run(
        self,
        work: Callable[[Progress], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> Job:
        """Start work; it is given a progress callback whose call is the point to stop at."""
        job = Job(done, failed)
        courier = self._courier
        gc_pauses.pause()

        def body() -> None:
            try:
                result, error = work(job.progress), None
            except HandfastError as caught:
                result, error = None, caught.without_frames()
            except Exception as caught:  # noqa: BLE001 - the edge of the thread: nobody is above
                # Without an answer the window would wait for ever. The message may hold anything,
                # so only its kind is told.
                result, error = None, _unexpected(caught)
            finally:
                gc_pauses.resume()
            # Work that was abandoned may end after the window is gone; then nobody is told.
            if not job.is_cancelled:
                courier.brought.emit(job, result, error)

        begin = threading.Thread(target=body, daemon=True).start
        if self._holds_back:
            self._held_back.append(begin)
        else:
            begin()
        return job

    @Slot(object, object, object)
    def _deliver(self, job: Job, result: object, error: HandfastError | None) -> None:
        if job.is_cancelled:
            return
        job.is_running = False
        done, failed = job.done, job.failed
        # Whoever keeps the job does not keep with it the store that it was about.
        job.done = job.failed = _nothing
        if error is None:
            done(result)
        else:
            failed(error)
