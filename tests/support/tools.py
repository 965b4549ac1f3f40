"""The real programs that tests talk to: keytool, openssl, and small Java programs of our own.

A program that is missing skips the test and says so; where ``HANDFAST_REQUIRE_TOOLS`` is set
(as it is in ``.ci/run``) it fails instead, so that nothing goes untested unnoticed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: For ``python -c``, before a program’s path and arguments: lets it be interrupted though whoever
#: runs the tests cannot be, as in the background of a shell.
INTERRUPTIBLE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
#: Half of a short program's time on the JVM is compiling what then runs once.
QUICK_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en")


class Tool(Protocol):
    """Runs a program and, unless ``check=False``, insists that it succeeds."""

    def __call__(
        self, *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]: ...


def program(name: str) -> str:
    """The path of a program; skips or fails the test where there is none."""
    # Servers are in /usr/sbin, which not everybody has on PATH.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
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


class JavaProblem(Exception):
    """What Java threw: the name of its innermost exception, and what that says."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class JavaPeer:
    """Our small Java program, which looks at stores and talks TLS as a partner on Java would."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *fields: str | Path) -> list[list[str]]:
        """One command (see ``tests/data/java``); the lines of its answer, in fields."""
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write("\t".join(map(str, fields)) + "\n")
        into.flush()
        lines: list[list[str]] = []
        while (line := out.readline()) != ".\n":
            assert line, "the Java program has ended"
            lines.append(line.rstrip("\n").split("\t"))
        if lines and lines[0][0] == "problem":
            raise JavaProblem(lines[0][1], lines[0][2])
        return lines


@contextlib.contextmanager
def java_peer(sources: Path, classes: Path) -> Iterator[JavaPeer]:
    """The Java program, compiled, running, and ended when its input is."""
    compiler = tool("javac", "-J-XX:TieredStopAtLevel=1", "-encoding", "UTF-8", "-Xlint:all")
    compiler("-d", classes, *sorted(sources.glob("*.java")))
    command = [program("java"), *QUICK_JVM, "-cp", str(classes), "Peer"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield JavaPeer(process)
