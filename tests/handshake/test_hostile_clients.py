"""Clients that are silent, slow, endless or none: the listener tells of each, and goes on."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from handfast.handshake.live.listening import Listener, Received
from tests.handshake.hostile import (
    EMPTY,
    FULL_RECORD,
    HELLO_REQUEST,
    LONG_MESSAGE,
    WARNING,
    context,
    endlessly,
    long_chain,
    reset,
    slowly,
)
from tests.handshake.making import make, party, store, trusting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.handshake.making import Made

SECONDS = 0.5


def heard(
    behave: Callable[[socket.socket], object],
    *,
    seconds: float = SECONDS,
    count: int = 1,
    friend: Made | None = None,
) -> list[Received]:
    """What the listener tells of a client, and that it ends."""
    friend = friend or make("friend")
    server = party("server", store(make("localhost").pair()), trusting(friend))
    listener = Listener(server, seconds_each=seconds)
    told: list[Received] = []
    serving = threading.Thread(
        target=lambda: listener.serve(told.append, connections=count), daemon=True
    )
    begun = time.monotonic()
    serving.start()
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", listener.port)) as plain:
            plain.settimeout(10)
            with contextlib.suppress(OSError):
                behave(plain)
    serving.join(20)
    assert not serving.is_alive()
    assert time.monotonic() - begun < seconds + 9
    assert len(told) == count
    return told


def code(behave: Callable[[socket.socket], object], **more: float) -> str:
    (one,) = heard(behave, **more)  # type: ignore[arg-type]
    assert not one.report.ok
    assert one.report.causes[0].message
    assert [step.status for step in one.report.steps].count("failed") == 1
    return one.report.causes[0].code


def until_it_ends(plain: socket.socket) -> None:
    while plain.recv(65_536):
        pass


def test_silence() -> None:
    assert code(until_it_ends) == "timeout"


def test_a_byte_now_and_then() -> None:
    over = threading.Event()
    assert code(lambda plain: (slowly(plain, FULL_RECORD[:60], over), until_it_ends(plain))) == (
        "timeout"
    )


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"SSH-2.0-client\r\n",
        bytes(range(256)) * 4,
        b"\x16\x03\x01" + b"\xff" * 3000,
        b"\x16\x03\x03\x00\x05" + b"\x63" * 5,
        b"\x17\x03\x03\x00\x20" + bytes(32),
    ],
)
def test_garbage(said: bytes) -> None:
    assert code(lambda plain: (plain.sendall(said), until_it_ends(plain))) == "not-tls"


@pytest.mark.parametrize(
    "data", [FULL_RECORD, LONG_MESSAGE, HELLO_REQUEST * 500, WARNING * 500, EMPTY * 500]
)
def test_it_sends_without_end(data: bytes) -> None:
    sent: list[int] = []
    assert code(lambda plain: sent.append(endlessly(plain, data)), seconds=5) in {
        "not-tls",
        "timeout",
    }
    assert sent[0] < 64 << 20


def hello() -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls = settings.wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


@pytest.mark.parametrize("size", [0, 1, 5, 40, 5000])
@pytest.mark.parametrize("how", ["reset", "close", "half-close"])
def test_it_ends_in_the_middle(size: int, how: str) -> None:
    def behave(plain: socket.socket) -> None:
        plain.sendall(hello()[:size])
        if how == "reset":
            reset(plain)
        elif how == "half-close":
            plain.shutdown(socket.SHUT_WR)
            until_it_ends(plain)

    assert code(behave) == "refused-by-peer"


@pytest.mark.parametrize(
    ("count", "padding", "wanted"), [(100, 0, "untrusted"), (100, 12_000, "not-tls")]
)
def test_a_huge_chain(count: int, padding: int, wanted: str, tmp_path: Path) -> None:
    settings = context(tmp_path, long_chain(count, padding)[0], of_server=False)

    def behave(plain: socket.socket) -> None:
        with settings.wrap_socket(plain, server_hostname="localhost") as spoken:
            spoken.recv(10)

    assert code(behave, seconds=5) == wanted


def test_many_who_stay_silent_do_not_keep_others_out() -> None:
    """Of those who wait for a place each is attended to in its turn."""
    friend = make("friend")
    server = party("server", store(make("localhost").pair()), trusting(friend))
    listener = Listener(server, seconds_each=SECONDS)
    told: list[Received] = []
    serving = threading.Thread(
        target=lambda: listener.serve(told.append, connections=41), daemon=True
    )
    serving.start()
    with contextlib.ExitStack() as silent:
        for _ in range(40):
            silent.enter_context(socket.create_connection(("127.0.0.1", listener.port)))
        with socket.create_connection(("127.0.0.1", listener.port)) as last:
            last.sendall(b"GET / HTTP/1.0\r\n\r\n")
            serving.join(20)
    assert not serving.is_alive()
    assert [each.report.causes[0].code for each in told].count("timeout") == 40
    assert [each.report.causes[0].code for each in told].count("not-tls") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_though_somebody_is_connected(number: signal.Signals, tmp_path: Path) -> None:
    from handfast.services.demo import make_demo

    make_demo(tmp_path / "demo")
    command = [sys.executable, "-m", "handfast", "listen",
               "--identity", str(tmp_path / "demo" / "globex-keystore.jks"),
               "--trust", str(tmp_path / "demo" / "globex-truststore.jks")]  # fmt: skip
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        # Whatever fails, it is not waited for.
        stack.callback(process.kill)
        assert process.stdout is not None
        told = re.search(r":(\d+)", process.stdout.readline())
        assert told is not None
        port = int(told[1])
        with socket.create_connection(("127.0.0.1", port)) as silent:
            silent.sendall(b"\x16")
            begun = time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
            assert time.monotonic() - begun < 5
    assert (process.returncode, err) == (0, "")
    assert "connection" in out


@pytest.mark.parametrize("how", ["silence", "reset", "data", "headers", "slowly", "garbage"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_comes_after_the_handshake_is_not_waited_for(
    version: ssl.TLSVersion, how: str, tmp_path: Path
) -> None:
    friend = make("friend")
    settings = context(tmp_path, friend, of_server=False)
    settings.minimum_version = settings.maximum_version = version
    sent: list[int] = []

    def behave(plain: socket.socket) -> None:
        with settings.wrap_socket(plain, server_hostname="localhost") as spoken:
            if how == "reset":
                # Any earlier, and its own last words may be lost with it.
                spoken.recv(10)
                reset(spoken)
            elif how == "slowly":
                slowly(spoken, b"GET / HTTP/1.1\r\n" * 100, threading.Event())
            elif how == "garbage":
                spoken.sendall(b"\x00\x1b[2J\xff")
            elif how != "silence":
                more = b"X: y\r\n" * 300 if how == "headers" else bytes(4096)
                first = b"GET / HTTP/1.1\r\n" if how == "headers" else b""
                sent.append(endlessly(spoken, more, first=first))
            until_it_ends(spoken)

    (one,) = heard(behave, friend=friend, seconds=5)
    # It has finished its handshake, and what it does then refuses nothing of it.
    assert one.report.ok, one.report.causes
    assert one.report.tls == version.name.removeprefix("TLSv").replace("_", ".")
    assert not sent or sent[0] < 64 << 20


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("cut", [1, 5, 40, 200, 400])
@pytest.mark.parametrize("how", ["reset", "close"])
def test_its_second_flight_ends_in_the_middle(
    how: str, cut: int, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    settings = context(tmp_path, make("friend"), of_server=False)
    settings.minimum_version = settings.maximum_version = version

    def behave(plain: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = settings.wrap_bio(incoming, outgoing, server_hostname="localhost")
        with contextlib.suppress(ssl.SSLWantReadError):
            tls.do_handshake()
        plain.sendall(outgoing.read())
        while not (flight := outgoing.read()):
            incoming.write(plain.recv(65_536))
            with contextlib.suppress(ssl.SSLWantReadError):
                tls.do_handshake()
        plain.sendall(flight[:cut])
        if how == "reset":
            reset(plain)

    assert code(behave) == "refused-by-peer"


def test_a_hello_that_comes_byte_by_byte_in_time() -> None:
    def behave(plain: socket.socket) -> None:
        for each in hello():
            plain.sendall(bytes([each]))
        assert plain.recv(5)[:1] == b"\x16"
        reset(plain)

    assert code(behave, seconds=5) == "refused-by-peer"
