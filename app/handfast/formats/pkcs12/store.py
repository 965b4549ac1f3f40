"""PKCS#12 (RFC 7292), read and written in full.

It is ours because the loaders at hand find one key only and silently drop the rest.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair
from handfast.core.errors import WrongPassword
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format
from handfast.formats.base import AGREED_LIMITS, Capabilities
from handfast.formats.crypto.protection import DoesNotFit, parse_sealed, password_encodings
from handfast.formats.pkcs12 import reading as pkcs12_reading
from handfast.formats.pkcs12 import writing as pkcs12_writing
from handfast.formats.pkcs12.model import Link
from handfast.formats.pkcs12.secrets import read_secret, unwrap

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from handfast.core.entry import Entry, SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.PKCS12,
    summary=tr("The standard; read by Java, OpenSSL, Windows, and browsers"),
    endings=("p12", "pfx"),
    can_write=True,
    kinds=frozenset({"key-pair", "trusted-certificate", "secret-key"}),
    entry_passwords=True,
    passwordless=True,
    keeps_chain_order=False,
    creation_dates=True,
    plain_passwords=True,
)


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    return pkcs12_reading.read_store(data, password, entry_passwords, limits, progress)


def write(store: Store, *, progress: Progress = no_progress) -> bytes:
    """See :meth:`handfast.formats.base.FormatModule.write`."""
    return pkcs12_writing.write_store(store, progress)


def unlock_parts(store: Store, password: Password, *, progress: Progress = no_progress) -> Store:
    """The store with what this password opens of the parts that are locked.

    :raises WrongPassword: it opens none
    """
    return pkcs12_reading.unlock_parts(store, password, progress)


def pair_again(store: Store, among: Collection[Entry]) -> Store:
    """The store with each pair at the certificate of its own key; ``among`` were unlocked."""
    return pkcs12_reading.pair_again(store, among)


def unlock(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """See :meth:`handfast.formats.base.FormatModule.unlock`."""
    link = entry.native
    if not isinstance(link, Link):
        return entry
    value = link.bag.value
    sealed_key = value if isinstance(entry, KeyPair) else read_secret(value)
    if sealed_key is None:
        return entry
    decryption, sealed = parse_sealed(sealed_key, AGREED_LIMITS)
    words: set[bytes] = set()
    for spelling in password_encodings(password):
        if decryption.word(spelling) in words:
            continue
        words.add(decryption.word(spelling))
        try:
            plain = decryption.open(sealed, spelling, progress)
        except DoesNotFit:
            continue
        if plain[:1] != b"\x30":
            continue
        own = password if password != store.password else None
        if isinstance(entry, KeyPair):
            key = PrivateKey(plain)
            native = dataclasses.replace(link, key=key, password=password, scheme=decryption.scheme)
            return dataclasses.replace(entry, key=key, password=own, native=native)
        algorithm, raw = unwrap(plain)
        material = SecretMaterial(raw)
        native = dataclasses.replace(
            link, key=material, password=password, scheme=decryption.scheme
        )
        return dataclasses.replace(
            entry, algorithm=algorithm, material=material, password=own, native=native
        )
    raise WrongPassword(
        tr("The password does not open “{alias}”.", alias=entry.alias),
        causes=(tr("A key can have a password different from the keystore’s."),),
        remedy=tr("Try again, or ask the person who created the key."),
    )
