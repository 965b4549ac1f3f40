"""Certificates that break a rule of DER which openssl and Java do not insist on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

from handfast.core.asn1.ber import der
from handfast.core.certificates.certificate import Certificate
from handfast.core.certificates.summary import span
from handfast.core.entry import KeyPair
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.checks.store_checks import check_store
from handfast.services.files.saving import new_store
from handfast.services.paths.building import fits
from tests.core.certificates.test_certificate import make, name
from tests.handshake.peers.kinds import issue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

KEYS: dict[str, Any] = {
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "EC": lambda: ec.generate_private_key(ec.SECP256R1()),
    "DSA": lambda: dsa.generate_private_key(2048),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "Ed448": ed448.Ed448PrivateKey.generate,
}


def outspoken(signer: Any, plain: Certificate) -> bytes:
    """The same certificate with each default written out (X.690, 11.5), and signed anew."""
    _, start, _ = span(plain.der, 0)
    _, body, after = span(plain.der, start)
    algorithm = plain.der[after : span(plain.der, after)[2]]
    parts = []
    while body < after:
        following = span(plain.der, body)[2]
        parts.append(plain.der[body:following])
        body = following
    _, listed, _ = span(parts[-1], 0)
    _, at, end = span(parts[-1], listed)
    extensions = []
    while at < end:
        _, inside, following = span(parts[-1], at)
        value = span(parts[-1], inside)[2]
        rest = parts[-1][value:following].replace(
            b"\x04\x02\x30\x00", b"\x04\x05\x30\x03\x01\x01\0"
        )
        extensions.append(der(0x30, parts[-1][inside:value], b"\x01\x01\0", rest))
        at = following
    parts[-1] = der(0xA3, der(0x30, *extensions))
    signed = der(0x30, *parts)
    match signer:
        case rsa.RSAPrivateKey():
            signature = signer.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        case ec.EllipticCurvePrivateKey():
            signature = signer.sign(signed, ec.ECDSA(hashes.SHA256()))
        case dsa.DSAPrivateKey():
            signature = signer.sign(signed, hashes.SHA256())
        case _:
            signature = signer.sign(signed)
    return der(0x30, signed, algorithm, der(0x03, b"\0" + signature))


@pytest.mark.parametrize("kind", KEYS)
def test_defaults_that_are_written_out_are_read_and_the_signature_is_checked(
    kind: str, openssl: Tool, tmp_path: Path
) -> None:
    signer = KEYS[kind]()
    ca = make(
        signer,
        subject=name(cn="CA"),
        extensions=(x509.BasicConstraints(ca=True, path_length=None),),
    )
    leaf = make(
        ec.generate_private_key(ec.SECP256R1()),
        subject=name(cn="leaf"),
        issuer=name(cn="CA"),
        issuer_key=signer,
        extensions=(
            x509.BasicConstraints(ca=False, path_length=None),
            x509.SubjectAlternativeName([x509.DNSName("leaf.example")]),
        ),
    )
    found = Certificate(outspoken(signer, leaf))
    with pytest.raises(ValueError, match="EncodedDefault"):
        x509.load_der_x509_certificate(found.der)
    assert found.is_readable
    assert (found.common_name, found.key_algorithm, found.key_bits) == ("leaf", "EC", 256)
    assert found.san == ("dns:leaf.example",)
    assert not found.is_ca
    assert found.is_issued_by(ca)
    (tmp_path / "ca.pem").write_text(ca.pem())
    (tmp_path / "leaf.pem").write_text(found.pem())
    times = ("-attime", "1782000000")
    told = openssl("verify", *times, "-CAfile", tmp_path / "ca.pem", tmp_path / "leaf.pem").stdout
    assert "OK" in told
    # Of another key with the same name, or altered, it is not signed.
    assert not found.is_issued_by(make(KEYS[kind](), subject=name(cn="CA")))
    altered = Certificate(found.der.replace(b"leaf.example", b"LEAF.example"))
    assert altered.is_readable
    assert not altered.is_issued_by(ca)
    # So do the check of a chain and the path of a handshake; the outcome is remembered apart.
    assert broken_chains(found, ca) == 0
    assert broken_chains(altered, ca) == 1
    assert fits(found, ca)
    assert not fits(altered, ca)


def broken_chains(leaf: Certificate, ca: Certificate) -> int:
    """How often a check says of a pair with this chain that the one above did not sign."""
    store = new_store(Format.PKCS12, Password("changeit"))
    store = store.with_entries([KeyPair(alias="pair", chain=(leaf, ca), key=None)])
    return [each.code for each in check_store(store)].count("chain-broken")


def test_one_that_no_library_reads_still_has_its_key() -> None:
    whole = make(ec.generate_private_key(ec.SECP256K1()))
    later = Certificate(whole.der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"))
    assert not later.is_readable
    # What a key belongs to is told by its public half, whatever else cannot be read.
    assert (later.key_algorithm, later.key_bits) == ("EC", 256)
    assert later.public_key_der == whole.public_key_der
    for broken in (b"", b"\x30\x03\x02\x01\x00", whole.der[:60]):
        assert Certificate(broken).key_algorithm == ""


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ((b"\x80\x02ab", b"\xa1\x04\x82\x02xy"), b"ab"),
        ((b"\x80\x02ab", b"\x82\x01\x05"), b"ab"),
        ((b"\x82\x01\x05",), None),
    ],
)
def test_an_authority_key_identifier_with_half_of_an_issuer_is_read(
    fields: tuple[bytes, ...], key: bytes | None
) -> None:
    """RFC 5280 wants the issuer and its serial number or neither; every program reads either."""
    value = x509.UnrecognizedExtension(x509.AuthorityKeyIdentifier.oid, der(0x30, *fields))
    certificate = issue_with(value)
    assert certificate.extension_troubles == ()
    found = certificate.extension(x509.AuthorityKeyIdentifier.oid)
    assert isinstance(found, x509.AuthorityKeyIdentifier)
    assert found.key_identifier == key
    odd = x509.UnrecognizedExtension(x509.AuthorityKeyIdentifier.oid, b"\x30\x03\x99\x01x")
    assert len(issue_with(odd).extension_troubles) == 1


def issue_with(extension: x509.ExtensionType) -> Certificate:
    return issue("x", without=["aki"], extra=[(extension, False)]).certificate
