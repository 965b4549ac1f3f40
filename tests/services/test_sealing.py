"""Edits that are put away under the password of their store, and come back whole."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import PasswordNeeded, Unsupported, WrongPassword
from handfast.core.history import History
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.password import EMPTY, WELL_KNOWN, Password
from handfast.core.store import Format, Store, Strength
from handfast.formats.registry import unlock_entry
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.sealing import is_secret, seal, unseal, with_own_keys_locked

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair

SECRET = Password("not the usual")


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))


def secrets_in(value: object) -> list[object]:
    """The passwords and keys that a value holds, however deep."""
    if isinstance(value, Password | PrivateKey | SecretMaterial):
        return [value]
    if isinstance(value, tuple | list):
        return [secret for each in value for secret in secrets_in(each)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [getattr(value, each.name) for each in dataclasses.fields(value)]
        return secrets_in(fields)
    return []


def edited(pair: KeyPair, wanted: Format = Format.PKCS12) -> History:
    """Opened empty, a pair made, the password changed, and both undone but for the pair."""
    history = History.opened(new_store(wanted, SECRET))
    history = history.apply("Generate", history.store.with_entries([pair]))
    history = history.apply("Change password", history.store.with_password(Password("the second")))
    return history.undo()


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.JKS, Format.JCEKS])
def test_undo_and_redo_come_back_with_their_passwords(pair: KeyPair, wanted: Format) -> None:
    history = edited(pair, wanted)
    sealed = seal(history)
    assert sealed.is_dirty
    back = unseal(sealed, SECRET)
    assert (back.position, back.saved, back.is_dirty) == (1, 0, True)
    assert [step.label for step in back.steps] == ["", "Generate", "Change password"]
    assert back.store.key_pairs[0].key == pair.key
    assert back.undo().store.entries == ()
    assert back.redo().store.password == Password("the second")


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.JKS, Format.JCEKS])
def test_trusted_certificates_come_back_as_what_they_were_in_the_file(
    pair: KeyPair, wanted: Format, tmp_path: Path
) -> None:
    store = import_certificates(
        new_store(wanted, SECRET), [(pair.chain[0], f"trusted{number}") for number in range(3)]
    )
    path = tmp_path / "store"
    save_store(store.with_entries([pair]), path)
    history = History.opened(open_file(path, SECRET).store)
    history = history.apply("Delete", history.store.without([history.store.entries[1]]))
    back = unseal(seal(history), SECRET)
    before, after = (step.store for step in back.steps)
    assert before.entries == history.steps[0].store.entries
    # What was not edited is still the same entry in each step, and known to be as in the file.
    assert [entry is before.find(entry.alias) for entry in after.entries] == [True] * 3
    saved = [tmp_path / "as-it-was", tmp_path / "sealed-between"]
    for each, edited_store in zip(saved, (history.store, after), strict=True):
        save_store(edited_store, each)
    entries = [open_file(each, SECRET).store.entries for each in saved]
    assert entries[0] == entries[1]
    if wanted is not Format.PKCS12:
        assert saved[0].read_bytes() == saved[1].read_bytes()


def test_nothing_is_readable_in_it(pair: KeyPair) -> None:
    sealed = seal(edited(pair))
    assert pair.key is not None
    everything = repr(dataclasses.astuple(sealed)).encode() + b"".join(sealed.portions)
    for secret in (b"not the usual", b"the second", b"Generate", pair.chain[0].der[40:60]):
        assert secret not in everything


def test_another_password_opens_nothing(pair: KeyPair) -> None:
    sealed = seal(edited(pair))
    with pytest.raises(WrongPassword):
        unseal(sealed, Password("the second"))
    *portions, last = sealed.portions
    changed = (*portions, last[:-1] + bytes([last[-1] ^ 1]))
    with pytest.raises(WrongPassword):
        unseal(dataclasses.replace(sealed, portions=changed), SECRET)


def test_two_times_the_same_are_sealed_differently(pair: KeyPair) -> None:
    history = edited(pair)
    assert seal(history).portions != seal(history).portions


def test_what_has_no_password_is_not_put_away() -> None:
    pem = Store(format=Format.PEM, strength=Strength.NONE)
    with pytest.raises(PasswordNeeded):
        seal(History.opened(pem))


def test_a_format_that_is_only_read_is_put_away_too(pair: KeyPair) -> None:
    store = Store(format=Format.BKS, password=SECRET).with_entries([pair])
    back = unseal(seal(History.opened(store)), SECRET)
    assert back.store == store


def test_what_cannot_be_put_away_is_told() -> None:
    store = Store(format=Format.JKS, password=SECRET, native=lambda: None)
    with pytest.raises(Unsupported):
        seal(History.opened(store))


def test_thousands_of_edits_take_little_more_room_than_the_store(pair: KeyPair) -> None:
    history = edited(pair)
    little = sum(map(len, seal(history).portions))
    store = history.store
    for number in range(2_000):
        added = dataclasses.replace(pair, alias=f"pair-{number % 3}")
        kept = [entry for entry in store.entries if entry.alias == added.alias]
        store = store.without(kept).with_entries([added])
        history = history.apply("Replace", store)
    sealed = seal(history)
    assert sum(map(len, sealed.portions)) < little + 2_000 * 400
    # A portion at a time is encrypted, so that the window gets its turn between two of them.
    assert max(map(len, sealed.portions)) < little + 100_000
    swapped = (sealed.portions[1], sealed.portions[0], *sealed.portions[2:])
    with pytest.raises(WrongPassword):
        unseal(dataclasses.replace(sealed, portions=swapped), SECRET)
    assert unseal(sealed, SECRET) == history


def test_what_everybody_tries_keeps_nobody_out() -> None:
    assert is_secret(SECRET)
    for password in (None, EMPTY, WELL_KNOWN):
        assert not is_secret(password)


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM])
def test_keys_with_their_own_password_are_locked_and_open_again(
    pair: KeyPair, tmp_path: Path, wanted: Format
) -> None:
    own = dataclasses.replace(pair, password=Password("its own"))
    path = tmp_path / "own.jks"
    save_store(new_store(wanted, WELL_KNOWN).with_entries([own]), path)
    opened = open_file(path, entry_passwords={"pair": Password("its own")})
    history = History.opened(opened.store)
    assert not history.store.key_pairs[0].is_locked
    locked = with_own_keys_locked(history).store.key_pairs[0]
    assert locked.is_locked
    assert locked.password is None
    assert locked.chain == pair.chain
    assert secrets_in(locked) == []
    # It sees them where they are.
    assert len(secrets_in(history.store.key_pairs[0])) >= 3
    again = unlock_entry(with_own_keys_locked(history).store, locked, Password("its own"))
    assert isinstance(again, type(pair))
    assert again.key == pair.key
    # Locked it is written as it stands in the file.
    saved = save_store(with_own_keys_locked(history).store, tmp_path / "again.jks")
    assert saved.store.key_pairs[0].is_locked
    reopened = open_file(saved.path, entry_passwords={"pair": Password("its own")})
    assert reopened.store.key_pairs[0].key == pair.key
    if wanted is Format.PEM:
        # It has no password of its own under which it could be sealed.
        return
    # Sealed it comes back locked too: its password was not the one that was asked for.
    sealed = unseal(seal(history), WELL_KNOWN)
    assert sealed.store.key_pairs[0].is_locked


def test_a_new_key_with_its_own_password_is_not_lost(pair: KeyPair) -> None:
    own = dataclasses.replace(pair, password=Password("its own"))
    history = History.opened(new_store(Format.JKS, WELL_KNOWN).with_entries([own]))
    assert with_own_keys_locked(history) is history
