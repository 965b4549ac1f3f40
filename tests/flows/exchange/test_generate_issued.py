"""Generate as a CA does: a CA, and pairs that a CA of an open keystore issues."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from handfast.core.errors import Damaged, NotFound
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.open_store import OpenStore
from handfast.services.authority.extension_files import PRESETS
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = Password("changeit")


def keystore(folder: Path, **more: object) -> OpenStore:
    """A keystore with a CA, as it is open."""
    request = PairRequest(alias="ca", name="CN=Test CA", purpose="ca", days=3000, key="ec:P-256")
    pair = make_pair(dataclasses.replace(request, **more))  # type: ignore[arg-type]
    path = folder / "ca.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([pair]), path)
    return OpenStore.of_file(path, open_file(path, PASSWORD).store)


def flow_for(store: OpenStore, folder: Path, **more: object) -> GenerateFlow:
    flow = GenerateFlow(stores=[store])
    flow.update(common_name="api.example", key="ec:P-256", target="new",
                new_path=str(folder / "own.p12"), password=PASSWORD, password_again=PASSWORD,
                issuer_store=store.key, issuer="ca")  # fmt: skip
    flow.update(**more)  # type: ignore[arg-type]
    return flow


def errors(flow: GenerateFlow) -> dict[str, str]:
    return {each.field: each.message for step in flow.steps for each in flow.problems(step.id)
            if each.severity == "error"}  # fmt: skip


def test_a_pair_is_issued_and_in_the_journal(tmp_path: Path) -> None:
    store = keystore(tmp_path)
    flow = flow_for(store, tmp_path)
    assert errors(flow) == {}
    assert ("Issued by", "ca") in [(line.label, line.value) for line in flow.summary()]
    assert flow.keytool_command() == ""
    pair = flow.run().entries[0]
    above = store.store.key_pairs[0].certificate
    assert above is not None
    assert len(pair.chain) == 2
    assert pair.chain[0].is_issued_by(above)
    own = pair.chain[0].extension(x509.AuthorityKeyIdentifier.oid)
    theirs = above.extension(x509.SubjectKeyIdentifier.oid)
    assert isinstance(own, x509.AuthorityKeyIdentifier)
    assert isinstance(theirs, x509.SubjectKeyIdentifier)
    assert own.key_identifier == theirs.digest
    journal = read_journal(journal_path(tmp_path / "ca.p12"))
    assert [each.sha256 for each in journal.issued] == [pair.chain[0].sha256]


def test_a_ca_is_generated_with_its_path_length(tmp_path: Path) -> None:
    store = keystore(tmp_path)
    flow = flow_for(store, tmp_path, purpose="ca", path_length=0)
    assert errors(flow) == {}
    constraints = flow.run().entries[0].chain[0].extension(x509.BasicConstraints.oid)
    assert isinstance(constraints, x509.BasicConstraints)
    assert (constraints.ca, constraints.path_length) == (True, 0)
    flow.update(path_length=999)
    assert "path_length" in errors(flow)


def test_own_extensions_take_the_place_of_the_purpose(tmp_path: Path) -> None:
    plan = dataclasses.replace(PRESETS["smime"], policies=("1.2.3.4",))
    flow = flow_for(keystore(tmp_path), tmp_path, extensions=plan, sans=("email:a@b.example",))
    leaf = flow.run().entries[0].chain[0]
    assert leaf.extension(x509.CertificatePolicies.oid) is not None
    assert leaf.san == ("email:a@b.example",)
    # Another purpose is another choice.
    flow.update(purpose="client")
    assert flow.draft.extensions is None


def test_what_the_ca_may_not_issue_is_said_beside_it(tmp_path: Path) -> None:
    limited = keystore(tmp_path, path_length=0)
    assert errors(flow_for(limited, tmp_path, purpose="ca")).keys() == {"issuer"}
    flow = flow_for(limited, tmp_path)
    flow.set_stores([])
    assert "closed" in errors(flow)["issuer"]
    with pytest.raises(NotFound):
        flow.create()
    (tmp_path / "ca.p12").unlink()
    assert "Save the keystore" in errors(flow_for(limited, tmp_path))["issuer"]


def test_with_a_damaged_journal_nothing_is_generated(tmp_path: Path) -> None:
    flow = flow_for(keystore(tmp_path), tmp_path)
    journal_path(tmp_path / "ca.p12").write_text("{}")
    with pytest.raises(Damaged):
        flow.run()
    assert not (tmp_path / "own.p12").exists()
