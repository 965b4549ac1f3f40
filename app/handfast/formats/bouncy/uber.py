"""UBER, Bouncy Castle's store that is encrypted as a whole, with Twofish."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, NoReturn

from handfast.core.errors import Damaged, HandfastError, PasswordNeeded, TooCostly, WrongPassword
from handfast.core.language import grouped, tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store
from handfast.formats.base import ONLY_IF_KNOWN, Capabilities
from handfast.formats.bouncy import reading as bouncy_reading
from handfast.formats.bouncy.container import Head, Kind, read_head, walk
from handfast.formats.bouncy.reading import unlock as unlock  # noqa: PLC0414 - part of the module's face
from handfast.formats.java.container import FETCH_AGAIN, WHY_DAMAGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.UBER,
    summary=tr("Bouncy Castle’s format, encrypted as a whole; read only"),
    endings=("ubr", "uber"),
    can_write=False,
    kinds=frozenset({"key-pair", "trusted-certificate", "secret-key"}),
    entry_passwords=True,
    passwordless=False,
    creation_dates=True,
)
_DIGEST_BYTES = 20
_BLOCK_BYTES = 16


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    head = read_head(data, "UBER", (1, 2))
    sealed = data[head.end :]
    if not sealed or len(sealed) % _BLOCK_BYTES:
        raise Damaged(
            tr("The file ends in the middle of its encrypted part."),
            causes=(WHY_DAMAGED,),
            remedy=FETCH_AGAIN,
            offset=len(data) - len(sealed) % _BLOCK_BYTES,
        )
    if password is None:
        raise PasswordNeeded(
            tr(
                "This UBER keystore is encrypted as a whole: nothing can be read without its "
                "password."
            ),
            remedy=tr("Enter the keystore’s password."),
        )
    budget = limits.budget()
    bouncy_reading.check_cost(head.iterations, budget, "UBER")
    plain = _decrypt(head, sealed, password, limits, progress)
    try:
        raw, end = walk(plain, 0, limits, progress)
    except Damaged as error:
        raise _does_not_fit(plain) from error
    made = hashlib.sha1(plain[:end], usedforsecurity=False).digest()
    if not hmac.compare_digest(made, plain[end : end + _DIGEST_BYTES]):
        raise _altered()
    entries, postponed = bouncy_reading.make_entries(
        raw, password, entry_passwords, budget, progress
    )
    return Store(
        format=Format.UBER,
        entries=tuple(entries),
        integrity=Integrity.VERIFIED,
        password=password,
        protection=tr(
            "UBER version {version}: Twofish, {iterations} iterations; keys sealed with 3DES",
            version=head.version,
            iterations=grouped(head.iterations),
        ),
        remarks=bouncy_reading.remarks(entries, postponed),
    )


def _decrypt(
    head: Head, sealed: bytes, password: Password, limits: Limits, progress: Progress
) -> bytes:
    """What is encrypted; a wrong password is found out before more than three blocks are."""
    from handfast.formats.crypto.protection import derive
    from handfast.formats.crypto.twofish import decrypt_cbc

    secret = bouncy_reading.spelling(password).bmp
    key = derive("sha1", 1, secret, head.salt, head.iterations, 32, progress)
    vector = derive("sha1", 2, secret, head.salt, head.iterations, _BLOCK_BYTES, progress)
    first = decrypt_cbc(key, vector, sealed[:_BLOCK_BYTES], progress=no_progress)
    # Kind and length of the first alias: two wrong passwords in 100,000 get beyond.
    if first[0] > Kind.SEALED:
        raise _does_not_fit(b"")
    before = sealed[-2 * _BLOCK_BYTES : -_BLOCK_BYTES] if len(sealed) > _BLOCK_BYTES else vector
    last = decrypt_cbc(key, before, sealed[-_BLOCK_BYTES:], progress=no_progress)
    count = last[-1]
    if not 1 <= count <= _BLOCK_BYTES or last[-count:] != bytes((count,)) * count:
        raise _does_not_fit(b"")
    if len(sealed) > limits.twofish:
        raise TooCostly(
            tr(
                "The file has {count} encrypted bytes, more than almost any of its kind.",
                count=grouped(len(sealed)),
            ),
            causes=(tr("Decrypting them takes a while."),),
            remedy=ONLY_IF_KNOWN,
        )
    return decrypt_cbc(key, vector, sealed, progress=progress)[:-count]


def _does_not_fit(plain: bytes) -> HandfastError:
    """The error for what does not decrypt: wrong password, or right and altered."""
    try:
        # Where the first entry can be told, or the first texts, the password was right.
        alias = plain[3 : 3 + int.from_bytes(plain[1:3], "big")].decode("utf-8")
        fits = bool(alias) and alias.isprintable() and len(plain) > len(alias) + 15
    except UnicodeDecodeError:
        fits = False
    if fits:
        return _altered()
    return WrongPassword(
        tr("Wrong password for this UBER keystore."),
        causes=(
            tr("This is not the password of the keystore. Passwords are case-sensitive."),
            tr("Or the password is correct and the end of the file was changed."),
        ),
        remedy=tr("Try again."),
    )


def _altered() -> Damaged:
    return Damaged(
        tr("The password is correct, but the keystore was changed after it was written."),
        causes=(WHY_DAMAGED,),
        remedy=tr("Get the file again in binary mode, or restore it from a backup."),
    )


def write(_store: Store, *, progress: Progress = no_progress) -> NoReturn:
    """UBER is not written."""
    del progress
    raise bouncy_reading.refuse_writing(Format.UBER)
