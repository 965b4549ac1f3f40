"""A part of a file under another password is told of in the window, and unlocked there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from handfast.core.password import Password
from handfast.services.files.opening import open_file
from tests.support.ui.helpers import action

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

FILE = Path(__file__).parents[2] / "data" / "failing" / "certs-pw-differs.p12"


def test_the_part_is_unlocked_and_saved_with_the_rest(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "parts.p12"
    shutil.copy(FILE, path)
    window.open_path(path)
    view: Any = window.current()
    view.document.enter(Password("changeme1"))
    qtbot.waitUntil(lambda: view.document.store is not None)
    assert view.document.store.locked_parts == 1
    qtbot.waitUntil(lambda: view.details.findChild(QLineEdit, "unlockPassword") is not None)
    texts = [label.text() for label in view.details.findChildren(QLabel)]
    assert any("another password" in text for text in texts)

    def give(text: str) -> None:
        field = view.details.findChild(QLineEdit, "unlockPassword")
        field.setText(text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    give("certainly not")
    qtbot.waitUntil(lambda: view.details.findChild(QLabel, "unlockProblem") is not None)
    give("otherpw")
    qtbot.waitUntil(lambda: view.document.store.locked_parts == 0)
    assert view.document.store.key_pairs[0].chain
    assert view.document.is_dirty
    action(window, "actionSave").trigger()
    qtbot.waitUntil(lambda: not view.document.is_dirty)
    again = open_file(path, Password("changeme1")).store
    assert again.locked_parts == 0
    assert again.key_pairs[0].chain
