"""Names that end up in a certificate, and fingerprints as people pass them on."""

from __future__ import annotations

import pytest

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.errors import InvalidInput
from handfast.services.authority.general_names import parse_san
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.policy.fingerprints import FingerprintMatch, match_fingerprint


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("dns:faß.de", "xn--fa-hia.de"),
        ("dns:München.example", "xn--mnchen-3ya.example"),
        ("dns:host.example", "host.example"),
        ("dns:*.host.example", "*.host.example"),
    ],
)
def test_a_host_name_is_the_host_that_was_meant(text: str, value: str) -> None:
    assert parse_san(text).value == value


@pytest.mark.parametrize(
    "text", ["dns:192.0.2.1", "dns:::1", "dns:a b", "uri:hello world", "ip:host", "dns:", "host"]
)
def test_what_is_no_such_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_san(text)
    assert caught.value.field == "san"


def test_a_fingerprint_matches_however_it_was_passed_on() -> None:
    certificate = make_pair(PairRequest(alias="a", name="CN=A", key="ec:P-256")).chain[0]
    sha256, sha1 = certificate.sha256, certificate.sha1
    for text in (
        sha256,
        group_fingerprint(sha256),
        f"\u200e{sha256}",
        f"SHA-256 {sha256}",
        f"SHA256 Fingerprint={group_fingerprint(sha256)}",
        f"SHA1: {group_fingerprint(sha1)}",
        "\u202a" + " ".join(sha1.upper()) + "\u202c",
    ):
        assert match_fingerprint(text, certificate) is FingerprintMatch.MATCH, text
    assert match_fingerprint(sha256[:20], certificate) is FingerprintMatch.INCOMPLETE
    wrong = ("0" if sha256[-1] != "0" else "1") + sha256[1:]
    other = sha256[:-1] + ("0" if sha256[-1] != "0" else "1")
    assert match_fingerprint(other, certificate) is FingerprintMatch.MISMATCH
    if wrong != sha256:
        assert match_fingerprint(wrong, certificate) is FingerprintMatch.MISMATCH
    assert match_fingerprint("not hex", certificate) is FingerprintMatch.MISMATCH
