"""Dates in the form of the system, one style in the whole window."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale

from handfast.core import dates
from handfast.core.dates import day_text, moment_text
from handfast.services.describe.validity import date_text, end_text
from handfast.ui.program.locale_dates import LocaleDates
from handfast.ui.store_tab.entry_node import MODIFIED, VALID_UNTIL, entry_node
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = dt.datetime(2026, 11, 24, 15, 4, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    dates.use(None)


@pytest.mark.parametrize(
    ("name", "day", "time"),
    [
        ("C", "24 Nov 2026", "15:04:05"),
        ("en_GB", "24 Nov 2026", "15:04:05"),
        ("de_DE", "24. Nov. 2026", "15:04:05"),
        ("fr_FR", "24 nov. 2026", "15:04:05"),
        ("ja_JP", "2026年11月24日", "15時04分05秒"),
        ("zh_CN", "2026年11月24日", "15:04:05"),
    ],
)
def test_the_day_is_as_the_system_writes_it(name: str, day: str, time: str) -> None:
    dates.use(LocaleDates(QLocale(name)))
    assert day_text(DAY) == date_text(DAY) == day
    assert moment_text(DAY) == f"{day}, {time} UTC"


@pytest.mark.parametrize("name", ["en_US", "es_ES", "ru_RU", "hu_HU", "ar_EG", "lt_LT", "ko_KR"])
def test_no_day_of_the_week_and_no_order_to_guess(name: str) -> None:
    locale = QLocale(name)
    text = LocaleDates(locale).day(DAY)
    assert locale.dayName(2) not in text
    assert locale.dayName(2, QLocale.FormatType.ShortFormat) not in text.split()
    assert text == text.strip(" ,،")
    # Another month is another text, and the year is written in full.
    assert text != LocaleDates(locale).day(dt.date(2026, 12, 24))
    assert locale.toString(2026).replace(locale.groupSeparator(), "") in text


def test_without_a_desktop_it_is_the_form_of_the_console() -> None:
    assert day_text(DAY) == "24 Nov 2026"
    assert moment_text(DAY) == "24 Nov 2026, 15:04:05 UTC"


def test_how_long_stands_behind_the_date() -> None:
    assert end_text(DAY + dt.timedelta(days=42), DAY) == "5 Jan 2027 (in 42 days)"
    assert end_text(DAY - dt.timedelta(days=3), DAY) == "21 Nov 2026 (expired 3 days ago)"


def test_rows_have_the_same_form_and_are_sorted_by_time() -> None:
    made = issue(CN="a")
    old, new = (
        dataclasses.replace(made.trusted(name), created=dt.datetime(*day, tzinfo=dt.UTC))
        for name, day in (("old", (2024, 12, 1)), ("new", (2026, 2, 3)))
    )
    nodes = [entry_node(each) for each in (old, new)]
    assert [each.text(MODIFIED) for each in nodes] == ["1 Dec 2024", "3 Feb 2026"]
    assert nodes[0].key(MODIFIED) < nodes[1].key(MODIFIED)
    assert nodes[0].text(VALID_UNTIL).startswith(day_text(made.certificate.not_after))


def test_an_empty_alias_is_seen() -> None:
    assert entry_node(issue(CN="a").trusted("")).text(0) == "(no alias)"
