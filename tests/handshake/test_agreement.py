"""Java itself, with the very stores, fails and succeeds as the rehearsal says it would."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from handfast.core.store import Format
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import TLS_VERSIONS
from handfast.services.files.saving import save_store
from tests.handshake.agreement import Known
from tests.handshake.making import CLIENT, HOST, PASSWORD, SERVER, make, party, store, trusting
from tests.handshake.setups import CASES, Case, fault, on_disk, pki, speaking
from tests.support.tools import JavaProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.store import Store
    from handfast.handshake.report.party import Party, Tls
    from tests.handshake.agreement import Compared
    from tests.support.tools import JavaPeer


#: What Java lets pass and the rehearsal does not, and what the person is told of it.
LET_PASS = {
    "revoked": Known(
        reason="Java looks at no list of revoked certificates unless it is told to",
        told="Java checks such lists only if configured to",
    ),
    "short_key": Known(
        reason="Java refuses RSA below 1,024 bits, OpenSSL below 2,048",
        told="Java and Node.js accept it",
    ),
    "signed_with_sha1": Known(
        reason="Java refuses SHA-1 of public CAs only",
        told="Java accepts it",
    ),
    "expired_but_exchanged": Known(
        reason="Java does not look at the dates of what is trusted itself",
        told="Java accepts it",
    ),
    "wrong_purpose_but_exchanged": Known(
        reason="Java does not look at the purposes of what is trusted itself",
        told="Java accepts it",
    ),
    "host-in-common-name-only": Known(
        reason="Java takes the common name where there are no alternative names",
        told="Java, OpenSSL, Node.js, Python, and curl still accept it",
    ),
}


def fields(folder: Path, side: Party) -> tuple[str | Path, ...]:
    """The stores of a party as files, as the Java program takes them."""
    assert side.keys is not None
    assert side.trust is not None
    saved = []
    for held, name in ((side.keys, "keys"), (side.trust, "trust")):
        path = folder / f"{side.side}-{name}"
        wanted = _as_java_reads(held.store, side.alias if name == "keys" else None)
        if not path.exists() and wanted.format is Format.JKS:
            save_store(wanted, path)
        elif not path.exists():
            path.write_bytes(_unmarked(wanted))
        saved.append((wanted.format.value, path))
    text = PASSWORD.reveal()
    (keys_format, keys), (trust_format, trust) = saved
    return (keys_format, keys, text, text, trust_format, trust, text)


def _as_java_reads(held: Store, only: str | None) -> Store:
    entries = tuple(each for each in held.entries if only is None or each.alias == only)
    # JKS keeps a chain as it is, where Java puts that of PKCS#12 in order, but marks no trust.
    marked = all(each.is_visible_to_java for each in held.trusted)
    kind = Format.JKS if marked else Format.PKCS12
    return dataclasses.replace(held, format=kind, entries=entries)


def _unmarked(held: Store) -> bytes:
    """Trusted certificates in PKCS#12 as openssl writes them: Handfast sets the mark in saving."""
    trusted = [each.certificate.parsed for each in held.trusted]
    sealing = BestAvailableEncryption(PASSWORD.reveal().encode())
    return serialize_key_and_certificates(
        None, None, None, [each for each in trusted if each], sealing
    )


def java_talks(java: JavaPeer, folder: Path, case: Case) -> bool:
    """Whether Java on both sides gets data both ways."""
    try:
        said = java("mutual", f"TLSv{case.server.tls[0]}", *fields(folder, case.server),
                    *fields(folder, case.client), case.host,
                    f"TLSv{case.client.tls[0]}")  # fmt: skip
    except JavaProblem:
        return False
    return [line[0] for line in said] == ["ok", "ok"]


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("name", CASES)
def test_java_fails_where_the_rehearsal_does(
    name: str, version: Tls, java: JavaPeer, tmp_path: Path, compare: Callable[..., Compared]
) -> None:
    case = speaking(CASES[name](), version)
    known = LET_PASS.get(fault(name))
    if known is not None and version not in known.tls:
        known = None
    talks = java_talks(java, tmp_path, speaking(on_disk(name), version))
    found = compare("Java", name, version, case, talks, known)
    assert not found.report.ok
    # What is somebody’s opinion says whose; what a list revokes is nobody’s.
    assert known is None or found.report.causes[0].opinion or fault(name) == "revoked"


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_java_succeeds_where_the_rehearsal_does(
    kind: str, version: Tls, java: JavaPeer, tmp_path: Path, compare: Callable[..., Compared]
) -> None:
    p = pki(kind)
    alone = make(HOST, usages=[SERVER], kind=kind), make("client", usages=[CLIENT], kind=kind)
    several = store(make("other", kind=kind).pair("other"), p.client.pair("right"))
    for name, server, client, client_trust, server_trust in (
        ("one root", store(p.server.pair()), store(p.client.pair()), p.root, p.root),
        ("exchanged", store(alone[0].pair()), store(alone[1].pair()), alone[0], alone[1]),
        ("one of several pairs", store(p.server.pair()), several, p.root, p.root),
        # Trusted as it is, whoever issued it.
        ("leaf trusted", store(p.server.pair()), store(p.client.pair()), p.server, p.root),
    ):
        folder = tmp_path / name
        folder.mkdir()
        case = Case(
            client=party("client", client, trusting(client_trust), tls=[version]),
            server=party("server", server, trusting(server_trust), tls=[version]),
            code="",
            side="client",
        )
        talks = java_talks(java, folder, case)
        assert compare("Java", f"sound: {name}, {kind}", version, case, talks).report.ok


def test_java_presents_the_pair_that_is_said(java: JavaPeer, tmp_path: Path) -> None:
    p = pki()
    names = ("zebra", "partner", "acme", "billing", "one", "two", "x")
    pairs = [make(each, by=p.between, usages=[CLIENT]).pair(each) for each in names]
    for count in range(2, len(pairs) + 1):
        keys = store(*pairs[:count], make("rsa one", by=p.between, kind="rsa").pair("aaa"))
        client = party("client", keys, trusting(p.root))
        server = party("server", store(p.server.pair()), trusting(p.root))
        report = rehearse(client, server, host=HOST)
        folder = tmp_path / str(count)
        folder.mkdir()
        said = java("mutual", "TLSv1.3", *fields(folder, server), *fields(folder, client))
        presented = report.chains[1].links[0].certificate
        assert said[0][3] == presented.sha256
