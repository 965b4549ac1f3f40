"""Windows in tests: off the screen unless told otherwise, with settings of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The keyring of whoever runs the tests is none of their business.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.program.external_open import Application
    from handfast.ui.window.main_window import MainWindow


@pytest.fixture(scope="session")
def qapp_cls() -> type[Application]:
    """The application as the program makes it."""
    from handfast.ui.program.external_open import Application

    return Application


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """The real main window, shown."""
    from PySide6.QtCore import QSettings

    from handfast.ui.window.main_window import MainWindow

    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made = MainWindow(settings)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made
