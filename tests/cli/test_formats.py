"""The verbs on the formats that are not PKCS#12 or JKS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tools import Tool


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs a verb with a password file; gives its exit code and its JSON."""
    secret = tmp_path / "password.txt"
    secret.write_text("changeit\n")

    def run(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--password-file", str(secret), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


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
