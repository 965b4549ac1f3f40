"""Carrying out the remedies that a program can carry out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import InvalidInput, PasswordNeeded
from handfast.core.store import shorten
from handfast.services.importing import import_certificates

if TYPE_CHECKING:
    from handfast.core.store import Store
    from handfast.handshake.causes import Action


def apply_to_store(action: Action, store: Store) -> Store:
    """The store as the remedy leaves it; nothing is saved.

    :raises PasswordNeeded: the key must be unlocked first
    :raises InvalidInput: it changes no store, but which of the pairs is presented
    :raises NotFound: the entry has gone since
    """
    match action.kind:
        case "trust":
            return import_certificates(
                store, [(each, store.free_alias(action.alias)) for each in action.certificates]
            )
        case "replace-trusted":
            old = store.get(action.alias)
            (certificate,) = action.certificates
            return store.with_replaced(
                old, TrustedCertificate(alias=old.alias, certificate=certificate)
            )
        case "choose":
            raise InvalidInput(
                f"“{shorten(action.alias)}” is to be presented instead; no store changes.",
                field="alias",
            )
    pair = store.get(action.alias)
    if not isinstance(pair, KeyPair):
        raise InvalidInput(f"“{shorten(action.alias)}” is no key pair any more.", field="alias")
    if action.kind == "set-chain":
        return store.with_replaced(pair, dataclasses.replace(pair, chain=action.certificates))
    if pair.is_locked:
        raise PasswordNeeded(
            f"The key “{shorten(pair.alias)}” is locked.",
            remedy="Unlock it with its own password first.",
        )
    return store.with_replaced(pair, dataclasses.replace(pair, password=None))
