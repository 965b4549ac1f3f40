"""What was open the last time: paths of tabs, never a password, and how a tab is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from handfast.ui.program.settings import OpenTabs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QSplitter, QTabWidget

    from handfast.ui.program.settings import Settings


class SessionTab(Protocol):
    """A tab, as far as it is remembered."""

    @property
    def path(self) -> Path: ...
    @property
    def splitter(self) -> QSplitter:
        """Between the rows and the details."""


class SessionWindow(Protocol):
    """The window whose tabs are remembered."""

    @property
    def settings(self) -> Settings: ...
    @property
    def tabs(self) -> QTabWidget: ...
    @property
    def views(self) -> Sequence[SessionTab]: ...
    @property
    def documents_changed(self) -> SignalInstance: ...
    def open_path(self, path: Path) -> None: ...


class Session(QObject):
    """Remembers the tabs of one window as they change, so that a crash forgets none."""

    def __init__(self, window: SessionWindow, *, keeps_tabs: bool) -> None:
        """With ``keeps_tabs`` unset, as for a window that was started to look at some files, what
        was open the last time stays remembered for the next start without any.
        """
        super().__init__(window.tabs)
        self._window = window
        self._keeps_tabs = keeps_tabs
        self._known: set[int] = set()
        if keeps_tabs and window.settings.restores_tabs:
            kept = window.settings.tabs
            for path in kept.paths:
                window.open_path(path)
            if 0 <= kept.current < window.tabs.count():
                window.tabs.setCurrentIndex(kept.current)
        self._look()
        window.documents_changed.connect(self._look)
        window.tabs.tabBar().tabMoved.connect(self._remember)

    def _look(self) -> None:
        views = self._window.views
        for view in views:
            if id(view) in self._known:
                continue
            splitter = view.splitter
            state = self._window.settings.splitter
            if state is not None:
                splitter.restoreState(state)
            splitter.splitterMoved.connect(lambda *_, moved=splitter: self._keep_splitter(moved))
        self._known = {id(view) for view in views}
        self._remember()

    def _keep_splitter(self, splitter: QSplitter) -> None:
        self._window.settings.splitter = splitter.saveState()

    def _remember(self, *_: int) -> None:
        settings, window = self._window.settings, self._window
        if not self._keeps_tabs or not settings.restores_tabs:
            return
        paths = tuple(view.path for view in window.views)
        settings.keep_tabs(OpenTabs(paths=paths, current=window.tabs.currentIndex()))
