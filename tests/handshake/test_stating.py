"""What a message states: in any words and language, wherever it was copied from."""

from __future__ import annotations

from pathlib import Path

import pytest

from handfast.handshake.explaining import explain
from handfast.handshake.explanations.languages import in_english
from handfast.handshake.explanations.spelling import unescaped, without_paths, without_places
from handfast.handshake.explanations.statements import statements_of
from handfast.handshake.explanations.vocabulary import concepts_of
from handfast.handshake.report.causes import CAUSE_CODES

_LANGUAGES = Path(__file__).parents[1] / "data" / "explain-languages.tsv"


def _first(text: str) -> str:
    return next((cause.code for cause in explain(text)), "-")


#: Words of nobody's tables.
_STATED = (
    ("key-mismatch", "the certificate and private key in client.pem do not go together"),
    ("key-mismatch", "Couldn't verify SSL private key!"),
    ("host-mismatch", "certificate does not cover node1.example.com; push the profile again"),
    ("host-mismatch", "Server certificate was missing commonName attribute in subject name"),
    ("not-yet-valid", "The certificate has not yet taken effect"),
    ("not-a-ca", "Your deployment's certificate is not marked as being capable of signing."),
    ("missing-intermediate", "cannot be verified: a certificate is missing from its chain."),
    ("stale-certificate", "verify: peer certificate SHA-256 pin mismatch"),
    ("no-identity", "TLS certificate with thumbprint 12AB not found in LocalMachine"),
    ("no-identity", "Client certificate Private Key unavailable, not found"),
    ("wrong-format", "Invalid certificate data"),
    ("empty-trust-store", "trusted roots not configured for TLS"),
    ("chain-order", "The TLS secret certificate chain is not in leaf-to-root order"),
    ("weak-key", "RSA key of 1024 bits refused"),
    ("tls-version", "audio TLS: the endpoint requires DTLS v1.2, version unsupported"),
)


@pytest.mark.parametrize(("code", "text"), _STATED)
def test_a_trouble_near_a_thing_is_a_statement(code: str, text: str) -> None:
    assert _first(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "tls certificate reloaded version=4",
        "Keystore backed up to: /backups/x.tar",
        "CA certificate already exists",
        "The certificate PDF could not be written",
        "a bad day: nothing was found, and all was refused",
        "certificate issued and installed",
        "private key loaded, handshake completed",
    ],
)
def test_a_thing_without_a_trouble_states_nothing(text: str) -> None:
    assert _first(text) == "-"


def test_the_closer_a_trouble_stands_the_surer_it_is_and_beyond_a_limit_it_is_none() -> None:
    near = statements_of(" certificate expired ")[0]
    apart = statements_of(" certificate of the web site has since then expired ")[0]
    assert near.codes[0] == apart.codes[0] == "expired"
    assert near.weight > apart.weight
    words = " ".join(["word"] * 30)
    assert statements_of(f" certificate {words} expired ") == ()


def test_a_message_without_end_is_read_at_its_beginning() -> None:
    assert _first("thumbprint differs " + "key hostname bad lapsed cert " * 3_000) != "-"
    assert statements_of("word " * 700 + "certificate expired ") == ()


def test_every_statement_names_known_causes() -> None:
    said = statements_of(
        " certificate expired key mismatch hostname invalid keystore password wrong cipher "
        "unsupported crl missing ca unknown usage invalid file not found handshake timed out "
    )
    assert len(said) > 20
    assert {code for each in said for code in each.codes} <= set(CAUSE_CODES)


def test_a_phrase_is_the_things_in_it_as_well_and_the_longest_one_counts() -> None:
    ((begin, end, concepts),) = concepts_of(["ca", "certificate"])
    assert (begin, end) == (0, 2)
    assert {"ca", "cert", "trust_store"} <= concepts
    # Not “not”, of which another trouble is made.
    assert [each[2] for each in concepts_of(["not", "found"])] == [frozenset({"absent"})]


def test_two_words_that_lost_their_blank_are_two() -> None:
    assert _first("tls: private key does not matchpublic key") == "key-mismatch"


@pytest.mark.parametrize(
    ("code", "text"),
    [line.split("\t") for line in _LANGUAGES.read_text("utf-8").splitlines()],
)
def test_a_message_in_another_language_has_the_same_cause(code: str, text: str) -> None:
    """Those with a dash are of other things, of which a language alone tells nothing."""
    assert _first(text) == code


def test_english_stays_as_it_is() -> None:
    text = "The El Niño certificate of Los Angeles: no canal"
    assert in_english("A certificate expired") == "A certificate expired"
    assert "certificate" in in_english(text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("untrusted", "{&quot;error&quot;:&quot;self signed certificate&quot;}"),
        ("expired", "error=certificate%20has%20expired%20at%20depth%200"),
        ("host-mismatch", r"\u8bc1\u4e66\u4e0e\u4e3b\u673a\u540d\u4e0d\u5339\u914d"),
        ("key-mismatch", r"{\"msg\":\"certificate does not pair with the given key\"}"),
        ("no-identity", "cannot find the client certi-\nficate"),
        ("untrusted", "curl: x509: certificate signed by unknown auth"),
    ],
)
def test_a_message_is_found_in_its_wrapping(code: str, text: str) -> None:
    assert _first(text) == code


def test_a_file_is_what_it_is_and_not_what_its_folder_is_called() -> None:
    assert (
        without_paths(b"open /etc/pki/root-ca/cert.crt: denied")
        == b"open  certificate file : denied"
    )
    assert (
        without_places("cannot open C:\\ca\\root\\server.key") == "cannot open  private key file "
    )
    assert without_places("see https://example.com/expired/certificate") == "see  "
    text = 'TLS setup failed: failed to load certificate file "/etc/pki/root-ca/cert.crt": (null)'
    assert _first(text) != "empty-trust-store"
    assert _first('TLS setup failed: failed to load "/etc/ca/ca-bundle.crt": no such file') == (
        "empty-trust-store"
    )


def test_escapes_are_undone_once() -> None:
    assert unescaped(r"a\n b \"c\" &lt;d&gt;") == 'a\n b "c" <d>'
    assert unescaped(r"\ud83d\ude00 \u00e9") == "   é"
    assert _first(r"certificate \ud83d missing from its chain") != "-"
    assert unescaped("50% of 100% is not %20") == "50% of 100% is not %20"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        # What exactly is wrong goes before what is said of any failure.
        ("revoked", "The certificate is NOT trusted. The revocation or OCSP data are old."),
        (
            "host-mismatch",
            "CERT_VERIFY_FAILED; The certificate Common Name (CN) does not match",
        ),
        # Who sent an alert was there.
        ("refused-by-peer", "Could not connect to x:27017: TLSV1_ALERT_INTERNAL_ERROR"),
        ("no-shared-algorithm", "ConnectException: Received fatal alert: handshake_failure"),
        # A file that is not there is in no format.
        (
            "no-identity",
            "cannot read PEM private key [/x/es02.key] because the file does not exist",
        ),
    ],
)
def test_what_tells_most_comes_first(code: str, text: str) -> None:
    assert _first(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "HikariPool-1 - Connection is not available, request timed out after 30000ms.",
        "WebSocket handshake failed: unexpected response 403",
        "HTTPS Error 302 - Found",
        "tcp_ssl_module.c:330:29: error: too few arguments to function 'ngx_ssl_certificate'",
        "RSA key fingerprint is SHA256:xxxxxx.",
    ],
)
def test_what_only_has_the_words_has_no_cause(text: str) -> None:
    assert explain(text) == ()


def test_a_bare_failure_of_a_handshake_has_the_vague_causes() -> None:
    assert {"refused-by-peer", "untrusted"} <= {each.code for each in explain("handshake failed")}
