"""The menus of a right click and of the menu key: what makes sense where it was.

What cannot be done there is left out, so that each menu is short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from handfast.core.language import tr
from handfast.services.policy.chosen_entry import is_authority
from handfast.ui.window.actions.window_menus import MenuSection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QAction

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.actions.window_actions import WindowActions
    from handfast.ui.window.tabbed_window import TabbedWindow


#: Of two entries, their differences are shown.
_COMPARED = 2


class ContextMenus:
    """Makes a menu each time that one is asked for; it deletes itself when it closes."""

    def __init__(self, window: TabbedWindow, actions: WindowActions) -> None:
        self._window = window
        self._actions = actions
        bar = window.tabs.tabBar()
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._offer_tab)

    def equip(self, view: StoreView) -> None:
        """Give a new tab its menus."""
        view.tree.make_menu = lambda parent, index: self.of_row(view, parent, index)
        details = view.details
        details.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        details.customContextMenuRequested.connect(
            lambda at: self.of_details(view).popup(details.mapToGlobal(at))
        )

    # --- entries ----------------------------------------------------------------------

    def of_row(self, view: StoreView, parent: QWidget, index: QModelIndex) -> QMenu:
        """What can be done with the row under the pointer; with the keystore beside all rows."""
        if not index.isValid():
            return self._of_keystore(parent)
        if not index.parent().isValid():
            return self._of_group(view, parent, index)
        actions = self._actions
        sections = actions.sections
        menu = _menu(
            parent,
            "entryMenu",
            [actions.details, None, *sections[MenuSection.CLIPBOARD], actions.copy_menu, None,
             *sections[MenuSection.ISSUANCE], None, self._of_authority(view), None,
             actions.export, *sections[MenuSection.KEYS], None, actions.rename, actions.delete],
        )  # fmt: skip
        if view.count_chosen() <= _COMPARED:
            # Its letter in the menu bar is that of *Paste* here.
            compare = _added(menu, "entryCompare", tr("Compare…"), actions.validity.compare.trigger)
            menu.insertAction(actions.validity.verify, compare)
        return menu

    def _of_authority(self, view: StoreView) -> QMenu | None:
        """What a CA does, where the selected entry is one."""
        entries = view.selected()
        is_ca = len(entries) == 1 and is_authority(entries[0])
        return self._actions.authority_menu if is_ca else None

    def _of_group(self, view: StoreView, parent: QWidget, index: QModelIndex) -> QMenu:
        """The title of a group: what makes more of its kind, and its entries all at once."""
        actions = self._actions
        first = index.siblingAtColumn(0)
        (sample,) = view.model.entries_in(first.row(), 0, 0)
        more = [actions.import_] if sample.kind == "trusted-certificate" else [actions.generate]
        menu = _menu(
            parent,
            "groupMenu",
            [*more, *actions.beside_the_selection(MenuSection.CLIPBOARD), None, actions.expand,
             actions.collapse],
        )  # fmt: skip
        before = menu.actions()[0]
        is_open = view.tree.isExpanded(first)
        fold = _added(
            menu,
            "actionFoldGroup",
            tr("Coll&apse This Group") if is_open else tr("&Expand This Group"),
            lambda: view.tree.setExpanded(first, not is_open),
        )
        every = _added(
            menu, "actionSelectGroup", tr("&Select Its Entries"), lambda: view.select_group(first)
        )
        menu.insertActions(before, [every, fold])
        menu.insertSeparator(before)
        return menu

    def _of_keystore(self, parent: QWidget) -> QMenu:
        actions = self._actions
        return _menu(
            parent,
            "keystoreMenu",
            [actions.generate, actions.import_,
             *actions.beside_the_selection(MenuSection.KEYS),
             *actions.sections[MenuSection.ADDITIONS],
             *actions.beside_the_selection(MenuSection.CLIPBOARD), None, actions.select_all, None,
             actions.undo, actions.redo, None, actions.check, actions.password, None,
             actions.save, actions.save_as, actions.reload],
        )  # fmt: skip

    # --- details ----------------------------------------------------------------------

    def of_details(self, view: StoreView) -> QMenu:
        """What can be done with what the details show."""
        actions = self._actions
        sections = actions.sections
        if view.selected():
            items = [actions.copy_menu, None, *sections[MenuSection.ISSUANCE], None,
                     actions.export, *sections[MenuSection.KEYS], None, actions.rename]  # fmt: skip
        else:
            items = [actions.copy_path, actions.open_folder, None, actions.check,
                     actions.password, None, actions.generate, actions.import_]  # fmt: skip
        return _menu(view.details, "detailsMenu", items)

    # --- tabs -------------------------------------------------------------------------

    def _offer_tab(self, at: QPoint) -> None:
        bar = self._window.tabs.tabBar()
        index = bar.tabAt(at)
        if index < 0:
            # The menu key gives the middle of the bar.
            index = bar.currentIndex()
            at = bar.tabRect(index).center()
        if (menu := self.of_tab(index)) is not None:
            menu.popup(bar.mapToGlobal(at))

    def of_tab(self, index: int) -> QMenu | None:
        """What can be done with a tab, which need not be in front."""
        window, tabs = self._window, self._window.tabs
        views = window.views
        if not 0 <= index < len(views):
            return None
        view = views[index]
        is_changed = view.history is not None and view.is_dirty
        menu = _menu(tabs, "tabMenu", [])
        offers: list[tuple[str, str, Callable[[], object], bool] | None] = [
            ("tabClose", tr("&Close"), lambda: window.close_views([view]), True),
            (
                "tabCloseOthers",
                tr("Close &Others"),
                lambda: window.close_views([each for each in window.views if each is not view]),
                len(views) > 1,
            ),
            (
                "tabCloseRight",
                tr("Close to the &Right"),
                lambda: window.close_views(views[index + 1 :]),
                index + 1 < len(views),
            ),
            ("tabCloseAll", tr("Close &All"), lambda: window.close_views(window.views), True),
            None,
            (
                "tabSave",
                tr("&Save"),
                view.document.save,
                is_changed,
            ),
            None,
            ("tabCopyPath", tr("Copy &Path"), lambda: window.copy_path(view), True),
            ("tabOpenFolder", tr("Open &Folder"), lambda: window.open_folder(view), True),
            None,
            (
                "tabCompare",
                tr("Co&mpare with the Tab in Front…"),
                lambda: self._compare(view),
                view.store is not None and self._other_in_front(view) is not None,
            ),
        ]
        for offer in offers:
            if offer is None:
                menu.addSeparator()
                continue
            name, text, call, is_possible = offer
            # Always in the same place: people close tabs without reading.
            _added(menu, name, text, call).setEnabled(is_possible)
        return menu

    def _other_in_front(self, view: StoreView) -> StoreView | None:
        front = self._window.current()
        return front if front is not None and front is not view and front.store else None

    def _compare(self, view: StoreView) -> None:
        front = self._other_in_front(view)
        if front is not None:
            self._actions.compare_with((str(front.path), None), (str(view.path), None))


def _menu(parent: QWidget, name: str, items: Iterable[QAction | QMenu | None]) -> QMenu:
    """A menu of what is possible now; None is a line where there is something on both sides."""
    menu = QMenu(parent)
    menu.setObjectName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    is_line_due = False
    for item in items:
        if item is None:
            is_line_due = not menu.isEmpty()
            continue
        action = item.menuAction() if isinstance(item, QMenu) else item
        if isinstance(item, QMenu):
            is_possible = any(each.isEnabled() for each in item.actions())
        else:
            is_possible = action.isEnabled()
        if not is_possible:
            continue
        if is_line_due:
            menu.addSeparator()
            is_line_due = False
        menu.addAction(action)
    return menu


def _added(menu: QMenu, name: str, text: str, call: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    action.setObjectName(name)
    action.triggered.connect(lambda _checked=False: call())
    return action
