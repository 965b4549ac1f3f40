"""Every library and module that is shipped has its license and its place in the lists."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

_SCRIPT = Path(__file__).parents[2] / "packaging" / "third_party.py"

FILES = (
    "_internal/PySide6/Qt/lib/libQt6Core.so.6",
    "_internal/PySide6/Qt/lib/libicudata.so.73",
    "_internal/PySide6/QtCore.abi3.so",
    "_internal/cryptography/hazmat/bindings/_rust.abi3.so",
    "_internal/Cryptodome/Cipher/_raw_aes.abi3.so",
    "_internal/_cffi_backend.cpython-311-x86_64-linux-gnu.so",
    "_internal/libbz2.so.1.0",
    "_internal/libpython3.11.so.1.0",
    "_internal/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so",
    "_internal/shiboken6/libshiboken6.abi3.so.6.11",
)
MODULES = ("OpenSSL", "PySide6", "cryptography", "handfast", "idna", "json", "pyimod02_importers")


@pytest.fixture(scope="module")
def script() -> Any:
    told = importlib.util.spec_from_file_location("third_party", _SCRIPT)
    assert told is not None
    assert told.loader is not None
    made = importlib.util.module_from_spec(told)
    # Its dataclasses look for their module.
    sys.modules["third_party"] = made
    told.loader.exec_module(made)
    return made


@pytest.fixture
def parts(script: Any) -> Any:
    pytest.importorskip("PyInstaller", reason="the extra “packages” is not installed")
    return script.claimed(FILES, MODULES)


def test_each_library_and_module_belongs_to_somebody(parts: Any) -> None:
    owners = {file: part.name for part in parts for file in part.files}
    assert set(owners) == set(FILES)
    assert owners[FILES[0]] == "PySide6_Essentials"
    assert owners[FILES[1]] == "ICU"
    assert owners[FILES[6]] == "bzip2"
    assert owners[FILES[7]] == owners[FILES[8]] == "Python"
    names = {part.name for part in parts}
    assert {"pyOpenSSL", "cffi", "pycryptodomex", "shiboken6", "idna"} <= names
    assert "handfast" not in names


def test_the_license_of_everything_that_is_required_is_known(script: Any) -> None:
    waiting = ["handfast", "keyring"]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with contextlib.suppress(metadata.PackageNotFoundError):
            waiting += [
                re.split(r"[^\w.-]", each)[0]
                for each in metadata.requires(name) or ()
                if "extra ==" not in each
            ]
            if name != "handfast":
                # A new dependency without a license that is known fails here, not in the freezer.
                assert script._of_distribution(name, [], []).license
    assert {"cryptography", "pyopenssl", "pyside6-essentials"} <= {each.lower() for each in seen}


def test_libraries_are_found_whatever_their_names(script: Any, tmp_path: Path) -> None:
    framework = tmp_path / "_internal" / "PySide6" / "Qt" / "lib" / "QtCore.framework"
    framework.mkdir(parents=True)
    (framework / "QtCore").write_bytes(b"\xcf\xfa\xed\xfe rest")
    (framework / "Info.plist").write_bytes(b"<plist/>")
    (tmp_path / "_internal" / "plain.so.6").write_bytes(b"")
    (tmp_path / "_internal" / "Qt6Core.dll").write_bytes(b"MZ")
    (tmp_path / "_internal" / "link.so").symlink_to("plain.so.6")
    (tmp_path / "handfast").write_bytes(b"\x7fELF")
    assert script.native_files(tmp_path) == [
        "_internal/PySide6/Qt/lib/QtCore.framework/QtCore",
        "_internal/Qt6Core.dll",
        "_internal/plain.so.6",
    ]


@pytest.mark.parametrize("stranger", ["_internal/libgcrypt.so.20", "_internal/numpy/_core.so"])
def test_a_library_that_nobody_claims_is_an_error(script: Any, stranger: str) -> None:
    with pytest.raises(script.UnknownPart, match=re.escape(stranger)):
        script.claimed([*FILES, stranger], MODULES)


def test_a_module_that_nobody_claims_is_an_error(script: Any) -> None:
    with pytest.raises(script.UnknownPart, match="left_pad"):
        script.claimed(FILES, [*MODULES, "left_pad"])


def test_the_notices_name_every_library_and_hold_every_license(script: Any, parts: Any) -> None:
    text = script.notices(parts)
    for file in FILES:
        assert f"    {file}\n" in text
    for part in parts:
        assert f"{part.name} {part.version}".rstrip() + f": {part.license}\n" in text
        assert all(each.strip("\n") in text for each in part.texts)
    for whole in (
        "GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007",
        "GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007",
        "HarfBuzz",
        "Unicode, Inc.",
        "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
        "Permission is hereby granted",
    ):
        assert whole in text, whole


def test_the_copyright_file_is_as_dep_5_says(script: Any, parts: Any) -> None:
    text = script.copyright_file(parts)
    paragraphs = text.split("\n\n")
    assert paragraphs[0].startswith(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    )
    used = set()
    defined = set()
    for each in paragraphs[1:]:
        fields = {line.split(":")[0] for line in each.split("\n") if not line.startswith(" ")}
        (license_line,) = re.findall(r"^License: (.+)$", each, re.MULTILINE)
        if "Files" in fields:
            assert fields >= {"Files", "Copyright", "License"}
            used.add(license_line)
        else:
            defined.add(license_line)
    assert used == defined
    assert "LGPL-3" in used
    assert "/usr/share/common-licenses/LGPL-3" in text
    for file in FILES:
        assert f" usr/lib/handfast/{file}\n" in text


def test_the_bill_of_materials_lists_what_is_inside_and_is_reproducible(
    script: Any, parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cyclonedx", reason="the extra “packages” is not installed")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    text = script.bill_of_materials(parts, version="1.2.3")
    assert text == script.bill_of_materials(parts, version="1.2.3")
    told = json.loads(text)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["component"]["version"] == "1.2.3"
    listed = {each["name"] for each in told["components"]}
    assert {part.name for part in parts} <= listed
    # What the wheel of cryptography says it is linked with.
    assert "openssl" in listed
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000001")
    assert script.bill_of_materials(parts, version="1.2.3") != text


def test_the_notices_stand_where_the_program_looks(script: Any, tmp_path: Path) -> None:
    pytest.importorskip("PyInstaller", reason="the extra “packages” is not installed")
    with pytest.raises(script.UnknownPart, match="holds no resources"):
        script.write_notices(tmp_path)
    resources = tmp_path / "_internal" / "handfast" / "resources"
    (resources / "guide").mkdir(parents=True)
    (written,) = script.write_notices(tmp_path)
    assert written == resources / "notices" / "third-party.txt"
