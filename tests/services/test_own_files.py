"""What a save overwrites or deletes beside a keystore is its own, whatever it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files import file_system, own_files
from handfast.services.files.opening import open_file
from handfast.services.files.own_files import OwnFiles, state_folder
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from handfast.core.store import Store

PASSWORD = Password("long enough")


def store_of(name: str) -> Store:
    pair = make_pair(PairRequest(alias=name, name=f"CN={name}", key="ec:P-256"))
    return new_store(Format.PKCS12, PASSWORD).with_entries([pair])


def edit(path: Path) -> None:
    opened = open_file(path, PASSWORD)
    certificate = issue(CN="partner").certificate
    alias = f"partner-{len(opened.store.entries)}"
    store = import_certificates(opened.store, [(certificate, alias)])
    save_store(store, path, expected=opened.stamp, before=opened.store)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "store.p12"
    save_store(store_of("own"), found)
    return found


def others(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()} - {path.name}


def test_our_own_backup_is_replaced_each_time(path: Path) -> None:
    for _ in range(4):
        before = path.read_bytes()
        edit(path)
        assert path.with_name("store.p12.bak").read_bytes() == before
        assert others(path) == {"store.p12.bak"}


def test_another_keystore_of_that_name_stays(path: Path) -> None:
    theirs = path.with_name("store.p12.bak")
    save_store(store_of("theirs"), theirs)
    kept = theirs.read_bytes()
    for _ in range(3):
        before = path.read_bytes()
        edit(path)
        assert theirs.read_bytes() == kept
        assert path.with_name("store.p12.bak1").read_bytes() == before
    assert others(path) == {"store.p12.bak", "store.p12.bak1"}


def test_a_copy_that_a_person_made_before_an_edit_stays_after_the_next(path: Path) -> None:
    mine = path.with_name("store.p12.bak")
    mine.write_bytes(path.read_bytes())
    kept = mine.read_bytes()
    # The first save would only replace it by the same.
    edit(path)
    assert mine.read_bytes() == kept


def test_a_backup_that_somebody_put_another_file_in_the_place_of_stays(path: Path) -> None:
    edit(path)
    backup = path.with_name("store.p12.bak")
    save_store(store_of("theirs"), backup, overwrite=True, backup=False)
    kept = backup.read_bytes()
    edit(path)
    assert backup.read_bytes() == kept
    assert path.with_name("store.p12.bak1").exists()


def test_our_backup_under_the_name_of_another_keystore_is_not_ours_there(path: Path) -> None:
    edit(path)
    other = path.with_name("other.p12")
    save_store(store_of("other"), other)
    there = other.with_name("other.p12.bak")
    path.with_name("store.p12.bak").rename(there)
    kept = there.read_bytes()
    edit(other)
    assert there.read_bytes() == kept


def test_a_link_in_the_place_of_a_backup_is_not_ours(path: Path, tmp_path: Path) -> None:
    edit(path)
    backup = path.with_name("store.p12.bak")
    elsewhere = tmp_path / "elsewhere"
    backup.rename(elsewhere)
    backup.symlink_to(elsewhere)
    edit(path)
    assert backup.is_symlink()


def test_without_a_place_for_notes_nothing_is_taken_for_ours(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr(own_files, "_ATTRIBUTE", "not.allowed")
    versions = []
    for _ in range(3):
        versions.append(path.read_bytes())
        edit(path)
    kept = [path.with_name(f"store.p12.bak{number}").read_bytes() for number in ("", 1, 2)]
    assert kept == versions


@pytest.mark.skipif(sys.platform != "linux", reason="the attributes are Linux’s")
def test_without_a_place_for_notes_a_backup_carries_its_own(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        os.setxattr(path, "user.handfast.test", b"")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    for _ in range(3):
        before = path.read_bytes()
        edit(path)
        assert path.with_name("store.p12.bak").read_bytes() == before
    assert others(path) == {"store.p12.bak", "blocked"}
    # Another keystore in its place is not taken for it.
    theirs = path.with_name("store.p12.bak")
    save_store(store_of("theirs"), theirs, overwrite=True, backup=False)
    kept = theirs.read_bytes()
    edit(path)
    assert theirs.read_bytes() == kept


NAMES = (
    ".store.p12.handfast-abcdef01",
    ".store.p12.handfast-0123456789abcdef",
    ".store.p12.handfast-backup.p12",
    ".store.p12.handfast-",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_theirs_that_is_called_like_our_temporary_ones_stays(
    name: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_system, "_ABANDONED_AFTER_SECONDS", -60)
    theirs = path.with_name(name)
    theirs.write_bytes(b"precious")
    edit(path)
    assert theirs.read_bytes() == b"precious"


KILLED = """
import os, sys
from pathlib import Path
from handfast.services.files.file_system import FileSystem
from handfast.services.files.store_files import write_file
def killed(*_):
    os._exit(9)
FileSystem.{step} = killed
write_file(Path(sys.argv[1]), b"new", overwrite=True, backup=True)
"""


@pytest.mark.parametrize("step", ["write", "finish", "replace"])
def test_what_a_killed_save_left_is_known_to_a_later_one(
    step: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", KILLED.format(step=step), str(path)]
    assert subprocess.run(command, check=False).returncode == 9
    assert any(".handfast-" in each for each in others(path))
    monkeypatch.setattr(file_system, "_ABANDONED_AFTER_SECONDS", -60)
    edit(path)
    assert others(path) == {"store.p12.bak"}


def test_notes_tell_nothing_and_do_not_pile_up(path: Path) -> None:
    state = Path(os.environ["XDG_STATE_HOME"]) / "handfast/own-files"
    edit(path)
    before = set(state.iterdir())
    for _ in range(3):
        edit(path)
    # One for the backup; those of temporary files went with them.
    assert set(state.iterdir()) == before
    for note in before:
        assert "store" not in note.name
        assert len(note.name) == 64


def test_old_notes_go_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(own_files, "_MAX_NOTES", 10)
    for number in range(40):
        OwnFiles().note_temporary(tmp_path / f"file-{number}")
    assert len(list((tmp_path / "handfast/own-files").iterdir())) <= 11
    assert OwnFiles().is_our_temporary(tmp_path / "file-39")


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is for Linux")
def test_the_folder_of_state_is_where_the_system_has_it() -> None:
    assert state_folder({"XDG_STATE_HOME": "/var/state"}) == Path("/var/state/handfast")
    relative = state_folder({"XDG_STATE_HOME": "relative"})
    assert relative == Path.home() / ".local/state/handfast"
