"""When Python collects garbage: not while a person waits for the window or for a store.

A full collection looks at every object of a store of ten thousand entries, and the window does
not respond while it does. So none runs beside a job, nor during the start, which makes a hundred
thousand objects that stay. If very many were made, they are set aside from later collections.

Nothing secret waits for that: what a tab or a job let go of is freed at once, and :func:`collect`
is called when a store was closed or locked, for whatever is in a circle. There is one collector
in a process, and so one of these.
"""

from __future__ import annotations

import gc
import threading

#: So many objects that no collection has seen yet would make the next one a stall.
_MANY_NEW_OBJECTS = 20_000

_pauses = 0
_times_set_aside = 0
_lock = threading.Lock()


def pause() -> None:
    """No collection until :func:`resume` was called as often; from any thread."""
    global _pauses  # noqa: PLW0603 - the collector is one for the process - there is one collector in a process
    with _lock:
        _pauses += 1
        gc.disable()


def resume() -> None:
    """Collect again where nobody else is at work; what is very much is set aside first."""
    global _pauses  # noqa: PLW0603 - the collector is one for the process
    with _lock:
        _pauses -= 1
        if not _pauses:
            if gc.get_count()[0] > _MANY_NEW_OBJECTS:
                _set_aside()
            gc.enable()


def is_paused() -> bool:
    """Whether somebody is at work, or the start is not over."""
    return _pauses > 0


def times_set_aside() -> int:
    """How often objects were set aside: what is made while it stays the same is not among them."""
    return _times_set_aside


def collect() -> None:
    """Free everything that nobody uses any more, and set aside the rest, in which no garbage is.

    It takes some 40 ms for each hundred thousand objects, which is what the program itself has
    once all its windows are loaded.
    """
    gc.unfreeze()
    gc.collect()
    _set_aside()


def collect_what_is_new() -> None:
    """Free what nobody uses any more of what was not set aside; that takes a few milliseconds."""
    gc.collect()


def _set_aside() -> None:
    global _times_set_aside  # noqa: PLW0603 - the collector is one for the process
    gc.freeze()
    _times_set_aside += 1
