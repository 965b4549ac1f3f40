"""Servers that refuse in HTTP only, as nginx does; and others, which a request must not reach."""

from __future__ import annotations

import contextlib
import gzip
import json
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.store import Format
from handfast.handshake.recipes import make_recipe
from tests.support.following import (
    SECRET,
    Authority,
    authority,
    prepare,
    say,
    started,
    stores,
    until,
)
from tests.support.nginx import nginx, reserved
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from handfast.handshake.recipes import RecipeFacts
    from tests.handshake.making import Made


@pytest.fixture(scope="module")
def acme() -> Authority:
    return authority("Acme")


@pytest.fixture(scope="module")
def globex() -> Authority:
    return authority("Globex")


@pytest.fixture(params=["1.2", "1.3"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def gateway(tmp_path: Path, acme: Authority, globex: Authority, version: str) -> Iterator[int]:
    """The port of an nginx that trusts Acme, and speaks one version of TLS."""
    with reserved() as listening:
        port = int(listening.getsockname()[1])
        own = globex.issue("localhost", "server")
        facts = stores(tmp_path / "gateway", "server", own, acme.root, port=port)
        prepare(make_recipe("nginx", facts), tmp_path / "gateway")
        block = (tmp_path / "gateway" / "mutual-tls.conf").read_text(encoding="utf-8")
        only = block.replace("TLSv1.2 TLSv1.3", f"TLSv{version}")
        with nginx(tmp_path / "nginx", listening, only):
            yield port


def probe(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, port: int, *more: str
) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv("HANDFAST_PASSWORD", SECRET)
    code = main(["probe", f"127.0.0.1:{port}", "--hostname", "localhost", "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def ours(folder: Path, own: Made, globex: Authority) -> tuple[str, ...]:
    facts = stores(folder, "client", own, globex.root)
    return ("--identity", facts.keystore, "--trust", facts.truststore)


def test_nginx_answers_whom_it_trusts(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gateway: int,
    acme: Authority, globex: Authority, version: str,
) -> None:  # fmt: skip
    options = ours(tmp_path, acme.issue("Acme Client", "client"), globex)
    code, data = probe(capsys, monkeypatch, gateway, *options)
    assert (code, data["ok"], data["causes"], data["tls"]) == (0, True, [], version)
    assert [step["status"] for step in data["steps"]] == ["ok"] * 13
    assert "HTTP/1.1 200 OK" in data["steps"][12]["detail"]


def test_nginx_without_a_certificate(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, gateway: int, version: str
) -> None:
    code, data = probe(capsys, monkeypatch, gateway)
    cause = data["causes"][0]
    assert (code, cause["code"], cause["side"]) == (1, "no-identity", "client")
    assert "400 No required SSL certificate was sent" in cause["message"]
    assert data["steps"][7]["status"] == "failed"
    assert data["tls"] == version


@pytest.mark.parametrize(
    ("fault", "expected", "side"),
    [
        ("stranger", "untrusted", "server"),
        ("expired", "expired", "client"),
        ("for-servers", "wrong-purpose", "client"),
    ],
)
def test_nginx_does_not_take_our_certificate(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gateway: int,
    acme: Authority, globex: Authority, fault: str, expected: str, side: str,
) -> None:  # fmt: skip
    own = {
        "stranger": lambda: authority("Stranger").issue("Acme Client", "client"),
        "expired": lambda: acme.issue("Acme Client", "client", ends=-2),
        "for-servers": lambda: acme.issue("Acme Client", "server"),
    }[fault]()
    code, data = probe(capsys, monkeypatch, gateway, *ours(tmp_path, own, globex))
    cause = data["causes"][0]
    assert (code, cause["code"], cause["side"]) == (1, expected, side)
    assert "400 The SSL certificate error" in cause["message"]
    assert data["steps"][9]["status"] == "failed"


@pytest.mark.parametrize("whole", [True, False])
def test_an_intermediate_that_was_not_sent_is_thought_of(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gateway: int,
    acme: Authority, globex: Authority, whole: bool,
) -> None:  # fmt: skip
    facts = stores(tmp_path, "client", acme.issue("A", "client"), globex.root, whole=whole)
    code, data = probe(
        capsys, monkeypatch, gateway, "--identity", facts.keystore, "--trust", facts.truststore
    )
    assert code == (0 if whole else 1)
    codes = [(each["code"], each["side"]) for each in data["causes"]]
    assert codes == ([] if whole else [("untrusted", "server"), ("missing-intermediate", "client")])


# --- others -----------------------------------------------------------------------------------


@contextlib.contextmanager
def tls_server(
    facts: RecipeFacts,
    behave: Callable[[ssl.SSLSocket], None],
    *protocols: str,
) -> Iterator[int]:
    """A server on Python’s TLS that asks for a certificate, and does as it is told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(facts.keystore, password=SECRET)
    context.load_verify_locations(facts.truststore)
    context.verify_mode = ssl.CERT_OPTIONAL
    if protocols:
        context.set_alpn_protocols(list(protocols))
    with reserved() as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                plain, _ = listening.accept()
                plain.settimeout(20)
                with context.wrap_socket(plain, server_side=True) as taken:
                    behave(taken)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            thread.join(20)


@pytest.fixture
def server_facts(tmp_path: Path, acme: Authority, globex: Authority) -> RecipeFacts:
    own = globex.issue("localhost", "server")
    return stores(tmp_path / "server", "server", own, acme.root, wanted=Format.PEM)


def test_nothing_is_sent_to_what_has_not_chosen_http(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, server_facts: RecipeFacts
) -> None:
    heard: list[bytes] = []
    with tls_server(server_facts, lambda taken: heard.append(taken.recv(1000))) as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "2")
    assert (code, data["ok"]) == (0, True)
    assert heard == [b""]
    assert data["steps"][11]["status"] == "not-reached"


@pytest.mark.parametrize("more", ["", "Certificate pinning is explained here."])
def test_a_page_that_is_no_refusal(
    capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
    server_facts: RecipeFacts,
    more: str,
) -> None:
    asked: list[bytes] = []

    def behave(taken: ssl.SSLSocket) -> None:
        asked.append(taken.recv(1000))
        taken.sendall(b"HTTP/1.1 404 Not Found\r\n\r\n" + more.encode())

    with tls_server(server_facts, behave, "http/1.1") as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "5")
    assert (code, data["ok"]) == (0, True), data
    assert asked[0].startswith(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    assert "404 Not Found" in data["steps"][12]["detail"]


def test_a_gateway_that_forbids(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, server_facts: RecipeFacts
) -> None:
    def behave(taken: ssl.SSLSocket) -> None:
        taken.recv(1000)
        taken.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n<p>A client certificate is required.</p>")

    with tls_server(server_facts, behave, "http/1.1") as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "5")
    assert (code, data["causes"][0]["code"]) == (1, "no-identity")
    assert "A client certificate is required." in data["causes"][0]["message"]


_CHUNKS = (
    b"1b\r\nA client certificate is req\r\n6;name=value\r\nuired.\r\n0\r\nTrailer: of it\r\n\r\n"
)
_SENTENCE = "A client certificate is required."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n" + _CHUNKS, _SENTENCE),
        (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 33\r\n\r\n"
            + _SENTENCE.encode() + b"HTTP/1.1 200 OK and what is none of it",
            _SENTENCE,
        ),
        (
            b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n%b"
            % b"Kein <b>certificate</b> f\xfcr &Auml;rger",
            "Kein certificate für Ärger",
        ),
        (b"HTTP/1.0 403 Forbidden\n\nno certificate", "no certificate"),
    ],
    ids=["chunked", "sized", "latin-1", "of old"],
)  # fmt: skip
def test_a_refusal_is_read_however_it_is_framed(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, server_facts: RecipeFacts,
    answer: bytes, words: str,
) -> None:  # fmt: skip
    asked: list[bytes] = []

    def behave(taken: ssl.SSLSocket) -> None:
        asked.append(taken.recv(1000))
        taken.sendall(answer)

    with tls_server(server_facts, behave, "http/1.1") as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "5")
    assert b"\r\nAccept-Encoding: identity\r\n" in asked[0]
    assert (code, data["causes"][0]["code"]) == (1, "no-identity")
    assert f"403 Forbidden: {words}”" in data["causes"][0]["message"]


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(_SENTENCE.encode()),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=none-such\r\n\r\n\xff\x00",
], ids=["compressed", "no chunks", "no charset"])  # fmt: skip
def test_what_cannot_be_read_of_an_answer_is_not_shown(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, server_facts: RecipeFacts, answer: bytes
) -> None:
    def behave(taken: ssl.SSLSocket) -> None:
        taken.recv(1000)
        taken.sendall(answer)

    with tls_server(server_facts, behave, "http/1.1") as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "5")
    assert (code, data["ok"]) == (0, True), data
    assert "HTTP/1.1 200 OK" in data["steps"][12]["detail"]


def _flood(taken: ssl.SSLSocket) -> None:
    taken.recv(1000)
    with contextlib.suppress(OSError):
        while True:
            taken.sendall(b"HTTP/1.1 200 OK" + b"x" * 10_000)


@pytest.mark.parametrize(
    "behave",
    [
        _flood,
        lambda taken: taken.recv(1000) and taken.sendall(b"\x00\x01 garbage"),
        lambda taken: taken.recv(1000) and taken.recv(1000),
    ],
    ids=["flood", "garbage", "silence"],
)
def test_what_is_no_answer_is_no_refusal(
    capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
    server_facts: RecipeFacts,
    behave: Callable[[ssl.SSLSocket], None],
) -> None:
    with tls_server(server_facts, behave, "http/1.1") as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "0.7")
    assert (code, data["ok"]) == (0, True), data


def test_who_hangs_up_on_the_request_refuses(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, server_facts: RecipeFacts
) -> None:
    with tls_server(server_facts, lambda _taken: None, "http/1.1") as port:
        code, data = probe(capsys, monkeypatch, port, "--timeout", "0.7")
    assert (code, data["causes"][0]["code"]) == (1, "no-identity"), data


def test_a_server_of_another_protocol_is_called_again_without_one(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server_facts: RecipeFacts
) -> None:
    """openssl ends the handshake with no_application_protocol where none of its own is offered."""
    chain = f"'{server_facts.keystore}'"
    command = (
        f"{program('openssl')} s_server -accept 127.0.0.1:0 -naccept 2 -alpn postgresql "
        f"-cert {chain} -key {chain}"
    )
    with started(command, tmp_path) as serving:
        # It asks again for each of the things that it takes from one file.
        say(serving, f"{SECRET}\n" * 3)
        port = int(until(serving, "ACCEPT").rsplit(":", 1)[1])
        code, data = probe(capsys, monkeypatch, port)
    assert (code, data["ok"], data["client"]["alerts"]) == (0, True, []), data
