"""Saving where a file system has no permissions, no fsync, no links: FAT, exFAT, FUSE, shares."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import FileProblem
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.file_system import FileSystem
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.store_files import Limitation, write_file
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store

PASSWORD = Password("long enough")


def raising(number: int) -> object:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.fixture
def trust() -> Store:
    empty = new_store(Format.PKCS12, PASSWORD)
    return import_certificates(empty, [(issue(CN="partner").certificate, "partner")])


@pytest.fixture
def keys() -> Store:
    pair = make_pair(PairRequest(alias="own", name="CN=own", key="ec:P-256"))
    return new_store(Format.PKCS12, PASSWORD).with_entries([pair])


class Fat(FileSystem):
    """As Linux mounts FAT: every file has the mode of the mount, and links there are none."""

    def set_mode(self, handle: int, mode: int) -> None:
        os.fchmod(handle, 0o755)
        if mode != 0o755:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_keystore_is_saved_on_fat_and_it_is_told_who_can_read_it(
    keys: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", raising(errno.EPERM))
    path = tmp_path / "store.p12"
    for number in range(3):
        saved = save_store(keys, path, overwrite=bool(number), system=Fat())
        assert saved.stamp.limitations == {Limitation.PERMISSIONS}
        (note,) = [each for each in saved.notes if "does not store permissions" in each]
        assert "store.p12" in note
        assert open_file(path, PASSWORD).store.entries == keys.entries
    assert path.with_name("store.p12.bak").exists()
    assert len(list(tmp_path.iterdir())) == 2


def test_certificates_alone_are_nobodys_secret(trust: Store, tmp_path: Path) -> None:
    assert save_store(trust, tmp_path / "trust.p12", system=Fat()).notes == ()


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL])
def test_a_mode_that_cannot_be_set_but_is_right_is_no_matter(
    number: int, keys: Store, tmp_path: Path
) -> None:
    system = FileSystem()
    monkey = raising(number)
    system.set_mode = monkey  # type: ignore[method-assign, assignment]
    saved = save_store(keys, tmp_path / "store.p12", system=system)
    assert saved.stamp.limitations == frozenset()
    assert saved.notes == ()
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_is_saved_where_there_is_no_fsync(
    number: int, keys: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", raising(number))
    path = tmp_path / "store.p12"
    saved = save_store(keys, path)
    assert saved.stamp.limitations == {Limitation.SYNC}
    assert any("Eject it before you remove it" in note for note in saved.notes)
    assert open_file(path, PASSWORD).store.entries == keys.entries
    save_store(keys, path, overwrite=True)
    assert path.with_name("store.p12.bak").exists()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_an_fsync_that_fails_for_another_reason_is_a_failure(
    number: int, keys: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", raising(number))
    with pytest.raises(FileProblem):
        save_store(keys, tmp_path / "store.p12")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.ENOSPC])
def test_a_mode_that_cannot_be_set_for_another_reason_is_a_failure(
    number: int, tmp_path: Path
) -> None:
    system = FileSystem()
    system.set_mode = raising(number)  # type: ignore[method-assign, assignment]
    with pytest.raises(FileProblem):
        write_file(tmp_path / "file", b"new", system=system)
    assert not list(tmp_path.iterdir())


def test_both_at_once_are_both_told(
    keys: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", raising(errno.EINVAL))
    saved = save_store(keys, tmp_path / "store.p12", system=Fat())
    assert saved.stamp.limitations == {Limitation.PERMISSIONS, Limitation.SYNC}
    assert len(saved.notes) == 2


def test_an_ordinary_disk_has_nothing_to_tell(keys: Store, tmp_path: Path) -> None:
    saved = save_store(keys, tmp_path / "store.p12")
    assert saved.stamp.limitations == frozenset()
    assert saved.notes == ()
