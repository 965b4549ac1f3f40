"""Saving a store: serialise, read it back, compare, and only then touch the disk."""

from __future__ import annotations

import dataclasses
import os
import stat
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import (
    Cancelled,
    FileProblem,
    HandfastError,
    Refused,
)
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store, Strength, shorten
from handfast.formats.base import AGREED_LIMITS, HasSealedKey
from handfast.formats.registry import module_for, read_store, write_store
from handfast.services.files.opening import OpenedFile
from handfast.services.files.own_files import OWN_FILES
from handfast.services.files.store_files import (
    SYSTEM,
    FileStamp,
    FileSystem,
    Limitation,
    check_ordinary,
    write_file,
)
from handfast.services.paths.building import chain_in_order
from handfast.services.policy.passwords import check_password

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handfast.core.password import Password
    from handfast.core.progress import Progress


def new_store(
    wanted: Format, password: Password | None, strength: Strength = Strength.MODERN
) -> Store:
    """An empty store that is not on disk yet.

    :raises PasswordNeeded: there is no password, or it is empty
    :raises InvalidInput: the policy of passwords refuses it
    """
    if password is not None or strength is not Strength.NONE:
        check_password(password, wanted)
    return Store(format=wanted, password=password, strength=strength, integrity=Integrity.VERIFIED)


def holds_keys(store: Store) -> bool:
    """Whether there is anything secret in it."""
    return any(not isinstance(entry, TrustedCertificate) for entry in store.entries)


def save_store(
    store: Store,
    path: Path,
    *,
    expected: FileStamp | None = None,
    overwrite: bool = False,
    backup: bool = True,
    before: Store | None = None,
    progress: Progress = no_progress,
    system: FileSystem = SYSTEM,
) -> OpenedFile:
    """Write the store and return it as it was read back; see :func:`write_file` for refusals.

    ``before`` is what the file holds so far. Where that is not known, or holds no key and the
    store does, the file becomes readable by its owner alone.
    """
    data, again = written(store, progress=progress)
    # The last point to stop at: from here on the file is either the old one or the new one.
    progress(len(data), len(data))
    was = _status(path)
    stamp = write_file(
        path,
        data,
        expected=expected,
        overwrite=overwrite,
        backup=backup,
        may_replace=_may_be_replaced,
        tighten=holds_keys(store) and (before is None or not holds_keys(before)),
        system=system,
    )
    # A PEM file without keys does not tell what its next key is to be protected with.
    return OpenedFile(
        path=path,
        store=dataclasses.replace(again, password=store.password),
        stamp=stamp,
        notes=(*_notes(path, was), *_limits_of_the_place(store, path, stamp)),
    )


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _notes(path: Path, was: os.stat_result | None) -> Iterator[str]:
    """What people would not expect of saving this file."""
    now = _status(path)
    if was is None or now is None or os.name == "nt":
        return
    before, after = stat.S_IMODE(was.st_mode), stat.S_IMODE(now.st_mode)
    if before != after:
        yield (
            tr(
                "Permissions of {name} changed from {before} to {after}, because it contains a "
                "private key.",
                name=path.name,
                before=f"{before:04o}",
                after=f"{after:04o}",
            )
        )
    if was.st_nlink > 1:
        yield tr_count(
            "Another name of {name} (a hard link) keeps the previous version.",
            "{count} other names of {name} (hard links) keep the previous version.",
            was.st_nlink - 1,
            name=path.name,
        )


def _limits_of_the_place(store: Store, path: Path, stamp: FileStamp) -> Iterator[str]:
    """What could not be done on the file system where a store was saved."""
    if Limitation.PERMISSIONS in stamp.limitations and holds_keys(store):
        yield (
            tr(
                "The disk that contains {name} does not store permissions: every user of "
                "the disk can read the file.",
                name=path.name,
            )
        )
    if Limitation.SYNC in stamp.limitations:
        yield (
            tr(
                "The disk that contains {name} does not confirm what it has written. Eject "
                "it before you remove it.",
                name=path.name,
            )
        )


def written(store: Store, *, progress: Progress = no_progress) -> tuple[bytes, Store]:
    """The bytes of a store and the store in them, which holds the same; else it is Refused."""
    data = write_store(store, progress=progress)
    own = {
        entry.alias: entry.password
        for entry in store.entries
        if isinstance(entry, KeyPair | SecretKey) and entry.password is not None
    }
    try:
        again = read_store(
            data, store.password, entry_passwords=own, limits=AGREED_LIMITS, progress=progress
        )
    except Cancelled:
        raise
    except HandfastError as error:
        raise _not_the_same(tr("It could not be read back.")) from error
    if len(again.entries) != len(store.entries):
        raise _refusal(store, tr("When it was read back, the number of entries differed."))
    if again.carried != store.carried:
        raise _not_the_same(tr("When it was read back, contents other than its entries differed."))
    # New keys go before certificates, so the order may differ from the one on screen.
    remaining: dict[str, list[Entry]] = {}
    for entry in again.entries:
        remaining.setdefault(entry.alias.casefold(), []).append(entry)
    for entry in store.entries:
        others = remaining.get(entry.alias.casefold(), [])
        for position, other in enumerate(others):
            if _is_same(entry, other, store.password):
                del others[position]
                break
        else:
            raise _refusal(
                store,
                tr("When it was read back, “{alias}” differed.", alias=shorten(entry.alias)),
            )
    return data, again


def _may_be_replaced(path: Path) -> bool:
    """Whether a file in the place of the backup is one that a save put there, or is empty."""
    try:
        check_ordinary(path)
        is_empty = not path.is_symlink() and path.stat().st_size == 0
    except (FileProblem, OSError):
        return False
    return is_empty or OWN_FILES.is_our_backup(path)


def _is_same(entry: Entry, other: Entry, store_password: Password | None) -> bool:
    if type(entry) is not type(other):
        return False
    if isinstance(entry, TrustedCertificate):
        return entry.chain == other.chain
    # A PKCS#12 file with the issuers at hand gives a longer chain than was put in.
    if other.chain[: len(entry.chain)] != entry.chain:
        return False
    if entry.is_locked:
        # It may be open now, where it was left locked to save time.
        sealed = _sealed(entry)
        return sealed is not None and sealed == _sealed(other)
    return _secrets(entry, store_password) == _secrets(other, store_password)


def _sealed(entry: Entry) -> bytes | None:
    return entry.native.sealed if isinstance(entry.native, HasSealedKey) else None


def _secrets(entry: Entry, store_password: Password | None) -> tuple[object, ...]:
    """The key that is open, and what opens it."""
    if isinstance(entry, KeyPair):
        return entry.key, entry.password or store_password
    if isinstance(entry, SecretKey):
        return entry.material, entry.algorithm, entry.password or store_password
    return ()


def _refusal(store: Store, reason: str) -> Refused:
    """Why a store was not saved that came back as another one."""
    if not module_for(store.format).CAPABILITIES.keeps_chain_order:
        for pair in store.key_pairs:
            if pair.chain and chain_in_order(pair.chain) != pair.chain:
                return _chain_not_kept(pair, store.format)
    return _not_the_same(reason)


def _chain_not_kept(entry: Entry, wanted: Format) -> Refused:
    """The chain is one that a format which finds issuers by itself does not give back."""
    return Refused(
        tr(
            "The keystore was not saved, because the chain of “{alias}” is not in order.",
            alias=shorten(entry.alias),
        ),
        causes=(
            tr(
                "In {title}, each certificate of a chain is followed by its issuer, and nothing "
                "else is part of it.",
                title=wanted.title,
            ),
        ),
        remedy=tr(
            "The file on disk is unchanged. Put the chain in order from the leaf upward, leave out "
            "what does not belong to it, and save again."
        ),
    )


def _not_the_same(reason: str) -> Refused:
    return Refused(
        tr("The keystore was not saved, because the written file did not match the keystore."),
        causes=(reason,),
        remedy=tr("The file on disk is unchanged. Save in another format, and report this."),
    )
