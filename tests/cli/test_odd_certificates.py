"""Every verb with certificates that break a rule: an answer of its kind, and no key is maligned."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.store import Format
from handfast.services.files.saving import save_store
from tests.handshake.making import HOST, PASSWORD, store, trusting
from tests.handshake.peers.kinds import leaf, root
from tests.handshake.peers.oddities import ODDITIES, below_odd_ca, odd_leaf

if TYPE_CHECKING:
    from pathlib import Path

#: A fault of the program itself.
_INTERNAL = 70


@pytest.mark.parametrize("place", ["leaf", "CA"])
@pytest.mark.parametrize("oddity", ODDITIES)
def test_every_verb_answers(
    oddity: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD.reveal())
    change = ODDITIES[oddity]
    server, ca = odd_leaf(change) if place == "leaf" else below_odd_ca(change)
    keys, trust, authority, partner = (
        tmp_path / f"{name}.jks" for name in ("keys", "trust", "authority", "partner")
    )
    for path, content in (
        (keys, store(server.pair("own"))),
        (trust, trusting(ca, root())),
        (authority, store(ca.pair("ca"))),
        (partner, store(leaf("client").pair("partner"))),
    ):
        save_store(dataclasses.replace(content, format=Format.JKS), path)
    pem, der, ca_pem = tmp_path / "leaf.pem", tmp_path / "leaf.cer", tmp_path / "ca.pem"
    pem.write_text(server.certificate.pem())
    der.write_bytes(server.certificate.der)
    ca_pem.write_text(ca.certificate.pem())
    request, signed = tmp_path / "own.csr", tmp_path / "signed.pem"
    parties = ["--client", partner, "--client-trust", trust, "--server-trust", trust]
    for arguments in (
        ["list", keys, "--json"],
        ["show", keys],
        ["show", der, "--json"],
        ["check", keys, "--json"],
        ["check", trust],
        ["verify", pem, "--trust", trust, "--hostname", HOST, "--json"],
        ["rehearse", *parties, "--server", keys, "--hostname", HOST, "--json"],
        ["rehearse", *parties, "--server", pem, "--hostname", HOST],
        ["rollover", *parties, "--server", keys, "--server-next", keys, "--json"],
        ["compare", pem, ca_pem],
        ["export", keys, "--alias", "own", "--out", tmp_path / "out.p7b", "--chain",
         "--encoding", "pkcs7"],
        ["import", tmp_path / "imported.p12", pem],
        ["convert", keys, tmp_path / "keys.p12", "--format", "pkcs12"],
        ["convert", keys, tmp_path / "keys.pem", "--format", "pem"],
        ["request", keys, "--alias", "own", "--out", request],
        ["show", request],
        ["sign", authority, "--alias", "ca", "--request", request, "--out", signed, "--chain"],
        ["reply", keys, signed],
        ["renew", authority, "--alias", "ca"],
        ["revoke", authority, "--alias", "ca", pem],
        ["crl", authority, "--alias", "ca", "--out", tmp_path / "ca.crl"],
        ["export-key", keys, "--alias", "own", "--out", tmp_path / "key.pem", "--encoding",
         "pem", "--unencrypted"],
        ["import-key", tmp_path / "heap.p12", tmp_path / "key.pem", pem, ca_pem],
        ["copy", keys, tmp_path / "copy.jks"],
        ["scan", tmp_path, "--json"],
    ):  # fmt: skip
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        assert code != _INTERNAL, (arguments, said)
        assert "key-mismatch" not in said.out, arguments
        if arguments[-1] == "--json":
            json.loads(said.out)


@pytest.mark.parametrize("place", ["leaf", "CA"])
@pytest.mark.parametrize(
    "oddity", ["t61 with latin-1", "printable with an ampersand", "truth of one", "padded serial"]
)
def test_a_request_with_such_a_name_is_signed_and_comes_back(
    oddity: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD.reveal())
    change = ODDITIES[oddity]
    server, ca = odd_leaf(change) if place == "leaf" else below_odd_ca(change)
    keys, authority = tmp_path / "keys.p12", tmp_path / "authority.p12"
    save_store(store(server.pair("own")), keys)
    save_store(store(ca.pair("ca")), authority)
    request, signed = tmp_path / "own.csr", tmp_path / "signed.pem"
    for arguments in (
        ["request", keys, "--alias", "own", "--out", request],
        ["sign", authority, "--alias", "ca", "--request", request, "--out", signed, "--chain"],
        ["reply", keys, signed],
    ):
        assert main([str(each) for each in arguments]) == 0, capsys.readouterr().err
    altered = request.read_bytes().replace(b"M", b"N", 1)
    request.write_bytes(altered)
    again = ["sign", authority, "--alias", "ca", "--request", request, "--out", tmp_path / "x.pem"]
    assert main([str(each) for each in again]) == 4
