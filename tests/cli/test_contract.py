"""The console's verbs as a script sees them: exit codes, JSON, and what keytool says after."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from handfast.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDFAST_PASSWORD", raising=False)


def answer(capsys: Any, *arguments: str | Path) -> tuple[int, Any]:
    code = main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def make(path: Path, monkeypatch: pytest.MonkeyPatch, *more: str, alias: str = "me") -> int:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    name = "CN=Me, OU=Unit, O=Org, L=City, ST=State, C=AU"
    key = () if "--key" in more else ("--key", "ec:P-256")
    return main(["generate", str(path), "--alias", alias, "--dname", name, *key, *more])


def test_list(capsys: Any, demo: Path) -> None:
    code, data = answer(capsys, "list", demo / "globex-keystore.jks")
    assert code == 0
    assert (data["format"], data["integrity"]) == ("JKS", "verified")
    (entry,) = data["entries"]
    assert entry["kind"] == "key-pair"
    assert (entry["alias"], entry["algorithm"], entry["bits"]) == ("globex", "RSA", 2048)
    assert entry["locked"] is False
    (certificate,) = entry["chain"]
    assert certificate["subject"] == "CN=localhost,OU=Gateway,O=Globex Corporation,L=Dublin,C=IE"
    assert certificate["san"] == ["dns:localhost", "ip:127.0.0.1", "dns:api.globex.example"]
    assert certificate["purposes"] == ["server"]
    assert certificate["is_ca"] is False
    assert len(certificate["sha256"]) == 64
    assert certificate["not_after"].endswith("Z")


def test_a_jks_without_its_password_is_listed_unverified(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other.jks"
    monkeypatch.setenv("HANDFAST_PASSWORD", "not usual")
    assert main(["generate", str(path), "--alias", "a", "--dname", "CN=A", "--format", "jks"]) == 0
    monkeypatch.delenv("HANDFAST_PASSWORD")
    capsys.readouterr()
    code, data = answer(capsys, "list", path)
    assert code == 0
    assert data["integrity"] == "unverified"
    assert data["entries"][0]["locked"] is True
    password = tmp_path / "password"
    password.write_text("not usual\nsecond line\n")
    code, data = answer(capsys, "list", path, "--password-file", password)
    assert (code, data["integrity"]) == (0, "verified")


def signing_request() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "acme.example")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, SHA256())
    return request.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("case", "code", "kind"),
    [
        ("wrong", 3, "wrong-password"),
        ("needed", 3, "password-needed"),
        ("cut", 4, "damaged"),
        ("request", 4, "not-a-keystore"),
        ("missing", 7, "file"),
        ("alias", 2, "no-such-alias"),
        ("usage", 2, "usage"),
    ],
)
def test_errors_have_their_codes(
    case: str,
    code: int,
    kind: str,
    capsys: Any,
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments: list[str | Path] = ["list", demo / "acme-keystore.p12"]
    if case == "wrong":
        monkeypatch.setenv("HANDFAST_PASSWORD", "wrong")
    elif case == "needed":
        monkeypatch.setenv("HANDFAST_PASSWORD", "unusual")
        arguments[1] = tmp_path / "s.p12"
        assert main(["import", str(arguments[1]), str(demo / "acme.cer")]) == 0
        capsys.readouterr()
        monkeypatch.delenv("HANDFAST_PASSWORD")
    elif case == "cut":
        arguments[1] = tmp_path / "cut.p12"
        arguments[1].write_bytes((demo / "acme-keystore.p12").read_bytes()[:900])
    elif case == "request":
        arguments[1] = tmp_path / "acme.csr"
        arguments[1].write_bytes(signing_request())
    elif case == "missing":
        arguments[1] = tmp_path / "missing"
    elif case == "alias":
        arguments = ["show", demo / "acme-keystore.p12", "--alias", "nobody"]
    else:
        arguments = ["list"]
    got, data = answer(capsys, *arguments)
    assert got == code
    assert set(data["error"]) == {"code", "kind", "problem", "causes", "remedy"}
    assert (data["error"]["code"], data["error"]["kind"]) == (code, kind)
    assert main([str(argument) for argument in arguments]) == code
    assert capsys.readouterr().err.startswith("handfast: ")


def test_generate_is_what_keytool_reads(
    keytool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made.p12"
    assert make(path, monkeypatch, "--san", "dns:me.example", "--purpose", "client") == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = keytool("-list", "-v", "-keystore", path, "-storepass", "changeit").stdout
    assert "Owner: CN=Me, OU=Unit, O=Org, L=City, ST=State, C=AU" in told
    assert "DNSName: me.example" in told
    assert "clientAuth" in told
    assert "serverAuth" not in told
    assert "Version: 3" in told
    before = path.read_bytes()
    assert make(path, monkeypatch) == 6
    assert path.read_bytes() == before


def test_a_telephone_prefix_is_no_country(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    path = tmp_path / "no.p12"
    assert main(["generate", str(path), "--alias", "a", "--dname", "CN=a, C=61"]) == 2
    assert "AU" in capsys.readouterr().err
    assert not path.exists()


def test_a_new_store_needs_a_password(tmp_path: Path) -> None:
    path = tmp_path / "no.p12"
    assert main(["generate", str(path), "--alias", "a", "--dname", "CN=a"]) == 3
    assert not path.exists()


@pytest.mark.parametrize("encoding", ["der", "pem", "pkcs7"])
def test_export_never_holds_the_key_and_keytool_reads_it(
    encoding: str, keytool: Any, demo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    store = demo / "acme-keystore.p12"
    arguments = ["export", str(store), "--alias", "acme", "--out", str(out)]
    assert main([*arguments, "--encoding", encoding]) == 0
    told = keytool("-printcert", "-file", out).stdout
    assert "Acme Integration" in told
    from handfast.core.keys import PrivateKey
    from handfast.services.files.opening import open_file

    key = open_file(store).store.key_pairs[0].key
    assert isinstance(key, PrivateKey)
    assert key.pkcs8[-64:] not in out.read_bytes()
    assert b"PRIVATE" not in out.read_bytes()
    assert main(arguments) == 6
    assert main([*arguments, "--force"]) == 0


def test_import_checks_the_fingerprint_first(
    capsys: Any, keytool: Any, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    path = tmp_path / "trust.jks"
    base = ["import", str(path), str(demo / "globex.cer"), "--format", "jks", "--alias", "partner"]
    assert main([*base, "--expect-sha256", "00" * 32]) == 1
    assert not path.exists()
    capsys.readouterr()
    _, data = answer(capsys, "list", demo / "acme-truststore.p12")
    spaced = " ".join(data["entries"][0]["chain"][0]["sha256"].upper())
    assert main([*base, "--expect-sha256", spaced]) == 0
    assert "partner," in keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert main(base) == 6


def test_check_says_no_where_something_will_fail(
    capsys: Any, keytool: Any, demo: Path, tmp_path: Path
) -> None:
    code, data = answer(capsys, "check", demo / "globex-truststore.jks")
    assert code == 0
    assert "well-known-password" in {finding["code"] for finding in data["findings"]}
    path = tmp_path / "old.p12"
    keytool(
        "-genkeypair", "-alias", "old", "-keyalg", "EC", "-dname", "CN=Old", "-startdate",
        "-20d", "-validity", "5", "-keystore", path, "-storepass", "changeit",
    )  # fmt: skip
    code, data = answer(capsys, "check", demo / "globex-truststore.jks", path)
    assert code == 1
    expired = [finding for finding in data["findings"] if finding["code"] == "expired"]
    assert [(finding["severity"], finding["alias"]) for finding in expired] == [("error", "old")]
    assert set(expired[0]) == {"severity", "code", "alias", "message", "why", "remedy"}
    assert main(["check", str(path)]) == 1
    assert "expired" in capsys.readouterr().out


def test_a_private_key_is_not_imported(capsys: Any, openssl: Any, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    openssl("genpkey", "-algorithm", "ED25519", "-out", key)
    assert main(["import", str(tmp_path / "t.p12"), str(key)]) == 4
    assert "private key" in capsys.readouterr().err


def test_demo_is_made_fresh_and_spares_other_files(capsys: Any, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    assert main(["demo", str(folder), "--no-window"]) == 0
    assert main(["demo", str(folder), "--no-window"]) == 0
    assert "handfast list" in capsys.readouterr().out
    (folder / "mine.txt").write_text("keep")
    assert main(["demo", str(folder), "--no-window"]) == 6
    assert (folder / "mine.txt").read_text() == "keep"


def test_no_verb_loads_qt(demo: Path) -> None:
    code = (
        "import sys; from handfast.cli.main import main;"
        f"assert main(['list', {str(demo / 'acme-keystore.p12')!r}]) == 0;"
        "assert not [m for m in sys.modules if m.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_the_program_itself_and_a_closed_pipe(demo: Path) -> None:
    command = [sys.executable, "-m", "handfast", "list", str(demo / "acme-keystore.p12")]
    plain = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, check=True, env=plain)
    assert b"acme" in done.stdout
    shell = " ".join(command) + " | head -c 1 >/dev/null"
    piped = subprocess.run(["bash", "-c", shell], capture_output=True, check=True)
    assert piped.stderr == b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "s", "--days", "x"), "--days requires a whole number, not “x”."),
        (("convert", "a", "b", "--format", "bks"), "--format accepts pkcs12, jks, "),
        (("probe", "h:1", "--timeout", "soon"), "--timeout requires a number, not “soon”."),
        (("generate", "s", "--san", "foo"), "“foo” does not name its type."),
        (("generate", "s", "--san", "dns:"), "“dns:” is not valid: nothing follows the colon."),
        (
            ("generate", "s", "--san", "ip:999.1.1.1"),
            "“ip:999.1.1.1” is not valid: it is not an IP ",
        ),
    ],
)
def test_what_makes_no_sense_is_told_in_words(
    words: tuple[str, ...], said: str, capsys: Any, tmp_path: Path
) -> None:
    more = ("--alias", "a", "--dname", "CN=a") if words[0] == "generate" else ()
    code, data = answer(capsys, *words[:1], tmp_path / words[1], *words[2:], *more)
    assert code == 2
    assert data["error"]["problem"].startswith(said)
    assert "invalid" not in data["error"]["problem"]


@pytest.mark.parametrize(
    "words",
    [
        ("--password", "sesame"),
        ("--password=sesame",),
        ("-storepass", "sesame"),
        ("--pass", "open sesame"),
    ],
)
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    words: tuple[str, ...], capsys: Any, demo: Path
) -> None:
    arguments = ["show", str(demo / "acme-keystore.p12"), *words]
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"handfast: Unrecognized arguments: {words[0].partition('=')[0]}.")
    assert "to a file" in told.err
    assert main([*arguments, "--json"]) == 2
    assert "sesame" not in told.out + told.err + "".join(capsys.readouterr())


def test_another_option_that_does_not_exist_is_named(capsys: Any, demo: Path) -> None:
    assert main(["show", str(demo / "acme-keystore.p12"), "more", "--nope", "1"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("handfast: Unrecognized arguments: more --nope.")
    assert "remedy: See handfast show --help." in told
