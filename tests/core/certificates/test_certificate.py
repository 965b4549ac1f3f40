"""What a certificate says, checked against certificates made with the library and by openssl."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.certificates.certificate import Certificate, group_fingerprint
from handfast.core.certificates.summary import CertificateFields, read_fields
from handfast.core.errors import Unsupported
from handfast.core.keys import PrivateKey, describe_public_key

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def name(**parts: str) -> x509.Name:
    oids = {
        "cn": NameOID.COMMON_NAME,
        "o": NameOID.ORGANIZATION_NAME,
        "ou": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "email": NameOID.EMAIL_ADDRESS,
    }
    return x509.Name([x509.NameAttribute(oids[part], value) for part, value in parts.items()])


def make(
    key: object,
    *,
    subject: x509.Name | None = None,
    issuer: x509.Name | None = None,
    issuer_key: object = None,
    extensions: tuple[x509.ExtensionType, ...] = (),
    digest: hashes.HashAlgorithm | None = None,
) -> Certificate:
    subject = subject if subject is not None else name(cn="Acme")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer if issuer is not None else subject)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(0xABCDEF)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    signer = issuer_key or key
    edwards = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    signed = builder.sign(signer, None if edwards else digest or hashes.SHA256())
    return Certificate(signed.public_bytes(Encoding.DER))


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_the_plain_facts(ec_key: ec.EllipticCurvePrivateKey) -> None:
    certificate = make(ec_key, subject=name(o="Acme, Inc.", cn="acme.example"))
    assert certificate.subject == "CN=acme.example,O=Acme\\, Inc."
    assert certificate.issuer == certificate.subject
    assert certificate.common_name == "acme.example"
    assert certificate.serial == "abcdef"
    assert certificate.not_before == START
    assert certificate.not_after == END
    assert certificate.sha256 == hashlib.sha256(certificate.der).hexdigest()
    assert certificate.signature_algorithm == "SHA256withECDSA"
    assert certificate.is_readable
    assert certificate.trouble == ""


@pytest.mark.parametrize(
    ("make_key", "expected"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), ("RSA", 2048)),
        (lambda: dsa.generate_private_key(2048), ("DSA", 2048)),
        (lambda: ec.generate_private_key(ec.SECP521R1()), ("EC", 521)),
        (ed25519.Ed25519PrivateKey.generate, ("Ed25519", 256)),
        (ed448.Ed448PrivateKey.generate, ("Ed448", 448)),
    ],
    ids=["rsa", "dsa", "ec", "ed25519", "ed448"],
)
def test_the_key_is_named_and_measured(make_key: object, expected: tuple[str, int]) -> None:
    key = make_key()  # type: ignore[operator]
    certificate = make(key)
    assert (certificate.key_algorithm, certificate.key_bits) == expected
    private = PrivateKey(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    assert private.fits(certificate.public_key_der)


def test_another_key_does_not_fit(ec_key: ec.EllipticCurvePrivateKey) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    private = PrivateKey(other.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    assert not private.fits(make(ec_key).public_key_der)
    assert not PrivateKey(b"nonsense").fits(make(ec_key).public_key_der)
    with pytest.raises(Unsupported):
        PrivateKey(b"nonsense").load()


def test_names_and_purposes(ec_key: ec.EllipticCurvePrivateKey) -> None:
    certificate = make(
        ec_key,
        extensions=(
            x509.SubjectAlternativeName(
                [
                    x509.DNSName("acme.example"),
                    x509.IPAddress(ipaddress.ip_address("::1")),
                    x509.UniformResourceIdentifier("spiffe://acme/a"),
                    x509.RFC822Name("a@acme.example"),
                    x509.DirectoryName(name(cn="x")),
                ]
            ),
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.CLIENT_AUTH, x509.ObjectIdentifier("1.2.3.4")]
            ),
            x509.BasicConstraints(ca=True, path_length=None),
        ),
    )
    assert certificate.san == (
        "dns:acme.example",
        "ip:::1",
        "uri:spiffe://acme/a",
        "email:a@acme.example",
        "dn:CN=x",
    )
    assert certificate.purposes == ("client", "1.2.3.4")
    assert certificate.allows("client")
    assert not certificate.allows("server")
    assert certificate.is_ca


def test_no_extensions_bar_nothing_and_claim_nothing(ec_key: ec.EllipticCurvePrivateKey) -> None:
    certificate = make(ec_key)
    assert certificate.san == ()
    assert certificate.purposes == ()
    assert certificate.allows("server")
    assert not certificate.is_ca


def test_issuing_needs_the_name_and_the_key(ec_key: ec.EllipticCurvePrivateKey) -> None:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = make(root_key, subject=name(cn="Root"))
    leaf = make(ec_key, issuer=name(cn="Root"), issuer_key=root_key)
    impostor = make(ec_key, subject=name(cn="Root"))
    assert leaf.is_issued_by(root)
    assert not leaf.is_issued_by(impostor)
    assert not leaf.is_self_signed
    assert root.is_self_signed
    assert make(ec_key, subject=name(cn="Root"), issuer_key=root_key).is_self_issued
    assert not make(ec_key, subject=name(cn="Root"), issuer_key=root_key).is_self_signed


@pytest.mark.parametrize("second", range(2))
def test_valid_to_the_last_second(ec_key: ec.EllipticCurvePrivateKey, second: int) -> None:
    certificate = make(ec_key)
    assert certificate.is_expired(END + dt.timedelta(seconds=second)) is bool(second)
    assert certificate.is_not_yet_valid(START - dt.timedelta(seconds=second)) is bool(second)


def test_a_name_without_cn_is_called_by_what_it_has(ec_key: ec.EllipticCurvePrivateKey) -> None:
    assert make(ec_key, subject=name(o="Acme", ou="Sales")).common_name == "Sales"
    assert make(ec_key, subject=name(o="Acme")).common_name == "Acme"
    assert make(ec_key, subject=x509.Name([])).common_name == ""


@pytest.mark.parametrize(
    "parts",
    [
        {"cn": "plain"},
        {"o": "Org", "cn": "Grüße 🔑"},
        {"cn": "x" * 64, "email": "a@b.example", "ou": "Unit"},
    ],
    ids=["one", "two", "three"],
)
def test_the_common_name_is_what_the_library_says(
    ec_key: ec.EllipticCurvePrivateKey, parts: dict[str, str]
) -> None:
    subject = name(**parts)
    certificate = make(ec_key, subject=subject, issuer=name(cn="Issuer"))
    assert certificate.common_name == parts["cn"]
    twice = x509.Name([*name(cn="first"), *subject])
    assert make(ec_key, subject=twice, issuer=name(cn="Issuer")).common_name == parts["cn"]
    joined = x509.Name([x509.RelativeDistinguishedName([*name(cn="a", ou="b")])])
    assert make(ec_key, subject=joined, issuer=name(cn="Issuer")).common_name == "a"


@pytest.mark.parametrize("data", [b"", b"\x30\x03\x02\x01\x01", b"x" * 40])
def test_what_cannot_be_parsed_is_kept_and_says_so(data: bytes) -> None:
    certificate = Certificate(data)
    assert not certificate.is_readable
    assert certificate.trouble
    assert certificate.der == data
    assert certificate.subject == certificate.serial == certificate.signature_algorithm == ""
    assert certificate.not_after is None
    assert certificate.san == ()
    assert certificate.key_bits is None
    assert not certificate.is_self_signed
    assert not certificate.is_expired()
    assert certificate.sha256 == hashlib.sha256(data).hexdigest()


def test_it_is_a_value(ec_key: ec.EllipticCurvePrivateKey) -> None:
    certificate = make(ec_key)
    assert certificate == Certificate(certificate.der)
    assert len({certificate, Certificate(certificate.der)}) == 1
    with pytest.raises(AttributeError):
        certificate.der = b""


def test_pem_is_read_by_the_library(ec_key: ec.EllipticCurvePrivateKey) -> None:
    certificate = make(ec_key)
    parsed = x509.load_pem_x509_certificate(certificate.pem().encode())
    assert parsed.public_bytes(Encoding.DER) == certificate.der


def test_a_fingerprint_is_grouped_as_keytool_does() -> None:
    assert group_fingerprint("00ff1a") == "00:FF:1A"


def test_the_quick_look_says_what_the_library_says(
    ec_key: ec.EllipticCurvePrivateKey,
) -> None:
    both = name(ou="Unit", o="Acme", email="a@acme.example")
    keys = (
        ec_key,
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
    )
    for key in keys:
        certificate = make(key, subject=both, issuer=name(cn="Grüße, GmbH"), issuer_key=ec_key)
        parsed = certificate.parsed
        assert parsed is not None
        seen = read_fields(certificate.der)
        assert seen.name == "a@acme.example"
        assert seen.issuer == "Grüße, GmbH"
        assert seen.serial == f"{parsed.serial_number:x}"
        assert (seen.not_before, seen.not_after) == (
            parsed.not_valid_before_utc,
            parsed.not_valid_after_utc,
        )
        assert seen.key == describe_public_key(parsed.public_key())


def test_the_quick_look_leaves_the_unusual_to_the_library(
    ec_key: ec.EllipticCurvePrivateKey,
) -> None:
    whole = make(ec_key).der
    for broken in (whole[:-1], b"", b"\x30", b"\x02" + whole[1:]):
        assert read_fields(broken) == CertificateFields()
        assert Certificate(broken).not_after is None
    # Java and OpenSSL pass over what is behind a certificate.
    assert read_fields(whole + b"\0") == CertificateFields()
    assert Certificate(whole + b"\0").not_after == Certificate(whole).not_after
    assert read_fields(make(ec_key, subject=x509.Name([])).der).name == ""
    curve = make(ec.generate_private_key(ec.SECP256K1()))
    assert read_fields(curve.der).key is None
    assert (curve.key_algorithm, curve.key_bits) == ("EC", 256)
