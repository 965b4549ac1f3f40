"""Closing a tab with edits: saved, lost, or not closed; asked for, never assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from handfast.ui.store_tab.store_view import StoreView


def ask_before_closing(view: StoreView, close: Callable[[], None], parent: QWidget) -> None:
    """Ask what is to become of the edits; ``close`` is called once they are saved or given up."""

    def close_saved() -> None:
        # An edit made while it was being written is not in the file.
        if not view.is_dirty:
            close()

    box = QMessageBox(parent)
    box.setObjectName("askBeforeClosing")
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(f"“{view.path.name}” has changes that are not saved.")
    box.setInformativeText("Closing it without saving loses them.")
    if view.locked is not None:
        box.setInformativeText("It is locked: give its password to save them, or lose them.")
    save = box.addButton(QMessageBox.StandardButton.Save)
    save.setEnabled(view.locked is None)
    discard = box.addButton("Close Without Saving", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # A failure stays in the tab, which then stays open.
    save.clicked.connect(lambda: view.saving.save(close_saved))
    discard.clicked.connect(close)
    box.open()
