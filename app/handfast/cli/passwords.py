"""Where the console gets passwords: a file, the environment, a terminal; never an argument."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Integrity
from handfast.services.files import read_file
from handfast.services.opening import OpenedFile, open_file

if TYPE_CHECKING:
    from argparse import Namespace

VARIABLE = "HANDFAST_PASSWORD"


def given(arguments: Namespace) -> Password | None:
    """The password in ``--password-file`` (its first line), else in the environment."""
    name = arguments.password_file
    if name is not None:
        data, _ = read_file(Path(name))
        first = data.split(b"\n", 1)[0].removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf")
        return Password(first.decode("utf-8", "surrogateescape"))
    text = os.environ.get(VARIABLE)
    return Password(text) if text is not None else None


def open_store(path: Path, arguments: Namespace) -> OpenedFile:
    """Open a store with what was given, what is usual, or what is typed on a terminal."""
    password = given(arguments)
    if password is not None:
        return open_file(path, password)
    try:
        opened = open_file(path)
    except PasswordNeeded:
        if not _is_terminal():
            raise
        return _ask_until_it_fits(path)
    if opened.store.integrity is Integrity.UNVERIFIED and _is_terminal():
        typed = _ask(f"Password of {path.name} (Enter to go on without): ")
        if not typed.is_empty:
            return open_file(path, typed)
    return opened


def new_password(arguments: Namespace) -> Password:
    """The password for a store that is to be made."""
    password = given(arguments)
    if password is None and _is_terminal():
        password = _ask("Password for the new store: ")
        if password != _ask("Once more: "):
            raise WrongPassword("The two passwords differ.", remedy="Try again.")
    if password is None or password.is_empty:
        raise PasswordNeeded(
            "A new store needs a password.",
            remedy=f"Give one with --password-file FILE, or in the variable {VARIABLE}.",
        )
    return password


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(prompt: str) -> Password:
    import getpass

    return Password(getpass.getpass(prompt, stream=sys.stderr))


def _ask_until_it_fits(path: Path) -> OpenedFile:
    for remaining in (2, 1, 0):
        try:
            return open_file(path, _ask(f"Password of {path.name}: "))
        except WrongPassword:
            if not remaining:
                raise
            sys.stderr.write("That password does not fit.\n")
    raise AssertionError
