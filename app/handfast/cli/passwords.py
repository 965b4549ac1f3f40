"""Where the console gets passwords: a file, the environment, a terminal; never an argument."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.output.terminal import safe
from handfast.core.errors import (
    FileProblem,
    InvalidInput,
    PasswordNeeded,
    TooCostly,
    WrongPassword,
)
from handfast.core.language import tr
from handfast.core.password import Password
from handfast.core.store import Integrity
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS, Limits
from handfast.services.files.opening import OpenedFile, is_unlocked, open_file
from handfast.services.files.store_files import check_ordinary

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from handfast.core.errors import HandfastError, KeyLocked

VARIABLE = "HANDFAST_PASSWORD"
#: What stands for the standard streams in the place of a file name.
STANDARD_INPUT = STANDARD_OUTPUT = "-"
_TRIES = 3
#: A password file is one line; whatever is longer is another file, given by mistake.
_LONGEST = 64 * 1024
_REMEDY = tr("Use --password-file FILE, or set the variable {variable}.", variable=VARIABLE)


#: The option for all stores that have none of their own.
COMMON = "password_file"
#: The option for keys that have a password of their own, in the one keystore of a verb.
KEYS = "key_password_file"


def given(options: Namespace, *own: str) -> Password | None:
    """The password in the file of one of these options, else in ``--password-file``, else in the
    environment.
    """
    option = _source(options, own)
    return from_variable() if option is None else from_option(options, option)


def from_variable() -> Password | None:
    """The password in the environment; None where there is none.

    An empty variable is how a script unsets it; the empty password is tried anyway.
    """
    value = os.environ.get(VARIABLE)
    if not value:
        return None
    try:
        return Password(_decode(os.fsencode(value)))
    except UnicodeEncodeError as error:
        # A half of a character, which only Windows and programs that embed this one can set.
        raise WrongPassword(
            tr("The password in the variable {variable} is not text.", variable=VARIABLE),
            causes=(tr("It holds half of a character (a lone surrogate)."),),
            remedy=tr(
                "Set the variable again, or use --{option} FILE.", option=COMMON.replace("_", "-")
            ),
        ) from error


def from_option(options: Namespace, option: str) -> Password:
    """The password in the file that an option names.

    Each file is read once, as a pipe can be read no oftener. Of standard input each option
    that names it takes a line, in the order in which they are needed.
    """
    return _read_once(options, option, getattr(options, option))


def key_passwords(options: Namespace, option: str) -> list[Password]:
    """The passwords of single keys, from the files that an option names each time it is given."""
    names: list[str] = getattr(options, option, None) or []
    return [_read_once(options, f"{option} {i}", name) for i, name in enumerate(names)]


def _read_once(options: Namespace, mark: str, name: str) -> Password:
    known: dict[str, Password] = vars(options).setdefault("passwords_read", {})
    if mark not in known:
        known[mark] = from_file(name)
    return known[mark]


def _source(options: Namespace, own: Sequence[str]) -> str | None:
    return next((each for each in (*own, COMMON) if getattr(options, each, None) is not None), None)


def from_file(name: str) -> Password:
    """The first line of a file or of a pipe, or the next one of standard input for ``-``."""
    try:
        if name == "-":
            data = b"" if sys.stdin is None else sys.stdin.buffer.readline(_LONGEST + 1)
            if not data:
                raise PasswordNeeded(
                    tr("Standard input ended before the password."),
                    remedy=tr(
                        "Write each password on its own line, one for each option that reads "
                        "standard input."
                    ),
                )
        else:
            with Path(name).open("rb") as file:
                data = file.read(_LONGEST + 1)
    except OSError as error:
        raise FileProblem(
            tr(
                "The password file “{name}” could not be read: {reason}.",
                name=name,
                reason=error.strerror,
            ),
            remedy=tr("Check its name and its permissions."),
        ) from error
    text = _decode_whole(data)
    first = text.split("\n", 1)[0].removesuffix("\r")
    if len(data) > _LONGEST and "\n" not in text:
        raise FileProblem(
            tr("“{name}” is not a password file: its first line does not end.", name=name),
            remedy=tr("Write only the password on the first line of the file."),
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


def open_store(path: Path, options: Namespace, *own: str, with_keys: bool = True) -> OpenedFile:
    """Open a keystore with what was given, what is usual, or what is typed on a terminal.

    ``own`` are the options for this very keystore, the first that is given being the one that
    counts. ``with_keys`` opens the keys that have one of the passwords in ``--key-password-file``.
    """
    check_ordinary(path)
    opened = _open(path, options, *own)
    return _with_keys_opened(opened, options) if with_keys else opened


def _with_keys_opened(opened: OpenedFile, options: Namespace) -> OpenedFile:
    if not getattr(options, KEYS, None):
        return opened
    from handfast.formats.registry import pair_again
    from handfast.services.files.unlocking import with_all_tried, with_passwords

    store = with_passwords(with_all_tried(opened.store), key_passwords(options, KEYS))
    return dataclasses.replace(opened, store=pair_again(store))


def _open(path: Path, options: Namespace, *own: str) -> OpenedFile:
    password = given(options, *own)
    may_cost: bool = options.allow_cost
    if password is not None:
        try:
            return open_within(path, password, may_cost=may_cost)
        except WrongPassword as error:
            raise _sourced(error, options, own) from error
    try:
        opened = open_within(path, may_cost=may_cost)
    except PasswordNeeded as error:
        prompt = tr("Password of {name}:", name=path.name)
        typed = _ask_until_it_fits(path, prompt, may_cost=may_cost) if is_terminal() else None
        if typed is None:
            raise PasswordNeeded(error.problem, causes=error.causes, remedy=_REMEDY) from error
        return typed
    if opened.store.integrity is Integrity.UNVERIFIED and is_terminal():
        prompt = tr("Password of {name} (press Enter to skip):", name=path.name)
        return _ask_until_it_fits(path, prompt, may_cost=may_cost) or opened
    return opened


def open_within(path: Path, password: Password | None = None, *, may_cost: bool) -> OpenedFile:
    """Open a store for what that may cost; TooCostly says how to agree to more."""
    from handfast.cli.output.messages import naming

    with naming(str(path)):
        try:
            return open_file(
                path, password, certificates_too=True, limits=limits(may_cost=may_cost)
            )
        except TooCostly as error:
            raise costly(error) from error


def about_locked_key(error: KeyLocked, options: Namespace) -> HandfastError:
    """The error of a key that is locked, by what was given to open it.

    A password that was named for keys and opens none of them is wrong. Where none was given at
    all, that of the keystore may be what is missing.
    """
    named: list[str] = getattr(options, KEYS, None) or []
    if named:
        return WrongPassword(
            error.problem,
            causes=(
                tr("It does not open with what --key-password-file names."),
                tr("Passwords are case-sensitive."),
            ),
            remedy=tr("Name a file with the password of the key."),
        )
    if given(options) is None:
        return PasswordNeeded(
            error.problem,
            causes=(tr("No password was given, neither of the keystore nor of the key."),),
            remedy=tr(
                "Use --password-file FILE, or set the variable {variable}; for a key with a "
                "password of its own, use --key-password-file FILE.",
                variable=VARIABLE,
            ),
        )
    return PasswordNeeded(
        error.problem, causes=error.causes, remedy=tr("Use --key-password-file FILE.")
    )


def limits(*, may_cost: bool) -> Limits:
    """What reading may cost, with or without ``--allow-cost``."""
    return AGREED_LIMITS if may_cost else DEFAULT_LIMITS


def costly(error: TooCostly) -> TooCostly:
    """The same with the remedy of the console."""
    return TooCostly(
        error.problem,
        causes=error.causes,
        remedy=tr("If you trust its source, open it with --allow-cost; Ctrl-C stops it."),
        offset=error.offset,
    )


def _sourced(error: WrongPassword, options: Namespace, own: Sequence[str]) -> WrongPassword:
    """The error, saying where the password came from."""
    option = _source(options, own)
    source = tr("the variable {variable}", variable=VARIABLE)
    if option is not None:
        source = f"--{option.replace('_', '-')} {getattr(options, option)}"
    return WrongPassword(
        error.problem,
        causes=(*error.causes, tr("It came from {source}.", source=source)),
        remedy=error.remedy,
        offset=error.offset,
    )


def open_to_change(path: Path, options: Namespace, *own: str) -> OpenedFile:
    """Open a keystore that is to be written again: without its password it cannot be."""
    opened = open_store(path, options, *own)
    if not is_unlocked(opened.store):
        raise PasswordNeeded(
            tr("Changing “{name}” requires its password.", name=path.name),
            causes=(tr("It can be read without the password, but not written."),),
            remedy=_REMEDY,
        )
    return opened


def new_password(
    options: Namespace,
    *own: str,
    what: str = tr("A new keystore"),
    remedy: str = _REMEDY,
    prompt: str = tr("Password for the new keystore:") + " ",
) -> Password:
    """The password for a store that is to be made, or for a key that is to be put in one."""
    password = given(options, *own)
    if password is not None and password.is_empty:
        option = _source(options, own)
        raise PasswordNeeded(
            tr("{what} requires a password, and this one is empty.", what=what),
            causes=()
            if option is None
            else (tr("The first line of “{name}” is empty.", name=getattr(options, option)),),
            remedy=remedy,
        )
    if password is None and is_terminal():
        password = _ask_twice(prompt)
    if password is None:
        raise PasswordNeeded(tr("{what} requires a password.", what=what), remedy=remedy)
    return password


def chosen_password(options: Namespace, option: str, whose: str) -> Password:
    """The password that a person chooses in place of another; never that of the environment.

    :raises PasswordNeeded: no password was given, and there is no terminal to prompt on
    """
    password = (
        from_option(options, option)
        if getattr(options, option) is not None
        else _ask_twice(tr("New password for {whose}:", whose=whose) + " ")
        if is_terminal()
        else None
    )
    if password is None:
        raise PasswordNeeded(
            tr("A new password for {whose} is required.", whose=whose),
            remedy=tr("Use --{option} FILE.", option=option.replace("_", "-")),
        )
    return password


def is_terminal() -> bool:
    """Whether somebody can answer on the standard input."""
    return sys.stdin is not None and sys.stdin.isatty()


def asked(prompt: str) -> Password | None:
    """What is typed on a terminal, unseen; None where there is none, or nothing was typed."""
    return _ask(prompt) if is_terminal() else None


def _ask(prompt: str) -> Password | None:
    """What is typed, unseen; None where nothing was (Enter, or end of input)."""
    import getpass

    try:
        typed = getpass.getpass(safe(prompt))
    except EOFError:
        return None
    return Password(typed) if typed else None


def _ask_until_it_fits(path: Path, prompt: str, *, may_cost: bool) -> OpenedFile | None:
    for remaining in reversed(range(_TRIES)):
        typed = _ask(prompt + " ")
        if typed is None:
            return None
        try:
            return open_within(path, typed, may_cost=may_cost)
        except WrongPassword as error:
            if not remaining:
                raise
            sys.stderr.write(f"{safe(error.problem)}\n")
    return None


def _ask_twice(prompt: str) -> Password | None:
    for remaining in reversed(range(_TRIES)):
        first = _ask(prompt)
        if first is None:
            return None
        if first == _ask("Confirm password: "):
            return first
        if remaining:
            sys.stderr.write(tr("The passwords do not match. Try again.") + "\n")
    raise InvalidInput(
        tr("The passwords do not match."), remedy=tr("Start again. Nothing was created.")
    )
