"""What the wheel and the sdist hold, and what they do not."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist"]
    subprocess.run([*command, "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_program_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"handfast"}
    modules = {
        str(path.relative_to(ROOT / "app").as_posix())
        for path in (ROOT / "app" / "handfast").rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == modules
    assert "handfast/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_wheel_brings_the_command(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    (points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "handfast = handfast.__main__:start" in archive.read(points).decode()


def test_everything_can_be_built_and_tested_from_the_sdist(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "app/handfast/__main__.py",
        "resources/icons/app.svg",
        "packaging/handfast.spec",
        "packaging/linux/nfpm.yaml",
        "packaging/man/handfast.1",
        "tests/conftest.py",
    } <= names
    assert not [name for name in names if name.startswith((".ci", "dist/", "build/", ".venv"))]
