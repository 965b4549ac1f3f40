"""The trust stores that a machine has: those of its JDKs, and that of the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handfast.core.errors import NotFound
from handfast.core.language import tr
from handfast.services.jdks.installations import iterate_jdks

if TYPE_CHECKING:
    from handfast.services.jdks.installations import Machine

_SYSTEM_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def jdk_trust_store(machine: Machine | None = None) -> Path:
    """The trust store of the JDK that programs use by default.

    :raises NotFound: there is no JDK
    """
    for jdk in iterate_jdks(machine):
        return jdk.cacerts
    raise NotFound(
        tr("No JDK was found on this machine."),
        field="trust",
        causes=(tr("JAVA_HOME is not set, and there is no java on PATH."),),
        remedy=tr("Name the trust store itself."),
    )


def system_trust_store() -> Path:
    """The file with the certificates that this system trusts, in PEM.

    :raises NotFound: the system keeps none in one file
    """
    # Only this needs it, and it takes as long to load as a keystore to read.
    import ssl

    paths = ssl.get_default_verify_paths()
    for name in (paths.cafile, paths.openssl_cafile, *_SYSTEM_BUNDLES):
        if name and os.path.isfile(name):  # noqa: PTH113 - raises nothing
            return Path(name)
    raise NotFound(
        tr("This system has no file with the certificates that it trusts."),
        field="trust",
        causes=(tr("Windows and macOS keep them in a system keystore."),)
        if sys.platform in {"win32", "darwin"}
        else (tr("The package ca-certificates is not installed."),),
        remedy=tr("Use jdk, or name a trust store."),
    )
