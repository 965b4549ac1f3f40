"""Take the pictures that the README shows: ``python packaging/screenshots.py FOLDER``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from handfast.services.demo import make_demo
from handfast.ui.main_window import MainWindow


def settle(milliseconds: int = 400) -> None:
    """Let the window open its files and paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def dark() -> QPalette:
    """A dark palette, for platforms that have no scheme of their own."""
    palette = QPalette(QColor(45, 45, 48))
    palette.setColor(QPalette.ColorRole.Base, QColor(30, 30, 32))
    palette.setColor(QPalette.ColorRole.Text, QColor(230, 230, 230))
    return palette


def main(folder: Path) -> None:
    """Write a PNG for each state of the window."""
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(["handfast"])
    application.setStyle("Fusion")
    light = application.palette()
    with tempfile.TemporaryDirectory() as scratch:
        stores = Path(scratch) / "demo"
        make_demo(stores)
        settings = QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(settings)
        window.show()
        settle()
        window.grab().save(str(folder / "start.png"))
        window.open_path(stores / "acme.cer")
        settle()
        window.grab().save(str(folder / "error.png"))
        window.close_tab(0)
        for name in ("acme-truststore.p12", "globex-truststore.jks", "globex-keystore.jks"):
            window.open_path(stores / name)
            settle()
        view = window.current()
        if view is not None:
            view.tree.setCurrentIndex(view.model.index_of_alias("globex"))
            view.tree.expandAll()
        for name, palette in (("store", light), ("store-dark", dark())):
            application.setPalette(palette)
            settle(100)
            window.grab().save(str(folder / f"{name}.png"))
        application.setPalette(light)
        for action, kind, name in (
            ("actionNew", "storeDialog", "new"),
            ("actionGenerateKeyPair", "generateWizard", "generate"),
            ("actionExportCertificate", "exportWizard", "export"),
            ("actionImportCertificate", "importWizard", "import"),
        ):
            found = window.findChild(QAction, action)
            if found is not None:
                found.trigger()
            settle()
            opened = window.findChild(QWidget, kind)
            if opened is not None:
                opened.grab().save(str(folder / f"{name}.png"))
                opened.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
