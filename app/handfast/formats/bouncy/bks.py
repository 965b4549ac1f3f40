"""BKS, the keystore of Bouncy Castle and of old Android: entries, then an HMAC over them."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NoReturn

from handfast.core.errors import WrongPassword
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store
from handfast.formats.base import Capabilities, WorkBudget
from handfast.formats.bouncy import reading as bouncy_reading
from handfast.formats.bouncy.container import Kind, RawEntry, read_head, walk
from handfast.formats.bouncy.reading import unlock as unlock  # noqa: PLC0414 - part of the module's face
from handfast.formats.java.container import cut_short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.BKS,
    summary="Bouncy Castle’s and old Android’s; read only",
    endings=("bks",),
    can_write=False,
    kinds=frozenset({"key-pair", "trusted-certificate", "secret-key"}),
    entry_passwords=True,
    passwordless=False,
    creation_dates=True,
)
_DIGEST_BYTES = 20
#: A slip in version 1 took the size of the digest in bytes for a number of bits (CVE-2018-5382).
_KEY_SIZES = {0: _DIGEST_BYTES // 8, 1: _DIGEST_BYTES // 8, 2: _DIGEST_BYTES}
_MAX_PROBED_KEYS = 2


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    head = read_head(data, "BKS", tuple(_KEY_SIZES))
    raw, end = walk(data, head.end, limits, progress)
    if len(data) < end + _DIGEST_BYTES:
        raise cut_short("the check sum at its end", end)
    budget = limits.budget()
    if password is not None:
        from handfast.formats.crypto.protection import derive

        bouncy_reading.check_cost(head.iterations, budget, "BKS")
        secret = bouncy_reading.spelling(password).bmp
        size = _KEY_SIZES[head.version]
        key = derive("sha1", 3, secret, head.salt, head.iterations, size, progress)
        made = hmac.digest(key, data[head.end : end], "sha1")
        if not hmac.compare_digest(made, data[end : end + _DIGEST_BYTES]):
            raise _does_not_fit(raw, password, budget, progress)
    entries, postponed = bouncy_reading.make_entries(
        raw, password, entry_passwords, budget, progress
    )
    remarks = list(bouncy_reading.remarks(entries, postponed))
    if head.version < 2:
        remarks.append(
            f"This is BKS of version {head.version}, whose check sum is so weak that a file "
            "altered on purpose may pass."
        )
    return Store(
        format=Format.BKS,
        entries=tuple(entries),
        integrity=Integrity.UNVERIFIED if password is None else Integrity.VERIFIED,
        password=password,
        protection=f"BKS version {head.version}: HMAC-SHA1, {head.iterations:,} iterations; "
        "keys sealed with 3DES",
        remarks=tuple(remarks),
    )


def _does_not_fit(
    raw: tuple[RawEntry, ...], password: Password, budget: WorkBudget, progress: Progress
) -> WrongPassword:
    sealed = [each for each in raw if each.kind is Kind.SEALED][:_MAX_PROBED_KEYS]
    entries, _ = bouncy_reading.make_entries(sealed, password, {}, budget, progress)
    causes: tuple[str, ...] = (
        "The password is not this store’s. Upper and lower case matter.",
        "Or the password is right and the file was altered: the format cannot tell the two apart.",
    )
    if any(not entry.is_locked for entry in entries):
        causes = (
            "It opens a key in it: it is that key’s only, and the store has another.",
            "Or it is the store’s too, and the file was altered since it was written.",
        )
    return WrongPassword(
        "The password does not fit this BKS store.",
        causes=causes,
        remedy="Try again. The certificates can be looked at without it.",
    )


def write(_store: Store, *, progress: Progress = no_progress) -> NoReturn:
    """BKS is not written."""
    del progress
    raise bouncy_reading.refuse_writing(Format.BKS)
