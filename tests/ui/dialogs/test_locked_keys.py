"""A key with a password of its own is unlocked right where it is converted or exported."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.key_export_dialog import KeyExportDialog
from handfast.ui.dialogs.store_dialog import StoreDialog
from tests.support.issued import issue
from tests.support.ui.helpers import button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

STORE, OWN, NEW = "the keystore's", "the key's own", "another one"


@pytest.fixture(params=[["shop"], ["shop", "plain"]], ids=["alone", "beside another"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A JKS whose key pair *shop* has a password of its own; another one has the keystore's."""
    pairs = [issue(CN=f"{alias}.example").pair(alias) for alias in request.param]
    pairs[0] = dataclasses.replace(pairs[0], password=Password(OWN))
    path = tmp_path / "shop.jks"
    save_store(new_store(Format.JKS, Password(STORE)).with_entries(pairs), path)
    return path


def verified(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    return opened(window, qtbot, path, Password(STORE))


def unlock_line(dialog: QWidget) -> QLineEdit:
    row = dialog.findChild(QLineEdit, "unlockPassword.line") or next(
        each
        for each in dialog.findChildren(QLineEdit)
        if each.accessibleName() == "Password of the key" or "locked keys" in each.accessibleName()
    )
    assert isinstance(row, QLineEdit)
    return row


def said(dialog: QWidget) -> str:
    label = dialog.findChild(QLabel, f"{dialog.objectName()}.problem")
    return label.text() if label.isVisible() else ""


@pytest.mark.parametrize("command", ["actionConvert", "actionSaveAs"])
def test_a_locked_key_is_unlocked_in_the_dialog(
    source: Path, window: MainWindow, qtbot: QtBot, command: str
) -> None:
    view = verified(window, qtbot, source)
    assert view.store is not None
    count = len(view.store.entries)
    window.findChild(QAction, command).trigger()
    (dialog,) = window.findChildren(StoreDialog)
    dialog.format.setCurrentIndex(dialog.format.findData(Format.PKCS12))
    dialog.place.setText(str(source.with_suffix(".p12")))
    dialog.password.setText(NEW)
    dialog.again.setText(NEW)
    button(dialog, "storeDialog.accept").click()
    qtbot.waitUntil(lambda: "is locked" in said(dialog))
    # The format can hold the key; and nothing is to be left out where nothing would remain.
    assert "cannot hold" not in said(dialog)
    leave = dialog.findChild(type(dialog.confirm), "storeDialog.confirm")
    assert leave.isVisible() is (count > 1)
    assert not leave.isDefault()
    assert ("would be empty" in said(dialog)) is (count == 1)
    line = unlock_line(dialog)
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "a wrong one")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.findChild(QLabel, "unlockProblem") is not None)
    qtbot.waitUntil(line.isEnabled)
    qtbot.keyClicks(line, OWN)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not line.isVisible())
    assert said(dialog) == ""
    assert (dialog.password.text(), dialog.again.text()) == (NEW, NEW)
    assert dialog.go.hasFocus()
    dialog.go.click()
    qtbot.waitUntil(lambda: view.path == source.with_suffix(".p12"))
    made = open_file(source.with_suffix(".p12"), Password(NEW)).store
    assert len(made.entries) == count
    assert not any(each.is_locked for each in made.entries)
    assert not any(each.is_locked for each in view.store.entries)


def test_the_same_in_a_keystore_that_was_opened_without_its_password(
    source: Path, window: MainWindow, qtbot: QtBot
) -> None:
    view = opened(window, qtbot, source)
    window.findChild(QAction, "actionConvert").trigger()
    (dialog,) = window.findChildren(StoreDialog)
    # Known before anything is typed in vain.
    line = unlock_line(dialog)
    assert line.isVisible()
    passwords = [OWN, STORE] if len(view.store.entries) == 2 else [OWN]
    for password in passwords:
        line.setText(password)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(line.isEnabled)
    qtbot.waitUntil(lambda: not line.isVisible())
    dialog.password.setText(NEW)
    dialog.again.setText(NEW)
    dialog.go.click()
    qtbot.waitUntil(lambda: view.path == source.with_suffix(".p12"))
    assert not any(each.is_locked for each in view.store.entries)


def test_a_locked_key_is_unlocked_where_it_is_exported(
    source: Path, window: MainWindow, qtbot: QtBot
) -> None:
    view = verified(window, qtbot, source)
    view.select("shop")
    window.findChild(QAction, "actionExportKeyPair").trigger()
    (dialog,) = window.findChildren(KeyExportDialog)
    dialog.password.setText(NEW)
    dialog.again.setText(NEW)
    dialog.go.click()
    line = unlock_line(dialog)
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, OWN)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not line.isVisible())
    assert dialog.password.text() == NEW
    dialog.path.setText(str(source.with_name("pair.p12")))
    dialog.go.click()
    qtbot.waitUntil(source.with_name("pair.p12").exists)
    (pair,) = open_file(source.with_name("pair.p12"), Password(NEW)).store.entries
    assert not pair.is_locked
