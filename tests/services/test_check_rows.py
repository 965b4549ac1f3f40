"""Keystores beside what a check says of them: sound ones, and ones with one fault each."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import TrustedCertificate
from handfast.core.password import Password
from handfast.services.checks.findings import CODES
from handfast.services.checks.store_checks import check_store
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from tests.handshake.making import CLIENT, PASSWORD, SERVER, Made, make, new_key, store, trusting
from tests.handshake.peers.strange import KEY, SERIAL, SUBJECT, VALIDITY, altered, pieces, tlv
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.store import Store

MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
_FLAGS = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def usage(*flags: str) -> tuple[x509.ExtensionType, bool]:
    return x509.KeyUsage(**{flag: flag in flags for flag in _FLAGS}), True


def netscape(bits: int) -> tuple[x509.ExtensionType, bool]:
    oid = x509.ObjectIdentifier("2.16.840.1.113730.1.1")
    return x509.UnrecognizedExtension(oid, bytes((3, 2, 0, bits))), False


def limited_to(domain: str) -> tuple[x509.ExtensionType, bool]:
    return x509.NameConstraints([x509.DNSName(domain)], None), True


def raw(
    *,
    subject: str = "",
    issuer: str = "Someone",
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    version: int = 3,
    by: Made | None = None,
    key: Any = None,
) -> Made:
    """A certificate with these extensions and no others; an empty name has no part."""
    own = key or new_key("ec")

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])

    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    above = by.certificate.subject_name if by is not None else name(issuer)
    assert above is not None
    builder = x509.CertificateBuilder(
        above, name(subject), own.public_key(), x509.random_serial_number(),
        now - dt.timedelta(days=1), now + dt.timedelta(days=300),
    )  # fmt: skip
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    signer = by.key if by is not None else own
    der = builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)
    if version == 1:
        der = _of_version_1(der, signer)
    return Made(certificate=Certificate(der), key=own, issuer=by)


def _of_version_1(der: bytes, signer: ec.EllipticCurvePrivateKey) -> bytes:
    """Without the field of the version, and signed again (RFC 5280, 4.1)."""
    parsed = x509.load_der_x509_certificate(der)
    body = parsed.tbs_certificate_bytes
    version = bytes.fromhex("a003020102")
    inner = body[body.index(version) + len(version) :]

    def wrapped(tag: int, content: bytes) -> bytes:
        size = len(content)
        head = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")
        return bytes((tag,)) + head + content

    tbs = wrapped(0x30, inner)
    signature = signer.sign(tbs, ec.ECDSA(hashes.SHA256()))
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    return wrapped(0x30, tbs + algorithm + wrapped(0x03, b"\x00" + signature))


def explicit_curve() -> Made:
    """A self-signed certificate with a P-256 key whose curve is written out."""
    script = (
        "openssl ecparam -name prime256v1 -param_enc explicit -genkey -noout -out key.pem && "
        "openssl req -x509 -new -key key.pem -subj /CN=explicit -days 300 -outform DER -out c.der "
        "-addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    )
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["sh", "-c", script], cwd=folder, check=True, capture_output=True)
        der = (Path(folder) / "c.der").read_bytes()
    return Made(certificate=Certificate(der), key=new_key("ec"))


ROOT = make("Acme Root", ca=True)
BETWEEN = make("Acme Issuing CA", by=ROOT, ca=True)
LEAF = make("localhost", by=BETWEEN, usages=[SERVER, CLIENT])


def pair(made: Made, **changes: Any) -> Store:
    return store(made.pair(**changes))


def below(ca_extension: dict[str, Any], **leaf: Any) -> Store:
    """A server's pair below an intermediate that has something special."""
    between = make("Special CA", by=ROOT, ca=True, **ca_extension)
    return pair(make("localhost", by=between, **{"usages": [SERVER], **leaf}))


def mismatched_pem(*certificates: Certificate) -> Callable[[], Store]:
    def made() -> Store:
        text = LEAF.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"store password")
        ).decode()
        return read(text + "".join(each.pem() for each in certificates))

    return made


def read(text: str) -> Store:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.pem"
        path.write_text(text)
        return open_file(path, PASSWORD).store


SAN = x509.SubjectAlternativeName([x509.DNSName("localhost")])
NO_CA = (x509.BasicConstraints(ca=False, path_length=None), True)
IS_CA = (x509.BasicConstraints(ca=True, path_length=None), True)

#: What is sound, and of which nothing is to be said.
SOUND: dict[str, Callable[[], Store]] = {
    "server pair with chain and root": lambda: pair(LEAF),
    "client pair, no SAN": lambda: pair(make("c", by=BETWEEN, usages=[CLIENT], sans=())),
    "trust store with one root": lambda: trusting(ROOT),
    "self-signed pair for exchange": lambda: pair(make("localhost", usages=[SERVER, CLIENT])),
    "SHA-1 on a self-signed pair": lambda: pair(
        make("localhost", kind="rsa", signed_with="sha1")
    ),
    "root of version 1 trusted": lambda: trusting(
        raw(subject="Old Root", issuer="Old Root", version=1)
    ),
    "root of version 1 at the end of a chain": lambda: pair(
        make("localhost", by=raw(subject="Old Root", issuer="Old Root", version=1))
    ),
    "Ed25519": lambda: pair(make("localhost", kind="ed25519")),
    "intermediate trusted with its root": lambda: trusting(BETWEEN, ROOT),
    "two intermediates trusted with their root": lambda: trusting(
        make("Lower CA", by=BETWEEN, ca=True), BETWEEN, ROOT
    ),
    "leaf of a CA trusted alone": lambda: trusting(LEAF),
    "empty store": trusting,
    "CA for servers above a pair for any purpose": lambda: below(
        {"usages": [SERVER]}, usages=None
    ),
    "path length that suffices": lambda: below({"path_length": 0}),
    "name within the constraint": lambda: below({"extra": [limited_to("localhost")]}),
    "critical extensions that everybody knows": lambda: pair(
        make("localhost", by=BETWEEN, extra=[usage("digital_signature")])
    ),
    "no subject, SAN critical": lambda: pair(
        raw(by=ROOT, extensions=[NO_CA, (SAN, True)])
    ),
    "the pair of a CA": lambda: pair(BETWEEN),
    "a CA with path length 0": lambda: pair(make("CA", by=ROOT, ca=True, path_length=0)),
    "roll-over certificate in the chain": lambda: pair(
        make("localhost", by=_rolled_over(), usages=[SERVER])
    ),
}  # fmt: skip


@cache
def _rolled_over() -> Made:
    """A CA's new key, certified by its old one under the same name (RFC 4210, 4.4)."""
    return make("Acme Root", by=ROOT, ca=True)


#: Each with one fault: the codes of which one at least must be told, and its severity.
FAULTS: dict[str, tuple[Callable[[], Store], set[str], set[str]]] = {
    "expired leaf": (lambda: pair(make("localhost", by=BETWEEN, ends=-1)), {"expired"}, {"error"}),
    "expiring in 10 days": (
        lambda: pair(make("localhost", by=BETWEEN, ends=10)), {"expiring"}, {"warning"}),
    "not yet valid": (
        lambda: pair(make("localhost", by=BETWEEN, starts=5)), {"not-yet-valid"}, {"error"}),
    "expired intermediate in the chain": (lambda: below({"ends": -1}), {"expired"}, {"error"}),
    "expired root trusted": (
        lambda: trusting(make("Old", ca=True, ends=-1)), {"expired"}, {"error"}),
    "two generations of a CA, the old one expired": (
        lambda: trusting(make("Old", ca=True, ends=-1), ROOT), {"expired"}, {"warning"}),
    "RSA 1024": (lambda: pair(make("localhost", kind="rsa-1024")), {"weak-key"}, {"warning"}),
    "leaf signed with SHA-1": (
        lambda: pair(make("localhost", by=_rsa_root(), signed_with="sha1")),
        {"weak-signature"}, {"warning"}),
    "intermediate signed with SHA-1": (
        lambda: pair(make("localhost", by=make(
            "Between", by=_rsa_root(), ca=True, signed_with="sha1"))),
        {"weak-signature"}, {"warning"}),
    "chain without its intermediate": (
        lambda: pair(LEAF, chain=[LEAF.certificate]), {"chain-incomplete"}, {"warning"}),
    "chain with the wrong intermediate of the same name": (
        lambda: pair(LEAF, chain=[LEAF.certificate, make(
            "Acme Issuing CA", by=ROOT, ca=True).certificate, ROOT.certificate]),
        {"chain-broken"}, {"error"}),
    "server without SAN": (
        lambda: pair(make("s", by=BETWEEN, usages=[SERVER], sans=())), {"no-san"}, {"warning"}),
    "for mail only": (
        lambda: pair(make("m", by=BETWEEN, usages=[MAIL])), {"wrong-purpose"}, {"warning"}),
    "key usage keyEncipherment only": (
        lambda: pair(make("localhost", by=BETWEEN, extra=[usage("key_encipherment")])),
        {"wrong-purpose"}, {"warning"}),
    "key usage nonRepudiation only": (
        lambda: pair(make("localhost", by=BETWEEN, extra=[usage("content_commitment")])),
        {"wrong-purpose"}, {"warning"}),
    "anyExtendedKeyUsage only": (
        lambda: pair(make("localhost", by=BETWEEN, usages=[ANY])),
        {"wrong-purpose"}, {"warning"}),
    "CA in the chain for clientAuth only, server leaf": (
        lambda: below({"usages": [CLIENT]}), {"wrong-purpose"}, {"warning"}),
    "PEM: key of another certificate": (
        mismatched_pem(make("localhost", by=BETWEEN).certificate), {"key-mismatch"}, {"error"}),
    "name constraint of the chain broken": (
        lambda: below({"extra": [limited_to("acme.example")]}), {"name-constraint"}, {"error"}),
    "path length broken": (
        lambda: pair(make("localhost", by=make("Lower CA", ca=True, by=make(
            "Upper CA", by=ROOT, ca=True, path_length=0)))),
        {"path-length"}, {"error"}),
    "critical unknown extension": (
        lambda: pair(make("localhost", by=BETWEEN, extra=[(UNKNOWN, True)])),
        {"unknown-critical-extension"}, {"error"}),
    "no subject, SAN not critical": (
        lambda: pair(raw(by=ROOT, extensions=[NO_CA, (SAN, False)])),
        {"invisible-to-java"}, {"error"}),
    "intermediate trusted without its root": (
        lambda: trusting(BETWEEN), {"chain-incomplete"}, {"warning"}),
    "two pairs, one expired": (
        lambda: store(LEAF.pair("new"), make("localhost", by=BETWEEN, ends=-1).pair("old")),
        {"expired"}, {"error"}),
    # Siblings of these.
    "path length of the root broken": (
        lambda: pair(make("localhost", by=make("Lower CA", ca=True, by=make(
            "Upper CA", ca=True, by=make("Root", ca=True, path_length=0))))),
        {"path-length"}, {"warning"}),
    "the pair of a CA below one that allows none": (
        lambda: pair(make("Lower CA", ca=True, by=make("CA", ca=True, by=ROOT, path_length=0))),
        {"path-length"}, {"error"}),
    "eleven certificates": (lambda: pair(_deep(11)), {"path-length"}, {"warning"}),
    "names of more than 32 KiB": (
        lambda: pair(make("localhost", by=BETWEEN, sans=[
            f"host-number-{each:05d}.department.example" for each in range(900)])),
        {"oversized-chain"}, {"warning"}),
    "name constraint of the root broken": (
        lambda: pair(make("localhost", by=make(
            "Root", ca=True, extra=[limited_to("acme.example")]))),
        {"name-constraint"}, {"warning"}),
    "critical unknown extension of an intermediate": (
        lambda: below({"extra": [(UNKNOWN, True)]}), {"unknown-critical-extension"}, {"error"}),
    "critical unknown extension of a trusted root": (
        lambda: trusting(make("Root", ca=True, extra=[(UNKNOWN, True)])),
        {"unknown-critical-extension"}, {"warning"}),
    "CA in the chain for mail only, leaf for anything": (
        lambda: below({"usages": [MAIL]}, usages=None), {"wrong-purpose"}, {"warning"}),
    "intermediate of version 1": (
        lambda: pair(make("localhost", by=raw(subject="Between", by=ROOT, version=1))),
        {"wrong-purpose"}, {"error"}),
    "leaf that issued another": (
        lambda: pair(make("localhost", by=make("Somebody", by=ROOT))), {"wrong-purpose"},
        {"error"}),
    "CA whose key usage does not sign": (
        lambda: below({"extra": [usage("digital_signature")]}), {"wrong-purpose"}, {"error"}),
    "Netscape type for mail": (
        lambda: pair(make("localhost", by=BETWEEN, extra=[netscape(0x20)])),
        {"wrong-purpose"}, {"error"}),
    "key on secp256k1": (
        lambda: pair(make("localhost", by=BETWEEN, kind="secp256k1")),
        {"no-shared-algorithm"}, {"error"}),
    "no subject and no names": (
        lambda: pair(raw(by=ROOT, extensions=[NO_CA])), {"invisible-to-java"}, {"error"}),
    "no subject, SAN not critical, trusted": (
        lambda: trusting(raw(by=ROOT, extensions=[NO_CA, (SAN, False)])),
        {"invisible-to-java"}, {"error"}),
    "no issuer": (
        lambda: trusting(raw(subject="a", issuer="", extensions=[IS_CA])),
        {"invisible-to-java"}, {"error"}),
    "a CA without a subject": (
        lambda: trusting(raw(issuer="x", extensions=[IS_CA])), {"invisible-to-java"}, {"error"}),
    "a critical key usage that cannot be read": (
        lambda: trusting(raw(subject="a", extensions=[(_broken("2.5.29.15"), True)])),
        {"invisible-to-java"}, {"error"}),
    "PEM: key beside the self-signed certificate of another": (
        mismatched_pem(make("other").certificate), {"key-mismatch"}, {"error"}),
    "PEM: key beside another leaf and its chain": (
        mismatched_pem(*make("localhost", by=BETWEEN).full_chain), {"key-mismatch"}, {"error"}),
}  # fmt: skip


def _broken(oid: str) -> x509.ExtensionType:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), b"\x01\x02")


def _rsa_root() -> Made:
    return make("RSA Root", ca=True, kind="rsa")


def _deep(count: int) -> Made:
    made = ROOT
    for number in range(count - 2):
        made = make(f"CA {number}", by=made, ca=True)
    return make("localhost", by=made, usages=[SERVER])


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_of_a_sound_store(name: str) -> None:
    checked = SOUND[name]()
    assert [(each.code, each.message) for each in check_store(checked)] == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_of_a_store_is_found(name: str) -> None:
    made, wanted, severities = FAULTS[name]
    findings = check_store(made())
    assert {each.code for each in findings} <= CODES
    found = [each for each in findings if each.code in wanted]
    assert found, [(each.code, each.message) for each in findings]
    assert {each.severity for each in found} <= severities
    for each in found:
        assert each.message.endswith(".")
        assert each.why.endswith((".", "”."))
        assert each.remedy.endswith(".")


def test_a_key_without_a_certificate_beside_its_ca_lacks_one_only() -> None:
    checked = mismatched_pem(BETWEEN.certificate, ROOT.certificate)()
    assert {each.code for each in check_store(checked)} == {"chain-incomplete"}


def test_what_java_accepts_of_a_trusted_intermediate_is_said() -> None:
    finding = next(each for each in check_store(trusting(BETWEEN)))
    assert "Java accepts it" in finding.why
    assert "nginx reject it" in finding.why
    beside_keys = store(
        LEAF.pair(), TrustedCertificate(alias="ca", certificate=BETWEEN.certificate)
    )
    assert {each.severity for each in check_store(beside_keys)} == {"info"}


def _unreadable_to_java() -> list[Made]:
    """One with a point in short, and ones with a field that breaks a rule, which Java minds."""
    sound = make("sound", sans=())
    point = sound.key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def compress(fields: list[bytes]) -> None:
        algorithm, _ = pieces(fields[KEY])
        fields[KEY] = tlv(0x30, algorithm, tlv(3, b"\0", point))

    def ends_without_zone(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"491231235959"))

    def set_field(place: int, value: bytes) -> Callable[[list[bytes]], None]:
        def change(fields: list[bytes]) -> None:
            fields[place] = value

        return change

    changes = (
        compress,
        ends_without_zone,
        set_field(0, bytes.fromhex("a003020100")),
        set_field(SERIAL, tlv(2, b"\x11" * 30)),
        set_field(SERIAL + 1, bytes.fromhex("300a06082a8648ce3d040303")),
        set_field(SUBJECT, tlv(0x30, tlv(0x31))),
    )
    longest = tlv(0x30, b"\1\1\xff", tlv(2, b"\x7f" * 5))
    limit = x509.UnrecognizedExtension(x509.BasicConstraints.oid, longest)
    return [raw(subject="a", extensions=[(limit, True)]), *(altered(sound, e) for e in changes)]


def test_java_refuses_the_very_stores_of_which_it_is_said(tmp_path: Path) -> None:
    keytool = program("keytool")
    program("openssl")
    cases = [
        raw(subject="a", extensions=[IS_CA]),
        raw(issuer="x"),
        raw(issuer="x", extensions=[(SAN, True)]),
        raw(issuer="x", extensions=[(SAN, True), IS_CA]),
        raw(issuer="x", extensions=[(SAN, False)]),
        raw(issuer="x", extensions=[NO_CA]),
        raw(issuer="x", extensions=[IS_CA]),
        raw(issuer="x", extensions=[(x509.SubjectKeyIdentifier(b"abc"), False)]),
        raw(subject="a", issuer=""),
        raw(subject="a", extensions=[(_broken("2.5.29.15"), True)]),
        raw(subject="a", extensions=[(_broken("2.5.29.15"), False)]),
        raw(subject="a", extensions=[(_broken("2.5.29.17"), True)]),
        raw(subject="a", extensions=[(_broken("2.5.29.17"), False)]),
        raw(subject="a", extensions=[(_broken("2.5.29.35"), True)]),
        raw(subject="a", extensions=[(_broken("1.3.6.1.5.5.7.1.1"), True)]),
        raw(subject="a", extensions=[(_broken("1.2.3.4"), True)]),
        make("k1", kind="secp256k1"),
        explicit_curve(),
        *_unreadable_to_java(),
    ]
    refused = 0
    for number, each in enumerate(cases):
        path = tmp_path / f"{number}.p12"
        save_store(trusting(each), path)
        answer = subprocess.run(
            [keytool, "-list", "-keystore", path, "-storepass:env", "STORE_PASSWORD"],
            env={**os.environ, "STORE_PASSWORD": PASSWORD.reveal()},
            capture_output=True,
            check=False,
        )
        codes = {finding.code for finding in check_store(open_file(path, PASSWORD).store)}
        assert ("invisible-to-java" in codes) is bool(answer.returncode), number
        refused += bool(answer.returncode)
    assert 0 < refused < len(cases)


def test_few_iterations_and_no_integrity_check_are_old(tmp_path: Path) -> None:
    openssl = program("openssl")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    key.write_bytes(LEAF.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chain.write_text("".join(each.pem() for each in LEAF.full_chain))
    options: dict[str, tuple[list[str], bool]] = {
        "as openssl writes it": ([], False),
        "1 iteration": (["-noiter", "-nomaciter"], True),
        "one iteration of the MAC": (["-nomaciter"], True),
        "few iterations": (["-iter", "100"], True),
        "2,048 iterations": (["-iter", "2048"], False),
        "no MAC": (["-nomac"], True),
        "RC2 and triple DES": (["-legacy"], True),
    }
    for name, (more, is_old) in options.items():
        path = tmp_path / "made.p12"
        subprocess.run(
            [openssl, "pkcs12", "-export", "-inkey", key, "-in", chain, "-out", path,
             "-passout", "env:STORE_PASSWORD", *more],
            env={**os.environ, "STORE_PASSWORD": PASSWORD.reveal()}, check=True,
            capture_output=True,
        )  # fmt: skip
        found = {each.code for each in check_store(open_file(path, PASSWORD).store)}
        assert ("legacy-format" in found) is is_old, (name, found)


def test_a_key_that_openssl_locked_with_md5_is_old(tmp_path: Path) -> None:
    path = tmp_path / "old.pem"
    chain = "".join(each.pem() for each in LEAF.full_chain)
    sealed = {
        form: LEAF.key.private_bytes(
            Encoding.PEM, form, BestAvailableEncryption(PASSWORD.reveal().encode())
        ).decode()
        for form in (PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8)
    }
    for form, text in sealed.items():
        path.write_text(text + chain)
        path.chmod(0o600)
        codes = {each.code for each in check_store(open_file(path, PASSWORD).store)}
        assert ("legacy-format" in codes) is (form is PrivateFormat.TraditionalOpenSSL)


def test_a_collection_of_roots_without_a_password_has_no_old_protection(tmp_path: Path) -> None:
    from handfast.core.store import Strength

    path = tmp_path / "cacerts"
    save_store(replace(trusting(ROOT), password=None, strength=Strength.NONE), path)
    assert check_store(open_file(path, None).store) == ()


def test_nothing_but_its_format_and_password_is_said_of_cacerts() -> None:
    path = Path(program("keytool")).resolve().parent.parent / "lib" / "security" / "cacerts"
    if not path.exists():
        pytest.skip("this JDK has no cacerts")
    found = open_file(path, Password("changeit")).store
    assert len(found.entries) > 50
    codes = {each.code for each in check_store(found)}
    # Roots age; what is in the collection today is for its makers to say.
    assert codes <= {"legacy-format", "well-known-password", "expired", "expiring", "weak-key"}
