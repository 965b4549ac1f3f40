"""A store that would not come back as it is shown is never written."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import FileProblem, Refused, WouldLose
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files import saving
from handfast.services.files.file_system import FileSystem
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12])
def test_what_is_saved_is_what_is_opened(wanted: Format, tmp_path: Path) -> None:
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    store = new_store(wanted, Password("changeit")).with_entries([pair])
    store = import_certificates(store, [(pair.chain[0], "also")])
    path = tmp_path / "store"
    save_store(store, path)
    again = open_file(path).store
    assert again.format is wanted
    assert again.key_pairs[0].key == pair.key
    assert {entry.alias for entry in again.entries} == {"pair", "also"}


def test_what_comes_back_different_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([pair])
    path = tmp_path / "store.p12"
    save_store(store, path)
    before = path.read_bytes()
    other = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    written = saving.write_store

    def wrong(_store: Store, **options: object) -> bytes:
        del options
        return written(new_store(Format.PKCS12, Password("changeit")).with_entries([other]))

    monkeypatch.setattr(saving, "write_store", wrong)
    with pytest.raises(Refused, match="did not match the keystore"):
        save_store(store, path, overwrite=True)
    assert path.read_bytes() == before


def test_a_locked_key_is_not_carried_into_another_file(tmp_path: Path) -> None:
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    locked = dataclasses.replace(pair, key=None)
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([locked])
    with pytest.raises(WouldLose):
        save_store(store, tmp_path / "store.p12")
    assert not list(tmp_path.iterdir())


def _swapped(monkeypatch: pytest.MonkeyPatch, other: Store) -> None:
    """Have another store written in the place of the one that is saved."""
    written = saving.write_store

    def wrong(_store: Store, **options: object) -> bytes:
        del options
        return written(other)

    monkeypatch.setattr(saving, "write_store", wrong)


@pytest.mark.parametrize("wanted", [Format.JKS, Format.JCEKS, Format.PKCS12])
def test_a_key_that_came_back_with_another_password_is_not_written(
    wanted: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    own = dataclasses.replace(pair, password=Password("its own"))
    store = new_store(wanted, Password("changeit"))
    save_store(store.with_entries([own]), tmp_path / "good")
    _swapped(monkeypatch, store.with_entries([pair]))
    with pytest.raises(Refused, match="did not match the keystore"):
        save_store(store.with_entries([own]), tmp_path / "bad")
    assert not (tmp_path / "bad").exists()
    save_store(store.with_entries([pair]), tmp_path / "same")


@pytest.mark.parametrize("wanted", [Format.JKS, Format.JCEKS, Format.PKCS12])
def test_a_locked_key_that_came_back_with_other_bytes_is_not_written(
    wanted: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    own = dataclasses.replace(pair, password=Password("its own"))
    for name in ("one", "two"):
        save_store(new_store(wanted, Password("changeit")).with_entries([own]), tmp_path / name)
    one, two = (open_file(tmp_path / name, Password("changeit")).store for name in ("one", "two"))
    assert one.entries[0].is_locked
    saved = save_store(one, tmp_path / "again").store
    assert saved.entries[0].is_locked
    _swapped(monkeypatch, two)
    with pytest.raises(Refused, match="did not match the keystore"):
        save_store(one, tmp_path / "bad")
    assert not (tmp_path / "bad").exists()


def test_the_empty_password_is_tried_where_nothing_vouches_for_one(
    openssl: Tool, tmp_path: Path
) -> None:
    pem, cer = tmp_path / "pair.pem", tmp_path / "pair.cer"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Pair",
            "-keyout", pem, "-out", cer)  # fmt: skip
    for password, locked in (("", False), ("changeit", False), ("something", True)):
        path = tmp_path / f"mac-less-{password}.p12"
        openssl("pkcs12", "-export", "-nomac", "-certpbe", "NONE", "-inkey", pem, "-in",
                cer, "-out", path, "-passout", f"pass:{password}")  # fmt: skip
        store = open_file(path).store
        assert store.integrity is Integrity.NONE
        assert [entry.is_locked for entry in store.key_pairs] == [locked], password


# --- the version before --------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A store that was saved once."""
    path = tmp_path / "store.p12"
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([pair]), path)
    return path


def save_again(path: Path) -> None:
    opened = open_file(path)
    pair = opened.store.key_pairs[0]
    number = len(opened.store.entries)
    store = import_certificates(opened.store, [(pair.chain[0], f"partner-{number}")])
    save_store(store, path, expected=opened.stamp, before=opened.store)


def test_what_is_no_keystore_is_not_replaced_by_the_version_before(kept: Path) -> None:
    first, backup = kept.read_bytes(), kept.with_name("store.p12.bak")
    backup.write_text("notes of somebody’s\n", encoding="utf-8")
    save_again(kept)
    beside = kept.with_name("store.p12.bak1")
    assert backup.read_text(encoding="utf-8") == "notes of somebody’s\n"
    assert beside.read_bytes() == first
    second = kept.read_bytes()
    save_again(kept)
    assert beside.read_bytes() == second
    # One that is a store is what it is for; so is an empty file.
    backup.write_bytes(b"")
    third = kept.read_bytes()
    save_again(kept)
    assert backup.read_bytes() == third
    assert beside.read_bytes() == second


def test_a_folder_in_the_place_of_the_version_before_is_named(kept: Path) -> None:
    before = kept.read_bytes()
    kept.with_name("store.p12.bak").mkdir()
    with pytest.raises(FileProblem, match=r"“store.p12.bak” is a folder"):
        save_again(kept)
    assert kept.read_bytes() == before
    assert sorted(each.name for each in kept.parent.iterdir()) == ["store.p12", "store.p12.bak"]
    kept.with_name("store.p12.bak").rmdir()
    save_again(kept)
    assert kept.with_name("store.p12.bak").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no sticky folders")
def test_in_a_sticky_folder_the_version_before_is_a_copy_where_a_link_would_stay(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = kept.with_name("store.p12.bak")
    FileSystem().keep(kept, backup)
    assert backup.stat().st_ino == kept.stat().st_ino
    kept.parent.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: kept.stat().st_uid + 1)
    FileSystem().keep(kept, backup)
    assert backup.stat().st_ino != kept.stat().st_ino
    assert backup.read_bytes() == kept.read_bytes()
