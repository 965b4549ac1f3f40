"""The window that compares two certificates or keystores, driven in the real window."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.verification.comparing import Chosen, CompareFlow, place, value
from handfast.services.exchange.comparing import FIELDS, Difference
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.compare_window import CompareWindow
from tests.support.issued import issue
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

LONG = "a partner with a very long name " * 9


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    """A trust store in front, and another one behind it that differs in one entry."""
    old = issue(CN="partner.example", ends=20)
    new = issue(CN="partner.example", ends=700)
    root = issue(CN="Root", is_ca=True)
    for name, partner in (("other.p12", new), ("trust.p12", old)):
        entries = [partner.trusted("partner"), root.trusted("root"), root.trusted(LONG[:300])]
        store = new_store(Format.PKCS12, Password("changeit")).with_entries(entries)
        save_store(store, tmp_path / name)
        made = opened(window, qtbot, tmp_path / name)
    return made


def compared(window: MainWindow, qtbot: QtBot) -> CompareWindow:
    """The window that has just been opened, once it has an answer."""
    (made,) = [each for each in window.findChildren(CompareWindow) if each.isVisible()]
    qtbot.waitUntil(lambda: made.found is not None or bool(made.flow.problems()))
    return made


def rows_of(made: CompareWindow) -> list[tuple[str, ...]]:
    table = made.table
    return [
        tuple(table.item(row, column).text().replace("\u200b", "") for column in range(3))
        for row in range(table.rowCount())
    ]


def test_the_keystore_in_front_is_compared_with_another_one(
    window: MainWindow, qtbot: QtBot, view: StoreView
) -> None:
    assert view.path.name == "trust.p12"
    action(window, "actionCompare").trigger()
    made = compared(window, qtbot)
    assert [made.stores[side].box.currentText() for side in ("a", "b")] == [
        "trust.p12", "other.p12",
    ]  # fmt: skip
    names = [what for what, *_ in rows_of(made)]
    assert names[0] == "partner: Serial number"
    assert names[-1] == "partner: SHA-256 fingerprint"
    assert not any(what.startswith("root") for what in names)
    assert f"{len(names)} differences" in made.verdict.text()
    button(made, "compareCopy").click()
    text = QApplication.clipboard().text()
    assert all(what in text for what in names)
    assert "trust.p12" in text


def test_two_selected_entries_are_compared_from_their_menu(
    window: MainWindow, qtbot: QtBot, view: StoreView
) -> None:
    assert view.store is not None
    view.select_entries([view.store.get("root"), view.store.get(LONG[:300].strip())])
    menu = window._menus.of_row(view, view.tree, view.tree.currentIndex())
    (offered,) = [each for each in menu.actions() if each.objectName() == "entryCompare"]
    offered.trigger()
    made = compared(window, qtbot)
    # Two entries, one certificate.
    assert made.found is not None
    assert made.found.is_same
    assert made.verdict.text() == "They are the same."
    assert made.table.isHidden()


def test_of_more_than_two_entries_no_menu_says_that_it_compares_them(
    window: MainWindow, qtbot: QtBot, view: StoreView
) -> None:
    assert view.store is not None
    view.select_entries(list(view.store.entries))
    qtbot.waitUntil(lambda: view.count_chosen() == 3)
    menu: QMenu = window._menus.of_row(view, view.tree, view.tree.currentIndex())
    assert "entryCompare" not in [each.objectName() for each in menu.actions()]


def test_a_tab_is_compared_with_the_one_in_front(
    window: MainWindow, qtbot: QtBot, view: StoreView
) -> None:
    offers: Callable[[int], Any] = window._menus.of_tab
    behind, front = (
        next(each for each in offers(index).actions() if each.objectName() == "tabCompare")
        for index in (0, 1)
    )
    assert not front.isEnabled()
    behind.trigger()
    made = compared(window, qtbot)
    assert made.flow.draft.a.key == str(view.path)
    assert made.flow.draft.b.key.endswith("other.p12")


def test_an_entry_is_compared_with_its_like_and_not_with_a_keystore(
    window: MainWindow, qtbot: QtBot, view: StoreView
) -> None:
    view.select("partner")
    action(window, "actionCompare").trigger()
    made = compared(window, qtbot)
    assert made.flow.draft.b.alias == "partner"
    assert "Valid until" in [what for what, *_ in rows_of(made)]
    made._choose("b", made.flow.draft.b.key)
    assert made.found is None
    assert made.verdict.text().startswith("Choose an entry of other.p12")
    assert made.table.isHidden()
    assert not button(made, "compareCopy").isEnabled()


def test_an_edit_is_compared_at_once(window: MainWindow, qtbot: QtBot, view: StoreView) -> None:
    action(window, "actionCompare").trigger()
    made = compared(window, qtbot)
    assert view.store is not None
    rest = view.store.without([view.store.get("partner")])
    view.document.apply("Delete", rest)
    qtbot.waitUntil(lambda: made.found is not None and len(made.found.differences) == 1)
    assert rows_of(made)[0][:2] == ("partner", "(absent)")


@pytest.mark.usefixtures("view")
def test_many_differences_are_counted_and_copied(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    one = issue(CN="many.example")
    many = [one.trusted(f"s{at}") for at in range(250)]
    path = tmp_path / "many.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries(many), path)
    opened(window, qtbot, path)
    action(window, "actionCompare").trigger()
    made = compared(window, qtbot)
    assert len(rows_of(made)) == 200
    assert made.rest.text().startswith("and 53 more")


def test_every_field_has_words() -> None:
    for field in FIELDS:
        told = Difference(where="x", a=None, b=None, field=field, title="Basic constraints",
                          alias="acme", number=2)  # fmt: skip
        for each in (told, dataclasses.replace(told, alias=None, number=0)):
            assert place(each)
            assert field not in {"not_before", "sha256"} or field not in place(each)


def test_purposes_are_words() -> None:
    told = Difference(where="purposes", a="client, server", b="1.2.3", field="purposes")
    assert value(told, "a") == "TLS client, TLS server"
    assert value(told, "b") == "1.2.3"
    assert value(dataclasses.replace(told, b=""), "b") == "(none)"


def test_without_keystores_it_asks_for_what_to_compare() -> None:
    flow = CompareFlow()
    assert [each.field for each in flow.problems()] == ["a", "b"]
    assert not CompareFlow(a=Chosen(key="gone"), b=Chosen(key="gone")).can_leave("compare")
