"""The trust stores that a machine has: those of its JDKs, and that of the system."""

from __future__ import annotations

import os
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from handfast.core.errors import NotFound
from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: Where a JDK keeps its trust store, below its home; the second is of Java 8 and older.
_CACERTS: Final = ("lib/security/cacerts", "jre/lib/security/cacerts")
_SYSTEM_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True)
class Jdk:
    """A Java installation and its trust store."""

    home: Path
    cacerts: Path
    #: As its ``release`` file gives it, such as 17.0.15; empty where it has none.
    version: str

    @property
    def is_writable(self) -> bool:
        """Whether the present user may change its trust store."""
        return os.access(self.cacerts, os.W_OK)


def find_jdks(environment: Mapping[str, str] = os.environ) -> tuple[Jdk, ...]:
    """The JDKs of this machine: JAVA_HOME and PATH first, then where they are installed.

    Two names of one trust store are one JDK.
    """
    found: dict[Path, Jdk] = {}
    for home in _homes(environment):
        for inner in _CACERTS:
            cacerts = home / inner
            try:
                if not os.path.isfile(cacerts):  # noqa: PTH113 - raises nothing
                    continue
                real = cacerts.resolve()
            except OSError:
                continue
            found.setdefault(real, Jdk(home, cacerts, _version(home)))
            break
    return tuple(found.values())


def jdk_trust_store(environment: Mapping[str, str] = os.environ) -> Path:
    """The trust store of the JDK that programs use by default.

    :raises NotFound: there is no JDK
    """
    for jdk in find_jdks(environment):
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


def _homes(environment: Mapping[str, str]) -> Iterator[Path]:
    named = environment.get("JAVA_HOME", "")
    if named:
        yield Path(named)
    java = which("java", path=environment.get("PATH"))
    if java is not None:
        yield Path(os.path.realpath(java)).parent.parent
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "~").expanduser()
    yield from _children(home / ".sdkman" / "candidates" / "java")
    yield from _children(home / ".jdks")
    if sys.platform == "darwin":
        for folder in (Path("/Library/Java/JavaVirtualMachines"), home / "Library/Java"):
            for each in _children(folder):
                yield each / "Contents" / "Home"
        yield from (Path("/Applications").glob("*.app/Contents/jbr/Contents/Home"))
    elif sys.platform == "win32":
        for variable in ("ProgramFiles", "ProgramFiles(x86)"):
            for vendor in ("Java", "Eclipse Adoptium", "Microsoft", "Zulu", "Amazon Corretto"):
                if environment.get(variable):
                    yield from _children(Path(environment[variable]) / vendor)
    else:
        for folder in ("/usr/lib/jvm", "/usr/java", "/opt/java", "/opt/jdk"):
            yield Path(folder)
            yield from _children(Path(folder))
        yield from _bundled((Path("/opt"), Path("/snap"), home / ".local/share/JetBrains/Toolbox"))


def _bundled(folders: Iterable[Path]) -> Iterator[Path]:
    """The JDKs that development environments bring along."""
    for folder in folders:
        for each in _children(folder):
            yield each / "jbr"


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []


def _version(home: Path) -> str:
    try:
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name == "JAVA_VERSION":
            return value.strip().strip('"')
    return ""
