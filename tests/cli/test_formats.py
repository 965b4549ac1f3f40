"""The verbs on the formats that are not PKCS#12 or JKS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import json_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

_ON_P_384 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs a verb with a password file; gives its exit code and its JSON."""
    secret = tmp_path / "password.txt"
    secret.write_text("changeit\n")
    call = json_of(capsys)
    return lambda *arguments: call(*arguments, "--password-file", secret)


def test_a_pair_is_made_and_a_certificate_imported_in_jceks(
    console: Any, keytool: Tool, tmp_path: Path
) -> None:
    path, certificate = tmp_path / "new.jceks", tmp_path / "new.cer"
    made = ("--alias", "acme", "--dname", "CN=acme.example", "--key", "ec:P-256")
    assert console("generate", path, *made, "--format", "jceks")[0] == 0
    assert console("export", path, "--alias", "acme", "--out", certificate)[0] == 0
    other = tmp_path / "trust.jceks"
    assert console("import", other, certificate, "--format", "jceks", "--alias", "peer")[0] == 0
    code, listing = console("list", path)
    assert (code, listing["format"], listing["integrity"]) == (0, "JCEKS", "verified")
    assert [entry["kind"] for entry in listing["entries"]] == ["key-pair"]
    assert console("check", other)[0] == 0
    shown = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert "JCEKS" in shown
    assert "acme" in shown


def test_several_stores_are_listed_one_after_the_other(console: Any, tmp_path: Path) -> None:
    made = ("--alias", "acme", "--dname", "CN=acme.example", "--key", "ec:P-256")
    paths = [tmp_path / "one.p12", tmp_path / "two.jks"]
    for path, wanted in zip(paths, ("pkcs12", "jks"), strict=True):
        assert console("generate", path, *made, "--format", wanted)[0] == 0
    code, listing = console("list", *paths)
    assert code == 0
    assert [each["format"] for each in listing["stores"]] == ["PKCS12", "JKS"]
    assert [each["path"] for each in listing["stores"]] == [str(path) for path in paths]
    alone = console("list", paths[0])[1]
    assert {"schema": 1, **listing["stores"][0]} == alone
    cut = tmp_path / "cut.jks"
    cut.write_bytes(paths[1].read_bytes()[:-30])
    code, listing = console("list", paths[0], cut, paths[1])
    assert code == 4
    assert [("error" in each, each["path"]) for each in listing["stores"]] == [
        (False, str(paths[0])),
        (True, str(cut)),
        (False, str(paths[1])),
    ]


def test_a_text_and_a_bundle_are_listed_and_added_to(
    console: Any, keytool: Tool, tmp_path: Path
) -> None:
    source, text, bundle = (tmp_path / name for name in ("new.p12", "new.pem", "new.p7b"))
    made = ("--alias", "acme", "--dname", "CN=acme.example", "--key", "ec:P-256")
    assert console("generate", source, *made)[0] == 0
    for out, encoding in ((text, "pem"), (bundle, "pkcs7")):
        assert console("export", source, "--alias", "acme", "--out", out,
                       "--encoding", encoding)[0] == 0  # fmt: skip
    for path, expected in ((text, "PEM"), (bundle, "PKCS7")):
        code, listing = console("list", path)
        assert (code, listing["format"], listing["integrity"]) == (0, expected, "none")
        assert [each["alias"] for each in listing["entries"]] == ["acme.example"]
        assert console("check", path)[0] == 0
        assert console("show", path, "--alias", "acme.example")[0] == 0
    # A certificate may be replaced by a newer one; a text with a key may not.
    export = ("export", source, "--alias", "acme", "--encoding", "pem", "--force", "--out")
    assert console(*export, text)[0] == 0
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")
    assert console(*export, key)[0] == 6
    assert console("import", text, bundle, "--alias", "partner")[0] == 0
    assert {each["alias"] for each in console("list", text)[1]["entries"]} == {
        "acme.example",
        "partner",
    }
    code, refused = console("import", bundle, text, "--alias", "partner")
    assert (code, refused["error"]["kind"]) == (5, "unsupported")
    assert "acme.example" in keytool("-printcert", "-file", text).stdout


@pytest.mark.parametrize(
    ("made", "algorithm", "bits"),
    [
        (("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"), "RSA", 2048),
        (_ON_P_384, "EC", 384),
        (("-algorithm", "ED25519"), "Ed25519", 256),
        (("-algorithm", "X448"), "X448", 448),
        (("-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"), "DH", 2048),
        (
            (*_ON_P_384, "-pkeyopt", "ec_param_enc:explicit"),
            "EC",
            None,
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_a_key_alone_has_its_size(
    made: tuple[str, ...],
    algorithm: str,
    bits: int | None,
    console: Any,
    openssl: Tool,
    tmp_path: Path,
) -> None:
    alone = tmp_path / "alone.pem"
    openssl("genpkey", *made, "-out", alone)
    code, answer = console("list", alone)
    (entry,) = answer["entries"]
    assert (code, entry["kind"], entry["locked"]) == (0, "key-pair", False)
    assert (entry["algorithm"], entry["bits"], entry["chain"]) == (algorithm, bits, [])
