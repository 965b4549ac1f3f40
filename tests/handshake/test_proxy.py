"""Probing through an HTTP proxy that wants to know who asks: tinyproxy, and some that are odd."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.errors import InvalidInput
from handfast.core.password import Password
from handfast.flows.handshake.probing import ProbeFlow
from handfast.handshake.live.proxy import proxy_of
from tests.handshake.hostile import hostile_server
from tests.handshake.making import HOST, make
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRET = "correctHorse41"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real one on the loopback that lets mary through, by her password."""
    folder = tmp_path_factory.mktemp("proxy")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = folder / "tinyproxy.conf"
    settings.write_text(
        f"Port {port}\nListen 127.0.0.1\nTimeout 20\nMaxClients 10\nBasicAuth mary {SECRET}\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [program("tinyproxy"), "-d", "-c", str(settings)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Until it accepts connections; it says nothing by which one could know."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, process.stdout and process.stdout.read()
    raise AssertionError("the proxy does not start")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    return path


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[int]:
    """An openssl s_server for one, behind the proxy."""
    made = make(HOST)
    (folder / "server.pem").write_text(made.certificate.pem())
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.key").write_bytes(key)
    command = [program("openssl"), "s_server", "-accept", "127.0.0.1:0", "-naccept", "1",
               "-cert", str(folder / "server.pem"), "-key", str(folder / "server.key")]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            accept = next(line for line in process.stdout if line.startswith("ACCEPT"))
            yield int(accept.rsplit(":", 1)[1])
        finally:
            process.kill()


def probe(capsys: Any, port: int, *more: str | Path) -> tuple[int, dict[str, Any]]:
    code = main(["probe", f"127.0.0.1:{port}", "--hostname", HOST, "--json", *map(str, more)])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("where", ["mary@127.0.0.1:{}", "http://mary@127.0.0.1:{}/"])
def test_it_lets_us_through(
    capsys: Any, proxy: int, secret: Path, tmp_path: Path, where: str
) -> None:
    more = ("--proxy", where.format(proxy), "--proxy-password-file", secret)
    with serving(tmp_path) as port:
        code, data = probe(capsys, port, *more)
    assert (code, data["ok"]) == (0, True), data
    assert len(data["presented"]) == 1


@pytest.mark.parametrize("name", ["mary", "m%61ry", "other"])
def test_a_password_that_it_does_not_take(
    capsys: Any, proxy: int, tmp_path: Path, name: str
) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("guessed\n")
    code, data = probe(capsys, 1, "--proxy", f"{name}@127.0.0.1:{proxy}",
                       "--proxy-password-file", wrong)  # fmt: skip
    (cause,) = data["causes"]
    assert (code, cause["code"], cause["side"]) == (1, "wrong-password", "client")
    assert "keystore" not in cause["message"]
    assert name.replace("%61", "a") in cause["message"]
    assert "--proxy-password-file" in cause["remedy"]
    assert "guessed" not in json.dumps(data)


def test_one_that_gets_no_name_says_that_it_wants_one(capsys: Any, proxy: int) -> None:
    code, data = probe(capsys, 1, "--proxy", f"127.0.0.1:{proxy}")
    (cause,) = data["causes"]
    assert (code, cause["code"]) == (1, "unreachable")
    assert "requires a name and a password" in cause["message"]
    assert "--proxy NAME@HOST:PORT" in cause["remedy"]


def _answering(said: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    def behave(taken: socket.socket) -> None:
        while not b"".join(heard).endswith(b"\r\n\r\n"):
            heard.append(taken.recv(1000))
        taken.sendall(said)
        taken.recv(1)

    return behave


def test_letters_of_all_kinds_are_sent_as_they_are(capsys: Any, tmp_path: Path) -> None:
    heard: list[bytes] = []
    path = tmp_path / "secret.txt"
    path.write_text("näher: am Wort\n", encoding="utf-8")
    with hostile_server(_answering(b"HTTP/1.1 403 no\r\n\r\n", heard)) as port:
        probe(capsys, 1, "--proxy", f"jürgen@127.0.0.1:{port}", "--proxy-password-file", path)
    (sent,) = re.findall(rb"\r\nProxy-Authorization: Basic (\S+)\r\n", b"".join(heard))
    assert base64.b64decode(sent, validate=True).decode("utf-8") == "jürgen:näher: am Wort"


def test_ways_to_sign_in_that_are_not_ours(capsys: Any, secret: Path) -> None:
    said = (b"HTTP/1.1 407 no\r\nProxy-Authenticate: Negotiate\r\n"
            b"proxy-authenticate: NTLM x\x1b[31m\r\n\r\n")  # fmt: skip
    with hostile_server(_answering(said, [])) as port:
        _, data = probe(capsys, 1, "--proxy", f"mary@127.0.0.1:{port}",
                        "--proxy-password-file", secret)  # fmt: skip
    (cause,) = data["causes"]
    assert cause["code"] == "unreachable"
    assert "“Negotiate, NTLM”" in cause["message"]
    assert "--proxy-password-file" not in cause["remedy"]


def test_nobody_hears_a_password_that_was_not_for_them(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "of a store")
    heard: list[bytes] = []
    with hostile_server(_answering(b"HTTP/1.1 407 no\r\n\r\n", heard)) as port:
        probe(capsys, 1, "--proxy", f"127.0.0.1:{port}")
    assert b"CONNECT 127.0.0.1:1 HTTP/1.1" in b"".join(heard)
    assert b"authorization" not in b"".join(heard).lower()
    # With a name, that of the store is no substitute for the one that is missing.
    monkeypatch.setattr("sys.stdin", None)
    code, data = probe(capsys, 1, "--proxy", "mary@127.0.0.1:1")
    assert (code, data["error"]["kind"]) == (3, "password-needed")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--proxy", "mary:secret@127.0.0.1:1"],
        ["--proxy", "https://127.0.0.1:1"],
        ["--proxy", "socks5://127.0.0.1:1"],
        ["--proxy", "mary@127.0.0.1"],
        ["--proxy", "m%0Ary@127.0.0.1:1", "--proxy-password-file", "{secret}"],
        ["--proxy", "127.0.0.1:1", "--proxy-password-file", "{secret}"],
        ["--proxy-password-file", "{secret}"],
    ],
)
def test_what_is_no_proxy_is_told_before_anything_is_sent(
    capsys: Any, secret: Path, wrong: list[str]
) -> None:
    code, data = probe(capsys, 1, *(each.format(secret=secret) for each in wrong))
    assert (code, data["error"]["kind"]) == (2, "usage")
    assert "secret@" not in json.dumps(data)
    assert "mary:" not in json.dumps(data)


def test_the_flow_keeps_the_password_to_itself(proxy: int, tmp_path: Path) -> None:
    flow = ProbeFlow()
    flow.update(proxy=f"127.0.0.1:{proxy}", proxy_name="mary", proxy_password=Password(SECRET))
    assert SECRET not in repr(flow.draft)
    with serving(tmp_path) as port:
        flow.update(endpoint=f"127.0.0.1:{port}", hostname=HOST)
        assert SECRET not in repr(flow.target())
        assert flow.run().ok
    flow.update(proxy_password=Password("guessed"))
    assert [each.code for each in flow.run().causes] == ["wrong-password"]
    flow.update(proxy_name="ma:ry")
    assert [each.field for each in flow.problems()] == ["proxy_name"]
    flow.update(proxy="")
    assert flow.target().proxy is None


def test_a_proxy_as_people_write_it() -> None:
    assert proxy_of("proxy.example:3128") == proxy_of(" http://proxy.example:3128/ ")
    found = proxy_of("acme%5Cmary@[::1]:8080")
    assert (found.name, found.host, found.where) == ("acme\\mary", "::1", "[::1]:8080")
    with pytest.raises(InvalidInput):
        proxy_of("mary:secret@proxy.example:3128")
