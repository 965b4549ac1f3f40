"""Revoking and listing, without a screen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import Refused
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.authority.revoking import IssuedState, ListFlow, RevokeFlow
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import (
    RevocationReason,
    journal_path,
    read_journal,
    record_issued,
)
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC)
CAS = [
    make_pair(PairRequest(alias=each, name=f"CN={each}", key="ec:P-256", days=900, purpose="ca"))
    for each in ("one", "two")
]
STORE = new_store(Format.PKCS12, Password("changeit")).with_entries(CAS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Both CAs of a keystore have issued; their lines are in one journal."""
    path = tmp_path / "ca.p12"
    for ca, names in zip(CAS, (("a", "b"), ("c",)), strict=True):
        for name in names:
            made = make_pair(
                PairRequest(alias=name, name=f"CN={name}", key="ec:P-256", days=30),
                issuer=issuer_of(ca),
            )
            record_issued(path, ca.chain[0], made.chain[0], NOW)
    return path


def flow_of(path: Path, alias: str = "", days: int = 0) -> RevokeFlow:
    flow = RevokeFlow(STORE, path, alias, now=NOW + dt.timedelta(days=days))
    flow.take_journal(flow.read())
    return flow


def subjects(flow: RevokeFlow) -> list[tuple[str, IssuedState]]:
    return [(each.issued.subject, each.state) for each in flow.rows]


def test_each_ca_has_its_own(path: Path) -> None:
    flow = flow_of(path)
    assert flow.draft.issuer == "one"
    assert subjects(flow) == [("CN=b", IssuedState.VALID), ("CN=a", IssuedState.VALID)]
    flow.choose_rows([0])
    flow.update(issuer="two")
    assert flow.draft.chosen == frozenset()
    assert subjects(flow) == [("CN=c", IssuedState.VALID)]
    assert subjects(flow_of(path, "two", days=40)) == [("CN=c", IssuedState.EXPIRED)]


def test_several_are_revoked_together_or_none(path: Path) -> None:
    flow = flow_of(path, "one")
    assert [each.field for each in flow.problems()] == ["certificates"]
    flow.choose_rows([0, 1])
    flow.update(reason=RevocationReason.SUPERSEDED)
    assert flow.problems() == ()
    stale = flow_of(path, "one")
    stale.choose_rows([1, 0])
    flow.take_journal(flow.run())
    assert [state for _, state in subjects(flow)] == [IssuedState.REVOKED] * 2
    assert "it was superseded" in flow.rows[0].texts[3]
    before = read_journal(journal_path(path))
    # Who had the table open since before cannot revoke them again.
    with pytest.raises(Refused, match="already revoked"):
        stale.run()
    assert read_journal(journal_path(path)) == before
    flow.choose_rows([0])
    assert "already revoked" in flow.problems()[0].message


def test_the_list_counts_on_and_is_of_one_ca(path: Path) -> None:
    revoking = flow_of(path, "one")
    revoking.choose_rows([0])
    revoking.run()
    flow = ListFlow(STORE, path, "one")
    assert flow.draft.path == str(path.parent / "one.crl")
    first = flow.run()
    assert (first.number, first.count) == (1, 1)
    assert [each.field for each in flow.problems()] == ["path"]
    flow.update(replace=True)
    assert flow.run().number == 2
    flow.update(issuer="two")
    assert flow.draft.path == str(path.parent / "two.crl")
    assert (flow.run().number, flow.draft.replace) == (1, False)
    flow.update(days=0)
    assert "days" in [each.field for each in flow.problems()]


def test_a_locked_key_writes_no_list(path: Path) -> None:
    locked = dataclasses.replace(CAS[0], key=None)
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([locked])
    (problem,) = ListFlow(store, path).problems()
    assert problem.field == "issuer"
    assert "locked" in problem.message
    # To revoke needs no key: the journal alone is written.
    flow = RevokeFlow(store, path)
    flow.take_journal(flow.read())
    flow.choose_rows([0])
    assert flow.problems() == ()
