"""What was open the last time: paths of tabs, never a password, and how a tab is laid out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter

if TYPE_CHECKING:
    from PySide6.QtCore import QByteArray, QSettings

    from handfast.ui.window.main_window import MainWindow

_TABS = "session/tabs"
_FORGOTTEN = "session/forgotten"
_IS_ON = "session/restore"
_SPLITTER = "window/splitter"


def restores(settings: QSettings) -> bool:
    """Whether the tabs come back with the next start."""
    return bool(settings.value(_IS_ON, True, type=bool))


def set_restores(settings: QSettings, is_on: bool) -> None:
    """Turn it on or off; what is turned off is also forgotten."""
    settings.setValue(_IS_ON, is_on)
    settings.remove(_FORGOTTEN)
    if not is_on:
        settings.remove(_TABS)


def forget_tabs(settings: QSettings) -> None:
    """Forget which tabs are open, until they are others."""
    # Only by its digest: the paths themselves are to go.
    settings.setValue(_FORGOTTEN, _digest(str(settings.value(_TABS, ""))))
    settings.remove(_TABS)


def forget_splitter(settings: QSettings) -> None:
    """New tabs share their room between rows and details as at first."""
    settings.remove(_SPLITTER)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _stored(settings: QSettings) -> tuple[list[Path], int]:
    try:
        record = json.loads(str(settings.value(_TABS, "{}")))
    except ValueError:
        return [], -1
    paths = record.get("paths") if isinstance(record, dict) else None
    current = record.get("current") if isinstance(record, dict) else None
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        return [], -1
    return [Path(path) for path in paths], current if isinstance(current, int) else -1


class Session(QObject):
    """Remembers the tabs of one window as they change, so that a crash forgets none."""

    def __init__(self, window: MainWindow, *, keeps_tabs: bool) -> None:
        """With ``keeps_tabs`` unset, as for a window that was started to look at some files, what
        was open the last time stays remembered for the next start without any.
        """
        super().__init__(window)
        self._window = window
        self._keeps_tabs = keeps_tabs
        self._known: set[int] = set()
        if keeps_tabs and restores(window.settings):
            paths, current = _stored(window.settings)
            for path in paths:
                window.open_path(path)
            if 0 <= current < window.tabs.count():
                window.tabs.setCurrentIndex(current)
        self._look()
        window.documents_changed.connect(self._look)
        window.tabs.tabBar().tabMoved.connect(self._remember)

    def _look(self) -> None:
        documents = self._window.documents
        for view in documents:
            if id(view) in self._known:
                continue
            splitter = view.findChild(QSplitter, "storeSplitter")
            if splitter is None:
                continue
            state: QByteArray | None = self._window.settings.value(_SPLITTER)
            if state is not None:
                splitter.restoreState(state)
            splitter.splitterMoved.connect(
                lambda *_, splitter=splitter: self._window.settings.setValue(
                    _SPLITTER, splitter.saveState()
                )
            )
        self._known = {id(view) for view in documents}
        self._remember()

    def _remember(self, *_: int) -> None:
        settings, window = self._window.settings, self._window
        if not self._keeps_tabs or not restores(settings):
            return
        paths = [str(view.path) for view in window.documents]
        record = {"paths": paths, "current": window.tabs.currentIndex()}
        text = json.dumps(record)
        if (forgotten := settings.value(_FORGOTTEN)) is not None:
            if forgotten == _digest(text):
                return
            settings.remove(_FORGOTTEN)
        if text != settings.value(_TABS):
            settings.setValue(_TABS, text)
