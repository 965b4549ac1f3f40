"""From the store to the container, for JKS and JCEKS alike."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import PasswordNeeded, WouldLose
from handfast.core.language import tr
from handfast.core.store import Store, shorten
from handfast.formats.java import container
from handfast.formats.java.container import CERTIFICATE_TAG, KEY_TAG, SECRET_TAG, X509, RawEntry
from handfast.formats.java.dialect import Dialect, Stored, StoredFile
from handfast.formats.java.jks_keys import parse_sealed
from handfast.formats.java.reading import EPOCH

if TYPE_CHECKING:
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.formats.java.key_context import KeyContext


def write(dialect: Dialect, store: Store, work: KeyContext) -> bytes:
    if store.password is None:
        raise PasswordNeeded(
            tr(
                "Writing a {title} keystore requires its password, which is not known.",
                title=dialect.format.title,
            ),
            causes=(tr("It was opened without one, or is new."),),
            remedy=tr("Enter the keystore’s password."),
        )
    _check_losses(dialect, store)
    raw = [_raw(dialect, entry, store.password, work) for entry in store.entries]
    data = container.serialise(dialect.magic, raw, store.password.reveal(), work.progress)
    tail = store.native.tail if isinstance(store.native, StoredFile) else b""
    return data + tail


def _check_losses(dialect: Dialect, store: Store) -> None:
    if dialect.secrets is None and store.secret_keys:
        losses = tuple(
            tr("The secret key “{alias}”.", alias=shorten(entry.alias))
            for entry in store.secret_keys
        )
        raise WouldLose(
            tr("{title} cannot hold secret keys.", title=dialect.format.title),
            losses=losses,
            remedy=tr("Keep the keystore as PKCS#12 or JCEKS, or leave the secret keys out."),
        )


def _raw(dialect: Dialect, entry: Entry, password: Password, work: KeyContext) -> RawEntry:
    stored = entry.native if isinstance(entry.native, Stored) else None
    if stored is not None and stored.alias == entry.alias:
        alias = stored.raw.alias
    else:
        # As keytool does; Java looks for nothing else.
        alias = container.encode_alias(entry.alias.lower())
    if stored is not None and stored.created == entry.created:
        date = stored.raw.date
    else:
        date = _milliseconds(entry.created)
    if isinstance(entry, TrustedCertificate):
        chain = _typed(entry.chain, stored)
        return RawEntry(CERTIFICATE_TAG, alias, date, b"", chain, 0)
    effective = entry.password or password
    sealed = _sealed_as_it_was(dialect, entry, stored, effective)
    if isinstance(entry, SecretKey):
        if sealed is None:
            material = entry.material
            if material is None or dialect.secrets is None:
                raise _cannot_carry(dialect, entry)
            sealed = dialect.secrets.seal(entry.algorithm, material.reveal(), effective, work)
        return RawEntry(SECRET_TAG, alias, date, sealed, (), 0)
    if sealed is None:
        if entry.key is None:
            raise _cannot_carry(dialect, entry)
        sealed = dialect.seal_key(entry.key.pkcs8, effective, work)
    return RawEntry(KEY_TAG, alias, date, sealed, _typed(entry.chain, stored), 0)


def _milliseconds(created: datetime | None) -> int:
    if created is None:
        return time.time_ns() // 1_000_000
    return (created - EPOCH) // timedelta(milliseconds=1)


def _typed(
    chain: tuple[Certificate, ...], stored: Stored | None
) -> tuple[tuple[bytes, bytes], ...]:
    """The certificates with their types; those that were in the file keep theirs."""
    if stored is None:
        return tuple((X509, certificate.der) for certificate in chain)
    kinds = {encoded: kind for kind, encoded in stored.raw.chain}
    return tuple((kinds.get(each.der, X509), each.der) for each in chain)


def _sealed_as_it_was(
    dialect: Dialect, entry: KeyPair | SecretKey, stored: Stored | None, effective: Password
) -> bytes | None:
    """The key as the file had it, where neither it nor its password changed; else None."""
    if stored is None or not stored.raw.sealed:
        return None
    if isinstance(entry, SecretKey):
        if stored.raw.tag != SECRET_TAG:
            return None
        if entry.material is None:
            return stored.raw.sealed
        same = entry.material == stored.key and entry.algorithm == stored.algorithm
        return stored.raw.sealed if same and effective == stored.opened_with else None
    if stored.raw.tag != KEY_TAG:
        return None
    if entry.key is None:
        sealed = parse_sealed(stored.raw.sealed)
        # A key of an algorithm that nobody knows stays what it is in its own format; from JCEKS
        # to JKS it must not go, since Java would not open it there.
        if entry.trouble or sealed is None or sealed.algorithm in dialect.openers:
            return stored.raw.sealed
        return None
    sealed = parse_sealed(stored.raw.sealed)
    if entry.key != stored.key or effective != stored.opened_with or sealed is None:
        return None
    return stored.raw.sealed if sealed.algorithm in dialect.openers else None


def _cannot_carry(dialect: Dialect, entry: KeyPair | SecretKey) -> WouldLose:
    alias = shorten(entry.alias)
    return WouldLose(
        tr(
            "The key “{alias}” is locked and cannot be written as {title}.",
            alias=alias,
            title=dialect.format.title,
        ),
        losses=(tr("The key “{alias}”, which has not been unlocked.", alias=alias),),
        remedy=tr("Unlock it with its password first."),
    )
