"""Which formats want their keys under the password of the store itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, HandfastError, KeyLocked, PasswordNeeded, Unsupported
from handfast.core.language import tr
from handfast.core.store import Format, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: keytool takes no key out of a PKCS#12 file whose password is not that of the file, and makes no
#: such file. In a PEM file each key has a password, but nothing says that they differ.
FORMATS_OF_ONE_PASSWORD = frozenset({Format.PKCS12, Format.PEM})


def with_one_password(store: Store, wanted: Format) -> tuple[Store, tuple[str, ...]]:
    """The store with its open keys under its own password where a format wants that.

    Also a note for each key whose own password is given up. A key that is locked keeps its
    password, as nothing else opens it.
    """
    if wanted not in FORMATS_OF_ONE_PASSWORD:
        return store, ()
    entries: list[Entry] = []
    notes: list[str] = []
    for entry in store.entries:
        found: Entry = entry
        if isinstance(entry, KeyPair | SecretKey) and entry.password is not None:
            found = dataclasses.replace(entry, password=None)
            notes.append(
                tr(
                    "The key “{alias}” now has the password of the keystore.",
                    alias=shorten(entry.alias),
                )
            )
        entries.append(found)
    return (dataclasses.replace(store, entries=tuple(entries)) if notes else store), tuple(notes)


def is_kept_by_password(entry: Entry, kinds: frozenset[str]) -> bool:
    """Whether only a missing password keeps an entry from coming along to a format
    that holds these kinds."""
    return (
        entry.kind in kinds
        and isinstance(entry, KeyPair | SecretKey)
        and entry.is_locked
        and not entry.trouble
    )


def unreadable_error(entry: KeyPair | SecretKey, problem: str) -> HandfastError:
    """Why a key is of no use that no password opens: it is damaged, or not supported."""
    if entry.is_damaged:
        remedy = tr("Use a backup of the file.")
        return Damaged(problem, causes=(entry.trouble,), remedy=remedy)
    remedy = tr("Export the key with the program that created it.")
    return Unsupported(problem, causes=(entry.trouble,), remedy=remedy)


def locked_error(entry: KeyPair | SecretKey, problem: str = "") -> HandfastError:
    """Why something that needs the key of an entry cannot be done while it is locked.

    ``problem`` is for a key that has another name than its alias, as that of a CA. A key that no
    password opens, because it is protected by something that is not known, asks for none.
    """
    if entry.trouble:
        return unreadable_error(
            entry, tr("The key “{alias}” cannot be read.", alias=shorten(entry.alias))
        )
    return KeyLocked(
        problem or tr("The key “{alias}” is locked.", alias=shorten(entry.alias)),
        causes=(tr("It has a password of its own, which was not entered."),),
        remedy=tr("Enter the password of the key."),
    )


def check_protected(store: Store, entries: Iterable[Entry]) -> None:
    """Let entries be put into a keystore unless a key would be stored in it unencrypted.

    That is so in a text (PEM) without a password: it needs none for its certificates.

    :raises PasswordNeeded: neither a key nor the keystore has a password
    """
    if store.password is not None:
        return
    if any(not isinstance(each, TrustedCertificate) and each.password is None for each in entries):
        raise PasswordNeeded(
            tr(
                "The keystore needs a password: otherwise, a private key would be stored "
                "unencrypted."
            ),
            remedy=tr("Enter a password to protect the key."),
        )
