"""Carrying out a remedy in the tab of the store that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from handfast.core.errors import HandfastError, NotFound
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.flows.handshake.remedies import apply_remedy, remedy_label
from handfast.ui.widgets.window_services import document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.causes import Action
    from handfast.ui.widgets.window_services import Workspace


class Remedying(QObject):
    """One remedy at a time. A file that was only read gets a tab first, for the edit to be undone.

    That tab may ask for its password; the remedy waits, unless something else is tried.
    """

    #: It is in this document now.
    applied = Signal(object)
    #: Why it could not be.
    failed = Signal(object)
    #: The store is being opened; a line that says so.
    waiting = Signal(str)

    def __init__(
        self, workspace: Workspace, find: Callable[[str], OpenStore | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace, self._find = workspace, find
        self._waits: tuple[Action, str] | None = None
        workspace.documents_changed.connect(self._documents_changed)

    def apply(self, action: Action, key: str) -> None:
        """Carry it out in the store of this key."""
        self._waits = None
        if self._apply_in_tab(action, key):
            return
        known = self._find(key)
        path = known.path if known is not None else action.path
        if path is None:
            self.failed.emit(
                NotFound(tr("This keystore is no longer available."), remedy=tr("Choose it again."))
            )
            return
        self._waits = action, key
        self.waiting.emit(tr("Opening {name}…", name=shorten(path.name, 60)))
        password = known.store.password if known is not None else None
        self._workspace.open_path(path, password=password)

    def forget(self) -> None:
        """Something else is tried: what waits is not wanted any more."""
        self._waits = None

    def _apply_in_tab(self, action: Action, key: str) -> bool:
        """Whether there is a tab that is open, so that it is done or refused."""
        document = document_of(self._workspace, key)
        store = document.store if document is not None else None
        if document is None or store is None:
            return False
        try:
            document.apply(remedy_label(action), apply_remedy(store, action))
        except HandfastError as error:
            self.failed.emit(error)
        else:
            self.applied.emit(document)
        return True

    def _documents_changed(self) -> None:
        waits = self._waits
        # An edit reports itself as well, so that nothing must wait by then.
        self._waits = None
        if waits is not None and not self._apply_in_tab(*waits):
            self._waits = waits
