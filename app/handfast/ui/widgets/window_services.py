"""What the wizards need of the window that opens them, and nothing more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from handfast.core.errors import NotFound
from handfast.core.language import tr
from handfast.flows.open_store import OpenStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtCore import SignalInstance

    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.network import NetworkPermission
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.flows.target import StoreDefaults
    from handfast.services.files.opening import OpenedFile


class RunningJob(Protocol):
    @property
    def is_running(self) -> bool: ...
    @property
    def at(self) -> tuple[int, int]:
        """How far it is: done and total; the total is 0 while not known."""

    def cancel(self) -> None: ...


class Runner(Protocol):
    """Runs work off the GUI thread and calls back on it."""

    def run(
        self,
        work: Callable[[Progress], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> RunningJob: ...


class Document(Protocol):
    """A store that is open."""

    @property
    def path(self) -> Path: ...
    @property
    def store(self) -> Store | None:
        """What it holds now; None while it is not open yet."""

    @property
    def is_dirty(self) -> bool: ...
    def apply(self, label: str, store: Store) -> None:
        """Take an edit over, so that it can be undone."""

    def save(
        self,
        then: Callable[[], None] = ...,
        failed: Callable[[HandfastError], None] = ...,
    ) -> None:
        """Write it; one of the two is called once that has ended."""


class Workspace(Protocol):
    """The window, as the wizards see it."""

    @property
    def documents_changed(self) -> SignalInstance:
        """Sent when a store was opened, closed or edited."""

    @property
    def jobs(self) -> Runner: ...
    @property
    def documents(self) -> Sequence[Document]: ...
    @property
    def current_document(self) -> Document | None: ...
    @property
    def usual(self) -> StoreDefaults:
        """How new stores are made unless the person says otherwise."""

    @property
    def network(self) -> NetworkPermission:
        """Whether what connects or listens may do so now."""

    def open_path(self, path: Path, *, password: Password | None = None) -> None: ...
    def rehearse(self) -> None:
        """Open the rehearsal of a handshake."""

    def set_up(self) -> None:
        """Begin the setup of mutual TLS with a partner."""

    def show_opened(self, opened: OpenedFile) -> None:
        """Show a keystore that was read or written just before, without reading it again."""


def open_stores(workspace: Workspace, first: Document | None) -> list[OpenStore]:
    """The stores that are open, the one that the person is at before the others."""
    first = first or workspace.current_document
    ordered = sorted(workspace.documents, key=lambda document: document is not first)
    return [
        OpenStore.of_file(document.path, store)
        for document in ordered
        if (store := document.store) is not None
    ]


def document_of(workspace: Workspace, key: str) -> Document | None:
    """The document behind the key of an open store."""
    return next((each for each in workspace.documents if str(each.path) == key), None)


def once_open(workspace: Workspace, found: OpenStore, go_on: Callable[[Document], None]) -> None:
    """Go on with the tab of a keystore; one that was only read gets a tab first.

    That tab may ask for its password; where it is closed instead, nothing follows.
    """
    path = found.path
    if path is None:
        return
    if document_of(workspace, found.key) is None:
        workspace.open_path(path, password=found.store.password)

    def look() -> None:
        document = document_of(workspace, found.key)
        if document is not None and document.store is None:
            return
        workspace.documents_changed.disconnect(look)
        if document is not None:
            go_on(document)

    workspace.documents_changed.connect(look)
    look()


def put_into_document(
    workspace: Workspace,
    key: str,
    label: str,
    entries: Iterable[Entry],
    *,
    instead_of: Iterable[Entry] = (),
) -> Document:
    """Add entries to an open store, as it is now; it may have been edited in the meantime."""
    document = document_of(workspace, key)
    store = document.store if document is not None else None
    if document is None or store is None:
        raise NotFound(
            tr("The keystore was closed in the meantime."),
            field="existing",
            remedy=tr("Open it again, or choose another one."),
        )
    there = [each for each in instead_of if any(each is one for one in store.entries)]
    document.apply(label, store.without(there).with_entries(entries))
    return document


def usual_folder(workspace: Workspace, first: Document | None = None) -> Path:
    """Where a new file is likely wanted: beside the store at hand, else among the documents.

    In a folder that cannot be written to, nothing new can be.
    """
    folder = folder_at_hand(workspace, first)
    return folder if os.access(folder, os.W_OK) else documents_folder()


def folder_at_hand(workspace: Workspace, first: Document | None = None) -> Path:
    """Where a person looks for files: that of the store at hand, else the documents."""
    document = first or workspace.current_document
    return document.path.parent if document is not None else documents_folder()


def documents_folder() -> Path:
    """Where a person keeps documents."""
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def report_folders(workspace: Workspace, beside: Path | None = None) -> tuple[Path, ...]:
    """Where a report is likely wanted, the likeliest first: beside what it is about."""
    first = () if beside is None else (beside,)
    return (*first, usual_folder(workspace), documents_folder())
