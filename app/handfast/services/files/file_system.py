"""The steps of a save, one function each: the seam at which tests let each of them fail."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.services.files.own_files import OWN_FILES
from handfast.services.files.termination import finished, unfinished

if sys.platform == "win32":
    fcntl = None
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How long to wait for another save in the same folder, which takes milliseconds.
_LOCK_TIMEOUT_SECONDS = 2.0
#: After this time a file that a save wrote to is not being written to any more.
_ABANDONED_AFTER_SECONDS = 900
#: What a file system says where it has no permissions to set: FAT and exFAT, and some FUSE mounts.
_NO_PERMISSIONS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
#: What it says where it cannot be told to write to the medium at once.
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


class Limitation(Enum):
    """What a file system could not do for a file that was saved all the same."""

    #: The file could not be made its owner's alone; the mount decides who may read it.
    PERMISSIONS = auto()
    #: Nobody knows when the content reaches the medium.
    SYNC = auto()


def _prefix(target: Path) -> str:
    # A few characters of the name are enough to recognize it by, whatever they take as bytes. The
    # word is what no file of anybody else has there.
    return f".{target.name[:40]}.handfast-"


def _temporary_name(target: Path) -> Path:
    # Random, so that a note of the name is a note of the file: nobody else creates this one.
    return target.with_name(_prefix(target) + os.urandom(8).hex())


class FileSystem:
    """The system calls that writing a file makes, in this order (``store_files.write_file``)."""

    def create_beside(self, target: Path) -> tuple[int, Path]:
        """An empty file in the same folder, for its owner only: a handle and its name."""
        temporary = _temporary_name(target)
        OWN_FILES.note_temporary(temporary)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with unfinished(temporary):
            handle = os.open(temporary, flags, 0o600)
        return handle, temporary

    def forget(self, temporary: Path) -> None:
        """The temporary file was renamed or removed."""
        finished(temporary)
        OWN_FILES.forget(temporary)

    def clear_remains(self, target: Path) -> None:
        """Remove what saves of this file left beside it that were killed: it may hold keys."""
        with contextlib.suppress(OSError), os.scandir(target.parent) as listed:
            for each in listed:
                path = Path(each)
                if not each.name.startswith(_prefix(target)):
                    continue
                if not OWN_FILES.is_our_temporary(path):
                    continue
                with contextlib.suppress(OSError):
                    found = each.stat(follow_symlinks=False)
                    # Not one of another save that is at work. A second name has the old time of
                    # its file, but the status changed with it.
                    age = time.time() - found.st_ctime
                    if stat.S_ISREG(found.st_mode) and age > _ABANDONED_AFTER_SECONDS:
                        path.unlink()
                        OWN_FILES.forget(path)

    def write(self, handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]

    def take_over(self, handle: int, old: Path, status: os.stat_result) -> int:
        """Give the new file the owner and the access list of the old one.

        Returns the mode that it may have: where the group could not be kept, the rights that
        its members had must not go to those of another group.
        """
        mode = stat.S_IMODE(status.st_mode)
        if sys.platform == "win32":
            return mode
        own = os.fstat(handle)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            try:
                os.fchown(handle, status.st_uid, status.st_gid)
            except OSError:
                try:
                    os.fchown(handle, -1, status.st_gid)
                except OSError:
                    return mode & ~0o7070
        if sys.platform == "linux":
            # Access lists and security labels are extended attributes.
            with contextlib.suppress(OSError):
                for name in os.listxattr(old):
                    with contextlib.suppress(OSError):
                        os.setxattr(handle, name, os.getxattr(old, name))
        return mode

    def set_mode(self, handle: int, mode: int) -> None:
        if sys.platform != "win32":
            os.fchmod(handle, mode)

    def sync(self, handle: int) -> None:
        os.fsync(handle)

    def finish(self, handle: int, mode: int) -> frozenset[Limitation]:
        """Set the mode and write to the medium, and return what this file system cannot do.

        FAT has no permissions and refuses to set those that it does not show; some FUSE mounts
        know no fsync. A file is saved there all the same.
        """
        found: set[Limitation] = set()
        try:
            self.set_mode(handle, mode)
        except OSError as error:
            if error.errno not in _NO_PERMISSIONS:
                raise
        if sys.platform != "win32" and stat.S_IMODE(os.fstat(handle).st_mode) & ~mode & 0o077:
            # Refused, or taken without effect.
            found.add(Limitation.PERMISSIONS)
        try:
            self.sync(handle)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise
            found.add(Limitation.SYNC)
        return frozenset(found)

    @contextlib.contextmanager
    def alone(self, folder: Path) -> Iterator[None]:
        """Keep other Handfasts from replacing a file in that folder in the meantime.

        The folder is what is locked: the file itself is another one after each save. Where
        there are no such locks (Windows, some network disks), or where somebody holds on to
        it, the save goes on: it is a protection more, not a condition.
        """
        handle = _lock(folder)
        try:
            yield
        finally:
            if handle is not None:
                os.close(handle)

    @contextlib.contextmanager
    def alone_with(self, file: Path) -> Iterator[None]:
        """Keep other Handfasts from what belongs to a file in the meantime, as the journal of a CA.

        Like :meth:`alone`, a protection more and not a condition.
        """
        handle = _lock(file)
        try:
            yield
        finally:
            if handle is not None:
                os.close(handle)

    def keep(self, target: Path, backup: Path) -> None:
        """Make ``backup`` the file that ``target`` is now, replacing an earlier one."""
        temporary = _temporary_name(target)
        OWN_FILES.note_temporary(temporary)
        try:
            try:
                if stays_where_it_is(target):
                    raise OSError
                # A second name for the same file: it costs no room and keeps all that it has.
                with unfinished(temporary):
                    os.link(target, temporary)
            except OSError:
                # No hard links on this disk, or the system forbids this one.
                self._copy(target, temporary)
            temporary.replace(backup)
            OWN_FILES.note_backup(backup)
        finally:
            # Already gone, but where backup and target were one file already.
            with contextlib.suppress(OSError):
                temporary.unlink()
            self.forget(temporary)

    def _copy(self, target: Path, copy: Path) -> None:
        with unfinished(copy):
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            self.write(handle, target.read_bytes())
            self.finish(handle, self.take_over(handle, target, target.stat()))
        finally:
            os.close(handle)

    def place(self, temporary: Path, target: Path, *, overwrite: bool) -> None:
        """Give a new file its name. FileExistsError where somebody was faster."""
        if not overwrite:
            try:
                os.link(temporary, target)
            except FileExistsError:
                raise
            except OSError:
                # No hard links here: the gap since it was looked for is all that is left open.
                temporary.replace(target)
            else:
                with contextlib.suppress(OSError):
                    temporary.unlink()
        else:
            temporary.replace(target)

    def replace(self, temporary: Path, target: Path) -> None:
        temporary.replace(target)

    def sync_folder(self, folder: Path) -> None:
        # Not every system lets a folder be opened; the file itself is safe by then.
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def stays_where_it_is(target: Path) -> bool:
    """Whether a name of this file could be made and neither be changed nor be removed again.

    In a folder with the sticky bit that is for the owners of the file and of the folder alone.
    """
    if sys.platform == "win32":
        return False
    folder = target.parent.stat()
    return bool(folder.st_mode & stat.S_ISVTX) and os.geteuid() not in {
        folder.st_uid,
        target.stat().st_uid,
    }


def _lock(path: Path) -> int | None:
    """A handle whose closing ends the lock; None where it cannot be had."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    until = time.monotonic() + _LOCK_TIMEOUT_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                # flock() waits for ever or not at all.
                time.sleep(0.002)
                continue
        except OSError:
            pass
        else:
            return handle
        os.close(handle)
        return None


SYSTEM = FileSystem()
