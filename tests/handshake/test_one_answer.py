"""A rehearsal with the key, one with the certificates alone, and a verification: one answer.

Over every set-up of ``peers``, without programs; these are asked in ``test_programs.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import Party
from handfast.handshake.verifying import VerificationPlan, verify_chain
from handfast.services.paths.peers import Peer
from tests.handshake.peers.constraints import CONSTRAINED
from tests.handshake.peers.encodings import ENCODED
from tests.handshake.peers.kinds import KINDS
from tests.handshake.setups import speaking
from tests.handshake.test_programs import refusing

if TYPE_CHECKING:
    from handfast.handshake.report.report import Report
    from tests.handshake.setups import Case

#: Of those that are tried for either side, the server's.
_SETUPS = {
    name: build
    for name, build in {**KINDS, **ENCODED, **CONSTRAINED}.items()
    if not name.startswith("client:")
}
#: What only the key or the other side's requests show.
_BEYOND_CERTIFICATES = frozenset(("server: key dsa", "server: key short dsa"))
#: What is no part of a verification: which certificates a server asks for.
_ASKED_FOR = frozenset(("trusting more than 64 kib of names",))


def presented_alone(case: Case) -> Report:
    """The same of which only the certificates are known."""
    presenter, verifier = (
        (case.server, case.client) if case.side == "server" else (case.client, case.server)
    )
    assert presenter.keys is not None
    known = Party(side=case.side, known_chain=presenter.keys.store.key_pairs[0].chain)
    trusting = Party(side=verifier.side, trust=verifier.trust)
    client, server = (trusting, known) if case.side == "server" else (known, trusting)
    return rehearse(client, server, host=case.host)


@pytest.mark.parametrize("name", sorted(set(_SETUPS) - _BEYOND_CERTIFICATES))
def test_it_is_the_same_however_it_is_asked(name: str) -> None:
    case = speaking(_SETUPS[name](), "1.3")
    full, alone = rehearse(case.client, case.server, host=case.host), presented_alone(case)
    assert (full.ok, refusing(full, case)) == (alone.ok, refusing(alone, case))
    presenter = case.server if case.side == "server" else case.client
    trust = (case.client if case.side == "server" else case.server).trust
    assert presenter.keys is not None
    assert trust is not None
    verified = verify_chain(
        VerificationPlan(
            chain=presenter.keys.store.key_pairs[0].chain,
            trust=trust,
            purpose=case.side,
            host=case.host if case.side == "server" else "",
        )
    )
    if name in _ASKED_FOR:
        return
    # Where a name is only where RFC 9525 does not look, a verification follows OpenSSL.
    is_by_name_alone = any(each.opinion == "RFC 9525" for each in full.causes)
    assert verified.ok is (full.ok or is_by_name_alone)


@pytest.mark.parametrize("name", ["client: key dsa", *sorted(_BEYOND_CERTIFICATES)])
def test_a_certificate_of_dsa_is_told_to_work_only_in_tls_1_2(name: str) -> None:
    case = speaking(KINDS[name](), "1.3")
    assert not rehearse(case.client, case.server, host=case.host).ok
    told = [each.message for each in presented_alone(case).notes]
    assert any("no program accepts it in TLS 1.3" in each for each in told)


def test_an_address_within_ipv6_is_not_that_of_ipv4_to_most() -> None:
    case = speaking(KINDS["host: address of IPv4 within IPv6"](), "1.3")
    trust = case.client.trust
    assert case.server.keys is not None
    assert trust is not None
    chain = case.server.keys.store.key_pairs[0].chain
    verified = verify_chain(VerificationPlan(chain=chain, trust=trust, host=case.host))
    assert not verified.ok
    assert Peer.OPENSSL in verified.causes[0].refused_by
