"""What the tests of the window do again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QTreeView, QWidget

from handfast.core.store import Format, Strength
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.password import Password
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    """The tab of a store, once it is shown."""
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.history is not None)
    return view


def opened_new(window: MainWindow, qtbot: QtBot, path: Path, password: Password) -> StoreView:
    """The tab of a PKCS#12 keystore with one pair, *x*, which is made at that path."""
    store = new_store(Format.PKCS12, password, Strength.MODERN)
    save_store(store.with_entries([issue(CN="x").pair("x")]), path, backup=False)
    window.open_path(path, password=password)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.store is not None)
    return view


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert found is not None, name
    return found


def button(parent: QWidget, name: str) -> QAbstractButton:
    """The button of that object name that is on the screen."""
    (found,) = [each for each in parent.findChildren(QAbstractButton, name) if each.isVisible()]
    return found


def rows(view: StoreView) -> list[str]:
    """The first column of the tree, top to bottom, for what is unfolded."""
    tree: QTreeView = view.tree
    index = tree.model().index(0, 0)
    found = []
    while index.isValid():
        found.append(index.data())
        index = tree.indexBelow(index)
    return found


def middle(widget: QWidget) -> QPoint:
    return widget.rect().center()


def process_events() -> None:
    QCoreApplication.processEvents()
