"""New, save as, rename and change password: what is done through a small dialog."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog

from handfast.core.errors import HandfastError
from handfast.core.store import shorten

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.password import Password
    from handfast.core.store import Format, Store, Strength
    from handfast.ui.main_window import MainWindow
    from handfast.ui.store_dialog import StoreDialog
    from handfast.ui.store_view import StoreView


class StoreActions(QObject):
    """Opens the dialogs over the window and carries out what they ask for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def new(self) -> None:
        """Make an empty store and open it."""
        from handfast.services.saving import new_store
        from handfast.ui.store_dialog import StoreDialog

        dialog = StoreDialog("New store", "Make it", parent=self._window)

        def make(path: Path, wanted: Format, strength: Strength, password: Password | None) -> None:
            store = new_store(wanted, password, strength)
            self._write(dialog, store, path, password)

        dialog.chosen.connect(make)
        dialog.open()

    def save_as(self) -> None:
        """Write the store elsewhere, in any format that can hold it, and go on with that file."""
        view = self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return
        from handfast.ui.store_dialog import StoreDialog, converted

        dialog = StoreDialog("Save as", "Save", path=view.path, store=store, parent=self._window)

        def save(path: Path, wanted: Format, strength: Strength, password: Password | None) -> None:
            # Converting may derive keys; it is done with the writing, off the GUI thread.
            target = converted(store, wanted, strength, password)
            self._write(dialog, target, path, password or store.password, leaving=view)

        dialog.chosen.connect(save)
        dialog.open()

    def _write(
        self,
        dialog: StoreDialog,
        store: Store,
        path: Path,
        password: Password | None,
        *,
        leaving: StoreView | None = None,
    ) -> None:
        from handfast.services.saving import save_store

        def done(_saved: object) -> None:
            dialog.accept()
            if leaving is not None:
                self._window.remove(leaving)
            self._window.open_path(path, password=password)

        self._window.jobs.run(
            lambda progress: save_store(store, path, progress=progress),
            done=done,
            failed=dialog.show_error,
        )

    def change_password(self) -> None:
        """Put the store under another password; it is an edit, written with the next save."""
        view = self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return
        from handfast.ui.store_dialog import StoreDialog

        dialog = StoreDialog(
            "Change the password of the store",
            "Change",
            store=store,
            asks_for_place=False,
            parent=self._window,
        )

        def change(
            _path: Path, _format: Format, _strength: Strength, password: Password | None
        ) -> None:
            dialog.accept()
            view.apply("Change password", store.with_password(password))

        dialog.chosen.connect(change)
        dialog.open()

    def rename(self) -> None:
        """Give the selected entry another alias."""
        view = self._window.current()
        nodes = view.selected() if view is not None else []
        if view is not None and len(nodes) == 1 and nodes[0].entry is not None:
            self._ask_for_alias(view, nodes[0].entry, nodes[0].entry.alias, "")

    def _ask_for_alias(self, view: StoreView, entry: Entry, text: str, problem: str) -> None:
        dialog = QInputDialog(self._window)
        dialog.setObjectName("renameDialog")
        dialog.setWindowTitle("Rename")
        lines = (problem, f"New alias of “{shorten(entry.alias)}”:")
        dialog.setLabelText("\n".join(line for line in lines if line))
        dialog.setTextValue(text)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda alias: self._rename(view, entry, alias.strip()))
        dialog.open()

    def _rename(self, view: StoreView, entry: Entry, alias: str) -> None:
        store = view.store
        if store is None or alias == entry.alias:
            return
        try:
            renamed = dataclasses.replace(entry, alias=alias)
            store = store.with_replaced(entry, renamed)
        except HandfastError as error:
            self._ask_for_alias(view, entry, alias, error.problem)
            return
        view.apply(f"Rename “{shorten(entry.alias)}”", store)
        view.select(alias)
