"""When Python collects garbage: not while a person waits for the window or for a store.

A full collection looks at every object of a store of ten thousand entries, and the window stands
still meanwhile. So none runs beside a job, nor during the start, which makes a hundred thousand
objects that stay; what there is afterwards is set aside until a tab closes.
"""

from __future__ import annotations

import gc
import threading

_pauses = 0
_lock = threading.Lock()


def pause() -> None:
    """No collection until :func:`resume` was called as often; from any thread."""
    global _pauses  # noqa: PLW0603 - there is one collector in a process
    with _lock:
        _pauses += 1
        gc.disable()


def resume() -> None:
    """Set aside what was made meanwhile, and collect again where nobody else is at work."""
    global _pauses  # noqa: PLW0603
    with _lock:
        _pauses -= 1
        if not _pauses:
            gc.freeze()
            gc.enable()


def is_paused() -> bool:
    """Whether somebody is at work, or the start is not over."""
    return _pauses > 0


def forget() -> None:
    """Let what was set aside be collected again: a store was closed."""
    gc.unfreeze()
