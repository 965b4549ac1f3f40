"""The menus of a right click: what makes sense for an entry, a group, a tab, and the rest."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from handfast.services.demo import make_demo
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

FILES = (
    "acme-keystore.p12",
    "acme-truststore.p12",
    "globex-keystore.jks",
    "globex-truststore.jks",
)


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    make_demo(tmp_path)
    return opened(window, qtbot, tmp_path / FILES[0])


@pytest.fixture
def tabs(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> list[StoreView]:
    make_demo(tmp_path)
    return [opened(window, qtbot, tmp_path / name) for name in FILES]


def asked(view: StoreView, at: QPoint) -> QMenu:
    """The menu of a right click into the rows."""
    target = view.tree.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, target.mapToGlobal(at))
    QApplication.sendEvent(target, event)
    (menu,) = [each for each in view.tree.findChildren(QMenu) if each.isVisible()]
    return menu


def names(menu: QMenu) -> list[str]:
    return [each.objectName() for each in menu.actions() if not each.isSeparator()]


def trigger(menu: QMenu, name: str) -> None:
    (found,) = [each for each in menu.actions() if each.objectName() == name]
    assert found.isEnabled()
    found.trigger()
    menu.close()


def mnemonics(menu: QMenu) -> list[str]:
    texts = [each.text().replace("&&", "") for each in menu.actions()]
    return [text[text.index("&") + 1].casefold() for text in texts if "&" in text]


def menus_of(window: MainWindow) -> list[QMenu]:
    found = [each.menu() for each in window.menuBar().actions()]
    for menu in found:
        assert isinstance(menu, QMenu)
        found += [inner for each in menu.actions() if isinstance(inner := each.menu(), QMenu)]
    return [menu for menu in found if isinstance(menu, QMenu)]


def test_no_letter_means_two_things_in_one_menu(window: MainWindow, view: StoreView) -> None:
    view.tree.selectAll()
    for menu in menus_of(window):
        letters = mnemonics(menu)
        assert len(letters) == len(set(letters)), (menu.title(), letters)
    bar = [each.text() for each in window.menuBar().actions()]
    letters = [text[text.index("&") + 1] for text in bar]
    assert len(set(letters)) == len(bar)


CLOSING = {"actionClose", "actionCloseAll", "actionQuit", "actionDelete", "actionRevoke"}


def test_what_closes_or_deletes_has_no_letter_with_which_another_action_begins(
    window: MainWindow, view: StoreView
) -> None:
    # Who presses Alt+F, C for Convert does not expect the tab to close.
    view.tree.selectAll()
    seen = set()
    for menu in menus_of(window):
        actions = [each for each in menu.actions() if each.text()]
        others = [each for each in actions if each.objectName() not in CLOSING]
        beginnings = {each.text().replace("&", "")[0].casefold() for each in others}
        for each in actions:
            if each.objectName() in CLOSING:
                seen.add(each.objectName())
                text = each.text()
                letter = text[text.index("&") + 1].casefold()
                assert letter not in beginnings, (menu.title(), text)
    assert {"actionClose", "actionCloseAll", "actionQuit", "actionDelete"} <= seen


def test_each_entry_of_a_menu_has_its_letter(window: MainWindow, view: StoreView) -> None:
    view.tree.selectAll()
    for menu in menus_of(window):
        if menu.objectName() in {"recentMenu", "partnersMenu", "columnsMenu"}:
            # Filled with names of files, partners, and columns.
            continue
        texts = [each.text() for each in menu.actions() if each.text()]
        assert [text for text in texts if "&" not in text.replace("&&", "")] == []


def test_no_letter_means_two_things_in_a_context_menu(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    view.select(view.store.entries[0].alias)
    tree, menus = view.tree, window._menus
    group = view.model.index(0, 0)
    made = [
        menus.of_row(view, tree, tree.currentIndex()),
        menus.of_row(view, tree, group),
        menus.of_row(view, tree, QModelIndex()),
        menus.of_details(view),
        menus.of_tab(0),
    ]
    for menu in made:
        assert menu is not None
        letters = mnemonics(menu)
        assert letters
        assert len(letters) == len(set(letters)), (menu.objectName(), names(menu))
        menu.popup(QPoint(0, 0))
        menu.close()
    qtbot.wait(1)


def test_an_entry_has_its_details_its_export_and_its_edits(view: StoreView) -> None:
    alias = view.store.entries[0].alias
    view.select(alias)
    menu = asked(view, view.tree.visualRect(view.tree.currentIndex()).center())
    assert menu.objectName() == "entryMenu"
    assert {
        "actionDetails", "actionCopy", "actionCopyDetails", "actionExportCertificate",
        "actionRename", "actionDelete",
    } <= set(names(menu))  # fmt: skip
    trigger(menu, "actionDetails")
    focus = QApplication.focusWidget()
    assert focus is not None
    assert view.details.isAncestorOf(focus)


def test_what_cannot_be_done_is_left_out(view: StoreView) -> None:
    view.unfold(True)
    pair = view.model.index_of_alias(view.store.entries[0].alias)
    view.tree.setCurrentIndex(view.model.index(0, 0, pair))
    menu = asked(view, view.tree.visualRect(view.tree.currentIndex()).center())
    # A certificate of a chain is neither renamed nor deleted.
    assert not {"actionRename", "actionDelete"} & set(names(menu))
    assert all(each.isEnabled() for each in menu.actions() if not each.isSeparator())
    menu.close()


def test_a_group_selects_its_entries_and_folds(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "acme-truststore.p12")
    group = view.model.index(0, 0)
    menu = asked(view, view.tree.visualRect(group).center())
    assert menu.objectName() == "groupMenu"
    assert "actionImportCertificate" in names(menu)
    assert "actionGenerateKeyPair" not in names(menu)
    trigger(menu, "actionSelectGroup")
    assert view.chosen() == list(view.store.entries)
    menu = asked(view, view.tree.visualRect(group).center())
    trigger(menu, "actionFoldGroup")
    assert not view.tree.isExpanded(group)


def test_the_empty_area_has_what_is_done_to_the_keystore(view: StoreView) -> None:
    view.select(view.store.entries[0].alias)
    height = view.tree.viewport().height()
    menu = asked(view, QPoint(20, height - 5))
    assert menu.objectName() == "keystoreMenu"
    found = names(menu)
    for name in (
        "GenerateKeyPair", "ImportCertificate", "SelectAll", "Check", "ChangePassword", "SaveAs",
        "Reload",
    ):  # fmt: skip
        assert f"action{name}" in found, name
    # Nothing is to be saved or undone, and none of it is about an entry.
    assert not {"actionSave", "actionUndo", "actionDelete", "actionRename"} & set(found)
    menu.close()


def test_the_details_have_what_is_done_with_what_they_show(view: StoreView, qtbot: QtBot) -> None:
    view.details.customContextMenuRequested.emit(QPoint(5, 5))
    menu = view.details.findChild(QMenu, "detailsMenu")
    assert "actionCopyPath" in names(menu)
    trigger(menu, "actionCopyPath")
    assert QGuiApplication.clipboard().text() == str(view.path)
    qtbot.waitUntil(lambda: view.details.findChild(QMenu, "detailsMenu") is None)
    view.select(view.store.entries[0].alias)
    view.details.customContextMenuRequested.emit(QPoint(5, 5))
    menu = view.details.findChild(QMenu, "detailsMenu")
    assert {"actionCopyDetails", "actionExportCertificate"} <= set(names(menu))
    assert "actionCopyPath" not in names(menu)
    menu.close()


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("tabClose", [0, 2, 3]),
        ("tabCloseOthers", [1]),
        ("tabCloseRight", [0, 1]),
        ("tabCloseAll", []),
    ],
)
def test_a_tab_is_closed_and_others(
    window: MainWindow, tabs: list[StoreView], name: str, left: list[int]
) -> None:
    bar = window.tabs.tabBar()
    bar.customContextMenuRequested.emit(bar.tabRect(1).center())
    menu = window.tabs.findChild(QMenu, "tabMenu")
    trigger(menu, name)
    assert window.views == [tabs[each] for each in left]


def test_of_the_last_tab_nothing_is_to_the_right(window: MainWindow, tabs: list[StoreView]) -> None:
    menu = window._menus.of_tab(len(tabs) - 1)
    assert menu is not None
    possible = {each.objectName() for each in menu.actions() if each.isEnabled()}
    assert "tabCloseOthers" in possible
    assert "tabCloseRight" not in possible
    # Nothing is to be saved.
    assert "tabSave" not in possible
    assert window._menus.of_tab(len(tabs)) is None


def edit(view: StoreView) -> None:
    view.document.delete(view.store.entries[:1])
    assert view.is_dirty


def test_a_tab_behind_is_saved_and_its_path_copied(
    window: MainWindow, tabs: list[StoreView], qtbot: QtBot
) -> None:
    edit(tabs[0])
    menu = window._menus.of_tab(0)
    assert menu is not None
    trigger(menu, "tabSave")
    qtbot.waitUntil(lambda: not tabs[0].is_dirty)
    menu = window._menus.of_tab(0)
    assert menu is not None
    trigger(menu, "tabCopyPath")
    assert QGuiApplication.clipboard().text() == str(tabs[0].path)
    assert window.current() is tabs[-1]


def test_the_folder_of_a_tab_is_opened(
    window: MainWindow, tabs: list[StoreView], monkeypatch: pytest.MonkeyPatch
) -> None:
    from handfast.ui.window import tabbed_window

    shown: list[Path] = []
    monkeypatch.setattr(tabbed_window, "show_folder", shown.append)
    menu = window._menus.of_tab(1)
    assert menu is not None
    trigger(menu, "tabOpenFolder")
    action(window, "actionOpenFolder").trigger()
    assert shown == [tabs[1].path.parent, tabs[-1].path.parent]


def test_save_all_saves_each_that_has_changes(
    window: MainWindow, tabs: list[StoreView], qtbot: QtBot
) -> None:
    save_all = action(window, "actionSaveAll")
    assert not save_all.isEnabled()
    edit(tabs[0])
    edit(tabs[2])
    qtbot.waitUntil(save_all.isEnabled)
    save_all.trigger()
    qtbot.waitUntil(lambda: not any(view.is_dirty for view in tabs))
    assert not save_all.isEnabled()


@pytest.mark.parametrize("answer", ["Cancel", "discard"])
def test_closing_all_asks_about_each_that_has_changes(
    window: MainWindow, tabs: list[StoreView], qtbot: QtBot, answer: str
) -> None:
    from PySide6.QtWidgets import QMessageBox

    def box() -> QMessageBox:
        found = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
        return found[0]

    def give(answer: str) -> Callable[[], None]:
        buttons = {each.text().replace("&", ""): each for each in box().buttons()}
        wanted = "Cancel" if answer == "Cancel" else "Close Without Saving"
        return buttons[wanted].click

    edit(tabs[0])
    edit(tabs[2])
    action(window, "actionCloseAll").trigger()
    # What has no changes is gone at once; of the others one after the other is asked about.
    assert window.views == [tabs[0], tabs[2]]
    assert window.current() is tabs[0]
    give(answer)()
    if answer == "Cancel":
        qtbot.waitUntil(lambda: not [b for b in window.findChildren(QMessageBox) if b.isVisible()])
        assert window.views == [tabs[0], tabs[2]]
        return
    qtbot.waitUntil(lambda: window.views == [tabs[2]])
    qtbot.waitUntil(lambda: any(b.isVisible() for b in window.findChildren(QMessageBox)))
    assert box().defaultButton().text().replace("&", "") == "Save"
    give(answer)()
    qtbot.waitUntil(lambda: not window.views)


def test_several_entries_are_counted_in_the_menus(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "acme-keystore.p12")
    (pair,) = view.store.entries
    more = (pair, *(dataclasses.replace(pair, alias=f"other {n}") for n in (1, 2)))
    view.document.apply("Add", dataclasses.replace(view.store, entries=more))
    delete, export = action(window, "actionDelete"), action(window, "actionExportCertificate")
    view.select("other 1")
    assert delete.text().replace("&", "") == "Delete"
    assert export.text().replace("&", "") == "Export Certificate…"
    view.tree.selectAll()
    assert delete.text().replace("&", "") == "Delete 3 Entries"
    assert export.text().replace("&", "") == "Export 3 Certificates…"
    # The tool keeps its short name.
    assert export.iconText() == "Export"
    assert "3 entries" in view.details.text()


@pytest.mark.usefixtures("view")
def test_the_keyboard_asks_for_the_menu_of_a_tab(window: MainWindow) -> None:
    bar = window.tabs.tabBar()
    # In the middle of the bar, where no tab is.
    bar.customContextMenuRequested.emit(QPoint(bar.width() + 500, 1))
    menu = window.tabs.findChild(QMenu, "tabMenu")
    assert menu.isVisible()
    menu.close()
