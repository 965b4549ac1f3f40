"""The real programs that tests talk to: keytool, openssl, and small Java programs of our own.

A program that is missing skips the test and says so; where ``HANDFAST_REQUIRE_TOOLS`` is set
(as it is in ``.ci/run``) it fails instead, so that nothing goes untested unnoticed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: Half of a short program's time on the JVM is compiling what then runs once.
QUICK_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en")


class Tool(Protocol):
    """Runs a program and, unless ``check=False``, insists that it succeeds."""

    def __call__(
        self, *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]: ...


def program(name: str) -> str:
    """The path of a program; skips or fails the test where there is none."""
    found = shutil.which(name)
    if found is not None:
        return found
    if os.environ.get("HANDFAST_REQUIRE_TOOLS", "") not in {"", "0"}:
        pytest.fail(f"{name} is required here and is not on PATH")
    pytest.skip(f"{name} is not on PATH")


def tool(name: str, *always: str) -> Tool:
    """A function that runs a program, with the arguments that it always gets first."""
    path = program(name)

    def run(
        *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [path, *always, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{name} failed: {done.stdout}\n{done.stderr}")
        return done

    return run


class Java:
    """Compiles a source file once and runs its main class, as often as it is called."""

    def __init__(self, folder: Path) -> None:
        self._compile = tool("javac", "-J-XX:TieredStopAtLevel=1", "-encoding", "UTF-8")
        self._run = tool("java", *QUICK_JVM, "-Dfile.encoding=UTF-8")
        self._folder = folder
        self._compiled: set[Path] = set()

    def __call__(
        self, source: Path, *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        if source not in self._compiled:
            self._compile("-d", self._folder, source)
            self._compiled.add(source)
        return self._run("-cp", self._folder, source.stem, *arguments, check=check, stdin=stdin)
