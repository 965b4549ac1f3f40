"""Icons and guide are found where the program is developed and where a wheel was installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from handfast.resources_location import resources_path

ROOT = Path(__file__).parents[1]
ICONS = sorted((ROOT / "resources" / "icons").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_they_are_found_where_the_program_is_developed() -> None:
    assert (resources_path() / "icons" / "app.svg").is_file()


def test_a_wheel_carries_every_icon(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"handfast/resources/icons/{path.name}" for path in ICONS} <= names
    assert "handfast/resources/icons/app.svg" in names


def test_a_wheel_carries_the_whole_guide(wheel: Path) -> None:
    guide = [path for path in (ROOT / "resources" / "guide").rglob("*") if path.is_file()]
    assert len(guide) > 30
    carried = {path.relative_to(ROOT / "resources").as_posix() for path in guide}
    prefix = "handfast/resources/"
    names = zipfile.ZipFile(wheel).namelist()
    assert carried <= {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def test_an_installed_wheel_finds_its_own(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    install = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    command = [sys.executable, "-m", *install, "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    code = (
        "from handfast.resources_location import resources_path\n"
        "print(resources_path())\n"
        "print((resources_path() / 'icons' / 'app.svg').read_text(encoding='utf-8')[:4])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert Path(told[0]) == target / "handfast" / "resources"
    assert told[1] == "<svg"


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_each_icon_is_of_the_family(path: Path) -> None:
    root = ET.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    if path.stem == "app":
        assert root.get("viewBox") == "0 0 256 256"
        return
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.75"
    assert {each.tag for each in root} == {f"{SVG}path"}
