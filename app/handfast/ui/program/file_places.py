"""Where a file is: its folder opened in the system’s file manager, its path on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

if TYPE_CHECKING:
    from pathlib import Path


def show_folder(folder: Path) -> None:
    """Open a folder in the file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def copy_path(path: Path) -> None:
    """Put the whole path on the clipboard, as it can be pasted into a command."""
    QGuiApplication.clipboard().setText(str(path))
