"""Reading and writing files so that a failure at any point leaves the old one whole."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from handfast.core.errors import AlreadyExists, ChangedOnDisk, FileProblem

#: A keystore is never this large; a disk image chosen by mistake is.
MAX_SIZE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """What a file was when it was read or written: size in bytes, content."""

    size: int
    mtime_ns: int
    inode: int
    sha256: str

    def is_same_content(self, other: FileStamp) -> bool:
        return self.size == other.size and self.sha256 == other.sha256


class FileSystem:
    """The steps of a save, each a seam at which tests let it fail."""

    def create_beside(self, target: Path, mode: int) -> tuple[int, Path]:
        # mkstemp makes it 0600; it is widened only after the content is in it.
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
        with contextlib.suppress(OSError):
            os.fchmod(handle, mode & 0o600 or 0o600)
        return handle, Path(name)

    def write(self, handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]

    def sync(self, handle: int) -> None:
        os.fsync(handle)

    def set_mode(self, handle: int, mode: int) -> None:
        os.fchmod(handle, mode)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        # Not every system lets a folder be opened; the file itself is safe by then.
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


SYSTEM = FileSystem()


def read_file(path: Path) -> tuple[bytes, FileStamp]:
    """Content and stamp of a file."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISDIR(status.st_mode):
                raise IsADirectoryError
            if status.st_size > MAX_SIZE:
                raise FileProblem(
                    f"“{path.name}” is {status.st_size // 2**20:,} MB, too large for a keystore.",
                    remedy="Choose another file.",
                )
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise _problem(path, error, "read") from error
    return data, _stamp(status, data)


def stamp_of(path: Path) -> FileStamp | None:
    """The stamp of a file as it is now; None where there is none."""
    try:
        return read_file(path)[1]
    except FileProblem as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def write_file(
    path: Path,
    data: bytes,
    *,
    expected: FileStamp | None = None,
    overwrite: bool = False,
    backup: bool = False,
    new_mode: int = 0o600,
    system: FileSystem = SYSTEM,
) -> FileStamp:
    """Write a whole file or nothing, and return its stamp.

    With ``expected`` the file must still be what it was (ChangedOnDisk); without, it must not
    exist (AlreadyExists) unless ``overwrite``. ``backup`` keeps the version before as ``.bak``.
    """
    target = Path(os.path.realpath(path))
    old: bytes | None = None
    mode = new_mode
    with contextlib.suppress(FileNotFoundError):
        mode = _mode_of(target)
        old, stamp = read_file(target)
        if expected is not None and not stamp.is_same_content(expected):
            raise ChangedOnDisk(
                f"“{path.name}” was changed by another program since it was opened.",
                remedy="Open it again, or save under another name.",
            )
        if expected is None and not overwrite:
            raise AlreadyExists(
                f"“{path.name}” exists already.", remedy="Choose another name, or open it."
            )
    if old is None and expected is not None:
        raise ChangedOnDisk(
            f"“{path.name}” is no longer there.", remedy="Save it under another name."
        )
    try:
        if backup and old is not None:
            _put(target.with_name(target.name + ".bak"), old, mode, system)
        _put(target, data, mode, system)
        return _stamp(target.stat(), data)
    except OSError as error:
        raise _problem(path, error, "written") from error


def _mode_of(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _problem(target, error, "read") from error


def _put(target: Path, data: bytes, mode: int, system: FileSystem) -> None:
    handle, temporary = system.create_beside(target, mode)
    try:
        try:
            system.write(handle, data)
            system.set_mode(handle, mode)
            system.sync(handle)
        finally:
            os.close(handle)
        system.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    system.sync_folder(target.parent)


def _stamp(status: os.stat_result, data: bytes) -> FileStamp:
    return FileStamp(
        size=len(data),
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _problem(path: Path, error: OSError, done: str) -> FileProblem:
    reasons = {
        errno.ENOENT: ("there is no such file or folder", "Check the name and the folder."),
        errno.EACCES: ("you have no permission", "Ask its owner, or choose another place."),
        errno.EPERM: ("the system does not permit it", "Ask its owner, or choose another place."),
        errno.EROFS: ("the disk is read-only", "Choose another place."),
        errno.EISDIR: ("it is a folder", "Choose a file in it."),
        errno.ENOTDIR: ("its folder is a file", "Check the path."),
        errno.ENOSPC: ("the disk is full", "Make room and try again; nothing was changed."),
        errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one."),
    }
    number = error.errno if error.errno is not None else errno.EISDIR
    reason, remedy = reasons.get(number, (error.strerror or "the system failed", ""))
    return FileProblem(f"“{path}” could not be {done}: {reason}.", remedy=remedy)
