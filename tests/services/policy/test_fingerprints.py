"""A fingerprint as people type and paste it, in every face that takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.cli.main import main
from handfast.core.errors import InvalidInput
from handfast.flows.exchange.import_ import ImportFlow
from handfast.services.exchange.certificate_sources import read_source
from handfast.services.policy.fingerprints import (
    FingerprintMatch,
    match_fingerprint,
    read_fingerprint,
)
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate

PARTNER = issue(CN="partner.example").certificate
OTHER = issue(CN="other.example").certificate


def colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()


def table(of: Certificate) -> dict[str, str]:
    """Every way in which a fingerprint is written, by what writes it so."""
    sha256, sha1 = of.sha256, of.sha1
    return {
        "plain": sha256,
        "upper case": sha256.upper(),
        "Windows": f"\u200e{sha256}",
        "Windows, in pairs": f"\u200e{colons(sha256).replace(':', ' ').lower()}",
        "right-to-left mark within": f"{sha256[:10]}\u200f{sha256[10:]}",
        "zero-width space at the end": f"{colons(sha256)}\u200b",
        "byte order mark": f"\ufeff{sha256}",
        "isolates": f"\u2066{sha256}\u2069",
        "soft hyphens": "\u00ad".join((sha256[:32], sha256[32:])),
        "keytool -printcert": f"\t SHA256: {colons(sha256)}",
        "keytool -list": f"Certificate fingerprint (SHA-256): {colons(sha256)}",
        "openssl": f"sha256 Fingerprint={colons(sha256)}",
        "openssl 1": f"SHA256 Fingerprint={colons(sha256)}",
        "certutil": f"Cert Hash(sha256): {sha256}",
        "a browser": f"SHA-256 Fingerprint\n{colons(sha256)}",
        "no-break spaces": colons(sha256).replace(":", "\u00a0"),
        "two lines": f"{colons(sha256)[:47]}\n{colons(sha256)[48:]}",
        "dashes": sha256[:32] + "-" + sha256[32:],
        "SHA-1": sha1,
        "SHA-1, Windows": f"\u200e{sha1}",
        "SHA-1, keytool": f"SHA1: {colons(sha1)}",
        "SHA-1, openssl": f"SHA1 Fingerprint={colons(sha1)}",
        "SHA-1, a browser": f"SHA-1 Fingerprint {colons(sha1)}",
        "thumbprint": f"Thumbprint: {sha1.upper()}",
    }


WRITTEN = sorted(table(PARTNER))
UNREADABLE = {
    "nothing": "",
    "a word": "partner",
    "another character": f"{PARTNER.sha256[:-1]}g",
    "one digit less": PARTNER.sha256[:-1],
    "one digit more": f"{PARTNER.sha256}0",
    "MD5": "d41d8cd98f00b204e9800998ecf8427e",
    "SHA-512": "ab" * 64,
}


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    path = tmp_path / "partner.cer"
    path.write_bytes(PARTNER.der)
    return path


def import_at_console(sent: Path, folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("HANDFAST_PASSWORD", "long enough")
    return main(["import", str(folder / "trust.p12"), str(sent), f"--expect-sha256={text}"])


def match_in_window(sent: Path, text: str) -> FingerprintMatch | None:
    """What the wizard, whose pages are drawn from the flow, says of a fingerprint."""
    flow = ImportFlow()
    flow.add_sources([read_source(sent.read_bytes(), name=sent.name, path=sent)])
    flow.change_candidate(0, fingerprint=text)
    return flow.match(0)


@pytest.mark.parametrize("written", WRITTEN)
def test_each_way_of_writing_it_is_read_by_every_face(
    written: str, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = table(PARTNER)[written]
    assert read_fingerprint(text).fits(PARTNER)
    assert match_in_window(sent, text) is FingerprintMatch.MATCH
    assert import_at_console(sent, tmp_path, text, monkeypatch) == 0


@pytest.mark.parametrize("written", WRITTEN)
def test_that_of_another_certificate_is_refused_by_every_face(
    written: str, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = table(OTHER)[written]
    assert not read_fingerprint(text).fits(PARTNER)
    assert match_in_window(sent, text) is FingerprintMatch.MISMATCH
    assert import_at_console(sent, tmp_path, text, monkeypatch) == 1
    assert not (tmp_path / "trust.p12").exists()


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_whole_fingerprint_matches_in_no_face(
    text: str, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidInput):
        read_fingerprint(text)
    assert match_in_window(sent, text) is not FingerprintMatch.MATCH
    assert import_at_console(sent, tmp_path, text, monkeypatch) == 2
    assert not (tmp_path / "trust.p12").exists()


def test_the_beginning_of_one_may_still_become_it() -> None:
    assert match_fingerprint(PARTNER.sha256[:20], PARTNER) is FingerprintMatch.INCOMPLETE
    assert match_fingerprint(PARTNER.sha1[:20], PARTNER) is FingerprintMatch.INCOMPLETE
    assert match_fingerprint("", PARTNER) is FingerprintMatch.INCOMPLETE
