"""A save that fails: told in its tab with a way out, and nothing is lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QWidget

from handfast.core.password import Password
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.ui.dialogs.store_dialog import StoreDialog
from tests.support.ui.helpers import action, button, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow


@pytest.fixture
def path(demo: Path, tmp_path: Path) -> Path:
    made = tmp_path / "trust.jks"
    made.write_bytes((demo / "globex-truststore.jks").read_bytes())
    return made


def told(view: StoreView, qtbot: QtBot) -> str:
    """What the panel in the tab says, once it is there."""
    qtbot.waitUntil(lambda: view.findChild(QWidget, "problemBar") is not None)
    bar = view.findChild(QWidget, "problemBar")
    qtbot.waitUntil(bar.isVisible)
    return bar.findChild(QLabel, "errorProblem").text()


def edited_while_another_wrote(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> tuple[StoreView, bytes]:
    """A tab with an edit, whose save was refused because the file is another by now."""
    view = opened(window, qtbot, path)
    view.select("acme")
    view.delete_selected()
    other = (demo / "globex-keystore.jks").read_bytes()
    path.write_bytes(other)
    action(window, "actionSave").trigger()
    assert "changed by another program" in told(view, qtbot)
    assert window.findChild(QMessageBox) is None
    assert view.is_dirty
    assert path.read_bytes() == other
    return view, other


def test_overwriting_keeps_the_other_version_beside(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> None:
    view, other = edited_while_another_wrote(window, qtbot, demo, path)
    qtbot.mouseClick(button(view, "problemOverwrite"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert open_file(path).store.entries == ()
    assert path.with_name("trust.jks.bak").read_bytes() == other
    assert not view.findChild(QWidget, "problemBar").isVisible()


def test_reloading_shows_the_other_version_and_can_be_undone(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> None:
    view, _ = edited_while_another_wrote(window, qtbot, demo, path)
    qtbot.mouseClick(button(view, "problemReload"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(view) == ["Key pairs (1)", "globex"])
    assert not view.is_dirty
    view.document.undo()
    assert rows(view) == []
    assert view.is_dirty
    # And what was taken back can be saved, because what is there now is known.
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert open_file(path).store.entries == ()


def test_saving_elsewhere_leaves_the_other_version(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> None:
    view, other = edited_while_another_wrote(window, qtbot, demo, path)
    qtbot.mouseClick(button(view, "problemSaveAs"), Qt.MouseButton.LeftButton)
    dialog = window.findChild(StoreDialog)
    dialog.place.setText(str(path.with_name("elsewhere.jks")))
    button(dialog, "storeDialog.accept").click()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert view.path.name == "elsewhere.jks"
    assert path.read_bytes() == other


def test_the_message_is_put_away_and_the_edit_stays(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> None:
    view, _ = edited_while_another_wrote(window, qtbot, demo, path)
    button(view, "problemClose").click()
    assert not view.findChild(QWidget, "problemBar").isVisible()
    assert view.is_dirty
    assert "•" in window.windowTitle()
    view.document.undo()


def test_the_message_goes_with_the_edit(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> None:
    view, _ = edited_while_another_wrote(window, qtbot, demo, path)
    view.document.undo()
    assert not view.is_dirty
    assert not view.findChild(QWidget, "problemBar").isVisible()


def test_a_file_marked_read_only_is_tried_again(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    if os.geteuid() == 0:
        # root writes where nobody may; a folder in the place of the file stops it too.
        view = opened(window, qtbot, path)
        before = path.read_bytes()
        path.unlink()
        path.mkdir()
    else:
        view = opened(window, qtbot, path)
        before = path.read_bytes()
        path.chmod(0o400)
    view.select("acme")
    view.delete_selected()
    view.document.save()
    assert "could not be" in told(view, qtbot)
    assert view.is_dirty
    if path.is_dir():
        path.rmdir()
        path.write_bytes(before)
    path.chmod(0o600)
    qtbot.mouseClick(button(view, "problemRetry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert open_file(path).store.entries == ()


def under_another_password(path: Path) -> None:
    """As if somebody elsewhere had deleted everything and changed the password."""
    store = open_file(path).store
    path.unlink()
    save_store(store.without(store.entries).with_password(Password("quite another")), path)


def test_a_reload_asks_for_the_password_that_the_file_has_by_now(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    view = opened(window, qtbot, path)
    shown = rows(view)
    under_another_password(path)
    action(window, "actionReload").trigger()
    assert "has been changed" in told(view, qtbot)
    assert rows(view) == shown
    field = view.findChild(QLineEdit, "problemPassword")
    assert field.isVisible()
    assert window.focusWidget() is field
    qtbot.keyClicks(field, "a wrong one")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not the password" in told(view, qtbot))
    assert rows(view) == shown
    field = view.findChildren(QLineEdit, "problemPassword")[-1]
    assert field.text() == ""
    qtbot.keyClicks(field, "quite another")
    button(view, "problemPasswordOpen").click()
    qtbot.waitUntil(lambda: rows(view) == [])
    assert not view.findChild(QWidget, "problemBar").isVisible()
    assert not view.is_dirty
    # And from then on it is saved under that one.
    assert view.store.password == Password("quite another")


def test_a_tab_may_be_closed_while_its_new_password_is_tried(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    view = opened(window, qtbot, path)
    under_another_password(path)
    action(window, "actionReload").trigger()
    told(view, qtbot)
    field = view.findChild(QLineEdit, "problemPassword")
    qtbot.keyClicks(field, "quite another")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    job = view.document.reading_job
    assert job is not None
    window.close_current()
    assert not job.is_running
    qtbot.wait(200)
    assert window.documents == []


def test_edits_are_kept_beside_what_has_another_password_by_now(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    view = opened(window, qtbot, path)
    view.select("acme")
    view.delete_selected()
    under_another_password(path)
    action(window, "actionReload").trigger()
    assert "has been changed" in told(view, qtbot)
    assert view.is_dirty
    field = view.findChild(QLineEdit, "problemPassword")
    qtbot.keyClicks(field, "quite another")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.is_dirty)
    view.document.undo()
    view.document.undo()
    assert rows(view) == ["Trusted certificates (1)", "acme"]


def test_a_reload_brings_what_another_program_wrote(
    window: MainWindow, qtbot: QtBot, demo: Path, path: Path
) -> None:
    view = opened(window, qtbot, path)
    path.write_bytes((demo / "globex-keystore.jks").read_bytes())
    action(window, "actionReload").trigger()
    qtbot.waitUntil(lambda: rows(view) == ["Key pairs (1)", "globex"])
    assert not view.is_dirty
