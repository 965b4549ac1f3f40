"""Each form in which a key leaves is read by the program that it is for."""

from __future__ import annotations

import base64
import json
import re
import stat
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from handfast.services.partnerships import Partnership, write_partnership
from tests.support.console import json_of
from tests.support.tools import tool

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD, OTHER = "changeit", "for-the-way"
KEYS = {
    "rsa": ("-keyalg", "RSA", "-keysize", "2048"),
    "ec": ("-keyalg", "EC", "-groupname", "secp384r1"),
    "ed25519": ("-keyalg", "Ed25519"),
}


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)

    return json_of(capsys)


@pytest.fixture(params=KEYS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, keytool: Tool, tmp_path: Path) -> Path:
    path = tmp_path / "own.jks"
    keytool("-genkeypair", "-alias", "own", *KEYS[kind], "-dname", "CN=own.example", "-storetype",
            "JKS", "-keystore", path, "-storepass", PASSWORD)  # fmt: skip
    return path


@pytest.fixture
def out_password(tmp_path: Path) -> Path:
    path = tmp_path / "out-password"
    path.write_text(OTHER + "\n")
    return path


@pytest.fixture
def public(store: Path, openssl: Tool, keytool: Tool) -> str:
    """The public key as keytool and openssl know it."""
    pem = keytool("-exportcert", "-rfc", "-alias", "own", "-keystore", store, "-storepass",
                  PASSWORD).stdout  # fmt: skip
    return openssl("x509", "-pubkey", "-noout", stdin=pem).stdout


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_encrypted_forms(
    store: Path, public: str, out_password: Path, openssl: Tool, keytool: Tool, tmp_path: Path,
    console: Any,
) -> None:  # fmt: skip
    for encoding, extra in (("pem", ()), ("pem-key", ()), ("pkcs8", ("-inform", "DER"))):
        out = tmp_path / f"out.{encoding}"
        code, told = console("export-key", store, "--alias", "own", "--out", out, "--encoding",
                             encoding, "--out-password-file", out_password)  # fmt: skip
        assert (code, told["encrypted"]) == (0, True), told
        assert mode_of(out) == 0o600
        assert openssl("pkey", *extra, "-in", out, "-passin", f"pass:{OTHER}",
                       "-pubout").stdout == public  # fmt: skip
        assert openssl("pkey", *extra, "-in", out, "-passin", "pass:wrong",
                       check=False).returncode != 0  # fmt: skip
    for strength in ((), ("--compatible",)):
        out = tmp_path / f"out{len(strength)}.p12"
        assert console("export-key", store, "--alias", "own", "--out", out, "--out-password-file",
                       out_password, *strength)[0] == 0  # fmt: skip
        told = keytool("-list", "-keystore", out, "-storepass", OTHER).stdout
        assert "PrivateKeyEntry" in told
        assert mode_of(out) == 0o600


def test_forms_in_the_clear(
    store: Path, public: str, kind: str, openssl: Tool, tmp_path: Path, console: Any
) -> None:
    clear = ("--alias", "own", "--unencrypted")
    out = tmp_path / "site"
    code, told = console("export-key", store, *clear, "--out", out, "--encoding", "pem-files")
    assert code == 0
    assert [path.rsplit("site")[-1] for path in told["files"]] == [".key", ".crt", "-fullchain.crt"]
    assert mode_of(tmp_path / "site.key") == 0o600
    assert openssl("pkey", "-in", tmp_path / "site.key", "-pubout").stdout == public
    assert openssl("x509", "-in", tmp_path / "site.crt", "-pubkey", "-noout").stdout == public
    out = tmp_path / "secret.yaml"
    code, _ = console("export-key", store, *clear, "--out", out, "--encoding", "kubernetes-secret")
    assert code == 0
    secret = yaml.safe_load(out.read_text())
    assert (secret["kind"], secret["type"]) == ("Secret", "kubernetes.io/tls")
    key = base64.b64decode(secret["data"]["tls.key"]).decode()
    assert openssl("pkey", "-pubout", stdin=key).stdout == public
    out = tmp_path / "old.key"
    code, told = console("export-key", store, *clear, "--out", out, "--encoding", "traditional")
    if kind == "ed25519":
        assert code == 5
        assert not out.exists()
    else:
        assert code == 0
        assert re.search(r"BEGIN (RSA|EC) PRIVATE KEY", out.read_text())
        assert openssl("pkey", "-in", out, "-pubout").stdout == public


def test_public_halves(
    store: Path, public: str, kind: str, openssl: Tool, tmp_path: Path, console: Any
) -> None:
    out = tmp_path / "public"
    for encoding, extra in (("public-pem", ()), ("public-der", ("-inform", "DER"))):
        assert console("export-key", store, "--alias", "own", "--out", out, "--encoding", encoding,
                       "--force")[0] == 0  # fmt: skip
        assert openssl("pkey", "-pubin", *extra, "-in", out, "-pubout").stdout == public
    assert console("export-key", store, "--alias", "own", "--out", out, "--encoding", "public-jwk",
                   "--force")[0] == 0  # fmt: skip
    jwk = json.loads(out.read_text())
    assert jwk["kty"] == {"rsa": "RSA", "ec": "EC", "ed25519": "OKP"}[kind]
    assert "d" not in jwk
    # ssh-keygen derives the same line from the private key.
    key, line = tmp_path / "id", tmp_path / "id.pub"
    if kind == "ed25519":
        # It reads Ed25519 keys in its own format only.
        return
    assert console("export-key", store, "--alias", "own", "--out", key, "--encoding", "pem-key",
                   "--unencrypted")[0] == 0  # fmt: skip
    assert console("export-key", store, "--alias", "own", "--out", line, "--encoding",
                   "public-openssh")[0] == 0  # fmt: skip
    derived = tool("ssh-keygen")("-y", "-f", key).stdout
    assert derived.split()[:2] == line.read_text().split()[:2]


@pytest.mark.parametrize("kind", ["ec"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--out", "-"), 2),
        (("--out", "x", "--unencrypted"), 2),
        (("--out", "x", "--encoding", "traditional"), 2),
        (("--out", "x", "--encoding", "kubernetes-secret"), 2),
        (("--out", "x", "--encoding", "pem", "--unencrypted", "--out-password-file", "pw"), 2),
        (("--out", "own.jks", "--force"), 6),
        (("--out", "taken"), 6),
        (("--out", "for-partner/x", "--encoding", "pem", "--unencrypted"), 6),
        (("--out", "no/x"), 7),
        (("--out", "x", "--alias", "ghost"), 2),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing(
    arguments: tuple[str, ...], code: int, store: Path, tmp_path: Path, console: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pw").write_text(OTHER)
    (tmp_path / "taken").write_text("somebody's notes")
    (tmp_path / "for-partner").mkdir()
    write_partnership(
        Partnership(partner="Globex", folder=str(tmp_path), handover_folder="for-partner"),
        tmp_path / "globex.partnership.json",
    )
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    alias = () if "--alias" in arguments else ("--alias", "own")
    got, told = console("export-key", store, *alias, *arguments)
    assert got == code, told
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("kind", ["rsa"], indirect=True)
def test_two_pairs_in_one_file_and_a_locked_one(
    store: Path, keytool: Tool, out_password: Path, tmp_path: Path, console: Any
) -> None:
    keytool("-genkeypair", "-alias", "second", *KEYS["ec"], "-dname", "CN=2", "-keystore", store,
            "-storepass", PASSWORD, "-keypass", "another")  # fmt: skip
    both = ("--alias", "own", "--alias", "second", "--out", tmp_path / "both.p12",
            "--out-password-file", out_password)  # fmt: skip
    assert console("export-key", store, *both)[0] == 3
    (tmp_path / "key").write_text("another\n")
    code, told = console("export-key", store, *both, "--key-password-file", tmp_path / "key")
    assert (code, told["aliases"]) == (0, ["own", "second"])
    told = keytool("-list", "-keystore", tmp_path / "both.p12", "-storepass", OTHER).stdout
    assert told.count("PrivateKeyEntry") == 2
    # Each with the password of the file, as keytool and other programs need it.
    for alias in ("own", "second"):
        keytool("-importkeystore", "-srckeystore", tmp_path / "both.p12", "-srcstorepass", OTHER,
                "-srcalias", alias, "-destkeystore", tmp_path / "there.p12", "-deststorepass",
                PASSWORD, "-noprompt")  # fmt: skip
