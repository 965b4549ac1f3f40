"""F1 in a modal dialog, which keeps the key from the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog


def offer_guide(dialog: QDialog) -> None:
    """F1 opens the guide from a modal dialog too, where what the main window offers rests.

    It is a window of the dialog, since one of the main window could not be used.
    """

    def show() -> None:
        from handfast.ui.help.guide_window import show_guide

        show_guide(dialog)

    QShortcut(QKeySequence(Qt.Key.Key_F1), dialog, show)
