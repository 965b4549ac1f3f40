"""Folders that look like JDKs, with trust stores of their own, and a java that must not be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.password import Password
from handfast.core.store import Format, Store, Strength
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import written

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate

#: What a java of such a folder leaves behind where it is run.
MARK = "java-was-run"


def trust_store(
    trusted: Iterable[tuple[str, Certificate]],
    wanted: Format = Format.JKS,
    password: str | None = "changeit",
) -> bytes:
    """A trust store; in PKCS#12 without a password it is like those of JDK 18 and later."""
    store = Store(
        format=wanted,
        password=Password(password) if password is not None else None,
        strength=Strength.MODERN if password is not None else Strength.NONE,
    )
    chosen = [(certificate, alias) for alias, certificate in trusted]
    return written(import_certificates(store, chosen))[0]


def fake_jdk(
    home: Path,
    cacerts: bytes,
    *,
    version: str = "21.0.4",
    vendor: str = "Example",
    inner: str = "lib/security",
    name: str = "cacerts",
) -> Path:
    """A JDK that has what Handfast looks for; its trust store."""
    path = home / inner / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cacerts)
    (home / "release").write_text(
        f'IMPLEMENTOR="{vendor}"\nJAVA_VERSION="{version}"\n', encoding="utf-8"
    )
    java = home / "bin" / "java"
    java.parent.mkdir(exist_ok=True)
    java.write_text(f'#!/bin/sh\ntouch "$(dirname "$0")/{MARK}"\n', encoding="utf-8")
    java.chmod(0o755)
    return path
