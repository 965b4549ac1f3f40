"""Bringing in a CA's reply, without a display."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from handfast.core.errors import NotFound
from handfast.core.store import Format, Store
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.exchange.reply import ReplyFlow
from handfast.flows.open_store import OpenStore
from handfast.services.exchange.certificate_sources import CertificateSource, read_source
from tests.support.issued import Issued, issue


def source(*certificates: Issued, name: str = "reply.pem") -> CertificateSource:
    text = "".join(each.certificate.public_pem() for each in certificates)
    return read_source(text.encode(), name=name, path=Path("/tmp") / name)


def opened(*entries: object, name: str = "own.p12") -> OpenStore:
    store = Store(format=Format.PKCS12).with_entries(entries)  # type: ignore[arg-type]
    return OpenStore.of_file(Path("/somewhere") / name, store)


@pytest.fixture
def root() -> Issued:
    return issue(CN="Root CA", is_ca=True)


@pytest.fixture
def issuing(root: Issued) -> Issued:
    return issue(CN="Issuing CA", is_ca=True, issuer=root)


@pytest.fixture
def own() -> Issued:
    return issue(CN="own.example")


@pytest.fixture
def signed(own: Issued, issuing: Issued) -> Issued:
    """The certificate that the CA issued for the key of ``own``."""
    return issue(CN="own.example", issuer=issuing, key=own.key)


def test_the_pair_is_found_and_the_chain_is_sorted(
    own: Issued, signed: Issued, issuing: Issued, root: Issued
) -> None:
    other = issue(CN="other")
    store = opened(other.pair("other"), own.pair("own"))
    flow = ReplyFlow(stores=[store])
    assert not flow.can_leave("reply")
    stranger = issue(CN="Stranger", is_ca=True)
    flow.add_sources([source(root, stranger, signed, issuing)])
    assert flow.can_leave("reply")
    assert (flow.draft.store, flow.draft.alias) == (store.key, "own")
    assert flow.can_leave("chain")
    reply = flow.reply
    assert reply is not None
    assert reply.chain == (signed.certificate, issuing.certificate, root.certificate)
    assert reply.strangers == (stranger.certificate,)
    assert {flow.origin_of(each) for each in reply.chain} == {"the reply"}
    outcome = flow.run()
    after = outcome.put(store.store)
    changed = after.get("own")
    assert changed.chain == reply.chain
    assert dataclasses.replace(changed, chain=()) == dataclasses.replace(
        store.store.get("own"), chain=()
    )
    text = "\n".join(f"{line.label}: {line.value}" for line in flow.summary())
    assert "Root SHA-256" in text
    assert "Stranger" in text
    assert "-importcert" in flow.keytool_command()


def test_a_missing_issuer_is_named_and_found_elsewhere(
    own: Issued, signed: Issued, issuing: Issued, root: Issued
) -> None:
    flow = ReplyFlow(stores=[opened(own.pair("own"))])
    flow.add_sources([source(signed)])
    warnings = [each for each in flow.problems("chain") if each.field == "chain"]
    assert [each.severity for each in warnings] == ["warning"]
    assert "CN=Issuing CA" in warnings[0].message
    flow.add_pool([source(issuing, root, name="ca.pem")])
    assert not [each for each in flow.problems("chain") if each.field == "chain"]
    reply = flow.reply
    assert reply is not None
    assert reply.root == root.certificate
    assert [flow.origin_of(each) for each in reply.chain] == ["the reply", "ca.pem", "ca.pem"]


def test_the_keystore_completes_the_chain(
    own: Issued, signed: Issued, issuing: Issued, root: Issued
) -> None:
    store = opened(own.pair("own"), issuing.trusted("issuing"), root.trusted("root"))
    flow = ReplyFlow(stores=[store])
    flow.add_sources([source(signed)])
    reply = flow.reply
    assert reply is not None
    assert reply.root == root.certificate
    assert flow.origin_of(issuing.certificate) == "the keystore"


def test_the_pair_may_be_in_any_open_keystore(own: Issued, signed: Issued) -> None:
    first, second = opened(issue(CN="x").pair("x"), name="a.p12"), opened(own.pair("own"))
    flow = ReplyFlow(stores=[first, second])
    flow.add_sources([source(signed)])
    assert flow.draft.store == second.key
    # Where several fit, the person chooses.
    third = opened(own.pair("copy"), name="c.p12")
    flow.set_stores([first, second, third])
    assert [each.pair.alias for each in flow.choices] == ["own", "copy"]
    flow.update(store=third.key, alias="copy")
    flow.set_stores([first, second, third])
    assert flow.run().existing == third.key


def test_a_reply_for_no_pair_is_refused_with_the_reason(signed: Issued) -> None:
    flow = ReplyFlow(stores=[opened(issue(CN="x").pair("x"))])
    flow.add_sources([source(signed)])
    (problem,) = flow.problems("reply")
    assert problem.severity == "error"
    assert "“x”" in problem.message
    assert "public key" in problem.message
    several = ReplyFlow(stores=[opened(), opened(name="b.p12")], sources=[source(signed)])
    assert "open keystores" in several.problems("reply")[0].message
    none = ReplyFlow(sources=[source(signed)])
    assert "No keystore is open" in none.problems("reply")[0].message


def test_a_reply_that_is_there_already_is_told(
    own: Issued, signed: Issued, issuing: Issued
) -> None:
    pair = dataclasses.replace(own.pair("own"), chain=(signed.certificate, issuing.certificate))
    flow = ReplyFlow(stores=[opened(pair)], sources=[source(signed, issuing)])
    (problem,) = flow.problems("reply")
    assert "already" in problem.message


def test_the_same_certificate_with_its_issuers_completes_the_pair(
    own: Issued, signed: Issued, issuing: Issued, root: Issued
) -> None:
    pair = dataclasses.replace(own.pair("own"), chain=(signed.certificate,))
    flow = ReplyFlow(stores=[opened(pair)], sources=[source(root, signed, issuing)])
    assert flow.can_leave("reply")
    reply = flow.reply
    assert reply is not None
    assert len(reply.chain) == 3


def test_a_pair_that_changed_meanwhile_is_not_overwritten(own: Issued, signed: Issued) -> None:
    store = opened(own.pair("own"))
    flow = ReplyFlow(stores=[store], sources=[source(signed)])
    outcome = flow.run()
    with pytest.raises(NotFound):
        outcome.put(Store(format=Format.PKCS12))


def test_one_pair_only_may_be_meant(own: Issued, signed: Issued) -> None:
    store = opened(own.pair("own"), issue(CN="x").pair("x"))
    flow = ReplyFlow(stores=[store], sources=[source(signed)], only=(store.key, "x"))
    (problem,) = flow.problems("reply")
    assert "“own”" in problem.message
    flow.expect(store.key, "own")
    assert flow.can_leave("reply")


# --- where it is brought in as a partner's certificate ------------------------------------------


def test_import_offers_the_pair_first(own: Issued, signed: Issued, issuing: Issued) -> None:
    store = opened(own.pair("own"))
    flow = ImportFlow(stores=[store])
    flow.add_sources([source(signed, issuing)])
    found = flow.answered_pair
    assert found is not None
    assert found.pair.alias == "own"
    assert flow.is_reply
    flow.update(trusts_reply=True)
    assert not flow.is_reply


@pytest.mark.parametrize("kind", ["partner", "own"])
def test_import_offers_no_pair_for_other_certificates(
    kind: str, own: Issued, issuing: Issued
) -> None:
    flow = ImportFlow(stores=[opened(own.pair("own"))])
    flow.add_sources([source(issue(CN="partner", issuer=issuing) if kind == "partner" else own)])
    assert flow.answered_pair is None
    assert not flow.is_reply


def test_a_reply_whose_signature_is_broken_is_refused_beside_the_field(
    own: Issued, signed: Issued, issuing: Issued, root: Issued
) -> None:
    damaged = bytearray(signed.certificate.der)
    damaged[-5] ^= 1
    store = opened(own.pair("own"))
    flow = ReplyFlow(stores=[store])
    flow.add_sources([read_source(bytes(damaged), name="bad.cer"), source(issuing, root)])
    said = [each.message for step in ("reply", "chain") for each in flow.problems(step)]
    assert any("was not signed by “Issuing CA”" in each for each in said), said
    assert not (flow.can_leave("reply") and flow.can_leave("chain"))
    assert store.store.get("own").chain == (own.certificate,)
