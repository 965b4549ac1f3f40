"""Renewing a pair, without a screen: by itself, by its CA beside it, by a request."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from handfast.core.errors import AlreadyExists
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.open_store import OpenStore
from handfast.flows.renewal.renewing import RENEWAL, RenewFlow
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.authority.renewing import RenewalWay
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store

PASSWORD = Password("changeit")
CA = make_pair(PairRequest(alias="ca", name="CN=Own CA", key="ec:P-256", days=900, purpose="ca"))


def pair(alias: str = "client", **changes: object) -> KeyPair:
    given: dict[str, object] = {
        "alias": alias,
        "name": f"CN={alias}.example, O=Globex",
        "key": "ec:P-256",
        "days": 20,
        "sans": (f"dns:{alias}.example", "ip:192.0.2.7"),
        "purpose": "client",
        **changes,
    }
    return make_pair(PairRequest(**given))  # type: ignore[arg-type]


def issued(alias: str = "client") -> KeyPair:
    request = PairRequest(
        alias=alias, name=f"CN={alias}.example", key="ec:P-256", days=20, sans=("dns:a.example",)
    )
    return make_pair(request, issuer=issuer_of(CA))


def flow_of(path: Path, *pairs: KeyPair, format: Format = Format.PKCS12) -> RenewFlow:  # noqa: A002
    store = new_store(format, PASSWORD).with_entries(pairs)
    save_store(store, path)
    return RenewFlow(
        [OpenStore.of_file(path, open_file(path, PASSWORD).store)], str(path), pairs[0].alias
    )


def extensions(entry: KeyPair) -> dict[str, bytes]:
    return {
        oid: each.value.public_bytes()
        for oid, each in entry.chain[0].extensions.items()
        if oid
        not in {x509.SubjectKeyIdentifier.oid.dotted_string,
                x509.AuthorityKeyIdentifier.oid.dotted_string}
    }  # fmt: skip


def found(store: Store, alias: str) -> KeyPair:
    entry = store.get(alias)
    assert entry.kind == "key-pair"
    return entry  # type: ignore[return-value]


@pytest.mark.parametrize("new_key", [False, True])
@pytest.mark.parametrize("format_", [Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM])
def test_a_self_signed_pair_keeps_all_but_its_dates(
    tmp_path: Path, format_: Format, new_key: bool
) -> None:
    flow = flow_of(tmp_path / "store", pair(), format=format_)
    assert flow.way is RenewalWay.SELF_SIGNED
    keeps = new_key or format_ is not Format.PEM
    flow.update(new_key=new_key, days=400, keep_old=keeps)
    assert flow.problems(RENEWAL) == ()
    before = flow.pair
    assert before is not None
    done = flow.run()
    after = found(done.store, "client")
    assert extensions(after) == extensions(before)
    assert after.chain[0].subject == before.chain[0].subject
    assert (after.chain[0].public_key_der == before.chain[0].public_key_der) is not new_key
    end = after.chain[0].not_after
    assert end is not None
    assert end - dt.datetime.now(dt.UTC) > dt.timedelta(days=399)
    # As it is on disk afterwards, under the same password.
    save_store(done.store, tmp_path / "written")
    again = open_file(tmp_path / "written", PASSWORD).store
    assert found(again, "client").chain == after.chain
    if keeps:
        assert done.old_alias == f"client-{dt.datetime.now(dt.UTC):%Y-%m-%d}"
        old = found(again, done.old_alias)
        assert old.chain == before.chain
        assert old.key is not None
    else:
        assert [each.alias for each in again.key_pairs] == ["client"]


def test_pem_cannot_keep_the_old_entry_with_the_same_key(tmp_path: Path) -> None:
    flow = flow_of(tmp_path / "a.pem", pair(), format=Format.PEM)
    (problem,) = flow.problems(RENEWAL)
    assert (problem.field, problem.severity) == ("keep_old", "error")
    flow.update(new_key=True)
    assert flow.can_leave(RENEWAL)


def test_its_own_ca_signs_and_writes_it_down(tmp_path: Path) -> None:
    path = tmp_path / "a.p12"
    flow = flow_of(path, issued(), CA)
    assert flow.way is RenewalWay.OWN_CA
    flow.update(days=5_000)
    (warning,) = flow.problems(RENEWAL)
    assert (warning.field, warning.severity) == ("days", "warning")
    done = flow.run()
    fresh = found(done.store, "client")
    assert fresh.chain[1] == CA.chain[0]
    assert fresh.chain[0].not_after == CA.chain[0].not_after
    (line,) = read_journal(journal_path(path)).issued
    assert line.sha256 == fresh.chain[0].sha256


def test_a_ca_renews_itself_and_stays_one(tmp_path: Path) -> None:
    flow = flow_of(tmp_path / "a.p12", CA, issued())
    flow.update(new_key=True)
    (warning,) = flow.problems(RENEWAL)
    assert (warning.field, warning.severity) == ("key", "warning")
    flow.update(new_key=False)
    assert flow.problems(RENEWAL) == ()
    done = flow.run()
    renewed = found(done.store, "ca")
    assert renewed.chain[0].is_ca
    # What it issued before still verifies.
    assert found(done.store, "client").chain[0].is_issued_by(renewed.chain[0])


@pytest.mark.parametrize("new_key", [False, True])
def test_another_ca_is_asked(tmp_path: Path, new_key: bool) -> None:
    flow = flow_of(tmp_path / "a.p12", issued())
    assert flow.way is RenewalWay.REQUEST
    flow.update(new_key=new_key, request_path=str(tmp_path / "a.csr"))
    assert flow.problems(RENEWAL) == ()
    done = flow.run()
    request = x509.load_pem_x509_csr((tmp_path / "a.csr").read_bytes())
    assert request.is_signature_valid
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example"]
    # The present pair stays in use, whatever becomes of the request.
    before = flow.pair
    assert before is not None
    assert found(done.store, "client").chain == before.chain
    if new_key:
        assert done.pair.key is not None
        assert request.public_key() == done.pair.key.load().public_key()
        assert done.store.get(done.pair.alias) is done.pair
    else:
        assert done.store is done.before


def test_a_free_name_is_proposed_for_the_request(tmp_path: Path) -> None:
    first = Path(flow_of(tmp_path / "a.p12", issued()).draft.request_path)
    assert first.parent == tmp_path
    first.write_text("that of an earlier try", encoding="utf-8")
    flow = flow_of(tmp_path / "b.p12", issued())
    assert Path(flow.draft.request_path) == first.with_name(f"{first.stem}-2.csr")
    assert flow.problems(RENEWAL) == ()


def test_a_request_replaces_nothing_unasked(tmp_path: Path) -> None:
    flow = flow_of(tmp_path / "a.p12", issued())
    out = tmp_path / "a.csr"
    out.write_text("an older one", encoding="utf-8")
    flow.update(request_path=str(out))
    (problem,) = flow.problems(RENEWAL)
    assert problem.field == "request_path"
    with pytest.raises(AlreadyExists):
        flow.run()
    assert out.read_text(encoding="utf-8") == "an older one"
    flow.update(replaces_request=True)
    assert flow.can_leave(RENEWAL)
    flow.run()
    assert "CERTIFICATE REQUEST" in out.read_text(encoding="utf-8")
    # Another name is another question.
    flow.update(request_path=str(tmp_path / "a.p12"))
    assert not flow.can_leave(RENEWAL)


def test_what_is_gone_or_locked_is_said(tmp_path: Path) -> None:
    flow = flow_of(tmp_path / "a.p12", pair())
    flow.set_stores([])
    (problem,) = flow.problems(RENEWAL)
    assert problem.field == "key"
    assert flow.keytool_command() == ""


def test_a_weak_key_is_not_kept_unless_a_person_says_so(tmp_path: Path) -> None:
    from tests.support.issued import issue

    weak = issue(CN="weak", rsa_bits=1024).pair("weak")
    flow = flow_of(tmp_path / "a.p12", weak)
    assert flow.draft.new_key
    flow.update(new_key=False)
    (warning,) = flow.problems(RENEWAL)
    assert (warning.field, warning.severity) == ("key", "warning")
    flow.update(new_key=True)
    assert flow.run().pair.bits == 2048
