"""show of what is no keystore: a request, a revocation list, a public key, in PEM and DER."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool


@pytest.fixture
def files(openssl: Tool, tmp_path: Path) -> dict[str, Path]:
    """A request and a public key, each in both encodings."""
    key = tmp_path / "own.key"
    made = {name: tmp_path / name for name in ("own.csr", "own.der", "own.pub", "own.pub.der")}
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
            made["own.csr"], "-subj", "/O=Acme/CN=own.example", "-addext",
            "subjectAltName=DNS:own.example")  # fmt: skip
    openssl("req", "-in", made["own.csr"], "-outform", "DER", "-out", made["own.der"])
    openssl("pkey", "-in", key, "-pubout", "-out", made["own.pub"])
    openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", made["own.pub.der"])
    return made


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own.csr", ("Certificate signing request: own.example", "signature is valid", "Acme")),
        ("own.der", ("Certificate signing request: own.example", "own.example")),
        ("own.pub", ("Public key", "2048 bits")),
        ("own.pub.der", ("Public key", "2048 bits")),
    ],
)
def test_it_is_shown(
    files: dict[str, Path], capsys: Any, name: str, words: tuple[str, ...]
) -> None:
    assert main(["show", str(files[name])]) == 0
    said = capsys.readouterr().out
    for each in words:
        assert each in said
    assert main(["show", str(files[name]), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    assert told["path"] == str(files[name])
    assert told["sections"]


def test_a_revocation_list(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    store, out = str(tmp_path / "ca.p12"), str(tmp_path / "ca.crl")
    assert main(["generate", store, "--alias", "ca", "--dname", "CN=CA", "--key", "ec:P-256",
                 "--purpose", "ca"]) == 0  # fmt: skip
    assert main(["crl", store, "--alias", "ca", "--out", out]) == 0
    capsys.readouterr()
    assert main(["show", out]) == 0
    assert "Certificate revocation list" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["own.csr", "own.pub"])
def test_it_has_no_entries(files: dict[str, Path], capsys: Any, name: str) -> None:
    """An alias is of a keystore; and what is none of all this is refused as before."""
    assert main(["show", str(files[name]), "--alias", "own", "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "not-a-keystore"
    (other := files[name].with_name("other.txt")).write_text("nothing of the kind")
    assert main(["show", str(other)]) == 4
    cut = files[name].with_name("cut.csr")
    cut.write_bytes(files[name].read_bytes()[:200])
    assert main(["show", str(cut)]) == 4
