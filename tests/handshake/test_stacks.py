"""What libraries are known to say: each message of their tables, however a program spells it."""

from __future__ import annotations

import pytest
from OpenSSL import _util

from handfast.handshake.explaining import explain
from handfast.handshake.explanations import RULES
from handfast.handshake.explanations.rule import EXACT, Reading, known

#: Of OpenSSL's X509_V_ERR: neither the certificates nor the stores are at fault.
_INTERNAL = {17}
_VERIFYING = {
    2: "untrusted", 3: "revoked", 7: "stale-certificate", 9: "not-yet-valid", 10: "expired",
    18: "untrusted", 19: "untrusted", 20: "untrusted", 21: "missing-intermediate",
    22: "path-length", 23: "revoked", 25: "path-length", 26: "wrong-purpose",
    32: "not-a-ca", 34: "unknown-critical-extension", 47: "name-constraint", 48: "name-constraint",
    62: "host-mismatch", 64: "host-mismatch", 65: "stale-certificate", 66: "weak-key",
    67: "weak-key", 68: "weak-signature", 79: "not-a-ca",
}  # fmt: skip
#: A message of each table, as its library or a program on it prints it.
_SPELLINGS = (
    ("key-mismatch", "x509 certificate routines::key values mismatch"),
    ("key-mismatch", "[X509: KEY_VALUES_MISMATCH] key values mismatch (_ssl.c:4046)"),
    ("host-mismatch", "invalid peer certificate: NotValidForName"),
    ("host-mismatch", "InvalidCertificate(CertNotValidForName)"),
    ("path-length", "rustls: PathLenConstraintViolated"),
    ("no-identity", "error:0A0000B3:SSL routines::no certificate set"),
    ("no-identity", "SSL routines:OPENSSL_internal:NO_CERTIFICATE_SET"),
    ("no-shared-algorithm", "GnuTLS: No common application protocol could be negotiated."),
    ("untrusted", "Error: 0x80090352 SEC_E_ISSUING_CA_UNTRUSTED"),
    ("path-length", "chain status 0x800B0104"),
    ("unknown-critical-extension", "CertVerifyCertificateChainPolicy: CERT_E_CRITICAL"),
    ("wrong-password", "certreq failed: 0x80090033 (-2146893773 NTE_INCORRECT_PASSWORD)"),
    ("no-identity", "CFNetwork SSLHandshake failed (-9867)"),
    ("expired", "NSURLSession HTTP load failed, error: -9828"),
    ("tls-version", "errSSLPeerProtocolVersion"),
    ("key-password", "mbedtls_pk_parse_keyfile returned -0x3B80"),
    ("empty-trust-store", "mbedtls_ssl_handshake returned -0x7680"),
    ("expired", "wolfSSL_connect failed, error = -151"),
    ("weak-key", "The Diffie-Hellman prime sent by the server is not acceptable (too short)."),
    ("untrusted", "CSQX633E SSL certificate for channel TO.QM2 failed remote check"),
    ("no-shared-algorithm", "AMQ9639E: Remote channel did not specify a CipherSpec."),
    ("no-shared-algorithm", "ORA-28884: SSL cipher suite not supported"),
    ("host-mismatch", "ORA-29003: SSL transport detected mismatched server certificate"),
    ("not-tls", "ldap_bind: Confidentiality required (13)"),
    ("host-mismatch", "certificate does NOT include an ID which matches the server name"),
    ("untrusted", "no trusted RSA public key found for 'C=CH, CN=gateway'"),
    ("revoked", "ServiceResultException: BadCertificateRevocationUnknown"),
    ("wrong-format", "DerValue.getOID, not an OID 49"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "text"), _SPELLINGS)
def test_a_message_of_a_table_has_its_cause_first(code: str, text: str) -> None:
    assert next((cause.code for cause in explain(text)), "-") == code


def test_every_error_of_verifying_in_openssl_has_a_cause() -> None:
    for number in range(1, 95):
        said = _util.ffi.string(_util.lib.X509_verify_cert_error_string(number)).decode()
        if said.startswith("unknown certificate verification error"):
            continue
        first = next(
            (each.code for each in explain(f"error {number} at 0 depth lookup: {said}")), ""
        )
        assert (first != "") is (number not in _INTERNAL), said
        assert first == _VERIFYING.get(number, first), said


def test_one_message_is_found_in_every_spelling_and_not_among_others() -> None:
    (rule,) = known("expired", "server certificate for * has turned sour")
    assert rule.reading is Reading.WORDS
    assert rule.weight < EXACT
    assert rule.words in "server certificate for example.com has turned sour"
    (named,) = known("expired", "CERT_TURNED_SOUR", near="zebra")
    assert (named.words, named.line) == ("turned", "^(?=.* (?:zebra) ).* cert turned sour ")


@pytest.mark.parametrize(
    "text",
    [
        # The same words, of something else.
        "no shared group of users was found",
        "the key type mismatch in column 3 was ignored",
        "bad extension: expected .csv",
        "error -151 in module audio",
        "returned -0x3B80 from the sensor",
        "Domain match not found in whitelist of spam filter",
        "CERTIFIED: path found",
    ],
)
def test_the_words_alone_are_not_enough_where_others_use_them(text: str) -> None:
    assert explain(text) == ()


def test_a_table_says_nothing_twice() -> None:
    seen: dict[tuple[str, str], tuple[str, ...]] = {}
    for rule in RULES:
        if rule.reading is Reading.WORDS:
            first = seen.setdefault((rule.words, rule.line), rule.codes)
            assert first[0] == rule.codes[0], rule.line
