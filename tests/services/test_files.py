"""A save that fails, or is killed, at any step leaves a whole file."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import AlreadyExists, ChangedOnDisk, FileProblem
from handfast.services.files import file_system
from handfast.services.files.file_system import FileSystem
from handfast.services.files.store_files import read_file, stamp_of, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLACING = ("create_beside", "write", "take_over", "set_mode", "sync", "keep", "replace")
CREATING = ("create_beside", "write", "set_mode", "sync", "place")
ERRORS = {errno.ENOSPC: "full", errno.EROFS: "read-only", errno.EIO: "disk reported an error"}
OLDER, OLD, NEW = b"older" * 900, b"old" * 1000, b"new" * 2000


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def failing_at(step: str, number: int = errno.ENOSPC) -> FileSystem:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    system = FileSystem()
    setattr(system, step, fail)
    return system


class TestFailures:
    @pytest.mark.parametrize("step", REPLACING)
    @pytest.mark.parametrize("number", ERRORS)
    def test_the_old_file_stays_whole(self, step: str, number: int, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        target.write_bytes(OLD)
        backup = tmp_path / "store.jks.bak"
        backup.write_bytes(OLDER)
        with pytest.raises(FileProblem) as caught:
            write_file(target, NEW, overwrite=True, backup=True, system=failing_at(step, number))
        assert caught.value.code == 7
        assert ERRORS[number] in caught.value.problem
        assert target.read_bytes() == OLD
        # The version before is never in question: at the last step it is what still is there.
        assert backup.read_bytes() == (OLD if step == "replace" else OLDER)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["store.jks", "store.jks.bak"]

    @pytest.mark.parametrize("step", CREATING)
    def test_nothing_is_left_of_a_new_file(self, step: str, tmp_path: Path) -> None:
        with pytest.raises(FileProblem, match="full"):
            write_file(tmp_path / "store.jks", NEW, system=failing_at(step))
        assert not list(tmp_path.iterdir())

    def test_a_save_goes_on_after_one_that_failed_late(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        target.write_bytes(OLD)
        with pytest.raises(FileProblem):
            write_file(target, NEW, overwrite=True, backup=True, system=failing_at("replace"))
        write_file(target, NEW, overwrite=True, backup=True)
        assert target.read_bytes() == NEW
        assert (tmp_path / "store.jks.bak").read_bytes() == OLD
        assert len(list(tmp_path.iterdir())) == 2

    def test_what_killed_saves_left_goes_with_a_later_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target, other = tmp_path / "store.jks", tmp_path / "other.jks"
        for path in (target, other):
            write_file(path, OLD)
        remains = [FileSystem().create_beside(path) for path in (target, target, other)]
        for handle, _ in remains:
            os.close(handle)
        theirs = tmp_path / ".store.jks.original"
        theirs.write_bytes(OLD)
        link = tmp_path / ".store.jks.handfast-link"
        link.symlink_to(theirs)
        everything = set(tmp_path.iterdir())
        # They may be those of a save that is at work.
        write_file(target, NEW, overwrite=True)
        assert set(tmp_path.iterdir()) == everything
        monkeypatch.setattr(file_system, "_ABANDONED_AFTER_SECONDS", -60)
        write_file(target, OLD, overwrite=True)
        assert set(tmp_path.iterdir()) == everything - {path for _, path in remains[:2]}

    @pytest.mark.parametrize("backup", [False, True])
    def test_a_full_disk(self, tiny_disk: Path, *, backup: bool) -> None:
        target = tiny_disk / "store.jks"
        write_file(target, OLD)
        with pytest.raises(FileProblem) as caught:
            write_file(target, bytes(200_000), overwrite=True, backup=backup)
        assert "disk is full" in caught.value.problem
        assert target.read_bytes() == OLD
        assert [path.name for path in tiny_disk.iterdir()] == ["store.jks"]

    def test_a_disk_that_is_read_only(self, tiny_disk: Path) -> None:
        target = tiny_disk / "store.jks"
        write_file(target, OLD)
        subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
        with pytest.raises(FileProblem, match="read-only"):
            write_file(target, NEW, overwrite=True)
        with pytest.raises(FileProblem, match="read-only"):
            write_file(tiny_disk / "other.jks", NEW)
        assert target.read_bytes() == OLD

    def test_a_folder_that_one_may_not_write_to(self, open_folder: Path) -> None:
        script = """
from handfast.core.errors import FileProblem
from handfast.services.files.store_files import read_file, write_file
for name in ("store.jks", "other.jks"):
    try:
        write_file(folder / name, b"new", overwrite=True)
    except FileProblem as error:
        print(error.problem)
print(read_file(folder / "store.jks")[0])
"""
        target = open_folder / "store.jks"
        target.write_bytes(b"old")
        target.chmod(0o666)
        open_folder.chmod(0o555)
        try:
            said = run_as_nobody(script, open_folder).splitlines()
        finally:
            open_folder.chmod(0o755)
        assert [line.split(": ")[-1] for line in said[:2]] == ["you have no permission."] * 2
        assert said[2] == "b'old'"
        assert [path.name for path in open_folder.iterdir()] == ["store.jks"]

    def test_a_file_that_is_marked_read_only(self, open_folder: Path) -> None:
        script = """
from handfast.core.errors import FileProblem
from handfast.services.files.store_files import write_file
try:
    write_file(folder / "store.jks", b"new", overwrite=True)
except FileProblem as error:
    print(error.problem)
"""
        target = open_folder / "store.jks"
        target.write_bytes(b"old")
        target.chmod(0o444)
        open_folder.chmod(0o777)
        if os.geteuid() == 0:
            assert "belongs to another user (root)" in run_as_nobody(script, open_folder)
            os.chown(target, 65534, 65534)
        assert "marked read-only" in run_as_nobody(script, open_folder)
        assert target.read_bytes() == b"old"


class TestKills:
    """A real process that ends at a step, without any of its own cleaning up."""

    @pytest.mark.parametrize("step", [*REPLACING, "sync_folder"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_the_file_is_whole(self, step: str, when: str, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        target.write_bytes(OLD)
        target.chmod(0o640)
        kill_at(step, when, target)
        is_new = step == "sync_folder" or (step, when) == ("replace", "after")
        assert target.read_bytes() == (NEW if is_new else OLD)
        assert mode_of(target) == 0o640
        backup = tmp_path / "store.jks.bak"
        # Once the new one is there, so is the one before it.
        assert backup.exists() or not is_new
        assert not backup.exists() or backup.read_bytes() == OLD
        for left in set(tmp_path.iterdir()) - {target, backup}:
            assert mode_of(left) & 0o007 == 0

    @pytest.mark.parametrize("step", [*CREATING, "sync_folder"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_a_new_file_is_whole_or_not_there(self, step: str, when: str, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        kill_at(step, when, target)
        is_new = step == "sync_folder" or (step, when) == ("place", "after")
        assert target.exists() is is_new
        if is_new:
            assert target.read_bytes() == NEW
        for left in tmp_path.iterdir():
            assert mode_of(left) == 0o600

    def test_half_written_content_stays_in_the_temporary_file(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        target.write_bytes(OLD)
        script = """
real = os.write
def half(handle, data):
    real(handle, data[:len(data) // 2])
    os._exit(9)
os.write = half
write_file(target, b"new" * 2000, overwrite=True)
"""
        run_killed(script, target)
        assert target.read_bytes() == OLD


class TestModes:
    def test_a_new_file_is_never_open_to_others(self, tmp_path: Path) -> None:
        seen: list[int] = []

        class Watching(FileSystem):
            def write(self, handle: int, data: bytes) -> None:
                seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
                super().write(handle, data)
                seen.append(stat.S_IMODE(os.fstat(handle).st_mode))

        before = os.umask(0)
        try:
            write_file(tmp_path / "store.p12", NEW, system=Watching())
        finally:
            os.umask(before)
        assert seen == [0o600, 0o600]
        assert mode_of(tmp_path / "store.p12") == 0o600

    def test_a_public_file_is_readable(self, tmp_path: Path) -> None:
        write_file(tmp_path / "partner.cer", NEW, new_mode=0o644)
        assert mode_of(tmp_path / "partner.cer") == 0o644

    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o660])
    def test_mode_and_one_backup(self, mode: int, tmp_path: Path) -> None:
        target, backup = tmp_path / "store.jks", tmp_path / "store.jks.bak"
        write_file(target, OLDER)
        target.chmod(mode)
        for version in (OLD, NEW):
            write_file(target, version, overwrite=True, backup=True)
        assert (target.read_bytes(), backup.read_bytes()) == (NEW, OLD)
        assert mode_of(target) == mode_of(backup) == mode
        assert len(list(tmp_path.iterdir())) == 2

    def test_a_backup_without_hard_links(self, tmp_path: Path) -> None:
        target, backup = tmp_path / "store.jks", tmp_path / "store.jks.bak"
        target.write_bytes(OLD)
        target.chmod(0o640)
        script = """
def forbidden(*_names):
    raise PermissionError
os.link = forbidden
write_file(target, b"new" * 2000, overwrite=True, backup=True)
write_file(target.with_name("another"), b"new")
"""
        assert run_script(script, target).returncode == 0
        assert (target.read_bytes(), backup.read_bytes()) == (NEW, OLD)
        assert mode_of(backup) == 0o640
        assert (tmp_path / "another").read_bytes() == b"new"
        assert len(list(tmp_path.iterdir())) == 3

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_the_owner_stays(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        target.write_bytes(OLD)
        os.chown(target, 65534, 65534)
        target.chmod(0o640)
        write_file(target, NEW, overwrite=True, backup=True)
        for path in (target, tmp_path / "store.jks.bak"):
            status = path.stat()
            assert (status.st_uid, status.st_gid) == (65534, 65534)
            assert mode_of(path) == 0o640

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a file of another group")
    def test_another_group_does_not_get_the_rights(self, open_folder: Path) -> None:
        target = open_folder / "store.jks"
        target.write_bytes(b"old")
        os.chown(target, 65534, 4)
        target.chmod(0o660)
        open_folder.chmod(0o777)
        script = """
from handfast.services.files.store_files import write_file
write_file(folder / "store.jks", b"new", overwrite=True)
"""
        run_as_nobody(script, open_folder)
        status = target.stat()
        assert target.read_bytes() == b"new"
        assert status.st_gid == 65534
        assert mode_of(target) == 0o600


class TestLinks:
    def test_a_link_is_followed_and_stays(self, tmp_path: Path) -> None:
        folder = tmp_path / "real"
        folder.mkdir()
        target, link = folder / "store.jks", tmp_path / "link.jks"
        target.write_bytes(OLD)
        link.symlink_to("real/store.jks")
        write_file(link, NEW, overwrite=True, backup=True)
        assert link.is_symlink()
        assert target.read_bytes() == NEW
        assert (folder / "store.jks.bak").read_bytes() == OLD

    def test_a_link_to_nothing_gets_its_file(self, tmp_path: Path) -> None:
        link = tmp_path / "link.jks"
        link.symlink_to(tmp_path / "real.jks")
        write_file(link, NEW)
        assert link.is_symlink()
        assert (tmp_path / "real.jks").read_bytes() == NEW

    def test_a_link_to_itself_is_said(self, tmp_path: Path) -> None:
        link = tmp_path / "link.jks"
        link.symlink_to(link)
        for attempt in (lambda: write_file(link, NEW), lambda: read_file(link)):
            with pytest.raises(FileProblem, match="leads back to itself"):
                attempt()

    def test_a_backup_that_is_a_link_is_replaced_not_followed(self, tmp_path: Path) -> None:
        target, other = tmp_path / "store.jks", tmp_path / "other"
        target.write_bytes(OLD)
        other.write_bytes(b"mine")
        (tmp_path / "store.jks.bak").symlink_to(other)
        write_file(target, NEW, overwrite=True, backup=True)
        assert other.read_bytes() == b"mine"
        assert (tmp_path / "store.jks.bak").read_bytes() == OLD


class TestChanges:
    def test_a_touch_is_not_a_change(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)
        os.utime(target, ns=(1, 1))
        assert write_file(target, NEW, expected=stamp).is_same_content(read_file(target)[1])

    def test_a_change_of_the_same_size_and_time_is_one(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)
        target.write_bytes(OLD[::-1])
        os.utime(target, ns=(stamp.mtime_ns, stamp.mtime_ns))
        with pytest.raises(ChangedOnDisk):
            write_file(target, NEW, expected=stamp)
        assert target.read_bytes() == OLD[::-1]

    def test_a_change_while_it_is_being_written_is_one(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)

        class Slow(FileSystem):
            def sync(self, handle: int) -> None:
                super().sync(handle)
                target.write_bytes(b"somebody else was here")

        with pytest.raises(ChangedOnDisk):
            write_file(target, NEW, expected=stamp, backup=True, system=Slow())
        assert target.read_bytes() == b"somebody else was here"
        assert [path.name for path in tmp_path.iterdir()] == ["store.jks"]

    def test_a_file_that_is_gone_is_a_change(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)
        target.unlink()
        with pytest.raises(ChangedOnDisk, match="no longer exists"):
            write_file(target, NEW, expected=stamp)
        assert stamp_of(target) is None

    def test_the_stamp_that_is_returned_is_that_of_the_file(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)
        assert stamp == stamp_of(target) == read_file(target)[1]
        stamp = write_file(target, NEW, expected=stamp)
        assert stamp == stamp_of(target)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locks of folders")
    def test_of_two_saves_at_the_same_moment_one_is_refused(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)
        refused: list[ChangedOnDisk] = []

        def save_too() -> None:
            try:
                write_file(target, b"the other", expected=stamp)
            except ChangedOnDisk as error:
                refused.append(error)

        other = threading.Thread(target=save_too)

        class Slow(FileSystem):
            def keep(self, target: Path, backup: Path) -> None:
                # Past the last look at the file: the other one must not get in between now.
                other.start()
                other.join(timeout=0.2)
                super().keep(target, backup)

        write_file(target, NEW, expected=stamp, backup=True, system=Slow())
        other.join()
        assert len(refused) == 1
        assert target.read_bytes() == NEW
        assert (tmp_path / "store.jks.bak").read_bytes() == OLD

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locks of folders")
    def test_a_folder_that_somebody_holds_does_not_stop_a_save(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import fcntl

        monkeypatch.setattr("handfast.services.files.file_system._LOCK_TIMEOUT_SECONDS", 0.05)
        target = tmp_path / "store.jks"
        stamp = write_file(target, OLD)
        held = os.open(tmp_path, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            write_file(target, NEW, expected=stamp)
        finally:
            os.close(held)
        assert target.read_bytes() == NEW

    def test_an_existing_file_is_not_replaced_unasked(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"
        write_file(target, OLD)
        with pytest.raises(AlreadyExists):
            write_file(target, NEW)
        assert target.read_bytes() == OLD

    def test_nor_one_that_appears_at_the_last_moment(self, tmp_path: Path) -> None:
        target = tmp_path / "store.jks"

        class Slow(FileSystem):
            def sync(self, handle: int) -> None:
                super().sync(handle)
                target.write_bytes(OLD)

        with pytest.raises(AlreadyExists):
            write_file(target, NEW, system=Slow())
        assert target.read_bytes() == OLD
        assert [path.name for path in tmp_path.iterdir()] == ["store.jks"]


class TestTellingApart:
    def test_missing_and_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FileProblem, match="no such"):
            read_file(tmp_path / "missing")
        with pytest.raises(FileProblem, match="folder"):
            read_file(tmp_path)
        with pytest.raises(FileProblem, match="no such"):
            write_file(tmp_path / "no" / "store.jks", NEW)
        with pytest.raises(FileProblem, match="it is a folder"):
            write_file(tmp_path, NEW, overwrite=True)

    def test_a_file_where_a_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(FileProblem, match="folder is a file"):
            write_file(tmp_path / "file" / "store.jks", NEW)

    @pytest.mark.parametrize("name", ["a\0b", "x" * 300])
    def test_names_that_cannot_be(self, name: str, tmp_path: Path) -> None:
        for attempt in (
            lambda: write_file(tmp_path / name, NEW),
            lambda: read_file(tmp_path / name),
        ):
            with pytest.raises(FileProblem, match="name"):
                attempt()

    def test_long_names_of_wide_letters_fit(self, tmp_path: Path) -> None:
        target = tmp_path / ("é" * 120)
        write_file(target, OLD)
        write_file(target, NEW, overwrite=True, backup=True)
        assert target.read_bytes() == NEW

    def test_a_large_file_is_not_read(self, tmp_path: Path) -> None:
        image = tmp_path / "disk.img"
        with image.open("wb") as file:
            file.truncate(3 * 1024**3)
        with pytest.raises(FileProblem, match="too large"):
            read_file(image)

    def test_a_pipe_is_read_to_its_end(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(OLD,))
        writer.start()
        data, stamp = read_file(pipe)
        writer.join()
        assert (data, stamp.size) == (OLD, len(OLD))

    def test_a_pipe_is_not_written_to(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileProblem, match="not a regular file"):
            write_file(tmp_path / "pipe", NEW, overwrite=True)

    @pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are Linux’s")
    def test_a_pipe_without_a_name_is_not_written_to(self) -> None:
        # As /dev/stdout leads to, where somebody pipes it on.
        reads, writes = os.pipe()
        try:
            with pytest.raises(FileProblem, match="not a regular file"):
                write_file(Path(f"/proc/self/fd/{writes}"), NEW)
        finally:
            os.close(reads)
            os.close(writes)


# --- how it is done ---------------------------------------------------------------------------


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KB."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that strangers can reach, which the tests' own is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def run_script(script: str, target: Path) -> subprocess.CompletedProcess[str]:
    head = f"""
import os, pathlib
from handfast.services.files.file_system import FileSystem
from handfast.services.files.store_files import write_file
target = pathlib.Path({str(target)!r})
"""
    return subprocess.run(
        [sys.executable, "-c", head + script], check=False, capture_output=True, text=True
    )


def run_killed(script: str, target: Path) -> None:
    done = run_script(script, target)
    assert done.returncode == 9, done.stderr


def kill_at(step: str, when: str, target: Path) -> None:
    script = f"""
real = FileSystem.{step}
def killed(*arguments, **options):
    if {when!r} == "after":
        real(*arguments, **options)
    os._exit(9)
FileSystem.{step} = killed
write_file(target, b"new" * 2000, overwrite=target.exists(), backup=True)
"""
    run_killed(script, target)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere another program holds it")
def test_a_file_that_is_mounted_by_itself_is_said_to_be(tmp_path: Path) -> None:
    target = tmp_path / "store.p12"
    target.write_bytes(OLD)
    with pytest.raises(FileProblem, match="mounted on its own"):
        write_file(target, NEW, overwrite=True, system=failing_at("replace", errno.EBUSY))
    assert target.read_bytes() == OLD
    assert [each.name for each in tmp_path.iterdir()] == ["store.p12"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root makes files of others")
def test_a_file_of_somebody_else_in_a_sticky_folder_leaves_nothing_beside_it(
    open_folder: Path,
) -> None:
    """As in /tmp: whoever may write to a file there may still not replace it."""
    script = """
from handfast.core.errors import FileProblem
from handfast.services.files.store_files import write_file
try:
    write_file(folder / "store.p12", b"new", overwrite=True, backup=True)
except FileProblem as error:
    print(error.problem)
"""
    target = open_folder / "store.p12"
    target.write_bytes(b"old")
    target.chmod(0o666)
    os.chown(open_folder, 1, 1)
    open_folder.chmod(0o1777)
    assert "only the owner of a file may replace it" in run_as_nobody(script, open_folder)
    assert [each.name for each in open_folder.iterdir()] == ["store.p12"]
    assert target.read_bytes() == b"old"
    # Its owner may.
    os.chown(target, 65534, 65534)
    assert run_as_nobody(script, open_folder) == ""
    assert target.read_bytes() == b"new"


def run_as_nobody(script: str, folder: Path) -> str:
    """Run as somebody whom permissions bind, even where the tests run as root."""
    # What is imported later would not be readable for a stranger in root's home.
    head = f"""
import os, pathlib, tempfile
import handfast.core.errors, handfast.services.files.store_files
folder = pathlib.Path({str(folder)!r})
os.chdir(folder)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
folder = pathlib.Path()
"""
    done = subprocess.run(
        [sys.executable, "-c", head + script], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
