"""Twice clicked, Enter, the filter and the selection: what people of other tools expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from handfast.services.demo import make_demo
from tests.support.ui.helpers import button, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QPoint
    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    make_demo(tmp_path)
    return opened(window, qtbot, tmp_path / "acme-keystore.p12")


def place_of(view: StoreView, alias: str) -> QPoint:
    index = view.model.index_of_alias(alias)
    assert index.isValid()
    return view.tree.visualRect(index).center()


@pytest.mark.parametrize("gesture", ["double click", "Enter"])
def test_an_entry_opens_its_details_and_never_an_editor(
    view: StoreView, qtbot: QtBot, gesture: str
) -> None:
    alias = view.store.entries[0].alias
    shown = rows(view)
    if gesture == "Enter":
        view.select(alias)
        view.tree.setFocus()
        qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    else:
        at = place_of(view, alias)
        qtbot.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.tree.findChild(QLineEdit) is None
    assert rows(view) == shown
    focus = QApplication.focusWidget()
    assert focus is not None
    assert view.details.isAncestorOf(focus)


def test_a_group_folds_and_unfolds(view: StoreView, qtbot: QtBot) -> None:
    group = view.model.index(0, 0)
    at = view.tree.visualRect(group).center()
    assert view.tree.isExpanded(group)
    qtbot.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert not view.tree.isExpanded(group)
    assert view.tree.findChild(QLineEdit) is None


def test_the_details_follow_the_filter(view: StoreView) -> None:
    alias = view.store.entries[0].alias
    view.select(alias)
    view.set_filter(alias)
    assert [entry.alias for entry in view.selected()] == [alias]
    view.set_filter("certainly nothing has this")
    assert view.selected() == []
    assert "PKCS#12" in view.details.text()


def test_an_entry_that_is_filtered_out_is_gone_to_all_the_same(
    window: MainWindow, view: StoreView
) -> None:
    window.filter.setText("certainly nothing has this")
    window._apply_filter()
    assert view.model.shown() == 0
    alias = view.store.entries[0].alias
    view.findings.entry_activated.emit(alias)
    assert [entry.alias for entry in view.selected()] == [alias]
    assert window.filter.text() == ""


@pytest.mark.parametrize("width", [640, 800, 1120, 1600])
def test_the_filter_is_reached_at_every_width(
    window: MainWindow, view: StoreView, qtbot: QtBot, width: int
) -> None:
    window.resize(width, 600)
    view.tree.setFocus()
    qtbot.wait(50)
    window.actions_.find.trigger()
    assert window.filter.isVisible()
    assert window.filter.hasFocus()
    place = window.filter.mapTo(window, window.filter.rect().bottomRight())
    assert window.rect().contains(place)
    assert window.filter.width() >= 100


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_return_presses_what_has_the_keyboard_in_the_main_window_too(
    window: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    new = button(window, "startNew")
    window.activateWindow()
    new.setFocus()
    qtbot.keyClick(new, key)
    qtbot.waitUntil(lambda: window.findChild(QDialog, "storeDialog") is not None)


def test_return_on_a_button_that_is_not_possible_does_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    new = button(window, "startNew")
    new.setFocus()
    new.setEnabled(False)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.findChild(QDialog, "storeDialog") is None
