"""Files that other programs change while they are open here, also by replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import SignalInstance

    from handfast.documents.document import Document

#: Writers touch a file several times in a row; a replaced one is gone for a moment.
_PAUSE_MS = 300


class WatchedDocuments(Protocol):
    """The documents that are open, and when they are others."""

    @property
    def documents(self) -> Sequence[Document]: ...
    @property
    def documents_changed(self) -> SignalInstance: ...


class FileWatcher(QObject):
    """Has each open document look at its file whenever that, or its folder, was touched."""

    def __init__(self, watched: WatchedDocuments, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._watcher: QFileSystemWatcher | None = None
        self._paths: set[Path] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        watched.documents_changed.connect(self._follow)
        self._follow()

    @property
    def watched_files(self) -> list[str]:
        """The files that the system watches now."""
        return self._watcher.files() if self._watcher is not None else []

    def _open(self) -> list[Document]:
        return [each for each in self._watched.documents if each.opened is not None]

    def _follow(self) -> None:
        """The documents may be others: a moment later, as who opens a store waits for its rows."""
        if (paths := {each.path for each in self._open()}) != self._paths:
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
        documents = self._open()
        for document in documents:
            document.compare_with_disk()
        if any(document.is_saving for document in documents):
            # What it writes now is no change of another program's.
            self._soon.start()
