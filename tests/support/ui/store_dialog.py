"""Drives the dialog behind New, Save As, and Change Password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPushButton

if TYPE_CHECKING:
    from handfast.ui.dialogs.store_dialog import StoreDialog
    from handfast.ui.window.main_window import MainWindow


def dialog_of(window: MainWindow, action: str) -> StoreDialog:
    window.findChild(QAction, action).trigger()
    return window.findChild(QDialog, "storeDialog")


def fill(dialog: StoreDialog, **fields: str) -> None:
    for name, text in fields.items():
        dialog.findChild(QLineEdit, f"storeDialog.{name}").setText(text)
    dialog.findChild(QPushButton, "storeDialog.accept").click()


def choose(dialog: StoreDialog, name: str, data: object) -> None:
    box = dialog.findChild(QComboBox, f"storeDialog.{name}")
    box.setCurrentIndex(box.findData(data))
