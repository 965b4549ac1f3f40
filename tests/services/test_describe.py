"""Every field and extension of certificates that openssl made, in words; damaged ones in bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from handfast.services.describe.certificate import describe_certificate
from tests.hostile import certificates as made

if TYPE_CHECKING:
    from tests.support.tools import Tool

_CONFIG = """
[req]
distinguished_name = name
prompt = no
utf8 = yes
string_mask = utf8only
[name]
C = AU
O = Acme Zürich
OU = Sales, East
CN = api.acme.example
[all]
basicConstraints = critical, CA:TRUE, pathlen:2
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
extendedKeyUsage = serverAuth, clientAuth, 1.3.6.1.4.1.99999.7
subjectKeyIdentifier = hash
subjectAltName = @names
issuerAltName = email:ca@acme.example
nameConstraints = permitted;DNS:acme.example, excluded;IP:10.0.0.0/255.0.0.0
certificatePolicies = 1.2.3.4, @policy
policyConstraints = requireExplicitPolicy:1, inhibitPolicyMapping:0
inhibitAnyPolicy = 3
crlDistributionPoints = URI:http://crl.acme.example/a.crl
authorityInfoAccess = OCSP;URI:http://ocsp.acme.example, caIssuers;URI:http://acme.example/ca.cer
tlsfeature = status_request
nsComment = "an old comment"
1.3.6.1.4.1.99999.1 = ASN1:UTF8String:something of our own
1.3.6.1.4.1.99999.2 = critical, DER:01:02:03
[names]
DNS.1 = api.acme.example
DNS.2 = *.acme.example
IP.1 = 192.0.2.7
IP.2 = 2001:db8::1
URI = https://acme.example/a?b=c
email = team@acme.example
RID = 1.2.3.4.5
dirName = directory
otherName = 1.3.6.1.4.1.311.20.2.3;UTF8:user@acme.example
[directory]
CN = Directory Name
[policy]
policyIdentifier = 1.3.5.8
CPS.1 = http://acme.example/cps
userNotice.1 = @notice
[notice]
explicitText = "Read this first."
"""


@pytest.fixture(scope="module")
def der(openssl: Tool, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("describe")
    config, out = folder / "config", folder / "out.der"
    config.write_text(_CONFIG, encoding="utf-8")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "key", "-config", config, "-extensions", "all", "-set_serial",
            "0x0123456789abcdef", "-days", "30", "-outform", "DER", "-out", out)  # fmt: skip
    return out.read_bytes()


def sections(der: bytes) -> dict[str, str]:
    """The rows of each section as lines, under its title in small letters."""
    return {
        section.title.lower(): "\n".join(f"{row.label}: {row.value}" for row in section.rows)
        for section in describe_certificate(Certificate(der))
    }


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("general", ["Version: 3", "Serial number: 123456789abcdef",
                     "Serial number, decimal: 81985529216486895"]),
        ("subject", ["Country (C): AU", "Organization (O): Acme Zürich",
                     "Organizational unit (OU): Sales, East",
                     "Common name (CN): api.acme.example"]),
        ("issuer", ["Common name (CN): api.acme.example"]),
        ("validity", ["Length: 30 days"]),
        ("public key", ["Algorithm: EC, P-256", "Curve: P-256 (secp256r1)"]),
        ("basic constraints", ["Critical: yes", "Certificate authority: yes",
                               "CAs beneath it: at most 2"]),
        ("key usage", ["Allowed: Digital signature, Certificate signing, CRL signing"]),
        ("extended key usage", ["Purpose: TLS server (1.3.6.1.5.5.7.3.1)",
                                "Purpose: TLS client (1.3.6.1.5.5.7.3.2)",
                                "Purpose: 1.3.6.1.4.1.99999.7"]),
        ("subject alternative names", [
            "DNS name: api.acme.example", "DNS name: *.acme.example", "IP address: 192.0.2.7",
            "IP address: 2001:db8::1", "URI: https://acme.example/a?b=c",
            "E-mail address: team@acme.example", "Registered ID: 1.2.3.4.5",
            "Directory name: CN=Directory Name",
            "Other name: user principal name (1.3.6.1.4.1.311.20.2.3): user@acme.example"]),
        ("issuer alternative names", ["E-mail address: ca@acme.example"]),
        ("name constraints", ["Permitted: DNS name: acme.example",
                              "Excluded: IP address: 10.0.0.0/8"]),
        ("certificate policies", ["Policy: 1.2.3.4", "Policy: 1.3.5.8",
                                  "Practice statement: http://acme.example/cps",
                                  "Notice: Read this first."]),
        ("policy constraints", ["Explicit policy needed after: 1 certificate",
                                "No policy mapping after: 0 certificates"]),
        ("inhibit any policy", ["After: 3 certificates"]),
        ("crl distribution points", ["Location: http://crl.acme.example/a.crl"]),
        ("authority information access", ["OCSP responder: http://ocsp.acme.example",
                                          "Issuer certificate: http://acme.example/ca.cer"]),
        ("tls feature", ["Required: OCSP must be stapled (status_request)"]),
        ("comment", ["Text: an old comment"]),
        ("extension 1.3.6.1.4.1.99999.1", ["Critical: no", "Text: something of our own"]),
        ("extension 1.3.6.1.4.1.99999.2", ["Critical: yes", "Bytes: 01 02 03"]),
        ("signature", ["Algorithm: SHA256withECDSA (1.2.840.10045.4.3.2)"]),
    ],
)  # fmt: skip
def test_what_openssl_put_in_is_said_in_words(der: bytes, title: str, lines: list[str]) -> None:
    told = sections(der)[title].splitlines()
    assert [line for line in lines if line not in told] == []


@pytest.mark.parametrize(
    ("title", "oid"),
    [
        ("basic constraints", "551d13"),
        ("key usage", "551d0f"),
        ("extended key usage", "551d25"),
        ("subject alternative names", "551d11"),
        ("name constraints", "551d1e"),
        ("certificate policies", "551d20"),
        ("crl distribution points", "551d1f"),
        ("authority information access", "2b06010505070101"),
    ],
)
def test_an_extension_that_is_damaged_is_shown_in_bytes_and_the_others_in_words(
    der: bytes, title: str, oid: str
) -> None:
    encoded = bytes.fromhex(oid)
    at = der.index(bytes((6, len(encoded))) + encoded) + 2 + len(encoded)
    at += 3 if der[at] == 1 else 0
    assert der[at] == 4
    # The value begins with another tag than it should; all lengths still fit.
    start = at + (2 if der[at + 1] < 0x80 else 3)
    damaged = der[:start] + b"\x1f" + der[start + 1 :]
    whole, broken = sections(der), sections(damaged)
    changed = {name for name in whole if broken.get(name) != whole[name]}
    assert changed == {title, "fingerprints"}
    told = broken[title]
    assert "Bytes: 1F" in told
    assert not [line for line in whole[title].splitlines()[2:] if line in told.splitlines()]


def test_a_certificate_that_ends_early_is_described_as_far_as_it_goes(der: bytes) -> None:
    for length in (0, 1, 2, 10, 40, 100, 200, 400, len(der) - 1):
        told = sections(der[:length])
        assert told["fingerprints"]
    whole, cut = sections(der), sections(der[:400])
    assert cut != whole
    assert len(cut) < len(whole)


def test_of_a_name_of_thousands_of_parts_the_first_are_shown() -> None:
    parts = [made.part("2.5.4.11", f"{n}") for n in range(150)]
    for name in (
        ber.der(0x30, *parts),
        ber.der(0x30, ber.der(0x31, *(each[2:] for each in parts))),
    ):
        told = sections(made.certificate(name))["subject"]
        assert len(told.splitlines()) < 60
        assert "it has more parts than are shown" in told
    few = sections(made.certificate(ber.der(0x30, *parts[:50])))["subject"]
    assert "more parts" not in few
    assert few.splitlines()[-1].endswith("49")
