"""What the tests of the window do again and again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QTreeView, QWidget

from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.entry import KeyPair
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow


def opened(
    window: MainWindow, qtbot: QtBot, path: Path, password: Password | None = None
) -> StoreView:
    """The tab of a store, once it is shown."""
    window.open_path(path, password=password)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.history is not None)
    return view


def opened_new(window: MainWindow, qtbot: QtBot, path: Path, password: Password) -> StoreView:
    """The tab of a PKCS#12 keystore with one pair, *x*, which is made at that path."""
    store = new_store(Format.PKCS12, password, Strength.MODERN)
    save_store(store.with_entries([issue(CN="x").pair("x")]), path, backup=False)
    return opened(window, qtbot, path, password)


def saved_with_own_password(path: Path) -> KeyPair:
    """A pair in a PKCS#12 keystore of that path, its key under a password that is *its own*."""
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    pair = dataclasses.replace(pair, password=Password("its own"))
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([pair]), path)
    return pair


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
