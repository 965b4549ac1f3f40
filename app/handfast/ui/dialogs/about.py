"""What this is: the version, the licence, and what it stands on."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QMessageBox

from handfast import __version__
from handfast.ui.widgets.icons import application_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def about_box(parent: QWidget) -> QMessageBox:
    """A box over the window; a person who reports a fault copies its text."""
    box = QMessageBox(parent)
    box.setObjectName("aboutBox")
    box.setWindowTitle("About Handfast")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIconPixmap(application_icon().pixmap(QSize(64, 64), parent.devicePixelRatioF()))
    box.setText(f"Handfast {__version__}")
    box.setInformativeText(
        "Keystores, and the certificates that two parties exchange.\n\n"
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()}.\n"
        "Free software under the MIT licence."
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    return box
