"""Every broken set-up gets its own cause first, and sound ones none."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.causes import CAUSE_CODES
from handfast.handshake.report.party import TLS_VERSIONS
from tests.handshake.making import CLIENT, HOST, SERVER, make, party, store, trusting
from tests.handshake.setups import CASES, Case, fault, pki, speaking

if TYPE_CHECKING:
    from handfast.handshake.report.party import Tls


@functools.cache
def built(name: str) -> Case:
    return CASES[name]()


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("name", CASES)
def test_the_right_cause_comes_first(name: str, version: Tls) -> None:
    case = speaking(built(name), version)
    report = rehearse(case.client, case.server, host=case.host)
    said = [(cause.code, cause.side, cause.message) for cause in report.causes]
    assert [each[:2] for each in said[:1]] == [(case.code, case.side)], said
    assert not report.ok
    assert report.failed_step is not None
    assert all(cause.remedy and cause.code in CAUSE_CODES for cause in report.causes)
    assert len(report.steps) == 13


def test_the_matrix_is_wide() -> None:
    assert len(set(map(fault, CASES))) >= 30
    assert len({built(name).code for name in CASES}) >= 18


def test_versions_that_do_not_meet() -> None:
    case = speaking(built("versions_apart-server"), "1.2")
    report = rehearse(case.client, case.server, host=case.host)
    assert (report.causes[0].code, report.causes[0].side) == ("tls-version", "client")
    assert [alert.name for alert in report.server.alerts] == ["protocol_version"]


@pytest.mark.parametrize("version", TLS_VERSIONS)
@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_sound_set_ups_have_no_causes(kind: str, version: Tls) -> None:
    p = pki(kind)
    alone = make(HOST, usages=[SERVER], kind=kind), make("client", usages=[CLIENT], kind=kind)
    several = store(make("other", kind=kind).pair("other"), p.client.pair("right"))
    for server, client, client_trust, server_trust in (
        (store(p.server.pair()), store(p.client.pair()), p.root, p.root),
        (store(alone[0].pair()), store(alone[1].pair()), alone[0], alone[1]),
        (store(p.server.pair()), several, p.root, p.root),
    ):
        report = rehearse(
            party("client", client, trusting(client_trust), tls=[version]),
            party("server", server, trusting(server_trust), tls=[version]),
            host=HOST,
        )
        assert report.ok, report.causes
        assert report.causes == ()
        assert report.tls == version
        assert {step.status for step in report.steps} == {"ok"}
        assert report.client.received[-1].startswith("application data")
        assert report.server.received[-1].startswith("application data")
        assert not report.client.alerts
        assert [chain.is_trusted for chain in report.chains] == [True, True]
