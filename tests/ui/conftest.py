"""Windows in tests: off the screen unless told otherwise, with settings of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The keyring of whoever runs the tests is none of their business.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# How long a test waits before it fails, in milliseconds. By default it is five seconds, which a
# machine with much else to do takes for what is done at once otherwise.
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed):
    _wait.__kwdefaults__["timeout"] = 30_000

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtCore import QSettings

    from handfast.ui.window.main_window import MainWindow


@pytest.fixture(scope="session", autouse=True)
def nothing_of_python_stays_on_the_clipboard() -> Iterator[None]:
    """Off the screen, Qt destroys what was copied after Python has ended, and then crashes.

    On a real screen the clipboard ends with the application, while Python is still there.
    """
    yield
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()


@pytest.fixture
def stored(tmp_path: Path) -> QSettings:
    """What the settings of the window are kept in, for tests of what is kept."""
    from PySide6.QtCore import QSettings

    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(qtbot: QtBot, stored: QSettings) -> MainWindow:
    """The real main window, shown."""
    from handfast.ui.program.settings import Settings
    from handfast.ui.window.main_window import MainWindow

    made = MainWindow(Settings(stored))
    qtbot.addWidget(made)
    # As large as it usually is, though the screen of tests is smaller.
    made.resize(1120, 720)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that tabs have read, in their order."""
    from handfast.documents import document

    read, real = [], document.open_file

    def noted(path: Path, *given: Any, **named: Any) -> Any:
        read.append(path)
        return real(path, *given, **named)

    monkeypatch.setattr(document, "open_file", noted)
    return read
