"""What a save has not finished yet is removed where the program is told to end in the meantime.

A temporary file holds keys. A save that fails removes it; so must one that is ended by a signal.
Console and window differ in who hears the signal: the console's save runs in the main thread,
where :func:`removed_on_termination` stands around it; the window's runs in another one, and the
window calls :func:`remove_unfinished` itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

#: What asks a program to end: kill, and a terminal that is closed.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))

#: A thread that is creating a file keeps it; a signal that interrupts this very thread does not
#: wait for itself.
_lock = threading.RLock()
_unfinished: set[Path] = set()


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """Around the creation of a temporary file, whose name is known before it is there."""
    with _lock:
        _unfinished.add(path)
        yield


def finished(path: Path) -> None:
    """The file has its final name, or was removed."""
    _unfinished.discard(path)


def remove_unfinished() -> None:
    """Remove every temporary file of saves that are going on."""
    with _lock:
        for path in tuple(_unfinished):
            with contextlib.suppress(OSError):
                path.unlink()
            _unfinished.discard(path)


def end_by(number: int) -> None:
    """Remove what is unfinished, and end as the signal would have ended the program.

    To be called in the main thread.
    """
    remove_unfinished()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


@contextmanager
def removed_on_termination() -> Iterator[None]:
    """While a file is written in the main thread, a signal that ends the program removes it first.

    Whoever handles such a signal in another way goes on doing so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    changed: dict[int, Any] = {}

    def handle(number: int, _frame: FrameType | None) -> None:
        end_by(number)

    try:
        for number in SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                changed[number] = signal.signal(number, handle)
        yield
    finally:
        for number, before in changed.items():
            if signal.getsignal(number) is handle:
                signal.signal(number, before)
