"""A store that would not come back as it is shown is never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import Refused, WouldLose
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.services import saving
from handfast.services.generating import PairRequest, make_pair
from handfast.services.importing import import_certificates
from handfast.services.opening import open_file
from handfast.services.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path


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
    with pytest.raises(Refused, match="not what is shown"):
        save_store(store, path, overwrite=True)
    assert path.read_bytes() == before


def test_a_locked_key_is_not_carried_into_another_file(tmp_path: Path) -> None:
    import dataclasses

    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    locked = dataclasses.replace(pair, key=None)
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([locked])
    with pytest.raises(WouldLose):
        save_store(store, tmp_path / "store.p12")
    assert not list(tmp_path.iterdir())
