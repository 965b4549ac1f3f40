"""What the start of the window does otherwise than a plain program, and what each thing saves.

Everything here and in the module named below was measured, as processor time of one process
with PySide6 6.11 on Python 3.11, and stays only while a measurement bears it out. Measure again
with ``python tests/bench/run.py`` (rows *start …*) before changing or adding anything.

===============================  =========================================  =====================
what                             why                                        saved, in ms
===============================  =========================================  =====================
:func:`import_below_qt`          PySide reads the source of each module     10 to 15 of 212
                                 that is imported after it, to look for
                                 its own name in it
:func:`import_qt_core`           PySide compiles and loads, at each start,  15 to 17 of 75
                                 a tool for its developers that writes
                                 interface files
:mod:`~.preload`                 the modules of the wizards are loaded      165 at the first
                                 after the start, while nobody waits        opening of a wizard
===============================  =========================================  =====================

Pausing the collection of garbage (:mod:`~.gc_pauses`) saves nothing of the imports; it is for jobs,
beside which a collection of a large keystore's objects would hold up the window.

What PySide notes of each module that anybody imports was patched here too, in a dictionary of its
own; that saved 5 to 10 ms and depended on its private parts, so it is left alone.
"""

from __future__ import annotations

import builtins
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The texts of PySide’s tool. Nothing but the tool itself uses what is in them.
_TOOL = ("signature/lib/pyi_generator.py", "signature/lib/enum_sig.py")


def import_below_qt() -> None:
    """Import what the first rows of a keystore need and what knows no Qt, before Qt itself."""
    import ctypes  # noqa: F401 - what is loaded stays
    import signal  # noqa: F401

    import handfast.core.certificates.certificate
    import handfast.core.network
    import handfast.documents.document
    import handfast.formats.java.reading
    import handfast.services.describe.store_summary  # noqa: F401


def import_qt_core() -> None:
    """Import Qt for the first time in this process, without PySide’s tool for its developers.

    To be called while there is one thread. A PySide that keeps the tool otherwise loads it.
    """
    with _tool_left_out():
        import PySide6.QtCore  # noqa: F401 - what is loaded stays


@contextlib.contextmanager
def _tool_left_out() -> Iterator[None]:
    """Have the texts of the tool compiled to nothing."""
    compiled: Callable[..., object] = builtins.compile

    def without_tool(source: object, filename: object, *rest: object, **named: object) -> object:
        if isinstance(filename, str) and filename.endswith(_TOOL):
            source = ""
        return compiled(source, filename, *rest, **named)

    vars(builtins)["compile"] = without_tool
    try:
        yield
    finally:
        vars(builtins)["compile"] = compiled
