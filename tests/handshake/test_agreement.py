"""Java itself, with the very stores, fails and succeeds as the rehearsal says it would."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.store import Format
from handfast.handshake.party import TLS_VERSIONS
from handfast.handshake.rehearsal import rehearse
from handfast.services.saving import save_store
from tests.handshake.making import CLIENT, HOST, PASSWORD, SERVER, make, party, store, trusting
from tests.handshake.setups import CASES, Case, pki, speaking
from tests.tools import JavaProblem

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store
    from handfast.handshake.party import Party
    from tests.tools import JavaPeer


def _fault(name: str) -> str:
    return name.removesuffix("-server").removesuffix("-client")


#: What Java lets pass and the rehearsal does not, and what the person is told of it.
LET_PASS = {
    "chain_out_of_order": "Java and OpenSSL sort it out",
    "revoked": "Java looks at such lists only where it is told to",
    "short_key": "Java lets it pass",
    "expired_but_exchanged": "Java lets it pass",
    "wrong_purpose_but_exchanged": "Java lets it pass",
    "host-in-common-name-only": "Java still does",
}
#: In TLS 1.2 alone.
LET_PASS_IN_1_2 = {"key_type_gap": "Java alone still takes it in TLS 1.2"}
#: JKS marks nothing as trusted, cannot hold a locked key, and the Java program calls localhost.
NOT_FOR_JAVA = {"trusted_invisibly", "key_locked", "host-mismatch"}
FOR_JAVA = [name for name in CASES if _fault(name) not in NOT_FOR_JAVA]


def fields(folder: Path, side: Party) -> tuple[str | Path, ...]:
    """The stores of a party as files, as the Java program takes them."""
    assert side.keys is not None
    assert side.trust is not None
    saved = []
    for held, name in ((side.keys, "keys"), (side.trust, "trust")):
        path = folder / f"{side.side}-{name}"
        # JKS keeps a chain as it is; of PKCS#12 Java puts it in order.
        if not path.exists():
            save_store(_as_jks(held.store, side.alias if name == "keys" else None), path)
        saved.append(path)
    text = PASSWORD.reveal()
    return ("JKS", saved[0], text, text, "JKS", saved[1], text)


def _as_jks(held: Store, only: str | None) -> Store:
    entries = tuple(each for each in held.entries if only is None or each.alias == only)
    return dataclasses.replace(held, format=Format.JKS, entries=entries)


def java_talks(java: JavaPeer, folder: Path, case: Case, version: str) -> bool:
    """Whether Java on both sides gets data both ways."""
    try:
        said = java("mutual", f"TLSv{version}", *fields(folder, case.server),
                    *fields(folder, case.client))  # fmt: skip
    except JavaProblem:
        return False
    return [line[0] for line in said] == ["ok", "ok"]


@pytest.mark.parametrize("name", FOR_JAVA)
def test_java_fails_where_the_rehearsal_does(name: str, java: JavaPeer, tmp_path: Path) -> None:
    case, fault = CASES[name](), _fault(name)
    for version in TLS_VERSIONS:
        told = LET_PASS.get(fault) or (LET_PASS_IN_1_2.get(fault) if version == "1.2" else None)
        spoken = speaking(case, version)
        report = rehearse(spoken.client, spoken.server, host=spoken.host)
        assert not report.ok
        assert java_talks(java, tmp_path, spoken, version) is (told is not None)
        if told is not None:
            assert told in report.causes[0].message
            assert report.causes[0].opinion or fault == "revoked"


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_java_succeeds_where_the_rehearsal_does(kind: str, java: JavaPeer, tmp_path: Path) -> None:
    p = pki(kind)
    alone = make(HOST, usages=[SERVER], kind=kind), make("client", usages=[CLIENT], kind=kind)
    several = store(make("other", kind=kind).pair("other"), p.client.pair("right"))
    for number, (server, client, client_trust, server_trust) in enumerate(
        (
            (store(p.server.pair()), store(p.client.pair()), p.root, p.root),
            (store(alone[0].pair()), store(alone[1].pair()), alone[0], alone[1]),
            (store(p.server.pair()), several, p.root, p.root),
            # Trusted as it is, whoever issued it.
            (store(p.server.pair()), store(p.client.pair()), p.server, p.root),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        for version in TLS_VERSIONS:
            case = Case(
                client=party("client", client, trusting(client_trust), tls=[version]),
                server=party("server", server, trusting(server_trust), tls=[version]),
                code="",
                side="client",
            )
            assert rehearse(case.client, case.server, host=HOST).ok
            assert java_talks(java, folder, case, version)


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
