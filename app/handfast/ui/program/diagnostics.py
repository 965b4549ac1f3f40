"""What helps to find a fault, without anything of the person's: no values, names or folders."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from handfast import __version__

if TYPE_CHECKING:
    from types import TracebackType


def diagnostics(error: BaseException | None = None) -> str:
    """The versions and, after a crash, where it happened.

    The message of an error may quote what was typed or read, so only its kind is told.
    """
    lines = [
        f"Handfast {__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"Screen {QGuiApplication.platformName() or 'none'}",
        f"{platform.system()} {platform.release()}, {platform.machine()}",
    ]
    if error is not None:
        lines += ["", *_told(error, set())]
    return "\n".join(lines) + "\n"


def _told(error: BaseException, seen: set[int]) -> list[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_told(before, seen), "which led to"] if before and id(before) not in seen else []
    return [*lines, type(error).__name__, *_places(error.__traceback__)]


def _places(trace: TracebackType | None) -> list[str]:
    # Without the source line: it may not be the one that ran, and the place says enough.
    return [
        f"  {_reduced(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def _reduced(filename: str) -> str:
    """A file of the program without the folder that it is installed in."""
    path = Path(filename)
    for root in (Path(__file__).parents[3], *(Path(each) for each in sys.path if each)):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def copy_diagnostics() -> None:
    """Put it on the clipboard, for who asks for it from the menu."""
    QGuiApplication.clipboard().setText(diagnostics())
