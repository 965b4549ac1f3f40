"""The main window: a row of tools, a tab for each store, a start page while there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QWidget,
)

from handfast.ui.jobs import Jobs
from handfast.ui.start_page import StartPage
from handfast.ui.store_actions import StoreActions
from handfast.ui.store_view import StoreView

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password

MAX_RECENT = 8


class MainWindow(QMainWindow):
    """The window. Stores are opened with :meth:`open_path`."""

    #: Sent when a store was opened, closed or edited.
    documents_changed = Signal()

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("Handfast")
        self.resize(1120, 720)
        self.setAcceptDrops(True)
        self._settings = settings
        self.jobs = Jobs(self)
        self._dialogs = StoreActions(self)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("storeTabs")
        self.tabs.setTabsClosable(True)
        self.tabs.setMovable(True)
        self.tabs.setDocumentMode(True)
        self.tabs.tabCloseRequested.connect(self.close_tab)
        self.tabs.currentChanged.connect(self._refresh)
        self._start = StartPage(self)
        self._start.open_requested.connect(self._choose)
        self._start.new_requested.connect(self._dialogs.new)
        self._start.generate_requested.connect(self._generate)
        self._start.export_requested.connect(self._export)
        self._start.import_requested.connect(self._import)
        self._start.recent_requested.connect(lambda text: self.open_path(Path(text)))
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._start)
        self._pages.addWidget(self.tabs)
        self.setCentralWidget(self._pages)
        self._status = QLabel(self)
        self._status.setObjectName("statusText")
        self.statusBar().addWidget(self._status, 1)
        self._build_tools()
        geometry = settings.value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self._refresh()

    def _build_tools(self) -> None:
        bar = QToolBar("Tools", self)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.addToolBar(bar)
        keys = QKeySequence.StandardKey
        self._action(bar, "actionNew", "New…", keys.New, self._dialogs.new)
        self._open = self._action(bar, "actionOpen", "Open…", keys.Open, self._choose)
        self._save = self._action(bar, "actionSave", "Save", keys.Save, self._save_current)
        self._save_as = self._action(
            bar, "actionSaveAs", "Save as…", keys.SaveAs, self._dialogs.save_as
        )
        bar.addSeparator()
        self._undo = self._action(bar, "actionUndo", "Undo", keys.Undo, self._undo_current)
        self._redo = self._action(bar, "actionRedo", "Redo", keys.Redo, self._redo_current)
        self._delete = self._action(bar, "actionDelete", "Delete", keys.Delete, self._delete_rows)
        self._delete.setToolTip("Take the selected entries out of the store (can be undone)")
        bar.addSeparator()
        for name, text, call in (
            ("actionGenerateKeyPair", "Generate…", self._generate),
            ("actionExportCertificate", "Export…", self._export),
            ("actionImportCertificate", "Import…", self._import),
            ("actionCheck", "Check", self._check),
        ):
            action = QAction(text, self)
            action.setObjectName(name)
            action.triggered.connect(lambda _checked=False, call=call: call())
            bar.addAction(action)
        self._rename = QAction("Rename…", self)
        self._rename.setObjectName("actionRename")
        self._rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
        self._rename.triggered.connect(lambda _checked=False: self._dialogs.rename())
        self._password = QAction("Password…", self)
        self._password.setObjectName("actionChangePassword")
        self._password.setToolTip("Change the password of the store")
        self._password.triggered.connect(lambda _checked=False: self._dialogs.change_password())
        bar.insertAction(self._delete, self._rename)
        bar.addAction(self._password)
        close = QAction("Close tab", self)
        close.setShortcut(QKeySequence(keys.Close))
        close.triggered.connect(lambda: self.close_tab(self.tabs.currentIndex()))
        self.addAction(close)
        spacer = QWidget(bar)
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        self.filter = QLineEdit(bar)
        self.filter.setObjectName("entryFilter")
        self.filter.setPlaceholderText("Filter: name, issuer, host, fingerprint")
        self.filter.setAccessibleName("Filter entries")
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(280)
        bar.addWidget(self.filter)
        # One pass over the rows once the typing pauses, not one for each letter.
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(80)
        self._typing.timeout.connect(self._apply_filter)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        find = QAction("Find", self)
        find.setShortcut(QKeySequence(keys.Find))
        find.triggered.connect(self.filter.setFocus)
        self.addAction(find)

    def _action(
        self,
        bar: QToolBar,
        name: str,
        text: str,
        key: QKeySequence.StandardKey,
        call: Callable[[], None],
    ) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(key))
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text.rstrip('…')} ({shortcut})")
        action.triggered.connect(lambda _checked=False: call())
        bar.addAction(action)
        return action

    # --- stores -----------------------------------------------------------------

    def open_path(self, path: Path, *, password: Password | None = None) -> None:
        """Open a store in a tab, or show the tab that has it."""
        path = Path(path).absolute()
        for index in range(self.tabs.count()):
            view = self.tabs.widget(index)
            if isinstance(view, StoreView) and view.path == path:
                self.tabs.setCurrentIndex(index)
                return
        view = StoreView(path, self.jobs, self, password=password, settings=self._settings)
        view.changed.connect(self._refresh)
        view.save_failed.connect(self._tell)
        index = self.tabs.addTab(view, view.title)
        self.tabs.setTabToolTip(index, str(path))
        self.tabs.setCurrentIndex(index)
        recent = [str(path), *(text for text in self._recent() if text != str(path))]
        self._settings.setValue("recent", recent[:MAX_RECENT])
        self._refresh()

    def _recent(self) -> list[str]:
        value = self._settings.value("recent", [])
        # An INI file gives a list of one back as a plain text.
        texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
        return [str(text) for text in texts]

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Open a keystore")
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

    def _check(self) -> None:
        if (view := self.current()) is not None:
            view.check(unfold=True)

    def _generate(self) -> None:
        from handfast.ui.wizards import open_generate

        open_generate(self, self, document=self.current())

    def _export(self) -> None:
        from handfast.ui.wizards import open_export

        view = self.current()
        nodes = view.selected() if view is not None else []
        aliases = [node.entry.alias for node in nodes if node.entry is not None]
        open_export(self, self, document=view, aliases=aliases)

    def _import(self) -> None:
        from handfast.ui.wizards import open_import

        open_import(self, self, document=self.current())

    def close_tab(self, index: int) -> None:
        """Close a tab; where there are edits, ask first."""
        view = self.tabs.widget(index)
        if not isinstance(view, StoreView):
            return
        if not view.is_dirty:
            self.remove(view)
            return
        box = QMessageBox(self)
        box.setObjectName("askBeforeClosing")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(f"“{view.path.name}” has changes that are not saved.")
        box.setInformativeText("Closing it loses them.")
        discard = box.addButton("Close without saving", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        discard.clicked.connect(lambda: self.remove(view))
        box.open()

    def remove(self, view: StoreView) -> None:
        """Close a tab without asking."""
        view.closing()
        self.tabs.removeTab(self.tabs.indexOf(view))
        view.deleteLater()
        self.jobs.forget()
        self._refresh()

    # --- tools ------------------------------------------------------------------

    def _save_current(self) -> None:
        if (view := self.current()) is not None:
            view.save()

    def _undo_current(self) -> None:
        if (view := self.current()) is not None:
            view.undo()

    def _redo_current(self) -> None:
        if (view := self.current()) is not None:
            view.redo()

    def _delete_rows(self) -> None:
        if (view := self.current()) is not None:
            view.delete_selected()

    def _apply_filter(self) -> None:
        if (view := self.current()) is not None:
            view.set_filter(self.filter.text())

    def _tell(self, error: HandfastError) -> None:
        box = QMessageBox(self)
        box.setObjectName("errorBox")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(error.problem)
        box.setInformativeText("\n".join((*error.causes, error.remedy)).strip())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _refresh(self) -> None:
        view = self.current()
        self.documents_changed.emit()
        self._pages.setCurrentIndex(1 if view is not None else 0)
        if view is None:
            self._start.set_recent(self._recent())
        for index in range(self.tabs.count()):
            each = self.tabs.widget(index)
            if isinstance(each, StoreView):
                self.tabs.setTabText(index, each.title)
        history = view.history if view is not None else None
        self._save.setEnabled(view is not None and view.is_dirty)
        self._undo.setEnabled(history is not None and history.can_undo)
        self._redo.setEnabled(history is not None and history.can_redo)
        selected = len(view.selected()) if view is not None else 0
        self._delete.setEnabled(selected > 0)
        self._rename.setEnabled(selected == 1)
        for action in (self._save_as, self._password):
            action.setEnabled(history is not None)
        self.filter.setEnabled(history is not None)
        undo = history.undo_label if history is not None else ""
        self._undo.setText(f"Undo {undo}".strip())
        self._status.setText(view.status if view is not None else "")
        self.setWindowTitle(f"{view.title} – Handfast" if view is not None else "Handfast")

    # --- Qt's own ---------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.open_path(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        dirty = [
            index
            for index in range(self.tabs.count())
            if getattr(self.tabs.widget(index), "is_dirty", False)
        ]
        if dirty:
            event.ignore()
            self.tabs.setCurrentIndex(dirty[0])
            self.close_tab(dirty[0])
            return
        self._settings.setValue("window/geometry", self.saveGeometry())
        for index in range(self.tabs.count()):
            view = self.tabs.widget(index)
            if isinstance(view, StoreView):
                view.closing()
        event.accept()
