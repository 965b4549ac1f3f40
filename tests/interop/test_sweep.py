"""Every store that Java 17 writes is read in full, and nothing of it is lost when it is saved."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.formats.registry import write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from tests.support.samples import Sample
    from tests.support.tools import JavaPeer, Tool

OWN = {"ca": "of the root", "edwards": "of Edwards"}
P12 = "keystore.pkcs12."
CIPHERS = {
    "sha512-aes128": ("PBEWithHmacSHA512AndAES_128", "PBEWithHmacSHA1AndAES_256", "HmacPBESHA512"),
    "3des-rc2": ("PBEWithSHA1AndDESede", "PBEWithSHA1AndRC2_40", "HmacPBESHA1"),
    "rc4": ("PBEWithSHA1AndRC4_128", "PBEWithSHA1AndRC4_40", "HmacPBESHA224"),
    "rc2": ("PBEWithSHA1AndRC2_128", "PBEWithSHA1AndRC2_128", "HmacPBESHA384"),
    "clear-certificates": ("PBEWithHmacSHA256AndAES_256", "NONE", "NONE"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How Java is to write it: under which password, with which settings and entry passwords."""

    wanted: Format = Format.PKCS12
    password: str = "changeit"
    settings: tuple[str, ...] = ()
    own: dict[str, str] = field(default_factory=dict)
    #: OpenSSL 3 keeps RC2, RC4 and the like apart.
    openssl: tuple[str, ...] = ()


VARIANTS = {
    "jks": Variant(wanted=Format.JKS),
    "jks-own-passwords": Variant(wanted=Format.JKS, own=OWN),
    "jks-unicode-password": Variant(wanted=Format.JKS, password="ключ 🔑 ß"),
    "jceks": Variant(wanted=Format.JCEKS),
    "pkcs12": Variant(),
    "pkcs12-own-passwords": Variant(own=OWN),
    "pkcs12-legacy": Variant(settings=(P12 + "legacy=true",), openssl=("-legacy",)),
    "pkcs12-iterations": Variant(
        settings=tuple(
            f"{P12}{each}IterationCount={number}"
            for each, number in (("keyPbe", 1), ("certPbe", 77), ("mac", 4096))
        )
    ),
    **{
        name: Variant(
            settings=(
                f"{P12}keyProtectionAlgorithm={key}",
                f"{P12}certProtectionAlgorithm={certificate}",
                f"{P12}macAlgorithm={mac}",
            ),
            openssl=("-legacy",),
        )
        for name, (key, certificate, mac) in CIPHERS.items()
    },
    # Java writes no keys without a password, so these are its trusted certificates alone.
    "pkcs12-password-less": Variant(
        password="",
        settings=(P12 + "certProtectionAlgorithm=NONE", P12 + "macAlgorithm=NONE"),
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep")


def made(name: str, sample: Sample, folder: Path, java: JavaPeer) -> tuple[Path, Variant]:
    """The sample as Java writes it in a variant."""
    variant = VARIANTS[name]
    path = folder / name
    own = (f"@{alias}={password}" for alias, password in variant.own.items())
    source = ("PKCS12", sample.path, sample.password)
    target = (variant.wanted.value, path, variant.password)
    java("copy", *source, *target, *variant.settings, *own)
    return path, variant


def java_sees(java: JavaPeer, path: Path, variant: Variant) -> dict[str, tuple[str, ...]]:
    """By alias: kind, date, certificates, algorithm and digest of the key, and what opened it."""
    passwords = dict.fromkeys((variant.password, *variant.own.values()))
    told = java("dump", variant.wanted.value, path, variant.password, *passwords)
    found = {}
    for alias, kind, created, chain, algorithm, *rest in told:
        # PKCS#12 has no date for what is trusted: Java says the time of reading.
        dated = kind != "trusted-certificate" or variant.wanted is not Format.PKCS12
        found[alias] = (kind, created if dated else "", chain, algorithm, *rest)
    return found


def we_see(entries: Iterable[Entry], variant: Variant) -> dict[str, tuple[str, ...]]:
    found = {}
    for entry in entries:
        algorithm, digest, opened = "", "", ""
        if isinstance(entry, KeyPair | SecretKey):
            password = entry.password.reveal() if entry.password is not None else variant.password
            algorithm, opened = entry.algorithm.replace("Ed25519", "EdDSA"), password
        if isinstance(entry, KeyPair) and entry.key is not None:
            digest = hashlib.sha256(entry.key.pkcs8).hexdigest()
        if isinstance(entry, SecretKey) and entry.material is not None:
            digest = hashlib.sha256(entry.material.reveal()).hexdigest()
        created = str(round(entry.created.timestamp() * 1000)) if entry.created else ""
        chain = ",".join(each.sha256 for each in entry.chain)
        found[entry.alias] = (entry.kind, created, chain, algorithm, digest, opened)
    return found


def opened(path: Path, variant: Variant) -> Store:
    password = Password(variant.password) if variant.password else None
    own = {alias: Password(text) for alias, text in variant.own.items()}
    return open_file(path, password, entry_passwords=own).store


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_is_missed_and_nothing_is_lost(
    name: str, sample_pkcs12: Sample, folder: Path, java: JavaPeer, openssl: Tool
) -> None:
    path, variant = made(name, sample_pkcs12, folder, java)
    before = java_sees(java, path, variant)
    store = opened(path, variant)
    assert we_see(store.entries, variant) == before
    kinds = {kind for kind, *_ in before.values()}
    assert len(kinds) == (1 if not variant.password else 2 if variant.wanted is Format.JKS else 3)
    # Saved as it is, it is the same file.
    assert write_store(store) == path.read_bytes()
    # After an edit everything else is as it was, to the byte of each key and to its password.
    other = make_pair(PairRequest(alias="other", name="CN=Other", key="ec:P-256"))
    edited = import_certificates(store, [(other.chain[0], "new one")])
    saved = save_store(edited, path, overwrite=True)
    assert saved.store.protection == store.protection
    after = java_sees(java, path, variant)
    kind, _, chain, *_ = after.pop("new one")
    assert (kind, chain) == ("trusted-certificate", other.chain[0].sha256)
    assert after == before
    if variant.wanted is Format.PKCS12:
        secret = f"pass:{variant.password}"
        # A password for all keys is all that OpenSSL can ask for.
        keys = ("-nokeys",) if variant.own else ("-nodes",)
        told = openssl("pkcs12", "-in", path, "-passin", secret, *keys, *variant.openssl, "-info")
        assert "friendlyName: new one" in told.stdout


@pytest.mark.parametrize("name", ["jks", "pkcs12", "pkcs12-own-passwords"])
def test_a_key_without_its_password_is_carried_along(
    name: str, sample_pkcs12: Sample, folder: Path, java: JavaPeer
) -> None:
    path, variant = made(name, sample_pkcs12, folder, java)
    before = java_sees(java, path, variant)
    password = Password(variant.password)
    store = open_file(path, password).store
    assert {each.alias for each in store.entries if each.is_locked} == set(variant.own)
    save_store(store.without([store.get("partner")]), path, overwrite=True)
    del before["partner"]
    assert java_sees(java, path, variant) == before


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12])
def test_what_keytool_itself_wrote_is_as_it_says(
    wanted: Format, sample_jks: Sample, sample_pkcs12: Sample, keytool: Tool, tmp_path: Path
) -> None:
    sample = sample_jks if wanted is Format.JKS else sample_pkcs12
    path = tmp_path / "copy"
    shutil.copy(sample.path, path)
    store = open_file(path, Password(sample.password)).store
    said = keytool_says(keytool, path, sample.password)
    assert said == {
        each.alias: (each.kind, tuple(certificate.sha256 for certificate in each.chain))
        for each in store.entries
    }
    assert {alias: kind for alias, (kind, _) in said.items()} == sample.kinds
    assert write_store(store) == path.read_bytes()
    other = make_pair(PairRequest(alias="other", name="CN=Other", key="ec:P-256"))
    save_store(store.with_entries([other]), path, overwrite=True)
    again = keytool_says(keytool, path, sample.password)
    assert again.pop("other") == ("key-pair", (other.chain[0].sha256,))
    assert again == said


def keytool_says(keytool: Tool, path: Path, password: str) -> dict[str, tuple[str, ...]]:
    """By alias: the kind, and the SHA-256 fingerprint of each certificate of the chain."""
    told = keytool("-list", "-v", "-keystore", path, "-storepass", password).stdout
    kinds = {
        "PrivateKeyEntry": "key-pair",
        "trustedCertEntry": "trusted-certificate",
        "SecretKeyEntry": "secret-key",
    }
    found = {}
    for part in re.split(r"^Alias name: ", told, flags=re.MULTILINE)[1:]:
        alias = part.split("\n", 1)[0]
        kind = re.search(r"Entry type: (\w+)", part)
        assert kind is not None
        prints = re.findall(r"SHA256: ([0-9A-F:]{95})", part)
        found[alias] = (
            kinds[kind[1]],
            tuple(each.replace(":", "").lower() for each in prints),
        )
    return found
