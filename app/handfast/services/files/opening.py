"""Opening a keystore file, with the passwords that people usually mean."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.errors import PasswordNeeded, TooCostly, WrongPassword
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import TRIED_UNASKED, Password
from handfast.core.progress import no_progress
from handfast.core.store import Integrity, Store, shorten
from handfast.formats.base import DEFAULT_LIMITS, Limits, WorkMeter
from handfast.formats.registry import read_store, refuse_large
from handfast.services.files.store_files import (
    MAX_FILE_BYTES,
    FileStamp,
    check_ordinary,
    read_file,
    read_head,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from handfast.core.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A store, where it came from, and what the file was then."""

    path: Path
    store: Store
    stamp: FileStamp
    #: What else saving it did to the file, for people.
    notes: tuple[str, ...] = ()


#: What a password that was piped into a program, or pasted, has at its end without being seen.
_UNSEEN_ENDS = ("\n", "\r\n")
#: Rounds of key derivation beyond which no further password is tried that nobody gave: each costs
#: as much again. keytool's files of before Java 16 take 100,000 to refuse a password.
_MAX_ROUNDS_TO_TRY_AGAIN = 400_000


def _read_as_meant(
    read: Callable[[Password], Store], password: Password, meter: WorkMeter
) -> Store:
    """The store under a password, or under the same one but for what nobody sees at its end.

    ``echo secret | openssl …`` and the like make keystores whose password ends in a line break.
    ``meter`` tells what reading has cost.
    """
    try:
        return read(password)
    except WrongPassword as error:
        if meter.spent > _MAX_ROUNDS_TO_TRY_AGAIN:
            raise
        text = password.reveal()
        bare = text.rstrip()
        for attempt in dict.fromkeys((bare, *(bare + end for end in _UNSEEN_ENDS))):
            if attempt == text or not attempt:
                continue
            try:
                store = read(Password(attempt))
            except (WrongPassword, TooCostly):
                continue
            return dataclasses.replace(store, remarks=(_end_remark(attempt), *store.remarks))
        raise error from None


def _end_remark(attempt: str) -> str:
    if attempt.endswith("\n"):
        return tr(
            "The password of this keystore ends with a line break, which Handfast added to the "
            "password that you entered. Change the password: most programs cannot accept such a "
            "password."
        )
    return tr("The password matched without the spaces or the line break at its end.")


def is_unlocked(store: Store, alias: str = "") -> bool:
    """Whether a keystore can be changed, and the key of an alias, if it is there, be used.

    A JKS can be read without its password, but not written again.
    """
    if store.integrity is Integrity.UNVERIFIED:
        return False
    entry = store.find(alias) if alias else None
    return entry is None or not entry.is_locked


def open_unlocked(
    path: Path,
    password: Password | None = None,
    *,
    alias: str = "",
    try_usual: bool = True,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> OpenedFile:
    """The keystore in a file as :func:`open_file` reads it, but only if it :func:`is_unlocked`.

    :raises PasswordNeeded: no password was given
    :raises WrongPassword: the one that was given is not that of the keystore, or of the key
    """
    opened = open_file(path, password, try_usual=try_usual, limits=limits, progress=progress)
    if not is_unlocked(opened.store, alias):
        name = shorten(path.name)
        if password is not None:
            raise WrongPassword(tr("Wrong password for “{name}”.", name=name))
        raise PasswordNeeded(tr("“{name}” requires its password.", name=name))
    return opened


def open_file(
    path: Path,
    password: Password | None = None,
    *,
    entry_passwords: Mapping[str, Password] | None = None,
    try_usual: bool = True,
    certificates_too: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> OpenedFile:
    """The store in a file.

    A password that is given must fit. Where none is, none, the empty one and ``changeit`` are
    tried; where none of them fits, what is unencrypted is returned unverified, or
    PasswordNeeded says that nothing does. With ``certificates_too`` certificates in DER are taken
    as those in PEM are. A pipe or a device, which may have no end, is a
    FileProblem.
    """
    check_ordinary(path)
    if size_of(path) > limits.size:
        # What it is decides what is said; no more of it is read than that takes.
        refuse_large(read_head(path), size_of(path), limits)
    data, stamp = read_file(path, max_bytes=min(limits.size, MAX_FILE_BYTES))
    meter = WorkMeter()
    metered = dataclasses.replace(limits, meter=meter)

    def read(attempt: Password | None) -> Store:
        return read_store(
            data,
            attempt,
            entry_passwords=entry_passwords,
            limits=metered,
            certificates_too=certificates_too,
            progress=progress,
        )

    if password is not None and limits is DEFAULT_LIMITS:
        return OpenedFile(path=path, store=_read_as_meant(read, password, meter), stamp=stamp)
    if password is not None or not try_usual:
        # Where each try may take long, none is made that nobody asked for.
        return OpenedFile(path=path, store=read(password), stamp=stamp)
    # The one most likely to fit comes first, so that a large store is read once.
    for attempt in TRIED_UNASKED:
        try:
            store = read(attempt)
        except WrongPassword:
            continue
        if store.integrity is Integrity.NONE and any(e.is_locked for e in store.entries):
            # Nothing vouches for this password, and not every key was opened by it.
            continue
        if store.integrity is Integrity.NONE and not any(
            entry.kind != "trusted-certificate" for entry in store.entries
        ):
            # Nothing in it needs a password: it has none, rather than this one.
            if store.password is None:
                # Its reader took no notice of the password, so that it need not read again.
                return OpenedFile(path=path, store=store, stamp=stamp)
            break
        return OpenedFile(path=path, store=store, stamp=stamp)
    try:
        return OpenedFile(path=path, store=read(None), stamp=stamp)
    except PasswordNeeded as error:
        needed = PasswordNeeded(
            tr("“{name}” requires its password.", name=path.name),
            causes=error.causes,
            remedy=error.remedy,
        )
        needed.names_file = True
        raise needed from error
