"""The manual and the completions are those of the parser, and a shell completes by them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tools import program

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"

#: What bash does at Tab: the words so far, the last of them being typed.
PRESS_TAB = """
. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_shtab_handfast handfast "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "documents.py"), "--check"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_they_are_current() -> None:
    told = check(PACKAGING)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", ""), (
        "run python packaging/documents.py"
    )


def test_old_ones_are_told(tmp_path: Path) -> None:
    copy = tmp_path / "packaging"
    for folder in ("completion", "man", "linux"):
        shutil.copytree(PACKAGING / folder, copy / folder)
    shutil.copy(PACKAGING / "documents.py", copy)
    page = copy / "man" / "handfast.1"
    page.write_text(page.read_text(encoding="utf-8") + "old\n", encoding="utf-8")
    told = check(copy)
    assert told.returncode == 1
    assert told.stdout == f"{Path('packaging/man/handfast.1')}\n"


def test_the_manual_is_well_formed() -> None:
    page = PACKAGING / "man" / "handfast.1"
    told = subprocess.run(
        [program("mandoc"), "-T", "lint", "-W", "warning", page],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (0, "")
    text = page.read_text(encoding="utf-8")
    assert "handfast generate server.jks" in text
    # What is typed as it stands keeps its case at the beginning of a sentence.
    assert "\nrsa:2048" in text


def completed(*words: str, folder: Path) -> list[str]:
    script = PACKAGING / "completion" / "handfast.bash"
    command = [program("bash"), "--norc", "-c", PRESS_TAB, "bash", script, "handfast", *words]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return [line.strip() for line in told.stdout.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ge",), ["generate"]),
        (("expl",), ["explain"]),
        (("--new",), ["--new-instance"]),
        (("import", "--expect"), ["--expect-sha256"]),
        (("export", "--enc"), ["--encoding"]),
        (("export", "--encoding", "p"), ["pem", "pkcs7"]),
        (("generate", "--format", "jc"), ["jceks"]),
        (("list", "sto"), ["store.jks"]),
        (("export", "--expect"), []),
        (("nothing",), []),
    ],
)
def test_bash_completes(words: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "store.jks").touch()
    assert completed(*words, folder=tmp_path) == expected


@pytest.mark.parametrize(
    ("shell", "name"),
    [("bash", "handfast.bash"), ("zsh", "_handfast"), ("fish", "handfast.fish")],
)
def test_each_shell_reads_its_own(shell: str, name: str) -> None:
    told = subprocess.run(
        [program(shell), "-n", PACKAGING / "completion" / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
