"""The details of a keystore as a whole: its file, and what in it expires next."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QListWidget

from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.describe.validity import span_text
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.details.overview import StoreOverview, size_text
from tests.support.ui.helpers import opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.ui.window.main_window import MainWindow


@pytest.fixture(scope="module")
def pairs() -> dict[str, KeyPair]:
    def pair(alias: str, begins: int, days: int) -> KeyPair:
        start = datetime.now(UTC) + timedelta(days=begins, hours=1)
        request = PairRequest(
            alias=alias, name=f"CN={alias}", key="ec:P-256", days=days, not_before=start
        )
        return make_pair(request)

    return {
        "soon": pair("soon", -10, 20),
        "later": pair("later", -10, 400),
        "gone": pair("gone", -300, 200),
    }


def store_of(pairs: dict[str, KeyPair], **counts: int) -> Store:
    entries = [
        dataclasses.replace(pairs[name], alias=f"{name} {number}")
        for name, count in counts.items()
        for number in range(count)
    ]
    return new_store(Format.PKCS12, WELL_KNOWN).with_entries(entries)


def listed(page: StoreOverview, name: str) -> list[str]:
    view = page.findChild(QListWidget, name)
    if view is None:
        return []
    return [view.item(row).text() for row in range(view.count())]


def shown(qtbot: QtBot, store: Store) -> StoreOverview:
    page = StoreOverview(store)
    qtbot.addWidget(page)
    page.show()
    return page


def test_what_is_to_expire_stands_apart_from_what_has(
    qtbot: QtBot, pairs: dict[str, KeyPair]
) -> None:
    page = shown(qtbot, store_of(pairs, later=1, soon=1, gone=2))
    assert [text.split(" — ")[0] for text in listed(page, "detailsExpiries")] == [
        "soon 0",
        "later 0",
    ]
    expired = listed(page, "detailsExpired")
    assert len(expired) == 2
    assert all("expired" in text for text in expired)


def test_those_that_are_not_listed_are_counted(qtbot: QtBot, pairs: dict[str, KeyPair]) -> None:
    page = shown(qtbot, store_of(pairs, gone=503))
    qtbot.waitUntil(lambda: len(listed(page, "detailsExpired")) == 6)
    assert listed(page, "detailsExpiries") == []
    said = [each.text() for each in page.findChildren(QLabel)]
    assert "and 497 more" in said


def test_where_nothing_has_expired_nothing_is_said_of_it(
    qtbot: QtBot, pairs: dict[str, KeyPair]
) -> None:
    page = shown(qtbot, store_of(pairs, later=2))
    assert len(listed(page, "detailsExpiries")) == 2
    assert page.findChild(QListWidget, "detailsExpired") is None


def test_the_file_of_a_keystore_is_named_with_its_folder_and_size(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, pairs: dict[str, KeyPair]
) -> None:
    path = tmp_path / "named & placed.p12"
    save_store(store_of(pairs, soon=1), path)
    view = opened(window, qtbot, path)
    size = f"{path.stat().st_size:,} bytes"
    qtbot.waitUntil(lambda: path.name in view.details.text())
    text = view.details.text().replace("\u200b", "")
    assert path.parent.name in text
    assert size in text


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (2_600, "2.6 KB"), (3_200_000, "3.2 MB")],
)
def test_a_size_is_rounded_for_people(size: int, expected: str) -> None:
    assert size_text(size) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0.9, "21 hours"), (0.999, "1 day"), (1.9, "1 day"), (1.999, "2 days"), (89.5, "89 days"),
     (89.999, "90 days"), (119, "119 days"), (200, "6 months"), (364.99, "1 year"),
     (365, "1 year"), (366, "1 year"), (400, "13 months"), (729.99, "2 years"),
     (730, "2 years"), (1095.9, "3 years")],
)  # fmt: skip
def test_a_day_is_a_day_and_a_year_is_a_year(days: float, expected: str) -> None:
    assert span_text(timedelta(days=days)) == expected
