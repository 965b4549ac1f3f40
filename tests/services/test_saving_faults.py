"""A save of any format that fails, or is killed, at any step leaves a store that opens."""

from __future__ import annotations

import dataclasses
import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import Cancelled, FileProblem, Refused
from handfast.core.password import Password
from handfast.core.store import Format, Store, Strength
from handfast.formats.registry import capabilities
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files import saving
from handfast.services.files.opening import OpenedFile, open_file
from handfast.services.files.saving import new_store, save_store
from tests.services.test_files import CREATING, ERRORS, REPLACING, failing_at

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = Password("changeit")
PAIR = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
KINDS = [
    (each.format, strength)
    for each in capabilities()
    if each.can_write
    for strength in (
        (Strength.MODERN, Strength.COMPATIBLE)
        if each.format is Format.PKCS12
        else (Strength.MODERN,)
    )
]
pytestmark = pytest.mark.parametrize(
    "kind", KINDS, ids=[f"{wanted.value}-{strength.value}" for wanted, strength in KINDS]
)
Kind = tuple[Format, Strength]


def small(kind: Kind) -> Store:
    wanted, strength = kind
    store = new_store(wanted, PASSWORD, strength).with_entries([PAIR])
    return import_certificates(store, [(PAIR.chain[0], "also")])


@pytest.fixture
def saved(kind: Kind, tmp_path: Path) -> OpenedFile:
    return save_store(small(kind), tmp_path / "store")


def edited(opened: OpenedFile) -> Store:
    return import_certificates(opened.store, [(PAIR.chain[0], "one-more")])


def assert_whole(path: Path, before: bytes, opened: OpenedFile) -> None:
    assert path.read_bytes() == before
    assert open_file(path, PASSWORD).store.entries == opened.store.entries


@pytest.mark.parametrize("step", REPLACING)
@pytest.mark.parametrize("number", ERRORS)
def test_the_old_store_stays_whole(step: str, number: int, saved: OpenedFile) -> None:
    before = saved.path.read_bytes()
    with pytest.raises(FileProblem, match=ERRORS[number]):
        save_store(edited(saved), saved.path, expected=saved.stamp, system=failing_at(step, number))
    assert_whole(saved.path, before, saved)
    # The next save goes through, and says what it wrote.
    again = save_store(edited(saved), saved.path, expected=saved.stamp)
    assert open_file(saved.path, PASSWORD).store.entries == again.store.entries
    assert len(again.store.entries) == len(saved.store.entries) + 1
    backup = saved.path.with_name("store.bak")
    assert backup.read_bytes() == before
    assert set(saved.path.parent.iterdir()) == {saved.path, backup}


@pytest.mark.parametrize("step", CREATING)
def test_nothing_is_left_of_a_new_one(step: str, kind: Kind, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="full"):
        save_store(small(kind), tmp_path / "store", system=failing_at(step, errno.ENOSPC))
    assert not list(tmp_path.iterdir())


def test_a_save_that_is_stopped_changes_nothing(saved: OpenedFile) -> None:
    before = saved.path.read_bytes()
    calls = 0

    def counting(_done: int, _total: int) -> None:
        nonlocal calls
        calls += 1

    save_store(edited(saved), saved.path.with_name("other"), progress=counting)
    assert calls > 0
    for stop in range(1, calls + 1):
        left = stop

        def stopping(_done: int, _total: int) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Cancelled("Stopped.")

        with pytest.raises(Cancelled):
            save_store(edited(saved), saved.path, expected=saved.stamp, progress=stopping)
        assert_whole(saved.path, before, saved)


def test_what_comes_back_different_is_not_written(
    saved: OpenedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.path.read_bytes()
    without = dataclasses.replace(edited(saved), entries=saved.store.entries)
    real = saving.write_store
    monkeypatch.setattr(saving, "write_store", lambda _store, **_: real(without))
    with pytest.raises(Refused, match="did not match the keystore"):
        save_store(edited(saved), saved.path, expected=saved.stamp)
    assert_whole(saved.path, before, saved)


KILLED = """
import os, sys
from pathlib import Path
from handfast.core.password import Password
from handfast.services.files.file_system import FileSystem
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
step, when, path = sys.argv[1], sys.argv[2], Path(sys.argv[3])
opened = open_file(path, Password("changeit"))
system = FileSystem()
real = getattr(system, step)
def killed(*arguments, **options):
    if when == "after":
        real(*arguments, **options)
    os._exit(9)
setattr(system, step, killed)
store = opened.store.without([opened.store.get("also")])
save_store(store, path, expected=opened.stamp, system=system)
"""


@pytest.mark.parametrize("step", ["write", "sync", "replace"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_save_leaves_the_old_store_or_the_new(
    step: str, when: str, saved: OpenedFile
) -> None:
    before = saved.path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, step, when, str(saved.path)],
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 9
    if (step, when) == ("replace", "after"):
        aliases = [entry.alias for entry in open_file(saved.path, PASSWORD).store.entries]
        assert aliases == ["pair"]
        assert saved.path.with_name("store.bak").read_bytes() == before
    else:
        assert_whole(saved.path, before, saved)
