"""The second reader notices what Handfast reads or writes in another way than it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, Store
from handfast.formats.java import jks
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.second_reader import Absent, SecondReader, compare, load_pyjks

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair


@pytest.fixture(autouse=True)
def pyjks() -> None:
    try:
        load_pyjks()
    except Absent as reason:
        pytest.skip(f"pyjks is not here: {reason}")


def store_of(wanted: Format, alias: str = "own") -> Store:
    request = PairRequest(alias=alias, name="CN=own.example", key="ec:P-256")
    return new_store(wanted, WELL_KNOWN).with_entries([make_pair(request)])


def pair_of(store: Store) -> KeyPair:
    (pair,) = store.key_pairs
    return pair


@pytest.mark.parametrize("wanted", [Format.JKS, Format.JCEKS])
def test_what_is_right_is_agreed_to(wanted: Format) -> None:
    store = store_of(wanted)
    data = write_store(store)
    assert compare(data, store) == ""
    assert compare(data, read_store(data, WELL_KNOWN)) == ""
    assert compare(data, read_store(data, None)) == ""


@pytest.mark.parametrize("wanted", [Format.JKS, Format.JCEKS])
def test_another_key_chain_alias_date_or_password_is_noticed(wanted: Format) -> None:
    store = store_of(wanted)
    data = write_store(store)
    own, other = pair_of(store), pair_of(store_of(wanted))
    for spoiled, told in {
        replace(own, key=other.key): "another key",
        replace(own, chain=other.chain): "another chain",
        replace(own, alias="else"): "the aliases",
        replace(own, created=None if own.created is None else own.created.replace(year=1999)): (
            "the date"
        ),
    }.items():
        assert told in compare(data, replace(store, entries=(spoiled,)))
    assert "does not read it" in compare(data[:-1] + bytes([data[-1] ^ 1]), store)


def test_what_is_read_and_written_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = SecondReader()
    store, other = store_of(Format.JKS), store_of(Format.JKS)
    with reader.listening():
        data = write_store(store)
        assert reader.disagreements() == []
        assert reader.agreed == {Format.JKS: 1}
        read_store(data, WELL_KNOWN)
        assert reader.disagreements() == []
    spoiled = replace(store, entries=(replace(pair_of(store), key=pair_of(other).key),))
    monkeypatch.setattr(jks, "read", lambda *_arguments, **_named: spoiled)
    with reader.listening():
        read_store(write_store(other), WELL_KNOWN)
        (told,) = reader.disagreements()
    assert told.startswith("JKS: ")


def test_what_another_process_left_is_found(tmp_path: Path) -> None:
    reader = SecondReader()
    save_store(store_of(Format.JKS), tmp_path / "below.txt")
    (tmp_path / "none.jks").write_bytes(b"\xfe\xed\xfe\xed and no more")
    with reader.listening():
        reader.look_below(tmp_path)
        assert reader.disagreements() == []
    assert reader.agreed == {Format.JKS: 2}
