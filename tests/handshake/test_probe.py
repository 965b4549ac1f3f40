"""Probing live endpoints on the loopback: real servers, and some that are none."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.live.probing import Target
from handfast.handshake.live.probing import probe as probe_endpoint
from handfast.handshake.report.party import Party, PartyStore
from handfast.handshake.report.story import HELLO
from handfast.services.demo import make_demo
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.files.saving import new_store
from tests.handshake.hostile import Spoken, context
from tests.handshake.making import CLIENT, make, new_key
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from tests.handshake.making import Made
    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, openssl: Tool) -> Path:
    """Both parties' stores, and the server's pair in PEM as openssl wants it."""
    folder = tmp_path_factory.mktemp("probe") / "demo"
    make_demo(folder)
    openssl("x509", "-inform", "DER", "-in", folder / "acme.cer", "-out", folder / "acme.pem")
    for name, subject in (("server", "localhost"), ("stranger", "stranger")):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "90", "-subj", f"/CN={subject}",
                "-addext", f"subjectAltName=DNS:{subject}",
                "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")  # fmt: skip
    return folder


@contextlib.contextmanager
def s_server(demo: Path, *more: str | Path) -> Iterator[int]:
    """An openssl s_server; gives its port, and ends it."""
    command = [program("openssl"), "s_server", "-accept", "127.0.0.1:0", "-naccept", "1",
               "-cert", demo / "server.pem", "-key", demo / "server.key", *more]  # fmt: skip
    with subprocess.Popen(
        [*map(str, command)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("ACCEPT"):
                    yield int(line.rsplit(":", 1)[1])
                    break
        finally:
            process.kill()


@contextlib.contextmanager
def plain_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                taken, _ = listening.accept()
                with taken:
                    behave(taken)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join(20)


def probe(capsys: Any, port: int, *more: str | Path) -> tuple[int, dict[str, Any]]:
    code = main(["probe", f"127.0.0.1:{port}", "--json", *map(str, more)])
    return code, json.loads(capsys.readouterr().out)


def first(data: dict[str, Any]) -> str:
    return str(data["causes"][0]["code"])


def ours(demo: Path) -> tuple[str | Path, ...]:
    return ("--hostname", "localhost", "--identity", demo / "acme-keystore.p12")


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl_takes_our_certificate(capsys: Any, demo: Path, version: str) -> None:
    trust = demo / f"trust{version}.p12"
    assert main(["import", str(trust), str(demo / "server.pem"), "--format", "pkcs12",
                 "--password-file", str(_password(demo))]) == 0  # fmt: skip
    capsys.readouterr()
    required = ("-Verify", "2", "-verify_return_error", "-CAfile", demo / "acme.pem", version)
    with s_server(demo, *required) as port:
        code, data = probe(capsys, port, *ours(demo), "--trust", trust)
    assert (code, data["ok"], data["causes"]) == (0, True, [])
    assert data["tls"] == version.removeprefix("-tls").replace("_", ".")
    assert data["cipher"]
    assert data["group"]


def _password(demo: Path) -> Path:
    path = demo / "password"
    path.write_text(PASSWORD)
    return path


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("names", [False, True])
def test_openssl_refuses_whom_it_does_not_know(
    capsys: Any, demo: Path, version: str, names: bool
) -> None:
    trusted = ("-CAfile" if names else "-verifyCAfile", demo / "stranger.pem")
    with s_server(demo, "-Verify", "2", "-verify_return_error", *trusted, version) as port:
        code, data = probe(capsys, port, *ours(demo))
    assert (code, data["ok"]) == (1, False)
    # Ours was presented, whatever CAs the server names, so it is not that nothing was.
    assert "Certificate" in data["client"]["sent"]
    assert [(each["code"], each["side"]) for each in data["causes"]] == [("untrusted", "server")]
    assert ("not among the CAs" in data["causes"][0]["message"]) is names
    assert any("received fatal alert" in each for each in data["client"]["alerts"])


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_server_that_wants_a_certificate(capsys: Any, demo: Path, version: str) -> None:
    required = ("-Verify", "2", "-CAfile", demo / "acme.pem", version)
    with s_server(demo, *required) as port:
        code, data = probe(capsys, port, "--hostname", "localhost")
    assert (code, first(data)) == (1, "no-identity")


def test_a_server_that_is_not_trusted(capsys: Any, demo: Path) -> None:
    with s_server(demo) as port:
        code, data = probe(capsys, port, *ours(demo), "--trust", demo / "acme-truststore.p12")
    assert code == 1
    assert (first(data), data["causes"][0]["side"]) in {
        ("untrusted", "client"),
        ("stale-certificate", "server"),
        ("stale-certificate", "client"),
    }
    assert data["steps"][5]["status"] == "failed"


def test_another_host(capsys: Any, demo: Path) -> None:
    with s_server(demo) as port:
        code, data = probe(capsys, port, "--hostname", "other.example")
    assert (code, first(data)) == (1, "host-mismatch")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, None),
        ({"starts": -90, "ends": -5}, "expired"),
        ({"starts": 5}, "not-yet-valid"),
        ({"usages": [CLIENT]}, "wrong-purpose"),
        ({"sans": ["other.example"]}, "host-mismatch"),
    ],
)
def test_what_is_wrong_whomever_we_trust(
    capsys: Any, tmp_path: Path, changes: dict[str, Any], wanted: str | None
) -> None:
    settings = context(tmp_path, make("localhost", **changes), of_server=True)
    with plain_server(lambda taken: Spoken(taken, settings).finish()) as port:
        code, data = probe(capsys, port, "--hostname", "localhost")
    assert [each["code"] for each in data["causes"]] == ([] if wanted is None else [wanted])
    assert (code, data["ok"]) == ((0, True) if wanted is None else (1, False))


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("accepted", [True, False])
def test_java(capsys: Any, demo: Path, java: JavaPeer, protocol: str, accepted: bool) -> None:
    trusted = demo / ("globex-truststore.jks" if accepted else "globex-keystore.jks")
    keys = ("JKS", demo / "globex-keystore.jks", PASSWORD, PASSWORD)
    ((port,),) = java("serve", protocol, *keys, "JKS", trusted, PASSWORD)
    code, data = probe(capsys, int(port), *ours(demo), "--trust", demo / "acme-truststore.p12")
    java("served")
    assert (code, data["ok"]) == ((0, True) if accepted else (1, False))
    if not accepted:
        assert (first(data), data["causes"][0]["side"]) == ("untrusted", "server")


def test_a_closed_port(capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, data = probe(capsys, port)
    assert (code, first(data)) == (1, "unreachable")
    assert {step["status"] for step in data["steps"][1:]} == {"not-reached"}
    assert data["steps"][0]["status"] == "failed"


def test_silence(capsys: Any) -> None:
    ended = threading.Event()
    with plain_server(lambda _: ended.wait(20) and None) as port:
        code, data = probe(capsys, port, "--timeout", "0.3")
        ended.set()
    assert (code, first(data)) == (1, "timeout")


def test_plain_text(capsys: Any) -> None:
    with plain_server(lambda taken: taken.sendall(b"220 plain.example ready\r\n")) as port:
        code, data = probe(capsys, port)
    assert (code, first(data)) == (1, "not-tls")
    assert "“220 plain.example ready”" in json.dumps(data, ensure_ascii=False)
    with plain_server(lambda taken: taken.sendall(b"\x7f\x00 \xe9\r\n")) as port:
        code, data = probe(capsys, port)
    assert (code, first(data)) == (1, "not-tls")
    assert "“\\x7f\\x00 \\xe9”" in json.dumps(data, ensure_ascii=False).replace("\\\\", "\\")


_REFUSALS = {
    # At the greeting, at its extensions, and at STARTTLS itself.
    "smtp": ([b"554 go away\r\n"], [b"220 a\r\n", b"502 no\r\n"],
             [b"220 a\r\n", b"250 a\r\n", b"502 no\r\n"], [b"garbage\r\n"]),
    "imap": ([b"* BYE full\r\n"], [b"* OK a\r\n", b"a1 BAD what\r\n"],
             [b"* OK a\r\n", b"* x\r\na1 NO not now\r\n"]),
    # unwillingToPerform, no LDAP at all, and a length without end.
    "ldap": ([bytes.fromhex("300c02010178070a013504000400")], [b"HTTP/1.1 400 Bad Request\r\n"],
             [b"\x30\x84\xff\xff\xff\xff"]),
    "postgres": ([b"N"], [b"E\x00\x00\x00\x08oh"], [b"HTTP/1.1 400"]),
}  # fmt: skip
_CASES = [(kind, number) for kind, said in _REFUSALS.items() for number in range(len(said))]


def _in_turn(*said: bytes) -> Callable[[socket.socket], None]:
    """Says one thing at first, and each of the others after it has heard something."""

    def behave(taken: socket.socket) -> None:
        for number, each in enumerate(said):
            if number:
                taken.recv(1000)
            taken.sendall(each)
        taken.recv(1000)

    return behave


@pytest.mark.parametrize(("kind", "number"), _CASES)
def test_starttls_that_is_refused(capsys: Any, kind: str, number: int) -> None:
    with plain_server(_in_turn(*_REFUSALS[kind][number])) as port:
        code, data = probe(capsys, port, "--starttls", kind)
    assert (code, first(data)) == (1, "not-tls")
    assert data["presented"] == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "requires a name and a password"),
        (b"HTTP/1.1 403 Forbidden by policy\r\n\r\n", "403 Forbidden by policy"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "502"),
        (b"SSH-2.0-OpenSSH\r\n", "not an HTTP proxy"),
        (b"\x00\x01\x02\r\n", "not an HTTP proxy"),
        (b"HTTP/1.1 200 ok\r\n" + b"X: y\r\n" * 300, "does not end"),
    ],
)
def test_a_proxy_that_does_not_let_us_through(capsys: Any, said: bytes, words: str) -> None:
    with plain_server(_in_turn(said)) as port:
        code = main(["probe", "localhost:1", "--proxy", f"127.0.0.1:{port}", "--json"])
        data = json.loads(capsys.readouterr().out)
    assert (code, first(data)) == (1, "unreachable")
    assert words in data["causes"][0]["message"]


def test_a_proxy_that_is_not_there(capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert main(["probe", "localhost:1", "--proxy", f"127.0.0.1:{port}", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert first(data) == "unreachable"
    assert f"the proxy 127.0.0.1:{port}" in data["causes"][0]["message"]


def test_the_presented_chain_is_shown_and_saved(capsys: Any, demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "chain.pem"
    with s_server(demo) as port:
        code = main(["probe", f"127.0.0.1:{port}", "--hostname", "localhost",
                     "--save-chain", str(out)])  # fmt: skip
    text = capsys.readouterr().out
    assert code == 0
    (served,) = read_certificates((demo / "server.pem").read_bytes()).certificates
    (saved,) = read_certificates(out.read_bytes()).certificates
    assert saved == served
    assert group_fingerprint(served.sha256) in text
    before = out.read_bytes()
    with s_server(demo) as port:
        code, data = probe(capsys, port, "--save-chain", out)
    assert (code, data["error"]["kind"]) == (6, "already-exists")
    assert out.read_bytes() == before


def test_nothing_presented_is_nothing_saved(capsys: Any, tmp_path: Path) -> None:
    out = tmp_path / "chain.pem"
    with plain_server(lambda taken: taken.sendall(b"220 plain.example ready\r\n")) as port:
        code, data = probe(capsys, port, "--save-chain", out)
    assert (code, data["saved"], out.exists()) == (1, None, False)


def _relay(taken: socket.socket, port: int) -> None:
    """Carry bytes both ways until either side has no more."""
    with socket.create_connection(("127.0.0.1", port)) as onward:

        def back() -> None:
            with contextlib.suppress(OSError):
                while data := onward.recv(65_536):
                    taken.sendall(data)

        thread = threading.Thread(target=back)
        thread.start()
        with contextlib.suppress(OSError):
            while data := taken.recv(65_536):
                onward.sendall(data)
        with contextlib.suppress(OSError):
            onward.shutdown(socket.SHUT_RDWR)
        thread.join(10)


_DIALOGUES = {
    "smtp": ((None, b"220 a\r\n"), (b"EHLO", b"250-a\r\n250 STARTTLS\r\n"),
             (b"STARTTLS", b"220 go\r\n")),
    "imap": ((None, b"* OK a\r\n"), (b"a1 STARTTLS", b"* x\r\na1 OK go\r\n")),
    "ldap": ((b"\x30", b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"),),
    "postgres": ((b"\x00\x00\x00\x08", b"S"),),
    "proxy": ((b"CONNECT localhost:1 ", b"HTTP/1.1 200 ok\r\nX: y\r\n\r\n"),),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(_DIALOGUES))
def test_tls_that_begins_later(capsys: Any, demo: Path, kind: str) -> None:
    with s_server(demo) as behind:

        def behave(taken: socket.socket) -> None:
            for wanted, reply in _DIALOGUES[kind]:
                if wanted is not None:
                    assert taken.recv(1000).startswith(wanted)
                taken.sendall(reply)
            _relay(taken, behind)

        with plain_server(behave) as port:
            if kind == "proxy":
                code = main(["probe", "localhost:1", "--proxy", f"127.0.0.1:{port}", "--json"])
                data = json.loads(capsys.readouterr().out)
            else:
                code, data = probe(capsys, port, "--starttls", kind, "--hostname", "localhost")
    assert (code, data["ok"]) == (0, True), data


@pytest.mark.parametrize("text", ["nowhere", "host:0", "host:99999", ":1"])
def test_no_endpoint(capsys: Any, text: str) -> None:
    assert main(["probe", text, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "usage"


def _held(pair: KeyPair) -> PartyStore:
    return PartyStore(store=new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair]))


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_locked_key_is_why_nothing_was_presented(demo: Path, version: str) -> None:
    us = Party(side="client", keys=_held(make("client").pair(locked=True)))
    required = ("-Verify", "2", "-verify_return_error", version)
    with s_server(demo, *required) as port:
        report = probe_endpoint(Target(host="127.0.0.1", port=port, hostname="localhost"), us)
    assert not report.ok
    assert "key-password" in [each.code for each in report.causes]
    assert "no-identity" not in [each.code for each in report.causes]
    # With no pair at all it is told as ever.
    nothing = Party(
        side="client", keys=PartyStore(store=new_store(Format.PKCS12, Password(PASSWORD)))
    )
    with s_server(demo, *required) as port:
        report = probe_endpoint(Target(host="127.0.0.1", port=port, hostname="localhost"), nothing)
    assert "no-identity" in [each.code for each in report.causes]


@pytest.mark.parametrize(
    ("pair", "code", "can_be_done"),
    [
        (lambda made: made.pair(chain=made.full_chain[::-1]), "chain-order", True),
        (lambda made: made.pair(key=new_key("ec")), "key-mismatch", False),
    ],
)
def test_what_is_wrong_with_our_own_pair_is_told_and_nobody_is_called(
    pair: Callable[[Made], KeyPair], code: str, *, can_be_done: bool
) -> None:
    made = make("client", by=make("Acme Root", ca=True))
    us = Party(side="client", keys=_held(pair(made)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        target = Target(host="127.0.0.1", port=listening.getsockname()[1], seconds=3)
        report = probe_endpoint(target, us)
        with pytest.raises(TimeoutError):
            listening.accept()
    assert not report.ok
    assert report.causes[0].code == code
    assert (report.causes[0].action is not None) == can_be_done
    assert report.failed_step is not None
    assert report.failed_step.number == HELLO
