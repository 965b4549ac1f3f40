"""The keytool that stays in one machine answers as one that has a process of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.tools import QUICK_JVM, tool

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

SECRET = ("-storepass", "changeit")


@pytest.fixture(scope="module")
def process() -> Tool:
    return tool("keytool", *(f"-J{option}" for option in QUICK_JVM), "-J-Dfile.encoding=UTF-8")


@pytest.fixture(scope="module")
def store(process: Tool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resident")
    path = folder / "store.jks"
    process("-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=own.example",
            "-keystore", path, "-storetype", "JKS", *SECRET)  # fmt: skip
    process("-exportcert", "-alias", "own", "-file", folder / "own.cer", "-keystore", path,
            *SECRET)  # fmt: skip
    process("-importcert", "-noprompt", "-alias", "partner", "-file", folder / "own.cer",
            "-keystore", path, *SECRET)  # fmt: skip
    return path


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("-list",), None),
        (("-list", "-v"), None),
        (("-list", "-rfc"), None),
        (("-list", "-alias", "nobody"), None),
        (("-list", "-bogus"), None),
        (("-list", "-storepass", "wrong-one"), None),
        (("-delete", "-alias", "partner"), None),
        (("-delete", "-alias", "nobody"), None),
        (("-importcert", "-alias", "other", "-file", "{folder}/own.cer"), "no\n"),
        (("-importcert", "-alias", "other", "-file", "{folder}/own.cer"), "yes\n"),
        (("-importcert", "-alias", "other", "-file", "{folder}/missing.cer"), None),
        (("-exportcert", "-alias", "own", "-rfc"), None),
        (("-changealias", "-alias", "own", "-destalias", "újonnan"), "changeit\n"),
    ],
)
def test_both_say_the_same_and_leave_the_same(
    arguments: tuple[str, ...],
    stdin: str | None,
    process: Tool,
    keytool: Tool,
    store: Path,
    tmp_path: Path,
) -> None:
    said = []
    for name, runs in (("process", process), ("resident", keytool)):
        # As both print the path, and neither keeps anything of it for the other.
        path = tmp_path / "copy.jks"
        shutil.copy(store, path)
        words = [each.format(folder=store.parent) for each in arguments]
        secret = () if "-storepass" in words else SECRET
        done = runs(*words, "-keystore", path, *secret, check=False, stdin=stdin)
        after = runs("-list", "-keystore", path, *SECRET, check=False)
        said.append((done.returncode, done.stdout, done.stderr, after.stdout))
        assert done.stdout + done.stderr + after.stdout, name
    assert said[0] == said[1]
