"""One window for each person and screen: a later start hands its files to the first.

Nothing of Qt is needed here, so that handing over is done before Qt would even be loaded. Who is
first is decided by a lock that the system takes back when its holder dies, however it dies. The
first listens before it loads anything else: who comes while it is still starting waits in line.
On Windows ``pipe`` does the same with a named pipe.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from handfast.ui.program.single_instance.message import (
    GREETING,
    LARGEST,
    PATIENCE,
    SHORT,
    Request,
    understood,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

if sys.platform == "win32":
    raise ImportError("Windows has a named pipe instead: single_instance.pipe.")

#: How long the name of a socket can be, in bytes; macOS is as the BSDs are.
_ROOM = 107 if sys.platform == "linux" else 103
#: Where there is always room; TMPDIR may say a place whose name is as long.
_NEAR = "/tmp"  # noqa: S108 - only for a folder that is found to be ours alone


class Instance:
    """The first one's place: files of later starts arrive here."""

    def __init__(self, lock: BinaryIO, server: socket.socket) -> None:
        # Held until the process ends.
        self._lock = lock
        self._server = server

    def fileno(self) -> int:
        """What becomes readable when another start knocks."""
        return self._server.fileno()

    def notify(self, _notify: Callable[[], None]) -> None:
        """Nothing: no thread receives, as the socket itself is watched."""

    def receive(self) -> Request | None:
        """The files of one that knocked; None where it gave up or sends nonsense."""
        try:
            connection, _ = self._server.accept()
        except OSError:
            return None
        with connection:
            connection.settimeout(SHORT)
            try:
                with connection.makefile("rb") as stream:
                    request = understood(stream.readline(LARGEST))
                    # Who has waited too long has already hung up, and shows its files itself.
                    connection.sendall(GREETING)
                    if request is None or stream.readline(8) != b"go\n":
                        return None
                connection.sendall(b"done\n")
            except OSError:
                return None
        return request

    def close(self) -> None:
        """Let the next one be the first."""
        self._server.close()
        self._lock.close()


def begin(paths: Sequence[Path]) -> tuple[Instance | None, bool]:
    """Take the first place, or hand the files to who has it; and whether that was done.

    Where neither works, because the first hangs or there is no place that is ours alone, it is
    ``(None, False)``: then a window of its own is opened.
    """
    try:
        base = _folder() / f"window-{_screen(os.environ):08x}"
        address = _address(base)
        instance = _take(base.with_suffix(".lock"), address)
    except OSError:
        return None, False
    if instance is not None:
        return instance, False
    return None, _hand_over(address, paths)


def _folder() -> Path:
    """A folder that nobody else can write to or look into."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if _is_of_this_person(given):
        return _private(Path(given, "handfast"))
    import tempfile

    return _private(Path(tempfile.gettempdir(), f"handfast-{os.getuid()}"))


def _is_of_this_person(given: str) -> bool:
    # With `su` it is that of who called it: a folder made there would be in their way for good.
    if not os.path.isabs(given):  # noqa: PTH117 - is light
        return False
    try:
        found = os.stat(given)  # noqa: PTH116 - is light
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(folder)
    return folder


def _address(base: Path) -> Path:
    """Where the first listens: beside its lock, unless that has too long a name for a socket."""
    beside = base.with_suffix(".socket")
    if len(os.fsencode(beside)) <= _ROOM:
        return beside
    from hashlib import sha256

    # Of the whole name, as there is one window for each lock.
    folder = _private(Path(_NEAR, f"handfast-{os.getuid()}"))
    return folder / f"{sha256(os.fsencode(beside)).hexdigest()[:32]}.socket"


def _screen(environment: Mapping[str, str]) -> int:
    # A window on another screen is no use to who sits before this one.
    names = [environment.get(name, "") for name in ("WAYLAND_DISPLAY", "DISPLAY")]
    return zlib.crc32("\n".join(names).encode("utf-8", "surrogateescape"))


def _take(held: Path, address: Path) -> Instance | None:
    import fcntl

    lock = held.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    # Left behind by one that died: who holds the lock may clear it away.
    address.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        server.bind(str(address))
        address.chmod(0o600)
        server.listen(64)
    except OSError:
        server.close()
        lock.close()
        raise
    server.setblocking(False)
    return Instance(lock, server)


def _hand_over(address: Path, paths: Sequence[Path]) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        try:
            _connect(connection, address)
            connection.sendall(written(paths) + b"\n")
            with connection.makefile("rb") as stream:
                if stream.readline(len(GREETING)) != GREETING:
                    return False
                connection.sendall(b"go\n")
                return stream.readline(8) == b"done\n"
        except OSError:
            return False


def _connect(connection: socket.socket, address: Path) -> None:
    import time

    # Between taking the lock and listening, the first cannot be reached for a moment.
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.connect(str(address))
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
