"""Every writable file of the corpus: saved without a change it is the same, and with one the rest.

What is compared is what stands in the file: each bag with its attributes, each entry of a Java
store, each block of a text and what is between. Skipped where there is no corpus.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import HandfastError
from handfast.core.store import Integrity
from handfast.formats.java.dialect import Stored, StoredFile
from handfast.formats.pem.model import PemFile
from handfast.formats.pkcs12.model import Native
from handfast.formats.registry import module_for
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import OpenedFile
from handfast.services.files.saving import save_store
from tests.corpus.answers import CERTIFICATES, CORPUS, NAMED, Row, rows

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.store import Store

FORMATS = ("jks", "jceks", "pkcs12", "pem", "x509", "pkcs8", "key-trad", "other")
ROWS = {
    row.path: row
    for row in rows()
    if row.format.startswith(FORMATS) and row.format not in NAMED | dict.fromkeys(CERTIFICATES)
}
pytestmark = pytest.mark.skipif(
    not ROWS, reason=f"the corpus of other projects’ stores is not at {CORPUS}"
)
#: An empty choice would be skipped without a word.
EVERY = ROWS or {"no corpus": None}


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return make_pair(PairRequest(alias="new", name="CN=new", key="ec:P-256")).chain[0]


def writable(row: Row) -> Store | None:
    """The store in a file, if it can be saved: its format is written, and its password is known."""
    try:
        store = row.store()
    except HandfastError:
        return None
    if not module_for(store.format).CAPABILITIES.can_write:
        return None
    return None if store.integrity is Integrity.UNVERIFIED else store


def contents(store: Store) -> list[object]:
    """What a file consists of, piece by piece, as it stands there."""
    native = store.native
    if isinstance(native, Native):
        bags = [(bag.raw, part.scheme) for part in native.parts for bag in part.leaves]
        opaque = [part.raw for part in native.parts if part.is_opaque]
        assert native.mac is None or native.mac.value
        kind = native.mac and dataclasses.replace(native.mac, salt=b"", value=b"")
        return [*bags, *opaque, kind]
    if isinstance(native, PemFile):
        if not all(piece.block.label for piece in native.pieces):
            # Base64 that stands alone is armoured when something comes beside it.
            return [piece.block.data for piece in native.pieces]
        lines = native.data.removeprefix(native.mark).decode(native.codec).splitlines()
        return [native.codec, native.mark, *(line.rstrip() for line in lines if line.strip())]
    assert isinstance(native, StoredFile)
    stored = [entry.native for entry in store.entries]
    raw = [tuple(each.raw)[:-1] for each in stored if isinstance(each, Stored)]
    assert len(raw) == len(store.entries)
    return [native.tail, *raw]


@pytest.mark.parametrize("row", EVERY.values(), ids=EVERY)
def test_saved_without_a_change_it_is_the_same(row: Row, tmp_path: Path) -> None:
    store = writable(row)
    if store is None:
        return
    path = tmp_path / "store"
    saved = save_store(store, path)
    assert path.read_bytes() == row.data
    again = OpenedFile(path=path, store=row.store(), stamp=saved.stamp)
    assert again.store == store
    assert contents(again.store) == contents(store)


@pytest.mark.parametrize("row", EVERY.values(), ids=EVERY)
def test_with_one_more_certificate_the_rest_is_the_same(
    row: Row, certificate: Certificate, tmp_path: Path
) -> None:
    store = writable(row)
    if store is None:
        return
    alias = store.free_alias("one-more")
    more = import_certificates(store, [(certificate, alias)])
    saved = save_store(more, tmp_path / "store").store
    entries = {id(entry): entry for entry in saved.entries}
    for entry in store.entries:
        same = next((each for each in entries.values() if each == entry), None)
        assert same is not None, entry.alias
        del entries[id(same)]
    (added,) = entries.values()
    assert (added.alias, added.chain) == (alias, (certificate,))
    assert saved.carried == store.carried
    before, after = contents(store), contents(saved)
    if isinstance(saved.native, PemFile) and any(isinstance(each, bytes) for each in before[:1]):
        after = [piece.block.data for piece in saved.native.pieces]
    assert not Counter(before) - Counter(after)


def test_most_of_the_corpus_is_tried() -> None:
    assert sum(writable(row) is not None for row in ROWS.values()) > 300
