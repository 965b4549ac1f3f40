"""How long one conversation may take altogether, and whether it is still wanted."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from enum import Enum
from typing import TYPE_CHECKING, Final

from handfast.core.progress import no_progress

if TYPE_CHECKING:
    from handfast.core.progress import Progress

#: The longest time that a canceled conversation goes on, in seconds.
_POLL_SECONDS: Final = 0.05


class Ending(Enum):
    """How the other side ended a connection, where it did."""

    NONE = "none"
    #: With a farewell as TLS has it (close_notify).
    FAREWELL = "farewell"
    #: It closed or reset the connection.
    WITHOUT_FAREWELL = "without a farewell"


class WireError(Exception):
    """Why a conversation ended: a cause code, what was seen, and a remedy of its own if any."""

    def __init__(
        self,
        code: str,
        words: str,
        *,
        remedy: str = "",
        ending: Ending = Ending.NONE,
        is_proxy_sign_in: bool = False,
    ) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.remedy = remedy
        self.ending = ending
        #: Whether a proxy wants a user name and password, or other ones.
        self.is_proxy_sign_in = is_proxy_sign_in


def shown(said: bytes) -> str:
    """What a peer said, in quotes and without anything that a terminal would obey."""
    text = said[:80].decode("ascii", "replace")
    return "“" + "".join(each if each.isprintable() else "·" for each in text) + "”"


class Deadline:
    """An end that all steps of a conversation share, and a glance now and then at ``progress``.

    Every wait raises :class:`WireError` with ``timeout`` at the end, and what ``progress``
    raises where nobody waits for the outcome any more.
    """

    def __init__(self, seconds: float, progress: Progress = no_progress) -> None:
        self._progress = progress
        self._end = time.monotonic() + seconds

    def until(self, seconds: float) -> None:
        """Allow so many seconds from now."""
        self._end = time.monotonic() + seconds

    def left(self, words: str) -> float:
        """Seconds that are left, more than none."""
        self._progress(0, 0)
        left = self._end - time.monotonic()
        if left <= 0:
            raise WireError("timeout", words)
        return left

    def receive(self, plain: socket.socket, size: int, words: str) -> bytes:
        """Up to so many bytes, none at the end of all; :class:`OSError` as the socket has it."""
        while True:
            plain.settimeout(min(self.left(words), _POLL_SECONDS))
            try:
                return plain.recv(size)
            except TimeoutError:
                continue

    def send(self, plain: socket.socket, data: bytes, words: str) -> None:
        """All of it."""
        rest = memoryview(data)
        while rest:
            plain.settimeout(min(self.left(words), _POLL_SECONDS))
            try:
                rest = rest[plain.send(rest) :]
            except TimeoutError:
                continue

    def connect(self, where: tuple[str, int], words: str) -> socket.socket:
        """A connection to a host by name; :class:`OSError` or :class:`UnicodeError` where none is.

        Neither looking up a name nor trying its addresses can be interrupted, so that it is done
        aside, and whoever comes too late is sent away.
        """
        found: queue.SimpleQueue[socket.socket | Exception] = queue.SimpleQueue()
        gone = threading.Event()
        seconds = self.left(words)

        def attempt() -> None:
            try:
                made = socket.create_connection(where, timeout=seconds)
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                found.put(error)
                return
            found.put(made)
            if gone.is_set():
                made.close()

        threading.Thread(target=attempt, daemon=True).start()
        try:
            while True:
                left = self.left(words)
                try:
                    result = found.get(timeout=min(left, _POLL_SECONDS))
                except queue.Empty:
                    continue
                break
        except BaseException:
            gone.set()
            # Whoever came just now does not see that.
            with contextlib.suppress(queue.Empty):
                late = found.get_nowait()
                if isinstance(late, socket.socket):
                    late.close()
            raise
        if isinstance(result, Exception):
            raise result
        return result
