"""The openssl program, with the very stores as PEM, fails and succeeds as the rehearsal says."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from handfast.handshake.report.party import TLS_VERSIONS
from tests.handshake.agreement import Known
from tests.handshake.making import PASSWORD, party, store, trusting
from tests.handshake.setups import CASES, Case, fault, on_disk, pki, speaking
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.handshake.report.party import Party, Tls
    from tests.handshake.agreement import Compared
    from tests.support.tools import Tool

#: What is Java’s opinion alone, or that of stricter peers; the causes say so.
LET_PASS = {
    "host-in-common-name-only": Known(
        reason="OpenSSL takes the common name where there are no alternative names",
        told="Java, OpenSSL, Node.js, Python, and curl still accept it",
    ),
    "exact-leaf-trusted": Known(
        reason="OpenSSL presents what it is given, whichever CAs are asked for",
        told="Java then presents nothing",
    ),
    "trusted_invisibly": Known(
        reason="the mark of trust in PKCS#12 is Java’s alone",
        told="Java does not see",
    ),
}


def options(folder: Path, side: Party) -> list[str]:
    """Key, certificate, chain and anchors of a party as files; every check switched on."""
    assert side.keys is not None
    assert side.trust is not None
    found = ["-CAfile", str(folder / f"{side.side}-trust.pem"), "-partial_chain",
             "-verify_return_error", "-no-CApath", "-no-CAstore"]  # fmt: skip
    for number, each in enumerate(side.revocation_lists):
        revoked = folder / f"{side.side}-{number}.crl"
        revoked.write_bytes(each)
        found += ["-CRL", str(revoked), "-CRLform", "DER", "-crl_check"]
    trusted = [each.certificate.pem() for each in side.trust.store.trusted]
    (folder / f"{side.side}-trust.pem").write_text("".join(trusted))
    pairs = side.keys.store.key_pairs
    pair = next((each for each in pairs if side.alias in (None, each.alias)), None)
    if pair is None or pair.key is None:
        return found
    sealed = (pair.password or PASSWORD).reveal().encode()
    key = pair.key.load().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(sealed)
    )
    (folder / f"{side.side}-key.pem").write_bytes(key)
    (folder / "password").write_text(PASSWORD.reveal())
    for number, each in enumerate(pair.chain):
        path = folder / f"{side.side}-{number}.pem"
        path.write_text(each.pem())
    above = folder / f"{side.side}-above.pem"
    above.write_text("".join(each.pem() for each in pair.chain[1:]))
    found += ["-cert", str(folder / f"{side.side}-0.pem"),
              "-key", str(folder / f"{side.side}-key.pem"),
              "-pass", f"file:{folder / 'password'}"]  # fmt: skip
    return [*found, *(["-cert_chain", str(above)] if pair.chain[1:] else [])]


def openssl_talks(openssl: Tool, folder: Path, case: Case) -> bool:
    """Whether what s_client sends comes back from s_server."""
    spoken = {
        side.side: f"-tls{side.tls[0].replace('.', '_')}" for side in (case.client, case.server)
    }
    command = [program("openssl"), "s_server", "-accept", "localhost:0", "-naccept", "1",
               "-Verify", "9", "-rev", "-no_dhe", spoken["server"],
               *options(folder, case.server)]  # fmt: skip
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
            "-verify_hostname", case.host, "-verify", "9", "-quiet", spoken["client"],
            *options(folder, case.client), stdin="abc\nCLOSE\n", check=False,
        )  # fmt: skip
        serving.terminate()
    return "cba" in called.stdout


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("name", CASES)
def test_openssl_fails_where_the_rehearsal_does(
    name: str, version: Tls, openssl: Tool, tmp_path: Path, compare: Callable[..., Compared]
) -> None:
    case = speaking(CASES[name](), version)
    known = LET_PASS.get(fault(name), LET_PASS.get(name))
    if known is not None and version not in known.tls:
        known = None
    talks = openssl_talks(openssl, tmp_path, speaking(on_disk(name), version))
    found = compare("openssl", name, version, case, talks, known)
    assert not found.report.ok
    opinions = {"Java", "strict peers", "RFC 9525", "OpenSSL"}
    assert known is None or found.report.causes[0].opinion in opinions


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_openssl_succeeds_where_the_rehearsal_does(
    kind: str, version: Tls, openssl: Tool, tmp_path: Path, compare: Callable[..., Compared]
) -> None:
    p = pki(kind)
    case = Case(
        client=party("client", store(p.client.pair()), trusting(p.root), tls=[version]),
        server=party("server", store(p.server.pair()), trusting(p.root), tls=[version]),
        code="",
        side="client",
    )
    talks = openssl_talks(openssl, tmp_path, case)
    assert compare("openssl", f"sound: one root, {kind}", version, case, talks).report.ok
