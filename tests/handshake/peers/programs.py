"""Java, openssl, Node.js, Python and curl with nginx, each as both sides of one set-up."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.core.host_names import is_address
from handfast.core.store import Format
from handfast.services.files.saving import save_store
from handfast.services.paths.peers import Peer
from tests.handshake.making import PASSWORD
from tests.support.nginx import nginx, reserved
from tests.support.tools import JavaProblem, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.party import Party, Tls
    from tests.handshake.setups import Case
    from tests.support.tools import JavaPeer

_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """One side's stores as PEM."""

    key: Path
    chain: Path
    leaf: Path
    above: Path | None
    trust: Path


def written(folder: Path, side: Party) -> Files:
    """The identity and trust store of a party, as programs on OpenSSL read them."""
    assert side.keys is not None
    assert side.trust is not None
    pairs = side.keys.store.key_pairs
    pair = next(each for each in pairs if side.alias in {None, each.alias})
    assert pair.key is not None
    text = base64.encodebytes(pair.key.pkcs8).decode()
    key = folder / f"{side.side}-key.pem"
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n")
    chain, leaf, above, trust = (
        folder / f"{side.side}-{name}.pem" for name in ("chain", "leaf", "above", "trust")
    )
    chain.write_text("".join(map(_pem, pair.chain)))
    leaf.write_text(_pem(pair.chain[0]))
    above.write_text("".join(map(_pem, pair.chain[1:])))
    trust.write_text("".join(_pem(each.certificate) for each in side.trust.store.trusted))
    return Files(
        key=key, chain=chain, leaf=leaf, above=above if pair.chain[1:] else None, trust=trust
    )


def _pem(certificate: Certificate) -> str:
    """The very bytes: what is behind the end of a certificate too, which an export leaves out."""
    text = base64.encodebytes(certificate.der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n"


# --- Java --------------------------------------------------------------------------------------


def java_talks(java: JavaPeer, folder: Path, case: Case, tls: Tls) -> bool:
    try:
        said = java("mutual", f"TLSv{tls}", *_java_fields(folder, case.server),
                    *_java_fields(folder, case.client), case.host)  # fmt: skip
    except JavaProblem:
        return False
    return [line[0] for line in said] == ["ok", "ok"]


def _java_fields(folder: Path, side: Party) -> tuple[str | Path, ...]:
    assert side.keys is not None
    assert side.trust is not None
    text = PASSWORD.reveal()
    paths = []
    for held, name in ((side.keys, "keys"), (side.trust, "trust")):
        path = folder / f"{side.side}-{name}.jks"
        if not path.exists():
            save_store(dataclasses.replace(held.store, format=Format.JKS), path)
        paths.append(path)
    return ("JKS", paths[0], text, text, "JKS", paths[1], text)


# --- openssl -----------------------------------------------------------------------------------


def openssl_talks(folder: Path, case: Case, tls: Tls) -> bool:
    """Whether what s_client sends comes back from s_server, each with its defaults."""
    spoken = f"-tls{tls.replace('.', '_')}"
    openssl = program("openssl")
    command = [openssl, "s_server", "-accept", "localhost:0", "-naccept", "1", "-Verify", "20",
               "-rev", "-no_dhe", spoken, *_options(written(folder, case.server))]  # fmt: skip
    asked = "-verify_ip" if is_address(case.host) else "-verify_hostname"
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout is not None
        accept = next((line for line in serving.stdout if line.startswith("ACCEPT")), None)
        if accept is None:
            return False
        name = [] if is_address(case.host) else ["-servername", case.host]
        called = subprocess.run(
            [openssl, "s_client", "-connect", f"localhost:{accept.rsplit(':')[-1].strip()}",
             asked, case.host, *name, "-verify", "20", "-quiet", spoken,
             *_options(written(folder, case.client))],
            input="abc\nCLOSE\n", capture_output=True, text=True, check=False, timeout=_SECONDS,
        )  # fmt: skip
        serving.terminate()
    return "cba" in called.stdout


def _options(files: Files) -> list[str]:
    found = ["-CAfile", str(files.trust), "-verify_return_error", "-no-CApath", "-no-CAstore",
             "-cert", str(files.leaf), "-key", str(files.key)]  # fmt: skip
    return [*found, *(["-cert_chain", str(files.above)] if files.above is not None else [])]


# --- Node.js -----------------------------------------------------------------------------------


class NodePeer:
    """Node.js, which stays up and tries one set-up after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def talks(self, folder: Path, case: Case, tls: Tls) -> bool:
        """Whether an answer came back."""
        request = {
            "tls": tls,
            "host": case.host,
            "isAddress": is_address(case.host),
            **{
                side.side: {
                    "key": str(files.key),
                    "chain": str(files.chain),
                    "trust": str(files.trust),
                }
                for side in (case.client, case.server)
                for files in (written(folder, side),)
            },
        }
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(json.dumps(request) + "\n")
        into.flush()
        answer: dict[str, Any] = json.loads(out.readline())
        return bool(answer["talks"])


@contextlib.contextmanager
def node_peer() -> Iterator[NodePeer]:
    """Node.js, running until it is no longer needed."""
    script = Path(__file__).parents[2] / "data" / "node_peer.js"
    with subprocess.Popen(
        [program("node"), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield NodePeer(process)
        finally:
            process.terminate()


# --- Python ------------------------------------------------------------------------------------


def python_talks(folder: Path, case: Case, tls: Tls) -> bool:
    """The standard library's ``ssl`` on both sides, in memory."""
    try:
        client = _context(ssl.PROTOCOL_TLS_CLIENT, written(folder, case.client), tls)
        server = _context(ssl.PROTOCOL_TLS_SERVER, written(folder, case.server), tls)
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        ours = client.wrap_bio(to_client, to_server, server_hostname=case.host)
        theirs = server.wrap_bio(to_server, to_client, server_side=True)
        for _ in range(6):
            for each in (ours, theirs):
                with contextlib.suppress(ssl.SSLWantReadError):
                    each.do_handshake()
        ours.write(b"hello")
        heard = theirs.read(5)
        theirs.write(heard.upper())
        return ours.read(5) == b"HELLO"
    except (ssl.SSLError, ValueError):
        return False


def _context(protocol: ssl._SSLMethod, files: Files, tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(files.chain, files.key)
    context.load_verify_locations(files.trust)
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[tls]
    context.minimum_version = context.maximum_version = version
    return context


# --- curl and nginx ----------------------------------------------------------------------------


def curl_talks(folder: Path, case: Case, tls: Tls) -> bool:
    """curl as the client of nginx."""
    server, client = written(folder, case.server), written(folder, case.client)
    web = folder / f"nginx-{tls}"
    # What nginx does not start with, it refuses.
    with reserved() as listening:
        port = listening.getsockname()[1]
        block = f"""server {{
            listen 127.0.0.1:{port} ssl;
            ssl_protocols TLSv{tls};
            ssl_certificate "{server.chain}";
            ssl_certificate_key "{server.key}";
            ssl_client_certificate "{server.trust}";
            ssl_verify_client on;
            ssl_verify_depth 20;
            return 200 "HELLO";
        }}"""
        host = f"[{case.host}]" if ":" in case.host else case.host
        try:
            with nginx(web, listening, block):
                called = subprocess.run(
                    [program("curl"), "--silent", "--max-time", str(_SECONDS), "--noproxy", "*",
                     "--connect-to", f"::127.0.0.1:{port}", f"--tlsv{tls}", "--cacert",
                     str(client.trust), "--cert", str(client.chain), "--key", str(client.key),
                     f"https://{host}:{port}/"],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
        except AssertionError:
            return False
    return called.stdout == "HELLO"


def answers(java: JavaPeer, node: NodePeer, folder: Path, case: Case, tls: Tls) -> dict[Peer, bool]:
    """Whether each program takes the set-up: nginx and curl are one, told as curl."""
    return {
        Peer.JAVA: java_talks(java, folder, case, tls),
        Peer.OPENSSL: openssl_talks(folder, case, tls),
        Peer.NODE: node.talks(folder, case, tls),
        Peer.PYTHON: python_talks(folder, case, tls),
        Peer.CURL: curl_talks(folder, case, tls),
    }
