"""Every file of the corpus is answered as its manifest says, and none of them breaks anything.

The corpus is data from other projects' tests and no part of this repository: the tests are
skipped where it is absent.
"""

from __future__ import annotations

import pytest

from handfast.core.errors import HandfastError, WrongPassword
from handfast.core.store import Format, Integrity
from handfast.formats.registry import module_for, write_store
from tests.corpus.answers import CERTIFICATES, CORPUS, NAMED, Row, answer, differences, rows
from tests.corpus.disagreements import DISAGREEMENTS

ROWS = rows()
pytestmark = pytest.mark.skipif(
    not ROWS, reason=f"the corpus of other projects’ stores is not at {CORPUS}"
)


def named(chosen: list[Row]) -> dict[str, Row]:
    # An empty choice would be skipped without a word.
    return {row.path: row for row in chosen} or {"no corpus": None}  # type: ignore[dict-item]


EVERY = named(ROWS)
STORES = named(
    [
        row
        for row in ROWS
        if row.expected == "opens"
        and row.format not in NAMED
        and row.format not in CERTIFICATES
        and row.path not in DISAGREEMENTS
        and not row.format.startswith("other")
    ]
)
SECRETS = named([row for row in ROWS if not row.is_password_known])


@pytest.mark.parametrize("row", EVERY.values(), ids=EVERY)
def test_the_answer_is_the_recorded_one(row: Row) -> None:
    found = answer(row)
    if row.path in DISAGREEMENTS:
        assert found != row.expected, "it agrees by now: take it off the list"
    elif row.expected:
        assert found == row.expected


@pytest.mark.parametrize("row", STORES.values(), ids=STORES)
def test_the_entries_are_the_recorded_ones_and_saving_loses_nothing(row: Row) -> None:
    try:
        store = row.store()
    except HandfastError:
        # Named for what it is, as a PKCS#7 message that is no bundle.
        assert row.format.startswith("pkcs7")
        return
    assert differences(row, store) == []
    if module_for(store.format).CAPABILITIES.can_write and not (
        store.format in {Format.JKS, Format.JCEKS} and store.integrity is Integrity.UNVERIFIED
    ):
        assert write_store(store) == row.data


@pytest.mark.parametrize("row", SECRETS.values(), ids=SECRETS)
def test_a_store_whose_password_nobody_knows_says_so(row: Row) -> None:
    from dataclasses import replace

    try:
        store = replace(row, password="certainly not this one").store()
    except WrongPassword:
        return
    except HandfastError as error:
        assert error.code in {4, 5}  # noqa: PT017 - no store, or of a kind that is not read
        return
    assert store.integrity is Integrity.NONE
    assert all(entry.is_locked for entry in store.key_pairs)
