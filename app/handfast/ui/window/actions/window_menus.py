"""Menus whose entries depend on what is known or shown when they open."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLineEdit, QMenu
from shiboken6 import isValid

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.services.checks.entry_states import EntryState
from handfast.ui.program.settings import Appearance
from handfast.ui.program.theme import choose_appearance
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import plain

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.ui.window.tabbed_window import TabbedWindow


class MenuSection(Enum):
    """Actions that stand together wherever they are offered.

    Add an action with its section, and it is in the menu bar and in the context menus.
    """

    #: Edit: cut, copy, paste, duplicate.
    CLIPBOARD = auto()
    #: Keystore: request, reply, renew, verify.
    ISSUANCE = auto()
    #: Keystore: key pairs and keys brought in and taken out.
    KEYS = auto()
    #: Keystore: what comes into it besides, whatever is selected.
    ADDITIONS = auto()
    #: Mutual TLS: what is planned with a partner beside the setup, such as a roll-over.
    PARTNERS = auto()


def recent_menu(window: TabbedWindow) -> QMenu:
    """The keystores that were opened lately."""
    menu = QMenu(tr("Open &Recent"), window)
    menu.setObjectName("recentMenu")
    menu.menuAction().setIcon(icon("recent"))

    def show() -> None:
        menu.clear()
        for path in window.recent.paths():
            action = menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(plain(visible(str(path))))
            action.triggered.connect(lambda _=False, path=path: window.open_path(path))
        if menu.isEmpty():
            menu.addAction(tr("No Recent Keystores")).setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(show)
    return menu


def partners_menu(window: TabbedWindow) -> QMenu:
    """The setups that were begun, by the partner’s name; the start page lists them too."""
    menu = QMenu(tr("Re&sume Partner Setup"), window)
    menu.setObjectName("partnersMenu")

    def show() -> None:
        from handfast.services.partnerships import ENDING
        from handfast.ui.program.known_partnerships import KnownPartnerships

        menu.clear()
        offered: dict[Path, QAction] = {}
        for path in KnownPartnerships(window.settings).paths():
            # Until the file was read: it may be on a drive that takes its time.
            action = menu.addAction(_shown_name(path.name.removesuffix(ENDING)))
            action.setToolTip(plain(visible(str(path))))
            action.triggered.connect(lambda _=False, path=path: window.open_path(path))
            offered[path] = action
        if menu.isEmpty():
            menu.addAction(tr("No Partner Setups in Progress")).setEnabled(False)
        else:
            tell_names(offered)

    def tell_names(offered: dict[Path, QAction]) -> None:
        paths = list(offered)

        def read(progress: Progress) -> dict[Path, str]:
            from handfast.services.partnerships import partner_names

            return partner_names(paths, progress)

        def done(names: dict[Path, str]) -> None:
            for path, name in names.items():
                if isValid(offered[path]):
                    offered[path].setText(_shown_name(name))

        window.jobs.run(read, done=done, failed=lambda _error: None)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(show)
    return menu


def _shown_name(name: str) -> str:
    # An ampersand in a name is no shortcut.
    return shorten(name).replace("&", "&&")


def columns_menu(window: TabbedWindow) -> QMenu:
    """The columns of the store in front."""
    menu = QMenu(tr("&Columns"), window)
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


def filter_menu(window: TabbedWindow, line: QLineEdit) -> QMenu:
    """The states by which entries are picked out; each stands as a word in the filter as well."""
    menu = QMenu(tr("Fi&lter"), window)
    menu.setObjectName("filterMenu")
    menu.menuAction().setIcon(icon("filter"))

    def show() -> None:
        from handfast.ui.store_tab.arrangement import parse_filter, with_state

        menu.clear()
        _words, chosen = parse_filter(line.text())
        titles = {
            EntryState.EXPIRED: tr("&Expired"),
            EntryState.EXPIRING: tr("Expiring &Soon"),
            EntryState.WEAK: tr("&Weak Key or Signature"),
            EntryState.LOCKED: tr("&Locked"),
            EntryState.UNVERIFIED: tr("&Unverified"),
        }
        for state, title in titles.items():
            action = menu.addAction(title)
            action.setObjectName(f"actionFilter{state.value.title()}")
            action.setCheckable(True)
            action.setChecked(state in chosen)
            action.triggered.connect(
                lambda is_on, state=state: line.setText(with_state(line.text(), state, is_on=is_on))
            )
        menu.addSeparator()
        every = menu.addAction(tr("Show &All Entries"))
        every.setEnabled(bool(line.text()))
        every.triggered.connect(line.clear)

    menu.aboutToShow.connect(show)
    return menu


def appearance_menu(window: TabbedWindow) -> QMenu:
    """Light, dark, or as the system has it."""
    menu = QMenu(tr("&Appearance"), window)
    menu.menuAction().setIcon(icon("appearance"))
    group = QActionGroup(menu)
    stored = window.settings.appearance
    for appearance, text in (
        (Appearance.SYSTEM, tr("As the &System")),
        (Appearance.LIGHT, tr("&Light")),
        (Appearance.DARK, tr("&Dark")),
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
