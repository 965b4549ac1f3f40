"""What tests of all kinds share: the real tools that they talk to."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Run = "Callable[..., subprocess.CompletedProcess[str]]"


def tool(name: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs a program and, unless ``check=False``, insists that it succeeds."""
    program = shutil.which(name)
    if program is None:
        if os.environ.get("HANDFAST_REQUIRE_TOOLS"):
            pytest.fail(f"{name} is required here and is not on PATH")
        pytest.skip(f"{name} is not on PATH")

    def run(
        *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [program, *map(str, arguments)],
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


@pytest.fixture(scope="session")
def keytool() -> Callable[..., subprocess.CompletedProcess[str]]:
    """keytool of the JDK on PATH, in English."""
    run = tool("keytool")

    def english(
        *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return run(
            "-J-Duser.language=en", "-J-Dfile.encoding=UTF-8", *arguments, check=check, stdin=stdin
        )

    return english


@pytest.fixture(scope="session")
def openssl() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The openssl command."""
    return tool("openssl")
