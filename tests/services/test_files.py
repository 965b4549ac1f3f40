"""A save that fails at any step leaves a whole file."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import AlreadyExists, ChangedOnDisk, FileProblem
from handfast.services.files import FileSystem, read_file, stamp_of, write_file

if TYPE_CHECKING:
    from pathlib import Path

STEPS = ("create_beside", "write", "sync", "set_mode", "replace")
OLD, NEW = b"old" * 1000, b"new" * 2000


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("backup", [False, True])
def test_a_step_that_fails_leaves_the_old_file(step: str, tmp_path: Path, *, backup: bool) -> None:
    target = tmp_path / "store.jks"
    target.write_bytes(OLD)

    class Failing(FileSystem):
        pass

    def fail(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    setattr(Failing, step, fail)
    with pytest.raises(FileProblem) as caught:
        write_file(target, NEW, overwrite=True, backup=backup, system=Failing())
    assert caught.value.code == 7
    assert "full" in caught.value.problem
    assert target.read_bytes() == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["store.jks"]


@pytest.mark.parametrize("step", [*STEPS, "sync_folder"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_a_step_leaves_a_whole_file(step: str, when: str, tmp_path: Path) -> None:
    target = tmp_path / "store.jks"
    target.write_bytes(OLD)
    script = f"""
import os, pathlib
from handfast.services.files import FileSystem, write_file
real = FileSystem.{step}
def killed(*arguments):
    if {when!r} == "after":
        real(*arguments)
    os._exit(9)
FileSystem.{step} = killed
write_file(pathlib.Path({str(target)!r}), b"new" * 2000, overwrite=True)
"""
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 9
    is_replaced = step == "sync_folder" or (step, when) == ("replace", "after")
    assert target.read_bytes() == (NEW if is_replaced else OLD)


def test_modes_links_and_backups(tmp_path: Path) -> None:
    target, link = tmp_path / "real.jks", tmp_path / "link.jks"
    write_file(target, OLD)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    target.chmod(0o640)
    link.symlink_to(target)
    write_file(link, NEW, overwrite=True, backup=True)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    backup = tmp_path / "real.jks.bak"
    assert backup.read_bytes() == OLD
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640


def test_what_others_changed_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "store.jks"
    stamp = write_file(target, OLD)
    os.utime(target)
    stamp = write_file(target, NEW, expected=stamp)
    target.write_bytes(OLD)
    with pytest.raises(ChangedOnDisk):
        write_file(target, NEW, expected=stamp)
    target.unlink()
    with pytest.raises(ChangedOnDisk):
        write_file(target, NEW, expected=stamp)
    assert stamp_of(target) is None


def test_an_existing_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    target = tmp_path / "store.jks"
    write_file(target, OLD)
    with pytest.raises(AlreadyExists):
        write_file(target, NEW)
    assert target.read_bytes() == OLD


def test_missing_and_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no such"):
        read_file(tmp_path / "missing")
    with pytest.raises(FileProblem, match="folder"):
        read_file(tmp_path)
    with pytest.raises(FileProblem, match="no such"):
        write_file(tmp_path / "no" / "store.jks", NEW)
