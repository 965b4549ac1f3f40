"""What a certificate is never written over, whichever face is told to replace the file."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from handfast.cli.main import main
from handfast.core.errors import FileProblem, Refused
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.export import ExportFlow
from handfast.flows.handover import Handover, write_handover
from handfast.flows.target import OpenStore
from handfast.formats.content import Content
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.policy.overwriting import check_replaceable, proposed_path
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "long enough"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
SEAL = BestAvailableEncryption(b"secret")
PKCS8, OLD, SSH = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH
CERTIFICATE = issue(CN="older.example").certificate


def store_bytes(wanted: Format, folder: Path) -> bytes:
    pair = make_pair(PairRequest(alias="other", name="CN=other.example", key="ec:P-256"))
    path = folder / f"other.{wanted.value.lower()}"
    save_store(new_store(wanted, Password(PASSWORD)).with_entries([pair]), path)
    return path.read_bytes()


def key(encoding: Encoding, form: PrivateFormat, seal: Any = None, *, of: Any = RSA) -> bytes:
    found: bytes = of.private_bytes(encoding, form, seal or NoEncryption())
    return found


KEPT: dict[str, Callable[[Path], bytes]] = {
    **{
        each.value: lambda folder, each=each: store_bytes(each, folder)
        for each in (Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM)
    },
    "PKCS#8 in DER": lambda _: key(Encoding.DER, PKCS8),
    "PKCS#8 in DER, encrypted": lambda _: key(Encoding.DER, PKCS8, SEAL),
    "PKCS#1 in DER": lambda _: key(Encoding.DER, OLD),
    "SEC1 in DER": lambda _: key(Encoding.DER, OLD, of=EC),
    "PKCS#8 in PEM": lambda _: key(Encoding.PEM, PKCS8),
    "PKCS#8 in PEM, encrypted": lambda _: key(Encoding.PEM, PKCS8, SEAL),
    "PKCS#1 in PEM": lambda _: key(Encoding.PEM, OLD),
    "PKCS#1 in PEM, encrypted": lambda _: key(Encoding.PEM, OLD, SEAL),
    "SEC1 in PEM": lambda _: key(Encoding.PEM, OLD, of=EC),
    "OpenSSH": lambda _: key(Encoding.PEM, SSH),
    "certificate, then key": lambda _: CERTIFICATE.pem().encode() + key(Encoding.PEM, PKCS8),
    "a key with Windows line ends": lambda _: key(Encoding.PEM, PKCS8).replace(b"\n", b"\r\n"),
    "a key in UTF-16": lambda _: key(Encoding.PEM, PKCS8).decode().encode("utf-16"),
    "a key behind a byte order mark": lambda _: b"\xef\xbb\xbf" + key(Encoding.PEM, PKCS8),
    "a key as bare Base64": lambda _: base64.encodebytes(key(Encoding.DER, PKCS8)),
    "PKCS#12 as Base64": lambda folder: base64.encodebytes(store_bytes(Format.PKCS12, folder)),
    "JWK": lambda _: json.dumps({"kty": "EC", "d": "A" * 43, "x": "B", "y": "C"}).encode(),
    "JWKS": lambda _: json.dumps({"keys": [{"kty": "oct", "k": "A" * 43}]}).encode(),
    "PuTTY": lambda _: b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n",
    "PVK": lambda _: b"\x1e\xf1\xb5\xb0" + b"\0" * 600,
    "OpenPGP": lambda _: (
        b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----\n"
    ),
    "XML": lambda _: b"<RSAKeyValue><Modulus>AQ==</Modulus><D>" + b"A" * 40 + b"</D></RSAKeyValue>",
    "age": lambda _: b"AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQ\n",
    "WireGuard": lambda _: (
        b"[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n"
    ),
    "a Kubernetes secret": lambda _: b"apiVersion: v1\nkind: Secret\ndata:\n  tls.key: LS0t\n",
    "a key quoted in a mail": lambda _: b"> " + key(Encoding.PEM, PKCS8).replace(b"\n", b"\n> "),
    "a secret with a keystore": lambda folder: (
        b"apiVersion: v1\ndata:\n  keystore.p12: "
        + base64.b64encode(store_bytes(Format.PKCS12, folder))
        + b"\n"
    ),
    "a keystore of a kind that is not read": lambda _: b"SQLite format 3\0" + b"\0" * 100,
}
REPLACED: dict[str, bytes] = {
    "an older certificate": CERTIFICATE.der,
    "an older certificate in PEM": CERTIFICATE.pem().encode(),
    "two in PEM": CERTIFICATE.pem().encode() * 2,
    "nothing": b"",
    "a text": b"an older file",
    "a public key": RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "a public JWK": json.dumps({"kty": "EC", "x": "B" * 43, "y": "C" * 43}).encode(),
    "random bytes": bytes(range(200, 256)) * 3,
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.p12"
    pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    save_store(new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair]), path)
    return path


def export_at_console(source: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    return main(["export", str(source), "--alias", "own", "--out", str(out), "--force"])


def export_by_wizard(source: Path, out: Path) -> None:
    store = open_file(source, Password(PASSWORD)).store
    flow = ExportFlow(stores=[OpenStore.of_file(source, store)], chosen=["own"])
    flow.update(path=str(out))
    flow.update(replace=True)
    flow.run()


@pytest.mark.parametrize("what", KEPT)
def test_a_key_or_a_keystore_is_never_overwritten(
    what: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "id"
    before = KEPT[what](tmp_path)
    out.write_bytes(before)
    assert export_at_console(source, out, monkeypatch) == 6
    with pytest.raises(Refused):
        export_by_wizard(source, out)
    assert out.read_bytes() == before


@pytest.mark.parametrize("what", REPLACED)
def test_what_is_no_key_is_replaced_where_that_is_asked_for(
    what: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "own.cer"
    for export in (
        lambda: export_at_console(source, out, monkeypatch),
        lambda: export_by_wizard(source, out),
    ):
        out.write_bytes(REPLACED[what])
        export()
        assert (
            out.read_bytes() == open_file(source, Password(PASSWORD)).store.get("own").chain[0].der
        )


@pytest.mark.parametrize("what", ["PKCS#8 in DER", "PKCS#1 in PEM", "JKS", "OpenSSH"])
def test_a_handover_overwrites_no_key(what: str, source: Path, tmp_path: Path) -> None:
    pair = open_file(source, Password(PASSWORD)).store.key_pairs[0]
    handover = Handover(
        our_name="Acme", partner="Globex", alias=pair.alias, chain=pair.chain, role="client"
    )
    folder = tmp_path / "handover"
    folder.mkdir()
    wrong = folder / "own.cer"
    before = KEPT[what](tmp_path)
    wrong.write_bytes(before)
    with pytest.raises(Refused):
        write_handover(handover, folder)
    assert wrong.read_bytes() == before
    assert list(folder.iterdir()) == [wrong]
    # An earlier handover is replaced.
    wrong.unlink()
    for _ in range(2):
        assert write_handover(handover, folder)


def test_a_report_replaces_a_report_and_no_key(tmp_path: Path) -> None:
    path = tmp_path / "rehearsal.pdf"
    path.write_bytes(b"%PDF-1.7 an earlier report")
    check_replaceable(path, others=frozenset({Content.PDF}))
    with pytest.raises(Refused):
        check_replaceable(path)
    path.write_bytes(key(Encoding.DER, PKCS8))
    with pytest.raises(Refused):
        check_replaceable(path, others=frozenset({Content.PDF}))


def test_a_key_that_openssl_made_stays(source: Path, tmp_path: Path, openssl: Any) -> None:
    out = tmp_path / "key.der"
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-outform", "DER", "-out", out)
    before = out.read_bytes()
    with pytest.raises(Refused):
        export_by_wizard(source, out)
    assert out.read_bytes() == before


def test_a_key_that_ssh_keygen_made_stays(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "id"
    try:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(out)]
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not installed")
    before = out.read_bytes()
    with pytest.raises(Refused):
        export_by_wizard(source, out)
    assert out.read_bytes() == before


def test_the_keystore_itself_stays_under_any_name(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = source.read_bytes()
    link = tmp_path / "own.cer"
    link.symlink_to(source)
    for out in (source, link):
        assert export_at_console(source, out, monkeypatch) == 6
        with pytest.raises(Refused):
            check_replaceable(out, sources=[source])
    assert source.read_bytes() == before


def test_what_cannot_be_looked_into_stays(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(FileProblem):
        check_replaceable(folder)
    check_replaceable(tmp_path / "absent")


def test_a_proposal_is_free_clean_and_where_one_can_write(tmp_path: Path) -> None:
    first, last = tmp_path / "first", tmp_path / "last"
    first.mkdir()
    last.mkdir()
    assert proposed_path((first, last), "probe-a.html") == first / "probe-a.html"
    (first / "probe-a.html").write_text("an earlier one", encoding="utf-8")
    assert proposed_path((first, last), "probe-a.html") == first / "probe-a-2.html"
    # A host with its port, or an alias, is no place in the file system.
    assert proposed_path((first,), "probe-[::1]:8443-b.pdf") == first / "probe-1-8443-b.pdf"
    assert proposed_path((first,), "../../etc/x y.ics") == first / "etc-x-y.ics"
    assert proposed_path((first,), "….pdf") == first / "report.pdf"
    assert len(proposed_path((first,), f"{'n' * 300}.pdf").name) < 100
    # A folder that is gone, or is none, is passed over.
    (tmp_path / "file").touch()
    for bad in (tmp_path / "gone", tmp_path / "file"):
        assert proposed_path((bad, last), "a.csv") == last / "a.csv"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_proposal_is_not_in_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    closed, last = tmp_path / "closed", tmp_path / "last"
    closed.mkdir(mode=0o500)
    last.mkdir()
    assert proposed_path((closed, last), "a.csv") == last / "a.csv"
