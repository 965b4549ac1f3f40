"""Handfast as it is started, telling on its output what its window shows, line by line."""

from __future__ import annotations

import json
import sys


def watch(*, is_minimized: bool) -> None:
    from PySide6.QtCore import QTimer

    from handfast.ui import app
    from handfast.ui.window.main_window import MainWindow

    class Watched(MainWindow):
        said = ""

        def showEvent(self, event: object) -> None:
            super().showEvent(event)
            if is_minimized and not self.said:
                QTimer.singleShot(0, self.showMinimized)
            self.timer = QTimer(self)
            self.timer.timeout.connect(self.tell)
            self.timer.start(10)

        def tell(self) -> None:
            current = self.current()
            state = {
                "tabs": [str(view.path) for view in self.documents],
                "current": str(current.path) if current else None,
                "minimized": self.isMinimized(),
            }
            if (line := json.dumps(state)) != self.said:
                self.said = line
                print(line, flush=True)

    app.MainWindow = Watched


if __name__ == "__main__":
    watch(is_minimized="--minimized" in sys.argv)
    sys.argv = [each for each in sys.argv if each != "--minimized"]
    from handfast.__main__ import main

    sys.exit(main())
