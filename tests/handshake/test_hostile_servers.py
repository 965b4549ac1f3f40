"""Servers that are silent, slow, endless, broken off or none: told of, and never waited for."""

from __future__ import annotations

import contextlib
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import Cancelled
from handfast.handshake.live.deadline import Deadline, WireError
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.report.party import Party
from tests.handshake.hostile import (
    EMPTY,
    FULL_RECORD,
    HELLO_REQUEST,
    LONG_MESSAGE,
    WARNING,
    Spoken,
    context,
    endlessly,
    hostile_server,
    long_chain,
    reset,
    slowly,
)
from tests.handshake.making import make
from tests.support.tools import INTERRUPTIBLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.handshake.report.report import Report

#: The longest that a probe may take beyond its timeout, the second for a refusal included.
BEYOND = 6


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return context(tmp_path_factory.mktemp("hostile"), make("localhost"), of_server=True)


def probed(behave: Callable[[socket.socket], object], seconds: float = 5.0, **more: Any) -> Report:
    with hostile_server(behave) as port:
        begun = time.monotonic()
        target = Target(host="127.0.0.1", port=port, hostname="localhost", seconds=seconds, **more)
        report = probe(target, Party(side="client"))
        assert time.monotonic() - begun < seconds + BEYOND
    return report


def code(report: Report) -> str:
    assert not report.ok
    assert report.causes[0].message
    assert report.causes[0].remedy
    assert [step.status for step in report.steps].count("failed") == 1
    return report.causes[0].code


@pytest.mark.parametrize("when", ["at once", "after the hello"])
def test_silence(when: str) -> None:
    over = threading.Event()

    def behave(taken: socket.socket) -> None:
        if when != "at once":
            taken.recv(4096)
        over.wait(10)

    with hostile_server(behave) as port:
        begun = time.monotonic()
        report = probe(Target(host="127.0.0.1", port=port, seconds=0.3), Party(side="client"))
        over.set()
        assert 0.3 <= time.monotonic() - begun < 0.3 + BEYOND
    assert code(report) == "timeout"


@pytest.mark.parametrize("starttls", [None, "smtp", "imap", "ldap", "postgres"])
def test_a_byte_now_and_then(starttls: str | None) -> None:
    over = threading.Event()
    start = {None: FULL_RECORD, "smtp": b"220-" * 100, "imap": b"* OK " * 100,
             "ldap": b"\x30\x82\x30\x00" + bytes(500), "postgres": b""}[starttls]  # fmt: skip
    with hostile_server(lambda taken: slowly(taken, start, over) or over.wait(10)) as port:
        target = Target(host="127.0.0.1", port=port, seconds=0.5, starttls=starttls)
        begun = time.monotonic()
        report = probe(target, Party(side="client"))
        over.set()
        assert time.monotonic() - begun < 0.5 + BEYOND
    assert code(report) == "timeout"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>This is HTTP</html>",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example ESMTP\r\n",
        bytes(range(256)) * 8,
        b"\x16\x03\x01" + b"\xff" * 3000,
        b"\x16\x03\x03\x00\x05" + b"\x63" * 5,
        b"\x17\x03\x03\x00\x20" + b"\x00" * 32,
        b"\x15\x03\x03\x00\x07garbage",
    ],
)
def test_garbage(said: bytes) -> None:
    def behave(taken: socket.socket) -> None:
        taken.recv(4096)
        taken.sendall(said)
        taken.recv(4096)

    assert code(probed(behave)) == "not-tls"


def test_what_it_says_cannot_write_to_the_terminal() -> None:
    report = probed(lambda taken: taken.sendall(b"\x1b[2J220 \x07 hello\r\n" * 3))
    assert code(report) == "not-tls"
    assert "\x1b" not in report.causes[0].message


@pytest.mark.parametrize(
    "data", [FULL_RECORD, LONG_MESSAGE, HELLO_REQUEST * 500, WARNING * 500, EMPTY * 500,
             b"no TLS at all " * 500]
)  # fmt: skip
def test_it_sends_without_end(data: bytes) -> None:
    sent: list[int] = []

    def behave(taken: socket.socket) -> None:
        taken.recv(4096)
        sent.append(endlessly(taken, data))

    assert code(probed(behave, 8.0)) in {"not-tls", "timeout"}
    # What was not read waits in the buffers of both sides.
    assert sent[0] < 64 << 20


def test_a_dialogue_without_end() -> None:
    for starttls, line in (("smtp", b"220-more\r\n"), ("imap", b"* OK\r\n"), ("smtp", b"220" * 99)):
        report = probed(lambda taken, line=line: endlessly(taken, line), starttls=starttls)
        assert code(report) == "not-tls"
    report = probed(
        lambda taken: endlessly(taken, b"X: y\r\n", first=b"HTTP/1.1 200 ok\r\n"),
        proxy=None, starttls="ldap",
    )  # fmt: skip
    assert code(report) == "not-tls"


@pytest.mark.parametrize("cut", [1, 3, 5, 6, 40, 90, 127, 200, 400])
@pytest.mark.parametrize("how", ["reset", "close", "half-close"])
def test_it_ends_in_the_middle(cut: int, how: str, settings: ssl.SSLContext) -> None:
    def behave(taken: socket.socket) -> None:
        flight = Spoken(taken, settings).flight()
        assert flight is not None
        taken.sendall(flight[:cut])
        if how == "reset":
            reset(taken)
        elif how == "half-close":
            taken.shutdown(socket.SHUT_WR)
            while taken.recv(4096):
                pass

    assert code(probed(behave)) == "refused-by-peer"


@pytest.mark.parametrize("when", ["at once", "after the hello"])
def test_it_resets(when: str) -> None:
    def behave(taken: socket.socket) -> None:
        if when != "at once":
            taken.recv(4096)
        reset(taken)

    assert code(probed(behave)) == "refused-by-peer"


@pytest.mark.parametrize("then", ["reset", "close", "silence", "data", "hello requests"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_comes_after_the_handshake_refuses_nothing(
    then: str, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    settings = context(tmp_path, make("localhost"), of_server=True)
    settings.minimum_version = settings.maximum_version = version
    over = threading.Event()

    def behave(taken: socket.socket) -> None:
        spoken = Spoken(taken, settings)
        spoken.finish()
        if then == "reset":
            reset(taken)
        elif then == "silence":
            over.wait(10)
        elif then == "data":
            while True:
                spoken.say(b"more " * 3000)
        elif then == "hello requests":
            # Outside the encryption, where nobody may say anything any more.
            endlessly(taken, HELLO_REQUEST * 100)

    with hostile_server(behave) as port:
        target = Target(host="127.0.0.1", port=port, hostname="localhost", seconds=5)
        begun = time.monotonic()
        report = probe(target, Party(side="client"))
        over.set()
        assert time.monotonic() - begun < 5 + BEYOND
    assert report.ok
    assert report.tls == version.name.removeprefix("TLSv").replace("_", ".")


@pytest.mark.parametrize("answer", ["silence", "data", "headers", "reset", "garbage", "slowly"])
def test_an_answer_in_http_is_not_waited_for_either(answer: str, tmp_path: Path) -> None:
    settings = context(tmp_path, make("localhost"), of_server=True)
    settings.verify_mode = ssl.CERT_OPTIONAL
    settings.set_alpn_protocols(["http/1.1"])
    over = threading.Event()

    def behave(taken: socket.socket) -> None:
        spoken = Spoken(taken, settings)
        spoken.finish()
        taken.recv(4096)
        if answer == "reset":
            reset(taken)
        elif answer == "silence":
            over.wait(10)
        elif answer == "garbage":
            spoken.say(b"\x00\x01 no HTTP")
        elif answer == "slowly":
            while not over.wait(0.05):
                spoken.say(b"H")
        else:
            spoken.say(b"HTTP/1.1 200 OK\r\n")
            while True:
                spoken.say(b"X: y\r\n" * 500 if answer == "headers" else b"more " * 3000)

    with hostile_server(behave) as port:
        target = Target(host="127.0.0.1", port=port, hostname="localhost", seconds=0.5)
        begun = time.monotonic()
        report = probe(target, Party(side="client"))
        over.set()
        assert time.monotonic() - begun < 0.5 + BEYOND
    # Who breaks off in the place of an answer does not want us; nothing else is a refusal.
    assert report.ok is (answer != "reset"), report.causes


def test_it_begins_again_and_again(tmp_path: Path) -> None:
    """An openssl s_server that asks for a new handshake once it has one."""
    from tests.support.tools import program

    made = make("localhost")
    context(tmp_path, made, of_server=True)
    command = [program("openssl"), "s_server", "-accept", "127.0.0.1:0", "-naccept", "1",
               "-tls1_2", "-cert", str(tmp_path / "chain.pem")]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as serving:
        assert serving.stdout is not None
        assert serving.stdin is not None
        accept = next(line for line in serving.stdout if line.startswith("ACCEPT"))
        begins = serving.stdin
        counted: list[int] = []

        def again() -> None:
            for line in serving.stdout or ():
                # It lists the session each time that a handshake is over.
                if line.startswith("CIPHER is"):
                    counted.append(1)
                    with contextlib.suppress(OSError):
                        begins.write("r\n")
                        begins.flush()

        thread = threading.Thread(target=again)
        thread.start()
        target = Target(host="127.0.0.1", port=int(accept.rsplit(":", 1)[1]), hostname="localhost")
        begun = time.monotonic()
        report = probe(target, Party(side="client"))
        assert time.monotonic() - begun < 10 + BEYOND
        serving.kill()
        thread.join(10)
    assert report.ok, report.causes
    assert counted


def test_a_hundred_certificates(tmp_path: Path) -> None:
    settings = context(tmp_path, long_chain(100)[0], of_server=True)
    report = probed(lambda taken: Spoken(taken, settings).finish())
    assert report.ok
    assert len(report.chains[0].links) >= 100


def test_a_megabyte_of_certificates(tmp_path: Path) -> None:
    settings = context(tmp_path, long_chain(100, 12_000)[0], of_server=True)
    report = probed(lambda taken: Spoken(taken, settings).finish())
    assert code(report) == "not-tls"
    assert "excessive message size" in report.causes[0].message


def test_whoever_does_not_wait_any_more_is_let_go() -> None:
    over, begun = threading.Event(), time.monotonic()

    def progress(_done: int, _total: int) -> None:
        if time.monotonic() - begun > 0.3:
            raise Cancelled("Stopped.")

    with hostile_server(lambda _: over.wait(10)) as port:
        with pytest.raises(Cancelled):
            probe(Target(host="127.0.0.1", port=port), Party(side="client"), progress)
        over.set()
    assert time.monotonic() - begun < 0.3 + BEYOND


def test_a_name_that_takes_long_to_look_up_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        over.wait(10)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    begun = time.monotonic()
    report = probe(Target(host="slow.example", port=443, seconds=0.3), Party(side="client"))
    assert time.monotonic() - begun < 0.3 + BEYOND
    over.set()
    assert code(report) == "timeout"
    over.set()
    gone = probe(Target(host="slow.example", port=443, seconds=5), Party(side="client"))
    assert code(gone) == "unreachable"


def test_patience_ends_for_all_steps_together() -> None:
    patience = Deadline(1)
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        assert patience.receive(other, 10, "silent") == b"x"
        with pytest.raises(WireError) as caught:
            patience.receive(other, 10, "silent")
        assert (caught.value.code, caught.value.words) == ("timeout", "silent")
        with pytest.raises(WireError):
            patience.send(one, b"late", "takes nothing")


def test_ctrl_c_ends_a_probe() -> None:
    over, called = threading.Event(), threading.Event()

    def behave(taken: socket.socket) -> None:
        taken.recv(1)
        called.set()
        over.wait(20)

    with hostile_server(behave) as port:
        command = [sys.executable, "-c", INTERRUPTIBLE, sys.executable, "-m", "handfast", "probe",
                   f"127.0.0.1:{port}", "--timeout", "60"]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert called.wait(20)
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
            assert time.monotonic() - begun < 5
        over.set()
    assert (process.returncode, out, err) == (130, "", "")
