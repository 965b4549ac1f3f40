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

from handfast.core.certificates.certificate import Certificate
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import Party, PartyStore
from handfast.handshake.verifying import Revocation, VerificationPlan, verify_chain
from handfast.services.paths.peers import Peer
from handfast.services.paths.revocation import read_revocation_lists
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
    "webpki::forbidden-dsa-root": "Java takes no signature by a DSA key under TLS 1.3",
}

#: The same for ``verify``, with the revocation lists of a case.
_REASONS_OF_VERIFY: Final = {
    "rfc5280::validity::notafter-exact": _REASONS["rfc5280::validity::notafter-exact"],
    "rfc5280::ca-empty-subject": _REASONS["rfc5280::ca-empty-subject"],
    "webpki::forbidden-dsa-root": _REASONS["webpki::forbidden-dsa-root"],
}
_PROFILE = "the profile of RFC 5280 demands it of CAs; OpenSSL and Java verify without it"
_BROWSERS = "a rule for public CAs and browsers (CA/Browser Forum), which no TLS library applies"
_NAMES = "a name that OpenSSL and Java do not look into, since no constraint is about it"
#: Where the verdict of ``verify`` is not the one that limbo expects, and why; it is OpenSSL’s.
_REASONS_APART_FROM_LIMBO: Final = {
    "cve::cve-2025-61727": "OpenSSL compares a wildcard with a constraint as it stands",
    "crl::crlnumber-missing": "OpenSSL takes a list without a number",
    "pathlen::validation-ignores-pathlen-in-leaf": "a CA without the purpose, as a leaf",
    "pathlen::max-chain-depth-0-exhausted": "a limit that a caller may set, and none set here",
    "pathlen::max-chain-depth-1-exhausted": "a limit that a caller may set, and none set here",
    "rfc5280::aki::leaf-missing-aki": _PROFILE,
    "rfc5280::aki::intermediate-missing-aki": _PROFILE,
    "rfc5280::aki::cross-signed-root-missing-aki": _PROFILE,
    "rfc5280::nc::permitted-dns-match-noncritical": _PROFILE,
    "rfc5280::nc::invalid-dnsname-leading-period": "OpenSSL takes a constraint with a leading dot",
    "rfc5280::nc::not-allowed-in-ee-noncritical": _PROFILE,
    "rfc5280::nc::not-allowed-in-ee-critical": _PROFILE,
    "rfc5280::nc::nc-permits-invalid-dns-san": _NAMES,
    "rfc5280::nc::nc-permits-invalid-email-san": _NAMES,
    "rfc5280::nc::nc-forbids-alternate-chain-ica": "OpenSSL tries one path where several lead up",
    "rfc5280::nc::nc-forbids-same-chain-ica": "OpenSSL applies a constraint to a self-issued CA",
    "rfc5280::nc::nc-forbids-dnsname-wildcard-san": "OpenSSL compares a wildcard as it stands",
    "rfc5280::pc::ica-noncritical-pc": _PROFILE,
    "rfc5280::san::noncritical-with-empty-subject": _PROFILE,
    "rfc5280::san::underscore-dns": "OpenSSL takes an underscore in a host name; Java does not",
    "rfc5280::serial::too-long": _PROFILE,
    "rfc5280::serial::zero": _PROFILE,
    "rfc5280::serial::negative": _PROFILE,
    "rfc5280::ski::root-missing-ski": _PROFILE,
    "rfc5280::ski::intermediate-missing-ski": _PROFILE,
    "rfc5280::validity::notafter-fractional": "half a second after its last one",
    "rfc5280::root-missing-basic-constraints": "what is trusted need not call itself a CA",
    "rfc5280::root-non-critical-basic-constraints": _PROFILE,
    "rfc5280::leaf-ku-keycertsign": _PROFILE,
    "rfc5280::ca-as-leaf": "a CA without the purpose, as a leaf",
    "webpki::san::no-san": _REASONS["webpki::san::no-san"],
    "webpki::v1-cert": _REASONS["webpki::v1-cert"],
}
#: Families of cases that are about public CAs alone.
_OF_BROWSERS: Final = ("webpki::",)


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


def _verified(case: dict[str, Any]) -> bool:
    lists = [each for pem in case.get("crls") or [] for each in read_revocation_lists(pem.encode())]
    plan = VerificationPlan(
        chain=tuple(_ders(case["peer_certificate"], *case["untrusted_intermediates"])),
        trust=PartyStore(store=trusting(*_ders(*case["trusted_certs"]))),
        purpose="server" if case["validation_kind"] == "SERVER" else "client",
        host=_host(case)[0],
        at=_at(case),
        revocation_lists=tuple(lists),
    )
    found = verify_chain(plan)
    # What a list leaves open, such as one with an unknown critical extension, OpenSSL refuses with
    # -crl_check; here it is told as not known.
    return found.ok and not (lists and found.revocation is Revocation.UNKNOWN)


def test_verify_is_as_openssl_and_differs_from_limbo_for_a_reason(
    openssl: Tool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = _cases()
    if not cases:
        pytest.skip("HANDFAST_LIMBO does not name the cases of x509-limbo")
    apart, unexpected = set(), set()
    for case in cases:
        more = ["-partial_chain"]
        if case.get("crls"):
            (tmp_path / "lists.pem").write_text("".join(case["crls"]))
            more += ["-crl_check", "-CRLfile", str(tmp_path / "lists.pem")]
        ours = _verified(case)
        if ours != _openssl(openssl, tmp_path, case, *more):
            apart.add(case["id"])
        if ours != (case["expected_result"] == "SUCCESS"):
            unexpected.add(case["id"])
    with capsys.disabled():
        agreed = len(cases) - len(apart)
        print(f"\nx509-limbo: verify has the verdict of OpenSSL: {agreed} of {len(cases)}")
        for each in sorted(apart):
            print(f"  not {each}: {_REASONS_OF_VERIFY.get(each, 'see the case')}")
        print(f"x509-limbo: verify has the expected verdict: {len(cases) - len(unexpected)}")
        for each in sorted(unexpected):
            print(f"  not {each}: {_REASONS_APART_FROM_LIMBO.get(each, _BROWSERS)}")
    assert apart == set(_REASONS_OF_VERIFY) & {each["id"] for each in cases}
    unexplained = {each for each in unexpected if each not in _REASONS_APART_FROM_LIMBO}
    assert all(each.startswith(_OF_BROWSERS) for each in unexplained), unexplained
    # A reason that holds no more is taken out of the table.
    assert set(_REASONS_APART_FROM_LIMBO) <= unexpected
