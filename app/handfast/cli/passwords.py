"""Where the console gets passwords: a file, the environment, a terminal; never an argument."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.errors import FileProblem, PasswordNeeded, TooCostly, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Integrity
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS, Limits
from handfast.services.opening import OpenedFile, open_file

if TYPE_CHECKING:
    from argparse import Namespace

VARIABLE = "HANDFAST_PASSWORD"
_TRIES = 3
#: A password file is one line; whatever is longer is another file, given by mistake.
_LONGEST = 64 * 1024
_REMEDY = f"Give it with --password-file FILE, or in the variable {VARIABLE}."


def given(options: Namespace) -> Password | None:
    """The password in ``--password-file`` (its first line), else in the environment."""
    name: str | None = options.password_file
    if name is not None:
        return from_file(name)
    value = os.environ.get(VARIABLE)
    # An empty variable is how a script unsets it; the empty password is tried anyway.
    return Password(_decode(os.fsencode(value))) if value else None


def from_file(name: str) -> Password:
    """The first line of a file, of a pipe, or of standard input for ``-``."""
    try:
        if name == "-":
            data = b"" if sys.stdin is None else sys.stdin.buffer.readline(_LONGEST + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_LONGEST + 1)
    except OSError as error:
        raise FileProblem(
            f"The password file “{name}” could not be read: {error.strerror}.",
            remedy="Check its name and who may read it.",
        ) from error
    text = _decode_whole(data)
    first = text.split("\n", 1)[0].removesuffix("\r")
    if len(data) > _LONGEST and "\n" not in text:
        raise FileProblem(
            f"“{name}” is no password file: its first line does not end.",
            remedy="Write the password alone into a file, on its first line.",
        )
    return Password(first)


def _decode_whole(data: bytes) -> str:
    """Text in whichever encoding an editor left it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    # Only the first line counts, so that a stray byte further down does not change its reading.
    return _decode(data.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]) + "\n" * (b"\n" in data)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Latin-1, in which every byte is a character: what Windows and old editors write.
        return data.decode("latin-1")


def open_store(path: Path, options: Namespace) -> OpenedFile:
    """Open a store with what was given, what is usual, or what is typed on a terminal."""
    password = given(options)
    may_cost: bool = options.allow_cost
    if password is not None:
        return open_within(path, password, may_cost=may_cost)
    try:
        opened = open_within(path, may_cost=may_cost)
    except PasswordNeeded as error:
        typed = _ask_until_it_fits(path, "", may_cost=may_cost) if _is_terminal() else None
        if typed is None:
            raise PasswordNeeded(error.problem, causes=error.causes, remedy=_REMEDY) from error
        return typed
    if opened.store.integrity is Integrity.UNVERIFIED and _is_terminal():
        hint = " (Enter to go on without)"
        return _ask_until_it_fits(path, hint, may_cost=may_cost) or opened
    return opened


def open_within(path: Path, password: Password | None = None, *, may_cost: bool) -> OpenedFile:
    """Open a store for what that may cost; TooCostly says how to agree to more."""
    try:
        return open_file(path, password, limits=limits(may_cost=may_cost))
    except TooCostly as error:
        raise costly(error) from error


def limits(*, may_cost: bool) -> Limits:
    """What reading may cost, with or without ``--allow-cost``."""
    return AGREED_LIMITS if may_cost else DEFAULT_LIMITS


def costly(error: TooCostly) -> TooCostly:
    """The same with the remedy of the console."""
    return TooCostly(
        error.problem,
        causes=error.causes,
        remedy="If you know where it comes from, open it with --allow-cost; Ctrl-C stops it.",
        offset=error.offset,
    )


def open_to_change(path: Path, options: Namespace) -> OpenedFile:
    """The same, where the store is to be written again: without its password it cannot be."""
    opened = open_store(path, options)
    if opened.store.integrity is Integrity.UNVERIFIED:
        raise PasswordNeeded(
            f"“{path.name}” needs its password to be changed.",
            causes=("It can be read without, but not written.",),
            remedy=_REMEDY,
        )
    return opened


def new_password(options: Namespace) -> Password:
    """The password for a store that is to be made."""
    password = given(options)
    if password is None and _is_terminal():
        password = _ask_twice()
    if password is None or password.is_empty:
        raise PasswordNeeded("A new store needs a password.", remedy=_REMEDY)
    return password


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(prompt: str) -> Password | None:
    """What is typed, unseen; None where nothing was (Enter, or end of input)."""
    import getpass

    from handfast.cli.console import safe

    try:
        typed = getpass.getpass(safe(prompt))
    except EOFError:
        return None
    return Password(typed) if typed else None


def _ask_until_it_fits(path: Path, hint: str, *, may_cost: bool) -> OpenedFile | None:
    for remaining in reversed(range(_TRIES)):
        typed = _ask(f"Password of {path.name}{hint}: ")
        if typed is None:
            return None
        try:
            return open_within(path, typed, may_cost=may_cost)
        except WrongPassword as error:
            if not remaining:
                raise
            sys.stderr.write(f"{error.problem}\n")
    return None


def _ask_twice() -> Password | None:
    for remaining in reversed(range(_TRIES)):
        first = _ask("Password for the new store: ")
        if first is None:
            return None
        if first == _ask("The same once more: "):
            return first
        if remaining:
            sys.stderr.write("The two differ. Try again.\n")
    raise WrongPassword("The two passwords differ.", remedy="Start again; nothing was made.")
