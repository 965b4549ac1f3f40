"""Recipes that can be carried out here are, as printed, with nothing but the passwords filled in.

Each has its failing twin: a stranger, with stores of the same kind, is refused.
"""

from __future__ import annotations

import socket
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.store import Format
from handfast.handshake.recipes import make_recipe
from tests.handshake.making import CLIENT, SERVER, make
from tests.support.following import (
    NASTY,
    SECRET,
    Authority,
    authority,
    prepare,
    say,
    shell,
    started,
    stores,
    until,
)
from tests.support.nginx import nginx, reserved
from tests.support.tools import program, tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.handshake.report.party import Side

FORMATS = (Format.PKCS12, Format.JKS, Format.PEM)


@pytest.fixture(scope="module")
def acme() -> Authority:
    return authority("Acme")


@pytest.fixture(scope="module")
def globex() -> Authority:
    return authority("Globex")


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return authority("Stranger")


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``your-program.jar``, as the recipe calls it."""
    folder = tmp_path_factory.mktemp("jar")
    source = Path(__file__).parents[1] / "data" / "recipes" / "Program.java"
    tool("javac", "-encoding", "UTF-8", "-Xlint:all")("-d", folder, source)
    path = folder / "your-program.jar"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: Program\n")
        made.write(folder / "Program.class", "Program.class")
    return path


def java_commands(
    folder: Path, jar: Path, side: Side, own: Authority, trusted: Authority, wanted: Format
) -> tuple[Path, list[str]]:
    facts = stores(folder / NASTY, side, own.issue("localhost", side), trusted.root, wanted=wanted)
    place = folder / "program"
    commands = prepare(make_recipe("java", facts), place)
    (place / jar.name).write_bytes(jar.read_bytes())
    return place, commands


@pytest.mark.parametrize(("wanted", "form"), [*((each, 0) for each in FORMATS), (Format.PKCS12, 1)])
def test_java(
    tmp_path: Path, jar: Path, acme: Authority, globex: Authority, wanted: Format, form: int
) -> None:
    program("java")
    server, serve = java_commands(tmp_path / "s", jar, "server", globex, acme, wanted)
    client, call = java_commands(tmp_path / "c", jar, "client", acme, globex, wanted)
    with started(serve[form], server) as serving:
        port = until(serving, "\n").strip()
        called = shell(call[form], client, PEER=f"localhost:{port}")
        assert called.stdout == "answered by CN=localhost\n", called.stderr
        assert "called by CN=localhost" in until(serving, "called by")


@pytest.mark.parametrize("who", ["client", "server"])
def test_java_refuses_a_stranger(
    tmp_path: Path, jar: Path, acme: Authority, globex: Authority, stranger: Authority, who: str
) -> None:
    program("java")
    serving_as = stranger if who == "server" else globex
    calling_as = stranger if who == "client" else acme
    server, serve = java_commands(tmp_path / "s", jar, "server", serving_as, acme, Format.PKCS12)
    client, call = java_commands(tmp_path / "c", jar, "client", calling_as, globex, Format.PKCS12)
    with started(serve[0], server) as serving:
        port = until(serving, "\n").strip()
        called = shell(call[0], client, PEER=f"localhost:{port}")
        told = until(serving, "Exception")
    assert "answered by" not in called.stdout
    # Java’s client has nothing of an issuer that the server names, and so presents nothing.
    words = "PKIX path" if who == "server" else "Empty client certificate chain"
    assert words in (called.stderr if who == "server" else told)


def test_servicenow(tmp_path: Path, acme: Authority, globex: Authority) -> None:
    """The commands that it has give the certificate whose text is to be pasted."""
    place = tmp_path / NASTY
    facts = stores(place, "client", acme.issue("Acme Client", "client"), globex.root)
    assert prepare(make_recipe("servicenow", facts), place) == []
    pasted = (place / "trusted-1.pem").read_text(encoding="ascii")
    assert globex.root.certificate.pem() in pasted


# --- nginx and curl ---------------------------------------------------------------------------


def nginx_block(folder: Path, port: int, own: Authority, trusted: Authority) -> str:
    """The server block that the recipe makes for nginx as the server."""
    place = folder / NASTY
    own_pair = own.issue("localhost", "server")
    facts = stores(place, "server", own_pair, trusted.root, wanted=Format.JKS, port=port)
    prepare(make_recipe("nginx", facts), place)
    return (place / "mutual-tls.conf").read_text(encoding="utf-8")


@pytest.fixture
def gateway(tmp_path: Path, acme: Authority, globex: Authority) -> Iterator[int]:
    """The port of an nginx that serves as Globex and trusts Acme."""
    with reserved() as listening:
        port = listening.getsockname()[1]
        block = nginx_block(tmp_path / "gateway", port, globex, acme)
        with nginx(tmp_path / "nginx", listening, block):
            yield port


@pytest.mark.parametrize("wanted", FORMATS)
def test_curl_and_nginx(
    tmp_path: Path, gateway: int, acme: Authority, globex: Authority, wanted: Format
) -> None:
    program("curl")
    place = tmp_path / NASTY
    own = acme.issue("Acme Client", "client")
    facts = stores(place, "client", own, globex.root, wanted=wanted, port=gateway)
    (command,) = prepare(make_recipe("curl", facts), place)
    done = shell(command, place)
    assert (done.returncode, done.stdout) == (0, "CN=Acme Client\n"), done.stderr


def test_nginx_refuses_a_stranger(
    tmp_path: Path, gateway: int, stranger: Authority, globex: Authority
) -> None:
    program("curl")
    own = stranger.issue("Acme Client", "client")
    facts = stores(tmp_path / "c", "client", own, globex.root, port=gateway)
    (command,) = prepare(make_recipe("curl", facts), tmp_path / "c")
    done = shell(command, tmp_path / "c")
    assert done.returncode == 22
    assert "400" in done.stderr


def test_curl_refuses_a_stranger(
    tmp_path: Path, acme: Authority, globex: Authority, stranger: Authority
) -> None:
    program("curl")
    with reserved() as listening:
        port = listening.getsockname()[1]
        block = nginx_block(tmp_path / "gateway", port, stranger, acme)
        own = acme.issue("Acme Client", "client")
        facts = stores(tmp_path / "c", "client", own, globex.root, port=port)
        (command,) = prepare(make_recipe("curl", facts), tmp_path / "c")
        with nginx(tmp_path / "nginx", listening, block):
            done = shell(command, tmp_path / "c")
    assert done.returncode == 60, done.stderr


@pytest.mark.parametrize("exchanged", [True, False])
def test_certificates_signed_by_themselves(tmp_path: Path, exchanged: bool) -> None:
    """What is most often exchanged: each trusts the very certificate of the other."""
    program("curl")
    server = make("localhost", usages=(SERVER,))
    client, other = (make("Acme Client", usages=(CLIENT,)) for _ in range(2))
    with reserved() as listening:
        port = listening.getsockname()[1]
        facts = stores(tmp_path / "s", "server", server, client, port=port)
        prepare(make_recipe("nginx", facts), tmp_path / "s")
        block = (tmp_path / "s" / "mutual-tls.conf").read_text(encoding="utf-8")
        facts = stores(tmp_path / "c", "client", client if exchanged else other, server, port=port)
        (command,) = prepare(make_recipe("curl", facts), tmp_path / "c")
        with nginx(tmp_path / "nginx", listening, block):
            done = shell(command, tmp_path / "c")
    expected = (0, "CN=Acme Client\n") if exchanged else (22, "")
    assert (done.returncode, done.stdout) == expected, done.stderr


@pytest.mark.parametrize("who", ["acme", "client", "server"])
def test_nginx_as_the_client(
    tmp_path: Path, acme: Authority, globex: Authority, stranger: Authority, who: str
) -> None:
    """The location passes a plain request on; ``who`` is a stranger, or nobody is."""
    curl = tool("curl", "--silent", "--include")
    with reserved() as outer, reserved() as inner:
        ports = [each.getsockname()[1] for each in (outer, inner)]
        serving_as = stranger if who == "server" else globex
        calling_as = stranger if who == "client" else acme
        block = nginx_block(tmp_path / "s", ports[1], serving_as, acme)
        place = tmp_path / "c" / NASTY
        own = calling_as.issue("Acme Client", "client")
        facts = stores(place, "client", own, globex.root, wanted=Format.JKS, port=ports[1])
        recipe = make_recipe("nginx", facts)
        prepare(recipe, place)
        (location,) = (each.text for each in recipe.snippets if each.language == "nginx")
        outside = f"server {{ listen 127.0.0.1:{ports[0]}; {location} }}"
        with (
            nginx(tmp_path / "inner", inner, block),
            nginx(tmp_path / "outer", outer, outside),
        ):
            answer = curl(f"http://127.0.0.1:{ports[0]}/").stdout
    if who == "acme":
        assert answer.startswith("HTTP/1.1 200")
        assert answer.endswith("CN=Acme Client\n")
    else:
        assert answer.startswith("HTTP/1.1 400" if who == "client" else "HTTP/1.1 502")


# --- openssl ----------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.PEM])
@pytest.mark.parametrize("who", ["acme", "client", "server"])
def test_openssl(
    tmp_path: Path,
    acme: Authority,
    globex: Authority,
    stranger: Authority,
    wanted: Format,
    who: str,
) -> None:
    """Server and client by hand, the password typed when it is asked for."""
    program("openssl")
    port = free_port()
    serving_as = stranger if who == "server" else globex
    calling_as = stranger if who == "client" else acme
    own = serving_as.issue("localhost", "server")
    place = tmp_path / "s" / NASTY
    (serve,) = prepare(
        make_recipe("openssl", stores(place, "server", own, acme.root, wanted=wanted, port=port)),
        place,
    )
    own = calling_as.issue("Acme Client", "client")
    place = tmp_path / "c" / NASTY
    (call,) = prepare(
        make_recipe("openssl", stores(place, "client", own, globex.root, wanted=wanted, port=port)),
        place,
    )
    with started(serve, place) as serving:
        say(serving, f"{SECRET}\n")
        until(serving, "ACCEPT")
        with started(call, place) as calling:
            say(calling, f"{SECRET}\n")
            if who == "server":
                until(calling, "self-signed certificate in certificate chain")
                return
            until(calling, "Verify return code: 0 (ok)")
            say(calling, "GET / HTTP/1.0\n\n")
            until(calling, "HTTP/1.0 200 ok" if who == "acme" else "alert unknown ca")
