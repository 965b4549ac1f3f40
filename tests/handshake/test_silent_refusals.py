"""Consent is not silence: peers that refuse by hanging up, and callers that turn away."""

from __future__ import annotations

import base64
import contextlib
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from handfast.handshake.live.listening import Listener
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.report.party import Party, PartyStore
from tests.handshake.making import CLIENT, HOST, SERVER, make, new_key, store, trusting
from tests.handshake.peers.kinds import dns, issue, leaf, root
from tests.handshake.peers.strange import for_pss
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handfast.handshake.live.listening import Received
    from handfast.handshake.report.report import Report
    from tests.handshake.making import Made

_NODE_SERVER = """
const fs = require('node:fs');
const [key, cert, ca, version, protocol] = process.argv.slice(2);
const module_ = require(protocol === 'https' ? 'node:https' : 'node:tls');
const server = module_.createServer({
  key: fs.readFileSync(key), cert: fs.readFileSync(cert), ca: fs.readFileSync(ca),
  requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version,
}, (socket, answer) => { if (answer) answer.end('hello'); });
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""


def pem(made: Made, folder: Path, name: str) -> tuple[Path, Path]:
    """The chain and the key of a pair as files."""
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_text("".join(each.pem() for each in made.full_chain))
    text = base64.encodebytes(made.pair().key.pkcs8).decode()  # type: ignore[union-attr]
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n")
    return chain, key


def trusted(folder: Path, *made: Made) -> Path:
    path = folder / "trusted.pem"
    path.write_text("".join(each.certificate.pem() for each in made))
    return path


@contextlib.contextmanager
def serving(command: list[Any]) -> Iterator[int]:
    """A server that says its port in its first line; openssl says it after a colon."""
    with subprocess.Popen(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = next(each for each in process.stdout if each.strip()[-1:].isdigit())
            yield int(line.strip().rpartition(":")[2])
        finally:
            process.terminate()


def probed(port: int, own: Made) -> Report:
    client = Party(
        side="client",
        keys=PartyStore(store=store(own.pair())),
        trust=PartyStore(store=trusting(root())),
    )
    return probe(Target(host="127.0.0.1", port=port, hostname=HOST), client)


@pytest.mark.parametrize("protocol", ["tls", "https"])
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        (lambda: leaf("client"), None),
        (lambda: make("stranger", usages=[CLIENT]), "untrusted"),
        (lambda: leaf("client", days=(-90, -5)), "expired"),
        (lambda: leaf("client", purposes=[SERVER]), "wrong-purpose"),
        (lambda: leaf("client", days=(5, 90)), "not-yet-valid"),
        (lambda: leaf("client", make("Umbrella Root", ca=True)), "untrusted"),
    ],
)
def test_node_refuses_without_an_alert(
    tmp_path: Path, protocol: str, version: str, own: Any, wanted: str | None
) -> None:
    script = tmp_path / "server.js"
    script.write_text(_NODE_SERVER)
    chain, key = pem(leaf("server"), tmp_path, "server")
    anchors = trusted(tmp_path, root())
    with serving([program("node"), script, key, chain, anchors, version, protocol]) as port:
        report = probed(port, own())
    assert report.ok is (wanted is None), report.causes
    if wanted is not None:
        assert report.causes[0].code == wanted
        assert report.failed_step is not None


def s_server(folder: Path, *more: str) -> list[Any]:
    chain, key = pem(leaf("server"), folder, "server")
    return [program("openssl"), "s_server", "-accept", "localhost:0", "-cert", chain, "-cert_chain",
            chain, "-key", key,
            "-CAfile", trusted(folder, root()), "-Verify", "9", "-verify_return_error",
            "-rev", *more]  # fmt: skip


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_key_for_rsa_pss_is_presented(tmp_path: Path, version: str) -> None:
    with serving(s_server(tmp_path, version)) as port:
        report = probed(port, for_pss(leaf("client", key=new_key("rsa"))))
    assert report.ok, report.causes


def test_a_signature_that_the_server_does_not_take(tmp_path: Path) -> None:
    taken = ["-tls1_3", "-client_sigalgs", "rsa_pss_rsae_sha256"]
    with serving(s_server(tmp_path, *taken)) as port:
        report = probed(port, leaf("client"))
    cause = report.causes[0]
    assert (cause.code, cause.side) == ("no-shared-algorithm", "client")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_java_says_little_and_the_reason_is_plain(tmp_path: Path, java: Any, version: str) -> None:
    from tests.handshake.peers.kinds import setup
    from tests.handshake.peers.programs import _java_fields

    own = leaf("client", purposes=[ExtendedKeyUsageOID.EMAIL_PROTECTION])
    ((port,),) = java("serve", version, *_java_fields(tmp_path, setup("client", own).server))
    report = probed(int(port), own)
    java("served")
    cause = report.causes[0]
    assert (cause.code, cause.side) == ("wrong-purpose", "client")


# --- listen ------------------------------------------------------------------------------------


@contextlib.contextmanager
def listening(own: Made, *anchors: Made) -> Iterator[tuple[int, list[Received]]]:
    server = Party(
        side="server",
        keys=PartyStore(store=store(own.pair())),
        trust=PartyStore(store=trusting(*(anchors or (root(),)))),
    )
    listener = Listener(server)
    heard: list[Received] = []
    thread = threading.Thread(target=lambda: listener.serve(heard.append, connections=1))
    thread.start()
    try:
        yield listener.port, heard
    finally:
        thread.join(20)
        listener.stop()


def s_client(folder: Path, port: int, own: Made, *more: str) -> None:
    chain, key = pem(own, folder, "client")
    subprocess.run(
        [program("openssl"), "s_client", "-connect", f"127.0.0.1:{port}", "-cert", chain,
         "-cert_chain", chain, "-key", key, "-quiet", *more],
        input=b"hello\n", capture_output=True, check=False, timeout=20,
    )  # fmt: skip


def _limited() -> Made:
    limits = x509.NameConstraints(dns("other.example"), None)
    top = issue("Limiting", ca=True, by=root(), extra=[(limits, True)])
    return leaf("client", top, sans=dns("partner.example"))


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(
    ("own", "code"),
    [
        (lambda: leaf("client", days=(-90, -5)), "expired"),
        (lambda: leaf("client", days=(5, 90)), "not-yet-valid"),
        (lambda: leaf("client", purposes=[SERVER]), "wrong-purpose"),
        (_limited, "name-constraint"),
        (
            lambda: leaf("client", issue("Late", ca=True, by=root(), days=(-90, -5))),
            "expired",
        ),
    ],
)
def test_what_a_client_sent_is_kept_when_it_is_refused(
    tmp_path: Path, version: str, own: Any, code: str
) -> None:
    with listening(leaf("server")) as (port, heard):
        s_client(tmp_path, port, own(), version)
    report = heard[0].report
    assert len(report.presented) >= 2
    assert next((each.code, each.side) for each in report.causes) == (code, "client")


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_our_own_key_for_rsa_pss(tmp_path: Path, version: str) -> None:
    own = for_pss(leaf("server", key=new_key("rsa")))
    with listening(own) as (port, heard):
        s_client(tmp_path, port, leaf("client"), version)
    assert heard[0].report.ok, heard[0].report.causes


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_caller_that_hangs_up_over_the_host_is_not_content(tmp_path: Path, version: str) -> None:
    chain, key = pem(leaf("client"), tmp_path, "client")
    anchors = trusted(tmp_path, root())
    for name, code in (("elsewhere.example", "host-mismatch"), (HOST, None)):
        with listening(leaf("server")) as (port, heard):
            subprocess.run(
                [program("curl"), "-sS", "--cacert", anchors, "--cert", chain, "--key", key,
                 f"--tlsv{version}", "--tls-max", version, "--noproxy", "*",
                 "--connect-to", f"::127.0.0.1:{port}", f"https://{name}:{port}/"],
                capture_output=True, check=False, timeout=20,
            )  # fmt: skip
        report = heard[0].report
        assert report.ok is (code is None), report.causes
        if code is not None:
            assert (report.causes[0].code, report.causes[0].side) == (code, "server")


def test_a_caller_that_only_hangs_up_is_not_content(tmp_path: Path) -> None:
    chain, key = pem(leaf("client"), tmp_path, "client")
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(trusted(tmp_path, root()))
    context.load_cert_chain(chain, key)
    with (
        listening(leaf("server")) as (port, heard),
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname=HOST),
    ):
        pass
    report = heard[0].report
    assert not report.ok
    assert report.causes[0].code == "refused-by-peer"
