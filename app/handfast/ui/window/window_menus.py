"""Menus whose entries depend on what is known or shown when they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.ui.program.settings import Appearance
from handfast.ui.program.theme import choose_appearance
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import plain

if TYPE_CHECKING:
    from handfast.ui.window.tabbed_window import TabbedWindow


def recent_menu(window: TabbedWindow) -> QMenu:
    """The stores that were opened lately."""
    menu = QMenu("Open &Recent", window)
    menu.setObjectName("recentMenu")
    menu.menuAction().setIcon(icon("recent"))

    def show() -> None:
        menu.clear()
        for path in window.recent.paths():
            action = menu.addAction(path.name)
            action.setToolTip(plain(visible(str(path))))
            action.triggered.connect(lambda _=False, path=path: window.open_path(path))
        if menu.isEmpty():
            menu.addAction("No store was opened yet").setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(show)
    return menu


def partners_menu(window: TabbedWindow) -> QMenu:
    """The set-ups that were begun: the start page, which lists them too, is not always there."""
    menu = QMenu("Go &On With a Partner", window)
    menu.setObjectName("partnersMenu")

    def show() -> None:
        from handfast.services.partnerships import ENDING
        from handfast.ui.program.known_partnerships import KnownPartnerships

        menu.clear()
        for path in KnownPartnerships(window.settings).paths():
            name = shorten(path.name.removesuffix(ENDING)).replace("&", "&&")
            action = menu.addAction(name)
            action.setToolTip(plain(visible(str(path))))
            action.triggered.connect(lambda _=False, path=path: window.open_path(path))
        if menu.isEmpty():
            menu.addAction("No set-up was begun yet").setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(show)
    return menu


def columns_menu(window: TabbedWindow) -> QMenu:
    """The columns of the store in front."""
    menu = QMenu("&Columns", window)
    menu.setObjectName("columnsMenu")
    menu.menuAction().setIcon(icon("columns"))

    def show() -> None:
        menu.clear()
        view = window.current()
        if view is None:
            return
        source = view.tree.column_menu()
        source.setParent(menu)
        menu.addActions(source.actions())

    menu.aboutToShow.connect(show)
    return menu


def appearance_menu(window: TabbedWindow) -> QMenu:
    """Light, dark, or as the system has it."""
    menu = QMenu("&Appearance", window)
    menu.menuAction().setIcon(icon("appearance"))
    group = QActionGroup(menu)
    stored = window.settings.appearance
    for appearance, text in (
        (Appearance.SYSTEM, "As the &System"),
        (Appearance.LIGHT, "&Light"),
        (Appearance.DARK, "&Dark"),
    ):
        action = group.addAction(QAction(text, menu))
        action.setObjectName(f"actionAppearance{appearance.value.title()}")
        action.setCheckable(True)
        action.setChecked(appearance is stored)
        action.triggered.connect(
            lambda _=False, chosen=appearance: choose_appearance(window.settings, chosen)
        )
        menu.addAction(action)
    return menu
