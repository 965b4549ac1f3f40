"""A file that another program writes to while it is open here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from handfast.core.password import Password
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.ui.window.file_watcher import FileWatcher
from tests.support.ui.helpers import button, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

_THEIRS = ["Key pairs (1)", "globex"]


@pytest.fixture
def path(demo: Path, tmp_path: Path) -> Path:
    made = tmp_path / "watched" / "trust.jks"
    made.parent.mkdir()
    made.write_bytes((demo / "globex-truststore.jks").read_bytes())
    return made


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    made = opened(window, qtbot, path)
    watching = FileWatcher(window, window)
    qtbot.waitUntil(lambda: str(path) in watching.watched_files)
    return made


def replace(path: Path, data: bytes) -> None:
    """As editors and Handfast itself do it."""
    beside = path.with_name("beside.tmp")
    beside.write_bytes(data)
    beside.replace(path)


def bar_of(view: StoreView, qtbot: QtBot) -> QWidget:
    qtbot.waitUntil(lambda: view.findChild(QWidget, "problemBar") is not None)
    bar: QWidget = view.findChild(QWidget, "problemBar")
    qtbot.waitUntil(bar.isVisible)
    return bar


def test_what_others_write_is_shown_also_when_they_replace_the_file_again(
    view: StoreView, qtbot: QtBot, demo: Path, path: Path
) -> None:
    mine = rows(view)
    replace(path, (demo / "globex-keystore.jks").read_bytes())
    qtbot.waitUntil(lambda: rows(view) == _THEIRS)
    assert not view.is_dirty
    replace(path, (demo / "globex-truststore.jks").read_bytes())
    qtbot.waitUntil(lambda: rows(view) == mine)
    path.write_bytes((demo / "globex-keystore.jks").read_bytes())
    qtbot.waitUntil(lambda: rows(view) == _THEIRS)


def edited_and_replaced(view: StoreView, qtbot: QtBot, demo: Path, path: Path) -> QWidget:
    view.select("acme")
    view.delete_selected()
    replace(path, (demo / "globex-keystore.jks").read_bytes())
    bar = bar_of(view, qtbot)
    assert "changed by another program" in bar.findChild(QLabel, "errorProblem").text()
    assert rows(view) == []
    return bar


def test_with_edits_theirs_can_be_taken(
    view: StoreView, qtbot: QtBot, demo: Path, path: Path
) -> None:
    edited_and_replaced(view, qtbot, demo, path)
    qtbot.mouseClick(button(view, "problemReload"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(view) == _THEIRS)
    view.document.undo()
    assert rows(view) == []


def test_with_edits_mine_can_be_kept_and_saved_over_theirs(
    view: StoreView, qtbot: QtBot, demo: Path, path: Path
) -> None:
    bar = edited_and_replaced(view, qtbot, demo, path)
    qtbot.mouseClick(button(view, "problemKeep"), Qt.MouseButton.LeftButton)
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert open_file(path).store.entries == ()
    assert not bar.isVisible()


def test_another_password_is_asked_for_once_however_often_the_folder_changes(
    view: StoreView, qtbot: QtBot, path: Path
) -> None:
    shown = rows(view)
    store = open_file(path).store.with_password(Password("quite another"))
    save_store(store.without(store.entries), path, overwrite=True, backup=False)
    bar = bar_of(view, qtbot)
    assert "has been changed" in bar.findChild(QLabel, "errorProblem").text()
    field = bar.findChild(QLineEdit, "problemPassword")
    qtbot.keyClicks(field, "quite a")
    path.with_name("something else").write_bytes(b"")
    # Long enough for the look that this has caused.
    qtbot.wait(700)
    assert bar.findChildren(QLineEdit, "problemPassword") == [field]
    assert rows(view) == shown
    qtbot.keyClicks(field, "nother")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows(view) == [])


def test_our_own_save_counts_for_nothing(
    view: StoreView, qtbot: QtBot, path: Path, window: MainWindow
) -> None:
    view.select("acme")
    view.delete_selected()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    saved = view.history
    # Long enough for the look that the save has caused.
    qtbot.wait(700)
    assert view.history is saved
    assert view.findChild(QWidget, "problemBar") is None
    assert open_file(path).store.entries == ()
    assert window.views == [view]


def test_a_file_that_goes_is_told_and_stays_shown(
    view: StoreView, qtbot: QtBot, path: Path
) -> None:
    shown = rows(view)
    path.unlink()
    bar = bar_of(view, qtbot)
    assert "no longer exists" in bar.findChild(QLabel, "errorProblem").text()
    assert button(view, "problemSaveAs").isVisible()
    assert rows(view) == shown
