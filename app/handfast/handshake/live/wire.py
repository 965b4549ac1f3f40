"""TLS over a socket, within a time and an amount of data that a hostile peer cannot exceed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from handfast.handshake.engine import reasons

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from OpenSSL import SSL

#: No handshake is longer, whatever chain and list of CAs it carries.
_MOST_BYTES: Final = 4 << 20
_PIECE: Final = 65_536


class WireTrouble(Exception):
    """Why a conversation ended: a cause code, and what was seen."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Wire:
    """One connection, its TLS, and until when it may take."""

    def __init__(self, plain: socket.socket, tls: SSL.Connection, seconds: float) -> None:
        self.tls = tls
        self._plain = plain
        self._end = time.monotonic() + seconds
        self._received = 0

    def until(self, seconds: float) -> None:
        """Allow so many seconds from now."""
        self._end = time.monotonic() + seconds

    def shake_hands(self) -> None:
        self._do(self.tls.do_handshake)

    def read(self, size: int = _PIECE) -> bytes:
        """What the other side says next; :class:`WireTrouble` where it refuses or is silent."""
        found: list[bytes] = []
        self._do(lambda: found.append(self.tls.recv(size)))
        return found[0]

    def write(self, data: bytes) -> None:
        self._do(lambda: self.tls.sendall(data))
        self._flush()

    def _do(self, action: Callable[[], object]) -> None:
        from OpenSSL import SSL

        while True:
            try:
                action()
            except SSL.WantReadError:
                self._flush()
                self._fill()
            except SSL.ZeroReturnError:
                raise WireTrouble("refused-by-peer", "the other side closed TLS") from None
            except SSL.Error as error:
                self._flush_last_words()
                raise WireTrouble("refused-by-peer", reasons(error)) from None
            else:
                self._flush()
                return

    def _flush_last_words(self) -> None:
        try:
            self._flush()
        except WireTrouble:
            # The alert that says why is a courtesy; whoever has gone does not hear it.
            return

    def _flush(self) -> None:
        from OpenSSL import SSL

        while True:
            try:
                data = self.tls.bio_read(_PIECE)
            except SSL.WantReadError:
                return
            self._plain.settimeout(self._left())
            try:
                self._plain.sendall(data)
            except TimeoutError:
                raise WireTrouble("timeout", "the other side takes no data") from None
            except OSError as error:
                raise WireTrouble("refused-by-peer", error.strerror or "it hung up") from None

    def _fill(self) -> None:
        self._plain.settimeout(self._left())
        try:
            data = self._plain.recv(_PIECE)
        except TimeoutError:
            raise WireTrouble("timeout", "the other side is silent") from None
        except OSError as error:
            raise WireTrouble("refused-by-peer", error.strerror or "it hung up") from None
        if not data:
            raise WireTrouble("refused-by-peer", "the other side hung up without a word")
        if not self._received and not 20 <= data[0] <= 23:
            raise WireTrouble("not-tls", f"it says {data[:40]!r}")
        self._received += len(data)
        if self._received > _MOST_BYTES:
            raise WireTrouble("not-tls", "it sends without end")
        self.tls.bio_write(data)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise WireTrouble("timeout", "the time was up")
        return left
