"""The name of a file chooses the encoding, unless one is given: in every verb that writes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.services.demo import make_demo
from handfast.services.files.new_encoding import encoding_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEM_CERTIFICATE, PKCS7_OID = b"BEGIN CERT", bytes.fromhex("06092a864886f70d010702")


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(list(arguments))
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Callable[..., Any]) -> Path:
    make_demo(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    assert console("generate", "ca.p12", "--alias", "ca", "--dname", "CN=CA", "--purpose", "ca",
                   "--key", "ec:P-256")[0] == 0  # fmt: skip
    assert console("request", "acme-keystore.p12", "--alias", "acme", "--out", "a.csr")[0] == 0
    return tmp_path


def kind(data: bytes) -> str:
    if data.startswith(b"-----BEGIN") or b"Bag Attributes" in data[:40]:
        return "pem"
    if PKCS7_OID in data[:40]:
        return "pkcs7"
    return "der"


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("a.cer", (), "der"),
        ("a.DER", (), "der"),
        ("a.pem", (), "pem"),
        ("a.p7b", (), "pkcs7"),
        ("a.P7C", (), "pkcs7"),
        ("a.crt", (), "der"),
        ("a", (), "der"),
        ("b.pem", ("--encoding", "der"), "der"),
        ("b.cer", ("--encoding", "pem"), "pem"),
        ("b.p7b", ("--encoding", "pem", "--chain"), "pem"),
    ],
)
def test_export(
    folder: Path, console: Callable[..., Any], name: str, more: tuple[str, ...], expected: str
) -> None:
    code, said = console("export", "acme-keystore.p12", "--alias", "acme", "--out", name, *more)
    assert code == 0, said
    assert kind((folder / name).read_bytes()) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("s.pem", "pem"), ("s.der", "der"), ("s.cer", "der"), ("s.p7b", "pkcs7"), ("s.crt", "pem")],
)
def test_sign(folder: Path, console: Callable[..., Any], name: str, expected: str) -> None:
    code, said = console("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", name)
    assert code == 0, said
    assert kind((folder / name).read_bytes()) == expected


def test_a_chain_that_der_has_no_room_for_takes_the_default(
    folder: Path, console: Callable[..., Any]
) -> None:
    code, said = console("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", "s.cer",
                         "--chain")  # fmt: skip
    assert code == 0, said
    assert (folder / "s.cer").read_bytes().count(PEM_CERTIFICATE) == 2


@pytest.mark.parametrize(
    ("verb", "name", "expected"),
    [
        ("request", "r.der", "der"),
        ("request", "r.pem", "pem"),
        ("request", "r.csr", "pem"),
        ("crl", "c.der", "der"),
        ("crl", "c.pem", "pem"),
        ("crl", "c.crl", "pem"),
    ],
)
def test_requests_and_revocation_lists(
    folder: Path, console: Callable[..., Any], verb: str, name: str, expected: str
) -> None:
    code, said = console(verb, "ca.p12", "--alias", "ca", "--out", name)
    assert code == 0, said
    assert kind((folder / name).read_bytes()) == expected


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("k.pem", (), "pem"),
        ("k.p12", (), "der"),
        ("k.pfx", (), "der"),
        ("k", (), "der"),
        ("x.p12", ("--encoding", "pem"), "pem"),
    ],
)
def test_export_key(
    folder: Path, console: Callable[..., Any], name: str, more: tuple[str, ...], expected: str
) -> None:
    code, said = console("export-key", "acme-keystore.p12", "--alias", "acme", "--out", name, *more)
    assert code == 0, said
    assert kind((folder / name).read_bytes()) == expected


def test_what_is_no_choice_is_passed_over() -> None:
    choices = ("der", "pem")
    assert encoding_for("a.p12", None, choices=choices, default="pem") == "pem"
    assert encoding_for("a.der", None, choices=choices, default="pem") == "der"
    assert encoding_for("a.der", "pem", choices=choices, default="der") == "pem"
    assert encoding_for("-", None, choices=choices, default="pem") == "pem"
