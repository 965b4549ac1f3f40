"""Names are sorted as people look for them: by their locale, else without case and accents."""

from __future__ import annotations

import locale
from typing import TYPE_CHECKING

import pytest

from handfast.core import collation
from handfast.core.collation import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ["zebra", "Éclair", "eclipse", "Apple", "äpfel", "Über", "under"]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = locale.setlocale(locale.LC_COLLATE)
    yield
    locale.setlocale(locale.LC_COLLATE, before)
    collation.use(None)


def test_case_and_accents_do_not_count() -> None:
    in_order = ["äpfel", "Apple", "Éclair", "eclipse", "Über", "under", "zebra"]
    assert sorted(NAMES, key=sort_key) == in_order


def test_code_points_alone_would_put_them_elsewhere() -> None:
    assert sorted(NAMES) != sorted(NAMES, key=sort_key)


def test_a_locale_without_rules_leaves_it_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LC_ALL", "LC_COLLATE", "LANG"):
        monkeypatch.setenv(variable, "C.UTF-8")
    collation.use_system_order()
    assert sort_key("é") == sort_key("e")


def test_a_locale_that_does_not_exist_leaves_it_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "xx_XX")
    collation.use_system_order()
    assert sort_key("é") == sort_key("e")


def test_the_rules_of_a_locale_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in Swedish, where ``ä`` comes after ``z`` but ``é`` beside ``e``."""
    swedish = str.maketrans({"ä": "{", "é": "e"})
    monkeypatch.setattr(locale, "setlocale", lambda *_given: "sv_SE")
    monkeypatch.setattr(locale, "strxfrm", lambda text: text.translate(swedish))
    collation.use_system_order()
    assert sorted(["ärlig", "zebra", "École", "ebb"], key=sort_key) == [
        "ebb", "École", "zebra", "ärlig",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["with\0nul", "half \ud800 of one"])
def test_what_a_locale_cannot_sort_is_sorted_all_the_same(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sort_key(text)
    real = locale.strxfrm
    monkeypatch.setattr(locale, "strxfrm", lambda each: "e2" if each == "é" else real(each))
    monkeypatch.setattr(locale, "setlocale", lambda *_given: "de_DE")
    collation.use_system_order()
    assert sort_key(text)
