"""A remedy of a rehearsal, carried out on the store that it is about. Nothing is written."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import InvalidInput, PasswordNeeded, Refused
from handfast.core.language import tr
from handfast.core.store import shorten

if TYPE_CHECKING:
    from handfast.core.store import Store
    from handfast.handshake.report.causes import Action


def remedy_label(action: Action) -> str:
    """What a button says that does it, and the history of the store afterwards."""
    name = ""
    if action.certificates:
        first = action.certificates[0]
        name = shorten(first.common_name or action.alias or tr("the certificate"), 40)
    alias = shorten(action.alias, 40)
    match action.kind:
        case "trust":
            return (
                tr("Import “{name}” into {file}", name=name, file=shorten(action.path.name, 40))
                if action.path is not None
                else tr("Import “{name}”", name=name)
            )
        case "replace-trusted":
            if not action.is_current:
                return tr("Replace “{alias}” with the Presented Certificate", alias=alias)
            return tr("Replace “{alias}” with the Current Certificate", alias=alias)
        case "set-chain":
            return tr("Add the Full Chain to “{alias}”", alias=alias)
        case "key-password":
            return tr("Set the Password of “{alias}” to That of Its Keystore", alias=alias)
        case "choose":
            return tr("Use “{alias}”", alias=alias)


def apply_remedy(store: Store, action: Action) -> Store:
    """The store with the remedy in it.

    :raises HandfastError: the store is no longer what the remedy was made for
    :raises InvalidInput: it changes no store, but which of the pairs is presented
    """
    if action.kind == "choose":
        raise InvalidInput(
            tr("“{alias}” is presented instead; no keystore changes.", alias=shorten(action.alias)),
            field="alias",
        )
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    if action.kind in {"trust", "replace-trusted"}:
        if action.kind == "replace-trusted":
            store = store.without([store.get(action.alias)])
        known = {entry.certificate.sha256 for entry in store.trusted if entry.is_visible_to_java}
        for certificate in action.certificates:
            if certificate.sha256 not in known:
                alias = store.free_alias(action.alias or certificate.common_name or "partner")
                entry = TrustedCertificate(alias=alias, certificate=certificate, created=now)
                store = store.with_entries([entry])
        return store
    pair = store.get(action.alias)
    if not isinstance(pair, KeyPair):
        raise Refused(
            tr("“{alias}” is no longer a key pair.", alias=shorten(action.alias)),
            remedy=tr("Rehearse again."),
        )
    if action.kind == "set-chain":
        return store.with_replaced(pair, dataclasses.replace(pair, chain=action.certificates))
    if pair.is_locked:
        raise PasswordNeeded(
            tr("The key “{alias}” is locked.", alias=shorten(pair.alias)),
            remedy=tr("Open the keystore in its tab, select the pair, and enter its own password."),
        )
    return store.with_replaced(pair, dataclasses.replace(pair, password=None))
