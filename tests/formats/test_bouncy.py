"""BKS and UBER: everything in them is seen, and what is wrong with one is told apart."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import (
    Damaged,
    HandfastError,
    PasswordNeeded,
    TooCostly,
    Unsupported,
    WouldLose,
    WrongPassword,
)
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Store
from handfast.formats import content
from handfast.formats.registry import capabilities, read_store, unlock_entry, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import save_store
from handfast.services.files.unlocking import with_all_tried
from tests.support import bouncy_samples as made
from tests.support.second_reader import Absent, load_pyjks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD, OTHER = "pass phrase ß", "another one"
FORMATS: dict[str, Callable[..., bytes]] = {
    "bks": made.bks,
    "bks-1": lambda *arguments: made.bks(*arguments, version=1),
    "uber": made.uber,
}


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))


@pytest.fixture(scope="module")
def entries(pair: KeyPair) -> list[made.Entry]:
    """One of each kind that Bouncy Castle has."""
    assert pair.key is not None
    leaf = pair.chain[0]
    private = made.key(0, "PKCS#8", "EC", pair.key.pkcs8)
    public = made.key(1, "X.509", "EC", leaf.public_key_der)
    aes = made.key(2, "RAW", "AES", bytes(range(32)))
    return [
        made.Entry(kind=4, alias="Own", content=made.seal(private, PASSWORD), chain=(leaf.der,)),
        made.Entry(kind=1, alias="grüße", content=made.certificate(leaf.der)),
        made.Entry(kind=4, alias="aes", content=made.seal(aes, PASSWORD)),
        made.Entry(kind=4, alias="other", content=made.seal(aes, OTHER)),
        made.Entry(kind=4, alias="public", content=made.seal(public, PASSWORD)),
        made.Entry(kind=2, alias="clear", content=made.key(2, "RAW", "DES", bytes(8))),
        made.Entry(kind=2, alias="plain", content=private, chain=(leaf.der,)),
        made.Entry(kind=3, alias="opaque", content=b"as it was given"),
    ]


def read(data: bytes, password: str | None = PASSWORD, **own: str) -> Store:
    entry_passwords = {alias: Password(each) for alias, each in own.items()}
    given_password = None if password is None else Password(password)
    return read_store(data, given_password, entry_passwords=entry_passwords)


@pytest.mark.parametrize("name", FORMATS)
def test_every_entry_is_there(name: str, entries: list[made.Entry], pair: KeyPair) -> None:
    store = read(FORMATS[name](entries, PASSWORD), other=OTHER)
    assert store.format is (Format.UBER if name == "uber" else Format.BKS)
    assert store.integrity is Integrity.VERIFIED
    assert {each.alias: (each.kind, each.algorithm, each.is_locked) for each in store.entries} == {
        "Own": ("key-pair", "EC", False),
        "grüße": ("trusted-certificate", "EC", False),
        "aes": ("secret-key", "AES", False),
        "other": ("secret-key", "AES", False),
        "public": ("secret-key", "", True),
        "clear": ("secret-key", "DES", False),
        "plain": ("key-pair", "EC", False),
        "opaque": ("secret-key", "", False),
    }
    assert [each.key for each in store.key_pairs] == [pair.key, pair.key]
    aes = store.get("aes")
    assert isinstance(aes, SecretKey)
    assert aes.material is not None
    assert aes.material.reveal() == bytes(range(32))
    assert aes.created is not None
    assert aes.created.timestamp() * 1000 == made.DATE
    assert "public key" in store.get("public").trouble
    assert ("version 1" in " ".join(store.remarks)) == (name == "bks-1")


@pytest.mark.parametrize("name", FORMATS)
def test_pyjks_agrees(name: str, entries: list[made.Entry]) -> None:
    """It is another reader of these formats: what the samples hold is not only our own idea."""
    try:
        jks = load_pyjks()
    except Absent as reason:
        pytest.skip(f"pyjks is not here: {reason}")
    data = FORMATS[name](entries, PASSWORD)
    kind = jks.UberKeyStore if name == "uber" else jks.BksKeyStore
    found = kind.loads(data, PASSWORD)
    assert set(found.entries) == {each.alias for each in read(data).entries}
    assert found.entries["aes"].key == bytes(range(32))
    assert found.entries["Own"].pkey_pkcs8 == read(data).key_pairs[0].key.pkcs8  # type: ignore[union-attr]


@pytest.mark.parametrize("name", FORMATS)
def test_a_wrong_password_is_told(name: str, entries: list[made.Entry]) -> None:
    data = FORMATS[name](entries, PASSWORD)
    for wrong in ("wrong", "", PASSWORD.upper(), "\ud800"):
        with pytest.raises(WrongPassword):
            read(data, wrong)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_password_protects_as_well(name: str, entries: list[made.Entry]) -> None:
    assert read(FORMATS[name](entries[1:2], ""), "").integrity is Integrity.VERIFIED


def test_the_password_of_a_key_is_told_from_a_wrong_one(entries: list[made.Entry]) -> None:
    with pytest.raises(WrongPassword) as told:
        read(made.bks(entries[3:], PASSWORD), OTHER)
    assert "key" in told.value.causes[0]


def test_bks_shows_its_certificates_without_a_password(entries: list[made.Entry]) -> None:
    store = read(made.bks(entries, PASSWORD), None)
    assert store.integrity is Integrity.UNVERIFIED
    assert store.get("grüße").algorithm == "EC"
    own = store.get("own")
    assert isinstance(own, KeyPair)
    assert own.is_locked
    assert not unlock_entry(store, own, Password(PASSWORD)).is_locked
    with pytest.raises(WrongPassword):
        unlock_entry(store, own, Password(OTHER))
    with pytest.raises(PasswordNeeded):
        read(made.uber(entries, PASSWORD), None)


def test_a_secret_key_with_certificates_is_one_once_it_is_open(pair: KeyPair) -> None:
    content = made.seal(made.key(2, "RAW", "AES", bytes(16)), OTHER)
    entry = made.Entry(kind=4, alias="odd", content=content, chain=(pair.chain[0].der,))
    store = read(made.bks([entry], PASSWORD))
    locked = store.get("odd")
    assert isinstance(locked, KeyPair)
    opened = unlock_entry(store, locked, Password(OTHER))
    assert isinstance(opened, SecretKey)
    assert opened.password == Password(OTHER)


def test_altered_bytes_are_told_from_missing_ones(entries: list[made.Entry]) -> None:
    data = made.bks(entries, PASSWORD)
    for cut in (13, 30, len(data) // 2, len(data) - 1):
        with pytest.raises(Damaged) as cut_short:
            read(data[:cut])
        assert cut_short.value.offset is not None
    sealed = made.uber(entries, PASSWORD)
    with pytest.raises(Damaged):
        read(sealed[:-3])
    with pytest.raises(Damaged) as altered:
        read(made.uber(entries, PASSWORD, spoil=True))
    assert "password is correct" in altered.value.problem
    middle = bytearray(sealed)
    middle[len(middle) // 2] ^= 1
    with pytest.raises(Damaged):
        read(bytes(middle))


def head(version: int = 2, salt: int = 20, iterations: int = 1024) -> bytes:
    return struct.pack(">II", version, salt) + bytes(20) + struct.pack(">I", iterations)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (head(salt=0xFFFFFFFF) + b"\0" * 21, Damaged),
        (head(iterations=0xFFFFFFFF) + b"\0" * 21, Damaged),
        (head(iterations=0x7FFFFFFF) + b"\0" * 21, TooCostly),
        (head() + b"\4\0\1a" + bytes(8) + b"\xff\xff\xff\xff", Damaged),
        (head() + b"\4\0\1a" + bytes(12) + b"\x7f\xff\xff\xff", Damaged),
        (head(version=1, iterations=0x7FFFFFFF) + b"\x99" * 64, TooCostly),
    ],
    ids=["salt", "iterations", "cost", "chain", "key", "uber-cost"],
)
def test_hostile_numbers_are_refused(data: bytes, expected: type[HandfastError]) -> None:
    with pytest.raises(expected):
        read(data)


def test_a_key_of_absurd_cost_stays_locked() -> None:
    content = bytearray(made.seal(made.key(2, "RAW", "AES", bytes(16)), PASSWORD))
    content[24:28] = b"\x7f\xff\xff\xff"
    store = read(made.bks([made.Entry(kind=4, alias="dear", content=bytes(content))], PASSWORD))
    assert store.get("dear").is_locked
    assert "not been tried" in store.remarks[0]
    # Not even by what opens all that was left for later.
    assert with_all_tried(store).get("dear").is_locked


def test_it_is_read_only_and_converts_to_pkcs12(
    entries: list[made.Entry], keytool: Tool, tmp_path: Path
) -> None:
    store = read(made.bks(entries, PASSWORD), other=OTHER)
    assert {each.format for each in capabilities() if not each.can_write} >= {
        Format.BKS,
        Format.UBER,
    }
    with pytest.raises(Unsupported) as refused:
        write_store(store)
    assert "PKCS#12" in refused.value.remedy
    wanted = Store(format=Format.PKCS12, entries=store.entries, password=Password("changeit"))
    with pytest.raises(WouldLose):
        write_store(wanted)
    kept = wanted.without([store.get("public"), store.get("opaque"), store.get("other")])
    save_store(kept, tmp_path / "converted.p12")
    listing = keytool("-list", "-keystore", tmp_path / "converted.p12", "-storepass", "changeit")
    assert "contains 5 entries" in listing.stdout


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_altered_bytes_give_a_store_or_a_typed_error(
    data: st.DataObject, entries: list[made.Entry]
) -> None:
    name = data.draw(st.sampled_from(sorted(FORMATS)))
    raw = bytearray(FORMATS[name](entries, PASSWORD))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    password: Any = data.draw(st.sampled_from([None, PASSWORD]))
    try:
        read(bytes(raw), password)
    except HandfastError as error:
        assert error.problem  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("kind", range(5))
def test_encrypted_bytes_that_look_like_an_entry_are_uber_all_the_same(
    kind: int, entries: list[made.Entry]
) -> None:
    words = (f"password {number}" for number in range(100_000))
    found = 0
    while found < 5:
        word = next(words)
        data = made.uber(entries[-1:], word)
        if data[8 + len(made.SALT) + 4] != kind:
            continue
        found += 1
        assert content.classify(data) is content.Content.UBER
        assert read(data, word).get("opaque").kind == "secret-key"


@pytest.mark.parametrize("alias", ["a", "grüße " * 20, "an alias of many words " * 12])
def test_bks_that_is_cut_off_anywhere_is_not_taken_for_uber(alias: str, pair: KeyPair) -> None:
    entry = made.Entry(kind=1, alias=alias, content=made.certificate(pair.chain[0].der))
    data = made.bks([entry], PASSWORD)
    for end in range(13, len(data)):
        assert content.classify(data[:end]) is content.Content.BKS, end
