"""The rules of renaming, deleting, copying, passwords and comparing, without a console."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    PasswordNeeded,
    Unsupported,
    WouldLose,
)
from handfast.core.keys import SecretMaterial
from handfast.core.password import WELL_KNOWN, Password
from handfast.core.store import Format, Integrity, Store
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.changing_passwords import (
    change_key_password,
    change_store_password,
)
from handfast.services.exchange.comparing import compare
from handfast.services.exchange.copying import OnCollision, copy_entries
from handfast.services.exchange.deleting import delete_entries
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.renaming import rename_entry
from handfast.services.files.saving import new_store

OWN, NEW = Password("key’s own".replace("’", "-")), Password("a new one")
THEN = dt.datetime(2020, 2, 3, 4, 5, 6, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    made = make_pair(PairRequest(alias="pair", name="CN=pair", key="ec:P-256"))
    return dataclasses.replace(made, created=THEN)


def store_of(kind: Format, *entries: KeyPair | SecretKey | TrustedCertificate) -> Store:
    """As it is when it was read, with what the format remembers of its file."""
    made = new_store(kind, WELL_KNOWN).with_entries(entries)
    own = {each.alias: OWN for each in entries if getattr(each, "password", None) is not None}
    return read_store(write_store(made), WELL_KNOWN, entry_passwords=own)


def secret() -> SecretKey:
    return SecretKey(alias="secret", algorithm="AES", material=SecretMaterial(bytes(range(16))))


def trusted(pair: KeyPair, alias: str = "trusted") -> TrustedCertificate:
    return TrustedCertificate(alias=alias, certificate=pair.chain[0], created=THEN)


FORMATS = (Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM)


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_every_format_into_every_other(pair: KeyPair, source: Format, target: Format) -> None:
    entries = [pair, trusted(pair), *([] if source in {Format.JKS, Format.PEM} else [secret()])]
    if source is Format.PEM:
        # A text holds a certificate once.
        entries = [pair]
    store = store_of(source, *entries)
    result = copy_entries(store, new_store(target, NEW))
    can_hold = target in {Format.PKCS12, Format.JCEKS}
    assert bool(result.losses) == (any(e.kind == "secret-key" for e in entries) and not can_hold)
    if result.losses:
        with pytest.raises(WouldLose):
            result.check()
    again = read_store(write_store(result.store), NEW)
    assert len(again.entries) >= len(entries) - len(result.losses) - (target is Format.PEM)
    found = again.key_pairs[0]
    assert found.key == store.key_pairs[0].key
    assert found.chain == pair.chain
    if Format.PEM not in {source, target}:
        assert found.created == THEN
    if {source, target} <= {Format.JKS, Format.JCEKS}:
        # PKCS#12 has no place for the date of a certificate.
        assert again.trusted[0].created == THEN
    if can_hold and source in {Format.PKCS12, Format.JCEKS}:
        assert again.secret_keys[0].material == secret().material


def test_own_passwords_stay_where_they_can(pair: KeyPair) -> None:
    store = store_of(Format.JKS, dataclasses.replace(pair, password=OWN))
    kept = copy_entries(store, new_store(Format.JCEKS, NEW))
    assert (kept.store.key_pairs[0].password, kept.notes) == (OWN, ())
    given_up = copy_entries(store, new_store(Format.PKCS12, NEW))
    assert given_up.store.key_pairs[0].password is None
    assert len(given_up.notes) == 1


def test_a_locked_key_is_a_loss(pair: KeyPair) -> None:
    data = write_store(
        new_store(Format.JKS, WELL_KNOWN).with_entries([dataclasses.replace(pair, password=OWN)])
    )
    store = read_store(data, WELL_KNOWN)
    result = copy_entries(store, new_store(Format.JKS, NEW))
    assert (len(result.losses), result.copied) == (1, ())


def test_parts_that_nobody_could_decrypt_are_lost_with_all_and_not_with_one(pair: KeyPair) -> None:
    store = dataclasses.replace(store_of(Format.PKCS12, pair), locked_parts=1)
    assert len(copy_entries(store, new_store(Format.JKS, NEW)).losses) == 1
    assert copy_entries(store, new_store(Format.JKS, NEW), ["pair"]).losses == ()


def test_no_key_is_written_in_the_clear(pair: KeyPair) -> None:
    target = Store(format=Format.PEM, integrity=Integrity.NONE)
    for entry in (pair, dataclasses.replace(pair, password=OWN)):
        with pytest.raises(PasswordNeeded):
            copy_entries(store_of(Format.JKS, entry), target)
    assert copy_entries(store_of(Format.JKS, trusted(pair)), target).copied


def test_a_certificate_that_java_does_not_see_is_made_visible(pair: KeyPair) -> None:
    hidden = dataclasses.replace(trusted(pair), is_visible_to_java=False)
    source = dataclasses.replace(new_store(Format.PKCS12, WELL_KNOWN), entries=(hidden,))
    result = copy_entries(source, new_store(Format.PKCS12, NEW))
    assert len(result.notes) == 1
    assert read_store(write_store(result.store), NEW).trusted[0].is_visible_to_java


def test_collisions_in_one_copy(pair: KeyPair) -> None:
    """Aliases that differ in case only collide with each other as well."""
    source = dataclasses.replace(
        new_store(Format.JKS, WELL_KNOWN),
        entries=(trusted(pair, "A"), trusted(pair, "a"), trusted(pair, "b")),
    )
    empty = new_store(Format.JKS, NEW)
    with pytest.raises(AlreadyExists):
        copy_entries(source, empty)
    renamed = copy_entries(source, empty, on_collision=OnCollision.RENAME)
    assert [each.alias for each in renamed.copied] == ["A", "a-2", "b"]
    skipped = copy_entries(source, empty, on_collision=OnCollision.SKIP)
    assert (skipped.skipped, len(skipped.copied)) == (("a",), 2)
    replaced = copy_entries(source, empty, on_collision=OnCollision.REPLACE)
    assert [entry.alias for entry in replaced.store.entries] == ["A", "b"]
    with pytest.raises(NotFound):
        copy_entries(source, empty, ["b", "c"])


def test_formats_that_are_only_read(pair: KeyPair) -> None:
    for kind in (Format.BKS, Format.UBER, Format.PKCS7):
        target = Store(format=kind, password=WELL_KNOWN)
        with pytest.raises(Unsupported):
            copy_entries(store_of(Format.JKS, pair), target)
        with pytest.raises(Unsupported):
            change_store_password(target, NEW)


def test_delete_and_rename_keep_the_rest_as_it_was(pair: KeyPair) -> None:
    store = store_of(Format.PKCS12, pair, trusted(pair), secret())
    left, removed = delete_entries(store, ["TRUSTED", "trusted", "secret"])
    assert [entry.alias for entry in removed] == ["trusted", "secret"]
    assert left.entries == (store.entries[0],)
    with pytest.raises(NotFound):
        delete_entries(store, ["pair", "absent"])
    renamed = rename_entry(store, store.get("pair"), "other")
    places = ["other" if entry.alias == "pair" else entry.alias for entry in store.entries]
    assert [entry.alias for entry in renamed.entries] == places
    again = read_store(write_store(renamed), WELL_KNOWN)
    assert again.key_pairs[0].key == store.key_pairs[0].key
    assert again.key_pairs[0].created == THEN


@pytest.mark.parametrize("kind", FORMATS)
def test_no_old_password_survives_a_change(pair: KeyPair, kind: Format) -> None:
    change = change_store_password(store_of(kind, pair), NEW)
    data = write_store(change.store)
    assert read_store(data, NEW).key_pairs[0].key == pair.key
    try:
        old = read_store(data, WELL_KNOWN)
    except Exception:  # noqa: BLE001 - whatever the format says to a wrong password
        return
    assert old.key_pairs[0].is_locked


def test_a_key_of_its_own_keeps_it_in_jks_and_not_in_pkcs12(pair: KeyPair) -> None:
    own = dataclasses.replace(pair, password=OWN)
    jks = change_store_password(store_of(Format.JKS, own), NEW)
    assert (jks.store.key_pairs[0].password, jks.notes) == (OWN, ())
    pkcs12 = change_store_password(store_of(Format.PKCS12, own), NEW)
    assert pkcs12.store.key_pairs[0].password is None
    assert len(pkcs12.notes) == 1
    # A key of a PKCS#12 keystore is made equal, and is not given another.
    equal = change_key_password(store_of(Format.PKCS12, own), "pair", WELL_KNOWN)
    assert equal.store.key_pairs[0].password is None
    with pytest.raises(Unsupported):
        change_key_password(store_of(Format.PKCS12, pair), "pair", NEW)


def test_a_text_of_certificates_has_no_password(pair: KeyPair) -> None:
    with pytest.raises(InvalidInput, match="no password"):
        change_store_password(store_of(Format.PEM, trusted(pair)), NEW)


def test_comparing_says_nothing_of_a_secret() -> None:
    other = dataclasses.replace(secret(), material=SecretMaterial(bytes(16)))
    a, b = store_of(Format.JCEKS, secret()), store_of(Format.JCEKS, other)
    (difference,) = compare(a, b).differences
    assert difference.where == "secret: key"
    assert bytes(range(16)).hex() not in f"{difference.a}{difference.b}"
    assert compare(a, a).is_same


def test_ten_thousand_entries(pair: KeyPair) -> None:
    """Linear: a quadratic copy of so many would not end within the patience of a test run."""
    entries = tuple(trusted(pair, f"alias-{number}") for number in range(10_000))
    source = dataclasses.replace(new_store(Format.JKS, WELL_KNOWN), entries=entries)
    for choice in (OnCollision.RENAME, OnCollision.SKIP, OnCollision.REPLACE):
        result = copy_entries(source, source, on_collision=choice)
        assert len(result.copied) + len(result.skipped) == 10_000
    assert compare(source, source).is_same
