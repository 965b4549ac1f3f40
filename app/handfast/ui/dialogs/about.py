"""What this is: the version, the license, and the work of others that it stands on."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QMessageBox

from handfast import __version__
from handfast.core.language import tr
from handfast.ui.widgets.icons import application_icon
from handfast.ui.widgets.style import heading_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.ui.widgets.window_services import Runner


def about_box(parent: QWidget, jobs: Runner) -> QMessageBox:
    """A box over the window; a person who reports a fault copies its text."""
    box = QMessageBox(parent)
    box.setObjectName("aboutBox")
    box.setWindowTitle(tr("About Handfast"))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIconPixmap(application_icon().pixmap(QSize(64, 64), parent.devicePixelRatioF()))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Handfast {__version__}")
    if (name := box.findChild(QLabel, "qt_msgbox_label")) is not None:
        name.setFont(heading_font(box.font(), larger_by=3))
    box.setInformativeText(
        tr("Keystores, and the certificates that two parties exchange.")
        + f"\n\nPython {platform.python_version()}, Qt {qVersion()}, {platform.system()}\n"
        + tr("Free software under the MIT license.")
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    licenses = box.addButton(tr("&Licenses"), QMessageBox.ButtonRole.ActionRole)
    licenses.setObjectName("aboutLicenses")
    licenses.clicked.connect(lambda: _open_licenses(parent, jobs))
    about_qt = box.addButton(tr("About &Qt"), QMessageBox.ButtonRole.ActionRole)
    about_qt.setObjectName("aboutQt")
    about_qt.clicked.connect(lambda: about_qt_box(parent).open())
    _add_close(box)
    return box


def about_qt_box(parent: QWidget) -> QMessageBox:
    """What Qt is and under which license it is used; Qt's own box would run a loop of its own."""
    box = QMessageBox(parent)
    box.setObjectName("aboutQtBox")
    box.setWindowTitle(tr("About Qt"))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Handfast uses Qt {version}.", version=qVersion()))
    box.setInformativeText(
        tr(
            "Qt and Qt for Python are toolkits for graphical programs by The Qt "
            "Company Ltd. and other contributors. Handfast uses them under the GNU "
            "Lesser General Public License, version 3. They are shared libraries, "
            "which you may replace by your own build of the same version.\n\nSee "
            "qt.io/licensing for the licenses of Qt, and download.qt.io for its source "
            "code."
        )
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    _add_close(box)
    return box


def _open_licenses(parent: QWidget, jobs: Runner) -> None:
    from handfast.ui.dialogs.licenses import LicensesWindow

    LicensesWindow(jobs, parent).open()


def _add_close(box: QMessageBox) -> None:
    """The default button, in words of ours: Qt's own are in the language of Qt's translations."""
    close = box.addButton(tr("&Close"), QMessageBox.ButtonRole.RejectRole)
    close.setObjectName(f"{box.objectName()}.close")
    close.setIcon(QIcon())
    box.setDefaultButton(close)
    box.setEscapeButton(close)
