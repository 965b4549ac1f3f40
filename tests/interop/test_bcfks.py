"""BCFKS as Bouncy Castle itself writes it, in each of its variants."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.password import EMPTY, Password
from handfast.core.store import Format, Integrity
from handfast.formats.registry import read_store, unlock_entry, write_store
from handfast.services.exchange.converting import convert
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue
from tests.support.tools import QUICK_JVM, tool

if TYPE_CHECKING:
    from handfast.core.store import Store
    from tests.support.tools import JavaPeer

#: Where Debian puts it; another place may be named.
JAR = Path(os.environ.get("HANDFAST_BOUNCY_CASTLE", "/usr/share/java/bcprov.jar"))
WORD = Password("changeit")
VARIANTS = (
    "usual",
    "pbkdf2-sha512-ccm",
    "pbkdf2-sha3-ccm",
    "pbkdf2-sha512-wrap",
    "scrypt-ccm",
    "scrypt-wrap",
)
ALGORITHMS = {"AES", "DESede", "HmacSHA1", "HmacSHA256", "HmacSHA512", "Camellia", "SEED", "ARIA"}


def source() -> Store:
    root = issue(CN="BCFKS Root", is_ca=True)
    leaf = issue(CN="bcfks.example", issuer=root, rsa_bits=2048)
    store = new_store(Format.PKCS12, WORD)
    return store.with_entries([leaf.pair("pair"), root.trusted("ca")])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Store]:
    if not JAR.is_file():
        if os.environ.get("HANDFAST_REQUIRE_TOOLS", "") not in {"", "0"}:
            pytest.fail(f"Bouncy Castle is required here and is not at {JAR}")
        pytest.skip(f"Bouncy Castle is not at {JAR}")
    folder = tmp_path_factory.mktemp("bcfks")
    store = source()
    save_store(store, folder / "source.p12")
    program = Path(__file__).parents[1] / "data" / "bouncy_castle" / "Bcfks.java"
    tool("javac", "-encoding", "UTF-8", "-cp", str(JAR))("-d", folder, program)
    run = tool("java", *QUICK_JVM, "-cp", f"{JAR}{os.pathsep}{folder}", "Bcfks")
    run(folder, folder / "source.p12")
    return folder, store


def check(store: Store, wanted: Store, *, own_is_open: bool = False) -> None:
    assert store.format is Format.BCFKS
    pair, original = store.get("pair"), wanted.get("pair")
    assert isinstance(pair, KeyPair)
    assert isinstance(original, KeyPair)
    assert pair.key == original.key
    assert pair.chain == original.chain
    assert pair.created is not None
    assert store.get("ca").chain == wanted.get("ca").chain
    own = store.get("Own Password")
    assert own.is_locked is not own_is_open
    assert {each.algorithm for each in store.secret_keys} == ALGORITHMS
    for secret in store.secret_keys:
        assert secret.material is not None
        assert secret.material.reveal() == b"\1" + bytes(23)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_is_read_as_it_was_written(made: tuple[Path, Store], variant: str) -> None:
    folder, wanted = made
    data = (folder / f"{variant}.bcfks").read_bytes()
    store = read_store(data, WORD)
    assert store.integrity is Integrity.VERIFIED
    check(store, wanted)
    with pytest.raises(WrongPassword):
        read_store(data, Password("changeit2"))
    with pytest.raises(PasswordNeeded):
        read_store(data)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_changed_byte_is_noticed(made: tuple[Path, Store], variant: str) -> None:
    data = bytearray((made[0] / f"{variant}.bcfks").read_bytes())
    data[len(data) // 2] ^= 1
    with pytest.raises(WrongPassword):
        read_store(bytes(data), WORD)


@pytest.mark.parametrize(("name", "password"), [("umlaut", "pässwörd €"), ("empty", "")])
def test_passwords_of_other_characters_and_of_none(
    made: tuple[Path, Store], name: str, password: str
) -> None:
    data = (made[0] / f"{name}.bcfks").read_bytes()
    check(read_store(data, Password(password) if password else EMPTY), made[1])
    with pytest.raises(WrongPassword):
        read_store(data, WORD)


def test_a_key_with_a_password_of_its_own_is_opened_by_that_alone(
    made: tuple[Path, Store],
) -> None:
    folder, wanted = made
    data = (folder / "usual.bcfks").read_bytes()
    own = Password("its own")
    check(read_store(data, WORD, entry_passwords={"Own Password": own}), wanted, own_is_open=True)
    store = read_store(data, WORD)
    entry = store.get("Own Password")
    assert isinstance(entry, KeyPair | SecretKey)
    with pytest.raises(WrongPassword):
        unlock_entry(store, entry, Password("not its own"))
    opened = unlock_entry(store, entry, own)
    assert isinstance(opened, KeyPair)
    original = wanted.get("pair")
    assert isinstance(original, KeyPair)
    assert opened.key == original.key
    assert opened.password == own


def test_a_signed_keystore_is_read_and_called_unverified(made: tuple[Path, Store]) -> None:
    # Its contents are encrypted under no password; its keys have one of their own.
    data = (made[0] / "signed.bcfks").read_bytes()
    names = [f"secret-{each}" for each in ALGORITHMS]
    store = read_store(data, EMPTY, entry_passwords=dict.fromkeys(["pair", *names], WORD))
    check(store, made[1])
    assert store.integrity is Integrity.UNVERIFIED
    assert any("signed" in each for each in store.remarks)
    with pytest.raises(WrongPassword):
        read_store(data, WORD)


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM])
def test_what_is_converted_java_reads(
    made: tuple[Path, Store], wanted: Format, java: JavaPeer, tmp_path: Path
) -> None:
    store = read_store(
        (made[0] / "usual.bcfks").read_bytes(),
        WORD,
        entry_passwords={"Own Password": Password("its own")},
    )
    store = store.without([e for e in store.secret_keys if e.algorithm != "AES"])
    conversion = convert(store, wanted, WORD)
    holds_secrets = wanted in {Format.PKCS12, Format.JCEKS}
    assert bool(conversion.losses) is not holds_secrets
    data = write_store(conversion.store)
    if wanted is Format.PEM:
        assert len(read_store(data, WORD).key_pairs) == 2
        return
    path = tmp_path / "converted"
    path.write_bytes(data)
    seen = {line[0].lower(): line[1] for line in java("dump", wanted.value, path, "changeit")}
    assert seen["pair"] == "key-pair"
    assert seen["own password"] == "key-pair"
    assert seen["ca"] == "trusted-certificate"
    assert ("secret-aes" in seen) is holds_secrets
