"""The openssl program, with the very stores as PEM, fails and succeeds as the rehearsal says."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from handfast.handshake.rehearsal import rehearse
from tests.handshake.making import HOST, party, store, trusting
from tests.handshake.setups import CASES, pki, speaking
from tests.tools import program

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.handshake.party import Party
    from tests.tools import Tool

#: What is Java’s opinion alone, or that of stricter peers; the causes say so.
LET_PASS = {
    "chain_out_of_order",
    "host-in-common-name-only",
    "exact-leaf-trusted",
    "trusted_invisibly",
}
#: PEM holds one open key and no several pairs; lists of revoked certificates are not given here.
NOT_FOR_OPENSSL = {
    "key_locked",
    "key_password_differs",
    "no-pair-of-an-issuer-asked-for",
    "revoked",
}


def fault(name: str) -> str:
    return name.removesuffix("-server").removesuffix("-client")


def options(folder: Path, side: Party) -> list[str]:
    """Key, certificate, chain and anchors of a party as files; every check switched on."""
    assert side.keys is not None
    assert side.trust is not None
    found = ["-CAfile", str(folder / f"{side.side}-trust.pem"), "-partial_chain",
             "-verify_return_error", "-no-CApath", "-no-CAstore"]  # fmt: skip
    trusted = [each.certificate.pem() for each in side.trust.store.trusted]
    (folder / f"{side.side}-trust.pem").write_text("".join(trusted))
    pairs = side.keys.store.key_pairs
    pair = next((each for each in pairs if side.alias in (None, each.alias)), None)
    if pair is None or pair.key is None:
        return found
    key = pair.key.load().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{side.side}-key.pem").write_bytes(key)
    for number, each in enumerate(pair.chain):
        path = folder / f"{side.side}-{number}.pem"
        path.write_text(each.pem())
    above = folder / f"{side.side}-above.pem"
    above.write_text("".join(each.pem() for each in pair.chain[1:]))
    found += ["-cert", str(folder / f"{side.side}-0.pem"),
              "-key", str(folder / f"{side.side}-key.pem")]  # fmt: skip
    return [*found, *(["-cert_chain", str(above)] if pair.chain[1:] else [])]


def openssl_talks(openssl: Tool, folder: Path, server: Party, client: Party, host: str) -> bool:
    """Whether what s_client sends comes back from s_server."""
    command = [program("openssl"), "s_server", "-accept", "localhost:0", "-naccept", "1",
               "-Verify", "9", "-rev", "-no_dhe", *options(folder, server)]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout is not None
        accept = next((line for line in serving.stdout if line.startswith("ACCEPT")), None)
        if accept is None:
            return False
        called = openssl(
            "s_client", "-connect", f"localhost:{accept.rsplit(':')[-1].strip()}",
            "-verify_hostname", host, "-verify", "9", "-quiet",
            *options(folder, client), stdin="abc\nCLOSE\n", check=False,
        )  # fmt: skip
        serving.terminate()
    return "cba" in called.stdout


@pytest.mark.parametrize("name", [each for each in CASES if fault(each) not in NOT_FOR_OPENSSL])
def test_openssl_fails_where_the_rehearsal_does(name: str, openssl: Tool, tmp_path: Path) -> None:
    case = speaking(CASES[name](), "1.3")
    report = rehearse(case.client, case.server, host=case.host)
    assert not report.ok
    passes = openssl_talks(openssl, tmp_path, case.server, case.client, case.host)
    assert passes is (fault(name) in LET_PASS)
    if passes:
        assert report.causes[0].opinion in {"Java", "strict peers", "RFC 9525"}


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_openssl_succeeds_where_the_rehearsal_does(
    kind: str, openssl: Tool, tmp_path: Path
) -> None:
    p = pki(kind)
    server = party("server", store(p.server.pair()), trusting(p.root))
    client = party("client", store(p.client.pair()), trusting(p.root))
    assert rehearse(client, server, host=HOST).ok
    assert openssl_talks(openssl, tmp_path, server, client, HOST)
