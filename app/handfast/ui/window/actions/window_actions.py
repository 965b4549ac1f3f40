"""Everything that can be done, once: in the menus, in the tool bar, and by its shortcut."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.ui.live.actions import live_actions
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import blend, plain
from handfast.ui.window.actions.action_needs import Need, Situation
from handfast.ui.window.actions.authority_actions import authority_actions
from handfast.ui.window.actions.entry_actions import (
    EntryActions,
    add_clipboard_actions,
    add_key_actions,
)
from handfast.ui.window.actions.issuance_actions import issuance_actions
from handfast.ui.window.actions.lazy_actions import (
    ask_what_this_is,
    copy_diagnostics,
    lock_stores,
    show_about,
    show_guide,
    show_preferences,
)
from handfast.ui.window.actions.validity_actions import validity_actions
from handfast.ui.window.actions.window_menus import (
    MenuSection,
    appearance_menu,
    columns_menu,
    filter_menu,
    partners_menu,
    recent_menu,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent

    from handfast.ui.window.actions.store_actions import StoreActions
    from handfast.ui.window.tabbed_window import TabbedWindow

_KEYS = QKeySequence.StandardKey
#: Of the filter: it gives way before a tool does.
_NARROWEST, _WIDEST = 120, 300
#: Menu entries that copy one thing of the selected rows: what is copied, and its words.
COPIES = (
    ("alias", tr("&Alias")),
    ("subject", tr("&Subject")),
    ("serial", tr("Serial &Number")),
    ("fingerprint", tr("SHA-256 &Fingerprint")),
)


class WindowActions(QObject):
    """The actions of the main window, each with its object name, and where they appear."""

    def __init__(self, window: TabbedWindow, dialogs: StoreActions) -> None:
        super().__init__(window)
        self._window = window
        self._dialogs = dialogs
        self._needs: dict[QAction, Need] = {}
        #: Actions whose words tell how many entries they are for.
        self._counted: dict[QAction, tuple[str, Callable[[int], str]]] = {}
        #: Actions that belong together, in every menu that has them. Whoever adds an action to a
        #: section before the menus are built finds it in the menu bar and the context menus.
        self.sections: dict[MenuSection, list[QAction]] = {each: [] for each in MenuSection}
        self.entries = EntryActions(window)
        self.filter = QLineEdit(window)
        self._offer_states = self.filter.addAction(
            icon("filter"), QLineEdit.ActionPosition.TrailingPosition
        )
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
        need: Need = Need.NOTHING,
        many: Callable[[int], str] | None = None,
        section: MenuSection | None = None,
    ) -> QAction:
        """An action that is possible where ``need`` is met.

        ``many`` gives its words for several entries; ``section`` is where it is in the
        menus, unless it is placed by hand.
        """
        action = QAction(text, self._window)
        action.setObjectName(name)
        self._needs[action] = need
        if many is not None:
            self._counted[action] = (text, many)
        if section is not None:
            self.sections[section].append(action)
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
        self.new = add("actionNew", tr("&New Keystore…"), dialogs.new, key=_KEYS.New, picture="new")
        self.open = add(
            "actionOpen",
            tr("&Open…"),
            window.choose,
            key=_KEYS.Open,
            picture="open",
            short=tr("Open"),
        )
        self.scan = add(
            "actionScanFolder",
            tr("Scan a Folder for &Keystores…"),
            dialogs.inventory.choose_folder,
            key="Ctrl+Shift+O",
            tip=tr("List the certificates of all keystores in a folder by their expiry date"),
        )
        self.find_expiring = add(
            "actionFindExpiring",
            tr("Find What E&xpires First…"),
            dialogs.inventory.show_known,
            tip=tr("List the certificates of the open and recent keystores by their expiry date"),
        )
        self.save = add(
            "actionSave",
            tr("&Save"),
            window.save,
            key=_KEYS.Save,
            picture="save",
            need=Need.CHANGES,
        )
        self.save_as = add(
            "actionSaveAs", tr("Save &As…"), dialogs.save_as, key=_KEYS.SaveAs, picture="save-as",
            need=Need.KEYSTORE,
        )  # fmt: skip
        self.convert = add(
            "actionConvert", tr("&Convert to Another Format…"), dialogs.convert, picture="save-as",
            tip=tr("Write this keystore as PKCS#12, JKS, JCEKS, or PEM"), need=Need.KEYSTORE,
        )  # fmt: skip
        self.save_all = add(
            "actionSaveAll", tr("Sa&ve All"), window.save_all, key="Ctrl+Alt+S",
            tip=tr("Save every open keystore that has changes"), need=Need.CHANGES_ANYWHERE,
        )  # fmt: skip
        # Not every platform has a usual key for it.
        as_usual = QKeySequence.keyBindings(_KEYS.SaveAs)
        if not as_usual:
            self.save_as.setShortcut(QKeySequence("Ctrl+Shift+S"))
        self.reload = add(
            "actionReload",
            tr("Reloa&d from Disk"),
            window.reload,
            key=_KEYS.Refresh,
            picture="reload",
            tip=tr("Read the file again; undo restores what is shown now"),
            need=Need.KEYSTORE,
        )
        self.copy_path = add(
            "actionCopyPath", tr("Copy &Path"), window.copy_path, need=Need.TAB,
            tip=tr("Copy the full path of this file to the clipboard"),
        )  # fmt: skip
        self.open_folder = add(
            "actionOpenFolder", tr("Open &Folder"), window.open_folder, picture="folder",
            need=Need.TAB, tip=tr("Show the folder of this file in the file manager"),
        )  # fmt: skip
        self.close = add(
            "actionClose", tr("Clos&e"), window.close_current, key=_KEYS.Close, picture="close",
            need=Need.TAB,
        )  # fmt: skip
        self.close_all = add(
            "actionCloseAll", tr("C&lose All"), lambda: window.close_views(window.views),
            key="Ctrl+Shift+W", need=Need.TABS,
        )  # fmt: skip
        # The first is the one that the menu shows: on X11 that would be the rarer Ctrl+F4.
        ctrl_w = QKeySequence("Ctrl+W")
        others = [key for key in self.close.shortcuts() if key != ctrl_w]
        self.close.setShortcuts([ctrl_w, *others])
        self.quit = add("actionQuit", tr("&Quit"), window.close, key="Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.undo = add("actionUndo", tr("&Undo"), window.undo, key=_KEYS.Undo, picture="undo")
        self.redo = add("actionRedo", tr("&Redo"), window.redo, key=_KEYS.Redo, picture="redo")
        self.clipboard = add_clipboard_actions(add, self.entries)
        self.copies = [
            add(f"actionCopy{what.title()}", text, partial(window.copy_part, what))
            for what, text in COPIES
        ]
        self.copy_menu = QMenu(tr("Cop&y Details"), window)
        self.copy_menu.setObjectName("copyDetailsMenu")
        self.copy_menu.menuAction().setObjectName("actionCopyDetails")
        self.copy_menu.addActions(self.copies)
        self.select_all = add(
            "actionSelectAll", tr("S&elect All"), window.select_all, key=_KEYS.SelectAll,
            need=Need.KEYSTORE,
        )  # fmt: skip
        self.rename = add(
            "actionRename", tr("Re&name…"), dialogs.rename, key="F2", picture="rename",
            tip=tr("Change the aliases of the selected entries"), need=Need.ENTRIES,
            many=lambda count: tr_count(
                "Re&name {count} Entry…", "Re&name {count} Entries…", count),
        )  # fmt: skip
        self.delete = add(
            "actionDelete",
            tr("De&lete"),
            window.delete_rows,
            key=_KEYS.Delete,
            picture="delete",
            tip=tr("Delete the selected entries (can be undone)"),
            need=Need.ENTRIES,
            many=lambda count: tr_count("De&lete {count} Entry", "De&lete {count} Entries", count),
        )
        # Where a text is edited or a finding is read, these keys mean something else.
        for action in (*self.clipboard, self.select_all, self.delete):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.find = add(
            "actionFind", tr("&Find"), self.go_to_filter, key=_KEYS.Find, picture="find",
            need=Need.KEYSTORE,
        )  # fmt: skip
        self._make_tools()
        self.details = add(
            "actionDetails", tr("Show &Details"), window.open_details, need=Need.ROWS,
            tip=tr("Go to the details of the selected entry; Enter or a double-click does "
"the same"),
        )  # fmt: skip
        self.findings = add(
            "actionFindings", tr("Go to &Findings"), window.go_to_findings, key="F6",
            need=Need.KEYSTORE,
        )  # fmt: skip
        self.expand = add(
            "actionExpandAll", tr("&Expand All"), lambda: window.expand(True), need=Need.KEYSTORE
        )
        self.collapse = add(
            "actionCollapseAll",
            tr("C&ollapse All"),
            lambda: window.expand(False),
            need=Need.KEYSTORE,
        )
        self.home = add(
            "actionHome",
            tr("&Start Page"),
            window.go_home,
            key="Alt+Home",
            tip=tr("Recent keystores, partners, and tasks; choose it again to return to the tabs"),
            need=Need.TABS,
        )
        self.home.setCheckable(True)
        self.next = add(
            "actionNextTab", tr("Ne&xt Tab"), lambda: window.go(1), key="Ctrl+PgDown",
            need=Need.SEVERAL_TABS,
        )  # fmt: skip
        self.previous = add(
            "actionPreviousTab", tr("&Previous Tab"), lambda: window.go(-1), key="Ctrl+PgUp",
            need=Need.SEVERAL_TABS,
        )  # fmt: skip
        self.lock = add(
            "actionLock", tr("&Lock Keystores"), partial(lock_stores, window), key="Ctrl+L"
        )
        self.preferences = add(
            "actionPreferences", tr("Preference&s…"), lambda: show_preferences(window), key="Ctrl+,"
        )
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.diagnostics = add(
            "actionCopyDiagnostics", tr("&Copy Diagnostic Information"), copy_diagnostics
        )
        self.guide = add(
            "actionUserGuide", tr("User &Guide"), partial(show_guide, window), key="F1",
            tip=tr("Open the user guide"),
        )  # fmt: skip
        # From the wizards too, each of which has a page.
        self.guide.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.what = add(
            "actionWhatsThis", tr("&What Is This?"), partial(ask_what_this_is, window),
            tip=tr("Then click an item; or press Shift+F1 in it"),
        )  # fmt: skip
        self.explain = add(
            "actionExplain", tr("&Explain an Error…"), dialogs.explain, picture="find"
        )
        about = partial(show_about, window)
        self.about = add("actionAbout", tr("&About Handfast"), about, picture="info")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make_tools(self) -> None:
        window, dialogs, add = self._window, self._dialogs, self._add
        self.generate = add(
            "actionGenerateKeyPair",
            tr("&Generate Key Pair…"),
            dialogs.generate,
            key="Ctrl+G",
            picture="generate",
            short=tr("Generate"),
            tip=tr("Generate a key pair with a self-signed certificate"),
        )
        self.export = add(
            "actionExportCertificate",
            tr("&Export Certificate…"),
            dialogs.export,
            key="Ctrl+E",
            picture="export",
            short=tr("Export"),
            tip=tr("Save a certificate to send to a partner (never the private key)"),
            many=lambda count: tr_count(
                "&Export {count} Certificate…", "&Export {count} Certificates…", count
            ),
        )
        self.import_ = add(
            "actionImportCertificate",
            tr("&Import Certificate…"),
            dialogs.import_,
            key="Ctrl+I",
            picture="import",
            short=tr("Import"),
            tip=tr("Check a partner’s certificate and trust it"),
        )
        issuance_actions(add, dialogs)
        self.keys = add_key_actions(add, self.entries)
        self.validity = validity_actions(add, dialogs.validity)
        self.compare_with = dialogs.validity.compare_with
        self.authority_menu = QMenu(tr("Certificate A&uthority"), window)
        self.authority_menu.setObjectName("authorityMenu")
        self.authority_menu.addActions(authority_actions(add, dialogs.authority))
        self.set_up = add(
            "actionSetUpMutualTls", tr("Set &Up Mutual TLS…"), dialogs.set_up,
            key="Ctrl+Shift+M", picture="mutual-tls", short=tr("Set Up"),
            tip=tr("Set up mutual TLS with a partner, step by step"),
        )  # fmt: skip
        self.rehearse = add(
            "actionRehearse", tr("&Rehearse Mutual TLS…"), dialogs.rehearse,
            key="Ctrl+Shift+R", picture="rehearse", short=tr("Rehearse"),
            tip=tr("Try the handshake between two parties in memory before going live"),
        )  # fmt: skip
        self.live = live_actions(add, dialogs)
        self.check = add(
            "actionCheck",
            tr("&Check"),
            window.check,
            key="Ctrl+K",
            picture="check",
            tip=tr("Check this keystore for problems and show how to fix them"),
            need=Need.KEYSTORE,
        )
        self.password = add(
            "actionChangePassword", tr("Cha&nge Password…"), dialogs.change_password,
            picture="password", tip=tr("Change the keystore password"),
            need=Need.KEYSTORE,
        )  # fmt: skip

    # --- where they appear ----------------------------------------------------------

    def _make_menus(self) -> None:
        sections = self.sections
        self._menu(
            tr("&File"),
            [self.new, self.open, recent_menu(self._window), self.scan, self.find_expiring, None,
             self.save, self.save_as, self.convert, self.save_all, self.reload, None,
             self.copy_path, self.open_folder, None, self.close, self.close_all, None, self.quit],
        )  # fmt: skip
        self._menu(
            tr("&Edit"),
            [self.undo, self.redo, None, *sections[MenuSection.CLIPBOARD], self.copy_menu, None,
             self.select_all, self.rename, self.delete, None, self.find, None, self.preferences],
        )  # fmt: skip
        self._menu(
            tr("&Keystore"),
            [self.generate, *sections[MenuSection.ISSUANCE], self.authority_menu, None,
             self.export, self.import_,
             *sections[MenuSection.KEYS], None, *sections[MenuSection.ADDITIONS], None,
             self.check, self.validity.compare, self.validity.jdks, None, self.password, self.lock],
        )  # fmt: skip
        self._menu(
            tr("&Mutual TLS"),
            [self.set_up, partners_menu(self._window), *sections[MenuSection.PARTNERS], None,
             self.rehearse, *self.live],
        )  # fmt: skip
        columns = columns_menu(self._window)
        states = filter_menu(self._window, self.filter)
        self.states = states.menuAction()
        self._offer_states.triggered.connect(lambda: self._pop_up_states(states))
        self.columns = columns.menuAction()
        self._menu(
            tr("&View"),
            [self.home, None, self.details, self.findings, None, columns, states, self.expand,
             self.collapse, None, appearance_menu(self._window), None, self.next, self.previous],
        )  # fmt: skip
        self._menu(
            tr("&Help"),
            [self.guide, self.what, None, self.explain, self.diagnostics, None, self.about],
        )

    def _menu(self, title: str, items: list[QAction | QMenu | None]) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(False)
        fill(menu, items)
        return menu

    def _make_bar(self) -> None:
        bar = _Bar(tr("Tools"), self._window)
        bar.setObjectName("tools")
        bar.setAccessibleName(tr("Tools"))
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
        beside = _Bar(tr("Filter"), self._window)
        beside.setObjectName("filterBar")
        beside.setMovable(False)
        beside.toggleViewAction().setVisible(False)
        beside.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._window.addToolBar(beside)
        self.filter.setObjectName("entryFilter")
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setToolTip(
            tr(
                "Entries with these words: names, issuers, hosts, fingerprints; or with a state, "
                "as is:expired, is:expiring, is:weak, is:locked, is:unverified"
            )
        )
        self._offer_states.setText(tr("Filter by state"))
        self._offer_states.setToolTip(tr("Show only expired, expiring, weak, locked entries"))
        self.filter.setAccessibleName(tr("Filter entries"))
        self.filter.setClearButtonEnabled(True)
        find = self.filter.addAction(icon("find"), QLineEdit.ActionPosition.LeadingPosition)
        # The name of its button.
        find.setText(tr("Filter"))
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

    def beside_the_selection(self, section: MenuSection) -> list[QAction]:
        """The actions of a section that do not work on the selected rows, such as to paste."""
        return [each for each in self.sections[section] if not self._needs[each].is_of_selection]

    def _pop_up_states(self, menu: QMenu) -> None:
        menu.popup(self.filter.mapToGlobal(self.filter.rect().bottomLeft()))

    def go_to_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    # --- what is possible now -------------------------------------------------------

    def refresh(self) -> None:
        """Offer what makes sense for the tab and the rows that are selected."""
        view = self._window.current()
        history = view.history if view is not None else None
        now = Situation.of(self._window)
        met = now.met()
        for action, need in self._needs.items():
            action.setEnabled(need in met)
        for action, (one, many) in self._counted.items():
            action.setText(many(now.entries) if now.entries > 1 else one)
        self.filter.setEnabled(now.is_open)
        self.columns.setEnabled(now.is_open)
        self.states.setEnabled(now.is_open)
        self.home.setChecked(view is None)
        self.undo.setEnabled(history is not None and history.can_undo)
        self.redo.setEnabled(history is not None and history.can_redo)
        self.undo.setText(_with_label(tr("&Undo"), history.undo_label if history else ""))
        self.redo.setText(_with_label(tr("&Redo"), history.redo_label if history else ""))
        for action in (self.undo, self.redo):
            # Qt would make it of the text, in which an alias may stand.
            action.setToolTip(plain(action.text().replace("&", "")))
        for action, (what, _text) in zip(self.copies, COPIES, strict=True):
            action.setEnabled(now.has_rows and view is not None and view.can_copy(what))
        self.copy_menu.setEnabled(now.has_rows)


class _Bar(QToolBar):
    """Fusion draws white edges around a tool bar, which glare on a dark window.

    Its sign for more tools is dark on any window, and is drawn here in the color of texts.

    Known by the system, for to ask a style for its name takes as long as to read a store: PySide
    then loads all that a style can be asked.
    """

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        if sys.platform not in {"win32", "darwin"}:
            more = self.findChild(QToolButton, "qt_toolbar_ext_button")
            if more is not None:
                more.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Not by the type of the event, of which there are hundreds for PySide to make.
        if not isinstance(event, QPaintEvent) or not isinstance(watched, QToolButton):
            return False
        _draw_overflow(watched)
        return True

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


def _draw_overflow(button: QToolButton) -> None:
    """Two angles that point to where the other tools come out."""
    palette = button.palette()
    text = palette.color(QPalette.ColorRole.WindowText)
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if button.underMouse() or button.isDown():
        shade = blend(text, palette.color(QPalette.ColorRole.Window), 0.16)
        painter.fillRect(button.rect(), shade)
    painter.setPen(QPen(text, 1.5))
    middle = QRectF(button.rect()).center()
    back = -1.0 if button.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1.0
    for left in (-3.0, 1.5):
        painter.drawPolyline(
            [
                middle + QPointF(back * left, -3.5),
                middle + QPointF(back * (left + 3), 0),
                middle + QPointF(back * left, 3.5),
            ]
        )
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
