"""What reaches a terminal: text that cannot drive it, in its own encoding, in one piece."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from handfast.core.errors import FileProblem
from handfast.core.language import tr
from handfast.core.visible_text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Typographic characters and what stands for them where the encoding has none.
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "·": "-", "×": "x"}
)

RED, YELLOW, BOLD, FAINT = "31", "33", "1", "2"


def safe(text: str) -> str:
    """The text on one line, as :func:`~handfast.core.visible_text.one_line` writes it."""
    return one_line(text)


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0
        if unicodedata.combining(each)
        else 2
        if unicodedata.east_asian_width(each) in {"W", "F"}
        else 1
        for each in text
    )


def clip(text: str, width: int) -> str:
    """The text in at most ``width`` columns, its middle left out where it is longer."""
    if (text.isascii() and len(text) <= width) or cells(text) <= width:
        return text
    if width < 2:
        return "…"[:width]
    head, tail = width // 2, width - 1 - width // 2
    return f"{_first(text, head)}…{_first(text[::-1], tail)[::-1]}"


def _first(text: str, width: int) -> str:
    taken = used = 0
    for each in text:
        used += cells(each)
        if used > width:
            break
        taken += 1
    return text[:taken]


def pad(text: str, width: int) -> str:
    """The text filled with blanks to ``width`` columns; a longer one as it is."""
    if text.isascii():
        return text.ljust(width)
    return text + " " * (width - cells(text))


def encode(text: str, encoding: str | None) -> bytes:
    """The text in an encoding, with stand-ins for what it does not have."""
    name = encoding or "utf-8"
    try:
        return text.encode(name)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(name, "backslashreplace")


def write(stream: TextIO | None, content: str | bytes) -> None:
    """Write text or bytes in one piece and flush them.

    :raises BrokenPipeError: the reader has gone
    :raises FileProblem: it could not be written, as to a full disk
    """
    if stream is None:
        # Started with that stream closed: there is nobody to tell.
        return
    try:
        data = content if isinstance(content, bytes) else encode(content, stream.encoding)
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still in the buffer cannot be written at exit either.
        abandon(stream)
        raise FileProblem(
            tr("The output could not be written: {reason}.", reason=error.strerror),
            remedy=tr("Free some space, or write the output elsewhere."),
        ) from error


def abandon(stream: TextIO | None) -> None:
    """Let a stream lead nowhere, so that the interpreter does not complain of it at exit."""
    if stream is None:
        return
    try:
        target = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, target)
    os.close(nowhere)


def width_of(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> int | None:
    """Columns of the terminal that a stream goes to; None where it goes to a file or a pipe."""
    columns = environment.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    if stream is None or not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def is_coloured(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether colors go to a stream: a terminal, and nobody objects (no-color.org)."""
    if stream is None or not stream.isatty() or environment.get("NO_COLOR"):
        return False
    if sys.platform == "win32":
        return "WT_SESSION" in environment or "ANSICON" in environment
    return environment.get("TERM", "") not in {"", "dumb"}


def paint(text: str, code: str, *, coloured: bool) -> str:
    """The text in a color or weight, where colors are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if coloured and text else text
