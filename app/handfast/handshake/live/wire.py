"""TLS over a socket, within a time and an amount of data that a hostile peer cannot exceed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from OpenSSL import SSL

from handfast.core.language import tr
from handfast.handshake.engine.engine import reasons
from handfast.handshake.live.deadline import Ending, WireError
from handfast.handshake.live.faults import code_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from handfast.handshake.live.deadline import Deadline

#: No handshake is longer, whatever chain and list of CAs it carries.
_MAX_BYTES: Final = 4 << 20
_PIECE_BYTES: Final = 65_536


class Wire:
    """One connection, its TLS, and until when it may take."""

    def __init__(self, plain: socket.socket, tls: SSL.Connection, patience: Deadline) -> None:
        self.tls = tls
        self.patience = patience
        self._plain = plain
        self._received = 0

    def shake_hands(self) -> None:
        self._do(self.tls.do_handshake)

    def read(self, size: int = _PIECE_BYTES) -> bytes:
        """What the other side says next; :class:`WireError` where it refuses or is silent."""
        found: list[bytes] = []
        self._do(lambda: found.append(self.tls.recv(size)))
        return found[0]

    def write(self, data: bytes) -> None:
        self._do(lambda: self.tls.sendall(data))
        self._flush()

    def take_leave(self) -> None:
        """Say that nothing more comes, and wait for no answer."""
        try:
            self.tls.shutdown()
            self._flush()
        except (WireError, SSL.Error):
            # Whoever has gone already does not hear it.
            return

    def _do(self, action: Callable[[], object]) -> None:
        while True:
            try:
                action()
            except SSL.WantReadError:
                self._flush()
                self._fill()
            except SSL.ZeroReturnError:
                raise WireError(
                    "refused-by-peer", tr("the other side closed TLS"), ending=Ending.FAREWELL
                ) from None
            except SSL.Error as error:
                self._flush_last_words()
                words = reasons(error)
                raise WireError(code_of(words), words) from None
            else:
                self._flush()
                return

    def _flush_last_words(self) -> None:
        try:
            self._flush()
        except WireError:
            # The alert that says why is a courtesy; whoever has gone does not hear it.
            return

    def _flush(self) -> None:
        while True:
            try:
                data = self.tls.bio_read(_PIECE_BYTES)
            except SSL.WantReadError:
                return
            try:
                self.patience.send(self._plain, data, tr("the other side accepts no data"))
            except OSError as error:
                raise _hung_up(error) from None

    def _fill(self) -> None:
        silence = (
            tr("the time limit was reached")
            if self._received
            else tr("the other side stopped responding")
        )
        try:
            data = self.patience.receive(self._plain, _PIECE_BYTES, silence)
        except OSError as error:
            raise _hung_up(error) from None
        if not data:
            raise WireError(
                "refused-by-peer",
                tr("the other side closed the connection without a message"),
                ending=Ending.WITHOUT_FAREWELL,
            )
        if not self._received and not 20 <= data[0] <= 23:
            raise WireError("not-tls", tr("it says “{data}”", data=_shown(data[:40])))
        self._received += len(data)
        if self._received > _MAX_BYTES:
            raise WireError("not-tls", tr("it keeps sending data"))
        self.tls.bio_write(data)


def _hung_up(error: OSError) -> WireError:
    words = error.strerror or tr("it closed the connection")
    return WireError("refused-by-peer", words, ending=Ending.WITHOUT_FAREWELL)


def _shown(data: bytes) -> str:
    """The first line of what is no TLS; bytes that are no text as escapes."""
    line = data.strip().split(b"\n", 1)[0].rstrip()
    return "".join(chr(each) if 0x20 <= each < 0x7F else f"\\x{each:02x}" for each in line)
