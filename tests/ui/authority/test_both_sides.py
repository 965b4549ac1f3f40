"""Both sides of a test setup, from the menu to the open keystores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from handfast.ui.authority.both_sides_dialog import BothSidesDialog
from tests.support.ui.helpers import action

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


def dialog_of(window: MainWindow, qtbot: QtBot) -> BothSidesDialog:
    action(window, "actionCreateTestSetup").trigger()
    found = window.findChild(BothSidesDialog)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def test_it_is_created_and_opened(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = dialog_of(window, qtbot)
    dialog.folder.line.clear()
    qtbot.keyClicks(dialog.folder.line, str(tmp_path / "lab"))
    # Without a password nothing is written.
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert dialog.form.rows["password"].note.state == "error"
    assert not (tmp_path / "lab").exists()
    for field in (dialog.password, dialog.again):
        qtbot.keyClicks(field.line, "a good password")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.documents) == 5, timeout=30_000)
    qtbot.waitUntil(lambda: all(each.store is not None for each in window.documents))
    assert (tmp_path / "lab" / "ca.p12.ca.json").exists()


def test_what_is_wrong_is_said_beside_the_field(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "client.p12").write_bytes(b"mine")
    dialog = dialog_of(window, qtbot)
    dialog.folder.line.clear()
    qtbot.keyClicks(dialog.folder.line, str(tmp_path))
    assert "already exists" in dialog.form.rows["folder"].note.text
    dialog.hosts.clear()
    qtbot.keyClicks(dialog.hosts, "not a host!")
    assert dialog.form.rows["hosts"].note.state == "error"
    dialog.client.clear()
    qtbot.keyClicks(dialog.client, " ")
    assert dialog.form.rows["client"].note.state == "error"
    assert (tmp_path / "client.p12").read_bytes() == b"mine"
