"""Peers that keep to no rule: what they do with a connection, for servers and clients alike."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ObjectIdentifier

from tests.handshake.making import Made, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: A record of TLS 1.2 that carries a HelloRequest, a warning, or nothing.
HELLO_REQUEST = bytes.fromhex("160303000400000000")
WARNING = bytes.fromhex("1503030002015a")
EMPTY = bytes.fromhex("1603030000")
#: A handshake message that says it is 16 megabytes long, in records of 16 kilobytes.
LONG_MESSAGE = bytes.fromhex("1603034000") + bytes.fromhex("0bffffff") + bytes(0x3FFC)
FULL_RECORD = bytes.fromhex("1603034000") + bytes(0x4000)


def reset(taken: socket.socket) -> None:
    """End with an RST instead of a FIN."""
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    taken.close()


def endlessly(taken: socket.socket, data: bytes, *, first: bytes = b"") -> int:
    """Send for as long as anybody takes it; how much that was."""
    sent = 0
    taken.settimeout(5)
    with contextlib.suppress(OSError):
        taken.sendall(first)
        while sent < 1 << 30:
            taken.sendall(data)
            sent += len(data)
    return sent


def slowly(taken: socket.socket, data: bytes, over: threading.Event, pause: float = 0.02) -> None:
    """One byte at a time, until the other side has enough."""
    with contextlib.suppress(OSError):
        for each in data:
            taken.sendall(bytes([each]))
            if over.wait(pause):
                return


@contextlib.contextmanager
def hostile_server(behave: Callable[[socket.socket], object]) -> Iterator[int]:
    """Gives the port, at which one connection is taken."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve() -> None:
            with contextlib.suppress(OSError):
                taken, _ = listening.accept()
                with taken, contextlib.suppress(OSError):
                    behave(taken)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join(10)
            assert not thread.is_alive()


def long_chain(count: int, padding: int = 0) -> tuple[Made, list[Made]]:
    """A leaf, and so many above it, each of which may be made larger by so many bytes."""
    filler = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.2"), bytes(padding))
    extra = [(filler, False)] if padding else []
    above = [make("Root 0", ca=True, extra=extra)]
    for number in range(1, count):
        above.append(make(f"CA {number}", by=above[-1], ca=True, extra=extra))
    return make("localhost", by=above[-1]), above


def context(folder: Path, made: Made, *, of_server: bool) -> ssl.SSLContext:
    """Python’s own TLS with a certificate and its whole chain; it trusts everybody."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if of_server else ssl.PROTOCOL_TLS_CLIENT)
    found.check_hostname = False
    found.verify_mode = ssl.CERT_NONE
    path = folder / "chain.pem"
    key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = "".join(each.pem() for each in made.full_chain)
    path.write_text(key.decode() + chain)
    found.load_cert_chain(path)
    return found


class Spoken:
    """The server’s side of a real handshake, byte by byte in our hands."""

    def __init__(self, taken: socket.socket, settings: ssl.SSLContext) -> None:
        self.taken = taken
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = settings.wrap_bio(self._in, self._out, server_side=True)

    def flight(self) -> bytes | None:
        """What is to be sent next; None once the handshake is over."""
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                if data := self._out.read():
                    return data
                heard = self.taken.recv(65_536)
                if not heard:
                    raise ConnectionError from None
                self._in.write(heard)
            else:
                return None

    def finish(self) -> None:
        while (data := self.flight()) is not None:
            self.taken.sendall(data)
        self.taken.sendall(self._out.read())

    def say(self, data: bytes) -> None:
        self.tls.write(data)
        self.taken.sendall(self._out.read())
