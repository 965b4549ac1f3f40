"""What a check notices: for each finding a store that has it, and its twin that has not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.keys import PrivateKey
from handfast.core.password import EMPTY, Password
from handfast.core.store import Format, Integrity, Store
from handfast.services.checks.findings import Finding, most_severe_first
from handfast.services.checks.store_checks import check_store
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.entry import Entry

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
SECRET, OTHER = Password("not a usual one"), Password("another one")
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
#: The policy that public CAs put into certificates whose domain they validated.
PUBLIC = x509.CertificatePolicies(
    [x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]
)
SHA1_RSA, SHA256_RSA = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("05", "0b"))


class Made(NamedTuple):
    """A certificate and its key."""

    certificate: Certificate
    key: Any

    def pair(self, alias: str, *above: Made, **changes: Any) -> KeyPair:
        pkcs8 = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        chain = (self.certificate, *(each.certificate for each in above))
        return replace(KeyPair(alias=alias, chain=chain, key=PrivateKey(pkcs8)), **changes)

    def trusted(self, alias: str, **changes: Any) -> TrustedCertificate:
        return replace(TrustedCertificate(alias=alias, certificate=self.certificate), **changes)


@cache
def key_of(name: str) -> Any:
    """A key for each name, made once."""
    if name == "weak":
        return rsa.generate_private_key(65537, 1024)
    if name == "strong":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def made(
    name: str = "acme.example",
    *,
    by: Made | None = None,
    key: str = "",
    days: tuple[int, int] = (-10, 400),
    ca: bool = False,
    purposes: tuple[x509.ObjectIdentifier, ...] = (SERVER, CLIENT),
    host: str = "acme.example",
    sha1: bool = False,
    signs: bool = True,
    more: tuple[x509.ExtensionType, ...] = (),
) -> Made:
    """A certificate that nothing is wrong with, but for what is asked."""
    own = key_of(key or name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = by.certificate.subject_name if by is not None else subject
    assert issuer is not None
    builder = x509.CertificateBuilder(
        issuer, subject, own.public_key(), x509.random_serial_number(),
        NOW + dt.timedelta(days=days[0]), NOW + dt.timedelta(days=days[1]),
    )  # fmt: skip
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    usage = dict.fromkeys(
        ("content_commitment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only", "crl_sign"), False)  # fmt: skip
    builder = builder.add_extension(
        x509.KeyUsage(digital_signature=signs, key_encipherment=True, key_cert_sign=ca, **usage),
        critical=True,
    )
    if purposes and not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if host and not ca:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = builder.add_extension(names, critical=False)
    for each in more:
        builder = builder.add_extension(each, critical=False)
    signed = builder.sign(by.key if by is not None else own, hashes.SHA256())
    der = signed.public_bytes(Encoding.DER)
    # The library does not sign with SHA-1 any more; what the certificate says of itself counts.
    return Made(Certificate(der.replace(SHA256_RSA, SHA1_RSA) if sha1 else der), own)


def many(number: int) -> tuple[Entry, ...]:
    return tuple(made(f"Root {each}", ca=True).trusted(f"root-{each}") for each in range(number))


def store(*entries: Entry, **changes: Any) -> Store:
    plain = Store(format=Format.PKCS12, password=SECRET, integrity=Integrity.VERIFIED)
    return replace(plain.with_entries(entries), **changes)


def pair(**how: Any) -> Store:
    return store(made(**how).pair("acme"))


def codes(checked: Store, path: Path | None = None) -> set[str]:
    return {finding.code for finding in check_store(checked, at=NOW, path=path)}


ROOT = made("Root", ca=True)
MIDDLE = made("Middle", by=ROOT, ca=True)
LEAF = made("leaf.example", by=MIDDLE)
OTHER_ROOT = made("Other root", ca=True)
NO_CA = made("No CA")
WEAK_CA = made("Weak CA", ca=True, key="strong")
GOOD = made()


CASES: dict[str, tuple[Callable[[], Store], Callable[[], Store]]] = {
    "expired": (lambda: pair(days=(-20, -1)), lambda: pair(days=(-20, 400))),
    "expired#trusted": (
        lambda: store(made(days=(-20, -1)).trusted("a")), lambda: store(GOOD.trusted("a"))),
    "expiring": (lambda: pair(days=(-20, 29)), lambda: pair(days=(-20, 31))),
    "not-yet-valid": (lambda: pair(days=(1, 400)), lambda: pair(days=(-1, 400))),
    "weak-key": (lambda: pair(key="weak"), lambda: pair(key="strong")),
    "weak-signature": (
        lambda: store(made(by=WEAK_CA, sha1=True).pair("a", WEAK_CA)),
        lambda: store(made(by=WEAK_CA).pair("a", WEAK_CA))),
    "weak-signature#own": (
        lambda: store(made(by=WEAK_CA, sha1=True).trusted("a")),
        # Nobody looks at the signature of a root: it is trusted for itself.
        lambda: store(made(key="strong", sha1=True).trusted("a"))),
    "chain-incomplete": (
        lambda: store(LEAF.pair("a")), lambda: store(LEAF.pair("a", MIDDLE, ROOT))),
    "chain-incomplete#root": (
        lambda: store(LEAF.pair("a", MIDDLE)), lambda: store(LEAF.pair("a", MIDDLE, ROOT))),
    "chain-incomplete#none": (
        lambda: store(replace(GOOD.pair("a"), chain=())), lambda: store(GOOD.pair("a"))),
    "chain-order": (
        lambda: store(LEAF.pair("a", ROOT, MIDDLE)), lambda: store(LEAF.pair("a", MIDDLE, ROOT))),
    "chain-order#stranger": (
        lambda: store(LEAF.pair("a", MIDDLE, ROOT, OTHER_ROOT)),
        lambda: store(LEAF.pair("a", MIDDLE, ROOT))),
    "chain-order#backwards": (
        lambda: store(replace(LEAF.pair("a"), chain=(
            ROOT.certificate, MIDDLE.certificate, LEAF.certificate))),
        lambda: store(LEAF.pair("a", MIDDLE, ROOT))),
    "chain-broken": (
        lambda: store(LEAF.pair("a", made("Middle", by=ROOT, ca=True, key="x"), ROOT)),
        lambda: store(LEAF.pair("a", MIDDLE, ROOT))),
    "no-san": (lambda: pair(host=""), lambda: pair(host="acme.example")),
    "no-san#client": (lambda: pair(host=""), lambda: pair(host="", purposes=(CLIENT,))),
    "wrong-purpose": (lambda: pair(purposes=(MAIL,)), lambda: pair(purposes=(CLIENT,))),
    "wrong-purpose#usage": (lambda: pair(signs=False), lambda: pair(signs=True)),
    "wrong-purpose#issuer": (
        lambda: store(made(by=NO_CA).pair("a", NO_CA)),
        lambda: store(made(by=ROOT).pair("a", ROOT))),
    "key-mismatch": (
        lambda: store(replace(GOOD.pair("a"), key=ROOT.pair("b").key)),
        lambda: store(GOOD.pair("a"))),
    "entry-password-differs": (
        lambda: store(GOOD.pair("a", password=OTHER)), lambda: store(GOOD.pair("a"))),
    "entry-password-differs#locked": (
        lambda: store(GOOD.pair("a", key=None)),
        # Without the store's password nothing can be said.
        lambda: store(GOOD.pair("a", key=None), password=None, integrity=Integrity.UNVERIFIED)),
    "well-known-password": (
        lambda: store(GOOD.pair("a"), password=Password("changeit")),
        lambda: store(GOOD.pair("a"))),
    "well-known-password#empty": (
        lambda: store(GOOD.pair("a"), password=EMPTY), lambda: store(GOOD.pair("a"))),
    "well-known-password#entry": (
        lambda: store(GOOD.pair("a", password=Password("changeit")), password=Password("changeit")),
        lambda: store(GOOD.pair("a", password=SECRET))),
    "legacy-format": (
        lambda: store(GOOD.pair("a"), format=Format.JKS), lambda: store(GOOD.pair("a"))),
    "legacy-format#jceks": (
        lambda: store(GOOD.pair("a"), format=Format.JCEKS), lambda: store(GOOD.pair("a"))),
    "invisible-to-java": (
        lambda: store(GOOD.trusted("a", is_visible_to_java=False)),
        lambda: store(GOOD.trusted("a"))),
    "duplicate-certificate": (
        lambda: store(GOOD.trusted("a"), GOOD.trusted("b")),
        lambda: store(GOOD.trusted("a"), made().trusted("b"))),
    "duplicate-certificate#pair": (
        lambda: store(GOOD.trusted("a"), GOOD.trusted("b")),
        # To trust the certificate of one's own pair is not to have it twice.
        lambda: store(GOOD.trusted("a"), GOOD.pair("b"))),
    "private-key-in-trust-store": (
        lambda: store(GOOD.pair("a"), *many(10)), lambda: store(GOOD.pair("a"), *many(9))),
    "alias-case-collision": (
        lambda: replace(store(), entries=(GOOD.pair("Acme"), made().pair("acme"))),
        lambda: store(GOOD.pair("acme"), made().pair("acme-2"))),
    "client-auth-ending": (
        lambda: pair(by=ROOT, more=(PUBLIC,)), lambda: pair(by=ROOT)),
    "client-auth-ending#server": (
        lambda: pair(by=ROOT, more=(PUBLIC,)),
        lambda: pair(by=ROOT, more=(PUBLIC,), purposes=(SERVER,))),
    "client-auth-ending#trusted": (
        lambda: store(made(by=ROOT, more=(PUBLIC,)).trusted("a")),
        lambda: store(made(by=ROOT).trusted("a"))),
    "unprotected-key": (
        lambda: store(GOOD.pair("a"), password=None, integrity=Integrity.NONE),
        lambda: store(GOOD.pair("a"))),
    "unreadable-certificate": (
        lambda: store(TrustedCertificate(alias="a", certificate=Certificate(b"0\x03abc"))),
        lambda: store(GOOD.trusted("a"))),
    "unreadable-entry": (
        lambda: store(GOOD.pair("a", key=None, trouble="Its key is odd.")),
        lambda: store(GOOD.pair("a"))),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_noticed_where_it_is_and_only_there(case: str) -> None:
    code, _, _ = case.partition("#")
    present, absent = CASES[case]
    findings = [each for each in check_store(present(), at=NOW) if each.code == code]
    assert findings
    for finding in findings:
        assert finding.message
        assert finding.why
        assert finding.remedy
        assert SECRET.reveal() not in repr(finding)
    assert code not in codes(absent())


def test_nothing_is_said_of_a_store_with_nothing_wrong() -> None:
    assert codes(store(LEAF.pair("a", MIDDLE, ROOT), OTHER_ROOT.trusted("b"))) == set()


def test_how_soon_is_expiring_can_be_chosen() -> None:
    checked = pair(days=(-20, 45))
    assert not check_store(checked, at=NOW)
    assert [each.code for each in check_store(checked, at=NOW, expiry_days=60)] == ["expiring"]


def test_a_file_that_everybody_may_read_or_change(tmp_path: Path) -> None:
    keys, trust = tmp_path / "keys.p12", tmp_path / "anchors.p12"
    save_store(store(GOOD.pair("a")), keys)
    save_store(store(GOOD.trusted("a")), trust)
    for path, mode, told in (
        (keys, 0o600, False), (keys, 0o640, False), (keys, 0o644, True), (keys, 0o602, True),
        (trust, 0o644, False), (trust, 0o646, True),
    ):  # fmt: skip
        path.chmod(mode)
        checked = open_file(path, SECRET).store
        assert ("open-permissions" in codes(checked, path)) is told, (path.name, oct(mode))


def test_the_name_of_a_file_makes_a_trust_store(tmp_path: Path) -> None:
    checked = store(GOOD.pair("a"))
    code = "private-key-in-trust-store"
    assert code in codes(checked, tmp_path / "my-TrustStore.p12")
    assert code in codes(checked, tmp_path / "cacerts")
    assert code not in codes(checked, tmp_path / "keystore.p12")


def test_protection_from_before_java_16_is_old(tmp_path: Path) -> None:
    from handfast.core.store import Strength

    for strength, told in ((Strength.COMPATIBLE, True), (Strength.MODERN, False)):
        path = tmp_path / f"{strength.value}.p12"
        save_store(store(GOOD.pair("a"), strength=strength), path)
        assert ("legacy-format" in codes(open_file(path, SECRET).store)) is told


def test_the_most_severe_comes_first() -> None:
    checked = store(made(days=(-20, -1), host="").pair("a"), format=Format.JKS)
    severities = [each.severity for each in check_store(checked, at=NOW)]
    assert severities[0] == "error"
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_what_hurts_first_is_read_first() -> None:
    def finding(severity: Any, code: str, alias: str = "") -> Finding:
        return Finding(
            severity=severity, code=code, alias=alias, message=code, why="Why.", remedy="Do."
        )

    found = [
        finding("info", "duplicate-certificate"),
        finding("warning", "well-known-password"),
        finding("warning", "legacy-format"),
        finding("warning", "expiring", "batch"),
        finding("error", "key-mismatch", "web"),
        finding("error", "expired", "old"),
        finding("warning", "weak-key", "batch"),
    ]
    # The severity first; within it what ends by itself, and the rest in the order of the checks.
    assert [(each.severity, each.code) for each in most_severe_first(found)] == [
        ("error", "expired"),
        ("error", "key-mismatch"),
        ("warning", "expiring"),
        ("warning", "well-known-password"),
        ("warning", "legacy-format"),
        ("warning", "weak-key"),
        ("info", "duplicate-certificate"),
    ]


def test_an_expiring_certificate_comes_before_what_is_wrong_with_the_keystore() -> None:
    checked = store(made(days=(-20, 5)).pair("batch"), format=Format.JKS)
    found = check_store(checked, at=NOW)
    warnings = [each.code for each in found if each.severity == "warning"]
    assert warnings[0] == "expiring"
    assert "legacy-format" in warnings
