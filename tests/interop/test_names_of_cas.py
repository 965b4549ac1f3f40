"""A CA whose name is in an old string type: what it issues has the bytes of that name.

Java compares such names by their bytes, and so do those who look for an issuer in a table.
"""

from __future__ import annotations

import datetime as dt
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from handfast.core.asn1 import ber
from handfast.core.asn1.ber import der
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.formats.pem.armor import find_blocks
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"
_COMMON_NAME, _ORGANIZATION = b"\x06\x03\x55\x04\x03", b"\x06\x03\x55\x04\x0a"
_UTF8, _NUMERIC, _PRINTABLE, _T61, _IA5, _UNIVERSAL, _BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1C, 0x1E


def _part(kind: bytes, tag: int, value: bytes) -> bytes:
    return der(0x31, der(0x30, kind, der(tag, value)))


#: Names in DER by what is special about them.
NAMES = {
    "T61 in Latin-1": der(
        0x30,
        _part(_ORGANIZATION, _T61, "Müller AG".encode("latin-1")),
        _part(_COMMON_NAME, _T61, "Wurzel Ä".encode("latin-1")),
    ),
    "T61 in ASCII": der(0x30, _part(_COMMON_NAME, _T61, b"Root")),
    "BMP": der(0x30, _part(_COMMON_NAME, _BMP, "Müller".encode("utf-16-be"))),
    "Universal": der(0x30, _part(_COMMON_NAME, _UNIVERSAL, "Röot".encode("utf-32-be"))),
    "Printable with a star": der(0x30, _part(_COMMON_NAME, _PRINTABLE, b"Root *@&")),
    "IA5": der(0x30, _part(_COMMON_NAME, _IA5, b"Root")),
    "IA5 in Latin-1": der(0x30, _part(_COMMON_NAME, _IA5, "Röot".encode("latin-1"))),
    "Numeric": der(0x30, _part(_COMMON_NAME, _NUMERIC, b"123")),
    "UTF-8 that is none": der(0x30, _part(_COMMON_NAME, _UTF8, "Röot".encode("latin-1"))),
    "one part of two": der(
        0x30,
        der(
            0x31,
            der(0x30, _COMMON_NAME, der(_T61, b"Root")),
            der(0x30, _ORGANIZATION, der(_PRINTABLE, b"Acme")),
        ),
    ),
}
#: openssl reads none of these, so that only Java judges what is below them.
NOT_FOR_OPENSSL = {"UTF-8 that is none"}


def _fields(certificate: bytes) -> list[bytes]:
    whole = ber.read(certificate, 0, len(certificate))
    body = next(ber.children(certificate, whole))
    return [ber.encoded(certificate, each) for each in ber.children(certificate, body)]


def _authority(name: bytes) -> KeyPair:
    """A root with that name, as another program made it."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    plain = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    template = (
        x509.CertificateBuilder()
        .subject_name(plain)
        .issuer_name(plain)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    fields = _fields(template)
    fields[3] = fields[5] = name
    body = der(0x30, *fields)
    signature = key.sign(body, ec.ECDSA(hashes.SHA256()))
    certificate = Certificate(der(0x30, body, fields[2], der(0x03, b"\0", signature)))
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(alias="ca", chain=(certificate,), key=PrivateKey(private))


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


def _leaf(path: Path, alias: str) -> Certificate:
    entry = open_file(path, Password(PASSWORD)).store.get(alias)
    return entry.chain[0]


@pytest.mark.parametrize("kind", NAMES)
def test_what_it_issues_chains_by_the_bytes_of_its_name(
    kind: str, run: Any, openssl: Tool, java: JavaPeer, tmp_path: Path
) -> None:
    name = NAMES[kind]
    store = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([_authority(name)])
    save_store(store, tmp_path / "ca.p12")

    def judged(trusted: Certificate, leaf: Certificate) -> tuple[bool, bool]:
        for file, each in (("root", trusted), ("leaf", leaf)):
            (tmp_path / f"{file}.pem").write_text(ssl.DER_cert_to_PEM_cert(each.der))
        by_openssl = openssl("verify", "-x509_strict", "-crl_check", "-CAfile",
                             tmp_path / "root.pem", "-CRLfile", tmp_path / "ca.crl",
                             tmp_path / "leaf.pem", check=False).returncode == 0  # fmt: skip
        by_java = java("validate", tmp_path / "root.pem", tmp_path / "leaf.pem",
                       tmp_path / "ca.crl")[0][0]  # fmt: skip
        return by_openssl or kind in NOT_FOR_OPENSSL, by_java == "yes"

    pair = ("--dname", "CN=child", "--key", "ec:P-256", "--issuer", "ca.p12#ca")
    for turn in ("old key", "new key"):
        if turn == "new key":
            code, told = run("renew", "ca.p12", "--alias", "ca", "--new-key", "--keep-old")
            assert code == 0, told
        ca = _leaf(tmp_path / "ca.p12", "ca")
        assert ca.subject_der == ca.issuer_der == name
        # A pair of its own, one that is renewed, a request, and a list.
        assert run("generate", "ca.p12", "--alias", f"child {turn}", *pair)[0] == 0
        assert run("renew", "ca.p12", "--alias", f"child {turn}")[0] == 0
        run("generate", "own.p12", "--alias", turn, "--dname", "CN=own", "--key", "ec:P-256")
        assert run("request", "own.p12", "--alias", turn, "--out", "own.csr", "--force")[0] == 0
        assert run("sign", "ca.p12", "--alias", "ca", "--request", "own.csr", "--out",
                   "own.pem", "--force")[0] == 0  # fmt: skip
        code, told = run("crl", "ca.p12", "--alias", "ca", "--out", "ca.crl", "--force")
        assert code == 0, told
        issued = Certificate(ssl.PEM_cert_to_DER_cert((tmp_path / "own.pem").read_text()))
        renewed = _leaf(tmp_path / "ca.p12", f"child {turn}")
        assert {issued.issuer_der, renewed.issuer_der} == {name}
        revoked = find_blocks((tmp_path / "ca.crl").read_bytes())[0].data
        assert _fields(revoked)[2] == name
        for each in (issued, renewed):
            assert judged(ca, each) == (True, True)
        # And here: the list counts, and names nobody.
        code, told = run("verify", "own.pem", "--trust", "root.pem", "--crl", "ca.crl")
        # The list counts even where OpenSSL cannot read the name and refuses all of it.
        assert (code, told["revocation"]) == (int(kind in NOT_FOR_OPENSSL), "good"), told
        # Once revoked, all three refuse it.
        assert run("revoke", "ca.p12", "--alias", "ca", "own.pem")[0] == 0
        assert run("crl", "ca.p12", "--alias", "ca", "--out", "ca.crl", "--force")[0] == 0
        by_openssl, by_java = judged(ca, issued)
        assert (by_openssl and kind not in NOT_FOR_OPENSSL, by_java) == (False, False)
        code, told = run("verify", "own.pem", "--trust", "root.pem", "--crl", "ca.crl")
        assert (code, told["revocation"]) == (1, "revoked")


def test_java_knows_no_issuer_whose_name_was_encoded_again(
    run: Any, java: JavaPeer, tmp_path: Path
) -> None:
    # What the rule above is for: a child that was signed with another form of the name.
    pair = _authority(NAMES["T61 in Latin-1"])
    ca = pair.chain[0]
    assert pair.key is not None
    key: Any = pair.key.load()
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    again = x509.Name.from_rfc4514_string("CN=Wurzel Ä,O=Müller AG")
    child = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "child")]))
        .issuer_name(again)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    root = x509.load_der_x509_certificate(ca.der)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_bytes(child.public_bytes(Encoding.PEM))
    assert java("validate", tmp_path / "root.pem", tmp_path / "leaf.pem", "")[0][0] == "no"
    # With the bytes of the name it is known.
    other = _authority(NAMES["T61 in Latin-1"])
    save_store(
        new_store(Format.PKCS12, Password(PASSWORD)).with_entries([other]), tmp_path / "ca.p12"
    )
    assert run("generate", "ca.p12", "--alias", "child", "--dname", "CN=child", "--key",
               "ec:P-256", "--issuer", "ca.p12#ca")[0] == 0  # fmt: skip
    leaf = _leaf(tmp_path / "ca.p12", "child")
    (tmp_path / "root.pem").write_text(ssl.DER_cert_to_PEM_cert(other.chain[0].der))
    (tmp_path / "leaf.pem").write_text(ssl.DER_cert_to_PEM_cert(leaf.der))
    assert java("validate", tmp_path / "root.pem", tmp_path / "leaf.pem", "")[0][0] == "yes"
