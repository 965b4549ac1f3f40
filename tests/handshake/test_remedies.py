"""From a broken set-up to one that works, by nothing but the remedies that are offered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import InvalidInput, PasswordNeeded
from handfast.flows.handshake.remedies import apply_remedy
from handfast.handshake.rehearsal import rehearse
from tests.handshake.making import HOST, make, party, revoke, store, trusting
from tests.handshake.peers.kinds import KINDS
from tests.handshake.peers.programs import answers, node_peer
from tests.handshake.setups import CASES, pki

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handfast.handshake.report.causes import Action
    from handfast.handshake.report.party import Party, PartyStore
    from tests.handshake.peers.programs import NodePeer
    from tests.support.tools import JavaPeer

FIXABLE = [
    f"{fault}-{side}"
    for fault in (
        "missing_intermediate",
        "root_not_trusted",
        "self_signed_not_exchanged",
        "key_password_differs",
        "nobody_trusted",
        "trusted_invisibly",
        "chain_backwards",
        "renewed_but_old_one_exchanged",
        "root_renewed",
    )
    for side in ("server", "client")
] + ["wrong-pair-among-several", "exchanged-the-wrong-way-round"]


@pytest.fixture(scope="module")
def node() -> Iterator[NodePeer]:
    with node_peer() as peer:
        yield peer


def remedied(side: Party, action: Action) -> Party:
    if action.side != side.side:
        return side
    if action.kind == "choose":
        return dataclasses.replace(side, alias=action.alias)
    held: PartyStore | None = side.keys if action.store == "keys" else side.trust
    assert held is not None
    changed = dataclasses.replace(held, store=apply_remedy(held.store, action))
    if action.store == "keys":
        return dataclasses.replace(side, keys=changed)
    return dataclasses.replace(side, trust=changed)


@pytest.mark.parametrize("name", FIXABLE)
def test_the_first_remedy_again_and_again(name: str) -> None:
    case = CASES[name]()
    client, server = case.client, case.server
    for _ in range(3):
        report = rehearse(client, server, host=case.host)
        if report.ok:
            break
        action = report.causes[0].action
        assert action is not None, report.causes
        client, server = remedied(client, action), remedied(server, action)
    assert rehearse(client, server, host=case.host).ok


#: Set-ups of which all programs are asked again once the remedies were carried out.
CURABLE = [
    f"{side}: {name}"
    for name in (
        "intermediate missing",
        "other root trusted",
        "only the expired root trusted",
        "cross certificate not sent old root trusted",
        "cross certificate expired new root at hand",
        "self signed renewed same key old trusted",
        "self signed renewed other key old trusted",
        "leaf renewed same key old trusted",
        "ca renewed with its key and presented",
    )
    for side in ("server", "client")
] + ["client: leaf of a ca trusted"]


@pytest.mark.parametrize("name", CURABLE)
def test_what_is_advised_is_enough_for_every_program(
    name: str, java: JavaPeer, node: NodePeer, tmp_path: Path
) -> None:
    case = KINDS[name]()
    client, server = case.client, case.server
    assert not rehearse(client, server, host=case.host).ok
    for _ in range(3):
        report = rehearse(client, server, host=case.host)
        if report.ok:
            break
        action = report.causes[0].action
        assert action is not None, report.causes
        client, server = remedied(client, action), remedied(server, action)
    assert rehearse(client, server, host=case.host).ok
    cured = dataclasses.replace(case, client=client, server=server)
    found = answers(java, node, tmp_path, cured, "1.3")
    assert all(found.values()), found


def test_every_remedy_that_has_a_button_cures() -> None:
    for name, build in KINDS.items():
        case = build()
        report = rehearse(case.client, case.server, host=case.host)
        if not report.ok and report.causes[0].action is not None:
            assert name in CURABLE, (name, report.causes[0])


def test_what_cannot_be_applied_says_so() -> None:
    locked = CASES["key_locked-client"]()
    (cause, *_) = rehearse(locked.client, locked.server, host=HOST).causes
    assert cause.action is not None
    assert locked.client.keys is not None
    with pytest.raises(PasswordNeeded):
        apply_remedy(locked.client.keys.store, cause.action)
    other = dataclasses.replace(cause.action, kind="choose")
    with pytest.raises(InvalidInput):
        apply_remedy(locked.client.keys.store, other)


def test_a_list_that_the_ca_did_not_sign_revokes_nothing() -> None:
    p = pki()
    forger = make("Acme Issuing", by=p.root, ca=True)
    forged = revoke(forger, p.client)
    server = party("server", store(p.server.pair()), trusting(p.root), crls=[forged])
    client = party("client", store(p.client.pair()), trusting(p.root))
    assert "revoked" not in [each.code for each in rehearse(client, server, host=HOST).causes]
