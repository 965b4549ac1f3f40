"""Opening the keys that reading a store has left, for whoever needs them now."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, TrustedCertificate
from handfast.core.errors import Unsupported, WrongPassword
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.formats.base import UntriedRemark
from handfast.formats.registry import unlock_entry, unlock_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store


def with_passwords(
    store: Store,
    passwords: Sequence[Password],
    *,
    wanted: Callable[[Entry], bool] = lambda _: True,
    progress: Progress = no_progress,
) -> Store:
    """The store with each key, and each part, that is locked opened by the first that fits it."""
    for password in passwords if store.locked_parts else ():
        with contextlib.suppress(WrongPassword):
            store = unlock_parts(store, password, progress=progress)
    entries: list[Entry] = []
    for number, entry in enumerate(store.entries):
        progress(number, len(store.entries))
        found: Entry = entry
        if not isinstance(entry, TrustedCertificate) and not entry.trouble and wanted(entry):
            for password in passwords if entry.is_locked else ():
                try:
                    found = unlock_entry(store, entry, password, progress=progress)
                except (WrongPassword, Unsupported):
                    continue
                break
        entries.append(found)
    return dataclasses.replace(store, entries=tuple(entries))


def keys_opened_by(
    store: Store, password: Password, *, progress: Progress = no_progress
) -> dict[int, Entry]:
    """The locked keys that a password opens, open, by the ``id`` of what they are in the store.

    :raises WrongPassword: it opens none of them
    """
    # The parts of the file that are locked too are no keys, and opening those is an edit.
    keys_alone = dataclasses.replace(store, locked_parts=0)
    tried = with_passwords(keys_alone, [password], progress=progress)
    found = {
        id(old): new
        for old, new in zip(store.entries, tried.entries, strict=True)
        if old is not new
    }
    if not found:
        count = sum(each.is_locked and not each.trouble for each in store.entries)
        raise WrongPassword(
            tr_count(
                "The password does not open the locked key.",
                "The password opens none of the {count} locked keys.",
                count,
            ),
            causes=(tr("Passwords are case-sensitive."),),
            remedy=tr("Enter the password of the key."),
        )
    return found


def with_all_tried(
    store: Store,
    *,
    wanted: Callable[[Entry], bool] = lambda _: True,
    progress: Progress = no_progress,
) -> Store:
    """The store with its password tried on each key that was left locked to save time.

    Takes as long as it takes, some tenths of a second for each key of ``wanted``.
    """
    password = store.password
    if password is None:
        return store
    entries: list[Entry] = []
    for number, entry in enumerate(store.entries):
        progress(number, len(store.entries))
        if isinstance(entry, TrustedCertificate) or not entry.is_untried or not wanted(entry):
            entries.append(entry)
            continue
        try:
            entries.append(unlock_entry(store, entry, password, progress=progress))
        except WrongPassword:
            entries.append(dataclasses.replace(entry, is_untried=False))
        except Unsupported as problem:
            entries.append(dataclasses.replace(entry, is_untried=False, trouble=problem.problem))
    remarks = store.remarks
    if not any(entry.is_untried for entry in entries):
        remarks = tuple(each for each in remarks if not isinstance(each, UntriedRemark))
    return dataclasses.replace(store, entries=tuple(entries), remarks=remarks)
