"""JKS both ways: what keytool writes we read, what we write keytool reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import Damaged, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Store
from handfast.formats.registry import read_store, write_store

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "pass phrase ß"
OTHER = Password("another one")


@pytest.fixture(scope="module")
def made(keytool: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of three kinds, one with a password of its own, and a trusted certificate."""
    path = tmp_path_factory.mktemp("jks") / "made.jks"
    common = ("-keystore", path, "-storepass", PASSWORD, "-storetype", "JKS")
    for alias, options in {
        "rsa": ("-keyalg", "RSA", "-keysize", "2048", "-keypass", PASSWORD),
        "grüße 🔑": ("-keyalg", "EC", "-groupname", "secp256r1", "-keypass", PASSWORD),
        "own": ("-keyalg", "DSA", "-keysize", "2048", "-keypass", OTHER.reveal()),
    }.items():
        keytool("-genkeypair", "-alias", alias, "-dname", "CN=Acme, C=AU", *options, *common)
    cer = path.with_suffix(".cer")
    keytool("-exportcert", "-alias", "rsa", "-file", cer, *common)
    keytool("-importcert", "-noprompt", "-alias", "partner", "-file", cer, *common)
    return path


def test_every_entry_is_there(made: Path) -> None:
    store = read_store(made.read_bytes(), Password(PASSWORD), entry_passwords={"own": OTHER})
    assert store.format is Format.JKS
    assert store.integrity is Integrity.VERIFIED
    found = {entry.alias: (entry.kind, entry.algorithm, entry.is_locked) for entry in store.entries}
    assert found == {
        "rsa": ("key-pair", "RSA", False),
        "grüße 🔑": ("key-pair", "EC", False),
        "own": ("key-pair", "DSA", False),
        "partner": ("trusted-certificate", "RSA", False),
    }
    for pair in store.key_pairs:
        assert pair.key is not None
        assert pair.key.fits(pair.chain[0].public_key_der)
        assert pair.created is not None


def test_a_key_of_another_password_stays_locked(made: Path) -> None:
    store = read_store(made.read_bytes(), Password(PASSWORD))
    assert [entry.alias for entry in store.entries if entry.is_locked] == ["own"]


def test_without_a_password_the_certificates_are_seen(made: Path) -> None:
    store = read_store(made.read_bytes())
    assert store.integrity is Integrity.UNVERIFIED
    assert all(pair.is_locked for pair in store.key_pairs)
    assert {len(entry.chain) for entry in store.entries} == {1}


def test_a_wrong_password_and_damage_are_told_apart(made: Path) -> None:
    data = made.read_bytes()
    with pytest.raises(WrongPassword) as wrong:
        read_store(data, Password("wrong"))
    assert wrong.value.code == 3
    with pytest.raises(Damaged) as damaged:
        read_store(data[: len(data) // 2], Password(PASSWORD))
    assert damaged.value.code == 4
    assert damaged.value.offset is not None


def test_an_untouched_store_is_written_as_it_was(made: Path) -> None:
    data = made.read_bytes()
    store = read_store(data, Password(PASSWORD))
    assert write_store(store) == data


def test_keytool_reads_an_edited_store(made: Path, keytool: Any, tmp_path: Path) -> None:
    store = read_store(made.read_bytes(), Password(PASSWORD))
    edited = store.without([store.get("partner")]).with_password(Password("changed it"))
    path = tmp_path / "edited.jks"
    path.write_bytes(write_store(edited))
    listing = keytool("-list", "-keystore", path, "-storepass", "changed it").stdout
    assert "Keystore type: JKS" in listing
    assert "contains 3 entries" in listing
    for alias, password in (("rsa", "changed it"), ("own", OTHER.reveal())):
        # Changing a key's password proves that keytool could open the key.
        keytool(
            "-keypasswd", "-keystore", path, "-storepass", "changed it",
            "-alias", alias, "-keypass", password, "-new", "yet another",
        )  # fmt: skip
    refused = keytool(
        "-keypasswd", "-keystore", path, "-storepass", "changed it",
        "-alias", "grüße 🔑", "-keypass", PASSWORD, "-new", "yet another", check=False,
    )  # fmt: skip
    assert refused.returncode != 0


def test_an_empty_store_is_one_too(keytool: Any, tmp_path: Path) -> None:
    path = tmp_path / "empty.jks"
    path.write_bytes(write_store(Store(format=Format.JKS, password=Password("changeit"))))
    listing = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert "contains 0 entries" in listing
