"""Where JDKs are found, on each system; no program of theirs is run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import NotFound
from handfast.services.files.trust_sources import jdk_trust_store
from handfast.services.jdks.installations import Machine, Origin, find_jdks, jdks_in
from tests.support.jdks import MARK, fake_jdk, trust_store
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterable

EMPTY = trust_store([])
HOME = "home/me"
LINUX = {
    "usr/lib/jvm/java-21-openjdk": Origin.INSTALLED,
    "usr/java/jdk-17": Origin.INSTALLED,
    "opt/java/openjdk": Origin.INSTALLED,
    "opt/jdk-22": Origin.INSTALLED,
    "opt/idea/jbr": Origin.JETBRAINS,
    "snap/pycharm-community/current/jbr": Origin.JETBRAINS,
    "opt/eclipse/plugins/org.eclipse.justj.openjdk.hotspot.jre.full_21/jre": Origin.ECLIPSE,
    f"{HOME}/.sdkman/candidates/java/17.0.9-tem": Origin.SDKMAN,
    f"{HOME}/.jdks/corretto-21": Origin.JETBRAINS,
    f"{HOME}/.gradle/jdks/eclipse_adoptium-17/jdk-17.0.9+9": Origin.GRADLE,
    f"{HOME}/.asdf/installs/java/zulu-21": Origin.OTHER_MANAGER,
    f"{HOME}/.local/share/JetBrains/Toolbox/apps/intellij-idea/jbr": Origin.JETBRAINS,
    f"{HOME}/.local/share/JetBrains/Toolbox/apps/IDEA-U/ch-0/231.9/jbr": Origin.JETBRAINS,
    f"{HOME}/.local/share/JetBrains/Toolbox/apps/android-studio/jre": Origin.JETBRAINS,
    f"{HOME}/.vscode/extensions/redhat.java-1.30-linux-x64/jre/17.0.10-linux": Origin.VS_CODE,
    f"{HOME}/.vscode-server/extensions/redhat.java-1.31/jre/21": Origin.VS_CODE,
    f"{HOME}/.p2/pool/plugins/org.eclipse.justj.openjdk.hotspot.jre_17/jre": Origin.ECLIPSE,
    f"{HOME}/eclipse/java-2024/eclipse/plugins/org.eclipse.justj.x_21/jre": Origin.ECLIPSE,
}
MACOS = {
    "Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home": Origin.INSTALLED,
    f"{HOME}/Library/Java/JavaVirtualMachines/corretto.jdk/Contents/Home": Origin.INSTALLED,
    "opt/homebrew/opt/openjdk@17/libexec/openjdk.jdk/Contents/Home": Origin.INSTALLED,
    "Applications/IntelliJ IDEA.app/Contents/jbr/Contents/Home": Origin.JETBRAINS,
    "Applications/Eclipse.app/Contents/Eclipse/plugins/org.eclipse.justj.x/jre/Contents/Home": (
        Origin.ECLIPSE
    ),
    f"{HOME}/Library/Application Support/JetBrains/Toolbox/apps/IDEA-U/ch-0/231/IDEA.app/Contents"
    "/jbr/Contents/Home": Origin.JETBRAINS,
    f"{HOME}/.sdkman/candidates/java/21-tem": Origin.SDKMAN,
    f"{HOME}/.jdks/openjdk-22/Contents/Home": Origin.JETBRAINS,
}
WINDOWS = {
    "Program Files/Eclipse Adoptium/jdk-21": Origin.INSTALLED,
    "Program Files/Java/jdk-17": Origin.INSTALLED,
    "Program Files/JetBrains/IntelliJ IDEA 2024.1/jbr": Origin.JETBRAINS,
    "Program Files/Android/Android Studio/jbr": Origin.JETBRAINS,
    "Local/Programs/Microsoft/jdk-11": Origin.INSTALLED,
    "Local/JetBrains/Toolbox/apps/IDEA-U/ch-0/231/jbr": Origin.JETBRAINS,
    f"{HOME}/scoop/apps/temurin-lts-jdk/current": Origin.OTHER_MANAGER,
    f"{HOME}/.vscode/extensions/redhat.java-1.30-win32-x64/jre/17": Origin.VS_CODE,
}


def machine(root: Path, platform: str, registry: Iterable[str] = (), **more: str) -> Machine:
    environment = {
        "HOME": str(root / HOME),
        "PATH": "",
        "ProgramFiles": str(root / "Program Files"),
        "LOCALAPPDATA": str(root / "Local"),
        **more,
    }
    return Machine(environment=environment, platform=platform, root=root, registry=lambda: registry)


def was_run(root: Path) -> bool:
    return any(root.rglob(MARK))


@pytest.mark.parametrize(
    ("platform", "places"), [("linux", LINUX), ("darwin", MACOS), ("win32", WINDOWS)]
)
def test_every_usual_place(tmp_path: Path, platform: str, places: dict[str, Origin]) -> None:
    for place in places:
        fake_jdk(tmp_path / place, EMPTY)
    found = {
        jdk.home.relative_to(tmp_path).as_posix(): jdk.origin
        for jdk in find_jdks(machine(tmp_path, platform))
    }
    assert found == places
    assert not was_run(tmp_path)


def test_an_empty_machine_has_none(tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        assert find_jdks(machine(tmp_path, platform)) == ()
    with pytest.raises(NotFound):
        jdk_trust_store(machine(tmp_path, "linux"))


def test_the_registry_of_windows(tmp_path: Path) -> None:
    home = tmp_path / "elsewhere" / "jdk"
    fake_jdk(home, EMPTY)
    named = [str(home), str(home) + "/", str(tmp_path / "uninstalled")]
    (jdk,) = find_jdks(machine(tmp_path, "win32", registry=named))
    assert (jdk.home, jdk.origin) == (home, Origin.REGISTRY)


def test_the_variable_and_the_path_come_first(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "jdk", tmp_path / "b" / "jdk"
    fake_jdk(first, EMPTY, version="17.0.1", vendor="Acme")
    fake_jdk(second, EMPTY)
    fake_jdk(tmp_path / "usr/lib/jvm/another", EMPTY)
    links = tmp_path / "bin"
    links.mkdir()
    (links / "java").symlink_to(second / "bin" / "java")
    at = machine(tmp_path, "linux", JAVA_HOME=str(first), PATH=str(links))
    found = find_jdks(at)
    origins = [Origin.JAVA_HOME, Origin.PATH, Origin.INSTALLED]
    assert [jdk.origin for jdk in found] == origins
    assert (found[0].version, found[0].vendor) == ("17.0.1", "Acme")
    assert jdk_trust_store(at) == found[0].cacerts
    assert not was_run(tmp_path)


def test_two_names_of_one_jdk_are_one(tmp_path: Path) -> None:
    jvm = tmp_path / "usr/lib/jvm"
    fake_jdk(jvm / "java-17", EMPTY)
    (jvm / "default-java").symlink_to("java-17")
    assert len(find_jdks(machine(tmp_path, "linux"))) == 1


def test_a_java_that_leads_nowhere(tmp_path: Path) -> None:
    links = tmp_path / "shims"
    links.mkdir()
    (links / "java").write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    (links / "java").chmod(0o755)
    at = machine(tmp_path, "linux", PATH=str(links), JAVA_HOME=str(tmp_path / "gone"))
    assert find_jdks(at) == ()


def test_java_reads_jssecacerts_first(tmp_path: Path) -> None:
    home = tmp_path / "jdk"
    fake_jdk(home, EMPTY)
    other = fake_jdk(home, trust_store([]), name="jssecacerts")
    at = machine(tmp_path, "linux", JAVA_HOME=str(home))
    assert [jdk.cacerts.name for jdk in find_jdks(at)] == ["jssecacerts", "cacerts"]
    assert jdk_trust_store(at) == other


def test_java_8_keeps_it_further_down(tmp_path: Path) -> None:
    home = tmp_path / "jdk8"
    path = fake_jdk(home, EMPTY, version="1.8.0_402", inner="jre/lib/security")
    (jdk,) = jdks_in(home)
    assert (jdk.cacerts, jdk.version) == (path, "1.8.0_402")
    assert jdks_in(tmp_path) == ()


def test_a_hostile_release_file(tmp_path: Path) -> None:
    home = tmp_path / "jdk"
    fake_jdk(home, EMPTY)
    (home / "release").write_bytes(b"\xff\xfe=\x00\n" + b"A" * 10_000_000)
    (jdk,) = jdks_in(home)
    assert jdk.version == ""
    (home / "release").unlink()
    (home / "release").mkdir()
    assert jdks_in(home)[0].version == ""


def test_the_jdk_of_this_machine() -> None:
    home = Path(program("keytool")).resolve().parent.parent
    assert home in [jdk.home.resolve() for jdk in find_jdks()]
