"""The edits of a store put away under its own password, without a readable copy in memory."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import pickle
import threading
from typing import TYPE_CHECKING, Any

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import PasswordNeeded, Unsupported, WrongPassword
from handfast.core.frozen import dataclass
from handfast.core.history import History
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.language import tr
from handfast.core.password import TRIED_UNASKED, Password
from handfast.core.progress import no_progress
from handfast.formats.base import HasSealedKey, stands_alone

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from handfast.core.progress import Progress
    from handfast.core.store import Store

_SALT, _NONCE_START, _NUMBER = 16, 4, 8
#: scrypt (RFC 7914) with 8 MiB: some 25 ms for each guess, which is more than a guess at the file
#: itself takes. Fifty tabs that are locked at once are to be sealed within a second or two.
_COST, _BLOCK = 2**13, 8
#: How many are derived at once, however many tabs are locked: each takes its memory and a core.
_DERIVING = threading.Semaphore(2)
#: Objects of a history that are sealed between two pauses, in which the window gets its turn.
_OBJECTS_BETWEEN_PAUSES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedHistory:
    """A history that only the password of its store opens again."""

    salt: bytes
    #: Each portion is encrypted by itself, under a nonce that ends with its number.
    nonce_start: bytes
    portions: tuple[bytes, ...]
    is_dirty: bool


def is_secret(password: Password | None) -> bool:
    """Whether a password keeps anybody out: everybody tries none and ``changeit``."""
    return password is not None and password not in TRIED_UNASKED


def seal(history: History, progress: Progress = no_progress) -> SealedHistory:
    """Every step of a history, all of it encrypted under the password of its store.

    What the steps share is put away once, so that thousands of edits take little more room than
    the store. Keys with passwords of their own are locked in it, as far as they have a sealed
    form. A HandfastError says that it cannot be put away; then nothing was.
    """
    password = history.store.password
    if password is None:
        raise PasswordNeeded(tr("This keystore has no password that could lock it."))
    salt, nonce_start = os.urandom(_SALT), os.urandom(_NONCE_START)
    portions = _SealedPortions(_box(password, salt), nonce_start)
    try:
        _Sealer(portions, progress).dump(with_own_keys_locked(history))
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise Unsupported(tr("This keystore contains something that cannot be locked.")) from error
    return SealedHistory(
        salt=salt,
        nonce_start=nonce_start,
        portions=tuple(portions.portions),
        is_dirty=history.is_dirty,
    )


def unseal(sealed: SealedHistory, password: Password, progress: Progress = no_progress) -> History:
    """The history again, with all that undo and redo lead to; WrongPassword by another password."""
    from cryptography.exceptions import InvalidTag

    opened = _OpenedPortions(_box(password, sealed.salt), sealed, progress)
    try:
        # These bytes never left this process, and their tags say that nobody has changed them.
        found = pickle.load(io.BufferedReader(opened))  # noqa: S301
    except InvalidTag:
        raise WrongPassword(tr("This is not the password of the keystore.")) from None
    if not isinstance(found, History):
        raise TypeError(f"a sealed history holds {type(found).__name__}")
    return found


class _SealedPortions:
    """What is written to it, encrypted as it comes: nowhere is all of it readable at once.

    A pickler writes some 64 KiB at a time, after which other threads get their turn.
    """

    def __init__(self, box: AESGCM, nonce_start: bytes) -> None:
        self._box = box
        self._nonce_start = nonce_start
        self.portions: list[bytes] = []

    def write(self, plain: bytes) -> int:
        nonce = _nonce(self._nonce_start, len(self.portions))
        self.portions.append(self._box.encrypt(nonce, plain, None))
        return len(plain)


class _OpenedPortions(io.RawIOBase):
    """The same for reading, decrypted as it is asked for."""

    def __init__(self, box: AESGCM, sealed: SealedHistory, progress: Progress) -> None:
        super().__init__()
        self._box = box
        self._sealed = sealed
        self._progress = progress
        self._number = 0
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        portions = self._sealed.portions
        if not self._left and self._number < len(portions):
            nonce = _nonce(self._sealed.nonce_start, self._number)
            self._left = memoryview(self._box.decrypt(nonce, portions[self._number], None))
            self._number += 1
            self._progress(self._number, len(portions))
        wanted = memoryview(buffer).cast("B")
        count = min(len(wanted), len(self._left))
        wanted[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _nonce(start: bytes, number: int) -> bytes:
    return start + number.to_bytes(_NUMBER, "big")


class _Sealer(pickle.Pickler):
    """Writes the values of which a history is made, secrets among them; only :func:`seal` may.

    What holds a secret refuses to be pickled otherwise.
    """

    def __init__(self, file: _SealedPortions, progress: Progress) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._progress = progress
        self._count = 0

    def reducer_override(self, value: object) -> Any:  # noqa: ANN401 - as pickle has it
        self._count += 1
        if self._count % _OBJECTS_BETWEEN_PAUSES == 0:
            self._progress(self._count, 0)
        if isinstance(value, Password):
            return Password, (value.reveal(),)
        if isinstance(value, PrivateKey):
            return PrivateKey, (value.pkcs8,)
        if isinstance(value, SecretMaterial):
            return SecretMaterial, (value.reveal(),)
        if isinstance(value, Certificate):
            return _reduced(value)
        if isinstance(value, TrustedCertificate) and stands_alone(value.native):
            return _trusted, (_together(value),)
        return NotImplemented


def _reduced(certificate: Certificate) -> tuple[type[Certificate], tuple[bytes]]:
    # Whatever it knows besides is read off its bytes again.
    return Certificate, (certificate.der,)


class _PublicPickler(pickle.Pickler):
    """Writes a trusted certificate, which has no secret."""

    def reducer_override(self, value: object) -> Any:  # noqa: ANN401 - as pickle has it
        return _reduced(value) if isinstance(value, Certificate) else NotImplemented


_TRUSTED_FIELDS = tuple(each.name for each in dataclasses.fields(TrustedCertificate))


def _together(entry: TrustedCertificate) -> bytes:
    """An entry as one thing.

    What a pickler wrote it remembers, and forgets all of it in one go, during which no other thread
    runs. Of a hundred thousand entries with a dozen parts each, that took a tenth of a second.
    """
    written = io.BytesIO()
    values = tuple(getattr(entry, name) for name in _TRUSTED_FIELDS)
    _PublicPickler(written, protocol=pickle.HIGHEST_PROTOCOL).dump(values)
    return written.getvalue()


def _trusted(together: bytes) -> TrustedCertificate:
    # Of the sealed portions, as the rest.
    return TrustedCertificate(**dict(zip(_TRUSTED_FIELDS, pickle.loads(together), strict=True)))  # noqa: S301


def with_own_keys_locked(history: History) -> History:
    """The history with every key locked again that has a password of its own."""
    locked: dict[int, KeyPair | SecretKey] = {}
    for step in history.steps:
        for entry in step.store.entries:
            if not isinstance(entry, KeyPair | SecretKey) or entry.password is None:
                continue
            # What is new here has no sealed form yet, and would be lost.
            if isinstance(entry.native, HasSealedKey) and not entry.is_locked:
                locked[id(entry)] = _locked(entry, entry.native.without_open_key())
    if not locked:
        return history

    def change(store: Store) -> Store:
        entries = tuple(locked.get(id(entry), entry) for entry in store.entries)
        return dataclasses.replace(store, entries=entries)

    return history.mapped(change)


def _locked(entry: KeyPair | SecretKey, native: HasSealedKey) -> KeyPair | SecretKey:
    if isinstance(entry, KeyPair):
        return dataclasses.replace(entry, key=None, password=None, native=native)
    return dataclasses.replace(entry, material=None, password=None, native=native)


def _box(password: Password, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    text = password.reveal().encode("utf-8", "surrogatepass")
    with _DERIVING:
        # Not cryptography's, during which no other thread runs.
        key = hashlib.scrypt(text, salt=salt, n=_COST, r=_BLOCK, p=1, dklen=32)
    return AESGCM(key)
