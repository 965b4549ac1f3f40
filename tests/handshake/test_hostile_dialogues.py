"""What comes before TLS begins, by somebody who breaks off, stalls, babbles or never ends there.

At each step of each dialogue, the proxy's and that of a proxy and a protocol together, whoever
answers keeps to the rules until then. How long a probe takes and how much it reads is measured.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from handfast.core.password import Password
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.live.proxy import Proxy
from handfast.handshake.report.party import Party
from tests.handshake.hostile import Spoken, context, endlessly, hostile_server, long_chain, reset
from tests.handshake.hostile import slowly as slowly_said

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from handfast.handshake.report.report import Report

#: What is said at each step; the first of some comes unasked.
_UNASKED = frozenset({"smtp", "imap"})
_SAID = {
    "smtp": (b"220 a\r\n", b"250-a\r\n250 STARTTLS\r\n", b"220 go\r\n"),
    "imap": (b"* OK a\r\n", b"* x\r\na1 OK go\r\n"),
    "ldap": (b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00",),
    "postgres": (b"S",),
    "": (),
}
_TUNNEL = b"HTTP/1.1 200 ok\r\nX: y\r\n\r\n"
_WAYS = [(kind, False) for kind in _SAID if kind] + [("", True), ("smtp", True), ("ldap", True)]
_STEPS = [
    (kind, proxied, step) for kind, proxied in _WAYS for step in range(len(_SAID[kind]) + proxied)
]
#: Beyond what a probe may take, for a machine that has other work.
BEYOND = 5
_SECONDS = 0.4
#: What fits in the buffers of both sides though nobody reads it.
_MOST = 16 << 20


def _script(kind: str, proxied: bool) -> list[tuple[bool, bytes]]:
    """Whether something is heard before it is said, and what."""
    found = [(True, _TUNNEL)] if proxied else []
    return [*found, *((bool(at) or kind not in _UNASKED, said)
                      for at, said in enumerate(_SAID[kind]))]  # fmt: skip


def probed(
    kind: str,
    proxied: bool,
    step: int | None,
    behave: Callable[[socket.socket], object],
    seconds: float = _SECONDS,
) -> Report:
    """Probe somebody who keeps to the rules until a step, or until TLS begins."""
    script = _script(kind, proxied)

    def play(taken: socket.socket) -> None:
        for at, (hears, said) in enumerate(script):
            if hears:
                taken.recv(4096)
            if at == step:
                break
            taken.sendall(said)
        behave(taken)

    with hostile_server(play) as port:
        proxy = Proxy(host="127.0.0.1", port=port, name="mary", password=Password("secret"))
        target = Target(
            host="127.0.0.1",
            port=1 if proxied else port,
            hostname="localhost",
            seconds=seconds,
            starttls=kind or None,
            proxy=proxy if proxied else None,
        )
        begun, worked = time.monotonic(), time.process_time()
        report = probe(target, Party(side="client"))
        assert time.monotonic() - begun < seconds + BEYOND
        assert time.process_time() - worked < seconds + BEYOND
    return report


def told(report: Report) -> str:
    """The code of the cause, which comes with what was seen and what to do."""
    assert not report.ok
    (cause, *_) = report.causes
    assert cause.message
    assert cause.remedy
    assert "secret" not in cause.message
    assert cause.message.replace("\n", "").isprintable()
    assert [step.status for step in report.steps].count("failed") == 1
    return cause.code


@pytest.mark.parametrize(("kind", "proxied", "step"), _STEPS)
@pytest.mark.parametrize("how", ["silence", "a byte now and then"])
def test_whoever_stalls_is_not_waited_for(how: str, kind: str, proxied: bool, step: int) -> None:
    over = threading.Event()

    def stall(taken: socket.socket) -> None:
        if how != "silence":
            said = _script(kind, proxied)[step][1]
            # The last byte, by which the step would be over, never comes.
            slowly_said(taken, said[:-1], over, pause=_SECONDS / 4)
        # Until the probe has hung up.
        with contextlib.suppress(OSError):
            while taken.recv(4096):
                pass

    begun = time.monotonic()
    assert told(probed(kind, proxied, step, stall)) == "timeout"
    assert time.monotonic() - begun >= _SECONDS
    over.set()


@pytest.mark.parametrize(("kind", "proxied", "step"), _STEPS)
@pytest.mark.parametrize("how", ["reset", "close", "half of it and a reset", "half-close"])
def test_whoever_hangs_up_is_told_of(how: str, kind: str, proxied: bool, step: int) -> None:
    said = _script(kind, proxied)[step][1]

    def hang_up(taken: socket.socket) -> None:
        if how.startswith("half of it"):
            taken.sendall(said[: len(said) // 2])
        if how.endswith("reset"):
            reset(taken)
        elif how == "half-close":
            taken.shutdown(1)
            with contextlib.suppress(OSError):
                while taken.recv(4096):
                    pass

    assert told(probed(kind, proxied, step, hang_up, seconds=5)) == "refused-by-peer"


@pytest.mark.parametrize(("kind", "proxied", "step"), _STEPS)
@pytest.mark.parametrize(
    "said",
    [
        b"\x00\x01\x02\x1b[2J\x07\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\xff" * 400 + b"\r\n",
        b"\r\n\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/9.9 999\r\n\r\n",
    ],
)
def test_garbage(said: bytes, kind: str, proxied: bool, step: int) -> None:
    def babble(taken: socket.socket) -> None:
        taken.sendall(said)
        with contextlib.suppress(OSError):
            taken.shutdown(1)
            while taken.recv(4096):
                pass

    # The proxy's first answer is nobody's TLS; that it hangs up then is seen where more was due.
    wanted = {"unreachable", "refused-by-peer"} if proxied and not step else {
        "not-tls", "refused-by-peer"}  # fmt: skip
    assert told(probed(kind, proxied, step, babble, seconds=5)) in wanted


@pytest.mark.parametrize(("kind", "proxied", "step"), _STEPS)
@pytest.mark.parametrize("what", ["one line", "lines", "headers", "refusal"])
def test_whoever_never_ends_is_left(what: str, kind: str, proxied: bool, step: int) -> None:
    sent: list[int] = []
    more = {
        "one line": (b"", b"x" * 4096),
        "lines": (b"", {"smtp": b"220-x\r\n250-x\r\n"}.get(kind, b"* x\r\n") * 300),
        "headers": (b"HTTP/1.1 200 ok\r\n", b"X: y\r\n" * 300),
        "refusal": (b"HTTP/1.1 407 no\r\n", b"Proxy-Authenticate: x\r\n" * 300),
    }[what]

    def babble(taken: socket.socket) -> None:
        sent.append(endlessly(taken, more[1], first=more[0]))

    found = told(probed(kind, proxied, step, babble, seconds=5))
    assert found in ({"unreachable", "not-tls"} if proxied and not step else {"not-tls"})
    assert sent[0] < _MOST


@pytest.mark.parametrize(("kind", "proxied"), _WAYS)
@pytest.mark.parametrize(("count", "padding", "is_taken"), [(60, 0, True), (100, 12_000, False)])
def test_a_huge_chain_behind_it(
    count: int, padding: int, is_taken: bool, kind: str, proxied: bool, tmp_path: Path
) -> None:
    settings = context(tmp_path, long_chain(count, padding)[0], of_server=True)

    def present(taken: socket.socket) -> None:
        if kind or proxied:
            Spoken(taken, settings).finish()

    report = probed(kind, proxied, None, present, seconds=5)
    if is_taken:
        assert report.ok, report.causes
        assert len(report.presented) == count + 1
    else:
        assert told(report) == "not-tls"
