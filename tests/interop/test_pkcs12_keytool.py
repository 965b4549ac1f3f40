"""PKCS#12 both ways with keytool and openssl."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import Damaged, HandfastError, PasswordNeeded, TooCostly, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Strength
from handfast.formats.base import Limits
from handfast.formats.registry import read_store, unlock_entry, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import JavaPeer

PASSWORD = "pass word"
LEGACY = "-J-Dkeystore.pkcs12.legacy"


@pytest.fixture(scope="module", params=["modern", "legacy"])
def made(request: Any, keytool: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of four kinds, a chain, a secret key and a trusted certificate."""
    path = tmp_path_factory.mktemp("p12") / f"{request.param}.p12"
    tail = ("-keystore", path, "-storepass", PASSWORD, "-storetype", "PKCS12")
    if request.param == "legacy":
        tail = (*tail, LEGACY)
    for alias, options in {
        "ca": ("-keyalg", "RSA", "-keysize", "2048", "-ext", "bc:c"),
        "leaf": ("-keyalg", "EC", "-groupname", "secp256r1", "-signer", "ca"),
        "edwards": ("-keyalg", "Ed25519"),
        "old": ("-keyalg", "DSA", "-keysize", "2048"),
    }.items():
        name = f"CN={alias}, O=Acme, C=AU"
        keytool("-genkeypair", "-alias", alias, "-dname", name, *options, *tail)
    keytool("-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256", *tail)
    cer = path.with_suffix(".cer")
    keytool("-exportcert", "-alias", "edwards", "-file", cer, *tail)
    keytool("-importcert", "-noprompt", "-alias", "grüße 🔑", "-file", cer, *tail)
    return path


def test_every_entry_is_there(made: Path) -> None:
    store = read_store(made.read_bytes(), Password(PASSWORD))
    assert store.integrity is Integrity.VERIFIED
    assert {(e.alias, e.kind, e.algorithm, len(e.chain), e.is_locked) for e in store.entries} == {
        ("ca", "key-pair", "RSA", 1, False),
        ("leaf", "key-pair", "EC", 2, False),
        ("edwards", "key-pair", "Ed25519", 1, False),
        ("old", "key-pair", "DSA", 1, False),
        ("secret", "secret-key", "AES", 0, False),
        ("grüße 🔑", "trusted-certificate", "Ed25519", 1, False),
    }
    for pair in store.key_pairs:
        assert pair.created is not None
        assert pair.key is not None
        assert pair.key.fits(pair.chain[0].public_key_der)


def test_an_untouched_store_is_written_as_it_was(made: Path) -> None:
    data = made.read_bytes()
    assert write_store(read_store(data, Password(PASSWORD))) == data


def test_keytool_reads_what_was_edited(made: Path, keytool: Any, tmp_path: Path) -> None:
    store = read_store(made.read_bytes(), Password(PASSWORD))
    pair = make_pair(PairRequest(alias="new", name="CN=New", key="ec:P-256"))
    edited = store.without([store.get("edwards")]).with_entries([pair])
    edited = import_certificates(edited, [(pair.chain[0], "also")])
    path = tmp_path / "edited.p12"
    save_store(edited.with_password(Password("another one")), path)
    listing = keytool("-list", "-keystore", path, "-storepass", "another one").stdout
    assert "contains 7 entries" in listing
    for line in ("new,", "ca,", "leaf,", "old,", "secret,", "grüße 🔑,", "also,"):
        assert line in listing
    # Copying every entry makes keytool open every key.
    keytool(
        "-importkeystore", "-srckeystore", path, "-srcstorepass", "another one",
        "-destkeystore", tmp_path / "copy.p12", "-deststorepass", "changeit",
    )  # fmt: skip
    again = open_file(path, Password("another one")).store
    assert again.protection == store.protection
    refused = keytool("-list", "-keystore", path, "-storepass", PASSWORD, check=False)
    assert refused.returncode != 0


def test_a_wrong_password_damage_and_cost_are_told_apart(made: Path) -> None:
    data = made.read_bytes()
    with pytest.raises(WrongPassword):
        read_store(data, Password("wrong"))
    with pytest.raises(PasswordNeeded):
        read_store(data)
    with pytest.raises(Damaged) as damaged:
        read_store(data[:-100], Password(PASSWORD))
    assert damaged.value.offset is not None
    with pytest.raises(TooCostly):
        read_store(data, Password(PASSWORD), limits=Limits(iterations=1000))


def test_only_typed_errors_come_of_mutilated_files(made: Path) -> None:
    data = made.read_bytes()
    outcomes = set()
    for position in range(0, len(data), 97):
        for mutilated in (
            data[:position],
            data[:position] + bytes((data[position] ^ 0x41,)) + data[position + 1 :],
        ):
            try:
                read_store(mutilated, Password(PASSWORD), limits=Limits(iterations=200_000))
            except HandfastError as error:
                outcomes.update(type(error).__mro__)
    assert {Damaged, WrongPassword} <= outcomes


def test_openssl_reads_what_old_readers_can(openssl: Any, tmp_path: Path) -> None:
    store = new_store(Format.PKCS12, Password("changeit"), Strength.COMPATIBLE)
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="rsa:2048"))
    path = tmp_path / "compatible.p12"
    save_store(store.with_entries([pair]), path)
    told = openssl("pkcs12", "-in", path, "-passin", "pass:changeit", "-noout", "-info").stderr
    assert "pbeWithSHA1And3-KeyTripleDES-CBC" in told
    assert "MAC: sha1" in told
    bad = openssl("pkcs12", "-in", path, "-passin", "pass:x", "-noout", check=False)
    assert bad.returncode != 0


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-nomac",),
        ("-legacy",),
        ("-keypbe", "NONE", "-certpbe", "NONE"),
        ("-certpbe", "AES-128-CBC", "-macalg", "sha512"),
    ],
    ids=["default", "nomac", "legacy", "plain", "aes128"],
)
def test_what_openssl_writes_is_read(
    openssl: Any, tmp_path: Path, options: tuple[str, ...]
) -> None:
    key, cert, path = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "out.p12"
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", key, "-out", cert, "-subj", "/CN=Peer", "-days", "9",
    )  # fmt: skip
    openssl(
        "pkcs12", "-export", "-inkey", key, "-in", cert, "-name", "Peer", "-out", path,
        "-passout", "pass:changeit", *options,
    )  # fmt: skip
    (pair,) = open_file(path).store.key_pairs
    assert pair.alias == "Peer"
    assert pair.key is not None
    assert pair.key.fits(pair.chain[0].public_key_der)


def test_a_key_with_a_password_of_its_own(tmp_path: Path) -> None:
    import dataclasses

    own = Password("its own")
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    pair = dataclasses.replace(pair, password=own)
    path = tmp_path / "own.p12"
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([pair])
    save_store(store, path)
    opened = open_file(path).store
    (locked,) = opened.key_pairs
    assert locked.is_locked
    with pytest.raises(WrongPassword):
        unlock_entry(opened, locked, Password("no"))
    assert unlock_entry(opened, locked, own).is_locked is False
    # A locked key is carried along when something else is edited.
    edited = import_certificates(opened, [(pair.chain[0], "other")])
    again = read_store(write_store(edited), Password("changeit"), entry_passwords={"pair": own})
    assert again.key_pairs[0].key == pair.key


def test_an_empty_alias_is_one_and_a_missing_one_is_numbered(
    keytool: Any, openssl: Any, tmp_path: Path
) -> None:
    path = tmp_path / "empty.p12"
    tail = ("-keystore", path, "-storepass", PASSWORD, "-keyalg", "EC")
    for alias in ("", "other"):
        keytool("-genkeypair", "-alias", alias, "-dname", "CN=e", *tail)
    opened = open_file(path, Password(PASSWORD))
    assert [each.alias for each in opened.store.entries] == ["", "other"]
    # It stays what it is when something else is changed.
    store = import_certificates(opened.store, [(opened.store.key_pairs[0].chain[0], "third")])
    save_store(store, path, expected=opened.stamp)
    listed = keytool("-list", "-keystore", path, "-storepass", PASSWORD).stdout
    assert "\n, " in listed
    assert "\n1, " not in listed
    text, nameless = tmp_path / "text.pem", tmp_path / "nameless.p12"
    words = ("-passin", f"pass:{PASSWORD}", "-passout", f"pass:{PASSWORD}")
    text.write_text(openssl("pkcs12", "-in", path, "-nodes", *words).stdout)
    openssl("pkcs12", "-export", "-in", text, "-out", nameless, *words)
    assert open_file(nameless, Password(PASSWORD)).store.key_pairs[0].alias == "1"


def test_secret_keys_have_the_names_that_java_gives_them(
    keytool: Any, java: JavaPeer, tmp_path: Path
) -> None:
    path = tmp_path / "secrets.p12"
    sizes = {"DESede": "168", "ARCFOUR": "128", "HmacSHA3-256": "256", "HmacSHA512/256": "256"}
    for name, size in sizes.items():
        words = ("-keyalg", name, "-keysize", size, "-keystore", path, "-storepass", PASSWORD)
        keytool("-genseckey", "-alias", name, *words)
    opened = open_file(path, Password(PASSWORD))
    assert [each.algorithm for each in opened.store.entries] == list(sizes)
    # Written by us under those names, Java sees the very keys that it made.
    made = new_store(Format.PKCS12, Password(PASSWORD))
    entries = [dataclasses.replace(each, native=None) for each in opened.store.entries]
    save_store(made.with_entries(entries), tmp_path / "ours.p12")

    def seen(name: str) -> list[list[str]]:
        lines = java("dump", "PKCS12", tmp_path / name, PASSWORD, PASSWORD)
        return sorted([*line[:2], *line[4:]] for line in lines)

    assert seen("ours.p12") == seen("secrets.p12")
    assert len(seen("ours.p12")) == len(sizes)
