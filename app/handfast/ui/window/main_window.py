"""The main window: a row of tools, a tab for each store, a start page while there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractButton, QLabel, QStackedWidget, QStatusBar, QWidget

from handfast.core.visible_text import visible
from handfast.ui.widgets.window_layout import resize_to_fit
from handfast.ui.window.actions.context_menus import ContextMenus
from handfast.ui.window.actions.remedy_commands import run_for_entry
from handfast.ui.window.actions.store_actions import StoreActions
from handfast.ui.window.actions.window_actions import WindowActions
from handfast.ui.window.drops import Drops
from handfast.ui.window.tabbed_window import TabbedWindow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.ui.program.settings import Settings
    from handfast.ui.start.start_page import StartPage
    from handfast.ui.store_tab.store_view import StoreView

#: One pass over the rows once the typing pauses, not one for each letter.
_TYPING_PAUSE_MS = 80


class MainWindow(TabbedWindow):
    """The window, put together of the tabs, the start page, and everything that can be done."""

    def __init__(self, settings: Settings, paths: Iterable[Path] = ()) -> None:
        super().__init__(settings)
        self.setObjectName("mainWindow")
        self.setWindowTitle("Handfast")
        #: Whether all parts are there that :meth:`refresh` brings up to date.
        self._is_whole = False
        resize_to_fit(self, (140, 90), least=(80, 45))
        self.setAcceptDrops(True)
        self.dialogs = StoreActions(self)
        self._start: StartPage | None = None
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.tabs)
        self.setCentralWidget(self._pages)
        self._status = QLabel(self)
        self._status.setObjectName("statusText")
        self._status.setContentsMargins(8, 0, 8, 0)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        bar = QStatusBar(self)
        bar.addWidget(self._status, 1)
        self.setStatusBar(bar)
        self.actions_ = WindowActions(self, self.dialogs)
        self._menus = ContextMenus(self, self.actions_)
        self._drops = Drops(self, self.actions_.entries)
        self.filter = self.actions_.filter
        self.filter.installEventFilter(self)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._apply_filter)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        self.tabs.currentChanged.connect(self._turned)
        self.view_added.connect(self._equip)
        self.partnership_requested.connect(self.dialogs.take_up)
        self.rehearsal_requested.connect(self.dialogs.rehearse)
        self.set_up_requested.connect(self.dialogs.set_up)
        self.files_given.connect(self._take_files)
        self.folders_given.connect(self.dialogs.inventory.show_folders)
        self.import_requested.connect(self.dialogs.import_files)
        self.import_pair_requested.connect(self.dialogs.import_pair_files)
        self.save_as_requested.connect(self.dialogs.save_as)
        self.partnerships_changed.connect(self._show_partnerships)
        if settings.geometry is not None:
            self.restoreGeometry(settings.geometry)
        for path in paths:
            self.open_path(path)
        self._is_whole = True
        self.refresh()

    def _take_files(self, paths: list[Path]) -> None:
        from handfast.ui.window.given_files import take_given

        take_given(self, paths)

    def _make_start(self) -> StartPage:
        # Not made before it is needed: who opens a store by a double click waits for its rows.
        from handfast.ui.program.known_partnerships import KnownPartnerships
        from handfast.ui.start.start_page import StartPage

        start = StartPage(
            self.recent,
            KnownPartnerships(self.settings),
            self.jobs,
            self,
            settings=self.settings,
        )
        start.open_requested.connect(self.choose)
        start.new_requested.connect(self.dialogs.new)
        start.generate_requested.connect(self.dialogs.generate)
        start.export_requested.connect(self.dialogs.export)
        start.import_requested.connect(self.dialogs.import_)
        start.set_up_requested.connect(self.dialogs.set_up)
        start.rehearse_requested.connect(self.dialogs.rehearse)
        start.explain_requested.connect(self.dialogs.explain)
        start.inventory_requested.connect(self.dialogs.inventory.show_known)
        start.partner_requested.connect(self.dialogs.take_up)
        start.recent_requested.connect(self.open_path)
        start.renew_requested.connect(self.dialogs.validity.renew_next)
        start.jdks_requested.connect(self.dialogs.validity.jdks)
        start.roll_over_requested.connect(self.dialogs.validity.roll_over_partner)
        # Elsewhere the action does that, in the tree of a keystore.
        paste = QShortcut(QKeySequence.StandardKey.Paste, start, self.actions_.entries.paste)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._pages.addWidget(start)
        return start

    def _equip(self, view: StoreView) -> None:
        """Give a new tab what can be done in it."""
        actions = self.actions_
        view.tree.addActions([*actions.clipboard, actions.select_all, actions.delete])
        view.tree.make_drag = lambda: actions.entries.drag_data(view)
        view.tree.drag_ended = actions.entries.clipboard.drag_ended
        self._menus.equip(view)
        view.model.modelReset.connect(lambda: self._note_emptiness(view))
        view.filter_cleared.connect(self._show_filter)
        view.renew_requested.connect(
            lambda alias: self.dialogs.validity.renew_entry(view.document, alias)
        )
        view.sign_requested.connect(self.dialogs.authority.sign_file)
        view.compare_requested.connect(self.dialogs.validity.compare_file)
        view.reply_requested.connect(lambda alias: self.dialogs.put_reply_beside(view, alias))
        view.command_requested.connect(
            lambda command, alias: run_for_entry(self, view, command, alias)
        )

    def _note_emptiness(self, view: StoreView) -> None:
        # Made with the first empty tree: most stores never show one.
        if view.store is None or view.model.rowCount() or view.tree.findChild(QWidget, "emptyNote"):
            return
        from handfast.ui.store_tab.empty_note import EmptyNote

        ways = [self.actions_.generate, self.actions_.import_]
        EmptyNote(view.document, view.tree, view.model, ways, self.filter.clear)

    def _show_partnerships(self) -> None:
        if self._start is not None:
            self._start.partners.refresh()

    # --- the filter -----------------------------------------------------------------

    def _apply_filter(self) -> None:
        self._typing.stop()
        view = self.current()
        if view is not None and view.filter_text != self.filter.text():
            view.set_filter(self.filter.text())

    def _turned(self) -> None:
        """Another tab is in front, with a filter of its own."""
        self._show_filter()

    def _show_filter(self) -> None:
        view = self.current()
        self.filter.setText(view.filter_text if view is not None else "")
        self._typing.stop()

    # --- showing --------------------------------------------------------------------

    def show_start_page(self, is_wanted: bool) -> None:
        super().show_start_page(is_wanted)
        self._show_filter()

    def refresh(self) -> None:
        """Show of everything how it is now: tabs, actions, the start page."""
        if not self._is_whole:
            return
        super().refresh()
        view = self.current()
        if view is not None:
            self._pages.setCurrentWidget(self.tabs)
        else:
            if self._start is None:
                self._start = self._make_start()
            self._start.refresh()
            self._pages.setCurrentWidget(self._start)
        self.actions_.refresh()
        self._status.setText(view.status if view is not None else "")
        if view is not None and self.statusBar().isHidden():
            # A tip that came while it was hidden would stand over what it says now.
            self.statusBar().clearMessage()
        self.statusBar().setVisible(view is not None)
        self.setWindowTitle(f"{visible(view.title)} – Handfast" if view is not None else "Handfast")

    # --- Qt's own ---------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the filter, Down and Return lead to the rows, Escape shows all again."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        view = self.current()
        if event.key() == Qt.Key.Key_Escape:
            self.filter.clear()
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            if view is not None:
                self._apply_filter()
                view.tree.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the button that has the keyboard, as it does in every dialog."""
        button = self.focusWidget()
        is_return = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_return and isinstance(button, QAbstractButton) and button.isEnabled():
            button.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def _close_rest(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        dirty = next((view for view in self.views if view.is_dirty), None)
        if dirty is not None:
            event.ignore()
            self._bring_to_front(dirty)
            # Then the next one that is asked about, until the window can go.
            self.close_tab(self.tabs.indexOf(dirty), then=self._close_rest)
            return
        self.settings.geometry = self.saveGeometry()
        for view in self.views:
            view.close_document()
        event.accept()
