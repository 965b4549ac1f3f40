"""Closing a tab with edits: saved, lost, or not closed; asked for, never assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

from handfast.core.language import tr
from handfast.core.visible_text import visible
from handfast.documents.document import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from handfast.documents.document import Document


def ask_before_closing(document: Document, close: Callable[[], None], parent: QWidget) -> None:
    """Ask what is to become of the edits; ``close`` is called once they are saved or given up."""

    def close_saved() -> None:
        # An edit made while it was being written is not in the file.
        if not document.is_dirty:
            close()

    is_locked = document.state is not State.OPEN
    box = QMessageBox(parent)
    box.setObjectName("askBeforeClosing")
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("“{name}” has unsaved changes.", name=visible(document.path.name)))
    box.setInformativeText(tr("They will be lost if you close it without saving."))
    if is_locked:
        box.setInformativeText(
            tr("It is locked. Enter its password to save the changes, or discard them.")
        )
    save = box.addButton(QMessageBox.StandardButton.Save)
    save.setEnabled(not is_locked)
    discard = box.addButton(tr("Close Without Saving"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    # A button that cannot be pressed would pass Enter on to the next one, which loses the edits.
    box.setDefaultButton(cancel if is_locked else save)
    box.setEscapeButton(cancel)
    for button in box.buttons():
        # Qt has icons of its own for a few buttons, of another family than ours.
        button.setIcon(QIcon())
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # A failure stays in the tab, which then stays open.
    save.clicked.connect(lambda: document.save(close_saved))
    discard.clicked.connect(close)
    box.open()
