"""What is made on other systems, as far as it can be looked at here."""

from __future__ import annotations

import plistlib
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

from handfast import __version__
from tests.tools import program

PACKAGING = Path(__file__).parents[2] / "packaging"
INSTALLER = PACKAGING / "windows" / "handfast.nsi"
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
    plist = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert plist["CFBundleShortVersionString"] == __version__
    exported = {each["UTTypeIdentifier"] for each in plist["UTExportedTypeDeclarations"]}
    ranks = {
        name: each["LSHandlerRank"]
        for each in plist["CFBundleDocumentTypes"]
        for name in each["LSItemContentTypes"]
    }
    assert {name for name, rank in ranks.items() if rank == "Owner"} == exported
    assert ranks["com.rsa.pkcs-12"] == "Alternate"


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
