"""Renewing keys of every kind, in every format, and odd certificates; OpenSSL and keytool judge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from tests.support.tools import Tool

WORD = "changeit"
KINDS = {
    "rsa": ("RSA", "rsa_keygen_bits:2048"),
    "rsa-pss": ("RSA-PSS", "rsa_keygen_bits:2048"),
    "p-256": ("EC", "ec_paramgen_curve:P-256"),
    "p-384": ("EC", "ec_paramgen_curve:P-384"),
    "p-521": ("EC", "ec_paramgen_curve:P-521"),
    "ed25519": ("ED25519", ""),
}
#: OpenSSL writes what is not ASCII as a T61String, as old CAs did.
OLD_NAMES = """
[req]
distinguished_name = dn
string_mask = nombstr
x509_extensions = ext
prompt = no
[dn]
CN = J\xfcrgen
O = Globex
[ext]
subjectAltName = DNS:a.example
extendedKeyUsage = clientAuth
"""


@pytest.fixture
def console(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    monkeypatch.setenv("HANDFAST_PASSWORD", WORD)

    def run(*arguments: str | Path) -> dict[str, Any]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code == 0, told
        return told

    return run


def made(openssl: Tool, folder: Path, kind: str, name: str = "pair") -> Path:
    """A self-signed pair of OpenSSL's that expires soon, in PEM."""
    algorithm, option = KINDS[kind]
    key, certificate, pair = (folder / f"{name}.{end}" for end in ("key", "crt", "pem"))
    openssl("genpkey", "-algorithm", algorithm, *(["-pkeyopt", option] if option else []),
            "-out", key)  # fmt: skip
    openssl("req", "-x509", "-key", key, "-out", certificate, "-days", "9",
            "-subj", "/CN=host.example/O=Globex", "-addext", "subjectAltName=DNS:host.example",
            "-addext", "extendedKeyUsage=serverAuth,clientAuth")  # fmt: skip
    pair.write_text(key.read_text() + certificate.read_text())
    return pair


def pair_of(path: Path, alias: str | None = None, *, own: str = "") -> KeyPair:
    own_words = {alias or "": Password(own)} if own else None
    store = open_file(path, Password(WORD), entry_passwords=own_words).store
    pairs = [each for each in store.key_pairs if alias in {None, each.alias}]
    return pairs[0]


def by_openssl(openssl: Tool, folder: Path, certificate: Certificate, *above: Certificate) -> str:
    """The text of a certificate that OpenSSL verifies under its issuer, or by itself."""
    path, root = folder / "renewed.pem", folder / "root.pem"
    path.write_text(certificate.public_pem())
    root.write_text((above or (certificate,))[-1].public_pem())
    openssl("verify", "-CAfile", root, "-partial_chain", path)
    return openssl("x509", "-in", path, "-noout", "-text").stdout


@pytest.mark.parametrize("ending", ["p12", "jks", "jceks", "pem"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_in_every_format(
    openssl: Tool, console: Any, tmp_path: Path, kind: str, ending: str
) -> None:
    path = tmp_path / f"store.{ending}"
    console("import-key", path, made(openssl, tmp_path, kind), "--alias", "host")
    before = pair_of(path)
    keep = [] if ending == "pem" else ["--keep-old"]
    console("renew", path, "--alias", before.alias, "--days", "400", *keep)
    after = pair_of(path, before.alias)
    was, now = before.chain[0], after.chain[0]
    assert now.public_key_der == was.public_key_der
    assert (now.subject_der, now.san) == (was.subject_der, was.san)
    assert (now.not_after - now.not_before).days == 400  # type: ignore[operator]
    told = by_openssl(openssl, tmp_path, now)
    assert "TLS Web Client Authentication" in told
    if kind == "rsa-pss":
        # The key in the certificate is bound to it still, and so is the signature.
        assert "Public Key Algorithm: rsassaPss" in told
        assert "Signature Algorithm: rsassaPss" in told
    if keep:
        old = next(each for each in open_file(path, Password(WORD)).store.key_pairs
                   if each.alias != before.alias)  # fmt: skip
        assert old.chain == before.chain


@pytest.mark.parametrize("ending", ["jks", "jceks"])
def test_a_key_with_its_own_password(
    openssl: Tool, keytool: Tool, console: Any, tmp_path: Path, ending: str
) -> None:
    path, word = tmp_path / f"store.{ending}", tmp_path / "word"
    console("import-key", path, made(openssl, tmp_path, "rsa"), "--alias", "host")
    word.write_text("own secret\n")
    console("password", path, "--alias", "host", "--new-password-file", word)
    told = console("renew", path, "--alias", "host", "--days", "400", "--new-key", "--keep-old",
                   "--key-password-file", word)  # fmt: skip
    listed = keytool("-list", "-keystore", path, "-storepass", WORD).stdout
    assert told["old_alias"] in listed
    for alias in ("host", told["old_alias"]):
        # The key opens with its own password, and not with that of the keystore.
        for password, works in ((WORD, False), ("own secret", True)):
            done = keytool("-certreq", "-alias", alias, "-keystore", path, "-storepass", WORD,
                           "-keypass", password, check=False)  # fmt: skip
            assert (done.returncode == 0) is works


def test_a_key_whose_own_password_is_not_given(
    openssl: Tool, console: Any, tmp_path: Path, capsys: Any
) -> None:
    path, word = tmp_path / "store.jks", tmp_path / "word"
    console("import-key", path, made(openssl, tmp_path, "rsa"), "--alias", "host")
    word.write_text("own secret\n")
    console("password", path, "--alias", "host", "--new-password-file", word)
    before = path.read_bytes()
    assert main(["renew", str(path), "--alias", "host"]) == 3
    assert "key" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["rsa-pss", "p-256", "ed25519"])
def test_its_own_ca_renews_it(openssl: Tool, console: Any, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "store.p12"
    console("generate", path, "--alias", "ca", "--dname", "CN=Own CA", "--purpose", "ca",
            "--key", "ec:P-256")  # fmt: skip
    key, request, signed = (tmp_path / name for name in ("pair.key", "pair.csr", "ca.crt"))
    made(openssl, tmp_path, kind)
    openssl("req", "-new", "-key", key, "-out", request, "-subj", "/CN=host.example")
    console("sign", path, "--alias", "ca", "--request", request, "--out", signed, "--days", "9")
    console("import-key", path, key, signed, "--alias", "host")
    before = pair_of(path, "host")
    console("renew", path, "--alias", "host", "--days", "90")
    after = pair_of(path, "host")
    assert after.chain[0].serial != before.chain[0].serial
    told = by_openssl(openssl, tmp_path, after.chain[0], *after.chain[1:])
    assert ("rsassaPss" in told) is (kind == "rsa-pss")
    assert "Issuer: CN = Own CA" in told or "Issuer: CN=Own CA" in told


@pytest.mark.parametrize("new_key", [False, True])
def test_a_name_that_cannot_be_decoded_is_kept_byte_for_byte(
    openssl: Tool, console: Any, tmp_path: Path, new_key: bool
) -> None:
    settings, pair = tmp_path / "old.cnf", tmp_path / "pair.pem"
    settings.write_bytes(OLD_NAMES.encode("latin-1"))
    key, certificate = tmp_path / "pair.key", tmp_path / "pair.crt"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    openssl("req", "-x509", "-key", key, "-out", certificate, "-days", "9", "-config", settings)
    pair.write_text(key.read_text() + certificate.read_text())
    path = tmp_path / "store.p12"
    console("import-key", path, pair, "--alias", "host")
    before = pair_of(path).chain[0]
    # A T61String, whose tag is 20.
    assert b"\x14\x06J\xfcrgen" in before.subject_der
    console("renew", path, "--alias", "host", *(["--new-key"] if new_key else []))
    after = pair_of(path).chain[0]
    assert after.subject_der == before.subject_der
    assert after.issuer_der == before.subject_der
    assert (after.public_key_der == before.public_key_der) is not new_key
    told = by_openssl(openssl, tmp_path, after)
    assert "DNS:a.example" in told
    # The request for renewal has the same bytes.
    request = tmp_path / "renewal.csr"
    console("renew", path, "--alias", "host", "--request", request,
            *(["--new-key"] if new_key else []))  # fmt: skip
    assert "self-signature verify OK" in openssl("req", "-in", request, "-verify", "-noout").stderr
