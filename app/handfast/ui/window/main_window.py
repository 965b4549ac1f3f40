"""The main window: a row of tools, a tab for each store, a start page while there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QStackedWidget,
    QStatusBar,
    QTabWidget,
    QWidget,
)

from handfast.core.store import shorten
from handfast.services.describe.validity import set_expiry_days
from handfast.ui.program import gc_pauses
from handfast.ui.program.jobs import Jobs
from handfast.ui.program.recent_stores import RecentStores
from handfast.ui.store_tab.store_view import StoreView
from handfast.ui.widgets.icons import icon
from handfast.ui.window.store_actions import StoreActions
from handfast.ui.window.window_actions import WindowActions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handfast.core.network import NetworkPermission
    from handfast.core.password import Password
    from handfast.core.store import Store
    from handfast.flows.target import StoreDefaults
    from handfast.services.describe.store_summary import StoreSummary
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.program.settings import Settings
    from handfast.ui.start.start_page import StartPage

#: Of a tab, in characters; its tool tip has the whole path.
LONGEST_TITLE = 32
#: How the files of partnerships end; said again, as what reads them is not loaded at the start.
PARTNERSHIP = ".partnership.json"


class MainWindow(QMainWindow):
    """The window. Stores are opened with :meth:`open_path`."""

    #: Sent when a store was opened, closed or edited.
    documents_changed = Signal()

    def __init__(self, settings: Settings, paths: Iterable[Path] = ()) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("Handfast")
        self.resize(1120, 720)
        self.setMinimumSize(640, 400)
        self.setAcceptDrops(True)
        self.settings = settings
        set_expiry_days(settings.expiry_days)
        self.recent = RecentStores(settings)
        self.jobs = Jobs(self)
        self.dialogs = StoreActions(self)
        self.tabs = self._make_tabs()
        self._start: StartPage | None = None
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.tabs)
        self.setCentralWidget(self._pages)
        self._status = QLabel(self)
        self._status.setObjectName("statusText")
        self._status.setAccessibleName("What is shown")
        self._status.setContentsMargins(8, 0, 8, 0)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        bar = QStatusBar(self)
        bar.addWidget(self._status, 1)
        self.setStatusBar(bar)
        self.actions_ = WindowActions(self)
        self.filter = self.actions_.filter
        self.filter.installEventFilter(self)
        # One pass over the rows once the typing pauses, not one for each letter.
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(80)
        self._typing.timeout.connect(self._apply_filter)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        if settings.geometry is not None:
            self.restoreGeometry(settings.geometry)
        for path in paths:
            self.open_path(path)
        self.refresh()

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setObjectName("storeTabs")
        for part in (tabs, tabs.tabBar()):
            part.setAccessibleName("Open stores")
        tabs.setTabsClosable(True)
        tabs.setMovable(True)
        tabs.setDocumentMode(True)
        # Names are shortened below; many tabs are scrolled rather than cut to an ellipsis.
        tabs.setElideMode(Qt.TextElideMode.ElideNone)
        tabs.setUsesScrollButtons(True)
        tabs.tabCloseRequested.connect(self.close_tab)
        tabs.currentChanged.connect(self._turned)
        return tabs

    def _make_start(self) -> StartPage:
        # Not made before it is needed: who opens a store by a double click waits for its rows.
        from handfast.ui.program.known_partnerships import KnownPartnerships
        from handfast.ui.start.start_page import StartPage

        start = StartPage(self.recent, KnownPartnerships(self.settings), self.jobs, self)
        start.open_requested.connect(self.choose)
        start.new_requested.connect(self.dialogs.new)
        start.generate_requested.connect(self.dialogs.generate)
        start.export_requested.connect(self.dialogs.export)
        start.import_requested.connect(self.dialogs.import_)
        start.set_up_requested.connect(self.dialogs.set_up)
        start.rehearse_requested.connect(self.dialogs.rehearse)
        start.partner_requested.connect(self.dialogs.take_up)
        start.recent_requested.connect(self.open_path)
        self._pages.addWidget(start)
        return start

    # --- stores -----------------------------------------------------------------

    def open_path(self, path: Path, *, password: Password | None = None) -> None:
        """Open a store in a tab, or show the tab that has it."""
        path = Path(path).absolute()
        if path.name.endswith(PARTNERSHIP):
            self.dialogs.take_up(path)
            return
        for view in self.documents:
            # One file may have several names, and two tabs of it would undo each other's work.
            if view.path == path or view.path.resolve() == path.resolve():
                self.tabs.setCurrentWidget(view)
                if password is not None:
                    view.open_with(password)
                return
        view = StoreView(path, self.jobs, self, password=password, settings=self.settings)
        view.changed.connect(self.refresh)
        view.abandoned.connect(lambda: self.remove(view))
        view.summarised.connect(self._remember)
        view.save_as_requested.connect(self.dialogs.save_as)
        view.import_requested.connect(lambda path: self._import_instead(view, path))
        view.is_no_store.connect(self.recent.remove)
        view.tree.addActions([self.actions_.copy, self.actions_.delete])
        view.tree.make_menu = self.actions_.entry_menu
        view.model.modelReset.connect(lambda: self._note_emptiness(view))
        self.recent.put_first(path)
        self.tabs.addTab(view, icon("store"), view.title)
        self.tabs.setCurrentWidget(view)
        self.refresh()

    def _note_emptiness(self, view: StoreView) -> None:
        # Made with the first empty tree: most stores never show one.
        if view.store is None or view.model.rowCount() or view.tree.findChild(QWidget, "emptyNote"):
            return
        from handfast.ui.store_tab.empty_note import EmptyNote

        EmptyNote(view, [self.actions_.generate, self.actions_.import_], self.filter.clear)

    def show_partnerships(self) -> None:
        """One was begun, or is further than before."""
        if self._start is not None:
            self._start.partners.refresh()

    def _remember(self, path: Path, summary: StoreSummary) -> None:
        self.recent.set_summary(path, summary)

    def moved(
        self,
        view: StoreView,
        saved: OpenedFile,
        written: Store,
        change: Callable[[Store], Store],
    ) -> None:
        """A tab was saved as another file, and goes on with that, if it is not closed or locked."""
        self.recent.put_first(saved.path)
        if view in self.documents and view.history is not None:
            view.moved_to(saved, written, change)

    def _import_instead(self, view: StoreView, path: Path) -> None:
        self.remove(view)
        self.recent.remove(path)
        self.dialogs.import_files([path])

    def choose(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self, "Open a Keystore")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._open_all)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_all(self, names: list[str]) -> None:
        for name in names:
            self.open_path(Path(name))

    def current(self) -> StoreView | None:
        view = self.tabs.currentWidget()
        return view if isinstance(view, StoreView) else None

    @property
    def documents(self) -> list[StoreView]:
        """The stores in the tabs."""
        views = [self.tabs.widget(index) for index in range(self.tabs.count())]
        return [view for view in views if isinstance(view, StoreView)]

    @property
    def current_document(self) -> StoreView | None:
        return self.current()

    @property
    def usual(self) -> StoreDefaults:
        from handfast.flows.target import StoreDefaults

        return StoreDefaults(format=self.settings.new_format, strength=self.settings.new_strength)

    @property
    def network(self) -> NetworkPermission:
        return self.settings.network

    def close_current(self) -> None:
        self.close_tab(self.tabs.currentIndex())

    def close_tab(self, index: int, then: Callable[[], None] = lambda: None) -> None:
        """Close a tab; where there are edits, ask first. ``then``, once it is closed."""
        view = self.tabs.widget(index)
        if not isinstance(view, StoreView):
            return
        if not view.is_dirty:
            self.remove(view)
            then()
            return
        from handfast.ui.window.close_confirmation import ask_before_closing

        def close() -> None:
            self.remove(view)
            then()

        ask_before_closing(view, close, self)

    def remove(self, view: StoreView) -> None:
        """Close a tab without asking."""
        view.closing()
        self.tabs.removeTab(self.tabs.indexOf(view))
        view.deleteLater()
        gc_pauses.forget()
        self.refresh()

    # --- what the actions do ----------------------------------------------------

    def save(self) -> None:
        if (view := self.current()) is not None:
            view.save()

    def reload(self) -> None:
        if (view := self.current()) is not None:
            view.reload()

    def undo(self) -> None:
        if (view := self.current()) is not None:
            view.undo()

    def redo(self) -> None:
        if (view := self.current()) is not None:
            view.redo()

    def delete_rows(self) -> None:
        if (view := self.current()) is not None:
            view.delete_selected()

    def copy_rows(self) -> None:
        self.copy_part("row")

    def copy_part(self, what: str) -> None:
        """Put the selected rows on the clipboard, or one thing of each."""
        if (view := self.current()) is not None and (text := view.copied(what)):
            QGuiApplication.clipboard().setText(text)

    def check(self) -> None:
        if (view := self.current()) is not None:
            view.check(unfold=True)

    def go_to_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def go_to_findings(self) -> None:
        if (view := self.current()) is not None:
            view.go_to_findings()

    def expand(self, unfold: bool) -> None:
        if (view := self.current()) is not None:
            view.unfold(unfold)

    def go(self, step: int) -> None:
        """To another tab, and from the last one to the first."""
        if (count := self.tabs.count()) > 1:
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % count)

    def about(self) -> None:
        from handfast.ui.dialogs.about import about_box

        about_box(self).open()

    def _apply_filter(self) -> None:
        self._typing.stop()
        view = self.current()
        if view is not None and view.filter_text != self.filter.text():
            view.set_filter(self.filter.text())

    def _turned(self) -> None:
        """Another tab is in front, with a filter of its own."""
        view = self.current()
        self.filter.setText(view.filter_text if view is not None else "")
        self._typing.stop()
        self.refresh()

    def refresh(self) -> None:
        """Show of everything how it is now: tabs, actions, the start page."""
        view = self.current()
        self.documents_changed.emit()
        if view is not None:
            self._pages.setCurrentWidget(self.tabs)
        else:
            if self._start is None:
                self._start = self._make_start()
            self._start.refresh()
            self._pages.setCurrentWidget(self._start)
        for index, each in enumerate(self.documents):
            self.tabs.setTabText(index, shorten(each.title, LONGEST_TITLE).replace("&", "&&"))
            self.tabs.setTabToolTip(index, str(each.path))
        self.actions_.refresh()
        self._status.setText(view.status if view is not None else "")
        self.statusBar().setVisible(view is not None)
        self.setWindowTitle(f"{view.title} – Handfast" if view is not None else "Handfast")

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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        from handfast.ui.window.file_drop import take_dropped

        take_dropped(self, paths)

    def _close_rest(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        dirty = next((view for view in self.documents if view.is_dirty), None)
        if dirty is not None:
            event.ignore()
            self.tabs.setCurrentWidget(dirty)
            # Then the next one that is asked about, until the window can go.
            self.close_tab(self.tabs.indexOf(dirty), then=self._close_rest)
            return
        self.settings.geometry = self.saveGeometry()
        for view in self.documents:
            view.closing()
        event.accept()
