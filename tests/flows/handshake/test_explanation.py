"""What open keystores say to an error message, and which server it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from handfast.flows.handshake.explanation import Explanation, endpoint_in, explained
from handfast.flows.open_store import OpenStore
from handfast.handshake.explaining import explain
from tests.handshake.making import Store, make, store, trusting

PKIX = (
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
    "certification path to requested target"
)


def held(name: str, contents: Store) -> OpenStore:
    return OpenStore.of_file(Path(f"/keys/{name}"), contents)


def of(code: str, text: str, *stores: OpenStore) -> Explanation:
    return next(each for each in explained(text, stores) if each.cause.code == code)


def test_a_message_that_names_its_cause_is_not_guessed_at() -> None:
    assert [each.code for each in explain(PKIX)] == [
        "untrusted", "missing-intermediate", "stale-certificate",
    ]  # fmt: skip
    host = "javax.net.ssl.SSLHandshakeException: No name matching localhost found"
    assert [each.code for each in explain(host)] == ["host-mismatch"]
    # What says only that it failed offers what it may be.
    assert len(explain("javax.net.ssl.SSLHandshakeException: Remote host terminated")) > 1


def test_a_keystore_that_the_message_does_not_name_is_no_match() -> None:
    text = "javax.net.ssl.SSLHandshakeException: No name matching localhost found"
    batch = held("legacy-batch.jks", store(make("batch", sans=()).pair("batch")))
    found = of("host-mismatch", text, batch)
    assert found.verdict == "unknown"
    assert "This matches" not in found.said


@pytest.mark.parametrize(
    "more", ["keystore /srv/legacy-batch.jks", "alias: batch", "subject CN=batch job"]
)
def test_a_keystore_that_the_message_names_is_a_match(more: str) -> None:
    text = f"No name matching localhost found\n{more}"
    batch = held("legacy-batch.jks", store(make("batch job", sans=()).pair("batch")))
    other = held("other.jks", store(make("other", sans=()).pair("mine")))
    found = of("host-mismatch", text, other, batch)
    assert found.verdict == "confirmed"
    assert "legacy-batch.jks" in found.said


def test_a_trust_store_without_a_key_pair_is_at_fault_only_where_it_is_named() -> None:
    text = "No available authentication scheme"
    trust = held("client-trust.p12", trusting(make("ca", ca=True)))
    assert of("no-identity", text, trust).verdict != "confirmed"
    assert of("no-identity", f"{text} (client-trust.p12)", trust).verdict == "confirmed"


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("Connect to https://localhost:7443/ failed", "localhost:7443"),
        ("GET https://api.example.com/v1 failed", "api.example.com:443"),
        ("Connect to payments.internal:7443 [payments.internal/10.0.0.7] failed",
         "payments.internal:7443"),
        ("dial tcp 10.1.2.3:8443: connect refused", "10.1.2.3:8443"),
        ("https://[::1]:8443/ failed", "[::1]:8443"),
        ("at com.example.Main.run(Main.java:1234)", ""),
        ("Main.java:1234 failed at 10:00:00", ""),
        ("nothing of the kind", ""),
    ],
)  # fmt: skip
def test_the_server_that_a_log_is_about(text: str, endpoint: str) -> None:
    assert endpoint_in(text) == endpoint
