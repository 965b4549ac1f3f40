"""What Java alone refuses, told by a verification beside its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.console import json_console
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

#: Beyond so many, Java takes no chain (jdk.tls.maxCertificateChainLength).
MOST = 10


def pem(*made: Any) -> bytes:
    return b"".join(each.certificate.parsed.public_bytes(Encoding.PEM) for each in made)


@pytest.mark.parametrize("sent", [MOST, MOST + 1])
def test_a_chain_that_is_too_long_for_java(
    sent: int, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    root = issue(CN="Root", is_ca=True)
    chain = [root]
    for number in range(sent - 1):
        chain.append(issue(CN=f"CA {number}", is_ca=True, issuer=chain[-1]))
    leaf = issue(CN="leaf.example", issuer=chain[-1])
    (tmp_path / "root.pem").write_bytes(pem(root))
    (tmp_path / "chain.pem").write_bytes(pem(leaf, *reversed(chain[1:])))
    call = json_console(capsys, monkeypatch, tmp_path, "not needed")
    code, answer = call("verify", "chain.pem", "--trust", "root.pem")
    # The answer is that of the others, and stays a yes.
    assert (code, answer["ok"]) == (0, True)
    steps = {each["rule"]: each for each in answer["steps"]}
    if sent == MOST:
        assert answer["causes"] == []
        assert steps["constraints"]["status"] == "ok"
        return
    (cause,) = answer["causes"]
    assert (cause["code"], cause["minor"], cause["refused_by"]) == ("path-length", True, ["Java"])
    assert "Java rejects it" in cause["message"]
    assert steps["constraints"]["status"] == "warning"


def test_what_everyone_refuses_comes_first_and_is_not_minor(
    tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    chain = [issue(CN="Root", is_ca=True)]
    for number in range(MOST):
        chain.append(issue(CN=f"CA {number}", is_ca=True, issuer=chain[-1]))
    leaf = issue(CN="leaf.example", issuer=chain[-1])
    (tmp_path / "other.pem").write_bytes(pem(issue(CN="Other", is_ca=True)))
    (tmp_path / "chain.pem").write_bytes(pem(leaf, *reversed(chain)))
    call = json_console(capsys, monkeypatch, tmp_path, "not needed")
    code, answer = call("verify", "chain.pem", "--trust", "other.pem")
    assert (code, answer["ok"]) == (1, False)
    assert answer["causes"][0]["code"] == "untrusted"
    assert not answer["causes"][0]["minor"]
