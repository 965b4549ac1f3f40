"""One window for each person on Windows: a named pipe takes the place of the socket.

The standard library speaks through it (``multiprocessing.connection``, family ``AF_PIPE``). Whoever
creates the pipe is the first; Windows removes it when that process ends, however it ends. Both
sides prove that they know a key which is in the person's own folder, so that no other user can
listen in the place of the first, or hand it files. Messages are bytes: nothing is ever unpickled.

The same classes run over ``AF_UNIX``, which is how the tests reach them on other systems.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from handfast.ui.program.single_instance.message import GREETING, LARGEST, PATIENCE, SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection as Caller
    else:
        from multiprocessing.connection import Connection as Caller

    from handfast.ui.program.single_instance.message import Request

_FAMILY = "AF_PIPE"
_KEY_BYTES = 32
#: How many that have connected may be silent at once; further ones are refused.
_MAX_CALLERS = 16
#: What a connection raises when the other side is gone, says too much, or does not know the key.
_FAILURES = (OSError, EOFError, AuthenticationError, ValueError)


def begin(paths: Sequence[Path]) -> tuple[PipeInstance | None, bool]:
    """Take the first place, or hand the files to who has it; as ``instance.begin`` does."""
    try:
        address, key = place(os.environ)
    except OSError:
        return None, False
    taken = take(address, _FAMILY, key)
    return taken, taken is None and hand_over(address, _FAMILY, key, paths)


class PipeInstance:
    """The first one's place: files of later starts arrive here, received by threads."""

    def __init__(self, listener: Listener, key: bytes) -> None:
        self._listener = listener
        self._key = key
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._callers = threading.BoundedSemaphore(_MAX_CALLERS)
        self._lock = threading.Lock()
        self._notify: Callable[[], None] | None = None
        self._is_closed = False
        threading.Thread(target=self._accept, name="instance", daemon=True).start()

    def fileno(self) -> None:
        """A pipe of Windows cannot be waited for together with the events of a window."""

    def notify(self, notify: Callable[[], None]) -> None:
        """Call this for each request, from another thread, and now for those that wait already."""
        with self._lock:
            self._notify = notify
            waiting = self._requests.qsize()
        for _ in range(waiting):
            notify()

    def receive(self) -> Request | None:
        """The next request; None where none waits."""
        try:
            return self._requests.get_nowait()
        except Empty:
            return None

    def close(self) -> None:
        """Let the next one be the first."""
        self._is_closed = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                connection = self._listener.accept()
            except _FAILURES:
                # Somebody hung up while being let in; or this side is closed. Where it fails each
                # time, the processor is not kept busy with it.
                time.sleep(0.01)
                continue
            if not self._callers.acquire(blocking=False):
                connection.close()
                continue
            # Who says nothing keeps only its own thread waiting.
            threading.Thread(
                target=self._hear, args=(connection,), name="instance-caller", daemon=True
            ).start()

    def _hear(self, connection: Caller) -> None:
        from handfast.ui.program.single_instance.message import understood

        try:
            with connection:
                deliver_challenge(connection, self._key)
                answer_challenge(connection, self._key)
                if not connection.poll(SHORT):
                    return
                request = understood(connection.recv_bytes(LARGEST))
                # Who has waited too long has already hung up, and shows its files itself.
                connection.send_bytes(GREETING)
                if request is None or not connection.poll(SHORT):
                    return
                if connection.recv_bytes(8) != b"go\n":
                    return
                self._note(request)
                connection.send_bytes(b"done\n")
        except _FAILURES:
            return
        finally:
            self._callers.release()

    def _note(self, request: Request) -> None:
        with self._lock:
            self._requests.put(request)
            notify = self._notify
        if notify is not None:
            notify()


def take(address: str, family: str, key: bytes) -> PipeInstance | None:
    """The first place; None where somebody has it."""
    try:
        listener = Listener(address, family)
    except OSError:
        # A pipe of that name is there. On Windows it is made by one process only.
        return None
    return PipeInstance(listener, key)


def hand_over(address: str, family: str, key: bytes, paths: Sequence[Path]) -> bool:
    """Hand the files to the first; whether it has taken them, within PATIENCE seconds."""
    from handfast.ui.program.single_instance.message import written

    done = threading.Event()

    def send() -> None:
        with contextlib.suppress(*_FAILURES), Client(address, family) as connection:
            answer_challenge(connection, key)
            deliver_challenge(connection, key)
            connection.send_bytes(written(paths))
            if not connection.poll(PATIENCE) or connection.recv_bytes(64) != GREETING:
                return
            _let_raise_its_window()
            if is_late.is_set():
                return
            connection.send_bytes(b"go\n")
            if connection.poll(PATIENCE) and connection.recv_bytes(8) == b"done\n":
                done.set()

    # The standard library waits for the first without a limit while it proves itself.
    is_late = threading.Event()
    sender = threading.Thread(target=send, name="hand-over", daemon=True)
    sender.start()
    sender.join(PATIENCE)
    is_late.set()
    return done.is_set()


def place(environment: Mapping[str, str]) -> tuple[str, bytes]:
    """The name of this person's pipe, and its key, made at the first start; raises OSError."""
    from hashlib import sha256

    base = environment.get("LOCALAPPDATA", "")
    if not os.path.isabs(base):  # noqa: PTH117 - is light
        raise FileNotFoundError(base)
    key = key_in(Path(base, "Handfast"))
    # A window in another session, such as of a remote desktop, is no use in this one.
    session = environment.get("SESSIONNAME", "")
    name = sha256(b"pipe\n" + key + session.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return rf"\\.\pipe\handfast-{name}", key


def key_in(folder: Path) -> bytes:
    """The key in a folder of the person's own; raises OSError where there is none to be had."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "instance.key"
    with contextlib.suppress(FileExistsError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(os.urandom(_KEY_BYTES))
    # Two first starts at once: the other one is writing it.
    until = time.monotonic() + SHORT
    while len(key := path.read_bytes()) < _KEY_BYTES:
        if time.monotonic() > until:
            raise PermissionError(path)
        time.sleep(0.01)
    return key[:_KEY_BYTES]


def _let_raise_its_window() -> None:
    if sys.platform == "win32":
        import ctypes

        # Only the program that the person has just started may bring a window to the front; it
        # passes that right on to any.
        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)
