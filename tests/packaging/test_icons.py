"""The icons for Windows and macOS show what the SVG shows, in every size."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


def check(root: Path) -> subprocess.CompletedProcess[str]:
    # In a process of its own, which has an application of its own kind.
    return subprocess.run(
        [sys.executable, str(root / "packaging" / "icons.py"), "--check"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (
        "packaging/icons.py",
        "packaging/windows/handfast.ico",
        "packaging/macos/handfast.icns",
        "resources/icons/app.svg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_they_are_current() -> None:
    told = check(ROOT)
    assert (told.returncode, told.stdout) == (0, ""), "run python packaging/icons.py"


def test_old_and_missing_ones_are_told(copy: Path) -> None:
    blank = Image.new("RGBA", (256, 256), "white")
    blank.save(copy / "packaging/windows/handfast.ico", sizes=[(16, 16), (256, 256)])
    (copy / "packaging/macos/handfast.icns").unlink()
    told = check(copy)
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert "handfast.ico is old at 16 pixels" in lines
    assert "handfast.ico lacks 48 pixels" in lines
    assert "handfast.icns is missing" in lines
