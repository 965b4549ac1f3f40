"""What verbs read besides keystores: a file, or standard input for ``-``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.passwords import STANDARD_INPUT
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.services.files.store_files import MAX_FILE_BYTES, read_named_file, read_stream

if TYPE_CHECKING:
    from argparse import Namespace


def name_of_input(name: str) -> str:
    """How messages call an input."""
    return tr("Standard input") if name == STANDARD_INPUT else name


def read_input(name: str, options: Namespace, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a file that the command line names, or all of standard input for ``-``.

    :raises InvalidInput: standard input is a password too, or was read before
    :raises FileProblem: it cannot be read, or holds more than ``max_bytes``
    """
    if name != STANDARD_INPUT:
        return read_named_file(Path(name), max_bytes=max_bytes)[0]
    if sys.stdin is None or any(
        STANDARD_INPUT in (value if isinstance(value, list) else [value])
        for option, value in vars(options).items()
        if option.endswith("password_file")
    ):
        raise InvalidInput(
            tr("Standard input cannot be both a file and a password."),
            remedy=tr("Name a file for one of the two."),
        )
    if vars(options).setdefault("has_read_standard_input", False):
        raise InvalidInput(
            tr("Standard input can be read only once."), remedy=tr("Name files for the others.")
        )
    options.has_read_standard_input = True
    return read_stream(sys.stdin.buffer, name_of_input(name), max_bytes=max_bytes)
