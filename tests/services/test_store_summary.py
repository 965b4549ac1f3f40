"""What a list of stores says of each."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from handfast.core.store import Format, Store
from handfast.services.describe.store_summary import StoreSummary, summarise
from handfast.services.describe.validity import Validity
from handfast.services.exchange.generating import PairRequest, make_pair

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def pair(alias: str, ends_in: int) -> KeyPair:
    start = NOW + (ends_in - 600) * DAY
    request = PairRequest(
        alias=alias, name=f"CN={alias}", key="ec:P-256", not_before=start, days=600
    )
    return make_pair(request)


@pytest.fixture(scope="module")
def store() -> Store:
    return Store(format=Format.JKS, entries=(pair("later", 400), pair("sooner", 42)))


def test_the_next_end_is_told_in_words(store: Store) -> None:
    summary = summarise(store, NOW)
    assert (summary.entries, summary.expired) == (2, 0)
    assert summary.next_end == NOW + 42 * DAY
    words = "“sooner” expires in 42 days, on 13 Jul 2026"
    assert summary.words(NOW) == (words, Validity.VALID)
    words = "“sooner” expires in 22 days, on 13 Jul 2026"
    assert summary.words(NOW + 20 * DAY) == (words, Validity.EXPIRING)
    kept = StoreSummary.from_record(summary.to_record())
    assert kept is not None
    words = "a certificate expires in 42 days, on 13 Jul 2026"
    assert kept.words(NOW) == (words, Validity.VALID)


def test_an_alias_is_as_short_as_its_line_and_drives_no_text(store: Store) -> None:
    summary = dataclasses.replace(summarise(store, NOW), next_alias="\u202e" + "a" * 300)
    words, _state = summary.words(NOW)
    assert "\u202e" not in words
    assert len(words) < 80


@pytest.mark.parametrize(("days", "is_pressing"), [(0, False), (11, False), (13, True), (41, True)])
def test_what_expires_soon_is_pressing(store: Store, days: int, is_pressing: bool) -> None:
    assert summarise(store, NOW).is_pressing(NOW + days * DAY) is is_pressing


def test_what_ended_since_it_was_looked_at_is_told_too(store: Store) -> None:
    summary = summarise(store, NOW)
    later = NOW + 45 * DAY
    assert summary.words(later) == ("a certificate expired 3 days ago", Validity.EXPIRED)
    looked_at_then = summarise(store, later)
    assert looked_at_then.expired == 1
    # The next one is not hidden by the one that is over.
    words = "a certificate has expired · “later” expires in 11 months, on 6 Jul 2027"
    assert looked_at_then.words(later) == (words, Validity.EXPIRED)
    both = summarise(store, NOW + 500 * DAY)
    assert both.words(NOW + 500 * DAY) == ("2 certificates have expired", Validity.EXPIRED)


def test_a_store_with_nothing_in_it() -> None:
    empty = summarise(Store(format=Format.JKS), NOW)
    assert empty.words(NOW) == ("empty", Validity.VALID)
    assert StoreSummary(entries=1).words(NOW) == ("no certificates", Validity.VALID)


def test_the_record_comes_back_as_it_was(store: Store) -> None:
    summary = summarise(store, NOW)
    text = json.dumps(summary.to_record())
    assert StoreSummary.from_record(json.loads(text)) == summary
    # Figures only: no name of what is in the store.
    assert "sooner" not in text


@pytest.mark.parametrize(
    "record",
    [{}, {"entries": "3", "expired": 0}, {"entries": 3, "expired": 0, "next_end": "soon"}],
)
def test_a_record_that_somebody_changed_is_none(record: dict[str, object]) -> None:
    assert StoreSummary.from_record(record) is None
