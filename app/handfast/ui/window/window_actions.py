"""Everything that can be done, once: in the menus, in the tool bar, and by its shortcut."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from handfast.core.store import shorten
from handfast.ui.live.actions import live_actions
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import blend, plain
from handfast.ui.window.lazy_actions import (
    ask_what_this_is,
    copy_diagnostics,
    lock_stores,
    show_about,
    show_guide,
    show_preferences,
)
from handfast.ui.window.window_menus import (
    appearance_menu,
    columns_menu,
    partners_menu,
    recent_menu,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from handfast.ui.window.store_actions import StoreActions
    from handfast.ui.window.tabbed_window import TabbedWindow

_KEYS = QKeySequence.StandardKey
#: Of the filter: it gives way before a tool does.
_NARROWEST, _WIDEST = 120, 300
#: Menu entries that copy one thing of the selected rows: what is copied, and its words.
COPIES = (
    ("alias", "Copy &Alias"),
    ("subject", "Copy &Subject"),
    ("serial", "Copy Serial &Number"),
    ("fingerprint", "Copy SHA-256 &Fingerprint"),
)


class WindowActions(QObject):
    """The actions of the main window, each with its object name, and where they appear."""

    def __init__(self, window: TabbedWindow, dialogs: StoreActions) -> None:
        super().__init__(window)
        self._window = window
        self._dialogs = dialogs
        self._make_actions()
        self._make_menus()
        self._make_bar()

    # --- the actions --------------------------------------------------------------

    def _add(
        self,
        name: str,
        text: str,
        call: Callable[[], object],
        *,
        key: QKeySequence.StandardKey | str | None = None,
        picture: str = "",
        short: str = "",
        tip: str = "",
    ) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(name)
        if picture:
            action.setIcon(icon(picture))
        if isinstance(key, str):
            action.setShortcut(QKeySequence(key))
        elif key is not None:
            action.setShortcuts(QKeySequence.keyBindings(key))
        if short:
            action.setIconText(short)
        bare = text.replace("&", "").rstrip("…")
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip((tip or bare) + (f" ({shown})" if shown else ""))
        action.setStatusTip(tip)
        action.triggered.connect(lambda _checked=False: call())
        return action

    def _make_actions(self) -> None:
        window, dialogs, add = self._window, self._dialogs, self._add
        self.new = add("actionNew", "&New Store…", dialogs.new, key=_KEYS.New, picture="new")
        self.open = add(
            "actionOpen", "&Open…", window.choose, key=_KEYS.Open, picture="open", short="Open"
        )
        self.save = add("actionSave", "&Save", window.save, key=_KEYS.Save, picture="save")
        self.save_as = add(
            "actionSaveAs", "Save &As…", dialogs.save_as, key=_KEYS.SaveAs, picture="save-as"
        )
        # Not every platform has a usual key for it.
        as_usual = QKeySequence.keyBindings(_KEYS.SaveAs)
        if not as_usual:
            self.save_as.setShortcut(QKeySequence("Ctrl+Shift+S"))
        self.reload = add(
            "actionReload",
            "&Reload from Disk",
            window.reload,
            key=_KEYS.Refresh,
            picture="reload",
            tip="Read the file again; undo brings back what is shown now",
        )
        self.close = add(
            "actionClose", "&Close", window.close_current, key=_KEYS.Close, picture="close"
        )
        # The first is the one that the menu shows: on X11 that would be the rarer Ctrl+F4.
        ctrl_w = QKeySequence("Ctrl+W")
        others = [key for key in self.close.shortcuts() if key != ctrl_w]
        self.close.setShortcuts([ctrl_w, *others])
        self.quit = add("actionQuit", "&Quit", lambda: window.close(), key="Ctrl+Q")  # noqa: PLW0108
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.undo = add("actionUndo", "&Undo", window.undo, key=_KEYS.Undo, picture="undo")
        self.redo = add("actionRedo", "&Redo", window.redo, key=_KEYS.Redo, picture="redo")
        self.copy = add(
            "actionCopy", "&Copy Rows", window.copy_rows, key=_KEYS.Copy, picture="copy"
        )
        self.copies = [
            add(f"actionCopy{what.title()}", text, partial(window.copy_part, what))
            for what, text in COPIES
        ]
        self.rename = add("actionRename", "Re&name…", dialogs.rename, key="F2", picture="rename")
        self.delete = add(
            "actionDelete",
            "&Delete",
            window.delete_rows,
            key=_KEYS.Delete,
            picture="delete",
            tip="Take the selected entries out of the store; undo brings them back",
        )
        # Where a text is edited or a finding is read, these keys mean something else.
        for action in (self.copy, self.delete):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.find = add("actionFind", "&Find…", self.go_to_filter, key=_KEYS.Find, picture="find")
        self._make_tools()
        self.findings = add("actionFindings", "Go to &Findings", window.go_to_findings, key="F6")
        self.expand = add("actionExpandAll", "&Expand All", lambda: window.expand(True))
        self.collapse = add("actionCollapseAll", "&Collapse All", lambda: window.expand(False))
        self.home = add(
            "actionHome",
            "&Start Page",
            window.go_home,
            key="Alt+Home",
            tip="Recent keystores, partners and what you can do; once more goes back to the tabs",
        )
        self.home.setCheckable(True)
        self.next = add("actionNextTab", "Ne&xt Tab", lambda: window.go(1), key="Ctrl+PgDown")
        self.previous = add("actionPreviousTab", "&Previous Tab", lambda: window.go(-1))
        self.previous.setShortcut(QKeySequence("Ctrl+PgUp"))
        self.lock = add("actionLock", "&Lock Stores", partial(lock_stores, window), key="Ctrl+L")
        self.preferences = add(
            "actionPreferences", "Pre&ferences…", lambda: show_preferences(window), key="Ctrl+,"
        )
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.diagnostics = add(
            "actionCopyDiagnostics", "&Copy Diagnostic Information", copy_diagnostics
        )
        self.guide = add(
            "actionUserGuide", "User &Guide", partial(show_guide, window), key="F1",
            tip="How to do what, page by page",
        )  # fmt: skip
        # From the wizards too, each of which has a page.
        self.guide.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.what = add(
            "actionWhatsThis", "&What Is This?", partial(ask_what_this_is, window),
            tip="Then click on something; or press Shift+F1 in it",
        )  # fmt: skip
        self.explain = add("actionExplain", "&Explain an Error…", dialogs.explain, picture="find")
        about = partial(show_about, window)
        self.about = add("actionAbout", "&About Handfast", about, picture="info")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make_tools(self) -> None:
        window, dialogs, add = self._window, self._dialogs, self._add
        self.generate = add(
            "actionGenerateKeyPair",
            "&Generate Key Pair…",
            dialogs.generate,
            key="Ctrl+G",
            picture="generate",
            short="Generate",
            tip="Make a key pair with a self-signed certificate",
        )
        self.export = add(
            "actionExportCertificate",
            "&Export Certificate…",
            dialogs.export,
            key="Ctrl+E",
            picture="export",
            short="Export",
            tip="Hand a certificate over to a partner; never the private key",
        )
        self.import_ = add(
            "actionImportCertificate",
            "&Import Certificate…",
            dialogs.import_,
            key="Ctrl+I",
            picture="import",
            short="Import",
            tip="Check what a partner sent, and trust it",
        )
        self.set_up = add(
            "actionSetUpMutualTls", "Set &Up Mutual TLS…", dialogs.set_up,
            key="Ctrl+Shift+M", picture="mutual-tls", short="Set up",
            tip="Set mutual TLS up with a partner, step by step",
        )  # fmt: skip
        self.rehearse = add(
            "actionRehearse", "&Rehearse Mutual TLS…", dialogs.rehearse,
            key="Ctrl+Shift+R", picture="rehearse", short="Rehearse",
            tip="Try the handshake between two parties in memory, before going live",
        )  # fmt: skip
        self.live = live_actions(add, dialogs)
        self.check = add(
            "actionCheck",
            "&Check",
            window.check,
            key="Ctrl+K",
            picture="check",
            tip="Say what will fail in this store, why, and what to do",
        )
        self.password = add(
            "actionChangePassword", "Change &Password…", dialogs.change_password,
            picture="password", tip="Put the store under another password",
        )  # fmt: skip

    # --- where they appear ----------------------------------------------------------

    def _make_menus(self) -> None:
        self._menu(
            "&File",
            [self.new, self.open, recent_menu(self._window), None, self.save, self.save_as,
             self.reload, None, self.close, self.quit],
        )  # fmt: skip
        self._menu(
            "&Edit",
            [self.undo, self.redo, None, self.copy, *self.copies, None, self.rename, self.delete,
             None, self.find, None, self.preferences],
        )  # fmt: skip
        self._menu(
            "&Store",
            [self.generate, self.export, self.import_, None, self.set_up,
             partners_menu(self._window), self.rehearse, *self.live, None, self.check, None,
             self.password, self.lock],
        )  # fmt: skip
        columns = columns_menu(self._window)
        self.columns = columns.menuAction()
        self._menu(
            "&View",
            [self.home, None, columns, self.expand, self.collapse, self.findings, None,
             appearance_menu(self._window), None, self.next, self.previous],
        )  # fmt: skip
        self._menu(
            "&Help",
            [self.guide, self.what, None, self.explain, self.diagnostics, None, self.about],
        )

    def _menu(self, title: str, items: list[QAction | QMenu | None]) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(False)
        fill(menu, items)
        return menu

    def _make_bar(self) -> None:
        bar = _Bar("Tools", self._window)
        bar.setObjectName("tools")
        bar.setAccessibleName("Tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # One row of tools that could be hidden by a slip, and then be searched for.
        bar.toggleViewAction().setVisible(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._window.addToolBar(bar)
        fill(
            bar,
            [self.open, self.save, None, self.generate, self.export, self.import_, None,
             self.set_up, self.rehearse, None, self.check],
        )  # fmt: skip
        # Not by widgetForAction: for a widget of any kind PySide first loads every kind there is.
        for button in bar.findChildren(QToolButton):
            action = button.defaultAction()
            if action is not None:
                button.setAccessibleName(action.iconText())
                # By Tab as well: not everybody knows the shortcuts.
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # A bar of its own: in a narrow window tools go into the overflow, and the filter stays.
        beside = _Bar("Filter", self._window)
        beside.setObjectName("filterBar")
        beside.setMovable(False)
        beside.toggleViewAction().setVisible(False)
        beside.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._window.addToolBar(beside)
        self.filter = QLineEdit(beside)
        self.filter.setObjectName("entryFilter")
        self.filter.setPlaceholderText("Filter")
        self.filter.setToolTip("Entries with these words: names, issuers, hosts, fingerprints")
        self.filter.setAccessibleName("Filter entries")
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icon("find"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setMinimumWidth(_NARROWEST)
        self.filter.setMaximumWidth(_WIDEST)
        self.filter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A file that is dropped here is for the window.
        self.filter.setAcceptDrops(False)
        # At the right end: the room that the filter does not take is before it.
        holder = QWidget(beside)
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(holder)
        # The bar has a margin of its own, which makes it 8.
        row.setContentsMargins(0, 0, 4, 0)
        row.addStretch(1)
        row.addWidget(self.filter, 1000)
        beside.addWidget(holder)

    def entry_menu(self, parent: QWidget) -> QMenu:
        """What can be done with the selected rows."""
        menu = QMenu(parent)
        menu.setObjectName("entryMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu, [self.export, None, self.copy, *self.copies, None, self.rename, self.delete])
        return menu

    def go_to_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    # --- what is possible now -------------------------------------------------------

    def refresh(self) -> None:
        """Offer what makes sense for the tab and the rows that are selected."""
        view = self._window.current()
        history = view.history if view is not None else None
        is_open = history is not None
        self.save.setEnabled(is_open and view is not None and view.is_dirty)
        self.filter.setEnabled(is_open)
        for action in (self.save_as, self.reload, self.password, self.check, self.find,
                       self.expand, self.collapse, self.findings, self.columns):  # fmt: skip
            action.setEnabled(is_open)
        self.close.setEnabled(view is not None)
        self.home.setEnabled(self._window.tabs.count() > 0)
        self.home.setChecked(view is None)
        for action in (self.next, self.previous):
            action.setEnabled(self._window.tabs.count() > 1)
        self.undo.setEnabled(history is not None and history.can_undo)
        self.redo.setEnabled(history is not None and history.can_redo)
        self.undo.setText(_with_label("&Undo", history.undo_label if history else ""))
        self.redo.setText(_with_label("&Redo", history.redo_label if history else ""))
        for action in (self.undo, self.redo):
            # Qt would make it of the text, in which an alias may stand.
            action.setToolTip(plain(action.text().replace("&", "")))
        chosen = view.count_chosen() if view is not None else 0
        self.delete.setEnabled(chosen > 0)
        self.rename.setEnabled(chosen == 1)
        self.copy.setEnabled(view is not None and view.can_copy("row"))
        for action, (what, _text) in zip(self.copies, COPIES, strict=True):
            action.setEnabled(view is not None and view.can_copy(what))


class _Bar(QToolBar):
    """Fusion draws white edges around a tool bar, which glare on a dark window.

    Known by the system, for to ask a style for its name takes as long as to read a store: PySide
    then loads all that a style can be asked.
    """

    def paintEvent(self, event: QPaintEvent) -> None:
        if sys.platform in {"win32", "darwin"}:
            super().paintEvent(event)
            return
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        painter = QPainter(self)
        painter.setPen(blend(palette.color(QPalette.ColorRole.WindowText), window, 0.16))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())
        painter.end()


def _with_label(verb: str, label: str) -> str:
    # An ampersand in an alias is no shortcut.
    return f"{verb} {shorten(label).replace('&', '&&')}".strip()


def fill(target: QMenu | QToolBar, items: list[QAction | QMenu | None]) -> None:
    """Put actions and menus in; None is a line between them."""
    for item in items:
        if item is None:
            target.addSeparator()
        elif isinstance(item, QMenu):
            target.addAction(item.menuAction())
        else:
            target.addAction(item)
