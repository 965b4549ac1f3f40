"""Another password for a keystore, or for a single key in it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate
from handfast.core.errors import InvalidInput, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, shorten
from handfast.formats.registry import module_for, pair_again
from handfast.services.files.unlocking import with_all_tried
from handfast.services.policy.key_passwords import locked_error, with_one_password
from handfast.services.policy.passwords import check_password

if TYPE_CHECKING:
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChange:
    """The keystore under its new password, and what a person should know about that."""

    store: Store
    #: What changed besides, or did not, a sentence each.
    notes: tuple[str, ...] = ()
    #: What is unwise about the new password, a sentence each.
    warnings: tuple[str, ...] = ()


def change_store_password(
    store: Store, new: Password, *, progress: Progress = no_progress
) -> PasswordChange:
    """The keystore under another password, and with it the keys that had the old one.

    A key with a password of its own keeps it where the format can hold that. A key that could not
    be opened keeps the password that it has, and is named in the notes.

    :raises PasswordNeeded: the new password is empty
    :raises InvalidInput: it is too short, or Java could not open the keystore
    :raises Unsupported: keystores of this format are only read
    """
    _check_writable_format(store)
    if store.format is Format.PEM and not (store.key_pairs or store.secret_keys):
        raise InvalidInput(
            tr("A PEM file of certificates has no password."),
            causes=(
                tr("Only the keys in such a file are protected, and this file contains none."),
            ),
            remedy=tr("Convert it to PKCS#12 or JKS to protect it with a password."),
        )
    warnings = check_password(new, store.format, kept=store.password)
    # Those that were left locked to save time have the old password, and would keep it.
    store = pair_again(with_all_tried(store, progress=progress))
    store, notes = with_one_password(store, store.format)
    keys = [entry for entry in store.entries if not isinstance(entry, TrustedCertificate)]
    locked = [entry for entry in keys if entry.is_locked and not entry.trouble]
    if store.format is Format.PEM and locked and len(locked) == len(keys):
        # Only the keys have a password there: nothing would change.
        raise locked_error(locked[0])
    return PasswordChange(
        store=store.with_password(new),
        notes=(
            *notes,
            *(
                tr(
                    "The key “{alias}” keeps its own password, because it could not be opened.",
                    alias=shorten(entry.alias),
                )
                for entry in locked
            ),
        ),
        warnings=warnings,
    )


def change_key_password(
    store: Store, alias: str, new: Password, *, progress: Progress = no_progress
) -> PasswordChange:
    """The keystore with one key under another password; the keystore’s own makes them equal.

    :raises NotFound: there is no such entry
    :raises InvalidInput: it has no key, or the password is too short
    :raises PasswordNeeded: the key is locked, or the new password is empty
    :raises Unsupported: in this format a key has the password of the keystore
    """
    _check_writable_format(store)
    named = store.get(alias)
    # Left locked to save time, it could not be told from one with a password of its own.
    tried = with_all_tried(store, wanted=lambda each: each is named, progress=progress)
    store = pair_again(tried)
    entry = store.get(alias)
    if isinstance(entry, TrustedCertificate):
        raise InvalidInput(
            tr(
                "“{alias}” is a trusted certificate, which has no password.",
                alias=shorten(entry.alias),
            ),
            field="alias",
            remedy=tr("Name a key pair or a secret key."),
        )
    is_equal = store.password is not None and new == store.password
    if store.format is Format.PKCS12 and not is_equal:
        raise Unsupported(
            tr("In a PKCS#12 keystore, a key has the password of the keystore."),
            causes=(tr("Java and keytool cannot open a key that has another password."),),
            remedy=tr("Change the password of the keystore, or convert it to JKS or JCEKS."),
        )
    if entry.is_locked:
        raise locked_error(entry)
    warnings = check_password(new, store.format, kept=entry.password or store.password)
    changed = dataclasses.replace(entry, password=None if is_equal else new)
    notes = []
    if not is_equal:
        notes.append(
            tr(
                "The key “{alias}” now has a password of its own: programs need both.",
                alias=shorten(entry.alias),
            )
        )
    return PasswordChange(
        store=store.with_replaced(entry, changed), notes=tuple(notes), warnings=warnings
    )


def _check_writable_format(store: Store) -> None:
    if not module_for(store.format).CAPABILITIES.can_write:
        raise Unsupported(
            tr("{title} keystores are read, but not written.", title=store.format.title),
            remedy=tr("Convert it to PKCS#12, JKS, JCEKS, or PEM."),
        )
