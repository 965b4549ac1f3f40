"""JCEKS both ways: keys of all kinds, secret ones above all, between Java and us."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import (
    Cancelled,
    Damaged,
    HandfastError,
    InvalidInput,
    Unsupported,
    WrongPassword,
)
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Store
from handfast.formats.base import Limits
from handfast.formats.java import objects
from handfast.formats.registry import read_store, unlock_entry, write_store
from handfast.services.files.saving import save_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "a pass phrase"
OTHER = Password("another one")


@pytest.fixture(scope="module")
def made(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of three kinds, one with a chain, a trusted certificate and three secret keys."""
    path = tmp_path_factory.mktemp("jceks") / "made.jceks"
    common = ("-keystore", path, "-storepass", PASSWORD, "-storetype", "JCEKS")
    for alias, options in {
        "ca": ("-keyalg", "RSA", "-keysize", "2048", "-keypass", PASSWORD, "-ext", "bc:c"),
        "grüße 🔑": ("-keyalg", "EC", "-groupname", "secp256r1", "-keypass", PASSWORD,
                     "-signer", "ca", "-signerkeypass", PASSWORD),
        "own": ("-keyalg", "DSA", "-keysize", "2048", "-keypass", OTHER.reveal()),
    }.items():  # fmt: skip
        keytool("-genkeypair", "-alias", alias, "-dname", f"CN={alias}", *options, *common)
    for alias, algorithm, size, own in (
        ("aes", "AES", "256", PASSWORD),
        ("mac", "HmacSHA256", "256", OTHER.reveal()),
        ("des", "DES", "56", PASSWORD),
    ):
        keytool("-genseckey", "-alias", alias, "-keyalg", algorithm, "-keysize", size,
                "-keypass", own, *common)  # fmt: skip
    certificate = path.with_suffix(".cer")
    keytool("-exportcert", "-alias", "ca", "-file", certificate, *common)
    keytool("-importcert", "-noprompt", "-alias", "partner", "-file", certificate, *common)
    return path


@pytest.fixture(scope="module")
def opened(made: Path) -> Store:
    passwords = {"own": OTHER, "mac": OTHER}
    return read_store(made.read_bytes(), Password(PASSWORD), entry_passwords=passwords)


def keys(java: JavaPeer, path: Path, password: str) -> dict[str, tuple[str, ...]]:
    """Kind, number of certificates, algorithm and SHA-256 of each key, as Java has them."""
    return {
        alias: (kind, str(len(chain.split(","))) if chain else "0", algorithm, digest)
        for alias, kind, _, chain, algorithm, digest, _ in java(
            "dump", "JCEKS", path, password, password
        )
    }


def key_of(entry: object) -> bytes:
    if isinstance(entry, SecretKey):
        assert entry.material is not None
        return entry.material.reveal()
    if isinstance(entry, KeyPair):
        assert entry.key is not None
        return entry.key.pkcs8
    return b""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


def test_every_entry_is_there(opened: Store) -> None:
    assert opened.format is Format.JCEKS
    assert opened.integrity is Integrity.VERIFIED
    found = {
        each.alias: (each.kind, each.algorithm, len(each.chain), each.is_locked)
        for each in opened.entries
    }
    assert found == {
        "ca": ("key-pair", "RSA", 1, False),
        "grüße 🔑": ("key-pair", "EC", 2, False),
        "own": ("key-pair", "DSA", 1, False),
        "aes": ("secret-key", "AES", 0, False),
        "mac": ("secret-key", "HmacSHA256", 0, False),
        "des": ("secret-key", "DES", 0, False),
        "partner": ("trusted-certificate", "RSA", 1, False),
    }
    assert {entry.alias: entry.bits for entry in opened.secret_keys} == {
        "aes": 256,
        "mac": 256,
        "des": 64,
    }
    for pair in opened.key_pairs:
        assert pair.key is not None
        assert pair.key.fits(pair.chain[0].public_key_der)


def test_keys_with_passwords_of_their_own_stay_locked_without(made: Path) -> None:
    store = read_store(made.read_bytes(), Password(PASSWORD))
    assert {entry.alias for entry in store.entries if entry.is_locked} == {"own", "mac"}
    mac = store.get("mac")
    assert isinstance(mac, SecretKey)
    with pytest.raises(WrongPassword):
        unlock_entry(store, mac, Password("wrong one"))
    unlocked = unlock_entry(store, mac, OTHER)
    assert (unlocked.algorithm, unlocked.bits, unlocked.password) == ("HmacSHA256", 256, OTHER)


def test_a_wrong_password_and_damage_are_told_apart(made: Path) -> None:
    data = made.read_bytes()
    with pytest.raises(WrongPassword):
        read_store(data, Password("wrong"))
    for cut in (13, len(data) // 3, len(data) // 2, len(data) - 5):
        with pytest.raises(Damaged) as damaged:
            read_store(data[:cut], Password(PASSWORD))
        assert damaged.value.offset is not None


def test_without_a_password_the_certificates_are_seen(made: Path) -> None:
    store = read_store(made.read_bytes())
    assert store.integrity is Integrity.UNVERIFIED
    assert sum(entry.is_locked for entry in store.entries) == 6
    assert store.get("partner").algorithm == "RSA"


def test_an_untouched_store_is_written_as_it_was(made: Path, opened: Store) -> None:
    data = made.read_bytes()
    assert write_store(opened) == data
    # The keys that were never opened go back as they came.
    assert write_store(read_store(data, Password(PASSWORD))) == data


def test_java_reads_keys_that_were_sealed_anew(
    opened: Store, java: JavaPeer, tmp_path: Path
) -> None:
    path = tmp_path / "anew.jceks"
    password = Password("a new password")
    without_own = [entry for entry in opened.entries if getattr(entry, "password", None) is None]
    save_store(Store(format=Format.JCEKS, entries=tuple(without_own), password=password), path)
    found = keys(java, path, password.reveal())
    assert found == {
        entry.alias: (
            entry.kind,
            str(len(entry.chain)),
            "" if entry.kind == "trusted-certificate" else entry.algorithm,
            sha256(key_of(entry)),
        )
        for entry in without_own
    }


def test_keytool_opens_a_key_by_its_own_password_only(
    opened: Store, keytool: Tool, tmp_path: Path
) -> None:
    path = tmp_path / "changed.jceks"
    save_store(opened.with_password(Password("changed it")), path)
    options = ("-keystore", path, "-storepass", "changed it", "-new", "yet another")
    assert "JCEKS" in keytool("-list", *options[:4]).stdout
    keytool("-keypasswd", "-alias", "own", "-keypass", OTHER.reveal(), *options)
    refused = keytool("-keypasswd", "-alias", "aes", "-keypass", PASSWORD, *options, check=False)
    assert refused.returncode != 0
    keytool("-keypasswd", "-alias", "aes", "-keypass", "changed it", *options)


def test_secret_keys_go_between_pkcs12_and_jceks(
    sample_pkcs12: Any, java: JavaPeer, tmp_path: Path
) -> None:
    password = Password(sample_pkcs12.password)
    source = read_store(sample_pkcs12.path.read_bytes(), password)
    path = tmp_path / "converted.jceks"
    save_store(Store(format=Format.JCEKS, entries=source.entries, password=password), path)
    found = keys(java, path, password.reveal())
    assert found["secret"] == ("secret-key", "0", "AES", sha256(key_of(source.get("secret"))))
    again = Store(
        format=Format.PKCS12,
        entries=read_store(path.read_bytes(), password).entries,
        password=password,
    )
    restored = save_store(again, tmp_path / "restored.p12").store
    assert key_of(restored.get("secret")) == key_of(source.get("secret"))


def test_aliases_are_folded_as_java_looks_for_them(java: JavaPeer, tmp_path: Path) -> None:
    path = tmp_path / "folded.jceks"
    key = SecretKey(alias="Grüße ÄÖ", algorithm="AES", material=SecretMaterial(bytes(16)))
    save_store(Store(format=Format.JCEKS, entries=(key,), password=OTHER), path)
    assert set(keys(java, path, OTHER.reveal())) == {"grüße äö"}


def test_a_password_that_java_refuses_is_refused() -> None:
    key = SecretKey(alias="aes", algorithm="AES", material=SecretMaterial(bytes(16)))
    with pytest.raises(InvalidInput) as refused:
        write_store(Store(format=Format.JCEKS, entries=(key,), password=Password("naïve one")))
    assert "ASCII" in refused.value.problem
    # Without a key to seal there is nothing against it.
    empty = write_store(Store(format=Format.JCEKS, password=Password("naïve one")))
    assert read_store(empty, Password("naïve one")).integrity is Integrity.VERIFIED


# --- hostile -------------------------------------------------------------------------------------


def test_keys_beyond_the_limit_wait_until_they_are_asked_for(made: Path) -> None:
    data = made.read_bytes()
    store = read_store(data, Password(PASSWORD), limits=Limits(rounds=199_999))
    assert all(each.is_locked for each in (*store.key_pairs, *store.secret_keys))
    assert "6 keys have not been tried yet" in store.remarks[0]
    assert write_store(store) == data
    aes = store.get("aes")
    assert isinstance(aes, SecretKey)
    assert not unlock_entry(store, aes, Password(PASSWORD)).is_locked


def test_a_key_of_absurd_cost_is_opened_only_when_asked_for_and_can_be_stopped(made: Path) -> None:
    rounds = (200_000).to_bytes(3, "big")
    data = made.read_bytes().replace(b"\x02\x03" + rounds, b"\x02\x03\x7f\xff\xff")
    aes = read_store(data).get("aes")
    assert isinstance(aes, SecretKey)
    body = data[:-20]
    phrase = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite"
    mended = read_store(body + hashlib.sha1(phrase + body).digest(), Password(PASSWORD))
    kept = mended.get("aes")
    assert kept.is_locked
    assert "8,388,607" in kept.trouble
    calls = 0

    def stop(_done: int, _total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        unlock_entry(mended, aes, Password(PASSWORD), progress=stop)


def test_an_object_of_another_class_is_refused_at_its_name(made: Path) -> None:
    data = made.read_bytes().replace(b"javax.crypto.SealedObject", b"javax.crypto.SealedObjecs")
    with pytest.raises(Unsupported) as refused:
        read_store(data)
    assert "SealedObjecs" in refused.value.problem
    assert refused.value.offset == data.index(b"javax.crypto.SealedObjecs") - 3


def nested(count: int) -> bytes:
    """Objects inside objects, as deep as one likes."""
    inner = b"\x73\x72\x00\x01A" + bytes(8) + b"\x02\x00\x01L\x00\x01f\x74\x00\x01L\x78\x70"
    return objects.HEAD + inner + b"\x73\x71\x00\x7e\x00\x00" * count


@pytest.mark.parametrize(
    "stream",
    [
        nested(30_000),
        objects.HEAD + b"\x73\x72\x00\x01A" + bytes(8) + b"\x02\xff\xff",
        objects.HEAD + b"\x73\x71\x7f\xff\xff\xff",
        objects.HEAD + b"\x75" + objects.BYTE_ARRAY_CLASS + struct.pack(">I", 0x7FFFFFFF) + b"few",
        objects.HEAD,
    ],
    ids=["nested", "fields", "reference", "length", "empty"],
)
def test_a_hostile_object_is_refused(stream: bytes) -> None:
    with pytest.raises(objects.Malformed):
        objects.read_object(stream, 0, frozenset({"A"}))


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_altered_bytes_give_a_store_or_a_typed_error(data: st.DataObject, made: Path) -> None:
    raw = bytearray(made.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_store(bytes(raw))
    except HandfastError as error:
        assert error.problem  # noqa: PT017 - either outcome is right


def test_a_sealed_object_that_is_not_java_s_own_is_refused(made: Path) -> None:
    """Java's filter takes the provider's own class only, whatever it is made of."""
    data = made.read_bytes()
    own = objects.write_text("com.sun.crypto.provider.SealedObjectForKeyProtector")
    plain = objects.write_text("javax.crypto.SealedObject")
    with pytest.raises(Unsupported) as refused:
        read_store(data.replace(own, plain))
    assert "not sealed by Java" in refused.value.problem
