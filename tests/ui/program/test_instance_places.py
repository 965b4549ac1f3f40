"""Where the first instance listens: a folder of its own person, whoever else is on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.ui.program.single_instance import instance

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOBODY = 65534


def test_the_folder_of_another_person_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = os.getuid()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # Somebody was there first, with the name that would be ours.
    (tmp_path / f"handfast-{person + 1}").mkdir(mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: person + 1)
    assert instance.begin([]) == (None, False)


def test_nothing_is_put_in_the_runtime_folder_of_another_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After `su` it stands in the environment. With a folder of ours in it, they would have no
    # place of their own any more.
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    person = os.getuid()
    with monkeypatch.context() as changed:
        changed.setattr(os, "getuid", lambda: person + 1)
        instance.begin([])
    assert list(runtime.iterdir()) == []
    mine, _ = instance.begin([])
    assert mine is not None
    mine.close()
    assert list(runtime.iterdir()) == [runtime / "handfast"]


@pytest.mark.parametrize("length", [7, 120], ids=["beside", "elsewhere"])
def test_a_folder_that_others_can_write_to_is_not_trusted(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    folder = tmp_path_factory.mktemp("place")
    runtime = folder / ("r" * length)
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(instance, "_NEAR", str(folder))
    listens = folder / f"handfast-{os.getuid()}" if length > 100 else runtime / "handfast"
    listens.mkdir()
    listens.chmod(0o777)
    assert instance.begin([]) == (None, False)
    listens.chmod(0o700)
    taken, _ = instance.begin([])
    assert taken is not None
    taken.close()
    assert len(list(listens.glob("*.socket"))) == 1


# What is loaded later would be out of reach for who may not look into the folder of who runs this.
_BEGIN = """
import fcntl, hashlib, json, os, sys, tempfile, time
from handfast.ui.program.single_instance import instance
instance.PATIENCE = 0.3
# A short name even beneath the folder of a test.
os.chdir(sys.argv[2])
instance._NEAR = tempfile.tempdir = "."
os.setgroups([])
os.setuid(int(sys.argv[1]))
taken, is_done = instance.begin([])
print(taken is not None, is_done, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users reach; pytest’s own are closed to them."""
    with tempfile.TemporaryDirectory(prefix="handfast-people-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("name", ["run", "r" * 120], ids=["beside", "elsewhere"])
def test_two_people_on_one_machine_each_have_a_first_place(open_folder: Path, name: str) -> None:
    shared = open_folder / "tmp"
    runtime = open_folder / name
    for each in (shared, runtime):
        each.mkdir()
        each.chmod(0o1777)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    running: list[subprocess.Popen[str]] = []
    told: list[str] = []
    try:
        for person in (0, _NOBODY, 0, _NOBODY):
            made = subprocess.Popen(
                [sys.executable, "-c", _BEGIN, str(person), str(shared)],
                env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            running.append(made)
            assert made.stdout is not None
            told.append(made.stdout.readline())
    finally:
        for made in running:
            made.kill()
            made.communicate()
    # The later two find their own first one, which answers nothing here.
    assert told == ["True False\n", "True False\n", "False False\n", "False False\n"]
    owners = {each.name: each.stat().st_uid for each in shared.glob("handfast-*")}
    assert owners[f"handfast-{_NOBODY}"] == _NOBODY
    assert {each.stat().st_uid for each in runtime.iterdir()} == {0}
