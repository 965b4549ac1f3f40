"""A file that cannot be opened: what it is called, what may be the cause, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton

from handfast.core.password import Password
from handfast.documents.document import State
from handfast.services.demo import make_demo
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from tests.support.ui.helpers import button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_demo(tmp_path)
    (tmp_path / "notes.txt").write_text("Nothing of the kind.", encoding="utf-8")
    whole = (tmp_path / "globex-keystore.jks").read_bytes()
    (tmp_path / "short.jks").write_bytes(whole[: len(whole) // 3])
    store = open_file(tmp_path / "acme-keystore.p12").store
    save_store(store.with_password(Password("correct horse")), tmp_path / "secret.p12")
    return tmp_path


def failed(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(
        lambda: view.document.state in {State.FAILED, State.NEEDS_PASSWORD}, timeout=10_000
    )
    return view


def text(view: StoreView, name: str) -> str:
    label = view.page.findChild(QLabel, name)
    return label.text().replace("\u200b", "") if label.isVisible() else ""


@pytest.mark.parametrize("name", ["notes.txt", "short.jks", "nowhere.jks"])
def test_each_has_a_way_to_another_file_and_out(
    window: MainWindow, qtbot: QtBot, folder: Path, name: str
) -> None:
    view = failed(window, qtbot, folder / name)
    names = {each.objectName() for each in view.page.findChildren(QPushButton) if each.isVisible()}
    assert {"openingChoose", "openingClose", "openingRetry"} <= names
    # Whatever the problem is, the file is named.
    shown = text(view, "errorFile") + text(view, "errorHeadline")
    assert (folder / name).name in shown
    qtbot.mouseClick(button(view, "openingClose"), Qt.MouseButton.LeftButton)
    assert window.views == []


def test_another_file_takes_the_place_of_the_one_that_failed(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    view = failed(window, qtbot, folder / "notes.txt")
    qtbot.mouseClick(button(view, "openingChoose"), Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    dialog.filesSelected.emit([str(folder / "acme-keystore.p12")])
    dialog.close()
    qtbot.waitUntil(lambda: [each.path.name for each in window.views] == ["acme-keystore.p12"])


def test_a_keystore_that_is_open_does_not_give_way(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    view = opened(window, qtbot, folder / "acme-keystore.p12")
    window.choose(instead_of=view)
    dialog = window.findChild(QFileDialog)
    dialog.filesSelected.emit([str(folder / "acme-truststore.p12")])
    dialog.close()
    qtbot.waitUntil(lambda: len(window.views) == 2)


def test_a_file_that_was_cut_short_is_called_damaged_first(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    view = failed(window, qtbot, folder / "short.jks")
    assert text(view, "errorHeadline") == "The file is damaged or incomplete."
    # Where it is wrong stands beneath.
    assert "byte" in text(view, "errorText")
    assert view.picture == "damaged"


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("notes.txt", "error"),
        ("short.jks", "damaged"),
        ("nowhere.jks", "missing"),
        ("secret.p12", "lock"),
        ("globex.cer", "certificate"),
    ],
)
def test_the_tab_shows_what_became_of_its_file(
    window: MainWindow, qtbot: QtBot, folder: Path, name: str, picture: str
) -> None:
    failed(window, qtbot, folder / name)
    qtbot.waitUntil(lambda: window.tabs.tabBar().tabData(0) == picture)
    assert not window.tabs.tabIcon(0).isNull()


def test_a_wrong_password_tells_causes_as_possibilities_and_lets_one_look(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    view = failed(window, qtbot, folder / "secret.p12")
    field = view.page.password
    show = button(view, "passwordField.show")
    qtbot.keyClicks(field, "wrong")
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Possible causes:" in text(view, "errorText"), timeout=10_000)
    assert text(view, "errorFile") == "secret.p12"
    # What is typed next is hidden again, and goes into the field.
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert field.hasFocus()
    assert view.picture == "error"
    qtbot.keyClicks(field, "correct horse")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.document.state is State.OPEN, timeout=10_000)
    assert view.picture == "store"


def test_a_blank_in_a_password_that_is_typed_blindly_shows_nothing(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    view = failed(window, qtbot, folder / "secret.p12")
    show = button(view, "passwordField.show")
    show.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(show, "correct horse")
    assert not show.isChecked()
    # Whoever comes back to it and presses the bar means it.
    view.page.password.setFocus()
    show.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(show, Qt.Key.Key_Space)
    assert show.isChecked()
