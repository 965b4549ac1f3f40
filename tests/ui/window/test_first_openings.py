"""The first opening of each window: nothing is left to load, and nothing else flashes up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from handfast.ui.program.preload import Preload
from handfast.ui.window.loaded_ahead import BELOW_THE_WINDOW, IN_THE_WINDOW, preload_for
from handfast.ui.wizards.frame import WizardWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

OPENING = {
    "actionNew": "storeDialog",
    "actionGenerateKeyPair": "generateWizard",
    "actionExportCertificate": "exportWizard",
    "actionImportCertificate": "importWizard",
    "actionImportReply": "replyWizard",
    "actionImportKeyPair": "importPairWizard",
    "actionCreateRequest": "requestWizard",
    "actionSetUpMutualTls": "setUpWizard",
    "actionRehearse": "rehearsalWindow",
    "actionProbe": "probeWindow",
    "actionListen": "listenWindow",
    "actionExplain": "explainWindow",
    "actionPreferences": "preferences",
    "actionUserGuide": "guideWindow",
}


class Shown(QObject):
    """The windows that were shown, however briefly."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(watched.objectName() or type(watched).__name__)
        return False


def opened(window: MainWindow, name: str) -> list[str]:
    """What is shown when the action is taken."""
    application = QApplication.instance()
    assert application is not None
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    shown = Shown()
    application.installEventFilter(shown)
    try:
        action.trigger()
    finally:
        application.removeEventFilter(shown)
    return shown.names


@pytest.mark.parametrize("name", OPENING)
def test_one_window_opens(window: MainWindow, name: str) -> None:
    assert opened(window, name) == [OPENING[name]]


@pytest.mark.parametrize("name", [name for name in OPENING if OPENING[name].endswith("Wizard")])
def test_a_wizard_makes_its_pages_when_they_are_come_to(window: MainWindow, name: str) -> None:
    opened(window, name)
    wizard = window.findChild(WizardWindow)
    assert [page for page in wizard.pages if page.is_made] == [wizard.page]


@pytest.fixture
def loading(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Event]:
    """Something is being loaded ahead until this is set."""
    is_over = threading.Event()
    monkeypatch.setattr(Preload, "_load", lambda _self: is_over.wait())
    preload = preload_for(window)
    preload.start()
    yield is_over
    is_over.set()
    qtbot.waitUntil(lambda: not preload.is_running, timeout=60_000)


def test_who_asks_while_it_is_loading_gets_the_last_window_then(
    window: MainWindow, qtbot: QtBot, loading: threading.Event
) -> None:
    for name in ("actionPreferences", "actionGenerateKeyPair", "actionSetUpMutualTls"):
        assert opened(window, name) == []
    cursor = QGuiApplication.overrideCursor()
    assert cursor is not None
    assert cursor.shape() is Qt.CursorShape.BusyCursor
    loading.set()
    qtbot.waitUntil(lambda: window.findChild(QDialog) is not None)
    assert [each.objectName() for each in window.findChildren(QDialog)] == ["setUpWizard"]
    assert QGuiApplication.overrideCursor() is None
    # From now on at once.
    assert opened(window, "actionRehearse") == ["rehearsalWindow"]


def test_the_window_may_be_closed_meanwhile(
    window: MainWindow, qtbot: QtBot, loading: threading.Event
) -> None:
    window.dialogs.rehearse()
    assert window.close()
    loading.set()
    qtbot.waitUntil(lambda: QGuiApplication.overrideCursor() is None)


#: In a process of its own: here, everything is loaded by other tests.
_AHEAD = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from handfast.ui.window.loaded_ahead import preload_for
from handfast.ui.program.settings import Settings
from handfast.ui.window.main_window import MainWindow
application = QApplication([])
stored = QSettings(str(Path(sys.argv[1], "s.ini")), QSettings.Format.IniFormat)
window = MainWindow(Settings(stored))
window.show()
loading = preload_for(window)
loading.start()
while loading.is_running:
    application.processEvents()
    time.sleep(0.005)
before = set(sys.modules)
for name in sys.argv[2:]:
    window.findChild(QAction, name).trigger()
    application.processEvents()
    for each in QApplication.topLevelWidgets():
        if each is not window:
            each.close()
late = sorted(name for name in set(sys.modules) - before if "handfast" in name)
print(json.dumps({"late": late, "ahead": sorted(before)}))
"""


def test_what_is_loaded_ahead_is_all_that_they_need(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _AHEAD, str(tmp_path), *OPENING],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    state = json.loads(told.stdout)
    assert state["late"] == []
    # And what their buttons need, which is more than all the rest.
    assert set(state["ahead"]) >= {
        "handfast.handshake.rehearsal", "handfast.handshake.live.probing",
        "handfast.handshake.live.listening", "handfast.handshake.explaining",
        "handfast.services.files.saving", "handfast.services.checks.store_checks", "OpenSSL.SSL",
    }  # fmt: skip


_BELOW = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
print([each for each in sys.modules if "PySide" in each or "shiboken" in each])
"""


def test_what_a_thread_loads_defines_no_widgets() -> None:
    told = subprocess.run(
        [
            sys.executable, "-c", _BELOW, *BELOW_THE_WINDOW,
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    assert told.stdout.strip() == "[]"
    assert all(each.startswith("handfast.ui.") for each in IN_THE_WINDOW)
