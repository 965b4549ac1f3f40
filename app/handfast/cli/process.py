"""What a process of the console does otherwise than a plain program, and what each thing saves.

A script calls many verbs, and most of the time of each is the start and the end of Python.
Everything here was measured, as processor time of ``handfast list`` of a keystore with one key on
Python 3.11, and stays only while a measurement bears it out. Measure again with
``python tests/bench/run.py`` (rows *list …*) before changing or adding anything.

===============================  ===========================================  ==================
what                             why                                          saved, in ms
===============================  ===========================================  ==================
:func:`end`                      Python takes each module and object apart    18 of 115; 30 of
                                 before it ends; the system frees them all    280 where 10,000
                                 at once                                      entries are listed
``gc.disable()`` in              what a verb creates lives until it ends, so  6 of 115; 25 of
:func:`handfast.__main__.start`  that looking for garbage finds nothing       280
no usage where none is shown     the library puts it together for errors,     3 of 115
(:mod:`handfast.cli.parser`)     with modules that nothing else needs
dataclasses of our own           the library compiles six methods for each    9 of 92; 30 of
(:mod:`handfast.core.frozen`)    of 20 to 60 classes                          182 of ``verify``
===============================  ===========================================  ==================

The window has a table of its own (:mod:`handfast.ui.program.startup`).
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn


def end(code: int) -> NoReturn:
    """End this process with an exit code, and leave it to the system to take it apart.

    Nothing in the console asks to be called at the end (``atexit``), and its threads are such that
    nobody waits for them.
    """
    for stream in (sys.stdout, sys.stderr):
        # What could not be written was told where it was written.
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(code)
