"""A heap of files that becomes a key pair, without a display."""

from __future__ import annotations

import base64
import zipfile
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from handfast.core.password import Password
from handfast.core.store import Format, Store, Strength
from handfast.flows.exchange.import_pair import ImportPairFlow
from handfast.flows.open_store import OpenStore
from handfast.services.files.file_kinds import FileKind, kind_of_file
from handfast.services.files.saving import new_store
from handfast.services.heap.sources import read_heap_file, read_heap_source
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = Password("changeit")


@pytest.fixture(scope="module")
def root() -> Issued:
    return issue(CN="Root CA", is_ca=True)


@pytest.fixture(scope="module")
def issuing(root: Issued) -> Issued:
    return issue(CN="Issuing CA", is_ca=True, issuer=root)


@pytest.fixture(scope="module")
def own(issuing: Issued) -> Issued:
    return issue(CN="own.example", issuer=issuing)


def pem(*certificates: Issued) -> bytes:
    return "".join(each.certificate.public_pem() for each in certificates).encode()


def sealed(own: Issued, password: bytes = b"sesame") -> bytes:
    return bytes(
        own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    )


def opened(tmp_path: Path, *entries: object) -> OpenStore:
    store = new_store(Format.PKCS12, PASSWORD, Strength.MODERN)
    return OpenStore.of_file(tmp_path / "open.p12", store.with_entries(entries))  # type: ignore[arg-type]


def given(tmp_path: Path, files: dict[str, bytes]) -> list[Path]:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in files]


def flow_over(paths: list[Path], *stores: OpenStore) -> ImportPairFlow:
    flow = ImportPairFlow(stores=stores)
    flow.add_sources([read_heap_file(path) for path in paths])
    return flow


def test_the_pair_is_put_together(
    own: Issued, issuing: Issued, root: Issued, tmp_path: Path
) -> None:
    files = {"chain.pem": pem(root, issuing), "a.key": own.private_pem(), "a.crt": pem(own)}
    flow = flow_over(given(tmp_path, files), opened(tmp_path))
    assert flow.problems("files") == ()
    assert flow.draft.alias == "own.example"
    assert all(flow.can_leave(step.id) for step in flow.steps)
    assert flow.keytool_command().startswith("openssl pkcs12")
    assert "-importkeystore" in flow.keytool_command()
    outcome = flow.run()
    (pair,) = outcome.entries
    assert pair.chain == (own.certificate, issuing.certificate, root.certificate)
    assert pair.key is not None
    assert outcome.existing
    assert flow.forget_secrets()
    assert not flow.has_keys


def test_into_a_new_keystore_under_another_alias(own: Issued, tmp_path: Path) -> None:
    flow = flow_over(given(tmp_path, {"a.pem": own.private_pem() + pem(own)}))
    flow.suggest_path(str(tmp_path))
    assert flow.draft.new_path == str(tmp_path / "own.example-keystore.p12")
    assert not flow.can_leave("target")
    flow.update(password=PASSWORD, password_again=PASSWORD, alias="ours")
    assert flow.can_leave("target")
    outcome = flow.run()
    assert outcome.opened is not None
    assert outcome.opened.store.get("ours").chain[0] == own.certificate


def test_what_is_missing_double_or_foreign_is_named(
    own: Issued, issuing: Issued, root: Issued, tmp_path: Path
) -> None:
    stranger = issue(CN="Stranger")
    files = {"k": own.private_pem(), "c": pem(own, stranger), "again": pem(own)}
    flow = flow_over(given(tmp_path, files))
    assert flow.can_leave("files")
    said = "\n".join(each.message for each in flow.problems("files"))
    assert "lacks its issuer CN=Issuing CA" in said
    assert "Stranger" in said
    flow.add_sources([read_heap_source(pem(issuing, root), name="ca.pem")])
    assert "lacks" not in "\n".join(each.message for each in flow.problems("files"))
    # Older and newer certificates of one key.
    newer = issue(CN="own.example", issuer=issuing, key=own.key, starts=-1)
    flow.add_sources([read_heap_source(pem(newer), name="newer.pem")])
    assert "2 certificates belong to the key" in "\n".join(flow.notes)


@pytest.mark.parametrize("kind", ["certificates", "foreign", "key"])
def test_what_makes_no_pair_is_refused_with_the_reason(
    kind: str, own: Issued, tmp_path: Path
) -> None:
    files = {
        "certificates": {"a": pem(own)},
        "foreign": {"a": own.private_pem(), "b": pem(issue(CN="other"))},
        "key": {"a": own.private_pem()},
    }[kind]
    flow = flow_over(given(tmp_path, files))
    problems = [each for each in flow.problems("files") if each.severity == "error"]
    assert len(problems) == 1
    wanted = {"certificates": "no private key", "foreign": "None of the certificates"}
    assert wanted.get(kind, "None of the certificates") in problems[0].message


def test_a_wrong_password_is_told_and_the_right_one_opens(own: Issued, tmp_path: Path) -> None:
    (path,) = given(tmp_path, {"a.key": sealed(own)})
    source = read_heap_file(path)
    assert source.needs_password
    wrong = read_heap_file(path, passwords=[Password("wrong")])
    assert wrong.needs_password
    assert wrong.error is not None
    assert wrong.error.code == 3
    right = read_heap_file(path, passwords=[Password("sesame")])
    assert right.error is None
    assert len(right.keys) == 1
    assert "sesame" not in repr(right)
    pasted = read_heap_source(sealed(own), name="Pasted text")
    assert pasted.needs_password
    assert pasted.data


def test_several_pairs_keep_their_names(own: Issued, tmp_path: Path) -> None:
    other = issue(CN="other.example")
    files = {"k1": own.private_pem(), "c": pem(own, other), "k2": other.private_pem()}
    flow = flow_over(given(tmp_path, files), opened(tmp_path, own.pair("own.example")))
    assert flow.has_several
    assert [each.alias for each in flow.pairs] == ["own.example-2", "other.example"]
    assert len(flow.run().entries) == 2


def test_an_alias_that_is_taken_is_told_beside_it(own: Issued, tmp_path: Path) -> None:
    files = {"k1": own.private_pem(), "c": pem(own)}
    flow = flow_over(given(tmp_path, files), opened(tmp_path, own.pair("ours")))
    flow.update(alias="ours")
    assert [each.field for each in flow.problems("target")] == ["alias"]
    assert flow.can_leave("files")


def test_a_partners_key_is_not_imported(own: Issued, tmp_path: Path) -> None:
    flow = flow_over(given(tmp_path, {"a.pem": own.private_pem() + pem(own)}), opened(tmp_path))
    flow.update(whose="partners")
    (problem,) = flow.problems("summary")
    assert problem.severity == "warning"
    assert "never send a private key" in problem.message
    (source,) = flow.partners_certificates
    assert source.certificates == (own.certificate,)
    assert source.data == b""


def secret(own: Issued) -> bytes:
    key, certificate = (base64.b64encode(each).decode() for each in (own.private_pem(), pem(own)))
    return (
        "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: a\n"
        f"data:\n  tls.crt: {certificate}\n  tls.key: {key}\n"
    ).encode()


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("key", FileKind.KEY),
        ("sealed", FileKind.KEY),
        ("der", FileKind.KEY),
        ("secret", FileKind.KEY),
        ("zip", FileKind.KEY),
        ("zip of certificates", FileKind.CERTIFICATES),
        ("certificate", FileKind.CERTIFICATES),
        ("pair", FileKind.STORE),
        ("text", FileKind.OTHER),
    ],
)
def test_what_a_dropped_file_is_good_for(
    form: str, kind: FileKind, own: Issued, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    if form.startswith("zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.crt", pem(own))
            if form == "zip":
                archive.writestr("a.key", own.private_pem())
    else:
        der = own.key.private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
        )
        path.write_bytes(
            {
                "key": own.private_pem(),
                "sealed": sealed(own),
                "der": der,
                "secret": secret(own),
                "certificate": pem(own),
                "pair": own.private_pem() + pem(own),
                "text": b"nothing of the kind",
            }[form]
        )
    assert kind_of_file(path) is kind


def test_what_is_wrong_with_a_key_is_said_beside_its_certificate(
    own: Issued, tmp_path: Path
) -> None:
    certificate = base64.b64encode(pem(own)).decode()
    secret = f"kind: Secret\napiVersion: v1\ndata:\n  tls.crt: {certificate}\n  tls.key: "
    damaged = base64.b64encode(b"-----BEGIN PRIVATE KEY-----\nMIIEvAIBAD").decode()
    flow = flow_over(given(tmp_path, {"secret.yaml": f"{secret}{damaged}\n".encode()}))
    (found,) = flow.sources
    assert not found.needs_password
    assert any("cannot be read" in each for each in found.remarks), found
    locked = base64.b64encode(sealed(own)).decode()
    flow = flow_over(given(tmp_path, {"secret.yaml": f"{secret}{locked}\n".encode()}))
    (found,) = flow.sources
    assert found.needs_password
    # Nothing was entered so far, and nobody is at the console.
    said = flow.said_of(found)
    assert "No password that was entered" not in said
    assert "--" not in said


def test_no_key_goes_into_a_text_without_a_password(own: Issued, tmp_path: Path) -> None:
    store = OpenStore.of_file(tmp_path / "open.pem", Store(format=Format.PEM))
    files = given(tmp_path, {"a.key": sealed(own, b"changeit"), "a.crt": pem(own)})
    flow = flow_over(files, store)
    flow.update(target="existing", existing=store.key, alias="own")
    assert any("no password" in each.message for each in flow.problems("target"))


@pytest.mark.parametrize("alias", ["", " ", "\u200b", "\u202e", "a\u2028b", "a\x85b"])
def test_an_alias_that_nobody_could_see_is_refused_beside_the_field(
    alias: str, own: Issued, tmp_path: Path
) -> None:
    files = given(tmp_path, {"a.key": sealed(own, b"changeit"), "a.crt": pem(own)})
    flow = flow_over(files, opened(tmp_path))
    flow.update(alias=alias)
    assert [each.field for each in flow.problems("target")] == ["alias"]
