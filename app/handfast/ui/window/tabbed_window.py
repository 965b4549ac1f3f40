"""The keystores in their tabs: which are open, which is in front, and how a tab comes and goes."""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMainWindow, QTabWidget

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.documents.document import State
from handfast.ui.program import gc_pauses
from handfast.ui.program.file_places import copy_path, show_folder
from handfast.ui.program.jobs import Jobs
from handfast.ui.program.recent_stores import RecentStores
from handfast.ui.program.secret_memory import fill_free_blocks
from handfast.ui.store_tab.store_view import StoreView
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.secrets.lockable import Lockable
from handfast.ui.widgets.style import plain
from handfast.ui.widgets.tab_line import LinedTabs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.network import NetworkPermission
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.documents.document import Document
    from handfast.documents.work import RunningJob
    from handfast.flows.target import StoreDefaults
    from handfast.services.describe.store_summary import StoreSummary
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.program.settings import Settings

#: After a tab was closed: Qt deletes its widgets first.
_UNTIL_COLLECTED_MS = 100
#: Before objects were set aside for the first time, and after all times.
_EVER, _NEVER = -1, sys.maxsize
#: Until the function that started the work has returned.
_UNTIL_RETURNED_SECONDS = 0.02
#: Of a tab, in characters; its tool tip has the whole path.
MAX_TITLE_CHARS = 32
#: How the files of partnerships end; stated again, as what reads them is not loaded at the start.
PARTNERSHIP = ".partnership.json"


class TabbedWindow(QMainWindow):
    """A window of keystores. They are opened with :meth:`open_path`."""

    #: A keystore was opened, closed or edited, or another one is in front.
    documents_changed = Signal()
    #: A tab was made: its StoreView.
    view_added = Signal(object)
    #: The file of a partnership is to be opened; its path.
    partnership_requested = Signal(object)
    #: Files were chosen or dropped, and the same is done with them; a list of paths.
    files_given = Signal(object)
    #: Folders were given: what expires in the keystores below them is to be shown; a list.
    folders_given = Signal(object)
    #: A handshake is to be rehearsed.
    rehearsal_requested = Signal()
    #: Mutual TLS is to be set up with a partner.
    set_up_requested = Signal()
    #: Certificates are to be imported from files; a list of paths.
    import_requested = Signal(object)
    #: A key pair is to be brought in from these files.
    import_pair_requested = Signal(object)
    #: The keystore in front is to be saved elsewhere.
    save_as_requested = Signal()
    #: Something is known of partnerships that was not known before.
    partnerships_changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.recent = RecentStores(settings)
        self.jobs = Jobs(self)
        self.tabs = self._make_tabs()
        #: Whether the start page is shown although there are tabs.
        self._is_home = False
        #: The file of the keystore that was in front last, whatever is in front now.
        self._last_keystore: Path | None = None
        # Many tabs that change at once, as when they are locked, are one change of the window.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        self._collecting = QTimer(self)
        self._collecting.setSingleShot(True)
        self._collecting.setInterval(_UNTIL_COLLECTED_MS)
        self._collecting.timeout.connect(self._collect)
        self._filling: RunningJob | None = None
        #: How often objects had been set aside when the oldest of what is to be collected was made.
        self._made_at = _NEVER

    def _make_tabs(self) -> QTabWidget:
        tabs = LinedTabs(self)
        tabs.setObjectName("storeTabs")
        for part in (tabs, tabs.tabBar()):
            part.setAccessibleName(tr("Open keystores"))
        tabs.setTabsClosable(True)
        tabs.setMovable(True)
        tabs.setDocumentMode(True)
        # Names are shortened below; many tabs are scrolled rather than cut to an ellipsis.
        tabs.setElideMode(Qt.TextElideMode.ElideNone)
        tabs.setUsesScrollButtons(True)
        tabs.tabCloseRequested.connect(self.close_tab)
        tabs.currentChanged.connect(self.refresh)
        return tabs

    # --- which are open -----------------------------------------------------------

    @property
    def views(self) -> list[StoreView]:
        """The tabs, in their order."""
        found = [self.tabs.widget(index) for index in range(self.tabs.count())]
        return [view for view in found if isinstance(view, StoreView)]

    @property
    def documents(self) -> list[Document]:
        """The keystores in the tabs, in the same order."""
        return [view.document for view in self.views]

    def current(self) -> StoreView | None:
        """The tab in front; none while the start page is shown."""
        if self._is_home:
            return None
        view = self.tabs.currentWidget()
        return view if isinstance(view, StoreView) else None

    @property
    def current_document(self) -> Document | None:
        view = self.current()
        return view.document if view is not None else None

    @property
    def keystore_at_hand(self) -> Document | None:
        """The keystore in front; where that is another file, the one that was before it."""
        document = self.current_document
        if document is not None and document.store is not None:
            return document
        found = (each for each in self.documents if each.path == self._last_keystore)
        return next(found, document)

    @property
    def usual(self) -> StoreDefaults:
        from handfast.flows.target import StoreDefaults

        return StoreDefaults(format=self.settings.new_format, strength=self.settings.new_strength)

    @property
    def network(self) -> NetworkPermission:
        return self.settings.network

    # --- opening --------------------------------------------------------------------

    def open_path(self, path: Path, *, password: Password | None = None) -> None:
        """Open a keystore in a tab, or show the tab that has it."""
        path = Path(path).absolute()
        if path.name.endswith(PARTNERSHIP):
            self.partnership_requested.emit(path)
            return
        if (there := self._tab_of(path)) is None:
            self._add_tab(path, lambda document: document.open(password))
            return
        self._bring_to_front(there)
        if password is not None:
            there.document.enter(password)

    def show_opened(self, opened: OpenedFile) -> None:
        """Show a keystore that was read or written just before, without reading it again."""
        opened = dataclasses.replace(opened, path=opened.path.absolute())
        if (there := self._tab_of(opened.path)) is None:
            self._add_tab(opened.path, lambda document: document.show(opened))
            return
        self._bring_to_front(there)
        there.document.show(opened)

    def _tab_of(self, path: Path) -> StoreView | None:
        # One file may have several names, and two tabs of it would undo each other's work.
        for view in self.views:
            if view.path == path or view.path.resolve() == path.resolve():
                return view
        return None

    def _add_tab(self, path: Path, begin: Callable[[Document], None]) -> None:
        view = StoreView(path, self.jobs, self, settings=self.settings)
        view.changed.connect(lambda: self._view_changed(view))
        view.abandoned.connect(lambda: self.remove(view))
        view.choose_requested.connect(lambda: self.choose(instead_of=view))
        view.summarised.connect(self._remember)
        view.save_as_requested.connect(self.save_as_requested)
        view.import_requested.connect(self._import_instead)
        view.import_pair_requested.connect(self._import_pair_instead)
        view.is_no_store.connect(self.recent.remove)
        view.is_folder.connect(lambda: self._show_folder_of(view))
        self.view_added.emit(view)
        self.recent.put_first(path)
        self.tabs.addTab(view, view.title)
        self._bring_to_front(view)
        begin(view.document)
        self.refresh()

    def _bring_to_front(self, view: StoreView) -> None:
        self.tabs.setCurrentWidget(view)
        self.show_start_page(False)

    def show_start_page(self, is_wanted: bool) -> None:
        """Show the start page over the tabs, or the tabs again."""
        if self._is_home is not is_wanted:
            self._is_home = is_wanted
            self.refresh()

    def go_home(self) -> None:
        """To the start page, and back from there."""
        self.show_start_page(not self._is_home and self.tabs.count() > 0)

    def _view_changed(self, view: StoreView) -> None:
        if view is self.current():
            self.refresh()
        else:
            self._soon.start()
        if view.document.state is State.LOCKED and not view.document.holds_secrets:
            self.collect_soon()

    def childEvent(self, event: QChildEvent) -> None:
        """A wizard or a dialog that can hold a secret is being shown: it is forgotten once closed.

        That it was canceled makes no difference: what was typed into it is in memory all the same.
        """
        super().childEvent(event)
        if event.type() == QEvent.Type.ChildPolished:
            dialog = event.child()
            if isinstance(dialog, QDialog) and isinstance(dialog, Lockable):
                made_at = gc_pauses.times_set_aside()
                dialog.finished.connect(lambda: self._collect_dialog(made_at))

    def _collect_dialog(self, made_at: int) -> None:
        # Nothing of a dialog is set aside with the program, unless it was open when that was done.
        self._made_at = min(self._made_at, made_at)
        self._collecting.start()

    def collect_soon(self) -> None:
        """Take what was let go of out of memory, once nobody is at work."""
        self._made_at = _EVER
        self._collecting.start()

    def _collect(self) -> None:
        """A store or a dialog was closed, or locked: nothing of it stays in memory."""
        if gc_pauses.is_paused():
            self._collecting.start()
            return
        if self._made_at == gc_pauses.times_set_aside():
            gc_pauses.collect_what_is_new()
        else:
            gc_pauses.collect()
        self._made_at = _NEVER

        def fill(_progress: Progress) -> bool:
            # Whatever uses PySide, an import too, makes an object of the frame that it runs in,
            # which takes the block that was freed last and keeps it until the function returns.
            # So nothing here uses PySide, and the caller returns first.
            time.sleep(_UNTIL_RETURNED_SECONDS)
            return fill_free_blocks()

        self._filling = self.jobs.run(fill, done=lambda _whether: None, failed=lambda _error: None)

    @property
    def is_collecting(self) -> bool:
        """Whether what was closed or locked is still being taken out of memory."""
        return self._collecting.isActive() or (
            self._filling is not None and self._filling.is_running
        )

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
        if view in self.views:
            view.document.move_to(saved, written, change)

    def _show_folder_of(self, view: StoreView) -> None:
        """A folder was given in the place of a keystore: it is looked into, and has no tab."""
        if view in self.views:
            path = view.path
            self.recent.remove(path)
            self.remove(view)
            self.folders_given.emit([path])

    def _import_pair_instead(self, path: Path) -> None:
        self.recent.remove(path)
        self.import_pair_requested.emit([path])

    def _import_instead(self, path: Path) -> None:
        self.recent.remove(path)
        self.import_requested.emit([path])

    def choose(self, *, instead_of: StoreView | None = None) -> None:
        """Ask for files to open; a tab that has nothing to show gives way to them."""
        from PySide6.QtWidgets import QFileDialog

        from handfast.ui.widgets.window_services import folder_at_hand

        dialog = QFileDialog(self, tr("Open a Keystore"), str(folder_at_hand(self)))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._open_all(names, instead_of))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_all(self, names: list[str], instead_of: StoreView | None) -> None:
        if instead_of in self.views and instead_of is not None and instead_of.store is None:
            self.remove(instead_of)
        self.files_given.emit([Path(name) for name in names])

    # --- closing --------------------------------------------------------------------

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

        ask_before_closing(view.document, close, self)

    def close_views(self, views: Sequence[StoreView]) -> None:
        """Close these tabs; of those with edits one after the other is asked about.

        Whoever cancels keeps that tab and those that were still to be asked about.
        """
        for view in views:
            if view in self.views and not view.is_dirty:
                self.remove(view)
        left = [view for view in views if view in self.views]
        if left:
            self._bring_to_front(left[0])
            index = self.tabs.indexOf(left[0])
            self.close_tab(index, then=lambda: self.close_views(left[1:]))

    def remove(self, view: StoreView) -> None:
        """Close a tab without asking."""
        view.close_document()
        self.tabs.removeTab(self.tabs.indexOf(view))
        view.deleteLater()
        self.collect_soon()
        if not self.tabs.count():
            self._is_home = False
        self.refresh()

    # --- what is done to the keystore in front --------------------------------------------

    def save(self) -> None:
        if (document := self.current_document) is not None:
            document.save()

    def save_all(self) -> None:
        """Save every keystore that has edits; what fails is told in its own tab."""
        for document in self.documents:
            document.save()

    def copy_path(self, view: StoreView | None = None) -> None:
        """Put the path of a tab, or of the one in front, on the clipboard."""
        if (view := view or self.current()) is not None:
            copy_path(view.path)

    def open_folder(self, view: StoreView | None = None) -> None:
        """Show the folder of a tab, or of the one in front, in the file manager."""
        if (view := view or self.current()) is not None:
            show_folder(view.path.parent)

    def reload(self) -> None:
        if (document := self.current_document) is not None:
            document.reload()

    def undo(self) -> None:
        if (view := self.current()) is not None:
            view.undo()

    def redo(self) -> None:
        if (view := self.current()) is not None:
            view.redo()

    def delete_rows(self) -> None:
        if (view := self.current()) is not None:
            view.delete_selected()

    def select_all(self) -> None:
        if (view := self.current()) is not None:
            view.tree.selectAll()

    def open_details(self) -> None:
        if (view := self.current()) is not None:
            view.open_details()

    def copy_part(self, what: str) -> None:
        """Put the selected rows on the clipboard, or one thing of each."""
        if (view := self.current()) is not None and (text := view.copied(what)):
            QGuiApplication.clipboard().setText(text)

    def check(self) -> None:
        if (view := self.current()) is not None:
            view.check(unfold=True)

    def go_to_findings(self) -> None:
        if (view := self.current()) is not None:
            view.go_to_findings()

    def expand(self, unfold: bool) -> None:
        if (view := self.current()) is not None:
            view.unfold(unfold)

    def go(self, step: int) -> None:
        """To another tab, and from the last one to the first."""
        self.show_start_page(False)
        if (count := self.tabs.count()) > 1:
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % count)

    def rehearse(self) -> None:
        """Open the rehearsal of a handshake."""
        self.rehearsal_requested.emit()

    def set_up(self) -> None:
        """Begin the setup of mutual TLS with a partner."""
        self.set_up_requested.emit()

    def show_partnerships(self) -> None:
        """One was begun, or is further than before."""
        self.partnerships_changed.emit()

    # --- showing --------------------------------------------------------------------

    def refresh(self) -> None:
        """Show of everything how it is now."""
        if (current := self.current_document) is not None and current.store is not None:
            self._last_keystore = current.path
        self.documents_changed.emit()
        for index, each in enumerate(self.views):
            title = shorten(each.title, MAX_TITLE_CHARS).replace("&", "&&")
            # Each time all tabs are laid out again.
            if self.tabs.tabText(index) != title:
                self.tabs.setTabText(index, title)
            bar = self.tabs.tabBar()
            if bar.tabData(index) != each.picture:
                bar.setTabData(index, each.picture)
                bar.setTabIcon(index, icon(each.picture))
            words = "\n".join(filter(None, (visible(str(each.path)), each.state_words)))
            if self.tabs.tabToolTip(index) != (tip := plain(words)):
                self.tabs.setTabToolTip(index, tip)
                # Not the icon alone: who cannot see it hears it with the name.
                spoken = ", ".join(filter(None, (visible(each.path.name), each.state_words)))
                bar.setAccessibleTabName(index, spoken)
