"""A value as each syntax takes it: blanks, quotes, backslashes and letters beyond ASCII."""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from handfast.services.exchange.keytool_commands import quote as shell

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "command",
    "curl",
    "file_uri",
    "java_argument",
    "nginx",
    "properties",
    "shell",
    "xml",
    "yaml",
]

_PROPERTY_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f"}
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def command(program: str, options: Sequence[tuple[str, ...]]) -> str:
    """A command over several lines, an option with its values on each."""
    join = " ^\n    " if sys.platform == "win32" else " \\\n    "
    return join.join([program, *(" ".join(map(shell, each)) for each in options)])


def properties(value: str) -> str:
    """A value of a ``.properties`` file, in ASCII: its encoding is Latin-1 to some readers.

    ``java.util.Properties.load`` drops leading blanks and reads the rest of the line.
    """
    text = "".join(_property_character(each) for each in value)
    return f"\\{text}" if text.startswith(" ") else text


def _property_character(character: str) -> str:
    if character in _PROPERTY_ESCAPES:
        return _PROPERTY_ESCAPES[character]
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02X}{units[at + 1]:02X}" for at in range(0, len(units), 2))


def yaml(value: str) -> str:
    """A double-quoted scalar of YAML 1.1 and 1.2."""
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_yaml_character(each) for each in text) + '"'


def _yaml_character(character: str) -> str:
    if character.isprintable():
        return character
    return f"\\U{ord(character):08X}"


def xml(value: str) -> str:
    """An attribute's value with its quotes."""
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def nginx(value: str) -> str:
    """A parameter of nginx. A ``$`` begins a variable there, and cannot be escaped."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def curl(value: str) -> str:
    """A quoted value in a file of curl’s options."""
    escapes = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r", "\v": "\\v"}
    return '"' + "".join(escapes.get(each, each) for each in value) + '"'


def java_argument(value: str) -> str:
    """One argument in a file that the ``java`` launcher reads with ``@file``."""
    escapes = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f"}
    return '"' + "".join(escapes.get(each, each) for each in value) + '"'


def is_windows_path(path: str) -> bool:
    """Whether a path can only be one of Windows: with a drive or a share."""
    return _DRIVE.match(path) is not None


def file_uri(path: str) -> str:
    """``file:`` and the path, percent-encoded; a relative one stays relative."""
    # `PurePath.as_uri` is deprecated from Python 3.14 on.
    if is_windows_path(path):
        whole = PureWindowsPath(path).as_posix()
        if whole.startswith("//"):
            return f"file:{quote(whole)}"
        return f"file:///{whole[:2]}{quote(whole[2:])}"
    if path.startswith("/"):
        return f"file://{quote(str(PurePosixPath(path)), errors='surrogateescape')}"
    return f"file:{quote(path.replace(chr(92), '/') if '/' not in path else path)}"
