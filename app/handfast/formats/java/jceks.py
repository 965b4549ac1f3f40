"""JCEKS, Java’s older keystore for secret keys, with a stronger protection of private ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format
from handfast.formats.base import AGREED_LIMITS, Capabilities
from handfast.formats.java import jceks_keys
from handfast.formats.java import reading as jks_reading
from handfast.formats.java import writing as jks_writing
from handfast.formats.java.dialect import Dialect
from handfast.formats.java.jks_keys import JCE_ALGORITHM, JKS_ALGORITHM
from handfast.formats.java.jks_keys import open_key as open_jks_key
from handfast.formats.java.key_context import KeyContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.entry import KeyPair, SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.JCEKS,
    summary=tr("Java only; like JKS with secret keys; protected with triple DES"),
    endings=("jceks", "jce"),
    can_write=True,
    kinds=frozenset({"key-pair", "trusted-certificate", "secret-key"}),
    entry_passwords=True,
    passwordless=False,
    creation_dates=True,
    plain_passwords=True,
)


_FLAVOUR = Dialect(
    format=Format.JCEKS,
    magic=b"\xce\xce\xce\xce",
    protection=tr("Keys: MD5 and triple DES (weak); integrity: SHA-1 digest"),
    # Java reads a key sealed in the manner of JKS here too.
    openers={JCE_ALGORITHM: jceks_keys.open_key, JKS_ALGORITHM: open_jks_key},
    seal_key=jceks_keys.seal_key,
    secrets=jceks_keys.SealedSecrets(),
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


def check_writable(store: Store) -> None:
    """Raise what :func:`write` would raise, without the work that keeps others out."""
    jks_writing.write(_FLAVOUR, store, replace(_work(AGREED_LIMITS, no_progress), rounds=1))


def unlock(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """See :meth:`handfast.formats.base.FormatModule.unlock`."""
    return jks_reading.unlock(_FLAVOUR, store, entry, password, _work(AGREED_LIMITS, progress))
