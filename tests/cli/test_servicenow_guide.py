"""ServiceNow's guide for outbound mutual authentication at the console, without keytool.

The steps of its knowledge base: a key pair, a request, the CA's root, intermediate, and signed
certificate into the keystore, and the keystore record, whose checks are those of ServiceNow's
*Validate Stores/Certificates*.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from tests.support.authority import Authority
from tests.support.partner import Partner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")

    def run(*arguments: str | Path) -> dict[str, Any]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code in {0, 1}, told
        return told

    return run


@pytest.mark.parametrize("form", ["jks", "p12"])
def test_the_guide_from_beginning_to_end(
    form: str, console: Any, openssl: Tool, keytool: Tool, tmp_path: Path
) -> None:
    folder = tmp_path / "authority"
    folder.mkdir()
    authority = Authority(openssl, folder)
    store, request = tmp_path / f"instance.{form}", tmp_path / "instance.csr"
    console("generate", store, "--alias", "instance", "--dname", "CN=acme.service-now.com, O=Acme",
            "--key", "rsa:2048", "--purpose", "client")  # fmt: skip
    console("request", store, "--alias", "instance", "--out", request)
    root, intermediate = tmp_path / "root.cer", tmp_path / "intermediate.cer"
    signed = tmp_path / "signed.cer"
    root.write_text(authority.root)
    intermediate.write_text(authority.issuing)
    signed.write_text(authority.sign(request))
    # As in the guide, one file after the other.
    console("import", store, root, "--alias", "root")
    console("import", store, intermediate, "--alias", "intermediate")
    told = console("reply", store, signed)
    assert told["missing_issuer"] is None
    assert len(told["entry"]["chain"]) == 3
    findings = {each["code"] for each in console("check", store)["findings"]}
    assert not findings & {"reply-not-on-pair", "chain-incomplete", "key-mismatch", "chain-order"}
    listed = keytool("-list", "-v", "-alias", "instance", "-keystore", store, "-storepass",
                     "changeit").stdout  # fmt: skip
    assert "Certificate chain length: 3" in listed
    # Both sides: the partner trusts the CA, the instance trusts the partner.
    partner = Partner(keytool, tmp_path / "partner")
    sent = partner.make_pair("good")
    trust = tmp_path / "trust.p12"
    console("import", trust, sent, "--alias", "partner")
    partner.trust_us(root)
    password = tmp_path / "partner.txt"
    password.write_text("the partner's\n")
    rehearsed = console(
        "rehearse", "--client", f"{store}#instance", "--client-trust", trust,
        "--server", f"{partner.keys}#good", "--server-trust", partner.trust,
        "--server-password-file", password, "--server-trust-password-file", password,
        "--hostname", "api.globex.example",
    )  # fmt: skip
    assert rehearsed["ok"], rehearsed["causes"]
