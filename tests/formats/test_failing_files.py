"""Files as people have them: each was read wrongly once, or named as nothing at all."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import HandfastError, NotAKeystore, Unsupported, WouldLose
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.file_kinds import FileKind, kind_of_file
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support import bcfks_samples as bcfks
from tests.support.issued import issue

if TYPE_CHECKING:
    from handfast.core.store import Store

FILES = Path(__file__).parents[1] / "data" / "failing"
WORD = Password("changeme1")
#: What is named as what it is: the kind of the error, a word of the problem, one of the remedy.
NAMED: dict[str, tuple[type[HandfastError], str, str]] = {
    "cwallet.sso": (Unsupported, "Oracle wallet", "ewallet.p12"),
    "ibm-cms.kdb": (Unsupported, "IBM", "runmqakm"),
    "elasticsearch.keystore": (Unsupported, "Elasticsearch", "elasticsearch-keystore list"),
    "lfs-pointer.p12": (NotAKeystore, "Git LFS", "git lfs pull"),
    "tar.p12": (NotAKeystore, "store.p12", "tar -xf"),
    "openvpn-static.key": (NotAKeystore, "OpenVPN", "ca, cert, and key"),
    "missing-begin.pem": (NotAKeystore, "BEGIN", "Put that line first"),
    "der-in-pem-double.crt": (NotAKeystore, "encoded twice", "base64 -d"),
    "utf8-mangled.jks": (NotAKeystore, "text filter", "original"),
}
#: What is wrapped in text, how many entries are in it, and a word of the note on that.
WRAPPED: dict[str, tuple[Format, int, str]] = {
    "base64-crlf.p12": (Format.PKCS12, 1, "Base64"),
    "certutil-encode.p12": (Format.PKCS12, 1, "Base64"),
    "pem-pkcs12-label.p12": (Format.PKCS12, 1, "Base64"),
    "double-base64-k8s.txt": (Format.PEM, 3, "Base64"),
    "k8s-secret.yaml": (Format.PEM, 1, "“tls.key” (a private key)"),
    "kubeconfig": (Format.PEM, 1, "kubeconfig"),
    "traefik-acme.json": (Format.PEM, 1, "“key” (a private key)"),
    "jwks.json": (Format.PEM, 1, "JSON Web Key Set"),
    "saml-metadata.xml": (Format.PEM, 1, "SAML"),
}


def read(name: str) -> bytes:
    return (FILES / name).read_bytes()


@pytest.mark.parametrize("name", NAMED)
def test_it_is_named_for_what_it_is(name: str) -> None:
    kind, problem, remedy = NAMED[name]
    with pytest.raises(kind) as told:
        open_file(FILES / name, WORD)
    assert type(told.value) is kind
    assert problem in told.value.problem
    assert remedy in told.value.remedy
    # Whoever imports it is told the same, and not that it is nothing.
    with pytest.raises(HandfastError) as again:
        read_certificates(read(name))
    assert "nor any other kind" not in again.value.problem


def test_what_a_text_filter_did_is_said() -> None:
    with pytest.raises(NotAKeystore) as told:
        open_file(FILES / "utf8-mangled.jks")
    assert any("EF BF BD" in each for each in told.value.causes)


@pytest.mark.parametrize("name", WRAPPED)
def test_what_stands_in_a_text_opens_with_a_note(name: str) -> None:
    wanted, count, note = WRAPPED[name]
    store = open_file(FILES / name, WORD).store
    assert store.format is wanted
    assert len(store.entries) == count
    assert any(note in remark for remark in store.remarks)
    assert write_store(store) == read(name)


@pytest.mark.parametrize("name", WRAPPED)
def test_its_certificates_are_imported(name: str) -> None:
    found = read_certificates(read(name), password=WORD)
    assert found.certificates
    assert any(WRAPPED[name][2] in remark for remark in found.remarks)


def test_what_is_dropped_is_a_store_or_certificates() -> None:
    # It has a key and the certificate of it: a key pair that somebody brings in.
    assert kind_of_file(FILES / "k8s-secret.yaml") is FileKind.KEY
    assert kind_of_file(FILES / "base64-crlf.p12") is FileKind.STORE
    assert kind_of_file(FILES / "jwks.json") is FileKind.CERTIFICATES
    assert kind_of_file(FILES / "partner-der.cer") is FileKind.CERTIFICATES
    assert kind_of_file(FILES / "tar.p12") is FileKind.OTHER


@pytest.mark.parametrize("name", ["base64-crlf.p12", "certutil-encode.p12", "pem-pkcs12-label.p12"])
def test_base64_is_saved_as_base64(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(read(name))
    opened = open_file(path, WORD)
    more = import_certificates(opened.store, [(issue(CN="more").certificate, "more")])
    save_store(more, path, expected=opened.stamp)
    written = path.read_bytes()
    assert written.splitlines()[0] == read(name).splitlines()[0] or b"BEGIN" not in written
    assert (b"\r\n" in written) is (b"\r\n" in read(name))
    assert {len(line) for line in written.splitlines()[2:-2]} == {
        len(line) for line in read(name).splitlines()[2:-2]
    }
    again = open_file(path, WORD).store
    assert {entry.alias for entry in again.entries} == {"api", "more"}


@pytest.mark.parametrize("name", ["k8s-secret.yaml", "traefik-acme.json", "saml-metadata.xml"])
def test_a_document_is_not_overwritten_by_one_of_its_values(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(read(name))
    opened = open_file(path, WORD)
    more = import_certificates(opened.store, [(issue(CN="more").certificate, "more")])
    with pytest.raises(WouldLose):
        save_store(more, path, expected=opened.stamp)
    assert path.read_bytes() == read(name)


# --- siblings ----------------------------------------------------------------------------


def pkcs12(password: str = "changeit") -> bytes:
    store = new_store(Format.PKCS12, Password(password))
    return write_store(store.with_entries([issue(CN="inside").pair("inside")]))


def jks() -> bytes:
    store = new_store(Format.JKS, Password("changeit"))
    return write_store(store.with_entries([issue(CN="inside").pair("inside")]))


def bcfks_store() -> bytes:
    pair = issue(CN="inside").pair("inside")
    assert pair.key is not None
    entry = bcfks.private("inside", pair.key.pkcs8, pair.chain[0].der)
    return bcfks.around(bcfks.contents(entry))


def lines(data: bytes, end: str = "\n", size: int = 76) -> str:
    text = base64.b64encode(data).decode()
    return end.join(text[at : at + size] for at in range(0, len(text), size))


STORES = {"PKCS12": pkcs12, "JKS": jks, "BCFKS": bcfks_store}
FORMS = {
    "one line": lambda data: base64.b64encode(data).decode(),
    "lines": lambda data: lines(data) + "\n",
    "CRLF": lambda data: lines(data, "\r\n") + "\r\n",
    "blanks before": lambda data: "\n\n  " + lines(data) + "\n\n",
    "certutil": lambda data: (
        f"-----BEGIN CERTIFICATE-----\r\n{lines(data, chr(13) + chr(10), 64)}\r\n"
        "-----END CERTIFICATE-----\r\n"
    ),
    "twice": lambda data: base64.b64encode(lines(data).encode()).decode(),
    "quoted": lambda data: f'"{base64.b64encode(data).decode()}"',
    "UTF-8 BOM": lambda data: "\ufeff" + lines(data),
}
DOCUMENTS = {
    "Secret": lambda data: (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n"
        f"  keystore.jks: {base64.b64encode(data).decode()}\n  password: Y2hhbmdlaXQ=\n"
    ),
    "Secret, folded": lambda data: (
        "apiVersion: v1\nkind: Secret\ndata:\n  keystore.jks: >-\n    "
        + lines(data, "\n    ")
        + "\ntype: Opaque\n"
    ),
    "Secret in JSON": lambda data: json.dumps(
        {"kind": "Secret", "apiVersion": "v1", "data": {"k": base64.b64encode(data).decode()}}
    ),
    "JSON with line ends": lambda data: json.dumps({"keystore": lines(data)}, indent=2),
    "XML": lambda data: f"<config>\n<Keystore a='b'>\n{lines(data)}\n</Keystore>\n</config>",
    "properties": lambda data: f"name=x\nkeystore.base64={base64.b64encode(data).decode()}\n",
    "mail": lambda data: (
        "MIME-Version: 1.0\nContent-Type: application/x-pkcs12\n"
        f"Content-Transfer-Encoding: base64\n\n{lines(data)}\n"
    ),
}


def opened(text: str) -> Store:
    return read_store(text.encode(), Password("changeit"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", STORES)
def test_every_store_opens_in_every_form_of_base64(kind: str, form: str) -> None:
    text = FORMS[form](STORES[kind]())
    store = opened(text)
    assert store.format.value == kind
    assert [entry.alias for entry in store.entries] == ["inside"]
    assert not store.entries[0].is_locked
    assert any("Base64" in remark for remark in store.remarks)


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("kind", STORES)
def test_every_store_opens_in_every_kind_of_document(kind: str, form: str) -> None:
    store = opened(DOCUMENTS[form](STORES[kind]()))
    assert store.format.value == kind
    assert [entry.alias for entry in store.entries] == ["inside"]
    assert store.remarks


def test_of_several_stores_the_first_opens_and_the_others_are_named() -> None:
    first, second = pkcs12(), jks()
    text = json.dumps(
        {"a.p12": base64.b64encode(first).decode(), "b.jks": base64.b64encode(second).decode()}
    )
    store = opened(text)
    assert store.format is Format.PKCS12
    assert any("“b.jks” (a JKS keystore)" in remark for remark in store.remarks)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "' + "QUJD" * 40 + '"}',
        "kind: Secret\napiVersion: v1\ndata:\n  password: " + "c2VjcmV0" * 20 + "\n",
        "<a>" + base64.b64encode(bytes(range(256))).decode() + "</a>",
    ],
)
def test_a_document_with_none_is_a_document(text: str) -> None:
    with pytest.raises(NotAKeystore):
        opened(text)


@pytest.mark.parametrize("make", [pkcs12, jks, bcfks_store])
def test_what_each_filter_leaves_of_each_store_is_named(make: object) -> None:
    data = make()  # type: ignore[operator]
    for changed in (
        data.decode("utf-8", "replace").encode(),
        data.decode("latin-1").encode("utf-8"),
    ):
        with pytest.raises(NotAKeystore) as told:
            read_store(changed)
        assert "text filter" in told.value.problem
        assert "original" in told.value.remedy


def test_what_ascii_leaves_of_a_java_store_is_named() -> None:
    changed = jks().decode("ascii", "replace").encode("ascii", "replace")
    with pytest.raises(NotAKeystore) as told:
        read_store(changed)
    assert "text filter" in told.value.problem


def test_certificates_in_der_are_taken_where_pem_is() -> None:
    one, two = issue(CN="one").certificate, issue(CN="two").certificate
    for count, data in ((1, one.der), (2, one.der + two.der)):
        with pytest.raises(NotAKeystore):
            read_store(data)
        store = read_store(data, certificates_too=True)
        assert store.format is Format.PEM
        assert [each.certificate for each in store.trusted] == [one, two][:count]
        assert write_store(store) == data
        more = import_certificates(store, [(issue(CN="more").certificate, "more")])
        with pytest.raises(WouldLose):
            write_store(more)


def test_the_console_takes_them_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    from handfast.cli.main import main

    for verb in ("list", "show", "check"):
        assert main([verb, str(FILES / "partner-der.cer"), "--json"]) == 0, verb
        capsys.readouterr()
