"""Signing a request, without a screen: what is granted, refused, and impossible."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput, NotFound
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.authority.signing import CERTIFICATE, FILE, REQUEST, SignFlow
from handfast.flows.open_store import OpenStore
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.authority.profiles import AddedExtension, Profile, profile_extensions
from handfast.services.authority.request_files import read_request_file, read_request_source
from handfast.services.authority.signing import EXTENSION_NAMES, issue_certificate
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = Password("changeit")
ROOT = make_pair(PairRequest(alias="root", name="CN=Root", key="ec:P-256", days=3000, purpose="ca"))
ISSUING = make_pair(
    PairRequest(alias="issuing", name="CN=Issuing", key="ec:P-256", days=500, purpose="ca",
                path_length=0),
    issuer=issuer_of(ROOT),
)  # fmt: skip
LEAF = make_pair(PairRequest(alias="leaf", name="CN=leaf", key="ec:P-256"))


def request(
    *names: str, usage: tuple[Any, ...] = (), key: Any = None, subject: str = "them"
) -> bytes:
    parts = [x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)] if subject else []
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(parts))
    if names:
        sans = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(sans, critical=False)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(
        key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()
    ).public_bytes(Encoding.PEM)


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "ca.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([LEAF, ROOT, ISSUING]), path)
    return path


def flow_of(path: Path, alias: str = "") -> SignFlow:
    store = OpenStore.of_file(path, open_file(path, PASSWORD).store)
    return SignFlow([store], str(path), alias, folder=str(path.parent))


def given(flow: SignFlow, data: bytes) -> None:
    flow.set_pasted([read_request_source(data, name="Pasted text")])


def messages(flow: SignFlow, step: str, field: str, severity: str = "error") -> str:
    return " ".join(
        each.message
        for each in flow.problems(step)
        if (each.field, each.severity) == (field, severity)
    )


def issued(flow: SignFlow) -> Certificate:
    return flow.run().signed.certificate


def narrow_ca() -> KeyPair:
    """A CA that may certify acme.example alone."""
    limits = x509.NameConstraints([x509.DNSName("acme.example")], None)
    certificate, _ = issue_certificate(
        subject=x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Narrow")]),
        public_key=issuer_of(ISSUING).key.public_key(),
        issuer=issuer_of(ROOT),
        extensions=[
            *profile_extensions(Profile.CA, is_rsa=False), AddedExtension(limits, critical=True),
        ],
        days=300,
        is_ca=True,
        now=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    return dataclasses.replace(ISSUING, alias="narrow", chain=(certificate, *ROOT.chain))


CLIENT = (x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH,)


def test_the_first_ca_is_chosen_and_the_request_is_told(keystore: Path) -> None:
    flow = flow_of(keystore)
    assert flow.draft.issuer == "root"
    assert messages(flow, REQUEST, "sources")
    given(flow, request("a.example", "b.example", usage=CLIENT))
    assert flow.problems(REQUEST) == ()
    assert flow.said_of(flow.sources[0]) == "Request of CN=them, EC, 256 bits"
    assert flow.received is not None
    assert flow.received.names == ("dns:a.example", "dns:b.example")
    assert [(each.title, each.is_takeable) for each in flow.received.extensions] == [
        ("Extended key usage", True), ("Basic constraints", False),
    ]  # fmt: skip


def test_names_and_extensions_are_granted_one_by_one(keystore: Path) -> None:
    flow = flow_of(keystore, "issuing")
    given(flow, request("a.example", "b.example", usage=CLIENT))
    flow.grant_name("dns:a.example", is_granted=False)
    assert set(flow.left_out()) == {"dns:a.example", "Basic constraints"}
    first = issued(flow)
    assert first.san == ("dns:b.example",)
    assert first.purposes == ("client",)
    assert first.is_ca is False
    flow.grant(EXTENSION_NAMES["extended-key-usage"], is_granted=False)
    flow.grant_name("dns:a.example", is_granted=True)
    flow.update(replace=True)
    second = issued(flow)
    assert second.san == ("dns:a.example", "dns:b.example")
    assert set(second.purposes) == {"client", "server"}
    flow.update(profile=Profile.SERVER, replace=True)
    assert issued(flow).purposes == ("server",)
    # Each is in the journal with a serial number of its own.
    journal = read_journal(journal_path(keystore))
    assert len(journal.issued) == len(journal.serials()) == 3
    assert f"{journal.issued[0].serial:x}" == f"{int(first.serial, 16):x}"


def test_all_names_refused_leaves_none(keystore: Path) -> None:
    flow = flow_of(keystore, "issuing")
    given(flow, request("a.example"))
    flow.grant_name("dns:a.example", is_granted=False)
    assert flow.problems(CERTIFICATE) == ()
    assert issued(flow).san == ()
    given(flow, request("a.example", subject=""))
    assert flow.draft.refused_names == frozenset()
    assert messages(flow, CERTIFICATE, "names") == ""
    flow.grant_name("dns:a.example", is_granted=False)
    assert "neither a subject nor a name" in messages(flow, CERTIFICATE, "names")


def test_what_cannot_sign_is_said_beside_the_ca(keystore: Path) -> None:
    flow = flow_of(keystore, "leaf")
    given(flow, request("a.example"))
    assert "not a CA" in messages(flow, CERTIFICATE, "issuer")
    old = issue(CN="Old CA", is_ca=True, ends=-3)
    locked = KeyPair(alias="locked", chain=ROOT.chain, key=None, trouble="It has its own password.")
    store = open_file(keystore, PASSWORD).store.with_entries([old.pair("old"), locked])
    flow = SignFlow([OpenStore.of_file(keystore, store)], str(keystore), "old")
    given(flow, request("a.example"))
    assert "has expired" in messages(flow, CERTIFICATE, "issuer")
    flow.update(issuer="locked")
    assert "locked" in messages(flow, CERTIFICATE, "issuer")
    flow.update(issuer="root")
    assert flow.problems(CERTIFICATE) == ()
    assert ROOT.key is not None
    given(flow, request("a.example", key=ROOT.key.load()))
    assert "own key" in messages(flow, CERTIFICATE, "issuer")


def test_path_length_and_constraints_are_said_beside_the_field(keystore: Path) -> None:
    flow = flow_of(keystore, "issuing")
    given(flow, request("a.example"))
    flow.update(profile=Profile.CA)
    assert "path length is 0" in messages(flow, CERTIFICATE, "profile")
    flow.update(issuer="root", path_length=1)
    assert flow.problems(CERTIFICATE) == ()
    store = open_file(keystore, PASSWORD).store.with_entries([narrow_ca()])
    flow = SignFlow([OpenStore.of_file(keystore, store)], str(keystore), "narrow")
    given(flow, request("a.example", "in.acme.example"))
    assert "dns:a.example" in messages(flow, CERTIFICATE, "names")
    flow.grant_name("dns:a.example", is_granted=False)
    assert messages(flow, CERTIFICATE, "names") == ""


def test_days(keystore: Path) -> None:
    flow = flow_of(keystore, "issuing")
    given(flow, request("a.example"))
    flow.update(days=0)
    assert messages(flow, CERTIFICATE, "days")
    flow.update(days=900)
    assert "ends on" in messages(flow, CERTIFICATE, "days", "warning")
    assert issued(flow).not_after == ISSUING.chain[0].not_after


def test_the_file_follows_and_is_not_replaced_unasked(keystore: Path) -> None:
    flow = flow_of(keystore, "issuing")
    given(flow, request("a.example"))
    assert flow.path == keystore.parent / "them.pem"
    flow.update(encoding="der")
    assert (flow.path.name, flow.draft.has_chain) == ("them.cer", False)
    flow.path.write_text("precious")
    assert "already exists" in messages(flow, FILE, "path")
    with pytest.raises(InvalidInput):
        flow.run()
    assert flow.path.read_text() == "precious"
    assert read_journal(journal_path(keystore)).issued == ()
    flow.update(replace=True)
    assert Certificate(flow.run().path.read_bytes()).common_name == "them"
    # Never over a keystore, and nothing is recorded then.
    flow.update(path=str(keystore), replace=True)
    before = keystore.read_bytes()
    with pytest.raises(Exception, match="keystore"):
        flow.run()
    assert keystore.read_bytes() == before
    assert len(read_journal(journal_path(keystore)).issued) == 1


def test_what_is_no_request_is_told(keystore: Path, tmp_path: Path) -> None:
    flow = flow_of(keystore)
    bad = bytearray(x509.load_pem_x509_csr(request("a.example")).public_bytes(Encoding.DER))
    bad[-1] ^= 1
    (tmp_path / "bad.csr").write_bytes(bad)
    flow.add_sources([read_request_file(tmp_path / "bad.csr"), read_request_file(tmp_path / "none"),
                      read_request_file(keystore)])  # fmt: skip
    said = [flow.said_of(each) for each in flow.sources]
    assert "signature" in said[0]
    assert "cannot be read" in said[2]
    assert messages(flow, REQUEST, "sources")
    given(flow, request("a.example"))
    assert flow.problems(REQUEST) == ()
    (tmp_path / "second.csr").write_bytes(request("b.example"))
    flow.add_sources([read_request_file(tmp_path / "second.csr")])
    assert "one at a time" in messages(flow, REQUEST, "sources")
    for at in (3, 0, 0, 0):
        flow.remove_source(at)
    assert flow.received is not None
    assert flow.received.names == ("dns:b.example",)


def test_a_keystore_that_was_locked_signs_nothing(keystore: Path) -> None:
    flow = flow_of(keystore, "issuing")
    given(flow, request("a.example"))
    flow.set_stores([])
    assert messages(flow, CERTIFICATE, "issuer")
    with pytest.raises(NotFound):
        flow.run()


@pytest.mark.parametrize("encoding", ["pem", "der"])
@pytest.mark.parametrize("profile", [None, Profile.CLIENT, Profile.CA])
def test_keytool_issues_the_same(
    keystore: Path, keytool: Tool, openssl: Tool, tmp_path: Path, encoding: str,
    profile: Profile | None,
) -> None:  # fmt: skip
    flow = flow_of(keystore, "root")
    path = tmp_path / "their.csr"
    path.write_bytes(request("a.example", "b.example", usage=CLIENT))
    flow.add_sources([read_request_file(path)])
    flow.grant_name("dns:a.example", is_granted=False)
    flow.update(profile=profile, encoding=encoding)
    command = flow.keytool_command()
    ours = issued(flow)
    flow.path.unlink()
    words = shlex.split(command.replace("\\\n", " ").replace("<password>", PASSWORD.reveal()))
    assert words[0] == "keytool"
    assert keytool(*words[1:], check=False).returncode == 0
    text = openssl("x509", "-in", flow.path, "-outform", "DER", "-out", tmp_path / "theirs.cer")
    assert text.returncode == 0
    theirs = Certificate((tmp_path / "theirs.cer").read_bytes())
    assert theirs.is_issued_by(ROOT.chain[0])
    assert theirs.subject == ours.subject
    assert theirs.san == ours.san
    assert (theirs.purposes, theirs.is_ca) == (ours.purposes, ours.is_ca)
    usages = [each.extension(x509.KeyUsage.oid) for each in (theirs, ours)]
    assert usages[0] == usages[1]
    assert ours.not_after is not None
    assert theirs.not_after is not None
    assert abs(theirs.not_after - ours.not_after) < dt.timedelta(minutes=10)
