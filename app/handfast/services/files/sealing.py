"""The edits of a store put away under its own password, without a readable copy in memory."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.history import History, Step
from handfast.core.password import TRIED_UNASKED, Password
from handfast.core.progress import no_progress
from handfast.formats.base import AGREED_LIMITS, HasSealedKey
from handfast.formats.registry import read_store
from handfast.services.files.saving import written

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from handfast.core.progress import Progress
    from handfast.core.store import Store

_SALT, _NONCE = 16, 12
#: scrypt (RFC 7914) with 32 MB: about a tenth of a second for each guess.
_COST, _BLOCK = 2**15, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedHistory:
    """A history that only the password of its store opens again."""

    salt: bytes
    nonce: bytes
    sealed: bytes
    is_dirty: bool


def is_secret(password: Password | None) -> bool:
    """Whether a password keeps anybody out: everybody tries none and ``changeit``."""
    return password is not None and password not in TRIED_UNASKED


def seal(history: History, progress: Progress = no_progress) -> SealedHistory:
    """Every step as it would be written to its file, all of it under the password of the store.

    Each is read back and compared first. A HandfastError says that one cannot be written without
    a loss; then nothing was put away.
    """
    password = history.store.password
    if password is None:
        raise PasswordNeeded("This store has no password that it could be put under.")
    steps, bodies = [], []
    for step in history.steps:
        data, _again = written(step.store, progress=progress)
        # An edit may be the change of the password, and undo goes back before it.
        own = step.store.password
        secret = None if own is None else own.reveal()
        steps.append({"label": step.label, "size": len(data), "password": secret})
        bodies.append(data)
    record = {"steps": steps, "position": history.position, "saved": history.saved}
    # A line of JSON, then the files one after the other.
    plain = b"\n".join((json.dumps(record).encode(), b"".join(bodies)))
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = _box(password, salt).encrypt(nonce, plain, None)
    return SealedHistory(salt=salt, nonce=nonce, sealed=sealed, is_dirty=history.is_dirty)


def unseal(sealed: SealedHistory, password: Password, progress: Progress = no_progress) -> History:
    """The history again, undo and all; keys with passwords of their own are locked in it."""
    from cryptography.exceptions import InvalidTag

    try:
        plain = _box(password, sealed.salt).decrypt(sealed.nonce, sealed.sealed, None)
    except InvalidTag:
        raise WrongPassword("This is not the password of the store.") from None
    head, _, body = plain.partition(b"\n")
    record = json.loads(head)
    steps, at = [], 0
    for step in record["steps"]:
        own = None if step["password"] is None else Password(step["password"])
        data, at = body[at : at + step["size"]], at + step["size"]
        store = read_store(data, own, limits=AGREED_LIMITS, progress=progress)
        # A PEM file without keys does not tell what its next key is to be protected with.
        steps.append(Step(step["label"], dataclasses.replace(store, password=own)))
    return History(tuple(steps), record["position"], record["saved"])


def with_own_keys_locked(history: History) -> History:
    """The history with every key locked again that has a password of its own."""
    locked: dict[int, KeyPair | SecretKey] = {}
    for step in history.steps:
        for entry in step.store.entries:
            if not isinstance(entry, KeyPair | SecretKey) or entry.password is None:
                continue
            # What is new here has no sealed form yet, and would be lost.
            if isinstance(entry.native, HasSealedKey) and not entry.is_locked:
                locked[id(entry)] = _locked(entry)
    if not locked:
        return history

    def change(store: Store) -> Store:
        entries = tuple(locked.get(id(entry), entry) for entry in store.entries)
        return dataclasses.replace(store, entries=entries)

    return history.mapped(change)


def _locked(entry: KeyPair | SecretKey) -> KeyPair | SecretKey:
    native = entry.native
    if dataclasses.is_dataclass(native) and not isinstance(native, type):
        # What the format has noted of the open key, to see whether a person exchanged it.
        noted = {each.name for each in dataclasses.fields(native)} & {"key", "password"}
        native = dataclasses.replace(native, **dict.fromkeys(noted))
    if isinstance(entry, KeyPair):
        return dataclasses.replace(entry, key=None, password=None, native=native)
    return dataclasses.replace(entry, material=None, password=None, native=native)


def _box(password: Password, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    text = password.reveal().encode("utf-8", "surrogatepass")
    return AESGCM(Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=1).derive(text))
