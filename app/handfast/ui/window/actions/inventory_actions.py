"""What expires first, across keystores: the inventory, and what is opened from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from handfast.documents.document import State
from handfast.ui.program.wait_for_preload import once_loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from handfast.documents.document import Document
    from handfast.flows.inventory.finding import KnownKeystore
    from handfast.ui.inventory.inventory_window import InventoryWindow
    from handfast.ui.window.tabbed_window import TabbedWindow


class InventoryDialogs(QObject):
    """Opens the one inventory of the main window, and what is chosen in it."""

    def __init__(self, window: TabbedWindow, renew: Callable[[Document, str], object]) -> None:
        super().__init__(window)
        self._window = window
        self._renew = renew

    @once_loaded
    def choose_folder(self) -> None:
        """Ask for a folder, and show what expires first in it."""
        self._shown().choose_folder()

    @once_loaded
    def show_folders(self, folders: Sequence[Path]) -> None:
        """Show what expires first below these folders."""
        self._shown().show_folders(folders)

    @once_loaded
    def show_known(self) -> None:
        """Show what expires first in the keystores that are open or were lately.

        Where one entry is selected, its row is.
        """
        view = self._window.current()
        chosen = view.chosen() if view is not None and view.count_chosen() == 1 else []
        self._shown().show_known()
        if view is not None and chosen:
            self._shown().go_to(view.path, chosen[0].alias)

    def _shown(self) -> InventoryWindow:
        from handfast.ui.inventory.inventory_window import InventoryWindow

        window = self._window
        inventory = window.findChild(InventoryWindow)
        if inventory is None:
            inventory = InventoryWindow(
                window,
                window,
                known=self._known,
                settings=window.settings,
            )
            inventory.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            inventory.open_requested.connect(self.open_entry)
            inventory.renew_requested.connect(self.renew_entry)
        inventory.show()
        inventory.raise_()
        inventory.activateWindow()
        return inventory

    def _known(self) -> list[KnownKeystore]:
        """The keystores that are open, then the recent ones, each once."""
        from handfast.flows.inventory.finding import KnownKeystore

        window = self._window
        stores = {document.path: document.store for document in window.documents}
        for path in window.recent.paths():
            stores.setdefault(path, None)
        return [KnownKeystore(path=path, store=store) for path, store in stores.items()]

    def open_entry(self, path: Path, alias: str) -> None:
        """Open a keystore, and go to an entry once it is open."""
        self._window.open_path(path)
        self._window.raise_()
        self._window.activateWindow()
        view = self._window.current()
        if view is not None and alias:
            self._once_open(view.document, lambda: view.select(alias))

    def renew_entry(self, path: Path, alias: str) -> None:
        """Open a keystore, and begin the renewal of a pair once it is open."""
        self._window.open_path(path)
        view = self._window.current()
        if view is None:
            return
        document = view.document

        def renew() -> None:
            view.select(alias)
            if document.store is not None and document.store.find(alias) is not None:
                self._renew(document, alias)

        self._once_open(document, renew)

    def _once_open(self, document: Document, then: Callable[[], object]) -> None:
        def look() -> None:
            if document.state is State.OPEN and document.store is not None:
                stop()
                then()
            elif document.state in {State.FAILED, State.CLOSED}:
                stop()

        stop = document.listen(look)
        look()
