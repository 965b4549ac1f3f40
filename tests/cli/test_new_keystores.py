"""The format of a new keystore, and the passwords of keys, at the console and by keytool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.store import Format
from handfast.services.demo import make_demo
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

NAME = ("--alias", "me", "--dname", "CN=Me", "--key", "ec:P-256")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A file with the password of a key."""
    file = tmp_path / "own.txt"
    file.write_text("the key’s own\n", encoding="utf-8")
    return file


def answer(capsys: Any, *arguments: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("a.jks", (), Format.JKS),
        ("a.JKS", (), Format.JKS),
        ("a.jceks", (), Format.JCEKS),
        ("a.pem", (), Format.PEM),
        ("a.p12", (), Format.PKCS12),
        ("a.pfx", (), Format.PKCS12),
        ("a.keystore", (), Format.PKCS12),
        ("a", (), Format.PKCS12),
        ("a.jks", ("--format", "pkcs12"), Format.PKCS12),
        ("a.p12", ("--format", "pem"), Format.PEM),
    ],
)
def test_the_option_then_the_name_then_pkcs12(
    capsys: Any, tmp_path: Path, name: str, options: tuple[str, ...], expected: Format
) -> None:
    demo = tmp_path / "demo"
    make_demo(demo)
    for verb, arguments in (
        ("generate", [tmp_path / name, *NAME]),
        ("import", [tmp_path / f"i-{name}", demo / "acme.cer"]),
        ("convert", [demo / "acme-keystore.p12", tmp_path / f"c-{name}"]),
    ):
        code, data = answer(capsys, verb, *arguments, *options)
        assert (code, data["format"]) == (0, expected.value), verb
    assert open_file(tmp_path / name).store.format is expected


def test_a_pem_file_of_certificates_needs_no_password(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANDFAST_PASSWORD")
    make_demo(tmp_path / "demo")
    file = tmp_path / "demo" / "acme.cer"
    assert answer(capsys, "import", tmp_path / "trust.pem", file)[0] == 0
    assert answer(capsys, "import", tmp_path / "trust.jks", file)[0] == 3
    # A key in it does need one.
    assert answer(capsys, "generate", tmp_path / "keys.pem", *NAME)[0] == 3
    assert not (tmp_path / "keys.pem").exists()


def test_a_new_key_gets_a_password_of_its_own(
    capsys: Any, tmp_path: Path, own: Path, keytool: Tool
) -> None:
    store = tmp_path / "me.jks"
    own.write_text("separate\n", encoding="utf-8")
    code, data = answer(capsys, "generate", store, *NAME, "--key-password-file", own)
    assert (code, data["notes"]) == (0, [])
    assert answer(capsys, "list", store)[1]["entries"][0]["locked"] is True
    opened = answer(capsys, "list", store, "--key-password-file", own)[1]
    assert opened["entries"][0]["locked"] is False

    def take_out(password: str) -> int:
        target = tmp_path / f"by-keytool-{password}.p12"
        return keytool(
            "-importkeystore", "-srckeystore", store, "-srcstorepass", "changeit",
            "-srcalias", "me", "-srckeypass", password, "-destkeystore", target,
            "-deststorepass", "changeit", "-noprompt", check=False,
        ).returncode  # fmt: skip

    assert take_out("separate") == 0
    assert take_out("changeit") != 0


def test_pkcs12_keeps_one_password_and_says_so(
    capsys: Any, tmp_path: Path, own: Path, keytool: Tool
) -> None:
    store = tmp_path / "me.p12"
    code, data = answer(capsys, "generate", store, *NAME, "--key-password-file", own)
    assert code == 0
    assert len(data["notes"]) == 1
    keytool(
        "-importkeystore", "-srckeystore", store, "-srcstorepass", "changeit",
        "-destkeystore", tmp_path / "copy.p12", "-deststorepass", "changeit", "-noprompt",
    )  # fmt: skip


def test_every_verb_that_opens_keys_takes_their_passwords(
    capsys: Any, tmp_path: Path, own: Path
) -> None:
    store = tmp_path / "me.jks"
    own.write_text("separate\n", encoding="utf-8")
    assert main(["generate", str(store), *NAME, "--key-password-file", str(own)]) == 0
    make_demo(tmp_path / "demo")
    trust = tmp_path / "demo" / "acme-truststore.p12"
    key = ("--key-password-file", own)
    code, data = answer(
        capsys, "rehearse", "--client", store, "--client-trust", trust,
        "--server", tmp_path / "demo" / "globex-keystore.jks", "--server-trust", trust, *key,
    )  # fmt: skip
    assert code == 1
    assert "key-password" not in {cause["code"] for cause in data["causes"]}
    code, data = answer(capsys, "check", store, *key)
    assert "entry-password-differs" in {each["code"] for each in data["findings"]}
    assert answer(capsys, "show", store, *key)[0] == 0
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("another\n", encoding="utf-8")
    _, data = answer(capsys, "list", store, "--key-password-file", wrong)
    assert data["entries"][0]["locked"] is True
