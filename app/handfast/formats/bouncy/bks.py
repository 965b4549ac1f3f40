"""BKS, the keystore of Bouncy Castle and of old Android: entries, then an HMAC over them."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NoReturn

from handfast.core.errors import WrongPassword
from handfast.core.language import grouped, tr
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
    summary=tr("The format of Bouncy Castle and old Android; read only"),
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
        raise cut_short(tr("the checksum at its end"), end)
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
            tr(
                "This is BKS version {version}, whose checksum is too weak to detect "
                "deliberate changes.",
                version=head.version,
            )
        )
    return Store(
        format=Format.BKS,
        entries=tuple(entries),
        integrity=Integrity.UNVERIFIED if password is None else Integrity.VERIFIED,
        password=password,
        protection=tr(
            "BKS version {version}: HMAC-SHA1, {iterations} iterations; keys sealed with 3DES",
            version=head.version,
            iterations=grouped(head.iterations),
        ),
        remarks=tuple(remarks),
    )


def _does_not_fit(
    raw: tuple[RawEntry, ...], password: Password, budget: WorkBudget, progress: Progress
) -> WrongPassword:
    sealed = [each for each in raw if each.kind is Kind.SEALED][:_MAX_PROBED_KEYS]
    entries, _ = bouncy_reading.make_entries(sealed, password, {}, budget, progress)
    causes: tuple[str, ...] = (
        tr("This is not the password of the keystore. Passwords are case-sensitive."),
        tr(
            "Or the password is correct and the file was changed: the format cannot distinguish "
            "the two."
        ),
    )
    if any(not entry.is_locked for entry in entries):
        causes = (
            tr("It opens one of the keys: it is the password of that key only."),
            tr(
                "Or it is the keystore’s password too, and the file was changed after it was "
                "written."
            ),
        )
    return WrongPassword(
        tr("Wrong password for this BKS keystore."),
        causes=causes,
        remedy=tr("Try again. You can view the certificates without it."),
    )


def write(_store: Store, *, progress: Progress = no_progress) -> NoReturn:
    """BKS is not written."""
    del progress
    raise bouncy_reading.refuse_writing(Format.BKS)
