"""Reading and writing files so that a failure at any point leaves the old one whole."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import sys
from dataclasses import field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from handfast.core.errors import AlreadyExists, ChangedOnDisk, FileProblem, IsAFolder
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.services.files.file_system import (
    SYSTEM,
    FileSystem,
    Limitation,
    stays_where_it_is,
)
from handfast.services.files.own_files import digest_of
from handfast.services.files.termination import removed_on_termination

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "SYSTEM",
    "FileStamp",
    "FileSystem",
    "Limitation",
    "check_ordinary",
    "read_file",
    "read_named_file",
    "stamp_of",
    "write_file",
]

#: A keystore is never this large; a disk image chosen by mistake is.
MAX_FILE_BYTES = 512 * 1024 * 1024
#: What is read of a file to see what it is.
HEAD_BYTES = 1024 * 1024
#: What is read at once.
_PIECE_BYTES = 1024 * 1024
_MAX_BACKUPS = 100
#: What stands for ``<(command)`` on a command line, and for what is piped into it.
_OF_THE_SHELL = re.compile(r"/dev/fd/\d+|/proc/self/fd/\d+|/dev/stdin")
_KINDS = {
    stat.S_IFIFO: tr("a named pipe"),
    stat.S_IFSOCK: tr("a socket"),
    stat.S_IFCHR: tr("a device"),
    stat.S_IFBLK: tr("a device"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """What a file was when it was read or written: size in bytes, content."""

    size: int
    mtime_ns: int
    sha256: str
    #: What could not be done for it where it was written.
    limitations: frozenset[Limitation] = field(default=frozenset(), compare=False)

    def is_same_content(self, other: FileStamp) -> bool:
        return self.size == other.size and self.sha256 == other.sha256


def read_file(path: Path, *, max_bytes: int = MAX_FILE_BYTES) -> tuple[bytes, FileStamp]:
    """Content and stamp of a regular file or a pipe.

    Whoever may meet a pipe that nobody writes to asks :func:`check_ordinary` first. What counts
    is what is read: the size that a system reports for a file may be wrong, as that of the files in
    /proc, or grow.

    :raises FileProblem: it is neither, cannot be read, or holds more than ``max_bytes``
    """
    try:
        with _open(path) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISFIFO(status.st_mode):
                _check_kind(path, status)
            if stat.S_ISREG(status.st_mode) and status.st_size > max_bytes:
                raise _too_large(path, status.st_size)
            # In one piece where its size is known, so that it is not copied again.
            data = _read_at_most(file, max_bytes, first=status.st_size + 1)
    except (OSError, ValueError) as error:
        raise _problem(path, error, is_reading=True) from error
    if data is None:
        raise _too_large(path, max_bytes + 1)
    return data, _stamp(status, data)


def read_named_file(path: Path, *, max_bytes: int = MAX_FILE_BYTES) -> tuple[bytes, FileStamp]:
    """Content and stamp of a file that a person names; a pipe that nobody writes to is refused.

    :raises FileProblem: as :func:`check_ordinary` and :func:`read_file`
    """
    check_ordinary(path)
    return read_file(path, max_bytes=max_bytes)


def read_head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of a regular file, which tell what a large one is."""
    check_ordinary(path)
    try:
        with _open(path) as file:
            _check_kind(path, os.fstat(file.fileno()))
            return file.read(size)
    except (OSError, ValueError) as error:
        raise _problem(path, error, is_reading=True) from error


def size_of(path: Path) -> int:
    """The size that the system reports for a regular file; 0 of anything else."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        # Reading it says why.
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def read_stream(stream: IO[bytes], name: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Everything that comes from standard input or the like, which may have no end.

    :raises FileProblem: it cannot be read, or holds more than ``max_bytes``
    """
    try:
        data = _read_at_most(stream, max_bytes)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileProblem(
            tr("{name} could not be read: {reason}.", name=name, reason=reason)
        ) from error
    if data is None:
        raise FileProblem(
            tr(
                "{name} contains more than {size} MiB, more than Handfast reads.",
                name=name,
                size=grouped(max_bytes // 2**20),
            ),
            remedy=tr("Name the file itself."),
        )
    return data


def _open(path: Path) -> IO[bytes]:
    """The file, open for reading, without waiting for anything that is not there."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    if not path.is_fifo():
        # Some files of /proc wait for what happens next, and some devices to be there.
        flags |= getattr(os, "O_NONBLOCK", 0)
    return os.fdopen(os.open(path, flags), "rb", buffering=0)


def _read_at_most(stream: IO[bytes], max_bytes: int, *, first: int = _PIECE_BYTES) -> bytes | None:
    """All of a stream; None where it holds more than so many bytes."""
    pieces: list[bytes] = []
    left, size = max_bytes, max(first, _PIECE_BYTES)
    while True:
        piece = stream.read(min(size, left + 1))
        size = _PIECE_BYTES
        if piece is None:
            raise BlockingIOError(errno.EAGAIN, tr("it waits for an event"))
        if not piece:
            return b"".join(pieces)
        left -= len(piece)
        if left < 0:
            return None
        pieces.append(piece)


def check_ordinary(path: Path) -> None:
    """Raise for what is neither a file nor a pipe of the shell’s.

    Opening another pipe waits for somebody to write to it, and devices have no end.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        # Reading it says why.
        return
    _check_kind(path, status)


def _check_kind(path: Path, status: os.stat_result) -> None:
    kind = stat.S_IFMT(status.st_mode)
    is_of_the_shell = kind == stat.S_IFIFO and _OF_THE_SHELL.fullmatch(str(path)) is not None
    if kind in {stat.S_IFREG, stat.S_IFDIR} or is_of_the_shell:
        return
    raise FileProblem(
        tr("“{path}” is {kind}, not a regular file.", path=path, kind=_KINDS[kind])
        if kind in _KINDS
        else tr("“{path}” is not a regular file.", path=path),
        causes=(tr("Only a regular file has a definite end and is still there the next time."),),
        remedy=tr("Save its output to a file, and open that file."),
    )


def stamp_of(path: Path) -> FileStamp | None:
    """The stamp of a file as it is now; None where there is none."""
    check_ordinary(path)
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
    tighten: bool = False,
    may_replace: Callable[[Path], bool] = lambda _: True,
    system: FileSystem = SYSTEM,
) -> FileStamp:
    """Write a whole file or nothing, and return its stamp.

    With ``expected`` the file must still be what it was (ChangedOnDisk); without, it must not
    exist (AlreadyExists) unless ``overwrite``. ``backup`` keeps the previous version as ``.bak``,
    or as ``.bak1``, ``.bak2`` … where ``may_replace`` does not want a file there replaced.
    A symbolic link is followed and stays. Mode, owner and access lists of the file stay too, but
    with ``tighten`` nobody but the owner keeps a right to it.
    """
    try:
        target = Path(os.path.realpath(path))
        # Not of the target: that of /dev/stdout, where it is a pipe, is no name.
        before = _status(path)
        keep_as = _backup_of(target, may_replace) if backup and before is not None else None
        _check_before(path, target, before, expected, overwrite=overwrite)
        with removed_on_termination():
            handle, temporary = system.create_beside(target)
            try:
                try:
                    system.write(handle, data)
                    mode = new_mode if before is None else stat.S_IMODE(before.st_mode)
                    if before is not None:
                        mode = system.take_over(handle, target, before)
                    if tighten:
                        # The mask of an access list goes with the rights of the group.
                        mode &= 0o700
                    limitations = system.finish(handle, mode)
                    written = os.fstat(handle)
                finally:
                    os.close(handle)
                # Between the last look at the file and the new one in its place nobody else may
                # save: of two that looked at the same moment, one would undo the other.
                with system.alone(target.parent):
                    _check_again(path, target, before, expected)
                    if before is None:
                        system.place(temporary, target, overwrite=overwrite)
                    else:
                        if keep_as is not None:
                            # Before the new one is in place, so that at no moment the version
                            # before is only in a temporary file. Should the next step fail, the
                            # .bak is a second copy of what is still there.
                            system.keep(target, keep_as)
                        system.replace(temporary, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    temporary.unlink()
                raise
            finally:
                system.forget(temporary)
        system.sync_folder(target.parent)
        system.clear_remains(target)
        return _stamp(written, data, limitations)
    except FileExistsError as error:
        raise _exists(path) from error
    except (OSError, ValueError) as error:
        raise _problem(path, error, is_reading=False) from error


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _check_before(
    path: Path,
    target: Path,
    before: os.stat_result | None,
    expected: FileStamp | None,
    *,
    overwrite: bool,
) -> None:
    if before is None:
        if expected is not None:
            raise ChangedOnDisk(
                tr("“{name}” no longer exists.", name=path.name),
                causes=(tr("It was deleted, moved, or renamed after it was opened."),),
                remedy=tr("Save it under another name."),
            )
        return
    if stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(before.st_mode):
        raise FileProblem(
            tr("“{path}” is not a regular file, so nothing was written to it.", path=path),
            remedy=tr("Name a new file."),
        )
    if expected is None:
        if not overwrite:
            raise _exists(path)
    elif not read_file(target)[1].is_same_content(expected):
        raise _changed(path)
    if sys.platform != "win32" and stays_where_it_is(target) and os.geteuid() != 0:
        raise FileProblem(
            tr(
                "“{path}” could not be written: it belongs to another user ({user}), and in this "
                "folder only the owner of a file may replace it.",
                path=path,
                user=_user(before),
            ),
            remedy=tr("Save in another folder, or ask its owner."),
        )
    if not os.access(target, os.W_OK):
        # A rename would not ask; but whoever marked it read-only meant that it stays.
        if sys.platform != "win32" and before.st_uid != os.geteuid():
            raise FileProblem(
                tr(
                    "“{path}” could not be written: it belongs to another user ({user}), who "
                    "does not permit it.",
                    path=path,
                    user=_user(before),
                ),
                remedy=tr("Save under another name, or ask for permission to write to it."),
            )
        raise FileProblem(
            tr("“{path}” could not be written: it is marked read-only.", path=path),
            remedy=tr("Save under another name, or give yourself permission to write to it."),
        )


def _user(status: os.stat_result) -> str:
    """The name of a file’s owner, or the number of one who has none."""
    if sys.platform == "win32":
        return ""
    import pwd

    try:
        return pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        return str(status.st_uid)


def _check_again(
    path: Path, target: Path, before: os.stat_result | None, expected: FileStamp | None
) -> None:
    """Whether somebody changed the file while the new one was being written beside it."""
    if before is None or expected is None:
        return
    now = _status(target)
    if now is not None and (now.st_ino, now.st_size, now.st_mtime_ns) == (
        before.st_ino,
        before.st_size,
        before.st_mtime_ns,
    ):
        return
    if now is None or not read_file(target)[1].is_same_content(expected):
        raise _changed(path)


def _backup_of(target: Path, may_replace: Callable[[Path], bool]) -> Path:
    """Where the previous version goes: the first name that is free, or may be taken."""
    for number in range(_MAX_BACKUPS):
        name = f"{target.name}.bak{number or ''}"
        backup = target.with_name(name)
        if not os.path.lexists(backup):
            return backup
        if backup.is_dir() and not backup.is_symlink():
            raise FileProblem(
                tr("The backup could not be written: “{name}” is a folder.", name=name),
                remedy=tr("Move that folder away, or save under another name."),
            )
        if may_replace(backup) or _is_a_copy_of(target, backup):
            return backup
    raise FileProblem(
        tr(
            "The backup could not be written: “{name}.bak” and all similar names are taken by "
            "files that are not keystores.",
            name=target.name,
        ),
        remedy=tr("Move them away, or save under another name."),
    )


def _is_a_copy_of(target: Path, backup: Path) -> bool:
    """Whether the backup would be replaced by what it holds already."""
    try:
        if backup.is_symlink() or not stat.S_ISREG(backup.stat().st_mode):
            return False
        return backup.samefile(target) or digest_of(backup) == digest_of(target)
    except OSError:
        return False


def _stamp(
    status: os.stat_result, data: bytes, limitations: frozenset[Limitation] = frozenset()
) -> FileStamp:
    return FileStamp(
        limitations=limitations,
        size=len(data),
        mtime_ns=status.st_mtime_ns,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _exists(path: Path) -> AlreadyExists:
    return AlreadyExists(
        tr("“{name}” already exists.", name=path.name),
        remedy=tr("Choose another name, or open it."),
    )


def _changed(path: Path) -> ChangedOnDisk:
    return ChangedOnDisk(
        tr("“{name}” was changed by another program after it was opened.", name=path.name),
        remedy=tr("Open it again, or save under another name."),
    )


def _too_large(path: Path, size: int) -> FileProblem:
    return FileProblem(
        tr(
            "“{name}” is {value} MiB, too large for a keystore.",
            name=path.name,
            value=grouped(size // 2**20),
        ),
        remedy=tr("Choose another file."),
    )


_REASONS = {
    errno.ENOENT: (tr("there is no such file or folder"), tr("Check the name and the folder.")),
    errno.EACCES: (tr("you have no permission"), tr("Ask its owner, or choose another folder.")),
    errno.EPERM: (
        tr("the system does not permit it"),
        tr("Ask its owner, or choose another folder."),
    ),
    errno.EROFS: (tr("the disk is read-only"), tr("Choose another folder.")),
    errno.EISDIR: (tr("it is a folder"), tr("Choose a file in it.")),
    errno.ENOTDIR: (tr("its folder is a file"), tr("Check the path.")),
    errno.ENOSPC: (
        tr("the disk is full"),
        tr("Free some space and try again; nothing was changed."),
    ),
    errno.EFBIG: (tr("it is too large for this disk"), tr("Choose another folder.")),
    errno.EIO: (
        tr("the disk reported an error"),
        tr("Choose another disk, and check this one for errors."),
    ),
    errno.ENAMETOOLONG: (tr("the name is too long"), tr("Choose a shorter name.")),
    errno.ELOOP: (tr("it is a symbolic link that leads back to itself"), tr("Check the link.")),
    errno.EBUSY: (tr("another program is using it"), tr("Close the other program and try again.")),
}
if sys.platform == "linux":
    _REASONS[errno.EBUSY] = (
        tr("it is mounted on its own, as files in containers may be, and cannot be replaced"),
        tr("Mount its folder, or save under another name."),
    )
# Windows has no disk quotas of this kind.
if hasattr(errno, "EDQUOT"):
    _REASONS[errno.EDQUOT] = (
        tr("your disk quota is used up"),
        tr("Free some space and try again; nothing was changed."),
    )


def _could_not(path: Path, *, is_reading: bool, reason: str) -> str:
    if is_reading:
        return tr("“{path}” could not be read: {reason}.", path=path, reason=reason)
    return tr("“{path}” could not be written: {reason}.", path=path, reason=reason)


def _problem(path: Path, error: OSError | ValueError, *, is_reading: bool) -> FileProblem:
    if isinstance(error, ValueError):
        # A null character, or one that the file system has no bytes for.
        problem = FileProblem(
            tr("This is not a valid file name."), remedy=tr("Choose another name.")
        )
        problem.names_file = False
        return problem
    number = error.errno or 0
    if number == errno.EACCES and os.path.isdir(path):  # noqa: PTH112 - raises nothing
        # What Windows says of a folder.
        number = errno.EISDIR
    reason, remedy = _REASONS.get(
        number, (error.strerror or tr("the system reported an error"), "")
    )
    kind = IsAFolder if number == errno.EISDIR else FileProblem
    return kind(_could_not(path, is_reading=is_reading, reason=reason), remedy=remedy)
