"""What is made on other systems, as far as it can be looked at here."""

from __future__ import annotations

import json
import plistlib
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from handfast import __version__
from tests.support.tools import program

PACKAGING = Path(__file__).parents[2] / "packaging"
INSTALLER = PACKAGING / "windows" / "handfast.nsi"
PLIST = PACKAGING / "macos" / "Info.plist"
FLATPAK = PACKAGING / "flatpak" / "example.handfast.Handfast.yaml"
SETUP = f"handfast-{__version__}-setup.exe"


def compiled(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    frozen = folder / "frozen"
    frozen.mkdir()
    (frozen / "handfast-window.exe").write_bytes(b"MZ")
    defined = {"VERSION": __version__, "FROZEN": frozen, "OUTPUT": folder / SETUP}
    options = [f"-D{name}={value}" for name, value in defined.items()]
    return subprocess.run(
        [program("makensis"), "-V2", "-WX", *options, str(script)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_windows_installer_compiles_without_a_warning(tmp_path: Path) -> None:
    told = compiled(INSTALLER, tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / SETUP).read_bytes()[:2] == b"MZ"


def test_one_with_a_fault_does_not(tmp_path: Path) -> None:
    script = tmp_path / "broken.nsi"
    script.write_text(INSTALLER.read_text(encoding="utf-8") + "\nNoSuchCommand\n")
    told = compiled(script, tmp_path)
    assert told.returncode != 0
    assert "NoSuchCommand" in told.stdout + told.stderr


def test_the_windows_installer_seizes_no_type() -> None:
    text = INSTALLER.read_text(encoding="utf-8")
    written = re.findall(r'WriteRegStr HKCU "Software\\Classes\\(\$\{EXTENSION\}|\.)([^"]*)"', text)
    assert written == [("${EXTENSION}", r"\OpenWithProgids")]


def test_the_macos_bundle_owns_only_what_is_its_own() -> None:
    told = plist()
    assert told["CFBundleShortVersionString"] == __version__
    exported = {each["UTTypeIdentifier"] for each in told["UTExportedTypeDeclarations"]}
    ranks = {
        name: each["LSHandlerRank"]
        for each in told["CFBundleDocumentTypes"]
        for name in each["LSItemContentTypes"]
    }
    assert {name for name, rank in ranks.items() if rank == "Owner"} == exported
    assert ranks["com.rsa.pkcs-12"] == "Alternate"


def plist() -> dict[str, Any]:
    loaded: dict[str, Any] = plistlib.loads(PLIST.read_bytes())
    return loaded


def said_twice(xml: str) -> list[str]:
    """Keys that a dictionary has more than once, which plistlib takes without a word."""
    found = []
    for each in ET.fromstring(xml).iter("dict"):
        keys = [str(key.text) for key in each.findall("key")]
        found += [key for key in keys if keys.count(key) > 1]
        # A key and its value, in turn.
        assert [child.tag == "key" for child in each] == [True, False] * len(keys)
    return found


def test_the_property_list_says_nothing_twice() -> None:
    assert said_twice(PLIST.read_text(encoding="utf-8")) == []


def test_what_is_said_twice_is_noticed() -> None:
    one = "<key>A</key><string/>"
    assert said_twice(f"<plist><dict>{one}<key>B</key><dict>{one}</dict></dict></plist>") == []
    assert said_twice(f"<plist><dict>{one}{one}</dict></plist>") == ["A", "A"]


def test_the_macos_bundle_opens_the_files_that_windows_offers_it() -> None:
    extensions = [
        extension
        for each in plist()["UTExportedTypeDeclarations"]
        for extension in each["UTTypeTagSpecification"]["public.filename-extension"]
    ]
    assert len(set(extensions)) == len(extensions)
    installer = INSTALLER.read_text(encoding="utf-8")
    offered = set(re.findall(r'\$\{DO\} "\.(\w+)"', installer))
    # These are types of the system.
    assert offered - set(extensions) == {"p12", "pfx", "p7b"}
    assert set(extensions) <= offered


def test_the_types_of_the_macos_bundle_are_declared_as_apple_says() -> None:
    told = plist()
    identity = told["CFBundleIdentifier"]
    for each in told["UTExportedTypeDeclarations"]:
        # A type of ours is named after us, in the letters of a reversed host name.
        assert each["UTTypeIdentifier"].startswith(identity.rsplit(".", 1)[0] + ".")
        assert re.fullmatch(r"[A-Za-z0-9.-]+", each["UTTypeIdentifier"])
        assert each["UTTypeConformsTo"] == ["public.data"]
        assert each["UTTypeDescription"]
    system = {"com.rsa.pkcs-12", "public.x509-certificate"}
    exported = {each["UTTypeIdentifier"] for each in told["UTExportedTypeDeclarations"]}
    for each in told["CFBundleDocumentTypes"]:
        assert each["CFBundleTypeRole"] in {"Editor", "Viewer"}
        assert each["LSHandlerRank"] in {"Owner", "Alternate"}
        assert set(each["LSItemContentTypes"]) <= exported | system
    for version in ("CFBundleVersion", "CFBundleShortVersionString", "LSMinimumSystemVersion"):
        assert re.fullmatch(r"\d+(\.\d+){1,2}", told[version])


def test_the_macos_bundle_names_a_system_on_which_its_qt_runs() -> None:
    # The spec takes it from the wheel at hand; this one is for the oldest that is allowed.
    assert plist()["LSMinimumSystemVersion"] == "13.0"


def understood(manifest: Path) -> tuple[dict[str, Any], str]:
    """The manifest as flatpak-builder reads it, and what it says of it."""
    told = subprocess.run(
        [program("flatpak-builder"), "--show-manifest", str(manifest)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout), told.stderr


def test_flatpak_builder_understands_the_manifest() -> None:
    manifest, said = understood(FLATPAK)
    assert said == ""
    assert manifest["command"] == "handfast"
    # The one before ended in September 2026.
    assert manifest["runtime-version"] == "25.08"
    assert "--talk-name=org.freedesktop.secrets" in manifest["finish-args"]
    (module,) = manifest["modules"]
    assert module["buildsystem"] == "simple"
    sources = {Path(each["path"]).name for each in module["sources"]}
    for command in module["build-commands"]:
        for name in re.findall(r"install -Dm644 (\S+)", command):
            assert name in sources, command


def test_it_says_what_is_no_part_of_a_manifest(tmp_path: Path) -> None:
    broken = tmp_path / FLATPAK.name
    text = FLATPAK.read_text(encoding="utf-8")
    broken.write_text(text.replace("\ncommand:", "\ncomand:"), encoding="utf-8")
    manifest, said = understood(broken)
    assert "comand" in said
    assert "command" not in manifest


def test_the_flatpak_manifest_takes_files_that_there_are() -> None:
    text = FLATPAK.read_text(encoding="utf-8")
    (identity,) = re.findall(r"^id: (.+)$", text, re.MULTILINE)
    metainfo = ET.parse(PACKAGING / "linux" / "handfast.metainfo.xml")
    assert metainfo.findtext("id") == identity == FLATPAK.stem
    # The frozen folder is what packaging/freeze.sh makes.
    paths = {
        path for path in re.findall(r"path: (\S+)", text) if not path.startswith("../../dist/")
    }
    assert len(paths) == 5
    assert all((FLATPAK.parent / path).is_file() for path in paths)
