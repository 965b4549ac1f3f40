"""The listening test server, called by openssl, curl and Java; and by what is no client."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.demo import make_demo
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, openssl: Tool) -> Path:
    """Both parties’ stores, and the client’s pair in PEM."""
    folder = tmp_path_factory.mktemp("listen") / "demo"
    make_demo(folder)
    openssl("pkcs12", "-in", folder / "acme-keystore.p12", "-passin", f"pass:{PASSWORD}",
            "-nodes", "-out", folder / "acme.pem")  # fmt: skip
    openssl("x509", "-inform", "DER", "-in", folder / "globex.cer", "-out", folder / "globex.pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "90", "-subj", "/CN=stranger/emailAddress=a@b.example",
            "-keyout", folder / "stranger.key", "-out", folder / "stranger.pem")  # fmt: skip
    return folder


@contextlib.contextmanager
def listening(demo: Path, *more: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "handfast", "listen", "--json",
               "--identity", str(demo / "globex-keystore.jks"),
               "--trust", str(demo / "globex-truststore.jks"), *more]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["listening"]["port"], process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def test_curl_and_garbage(demo: Path) -> None:
    with listening(demo, "--connections", "4") as (port, process):
        call = [program("curl"), "-sS", "--cacert", str(demo / "globex.pem"),
                f"https://localhost:{port}/"]  # fmt: skip
        own = ["--cert", str(demo / "acme.pem")]
        good = subprocess.run([*call, *own], capture_output=True, text=True, check=True)
        assert "took your certificate" in good.stdout
        accepted = told(process)
        assert (accepted["ok"], accepted["causes"]) == (True, [])
        assert "Acme" in accepted["subject"]
        assert accepted["presented"][0]["subject"] == accepted["subject"]
        assert [each["status"] for each in accepted["steps"]] == ["ok"] * 13

        assert subprocess.run(call, capture_output=True, check=False).returncode != 0
        without = told(process)
        assert (without["causes"][0]["code"], without["presented"]) == ("no-identity", [])

        wrong = ["--cert", str(demo / "stranger.pem"), "--key", str(demo / "stranger.key")]
        assert subprocess.run([*call, *wrong], capture_output=True, check=False).returncode != 0
        data = told(process)
        refused = data["causes"][0]
        assert (refused["code"], refused["side"]) == ("untrusted", "server")
        assert data["subject"] == data["presented"][0]["subject"]
        assert data["subject"].startswith("EMAILADDRESS=a@b.example")

        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert told(process)["causes"][0]["code"] == "not-tls"
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl(demo: Path, openssl: Tool, version: str) -> None:
    with listening(demo, "--connections", "1") as (port, process):
        done = openssl("s_client", "-connect", f"127.0.0.1:{port}", "-cert", demo / "acme.pem",
                       "-quiet", version, stdin="hello\n", check=False)  # fmt: skip
        data = told(process)
        assert data["tls"] == version.removeprefix("-tls").replace("_", ".")
        assert data["ok"] is True, done.stderr


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(
    ("named", "told_of"),
    [
        (("-servername", "localhost"), "asks for the host “localhost”"),
        (("-servername", "api.example"), "asks for the host “api.example”"),
        (("-noservername",), "names no host"),
    ],
)
def test_it_tells_which_host_was_asked_for(
    demo: Path, openssl: Tool, version: str, named: tuple[str, ...], told_of: str
) -> None:
    with listening(demo, "--connections", "2") as (port, process):
        call = ["s_client", "-connect", f"127.0.0.1:{port}", "-quiet", version, *named]
        openssl(*call, "-cert", demo / "acme.pem", stdin="hello\n", check=False)
        # The second has no certificate: also of a refused one it is told what it asked for.
        openssl(*call, stdin="hello\n", check=False)
        for expected in (True, False):
            data = told(process)
            assert data["ok"] is expected
            assert told_of in data["steps"][0]["detail"]


def test_a_probe_is_told_with_the_host_that_it_sent(demo: Path) -> None:
    for hostname, told_of in (
        (("--hostname", "localhost"), "asks for the host “localhost”"),
        ((), None),
    ):
        with listening(demo, "--connections", "1") as (port, process):
            command = [sys.executable, "-m", "handfast", "probe", "--json", f"127.0.0.1:{port}",
                       "--identity", str(demo / "acme-keystore.p12"),
                       "--trust", str(demo / "acme-truststore.p12"), *hostname]  # fmt: skip
            probed = subprocess.run(command, capture_output=True, text=True, check=False)
            # An address is not sent, as the one side knows and the other sees.
            assert (told_of or "names no host") in told(process)["steps"][0]["detail"]
            assert (told_of or "sends no SNI") in json.loads(probed.stdout)["steps"][0]["detail"]


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
def test_java(demo: Path, java: JavaPeer, protocol: str) -> None:
    with listening(demo, "--connections", "1") as (port, process):
        keys = ("PKCS12", demo / "acme-keystore.p12", PASSWORD, PASSWORD)
        trust = ("PKCS12", demo / "acme-truststore.p12", PASSWORD)
        ((status, heard, *_),) = java("connect", protocol, *keys, *trust, str(port))
        assert (status, heard) == ("ok", "Handfast took your certificate.")
        assert told(process)["ok"] is True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_to(demo: Path, number: signal.Signals) -> None:
    with listening(demo) as (_, process):
        process.send_signal(number)
        assert process.wait(20) == 0


def test_it_stops_when_its_time_is_up(demo: Path) -> None:
    with listening(demo, "--for", "0.2") as (_, process):
        assert process.wait(20) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")
def test_with_no_handle_left_it_waits_and_goes_on_afterwards(demo: Path) -> None:
    def worked() -> float:
        fields = (of_process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    import resource

    with listening(demo) as (port, process):
        of_process = Path("/proc", str(process.pid))
        taken = len(list((of_process / "fd").iterdir()))
        before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (taken, before[1]))
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            started = worked()
            waiting.settimeout(1.5)
            # It is in the line, and nobody can take it.
            with pytest.raises(TimeoutError):
                waiting.recv(1)
            assert worked() - started < 0.5
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, before)
            waiting.sendall(b"no handshake at all\r\n")
            assert told(process)["ok"] is False
