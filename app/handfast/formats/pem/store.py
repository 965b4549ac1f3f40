"""PEM as a store: any mix of certificates and private keys in one text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair
from handfast.core.errors import Unsupported, WrongPassword
from handfast.core.keys import PrivateKey
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, shorten
from handfast.formats.base import AGREED_LIMITS, Capabilities, WorkBudget
from handfast.formats.pem import reading as pem_reading
from handfast.formats.pem import writing as pem_writing
from handfast.formats.pem.keys import open_envelope, unwrap
from handfast.formats.pem.model import Placed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.entry import SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.PEM,
    summary=tr("text, as OpenSSL, nginx, and Apache use it; not read by Java"),
    endings=("pem", "crt", "key"),
    can_write=True,
    kinds=frozenset({"key-pair", "trusted-certificate"}),
    entry_passwords=True,
    passwordless=True,
    keeps_chain_order=False,
    creation_dates=False,
)


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`.

    The store's password is the one that opens keys in it. Where no key is encrypted, none is
    needed, and one that is given is not remembered.
    """
    return pem_reading.read(data, password, entry_passwords, limits, progress)


def write(store: Store, *, progress: Progress = no_progress) -> bytes:
    """See :meth:`handfast.formats.base.FormatModule.write`."""
    return pem_writing.write(store, progress)


def unlock(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """See :meth:`handfast.formats.base.FormatModule.unlock`."""
    placed = entry.native
    if not isinstance(entry, KeyPair) or not entry.is_locked or not isinstance(placed, Placed):
        return entry
    envelope = unwrap(placed.piece.block, b"", AGREED_LIMITS)
    if envelope.trouble:
        raise Unsupported(envelope.trouble, remedy=tr("The key stays in the file unchanged."))
    plain = open_envelope(envelope, password, WorkBudget(AGREED_LIMITS.rounds), progress)
    if plain is None:
        raise WrongPassword(
            tr("Wrong password for the key “{alias}”.", alias=shorten(entry.alias)),
            causes=(tr("Each key in a text file can have a password of its own."),),
            remedy=tr("Try again with the password that was set when the key was created."),
        )
    key = PrivateKey(plain)
    chain = entry.chain
    public = pem_reading.public_half(key)
    own = chain[0].public_key_der if chain else b""
    if public and own and own != public and placed.piece.key_id != chain[0].sha1:
        # Which certificate is its own could only be guessed while it was locked.
        chain = ()
    return dataclasses.replace(
        entry,
        key=key,
        chain=chain,
        password=None if password == store.password else password,
        native=dataclasses.replace(placed, key=key, opened_with=password),
    )
