"""The cases of x509-limbo (https://x509-limbo.com), beside OpenSSL's answer to each.

They are made by limbo's own Python package, which no registry has. Put the JSON that its ``limbo
compile`` writes somewhere, and its path into ``HANDFAST_LIMBO``; without it this is skipped.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from handfast.core.certificate import Certificate
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.paths.peers import Peer
from tests.handshake.making import trusting

if TYPE_CHECKING:
    from handfast.handshake.report.party import Side
    from handfast.handshake.report.report import Report
    from tests.support.tools import Tool

_WANTED: Final = 0.97
#: Where our verdict is not that of OpenSSL 3, with ``-partial_chain`` or without, and why.
_REASONS: Final = {
    "webpki::san::no-san": "a host in the common name only (RFC 9525)",
    "webpki::v1-cert": "a host in the common name only (RFC 9525)",
    "rfc5280::validity::notafter-exact": "valid at its last second (RFC 5280, 4.1.2.5), which "
    "OpenSSL 4 allows and OpenSSL 3 does not",
    "rfc5280::ca-empty-subject": "Java refuses a CA without a subject, and so does OpenSSL without "
    "-partial_chain",
}


def _cases() -> list[dict[str, Any]]:
    path = os.environ.get("HANDFAST_LIMBO", "")
    if not path:
        return []
    found = json.loads(Path(path).read_text(encoding="utf-8"))["testcases"]
    return [
        each
        for each in found
        if not each["id"].startswith(("bettertls", "online")) and each["trusted_certs"]
    ]


def _ders(*pems: str) -> list[Certificate]:
    blocks = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END", "".join(pems), re.DOTALL)
    return [Certificate(base64.b64decode(each)) for each in blocks]


def _host(case: dict[str, Any]) -> tuple[str, bool]:
    name = case["expected_peer_name"] or {}
    if case["validation_kind"] != "SERVER" or name.get("kind") not in {"DNS", "IP"}:
        return "", False
    return str(name["value"]), name["kind"] == "IP"


def _at(case: dict[str, Any]) -> dt.datetime | None:
    text = case["validation_time"]
    return dt.datetime.fromisoformat(text) if text else None


def _rehearsed(case: dict[str, Any]) -> Report:
    side: Side = "server" if case["validation_kind"] == "SERVER" else "client"
    known = _ders(case["peer_certificate"], *case["untrusted_intermediates"])
    trust = PartyStore(store=trusting(*_ders(*case["trusted_certs"])))
    presenter = Party(side=side, known_chain=tuple(known))
    verifier = Party(side="client" if side == "server" else "server", trust=trust)
    client, server = (verifier, presenter) if side == "server" else (presenter, verifier)
    return rehearse(client, server, host=_host(case)[0], at=_at(case))


def _openssl(openssl: Tool, folder: Path, case: dict[str, Any], *more: str) -> bool:
    files = {
        "-CAfile": "".join(case["trusted_certs"]),
        "-untrusted": "".join(case["untrusted_intermediates"]),
    }
    options = []
    for option, text in files.items():
        if text:
            path = folder / f"{option[1:]}.pem"
            path.write_text(text)
            options += [option, str(path)]
    purpose = "sslserver" if case["validation_kind"] == "SERVER" else "sslclient"
    host, is_address = _host(case)
    if host:
        options += ["-verify_ip" if is_address else "-verify_hostname", host]
    at = _at(case)
    if at is not None:
        options += ["-attime", str(int(at.timestamp()))]
    leaf = folder / "leaf.pem"
    leaf.write_text(case["peer_certificate"])
    done = openssl("verify", "-auth_level", "2", "-purpose", purpose, "-no-CApath", "-no-CAstore",
                   *options, *more, leaf, check=False)  # fmt: skip
    return done.returncode == 0


def test_the_verdict_is_openssls(
    openssl: Tool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = _cases()
    if not cases:
        pytest.skip("HANDFAST_LIMBO does not name the cases of x509-limbo")
    apart, unsaid = [], []
    for case in cases:
        report = _rehearsed(case)
        if report.ok != _openssl(openssl, tmp_path, case, "-partial_chain"):
            apart.append(case["id"])
        refusing = {peer for each in (*report.causes, *report.notes) for peer in each.refused_by}
        if (Peer.OPENSSL not in refusing) != _openssl(openssl, tmp_path, case):
            unsaid.append(case["id"])
    with capsys.disabled():
        for words, found in (
            ("our verdict is that of OpenSSL with -partial_chain", apart),
            ("what is said of OpenSSL with its defaults is so", unsaid),
        ):
            print(f"\nx509-limbo: {words}: {len(cases) - len(found)} of {len(cases)}")
            for each in found:
                print(f"  not {each}: {_REASONS.get(each, 'see the case')}")
    assert set(apart) | set(unsaid) <= set(_REASONS), "each that differs has its reason above"
    assert len(apart) <= (1 - _WANTED) * len(cases), apart
    assert len(unsaid) <= (1 - _WANTED) * len(cases), unsaid
