"""PKCS#12 with all that the openssl program can put into it, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.asn1.ber import der
from handfast.core.errors import Unsupported, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Integrity
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from tests.support import pfx

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from tests.support.tools import Tool

PASSWORD, WRONG = Password("changeit"), Password("wrong")
CIPHERS = {
    "PBE-SHA1-RC4-128": "RC4-128",
    "PBE-SHA1-RC4-40": "RC4-40",
    "PBE-SHA1-3DES": "3DES",
    "PBE-SHA1-2DES": "3DES",
    "PBE-SHA1-RC2-128": "RC2-128",
    "PBE-SHA1-RC2-40": "RC2-40",
    "PBE-MD5-DES": "DES-64",
    "PBE-SHA1-DES": "DES-64",
    "AES-128-CBC": "AES-128",
    "AES-192-CBC": "AES-192",
    "AES-256-CBC": "AES-256",
    "DES-EDE3-CBC": "3DES",
    "DES-CBC": "DES-64",
    "RC2-CBC": "RC2-128",
}
DIGESTS = (
    "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256",
    "sha3-224", "sha3-256", "sha3-384", "sha3-512",
)  # fmt: skip
#: What `openssl genpkey` is told, and what we call it.
KEYS = {
    "rsa": (("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"), "RSA"),
    "rsa-pss": (("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"), "RSA"),
    "dh": (("-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"), "DH"),
    "dhx": (("-algorithm", "DHX", "-pkeyopt", "group:dh_2048_256"), "DH"),
    "ec": (("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"), "EC"),
    "ec-explicit": (
        ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-pkeyopt", "ec_param_enc:explicit"), "EC",
    ),
    "ed25519": (("-algorithm", "ED25519"), "Ed25519"),
    "ed448": (("-algorithm", "ED448"), "Ed448"),
    "x25519": (("-algorithm", "X25519"), "X25519"),
    "x448": (("-algorithm", "X448"), "X448"),
}  # fmt: skip


@pytest.fixture(scope="module")
def pem(openssl: Tool, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and its certificate."""
    folder = tmp_path_factory.mktemp("openssl")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Peer", "-days", "9",
            "-keyout", key, "-out", certificate)  # fmt: skip
    return key, certificate


@pytest.fixture(scope="module")
def partner() -> KeyPair:
    return make_pair(PairRequest(alias="partner", name="CN=Partner", key="ec:P-256"))


def exported(openssl: Tool, pem: tuple[Path, Path], path: Path, *options: str) -> Store:
    """What openssl wrote, under the right password and not under a wrong one."""
    key, certificate = pem
    openssl("pkcs12", "-export", "-inkey", key, "-in", certificate, "-name", "peer", "-out", path,
            "-passout", "pass:changeit", *options)  # fmt: skip
    with pytest.raises(WrongPassword):
        read_store(path.read_bytes(), WRONG)
    store = read_store(path.read_bytes(), PASSWORD)
    assert [(each.alias, each.is_locked) for each in store.entries] == [("peer", False)]
    assert store.integrity is Integrity.VERIFIED
    return store


def told(openssl: Tool, path: Path, *options: str) -> str:
    """What openssl sees in a store, its keys in the clear."""
    shown = openssl("pkcs12", "-in", path, "-passin", "pass:changeit", "-nodes", "-info", *options)
    return shown.stdout + shown.stderr


@pytest.mark.parametrize("cipher", CIPHERS)
def test_each_cipher_is_read_and_written_in_its_own_way(
    cipher: str, openssl: Tool, pem: tuple[Path, Path], partner: KeyPair, tmp_path: Path
) -> None:
    path = tmp_path / "store.p12"
    store = exported(openssl, pem, path, "-legacy", "-keypbe", cipher, "-certpbe", cipher)
    assert CIPHERS[cipher] in store.protection
    before = told(openssl, path, "-legacy")
    path.write_bytes(write_store(import_certificates(store, [(partner.chain[0], "partner")])))
    after = told(openssl, path, "-legacy")
    assert after.count("-----BEGIN CERTIFICATE-----") == 2
    for line in before.splitlines():
        # The same protection, the same key.
        if line.startswith(("PKCS7 Encrypted data", "Shrouded Keybag", "MII")):
            assert line in after


@pytest.mark.parametrize("digest", DIGESTS)
def test_each_digest_of_the_integrity_check(
    digest: str, openssl: Tool, pem: tuple[Path, Path], partner: KeyPair, tmp_path: Path
) -> None:
    path = tmp_path / "store.p12"
    store = exported(openssl, pem, path, "-macalg", digest)
    mac = next(line for line in told(openssl, path).splitlines() if line.startswith("MAC:"))
    path.write_bytes(write_store(import_certificates(store, [(partner.chain[0], "partner")])))
    assert mac in told(openssl, path)


@pytest.mark.parametrize("cipher", ["aria-256-cbc"])
def test_a_cipher_that_is_not_known_is_told(
    cipher: str, openssl: Tool, pem: tuple[Path, Path], tmp_path: Path
) -> None:
    path = tmp_path / "store.p12"
    openssl("pkcs12", "-export", "-inkey", pem[0], "-in", pem[1], "-certpbe", cipher,
            "-out", path, "-passout", "pass:changeit")  # fmt: skip
    with pytest.raises(Unsupported, match="does not support"):
        read_store(path.read_bytes(), PASSWORD)


@pytest.mark.parametrize("kind", KEYS)
def test_each_kind_of_key_is_kept(
    kind: str, openssl: Tool, partner: KeyPair, tmp_path: Path
) -> None:
    options, algorithm = KEYS[kind]
    key, path = tmp_path / "key.pem", tmp_path / "store.p12"
    openssl("genpkey", *options, "-out", key)
    openssl("pkcs12", "-export", "-nocerts", "-inkey", key, "-name", kind, "-out", path,
            "-passout", "pass:changeit")  # fmt: skip
    store = read_store(path.read_bytes(), PASSWORD)
    (pair,) = store.key_pairs
    assert (pair.alias, pair.algorithm, pair.is_locked) == (kind, algorithm, False)
    more = import_certificates(store, [(partner.chain[0], "partner")])
    path.write_bytes(write_store(more.with_password(Password("another"))))
    again = openssl("pkcs12", "-in", path, "-passin", "pass:another", "-nodes", "-nocerts").stdout
    body = again[again.index("-----BEGIN") :]
    assert body.strip() == openssl("pkey", "-in", key).stdout.strip()
    with pytest.raises(WrongPassword):
        read_store(path.read_bytes(), PASSWORD)


def test_a_key_sealed_with_scrypt(openssl: Tool, pem: tuple[Path, Path], tmp_path: Path) -> None:
    sealed = tmp_path / "sealed.der"
    openssl("pkcs8", "-topk8", "-scrypt", "-in", pem[0], "-outform", "DER", "-out", sealed,
            "-passout", "pass:changeit")  # fmt: skip
    word = "changeit".encode("utf-16-be") + b"\0\0"
    bag = pfx.bag(pfx.SHROUDED, sealed.read_bytes(), pfx.name("scrypt"))
    data = pfx.pfx(pfx.part(bag), mac=pfx.sha1_mac(word))
    (pair,) = read_store(data, PASSWORD).key_pairs
    assert pair.key is not None
    plain = tmp_path / "plain.der"
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", pem[0], "-outform", "DER", "-out", plain)
    assert pair.key.pkcs8 == plain.read_bytes()
    assert write_store(read_store(data, PASSWORD)) == data
    other = sealed.read_bytes().replace(der(2, b"\x08"), der(2, b"\x09"), 1)
    assert other != sealed.read_bytes()
    bad = pfx.pfx(pfx.part(pfx.bag(pfx.SHROUDED, other)), mac=pfx.sha1_mac(word))
    assert read_store(bad, PASSWORD).key_pairs[0].is_locked
