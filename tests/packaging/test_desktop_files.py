"""The desktop files are valid, and desktops know keystores by them."""

from __future__ import annotations

import configparser
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from handfast import __version__
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.samples import Sample

PACKAGING = Path(__file__).parents[2] / "packaging"
LINUX = PACKAGING / "linux"
DESKTOP = LINUX / "handfast.desktop"
METAINFO = LINUX / "handfast.metainfo.xml"
MIME = LINUX / "handfast-mime.xml"
MIME_TYPE = "{http://www.freedesktop.org/standards/shared-mime-info}mime-type"

SALT = bytes(range(1, 21))


def bouncy(version: int, rest: bytes, *, salt: bytes = SALT, iterations: int = 1234) -> bytes:
    """How both kinds of Bouncy Castle's stores begin, and what follows."""
    return struct.pack(">II", version, len(salt)) + salt + struct.pack(">I", iterations) + rest


def ran(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program(str(command[0])), *command[1:]], capture_output=True, text=True, check=False
    )


def test_the_desktop_entry_is_valid() -> None:
    told = ran("desktop-file-validate", DESKTOP)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


def test_a_desktop_entry_with_a_fault_is_not(tmp_path: Path) -> None:
    broken = tmp_path / "handfast.desktop"
    broken.write_text(DESKTOP.read_text(encoding="utf-8").replace("Type=Application", "Type=App"))
    assert ran("desktop-file-validate", broken).returncode != 0


def test_the_appstream_data_is_valid_and_of_this_version() -> None:
    told = ran("appstreamcli", "validate", "--no-net", METAINFO)
    assert told.returncode == 0, told.stdout
    releases = [each.get("version") for each in ET.parse(METAINFO).iter("release")]
    assert releases[0] == __version__


def test_the_appstream_data_name_no_site_that_does_not_exist() -> None:
    text = METAINFO.read_text(encoding="utf-8")
    assert "http" not in text
    assert "@" not in text
    assert ET.parse(METAINFO).findtext("developer/name") == "The Handfast project"


def test_what_the_program_says_it_provides_is_what_it_opens() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(DESKTOP, encoding="utf-8")
    opened = set(entry["Desktop Entry"]["MimeType"].split(";"))
    provided = {each.text for each in ET.parse(METAINFO).iter("mediatype")}
    own = {each.get("type") for each in ET.parse(MIME).iter(MIME_TYPE)}
    assert own <= provided <= opened


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of somebody who has our types beside those of the system."""
    data = tmp_path_factory.mktemp("data")
    packages = data / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(MIME, packages / "handfast.xml")
    environment = {**os.environ, "XDG_DATA_HOME": str(data), "LC_ALL": "C.UTF-8"}
    command = [program("update-mime-database"), str(data / "mime")]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert told.stderr == ""
    return environment


def type_of(path: Path, desktop: Mapping[str, str]) -> str:
    told = subprocess.run(
        [program("gio"), "info", "-a", "standard::content-type", path],
        env=desktop,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return told.rsplit("standard::content-type: ", 1)[1].strip()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("trust.keystore", b"\xfe\xed\xfe\xed\0\0\0\2", "application/x-keystore"),
        ("partner.truststore", b"\x30\x82\1\2", "application/x-keystore"),
        ("android.bks", bouncy(2, b"\0" + SALT), "application/x-bks-keystore"),
        ("sealed.uber", bouncy(1, b"\xe7" * 40), "application/x-uber-keystore"),
        # Without a name that says it, by the content alone.
        ("bks1", bouncy(1, b"\1\0\4name"), "application/x-bks-keystore"),
        ("bks2", bouncy(2, b"\4\0\4name"), "application/x-bks-keystore"),
        ("uber1", bouncy(1, b"\xe7" * 40), "application/x-uber-keystore"),
        ("uber2", bouncy(2, b"\xe7" * 40), "application/x-uber-keystore"),
        ("jks", b"\xfe\xed\xfe\xed\0\0\0\2", "application/x-java-keystore"),
        ("jceks", b"\xce\xce\xce\xce\0\0\0\2", "application/x-java-jce-keystore"),
        # Much else begins with a small number.
        ("version3", bouncy(3, b"\1\0\4name"), "application/octet-stream"),
        ("shorter", bouncy(2, b"\1\0\4name", salt=SALT[:8]), "application/octet-stream"),
        ("costly", bouncy(2, b"\1\0\4name", iterations=1 << 20), "application/octet-stream"),
    ],
    ids=lambda value: value if isinstance(value, str) else "as",
)
def test_a_keystore_is_known(
    name: str, content: bytes, expected: str, desktop: Mapping[str, str], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert type_of(path, desktop) == expected


def test_keytools_own_stores_are_known(
    sample_jks: Sample, sample_pkcs12: Sample, desktop: Mapping[str, str]
) -> None:
    assert type_of(sample_jks.path, desktop) == "application/x-java-keystore"
    # GNOME's own list of types, where it is installed, calls it by the older name.
    names = {"application/pkcs12", "application/x-pkcs12"}
    assert type_of(sample_pkcs12.path, desktop) in names
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(DESKTOP, encoding="utf-8")
    assert names <= set(entry["Desktop Entry"]["MimeType"].split(";"))


def test_nothing_but_the_system_types_knows_a_bks_store_without_ours(tmp_path: Path) -> None:
    path = tmp_path / "store"
    path.write_bytes(bouncy(2, b"\1\0\4name"))
    bare = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "none")}
    assert type_of(path, bare) == "application/octet-stream"
