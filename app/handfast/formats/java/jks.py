"""JKS, the keystore of Java up to version 8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format
from handfast.formats.base import AGREED_LIMITS, Capabilities
from handfast.formats.java import jks_keys
from handfast.formats.java import reading as jks_reading
from handfast.formats.java import writing as jks_writing
from handfast.formats.java.dialect import Dialect
from handfast.formats.java.key_context import KeyContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.entry import KeyPair, SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.JKS,
    summary=tr("Java’s own format, read by every version; keys are only weakly protected"),
    endings=("jks", "keystore", "ks"),
    can_write=True,
    kinds=frozenset({"key-pair", "trusted-certificate"}),
    entry_passwords=True,
    passwordless=False,
    creation_dates=True,
)


_FLAVOUR = Dialect(
    format=Format.JKS,
    magic=b"\xfe\xed\xfe\xed",
    protection=tr("Keys: JKS (SHA-1 based, weak); integrity: SHA-1 digest"),
    openers={jks_keys.JKS_ALGORITHM: jks_keys.open_key},
    seal_key=jks_keys.seal_key,
    secrets=None,
)


def _work(limits: Limits, progress: Progress) -> KeyContext:
    return KeyContext(limits, progress, limits.budget())


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    return jks_reading.read(_FLAVOUR, data, password, entry_passwords, _work(limits, progress))


def write(store: Store, *, progress: Progress = no_progress) -> bytes:
    """See :meth:`handfast.formats.base.FormatModule.write`."""
    return jks_writing.write(_FLAVOUR, store, _work(AGREED_LIMITS, progress))


def unlock(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """See :meth:`handfast.formats.base.FormatModule.unlock`."""
    return jks_reading.unlock(_FLAVOUR, store, entry, password, _work(AGREED_LIMITS, progress))
