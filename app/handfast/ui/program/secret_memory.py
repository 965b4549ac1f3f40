"""Keeping secrets out of the memory that is not in use any more.

Neither Python nor the C library wipes what is freed, so that a password that nobody holds any more
would still be found in a core of the process. Two things together prevent that, with glibc and
CPython, and quietly do nothing elsewhere:

- glibc is told to overwrite each block as it is freed (mallopt(3), M_PERTURB);
- Python's own small blocks, which it keeps for itself, are filled once a store was closed or
  locked: as many as its statistics say are free, of each size.
"""

from __future__ import annotations

import ctypes
import re
import sys
from typing import Final

#: From malloc.h.
_M_PERTURB: Final = -6
_PATTERN: Final = 0x5A
#: From malloc.h, too.
_M_ARENA_MAX: Final = -8
#: One for the window, one for the jobs, which mostly wait for the interpreter's lock anyway.
_ARENAS: Final = 2
#: Blocks up to this size are Python's own; larger ones come from the C library.
_MAX_SMALL_BYTES: Final = 512
#: What an object of bytes takes besides its content.
_BYTES_HEADER: Final = sys.getsizeof(b"")
#: Of each size up to the second, glibc keeps so many freed blocks apart for each thread.
_MAX_KEPT_BLOCKS, _MAX_KEPT_BYTES = 8, 1040
#: More blocks than the statistics say: others come free in the meantime.
_MORE_BLOCKS: Final = 64
_RELEASED_AT_ONCE: Final = 1_000

_CLASS = re.compile(rb"^ *\d+ +(\d+) +\d+ +\d+ +(\d+)$", re.MULTILINE)
_FREE_POOLS = re.compile(rb"^(\d+) unused pools \* (\d+) bytes", re.MULTILINE)


def wipe_what_is_freed() -> bool:
    """Have the C library overwrite what is freed from now on; whether it does."""
    library = _c_library()
    return library is not None and bool(library.mallopt(_M_PERTURB, _PATTERN))


def keep_few_arenas() -> bool:
    """Have the threads of the process share their memory; whether they do.

    By default glibc gives up to eight threads for each core an arena of their own, which keeps
    what was freed in it: after fifty tabs were locked at once, a hundred megabytes. To be called
    before any thread is started.
    """
    library = _c_library()
    return library is not None and bool(library.mallopt(_M_ARENA_MAX, _ARENAS))


def fill_free_blocks() -> bool:
    """Overwrite the free blocks that Python and this thread keep for themselves; whether it did.

    It takes some ten milliseconds, and as much memory for a moment as is free already.
    """
    library = _c_library()
    statistics = _statistics(library) if library is not None else b""
    if library is None or not statistics:
        return False
    for found in _CLASS.finditer(statistics):
        size, count = int(found[1]), int(found[2])
        if size <= _MAX_SMALL_BYTES:
            _fill(size, count + _MORE_BLOCKS)
    if (pools := _FREE_POOLS.search(statistics)) is not None:
        _fill(_MAX_SMALL_BYTES, (int(pools[1]) + 1) * (int(pools[2]) // _MAX_SMALL_BYTES))
    _fill_kept(library)
    return True


def _fill(size: int, count: int) -> None:
    content = size - _BYTES_HEADER
    # The smallest are too small for bytes with any content: an array keeps its apart.
    held = [bytes(content) if content > 1 else bytearray(size - 1) for _ in range(count)]
    # Not all in one go, during which no other thread gets its turn.
    while held:
        del held[-_RELEASED_AT_ONCE:]


def _fill_kept(library: ctypes.CDLL) -> None:
    for size in range(16, _MAX_KEPT_BYTES, 16):
        held = [library.malloc(size) for _ in range(_MAX_KEPT_BLOCKS)]
        for each in held:
            ctypes.memset(each, 0, size)
        for each in held:
            library.free(each)


def _c_library() -> ctypes.CDLL | None:
    if sys.implementation.name != "cpython" or sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL(None)
        library.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
        library.malloc.argtypes, library.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
        library.free.argtypes, library.free.restype = [ctypes.c_void_p], None
        library.fclose.argtypes = [ctypes.c_void_p]
        library.open_memstream.restype = ctypes.c_void_p
    except (OSError, AttributeError):
        # Another C library than glibc.
        return None
    return library


def _statistics(library: ctypes.CDLL) -> bytes:
    """What Python reports about its blocks, as a table; empty where it does not."""
    tell = getattr(ctypes.pythonapi, "_PyObject_DebugMallocStats", None)
    if tell is None:
        return b""
    tell.argtypes = [ctypes.c_void_p]
    text, size = ctypes.c_char_p(), ctypes.c_size_t()
    stream = library.open_memstream(ctypes.byref(text), ctypes.byref(size))
    if not stream:
        return b""
    tell(stream)
    library.fclose(stream)
    found = text.value or b""
    library.free(ctypes.cast(text, ctypes.c_void_p))
    return found
