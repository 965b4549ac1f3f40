"""What the start of the window does otherwise than a plain program, and what each thing saves.

Everything here and in the modules named below was measured, as processor time of one process
with PySide6 6.11 on Python 3.11, and stays only while a measurement bears it out. Measure again
with ``python tests/bench/run.py`` (rows *start …*) before changing or adding anything.

===============================  =========================================  =====================
what                             why                                        saved, in ms of 242
===============================  =========================================  =====================
:func:`import_qt_core`:          PySide has each ``import`` afterwards      15
``__import__`` stays Python's    read the source of what it imported, to
                                 look for its own name in it
:func:`import_qt_core`:          PySide compiles, at each start, what it    30
texts compiled when needed       explains a wrong call with, and a tool
                                 for its developers that writes interface
                                 files
:mod:`~.quick_enums`             Python creates an enumeration for each     20
                                 of Qt's, member by member
:mod:`~.preload`                 the modules of the wizards are loaded      165 at the first
                                 after the start, while nobody waits        opening of a wizard
===============================  =========================================  =====================

Pausing the collection of garbage (:mod:`~.gc_pauses`) saves nothing of the imports; it is for jobs,
beside which a collection of a large keystore's objects would hold up the window.

What PySide notes of each module that anybody imports was patched here too, in a dictionary of its
own; that depended on its private parts, and its reason went with ``__import__``.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import threading
from typing import TYPE_CHECKING, Any

from handfast.ui.program.quick_enums import create_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

#: The texts of PySide’s tool. Nothing but the tool itself uses what is in them.
_TOOL = ("signature/lib/pyi_generator.py", "signature/lib/enum_sig.py")
#: The texts of what it explains a wrong call and writes signatures with; except for ``mapping``, in
#: which libshiboken itself looks for what it calls.
_EXPLAINING = (
    "signature/errorhandler.py",
    "signature/layout.py",
    "signature/parser.py",
    "signature/lib/tool.py",
)


def import_qt_core() -> None:
    """Import Qt for the first time in this process, with what this program has no use for left out.

    To be called while there is one thread. A PySide that names its texts otherwise compiles them.
    """
    create_quickly()
    import_ = builtins.__import__
    with _texts_left_out():
        import PySide6.QtCore  # noqa: F401 - what is loaded stays
    # PySide puts its own there, for ``from __feature__ import …``, which nothing here says.
    builtins.__import__ = import_


@contextlib.contextmanager
def _texts_left_out() -> Iterator[None]:
    """Have PySide’s texts for developers compiled to nothing, or when something in them is used."""
    compiled: Callable[..., Any] = builtins.compile

    def lighter(source: object, filename: object, *rest: object, **named: object) -> object:
        if isinstance(filename, str) and filename.endswith(_TOOL):
            source = ""
        elif isinstance(filename, str) and filename.endswith(_EXPLAINING):
            _left_out[filename] = functools.partial(compiled, source, filename, *rest, **named)
            source = f"from {__name__} import fill_later; fill_later(globals(), {filename!r})"
        return compiled(source, filename, *rest, **named)

    vars(builtins)["compile"] = lighter
    try:
        yield
    finally:
        vars(builtins)["compile"] = compiled


#: What compiles a text that was left out, by its file.
_left_out: dict[str, Callable[[], CodeType]] = {}
#: A call can be wrong in any thread; while one text is filled in, it asks for others.
_filling = threading.RLock()


def fill_later(module: dict[str, Any], filename: str) -> None:
    """Have a module that is empty run its text once something in it is asked for."""

    def __getattr__(name: str) -> object:  # noqa: N807 - what Python asks where there is none
        # What a module may have or not have is asked of it while it is imported.
        if not name.startswith("__"):
            with _filling:
                text = _left_out.pop(filename, None)
                if text is not None:
                    module.pop("__getattr__", None)
                    exec(text(), module)  # noqa: S102 - the text of PySide, as it would run it
                if name in module:
                    return module[name]
        raise AttributeError(name)

    module["__getattr__"] = __getattr__
