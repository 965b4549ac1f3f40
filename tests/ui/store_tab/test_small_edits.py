"""A small edit changes the rows that it concerns; the rows are those of a model made anew."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt

from handfast.core.entry import TrustedCertificate
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.ui.store_tab.entry_model import EntryModel

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester

    from handfast.core.entry import Entry, KeyPair

pytestmark = pytest.mark.usefixtures("qapp")

ORDERS = (
    (-1, Qt.SortOrder.AscendingOrder),
    (0, Qt.SortOrder.AscendingOrder),
    (0, Qt.SortOrder.DescendingOrder),
    (2, Qt.SortOrder.DescendingOrder),
)


@pytest.fixture(scope="module")
def pairs() -> list[KeyPair]:
    return [
        make_pair(PairRequest(alias=f"pair{number}", name=f"CN=host{number % 3}", key="ec:P-256"))
        for number in range(6)
    ]


def _entries(pairs: list[KeyPair]) -> list[Entry]:
    trusted = [
        TrustedCertificate(alias=f"peer{number}", certificate=pairs[number % 6].chain[0])
        for number in range(12)
    ]
    return [*pairs[:4], *trusted]


def _rows(model: EntryModel, parent: QModelIndex | None = None) -> list[object]:
    above = parent if parent is not None else QModelIndex()
    found: list[object] = []
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        found.append((index.data(), _rows(model, index)))
    return found


def _other(pairs: list[KeyPair], entries: list[Entry], chance: random.Random) -> list[Entry]:
    """One deleted, one added anywhere, one renamed, or one moved."""
    changed = list(entries)
    at, what = chance.randrange(len(changed)), chance.randrange(4)
    if what == 0 and len(changed) > 4:
        del changed[at]
    elif what == 1:
        alias = f"new{chance.randrange(10**6)}"
        new: Entry = dataclasses.replace(chance.choice(pairs), alias=alias)
        if chance.random() < 0.5:
            new = TrustedCertificate(alias=alias, certificate=pairs[0].chain[0])
        changed.insert(at, new)
    elif what == 2:
        changed[at] = dataclasses.replace(changed[at], alias=f"name{chance.randrange(10**6)}")
    else:
        changed.insert(0, changed.pop(at))
    return changed


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("words", ["", "host1", "e", "is:expiring", "e is:weak"])
def test_the_rows_are_those_of_a_model_made_anew(
    pairs: list[KeyPair],
    order: tuple[int, Qt.SortOrder],
    words: str,
    qtmodeltester: ModelTester,
) -> None:
    chance = random.Random(f"{order}{words}")
    entries = _entries(pairs)
    model = EntryModel(tuple(entries))
    model.sort(*order)
    model.set_filter(words)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    for _ in range(40):
        entries = _other(pairs, entries, chance)
        model.set_entries(tuple(entries))
        anew = EntryModel(tuple(entries))
        anew.sort(*order)
        anew.set_filter(words)
        assert _rows(model) == _rows(anew)
        assert model.shown() == anew.shown()
    assert len(resets) < 20 or "is:" in words
    qtmodeltester.check(model)


def test_what_stays_keeps_its_place_and_whoever_looks_on_finds_it(pairs: list[KeyPair]) -> None:
    entries = _entries(pairs)
    model = EntryModel(tuple(entries))
    seen: list[object] = []
    model.rowsRemoved.connect(
        lambda parent, first, _last: seen.append(_alias(model, parent, first))
    )
    model.set_entries(tuple(entries[:5] + entries[6:]))
    assert seen == [entries[6].alias]
    # A whole kind that goes takes its title along, which is no small edit.
    model.set_entries(tuple(entries[4:]))
    assert model.rowCount() == 1


def _alias(model: EntryModel, parent: QModelIndex, row: int) -> object:
    node = model.node(model.index(row, 0, parent))
    return node.entry.alias if node is not None and node.entry is not None else None
