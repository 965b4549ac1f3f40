"""Spare the start what PySide does for features that are not used here.

A module may have PySide spell its methods otherwise (``from __feature__ import snake_case``). To
know which modules may, PySide reads the source text of each one that anybody imports, Python's own
included: 10 ms of a start. For a module that it has noted down already it does not look.

And PySide carries the source text of a tool that writes interface files for developers, which it
compiles and loads at each start: 15 ms.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: What PySide notes of a module that is none of its business.
_NOT_CONCERNED = -1
#: The texts of the tool. Nothing but the tool itself uses what is in them.
_TOOL = ("signature/lib/pyi_generator.py", "signature/lib/enum_sig.py")


def note_modules(folder: str) -> None:
    """Note down what is loaded, and every module of the package in this folder.

    The notes are PySide's own affair: where a version keeps them otherwise, nothing is spared.
    """
    with _without_the_tool():
        import PySide6.QtCore  # noqa: F401 - makes the notes

    try:
        from shibokensupport.feature import pyside_feature_dict as notes
    except ImportError:
        return
    if not isinstance(notes, dict):
        return
    names = [name for name in sys.modules if not name.startswith(("PySide6", "shiboken6"))]
    package = os.path.basename(folder)  # noqa: PTH119 - pathlib takes three times as long
    for parent, _folders, files in os.walk(folder):
        inner = os.path.relpath(parent, folder)
        above = package if inner == os.curdir else f"{package}.{inner.replace(os.sep, '.')}"
        names.append(above)
        names += [f"{above}.{name[:-3]}" for name in files if name.endswith(".py")]
    for name in names:
        notes.setdefault(name, _NOT_CONCERNED)


@contextlib.contextmanager
def _without_the_tool() -> Iterator[None]:
    """Have the texts of the tool compiled to nothing; a PySide that keeps it otherwise loads it."""
    compiled: Callable[..., object] = builtins.compile

    def without(source: object, filename: object, *rest: object, **named: object) -> object:
        if isinstance(filename, str) and filename.endswith(_TOOL):
            source = ""
        return compiled(source, filename, *rest, **named)

    vars(builtins)["compile"] = without
    try:
        yield
    finally:
        vars(builtins)["compile"] = compiled
