"""A copied password goes from the clipboard after a time; what is no secret stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from handfast.services.demo import make_demo
from handfast.ui.widgets.secrets.secret_clipboard import SecretClipboard, keep_secrets_for
from tests.support.ui.helpers import action, opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

SECRET = "correct horse"


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    yield
    QApplication.clipboard().clear()
    keeper = QApplication.instance().findChild(SecretClipboard)
    if keeper is not None:
        keeper.clear()
        keep_secrets_for(30)


@pytest.fixture
def field(window: MainWindow, qtbot: QtBot) -> QLineEdit:
    """The password of a new store, typed and shown."""
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "client.example")
    for _ in range(3):
        driver.next()
    driver.type("generate.password", SECRET)
    found: QLineEdit = driver.find("generate.password")
    driver.click("generate.password.show")
    return found


def copy(qtbot: QtBot, field: QLineEdit, key: Qt.Key = Qt.Key.Key_C) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)


def clipboard() -> str:
    return QApplication.clipboard().text()


def keeper() -> SecretClipboard:
    found: SecretClipboard = QApplication.instance().findChild(SecretClipboard)
    return found


def test_a_copied_password_goes(field: QLineEdit, qtbot: QtBot) -> None:
    copy(qtbot, field)
    assert clipboard() == SECRET
    # Thirty seconds, where nothing else was chosen.
    assert keeper().timer.isActive()
    assert keeper().timer.interval() == 30_000
    keeper().timer.start(1)
    qtbot.waitUntil(lambda: clipboard() == "")


def test_so_does_one_that_was_cut_and_one_out_of_the_menu(field: QLineEdit, qtbot: QtBot) -> None:
    copy(qtbot, field, Qt.Key.Key_X)
    assert clipboard() == SECRET
    assert keeper().timer.isActive()
    keeper().clear()
    assert clipboard() == ""
    field.setText(SECRET)
    field.selectAll()
    menu = field.createStandardContextMenu()
    (entry,) = [each for each in menu.actions() if each.objectName() == "edit-copy"]
    entry.trigger()
    assert clipboard() == SECRET
    assert keeper().timer.isActive()


def test_histories_of_the_clipboard_are_told_not_to_keep_it(field: QLineEdit, qtbot: QtBot) -> None:
    copy(qtbot, field)
    data = QApplication.clipboard().mimeData()
    assert bytes(data.data("x-kde-passwordManagerHint").data()) == b"secret"


def test_what_was_copied_since_stays(field: QLineEdit, qtbot: QtBot) -> None:
    copy(qtbot, field)
    QApplication.clipboard().setText("something else")
    keeper().clear()
    assert clipboard() == "something else"


def test_it_goes_when_the_program_ends(field: QLineEdit, qtbot: QtBot) -> None:
    copy(qtbot, field)
    QApplication.instance().aboutToQuit.emit()
    assert clipboard() == ""


def test_never_means_never(field: QLineEdit, qtbot: QtBot) -> None:
    keep_secrets_for(0)
    copy(qtbot, field)
    assert not keeper().timer.isActive()
    keeper().clear()
    assert clipboard() == SECRET


def test_hidden_it_cannot_be_copied(field: QLineEdit, qtbot: QtBot) -> None:
    field.setEchoMode(QLineEdit.EchoMode.Password)
    QApplication.clipboard().setText("before")
    copy(qtbot, field)
    assert clipboard() == "before"


def test_fingerprints_stay(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "globex-truststore.jks")
    view.select("acme")
    action(window, "actionCopyFingerprint").trigger()
    copied = clipboard()
    assert ":" in copied
    if (found := keeper()) is not None:
        assert not found.timer.isActive()
        found.clear()
    assert clipboard() == copied
