"""What is deleted is told with its number, and comes back, selected, at one press."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from handfast.core.password import WELL_KNOWN, Password
from handfast.core.store import Format
from handfast.documents.document import State
from handfast.services.demo import make_demo
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from handfast.ui.store_tab.notice_bar import NoticeBar
from tests.support.samples import many_certificates
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

COUNT = 10_000


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "acme-keystore.p12")
    (pair,) = view.store.entries
    more = (pair, *(dataclasses.replace(pair, alias=f"other {n}") for n in range(1, 9)))
    view.document.apply("Add", dataclasses.replace(view.store, entries=more))
    return view


def bar(view: StoreView) -> NoticeBar | None:
    found = view.findChild(NoticeBar)
    assert found is None or isinstance(found, NoticeBar)
    return found if found is not None and found.isVisible() else None


def press_undo(view: StoreView, qtbot: QtBot) -> None:
    shown = bar(view)
    assert shown is not None
    qtbot.mouseClick(shown.findChild(QPushButton, "noticeUndo"), Qt.MouseButton.LeftButton)


def choose(view: StoreView, *aliases: str) -> None:
    view.select_entries([each for each in view.store.entries if each.alias in aliases])


def test_the_delete_key_tells_what_it_did_and_undo_selects_it_again(
    view: StoreView, qtbot: QtBot
) -> None:
    aliases = [f"other {n}" for n in (1, 2, 5)]
    choose(view, *aliases)
    view.tree.setFocus()
    assert bar(view) is None
    qtbot.keyClick(view.tree, Qt.Key.Key_Delete)
    shown = bar(view)
    assert shown is not None
    assert shown.text() == "Deleted 3 entries."
    assert len(view.store.entries) == 6
    press_undo(view, qtbot)
    assert bar(view) is None
    assert [each.alias for each in view.chosen()] == aliases
    assert len(view.store.entries) == 9
    assert view.tree.hasFocus()


def test_one_entry_is_told_by_its_alias(view: StoreView) -> None:
    choose(view, "other 4")
    view.delete_selected()
    shown = bar(view)
    assert shown is not None
    assert shown.text() == "Deleted 1 entry: “other 4”."


def test_undo_in_the_menu_selects_it_again_too(window: MainWindow, view: StoreView) -> None:
    choose(view, "other 3", "other 4")
    view.delete_selected()
    action(window, "actionUndo").trigger()
    assert [each.alias for each in view.chosen()] == ["other 3", "other 4"]
    assert bar(view) is None
    action(window, "actionRedo").trigger()
    assert len(view.store.entries) == 7


def test_what_was_deleted_before_an_edit_is_not_offered_after_it(view: StoreView) -> None:
    choose(view, "other 3")
    view.delete_selected()
    assert bar(view) is not None
    view.document.apply("Other", dataclasses.replace(view.store))
    assert bar(view) is None


def test_nothing_is_told_where_nothing_was_deleted(view: StoreView) -> None:
    view.tree.clearSelection()
    view.delete_selected()
    assert bar(view) is None


def test_all_entries_come_back_where_all_were_deleted(view: StoreView, qtbot: QtBot) -> None:
    view.tree.selectAll()
    view.delete_selected()
    assert view.store.entries == ()
    press_undo(view, qtbot)
    assert len(view.chosen()) == 9


def test_what_the_filter_hides_comes_back_unselected(view: StoreView, qtbot: QtBot) -> None:
    (first, *rest) = view.store.entries
    named = (dataclasses.replace(first, alias="zebra"), *rest)
    view.document.apply("Rename", dataclasses.replace(view.store, entries=named))
    choose(view, "zebra", "other 4")
    view.delete_selected()
    view.set_filter("zebra")
    press_undo(view, qtbot)
    assert [each.alias for each in view.chosen()] == ["zebra"]
    assert len(view.store.entries) == 9


def test_a_locked_keystore_tells_nothing_of_it(window: MainWindow, view: StoreView) -> None:
    view.document.apply("Protect", view.store.with_password(Password("correct horse")))
    choose(view, "other 3")
    view.delete_selected()
    assert bar(view) is not None
    action(window, "actionLock").trigger()
    assert view.document.state is State.LOCKED
    assert bar(view) is None


@pytest.mark.parametrize(
    ("password", "expected"),
    [(Password("changeit"), "is well known"), (None, "without a password")],
)
def test_what_cannot_be_locked_says_why(
    window: MainWindow, view: StoreView, password: Password | None, expected: str
) -> None:
    view.document.apply("Protect", view.store.with_password(password))
    action(window, "actionLock").trigger()
    assert view.document.state is State.OPEN
    shown = bar(view)
    assert shown is not None
    assert expected in shown.text()
    assert not shown.findChild(QPushButton, "noticeUndo").isVisible()


@pytest.mark.parametrize("is_sorted", [False, True])
def test_ten_thousand_are_deleted_and_come_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, is_sorted: bool
) -> None:
    path = tmp_path / "many.jks"
    chosen = [(each, f"entry{n:05}") for n, each in enumerate(many_certificates(COUNT))]
    save_store(import_certificates(new_store(Format.JKS, WELL_KNOWN), chosen), path)
    view = opened(window, qtbot, path)
    if is_sorted:
        view.tree.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        qtbot.waitUntil(lambda: not view.model.waits, timeout=20_000)
    group = view.model.index(0, 0)
    qtbot.waitUntil(lambda: view.tree.isExpanded(view.model.index(0, 0)), timeout=20_000)
    assert view.model.rowCount(group) == COUNT
    view.tree.selectAll()
    assert action(window, "actionDelete").text().replace("&", "") == "Delete 10,000 Entries"
    view.delete_selected()
    shown = bar(view)
    assert shown is not None
    assert shown.text() == "Deleted 10,000 entries."
    assert view.model.rowCount() == 0
    press_undo(view, qtbot)
    qtbot.waitUntil(lambda: not view.model.waits, timeout=20_000)
    assert view.count_chosen() == COUNT
    # As ranges, so that it is quick: one for each run of rows.
    assert view.tree.selectionModel().selection().count() == 1
