"""Where the JDKs of a machine are. Folders are listed and files are read; nothing is run.

Programs that name a JDK, such as ``java`` on PATH, may be scripts of anybody: only where they lead
is looked at. What macOS's ``java_home`` would print is what is in the folders that it lists.
"""

from __future__ import annotations

import os
import sys
from dataclasses import field
from enum import Enum
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.services.jdks.windows_registry import registered_homes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

#: Where a JDK keeps its trust store, below its home; the second is of Java 8 and older.
_SECURITY: Final = ("lib/security", "jre/lib/security")
#: The trust stores in that folder. Where the first exists, Java's own programs read it instead of
#: the second (JSSE Reference Guide, "Default Trusted CA Certificates").
_TRUST_STORES: Final = ("jssecacerts", "cacerts")
#: A ``release`` file has some twenty short lines.
_MAX_RELEASE_BYTES: Final = 64 * 1024
#: How far below its folder of programs the older Toolbox of JetBrains keeps the files of one.
_TOOLBOX_DEPTH: Final = 3
_VS_CODES: Final = (".vscode", ".vscode-insiders", ".vscode-oss", ".vscode-server", ".cursor")
_WINDOWS_VENDORS: Final = (
    "Java",
    "Eclipse Adoptium",
    "Eclipse Foundation",
    "Microsoft",
    "Zulu",
    "Amazon Corretto",
    "BellSoft",
    "Semeru",
    "OpenJDK",
)


class Origin(Enum):
    """How a JDK was found, by the names that it has in JSON."""

    JAVA_HOME = "java-home"
    PATH = "path"
    INSTALLED = "installed"
    REGISTRY = "registry"
    SDKMAN = "sdkman"
    OTHER_MANAGER = "version-manager"
    GRADLE = "gradle"
    JETBRAINS = "jetbrains"
    ECLIPSE = "eclipse"
    VS_CODE = "vs-code"


@dataclass(frozen=True, slots=True)
class Jdk:
    """A Java installation and one trust store of it; one with two of them is found twice.

    Several may share one trust store, as on Debian.
    """

    home: Path
    cacerts: Path
    #: As its ``release`` file gives it, such as 17.0.15; empty where it has none.
    version: str
    #: Who built it, from the same file, such as Eclipse Adoptium; empty where it is not told.
    vendor: str = ""
    origin: Origin = Origin.INSTALLED

    @property
    def place(self) -> str:
        """The file behind its links, by which the trust store is known again."""
        return os.path.realpath(self.cacerts)

    @property
    def is_writable(self) -> bool:
        """Whether the present user may replace its trust store."""
        real = self.place
        return os.access(real, os.W_OK) and os.access(Path(real).parent, os.W_OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where JDKs are looked for: the environment, the kind of system, and its disk."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    platform: str = sys.platform
    #: Before the absolute paths of the places where programs are installed.
    root: Path = Path("/")
    #: The homes that the registry of Windows names.
    registry: Callable[[], Iterable[str]] = registered_homes

    @property
    def home(self) -> Path:
        """The folder of the person who is signed in."""
        named = self.environment.get("HOME") or self.environment.get("USERPROFILE")
        return Path(named) if named else Path("~").expanduser()

    def at(self, path: str) -> Path:
        """An absolute path of this machine."""
        return self.root / path.lstrip("/")


def find_jdks(machine: Machine | None = None) -> tuple[Jdk, ...]:
    """The JDKs of a machine: JAVA_HOME and PATH first, then where they are installed.

    One that is found in several ways is listed once, as it was found first.
    """
    return tuple(iterate_jdks(machine))


def iterate_jdks(machine: Machine | None = None) -> Iterator[Jdk]:
    """The same, one at a time, so that a search for the first can stop there."""
    seen: set[str] = set()
    for origin, home in _homes(machine or Machine()):
        real = os.path.realpath(home)
        if real not in seen:
            seen.add(real)
            yield from _trust_stores(origin, home)


def jdks_in(home: Path) -> tuple[Jdk, ...]:
    """The JDK in a folder that a person names, once for each trust store; none where it is none."""
    return tuple(
        jdk
        for _origin, inner in _inner(Origin.INSTALLED, home)
        for jdk in _trust_stores(Origin.INSTALLED, inner)
    )


def _trust_stores(origin: Origin, home: Path) -> Iterator[Jdk]:
    for inner in _SECURITY:
        found = [
            cacerts
            for name in _TRUST_STORES
            if os.path.isfile(cacerts := home / inner / name)  # noqa: PTH113 - raises nothing
        ]
        if found:
            release = _release(home)
            version, vendor = release.get("JAVA_VERSION", ""), release.get("IMPLEMENTOR", "")
            for cacerts in found:
                yield Jdk(home, cacerts, version, vendor, origin)
            return


def _release(home: Path) -> dict[str, str]:
    """The lines of the file ``release``, which every JDK since Java 7 has."""
    try:
        with (home / "release").open("rb") as file:
            text = file.read(_MAX_RELEASE_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    lines = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip().strip('"') for name, _, value in lines}


def _homes(machine: Machine) -> Iterator[tuple[Origin, Path]]:
    """Folders that may be homes of JDKs, the likeliest first."""
    environment = machine.environment
    if named := environment.get("JAVA_HOME", ""):
        yield Origin.JAVA_HOME, Path(named)
    java = which("java", path=environment.get("PATH", ""))
    if java is not None:
        yield Origin.PATH, Path(os.path.realpath(java)).parent.parent
    if machine.platform == "darwin":
        yield from _of_macos(machine)
    elif machine.platform == "win32":
        yield from _of_windows(machine)
    else:
        yield from _of_linux(machine)
    yield from _of_managers(machine)
    home = machine.home
    for name in _VS_CODES:
        for each in _children(home / name / "extensions"):
            if each.name.startswith("redhat.java-"):
                # The extension for Java brings a runtime along, in a folder by its version.
                yield from _all(Origin.VS_CODE, _children(each / "jre"))
    for eclipse in (home / "eclipse", home / ".p2" / "pool"):
        yield from _of_eclipse(eclipse)
        for each in _children(eclipse):
            yield from _of_eclipse(each)
            yield from _of_eclipse(each / "eclipse")


def _of_linux(machine: Machine) -> Iterator[tuple[Origin, Path]]:
    for folder in map(machine.at, ("/usr/lib/jvm", "/usr/java", "/opt/java", "/opt/jdk", "/opt")):
        yield Origin.INSTALLED, folder
        yield from _all(Origin.INSTALLED, _children(folder))
    brewed = machine.at("/home/linuxbrew/.linuxbrew/opt")
    yield from _all(Origin.INSTALLED, (each / "libexec" for each in _children(brewed)))
    toolbox = machine.home / ".local" / "share" / "JetBrains" / "Toolbox" / "apps"
    yield from _of_jetbrains(toolbox, _TOOLBOX_DEPTH)
    for folder in map(machine.at, ("/opt", "/usr/share")):
        yield from _of_jetbrains(folder)
    for each in _children(machine.at("/snap")):
        yield Origin.JETBRAINS, each / "current" / "jbr"
        yield Origin.INSTALLED, each / "current" / "jdk"
    for name in ("/opt", "/usr/lib", "/usr/share", "/usr/local", "/snap/eclipse/current"):
        yield from _of_eclipse(machine.at(name) / "eclipse")


def _of_macos(machine: Machine) -> Iterator[tuple[Origin, Path]]:
    home = machine.home
    for library in (machine.at("/Library"), machine.at("/System/Library"), home / "Library"):
        for each in _children(library / "Java" / "JavaVirtualMachines"):
            yield Origin.INSTALLED, each / "Contents" / "Home"
    for name in ("/opt/homebrew/opt", "/usr/local/opt"):
        for each in _children(machine.at(name)):
            if each.name.startswith("openjdk"):
                yield Origin.INSTALLED, each / "libexec" / "openjdk.jdk" / "Contents" / "Home"
    for applications in (machine.at("/Applications"), home / "Applications"):
        for each in _children(applications):
            yield Origin.JETBRAINS, each / "Contents" / "jbr" / "Contents" / "Home"
            yield from _of_eclipse(each / "Contents" / "Eclipse", "Contents/Home")
    toolbox = home / "Library" / "Application Support" / "JetBrains" / "Toolbox" / "apps"
    for app in _below(toolbox, _TOOLBOX_DEPTH + 1, until="Contents"):
        yield Origin.JETBRAINS, app / "Contents" / "jbr" / "Contents" / "Home"


def _of_windows(machine: Machine) -> Iterator[tuple[Origin, Path]]:
    yield from _all(Origin.REGISTRY, map(Path, machine.registry()))
    environment = machine.environment
    for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)", "LOCALAPPDATA"):
        named = environment.get(variable)
        if not named:
            continue
        programs = Path(named) / "Programs" if variable == "LOCALAPPDATA" else Path(named)
        for vendor in _WINDOWS_VENDORS:
            yield from _all(Origin.INSTALLED, _children(programs / vendor))
        yield from _of_jetbrains(programs / "JetBrains")
        yield from _of_jetbrains(programs / "Android")
        yield from _of_jetbrains(programs)
        yield from _of_eclipse(programs / "eclipse")
        if variable == "LOCALAPPDATA":
            toolbox = Path(named) / "JetBrains" / "Toolbox" / "apps"
            yield from _of_jetbrains(toolbox, _TOOLBOX_DEPTH)


def _of_managers(machine: Machine) -> Iterator[tuple[Origin, Path]]:
    """JDKs that a person installed for themselves, with a version manager or from an IDE."""
    home, environment = machine.home, machine.environment
    sdkman = Path(environment.get("SDKMAN_DIR") or home / ".sdkman")
    candidates = sdkman / "candidates" / "java"
    # The one in use is a link to one of the others; it is found as that one.
    yield from _all(Origin.SDKMAN, (e for e in _children(candidates) if e.name != "current"))
    yield from _either(Origin.JETBRAINS, home / ".jdks")
    yield from _either(Origin.GRADLE, Path(environment.get("GRADLE_USER_HOME") or home / ".gradle")
                       / "jdks")  # fmt: skip
    asdf = Path(environment.get("ASDF_DATA_DIR") or home / ".asdf")
    mise = Path(environment.get("MISE_DATA_DIR") or home / ".local" / "share" / "mise")
    for folder in (asdf / "installs" / "java", mise / "installs" / "java", home / ".jabba" / "jdk",
                   home / "scoop" / "apps"):  # fmt: skip
        for each in _children(folder):
            yield from _inner(Origin.OTHER_MANAGER, each)
            yield from _inner(Origin.OTHER_MANAGER, each / "current")


def _either(origin: Origin, folder: Path) -> Iterator[tuple[Origin, Path]]:
    """What is in a folder; some archives have the JDK one folder further down."""
    for each in _children(folder):
        yield from _inner(origin, each)
        for child in _children(each):
            yield from _inner(origin, child)


def _inner(origin: Origin, folder: Path) -> Iterator[tuple[Origin, Path]]:
    """A folder, and the home in it where it is a bundle of macOS."""
    yield origin, folder
    yield origin, folder / "Contents" / "Home"


def _of_jetbrains(folder: Path, depth: int = 1) -> Iterator[tuple[Origin, Path]]:
    """The runtimes in the programs below a folder; older ones of Android Studio call it jre."""
    for program in _below(folder, depth, until="jbr"):
        yield Origin.JETBRAINS, program / "jbr"
        if "android" in program.name.casefold():
            yield Origin.JETBRAINS, program / "jre"


def _of_eclipse(folder: Path, inner: str = "") -> Iterator[tuple[Origin, Path]]:
    """The runtimes that Eclipse keeps among its plug-ins (JustJ)."""
    for plugin in _children(folder / "plugins"):
        if plugin.name.startswith("org.eclipse.justj."):
            yield Origin.ECLIPSE, plugin / "jre" / inner


def _below(folder: Path, depth: int, *, until: str) -> Iterator[Path]:
    """The folders below one, so far down; not below one that has what is looked for.

    The older Toolbox has a channel and a version between a program’s name and its files.
    """
    for child in _children(folder):
        yield child
        if depth > 1 and not (child / until).is_dir():
            yield from _below(child, depth - 1, until=until)


def _all(origin: Origin, homes: Iterable[Path]) -> Iterator[tuple[Origin, Path]]:
    for home in homes:
        yield origin, home


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []
