"""Verifying and completing without a screen: what is asked, of whom, and how it is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import NetworkForbidden, NotAKeystore
from handfast.core.network import NetworkPermission
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.flows.open_store import OpenStore
from handfast.flows.verification.completing import SOURCES, CompleteFlow
from handfast.flows.verification.story import Outcome, Place, Rule, missing_link, path_links
from handfast.flows.verification.verifying import VerifyFlow
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from handfast.flows.verification.verifying import Verification

ROOT = issue(CN="Root", is_ca=True)
CA = issue(issuer=ROOT, CN="Issuing", is_ca=True)
LEAF = issue(issuer=CA, CN="client")


def opened(name: str, *entries: object) -> OpenStore:
    store = new_store(Format.PKCS12, Password("changeit")).with_entries(entries)  # type: ignore[arg-type]
    return OpenStore.of_file(Path(f"/{name}"), store)


def trusting(*issued: Issued) -> OpenStore:
    store = new_store(Format.PKCS12, Password("changeit"))
    chosen = [(each.certificate, f"t{at}") for at, each in enumerate(issued)]
    return OpenStore.of_file(Path("/trust"), import_certificates(store, chosen))


def outcome(found: Verification, rule: Rule) -> Outcome:
    return next(each.outcome for each in found.steps if each.rule is rule)


def test_a_chain_that_is_trusted_is_told_rule_by_rule() -> None:
    flow = VerifyFlow([opened("own", LEAF.pair("own")), trusting(ROOT)])
    assert (flow.draft.alias, flow.draft.trust) == ("own", "/trust")
    assert flow.purpose == "client"
    found = flow.run()
    assert found.verified.ok
    assert [each.rule for each in found.steps] == list(Rule)
    assert outcome(found, Rule.PATH) is Outcome.OK
    assert outcome(found, Rule.HOST) is Outcome.NOT_CHECKED
    assert outcome(found, Rule.REVOCATION) is Outcome.NOT_CHECKED
    links = path_links(found.verified, found.plan.moment)
    assert [each.place for each in links] == [Place.LEAF, Place.INTERMEDIATE, Place.ANCHOR]
    assert missing_link(found.verified) == ""


@pytest.mark.parametrize(
    ("subject", "trust", "changes", "rule"),
    [
        (LEAF, (issue(CN="Stranger", is_ca=True),), {}, Rule.PATH),
        (LEAF, (ROOT,), {"at": dt.datetime(2031, 1, 1, tzinfo=dt.UTC)}, Rule.DATES),
        (LEAF, (ROOT,), {"purpose": "server"}, Rule.PURPOSE),
        (issue(issuer=issue(CN="no CA"), CN="x"), (), {}, Rule.CONSTRAINTS),
        (
            issue(issuer=CA, CN="s", sans=("s.example",), usages=()),
            (ROOT,),
            {"purpose": "server", "host": "other.example"},
            Rule.HOST,
        ),
    ],
)
def test_each_rule_can_fail(
    subject: Issued, trust: tuple[Issued, ...], changes: dict[str, object], rule: Rule
) -> None:
    above = subject.pair("own").chain[-1]
    anchors = trusting(*trust) if trust else None
    if anchors is None:
        store = import_certificates(new_store(Format.PKCS12, Password("changeit")), [(above, "a")])
        anchors = OpenStore.of_file(Path("/trust"), store)
    flow = VerifyFlow([opened("own", subject.pair("own")), anchors])
    flow.update(**changes)  # type: ignore[arg-type]
    found = flow.run()
    assert not found.verified.ok
    assert outcome(found, rule) is Outcome.FAILED
    assert next(each for each in found.steps if each.rule is rule).detail


def test_a_pinned_leaf_is_an_anchor() -> None:
    flow = VerifyFlow([opened("own", LEAF.pair("own")), trusting(LEAF)])
    found = flow.run()
    assert found.verified.ok
    (link,) = path_links(found.verified, found.plan.moment)
    assert link.place is Place.PINNED


def test_what_is_missing_is_said() -> None:
    flow = VerifyFlow([])
    assert {each.field for each in flow.problems()} == {"subject", "trust"}
    flow.set_stores([opened("own", LEAF.pair("own")), trusting(ROOT)])
    assert flow.can_leave()
    flow.update(host="https://a.example/")
    assert not flow.can_leave()
    flow.update(host="a.example", purpose="client")
    assert [each.field for each in flow.problems()] == ["host"]


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.crl").write_text("hello", encoding="utf-8")
    flow = VerifyFlow([opened("own", LEAF.pair("own")), trusting(ROOT)])
    flow.update(crl=str(tmp_path / "no.crl"))
    with pytest.raises(NotAKeystore):
        flow.run()


def test_the_network_is_used_only_with_consent_and_permission(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flow = VerifyFlow([opened("own", LEAF.pair("own")), trusting(ROOT)])
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    assert flow.run().verified.ok
    flow.update(online=True)
    with pytest.raises(NetworkForbidden):
        flow.run()
    monkeypatch.delenv("HANDFAST_NO_NETWORK")
    flow = VerifyFlow(
        [opened("own", LEAF.pair("own")), trusting(ROOT)],
        network=NetworkPermission(remedy="In the preferences."),
    )
    flow.update(online=True)
    with pytest.raises(NetworkForbidden):
        flow.run()


# --- completing ------------------------------------------------------------------------------


def bare(issued: Issued) -> Store:
    import dataclasses

    pair = dataclasses.replace(issued.pair("own"), chain=(issued.certificate,))
    return new_store(Format.PKCS12, Password("changeit")).with_entries([pair])


def test_a_chain_is_completed_from_open_keystores_and_files(tmp_path: Path) -> None:
    own = OpenStore.of_file(Path("/own"), bare(LEAF))
    flow = CompleteFlow([own, trusting(ROOT)], "/own", "own")
    assert flow.missing_issuer == "Issuing"
    done = flow.run()
    assert not done.chain.is_complete
    assert done.chain.missing_issuer
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(CA.certificate.public_pem(), encoding="utf-8")
    flow.update(file=str(bundle))
    assert flow.can_leave(SOURCES)
    done = flow.run()
    assert done.chain.is_complete
    assert [each.common_name for each in done.store.get("own").chain] == [
        "client", "Issuing", "Root",
    ]  # fmt: skip
    flow.update(open_stores=False)
    assert not flow.run().chain.is_complete
    # What was there is as it was.
    assert own.store.get("own").chain == (LEAF.certificate,)


def test_completing_asks_nobody_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = CompleteFlow([OpenStore.of_file(Path("/own"), bare(LEAF))], "/own", "own")
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    assert flow.run().store is flow.store
    flow.update(online=True)
    with pytest.raises(NetworkForbidden):
        flow.run()
    flow.update(file=str(tmp_path / "none"))
    assert [each.field for each in flow.problems(SOURCES)] == ["file"]
