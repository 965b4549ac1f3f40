"""What the start of the window does otherwise than a plain program, and what each thing saves.

Everything here and in the modules named below was measured, as processor time of one process
with PySide6 6.11 on Python 3.11, and stays only while a measurement bears it out. Measure again
with ``python tests/bench/run.py`` (rows *start …*) before changing or adding anything.

===============================  =========================================  =====================
what                             why                                        saved, in ms of 260
===============================  =========================================  =====================
:func:`import_qt_core`:          PySide has each ``import`` afterwards      15
``__import__`` stays Python's    read the source of what it imported, to
                                 look for its own name in it
:func:`import_qt_core`:          PySide compiles, at each start, what it    30
texts compiled when needed       explains a wrong call with, and a tool
                                 for its developers that writes interface
                                 files
:mod:`~.quick_enums`             Python creates an enumeration for each     25
                                 of Qt's, member by member
:mod:`~.preload`                 the modules of the wizards are loaded      165 at the first
                                 after the start, while nobody waits        opening of a wizard
===============================  =========================================  =====================

Pausing the collection of garbage (:mod:`~.gc_pauses`) saves nothing of the imports; it is for jobs,
beside which a collection of a large keystore's objects would hold up the window.

Tried, and saved nothing that could be measured: reading the fonts and the libraries of the system
in a thread beside the start, and fewer classes of events. What PySide notes of each module that
anybody imports was patched here too, in a dictionary of its own; its reason went with
``__import__``.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import threading
from typing import TYPE_CHECKING, Any, Final

from handfast.ui.program.quick_enums import create_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

#: The texts of PySide’s tool. Nothing but the tool itself uses what is in them.
_TOOL = ("signature/lib/pyi_generator.py", "signature/lib/enum_sig.py")
#: The texts of what it explains a wrong call and writes signatures with; each with the function
#: that libshiboken takes from the module without asking for it.
_EXPLAINING = {
    "signature/errorhandler.py": None,
    "signature/layout.py": None,
    "signature/mapping.py": "update_mapping",
    "signature/parser.py": None,
    "signature/lib/tool.py": None,
}
#: Of PySide: those of which that is known. Another one has its texts once Qt is imported.
_KNOWN_VERSIONS = {(6, 11)}


def import_qt_core() -> None:
    """Import Qt for the first time in this process, with what this program has no use for left out.

    To be called while there is one thread. A PySide that names its texts otherwise compiles them.
    """
    create_quickly()
    import_ = builtins.__import__
    with _texts_left_out():
        import PySide6.QtCore
    # PySide puts its own there, for ``from __feature__ import …``, which nothing here says.
    builtins.__import__ = import_
    if PySide6.__version_info__[:2] not in _KNOWN_VERSIONS:
        for text in left_out.values():
            text.fill()


@contextlib.contextmanager
def _texts_left_out() -> Iterator[None]:
    """Have PySide’s texts for developers compiled to nothing, or when something in them is used."""
    compiled: Callable[..., Any] = builtins.compile

    def lighter(source: object, filename: object, *rest: object, **named: object) -> object:
        name = filename if isinstance(filename, str) else ""
        if name.endswith(_TOOL):
            source = ""
        elif name.endswith(tuple(_EXPLAINING)):
            whole = functools.partial(compiled, source, filename, *rest, **named)
            called = next(found for each, found in _EXPLAINING.items() if name.endswith(each))
            left_out[name] = LeftOut(whole, called)
            source = f"from {__name__} import left_out; left_out[{name!r}].stand_in(globals())"
        return compiled(source, filename, *rest, **named)

    vars(builtins)["compile"] = lighter
    try:
        yield
    finally:
        vars(builtins)["compile"] = compiled


class LeftOut:
    """The text of a module, which runs once something in the module is asked for."""

    #: A call can be wrong in any thread; while one text runs, it asks for others.
    _filling: Final = threading.RLock()

    def __init__(self, compiled: Callable[[], CodeType], called: str | None) -> None:
        """``called``: a function that is taken from the module without asking for it."""
        self._compiled = compiled
        self._called = called
        self._module: dict[str, Any] = {}
        self._is_filled = False

    def stand_in(self, module: dict[str, Any]) -> None:
        """Be asked for what is not in the module, of which nothing is."""
        self._module = module
        module["__getattr__"] = self._find
        if self._called is not None:
            module[self._called] = self._call

    def fill(self) -> None:
        """Run the text, unless it did."""
        with self._filling:
            if not self._is_filled:
                self._is_filled = True
                exec(self._compiled(), self._module)  # noqa: S102 - as PySide would run it
                del self._module["__getattr__"]

    def _find(self, name: str) -> object:
        # What a module may have or not have is asked of it while it is imported.
        if name.startswith("__"):
            raise AttributeError(name)
        self.fill()
        try:
            return self._module[name]
        except KeyError:
            raise AttributeError(name) from None

    def _call(self) -> object:
        self.fill()
        return self._module[str(self._called)]()


#: By the file that it is from.
left_out: Final[dict[str, LeftOut]] = {}
