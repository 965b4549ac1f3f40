"""Remedies that are words alone, because somebody must issue, wait, or ask: they cure as well.

What they ask of a person is done with the services behind the window and the console, and what they
ask of a CA by the one that issued the certificate. Then the rehearsal and real programs agree.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import ipaddress
from typing import TYPE_CHECKING, Final

import pytest

from handfast.flows.handshake.remedies import apply_remedy
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import TLS_VERSIONS
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.renewing import RenewalPlan, renew
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.paths.hosts import connectable
from tests.handshake.making import HOST, MADE, Made, make, party, store, trusting
from tests.handshake.peers.kinds import KINDS
from tests.handshake.peers.programs import answers, node_peer
from tests.handshake.setups import CASES, Case, pki

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.handshake.report.causes import Action, Cause
    from handfast.handshake.report.party import Party
    from tests.handshake.peers.programs import NodePeer
    from tests.support.tools import JavaPeer

#: How many set-ups there are at least whose first remedy is words alone, by its code.
WORDED: Final = {
    "ca-list-mismatch": 1, "expired": 14, "host-mismatch": 18, "key-mismatch": 2,
    "missing-intermediate": 2, "name-constraint": 11, "no-identity": 2,
    "no-shared-algorithm": 10, "not-a-ca": 16, "not-yet-valid": 10, "path-length": 6,
    "revoked": 2, "unknown-critical-extension": 12, "untrusted": 8, "weak-key": 15,
    "weak-signature": 40, "wrong-format": 12, "wrong-purpose": 34,
}  # fmt: skip
#: Whose owner alone can do something, and what a real program is asked of besides.
_NOT_ASKED: Final = {"not-yet-valid"}


@functools.cache
def worded() -> dict[str, list[tuple[str, Case, Cause]]]:
    """Every set-up whose likeliest cause has a remedy without a button, by its code."""
    found: dict[str, list[tuple[str, Case, Cause]]] = {}
    for name, build in (*CASES.items(), *KINDS.items()):
        case = build()
        causes = rehearse(case.client, case.server, host=case.host).causes
        if causes and causes[0].action is None:
            found.setdefault(causes[0].code, []).append((name, case, causes[0]))
    return found


@pytest.fixture(scope="module")
def node() -> Iterator[NodePeer]:
    with node_peer() as peer:
        yield peer


class Desk:
    """Two parties at work on a set-up until it holds."""

    def __init__(self, case: Case) -> None:
        self.parties = {"client": case.client, "server": case.server}
        self.host = case.host
        self.at: dt.datetime | None = None

    def work(self) -> bool:
        for _ in range(4):
            report = rehearse(
                self.parties["client"], self.parties["server"], host=self.host, at=self.at
            )
            if report.ok:
                return True
            cause = report.causes[0]
            if cause.action is not None:
                self.press(cause.action)
            else:
                self.read(cause)
        return False

    def press(self, action: Action) -> None:
        side = self.parties[action.side]
        if action.kind == "choose":
            self.parties[action.side] = dataclasses.replace(side, alias=action.alias)
        elif action.store == "keys":
            self._keys(side, apply_remedy(self._store(side), action))
        else:
            assert side.trust is not None
            self._trust(side, apply_remedy(side.trust.store, action))

    def read(self, cause: Cause) -> None:
        """Do what the remedy of a cause says in words."""
        at_fault = self.parties[cause.side]
        other = self.parties["client" if cause.side == "server" else "server"]
        presented = self._pair(at_fault)
        match cause.code:
            case "host-mismatch" if presented is not None and connectable(presented.chain[0]):
                # “Connect by one of its names”.
                self.host = connectable(presented.chain[0])[0]
            case "not-yet-valid":
                # “Wait until then”.
                pairs = [self._pair(each) for each in self.parties.values()]
                chains = [each.chain for each in pairs if each is not None]
                starts = [each.not_before for chain in chains for each in chain if each.not_before]
                self.at = max(starts) + dt.timedelta(hours=1)
            case "expired" if presented is not None and cause.remedy.startswith("Renew"):
                self._renew(at_fault, presented)
            case "expired" | "missing-intermediate" if cause.remedy.startswith(("Get", "Ask")):
                # What is asked of the CA above: its current certificate.
                assert presented is not None
                self._with_current_issuers(at_fault, presented)
            case "ca-list-mismatch" if cause.remedy.startswith("Keep"):
                leaf = self._pair(other)
                assert leaf is not None
                self._trust(at_fault, trusting(leaf.chain[-1]))
            case "untrusted":
                # What the verifier does not trust is put right in what is presented to it.
                self._issue_again(other)
            case _ if "mport" in cause.remedy.split()[0]:
                # “Import” another certificate of the CA, or the real one: its own key signs it.
                assert at_fault.trust is not None
                leaf = self._pair(other)
                assert leaf is not None
                self._trust(at_fault, trusting(better_root(leaf)))
            case _:
                self._issue_again(at_fault)

    def _renew(self, side: Party, pair: KeyPair) -> None:
        if pair.chain[0].is_self_signed:
            self._keys(side, renew(self._store(side), pair, RenewalPlan()).store)
        else:
            self._issue_again(side)

    def _issue_again(self, side: Party) -> None:
        """A new pair from a CA in order, under the alias of the old one."""
        root = make_pair(
            PairRequest(alias="ca", name="CN=Orderly CA", key="ec:P-256", purpose="ca")
        )
        old = self._pair(side)
        pair = make_pair(
            PairRequest(
                alias=old.alias if old is not None else "own",
                name="CN=issued again",
                key="ec:P-256",
                sans=(san_of(self.host.rstrip(".") or HOST),),
                purpose="both",
            ),
            issuer=issuer_of(root),
        )
        kept = self._store(side)
        self._keys(side, kept.without([old] if old is not None else []).with_entries([pair]))

    def _with_current_issuers(self, side: Party, pair: KeyPair) -> None:
        made = made_as(pair.chain[0])
        chain, issuer = [pair.chain[0]], made.issuer
        asked = chain[0].issuer_common_name
        if issuer is not None and issuer.certificate.common_name != asked:
            # The CA has the name that is asked for as well, with the same key.
            chain.append(make(asked, by=issuer, ca=True, key=issuer.key).certificate)
        while issuer is not None and issuer.issuer is not None:
            chain.append(current(issuer).certificate)
            issuer = issuer.issuer
        self._keys(
            side,
            self._store(side).with_replaced(pair, dataclasses.replace(pair, chain=tuple(chain))),
        )

    def _pair(self, side: Party) -> KeyPair | None:
        pairs = self._store(side).key_pairs
        return next((each for each in pairs if each.alias == side.alias), next(iter(pairs), None))

    def _store(self, side: Party) -> Store:
        assert side.keys is not None
        return side.keys.store

    def _keys(self, side: Party, changed: Store) -> None:
        assert side.keys is not None
        keys = dataclasses.replace(side.keys, store=changed)
        self.parties[side.side] = dataclasses.replace(self.parties[side.side], keys=keys)

    def _trust(self, side: Party, changed: Store) -> None:
        assert side.trust is not None
        trust = dataclasses.replace(side.trust, store=changed)
        self.parties[side.side] = dataclasses.replace(self.parties[side.side], trust=trust)


def san_of(host: str) -> str:
    try:
        return f"ip:{ipaddress.ip_address(host)}"
    except ValueError:
        return f"dns:{host}"


def made_as(certificate: Certificate) -> Made:
    return next(each for each in reversed(MADE) if each.certificate == certificate)


def current(old: Made) -> Made:
    """The certificate that a CA has today, of the same name and key, and without a fault."""
    return make(old.certificate.common_name, by=old.issuer, ca=True, key=old.key)


def better_root(leaf: KeyPair) -> Made:
    """The certificate that the CA at the top of a chain publishes in the place of a faulty one."""
    top = made_as(leaf.chain[0])
    while top.issuer is not None:
        top = top.issuer
    return current(top)


@pytest.mark.parametrize("code", sorted(WORDED))
def test_what_is_only_said_cures_as_well(code: str) -> None:
    cases = worded()[code]
    assert len(cases) >= WORDED[code]
    failing = []
    for name, case, cause in cases:
        desk = Desk(case)
        desk.read(cause)
        if not desk.work():
            failing.append((name, cause.remedy))
    assert not failing


def test_every_code_that_has_only_words_is_here() -> None:
    assert set(worded()) == set(WORDED)


@pytest.mark.parametrize("code", sorted(set(WORDED) - _NOT_ASKED))
def test_real_programs_accept_what_was_said(
    code: str, java: JavaPeer, node: NodePeer, tmp_path: Path
) -> None:
    _, case, cause = worded()[code][0]
    desk = Desk(case)
    desk.read(cause)
    assert desk.work()
    cured = dataclasses.replace(
        case, client=desk.parties["client"], server=desk.parties["server"], host=desk.host
    )
    found = answers(java, node, tmp_path, cured, "1.3")
    assert all(found.values()), found


def test_a_version_that_is_enabled_is_spoken() -> None:
    p = pki()
    server = party("server", store(p.server.pair()), trusting(p.root), tls=("1.2",))
    client = party("client", store(p.client.pair()), trusting(p.root), tls=("1.3",))
    (cause, *_) = rehearse(client, server, host=HOST).causes
    assert cause.code == "tls-version"
    at_fault = {"client": client, "server": server}[cause.side]
    version = next(each for each in TLS_VERSIONS if each in cause.remedy)
    mended = dataclasses.replace(at_fault, tls=(*at_fault.tls, version))
    parties = {"client": client, "server": server, cause.side: mended}
    assert rehearse(parties["client"], parties["server"], host=HOST).ok


def test_nothing_that_was_left_undone_cures() -> None:
    (name, case, _), *_ = worded()["wrong-purpose"]
    assert not rehearse(case.client, case.server, host=case.host).ok, name
