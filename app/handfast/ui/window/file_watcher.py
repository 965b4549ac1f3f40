"""Files that others change while they are open here, also by replacing them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from handfast.core.errors import ChangedOnDisk

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.services.files.store_files import FileStamp
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

#: Writers touch a file several times in a row; a replaced one is away for a moment.
_PAUSE = 300


class Watching(QObject):
    """Shows what others wrote where nothing is lost by it, and asks where something would be."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watcher: QFileSystemWatcher | None = None
        self._paths: set[Path] = set()
        #: By path, what was asked about already.
        self._told: dict[Path, FileStamp | None] = {}
        #: By path, what was read already, or could not be.
        self._read: dict[Path, FileStamp] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self._look)
        window.documents_changed.connect(self._follow)
        self._follow()

    def _views(self) -> list[StoreView]:
        return [view for view in self._window.documents if view.opened is not None]

    def _follow(self) -> None:
        """The tabs may be others: after a breath, as who opens a store waits for its rows."""
        if (paths := {view.path for view in self._views()}) != self._paths:
            self._paths = paths
            self._soon.start()

    def _watch(self) -> None:
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.fileChanged.connect(lambda _path: self._soon.start())
            self._watcher.directoryChanged.connect(lambda _path: self._soon.start())
        # A file that is replaced is forgotten by Qt; its folder says that there is a new one.
        wanted = {str(each) for path in self._paths for each in (path, path.parent)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if left := watched - wanted:
            self._watcher.removePaths(sorted(left))
        if new := wanted - watched:
            self._watcher.addPaths(sorted(new))

    def _look(self) -> None:
        self._watch()
        for view in self._views():
            self._look_at(view)

    def _look_at(self, view: StoreView) -> None:
        opened = view.opened
        if opened is None:
            return
        if view.saving.is_running:
            self._soon.start()
            return

        def work(_progress: Progress) -> FileStamp | None:
            from handfast.services.files.store_files import stamp_of

            return stamp_of(opened.path)

        def done(stamp: FileStamp | None) -> None:
            if view not in self._window.documents or view.opened is not opened:
                return
            if view.saving.is_running:
                self._soon.start()
            elif stamp is None or not stamp.is_same_content(opened.stamp):
                self._tell(view, stamp)
            else:
                self._told.pop(view.path, None)
                self._read.pop(view.path, None)

        self._window.jobs.run(work, done=done, failed=lambda _error: None)

    def _tell(self, view: StoreView, stamp: FileStamp | None) -> None:
        if stamp is not None and not view.is_dirty:
            # Once: it may ask for another password, which is being typed.
            if self._read.get(view.path) != stamp:
                self._read[view.path] = stamp
                view.reload()
            return
        if view.path in self._told and self._told[view.path] == stamp:
            return
        self._told[view.path] = stamp
        save_as = ("problemSaveAs", "Save As…", view.save_as_requested.emit)
        if stamp is None:
            gone = ChangedOnDisk(
                f"“{view.path.name}” is no longer there.",
                causes=("It was deleted, moved or renamed while it was open.",),
                remedy="What it held is still shown here, and can be saved.",
            )
            view.tell_problem(gone, [save_as])
            return
        changed = ChangedOnDisk(
            f"“{view.path.name}” was changed by another program.",
            causes=("It is not what was opened here, and there are edits here too.",),
            remedy="Reload it, or keep what is here: then saving replaces theirs.",
        )
        ways = [
            ("problemReload", "Reload from Disk", view.reload),
            ("problemKeep", "Keep Mine", lambda: self._keep(view, stamp)),
            save_as,
        ]
        view.tell_problem(changed, ways)

    def _keep(self, view: StoreView, stamp: FileStamp) -> None:
        # From now on theirs is what a save replaces; a later change of theirs is told again.
        if view.opened is not None:
            view.opened = dataclasses.replace(view.opened, stamp=stamp)
