"""Shows a keystore, a dialog, and a rehearsal, says so, and waits to be read and ended.

Run by test_accessibility_bus.py: ``python accessibility_child.py FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest

from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.every_window import Tour, settle, wait_until


def main(folder: Path) -> None:
    """Open what is to be read."""
    application = Application([])
    application.setApplicationName("Handfast")
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(settings))
    window.show()
    QTest.qWaitForWindowExposed(window)
    tour = Tour(window, folder / "tour")
    window.open_path(tour.path)
    view: Any = window.current()
    wait_until(lambda: view.history is not None)
    view.select("acme")
    window.dialogs.new()
    window.dialogs.rehearse()
    wait_until(lambda: window.findChild(RehearsalWindow) is not None)
    rehearsing: Any = window.findChild(RehearsalWindow)
    flow = rehearsing.flow
    for place in ("client_keys", "client_trust", "server_keys", "server_trust"):
        flow.choose(place, flow.stores[0].key)
    flow.choose_alias("client", "acme")
    flow.choose_alias("server", "acme")
    flow.update(host="api.acme.example")
    rehearsing.run()
    wait_until(lambda: rehearsing.shown is not None)
    settle()
    print("ready", flush=True)
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
