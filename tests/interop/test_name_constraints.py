"""Name constraints of every kind: what verify says and a CA issues, beside openssl and Java."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"
CA = ("--purpose", "ca", "--days", "3650", "--key", "ec:P-256")
PAIR = ("--key", "ec:P-256", "--purpose", "client")
#: The constraint of the CA, the subject and the names of a client, and whether it may have them.
CASES: dict[str, tuple[str, str, tuple[str, ...], bool]] = {
    "host below": ("permitted=dns:example.com", "CN=x", ("dns:a.example.com",), True),
    "host itself": ("permitted=dns:example.com", "CN=x", ("dns:EXAMPLE.com",), True),
    "host beside": ("permitted=dns:example.com", "CN=x", ("dns:badexample.com",), False),
    "only below, below": ("permitted=dns:.example.com", "CN=x", ("dns:a.example.com",), True),
    "only below, itself": ("permitted=dns:.example.com", "CN=x", ("dns:example.com",), False),
    "wildcard": ("permitted=dns:example.com", "CN=x", ("dns:*.example.com",), True),
    "wildcard above": ("permitted=dns:a.example.com", "CN=x", ("dns:*.example.com",), False),
    "host excluded": ("excluded=dns:example.com", "CN=x", ("dns:a.example.com",), False),
    "below excluded, itself": ("excluded=dns:.example.com", "CN=x", ("dns:example.com",), True),
    "below excluded, below": ("excluded=dns:.example.com", "CN=x", ("dns:a.example.com",), False),
    "mail of the host": ("permitted=email:example.com", "CN=x", ("email:a@example.com",), True),
    "mail of a host below": ("permitted=email:example.com", "CN=x", ("email:a@b.example.com",),
                             False),
    "mail of hosts below": ("permitted=email:.example.com", "CN=x", ("email:a@b.example.com",),
                            True),
    "one mail address": ("permitted=email:a@example.com", "CN=x", ("email:a@example.com",), True),
    "another mail address": ("permitted=email:a@example.com", "CN=x", ("email:b@example.com",),
                             False),
    "mail in the subject": ("permitted=email:example.com", "CN=x,EMAILADDRESS=a@example.com", (),
                            True),
    "other mail in the subject": ("permitted=email:example.com", "CN=x,EMAILADDRESS=a@b.example",
                                  (), False),
    "excluded mail in the subject": ("excluded=email:b.example", "CN=x,EMAILADDRESS=a@b.example",
                                     (), False),
    "address of the host": ("permitted=uri:example.com", "CN=x", ("uri:https://example.com:8443/a",),
                            True),
    "address of another": ("permitted=uri:example.com", "CN=x", ("uri:https://a.example.com/a",),
                           False),
    "address of hosts below": ("permitted=uri:.example.com", "CN=x", ("uri:spiffe://a.example.com/x",),
                               True),
    "user before the host": ("permitted=uri:example.com", "CN=x",
                             ("uri:https://example.com@other.example/",), False),
    "address without a host": ("excluded=uri:example.com", "CN=x", ("uri:urn:uuid:1-2",), False),
    "network": ("permitted=ip:10.0.0.0/8", "CN=x", ("ip:10.1.2.3",), True),
    "outside the network": ("permitted=ip:10.0.0.0/8", "CN=x", ("ip:11.1.2.3",), False),
    "another family": ("permitted=ip:10.0.0.0/8", "CN=x", ("ip:::1",), False),
    "IPv6": ("permitted=ip:2001:db8::/32", "CN=x", ("ip:2001:db8::1",), True),
    "excluded network": ("excluded=ip:0.0.0.0/0", "CN=x", ("ip:1.1.1.1",), False),
    "excluded other family": ("excluded=ip:0.0.0.0/0", "CN=x", ("ip:::1",), True),
    "subject": ("permitted=dn:O=Acme", "CN=x,O=acme", (), True),
    "another subject": ("permitted=dn:O=Acme", "CN=x,O=Other", (), False),
    "excluded subject": ("excluded=dn:O=Acme", "CN=x,O=Acme", (), False),
    "kind that is not limited": ("permitted=ip:10.0.0.0/8", "CN=x", ("dns:a.example",), True),
}  # fmt: skip


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


@pytest.mark.parametrize("case", CASES)
def test_one_that_it_may_certify_and_one_that_it_may_not(
    case: str, run: Any, openssl: Tool, java: JavaPeer, tmp_path: Path
) -> None:
    constraint, subject, names, allowed = CASES[case]
    root = ("generate", "ca.p12", "--alias", "root", "--dname", "CN=Root", *CA)
    assert run(*root)[0] == 0
    assert run("export", "ca.p12", "--alias", "root", "--out", "root.pem")[0] == 0
    # Two of one name and key: what the CA does not issue, its twin without limits does.
    sub = ("--dname", "CN=Sub", "--issuer", "ca.p12#root", *CA)
    assert run("generate", "free.p12", "--alias", "free", *sub)[0] == 0
    assert run("copy", "free.p12", "limited.p12", "free")[0] == 0
    assert run("request", "free.p12", "--alias", "free", "--out", "sub.csr")[0] == 0
    code, told = run("sign", "ca.p12", "--alias", "root", "--request", "sub.csr", "--out",
                     "limited.pem", "--extensions", "ca", "--ext", constraint)  # fmt: skip
    assert code == 0, told
    assert run("reply", "limited.p12", "limited.pem", "root.pem")[0] == 0
    client = ["--alias", "client", "--dname", subject, *PAIR]
    for each in names:
        client += ["--san", each]
    code, told = run("generate", "own.p12", *client, "--issuer", "limited.p12#free")
    assert code == (0 if allowed else 6), told
    if not allowed:
        assert run("generate", "own.p12", *client, "--issuer", "free.p12#free")[0] == 0
    assert run("export", "own.p12", "--alias", "client", "--out", "client.pem", "--encoding",
               "pem")[0] == 0  # fmt: skip
    limited = (tmp_path / "limited.pem").read_text()
    (tmp_path / "chain.pem").write_text((tmp_path / "client.pem").read_text() + limited)
    by_openssl = openssl("verify", "-x509_strict", "-CAfile", tmp_path / "root.pem", "-untrusted",
                         tmp_path / "limited.pem", tmp_path / "client.pem",
                         check=False).returncode == 0  # fmt: skip
    answer = java_says(java, tmp_path)
    code, told = run("verify", "chain.pem", "--trust", "root.pem", "--purpose", "client")
    assert (by_openssl, answer, told["ok"]) == (allowed, allowed, allowed), told
    if not allowed:
        codes = [each["code"] for each in told["causes"]]
        assert codes == ["name-constraint"]


def java_says(java: JavaPeer, folder: Path) -> bool:
    from tests.support.tools import JavaProblem

    try:
        return java("validate", folder / "root.pem", folder / "chain.pem", "")[0][0] == "yes"
    except JavaProblem:
        # Of an address without a host, its comparison ends in a NullPointerException.
        return False
