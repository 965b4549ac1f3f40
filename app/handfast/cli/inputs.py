"""What verbs read besides keystores: a file, or standard input for ``-``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handfast.cli.options import split_alias
from handfast.cli.passwords import STANDARD_INPUT
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.services.files.store_files import MAX_FILE_BYTES, read_named_file, read_stream

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

#: The options of all verbs that name files to read, but for those of passwords, and ``STORE``,
#: which is named where it is written from. ``--request`` of ``renew`` is one to write.
_READ: Final = (
    "file", "files", "pool", "issuer", "extensions", "crl", "trust", "identity", "ca", "client",
    "client_next", "client_trust", "client_trust_next", "server", "server_next", "server_trust",
    "server_trust_next",
)  # fmt: skip
_PASSWORDS: Final = "password_file"


def name_of_input(name: str) -> str:
    """How messages call an input."""
    return tr("Standard input") if name == STANDARD_INPUT else name


def files_read(options: Namespace, *others: str) -> tuple[Path, ...]:
    """The files that a command line names to be read, which no output of the same may replace.

    :param others: names of files beside those of the options that all verbs share
    """
    return tuple(dict.fromkeys((*_named(options), *map(Path, others))))


def _named(options: Namespace) -> Iterator[Path]:
    for option, value in vars(options).items():
        if option not in _READ and not option.endswith(_PASSWORDS):
            continue
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str) or name in {"", STANDARD_INPUT}:
                continue
            path = split_alias(name)[0]
            # A preset of the program, or the trust store of a JDK, is named by a word.
            if os.path.exists(path):  # noqa: PTH110 - raises nothing
                yield path


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
