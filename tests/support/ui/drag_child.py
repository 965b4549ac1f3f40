"""A window of its own on a real X server, for drags by a real mouse.

``python drag_child.py entries FOLDER`` opens source.p12 and target.p12 in FOLDER and prints where
their tabs and the first entry are; after each line of its input it prints the aliases of both.
``python drag_child.py files`` takes what is dropped on it, and prints the text of the files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSettings, QSocketNotifier, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from handfast.core.password import WELL_KNOWN
from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from handfast.ui.store_tab.store_view import StoreView


def tell(what: object) -> None:
    print(json.dumps(what), flush=True)


def middle(widget: QWidget, at: QPoint) -> list[int]:
    place = widget.mapToGlobal(at)
    return [place.x(), place.y()]


class Entries:
    """Two keystores in tabs, the first in front."""

    def __init__(self, folder: Path) -> None:
        stored = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(Settings(stored))
        self.window.setGeometry(40, 60, 800, 600)
        self.window.show()
        for name in ("source.p12", "target.p12"):
            self.window.open_path(folder / name, password=WELL_KNOWN)
        self.timer = QTimer()
        self.timer.timeout.connect(self.begin)
        self.timer.start(100)
        self.input = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self.input.activated.connect(self.answer)

    @property
    def views(self) -> list[StoreView]:
        return list(self.window.views)

    def begin(self) -> None:
        if not all(view.store is not None for view in self.views) or not self.window.isVisible():
            return
        self.timer.stop()
        source = self.views[0]
        self.window.tabs.setCurrentWidget(source)
        self.timer = QTimer()
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.say_where)
        self.timer.start(1000)

    def say_where(self) -> None:
        source = self.views[0]
        tree, bar = source.tree, self.window.tabs.tabBar()
        row = tree.visualRect(source.model.index_of_alias("one"))
        tell(
            {
                "row": middle(tree.viewport(), QPoint(row.left() + 40, row.center().y())),
                "tab": middle(bar, bar.tabRect(1).center()),
                "elsewhere": middle(tree.viewport(), tree.viewport().rect().bottomRight() / 2),
            }
        )

    def answer(self) -> None:
        if not sys.stdin.readline():
            QApplication.quit()
            return
        tell([[entry.alias for entry in view.store.entries] for view in self.views if view.store])


class Files(QWidget):
    """Another program, such as a file manager, that takes files."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setGeometry(900, 200, 300, 300)
        self.show()
        self.input = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self.input.activated.connect(QApplication.quit)
        QTimer.singleShot(500, lambda: tell({"here": middle(self, self.rect().center())}))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls()]
        tell({path.name: path.read_text(encoding="utf-8") for path in paths})


def main(what: str, folder: str = "") -> None:
    if what == "files":
        application = QApplication([])
        held: object = Files()
    else:
        application = Application([])
        held = Entries(Path(folder))
    application.exec()
    del held


if __name__ == "__main__":
    main(*sys.argv[1:])
