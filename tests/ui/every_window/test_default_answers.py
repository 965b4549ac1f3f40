"""No answer that loses something is given by Enter or by Escape, in any question of the program."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QMessageBox,
    QPushButton,
)

import handfast.ui
from handfast.core.errors import AlreadyExists, WouldLose
from handfast.core.password import Password
from handfast.documents.document import State
from handfast.services.demo import make_demo
from handfast.ui.dialogs.about import about_box, about_qt_box
from handfast.ui.dialogs.form_dialog import ConsentDialog
from handfast.ui.dialogs.store_dialog import StoreDialog
from handfast.ui.program.crashes import Crashes
from tests.support.ui.helpers import action, opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

UI = Path(handfast.ui.__file__).parent
#: Where boxes with a question or a message are made; each of them is opened in a test below.
BOXES = {"dialogs/about.py", "program/crashes.py", "window/close_confirmation.py"}
#: What a button that loses something is called by the program itself.
DESTRUCTIVE = ("discard", "replace", "leave", "delete", "overwrite", "without saving")


#: What opens a window or a dialog without a further choice.
OPENERS = (
    "actionNew", "actionSaveAs", "actionChangePassword", "actionGenerateKeyPair",
    "actionExportCertificate", "actionImportCertificate", "actionSetUpMutualTls",
    "actionRehearse", "actionProbe", "actionListen", "actionExplain", "actionPreferences",
    "actionCreateRequest", "actionImportReply", "actionImportKeyPair", "actionVerify",
    "actionSign", "actionRevoke", "actionCreateCrl",
)  # fmt: skip


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "acme-keystore.p12")
    view.document.apply("Protect", view.store.with_password(Password("correct horse")))
    view.document.delete(view.store.entries)
    return view


def loses(button: QAbstractButton | None) -> bool:
    if button is None:
        return False
    words = button.text().replace("&", "").casefold()
    return any(each in words for each in DESTRUCTIVE)


def check_box(box: QMessageBox) -> None:
    default, escape = box.defaultButton(), box.escapeButton()
    roles = QMessageBox.ButtonRole
    for button in (default, escape):
        assert not loses(button)
        if button is not None:
            assert box.buttonRole(button) is not roles.DestructiveRole
            # Enter on one that is disabled would press another.
            assert button.isEnabled()
    # No icons of another family on some of the buttons.
    assert all(button.icon().isNull() for button in box.buttons())
    assert default is not None or len(box.buttons()) == 1


def asked(window: MainWindow) -> QMessageBox:
    (box,) = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    return box


def test_every_box_of_the_program_is_among_those_that_are_walked_here() -> None:
    found = {
        path.relative_to(UI).as_posix()
        for path in UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[0] in {"QMessageBox", "QInputDialog"}
        and ast.unparse(node.func).count(".") in {0, 1}
    }
    assert found == BOXES


@pytest.mark.parametrize("is_locked", [False, True])
def test_closing_with_changes(
    window: MainWindow, view: StoreView, qtbot: QtBot, is_locked: bool
) -> None:
    if is_locked:
        action(window, "actionLock").trigger()
        assert view.document.state is State.LOCKED
        qtbot.waitUntil(lambda: not view.document.holds_secrets)
    window.close_current()
    box = asked(window)
    check_box(box)
    qtbot.keyClick(box, Qt.Key.Key_Return if is_locked else Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not [b for b in window.findChildren(QMessageBox) if b.isVisible()])
    # What was asked about is still there, with its changes.
    assert window.views == [view]
    assert view.is_dirty


def test_the_boxes_that_only_tell(window: MainWindow, qtbot: QtBot) -> None:
    for box in (about_box(window, window.jobs), about_qt_box(window)):
        box.open()
        qtbot.waitUntil(box.isVisible)
        check_box(box)
        box.close()


def test_a_crash(window: MainWindow, qtbot: QtBot) -> None:
    crashes = Crashes(window)
    crashes._happened.emit("what happened")
    qtbot.waitUntil(lambda: any(b.isVisible() for b in window.findChildren(QMessageBox)))
    check_box(asked(window))
    asked(window).close()


@pytest.mark.parametrize(
    "error",
    [
        AlreadyExists("It is there."),
        WouldLose("It cannot hold it.", losses=("a key",)),
    ],
    ids=["exists", "loses"],
)
@pytest.mark.parametrize("name", ["actionNew", "actionSaveAs"])
@pytest.mark.usefixtures("view")
def test_a_dialog_that_asks_to_agree(window: MainWindow, name: str, error: Exception) -> None:
    action(window, name).trigger()
    dialog = window.findChild(StoreDialog)
    assert isinstance(dialog, ConsentDialog)
    dialog.show_error(error)
    assert dialog.confirm.isVisible()
    assert loses(dialog.confirm)
    assert not dialog.confirm.isDefault()
    assert not dialog.confirm.autoDefault()
    assert not dialog.confirm.hasFocus()
    dialog.close()


@pytest.mark.parametrize(
    "name", ["actionGenerateKeyPair", "actionImportCertificate", "actionExportCertificate"]
)
@pytest.mark.usefixtures("view")
def test_a_wizard_that_would_lose_what_was_entered(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    driver = Driver(qtbot, window, name)
    driver.wizard.mark_edited()
    driver.click("wizardCancel")
    keep, discard = driver.find("wizardKeep"), driver.find("wizardDiscardButton")
    assert loses(discard)
    assert keep.isDefault()
    assert keep.hasFocus()
    assert not discard.autoDefault()
    qtbot.keyClick(keep, Qt.Key.Key_Return)
    assert driver.wizard.isVisible()


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.usefixtures("view")
def test_no_default_button_of_any_window_loses_something(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    opener = action(window, name)
    if not opener.isEnabled():
        pytest.skip("needs another selection")
    opener.trigger()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(QDialog)))
    for dialog in window.findChildren(QDialog):
        defaults = [each for each in dialog.findChildren(QPushButton) if each.isDefault()]
        assert [each.text() for each in defaults if loses(each)] == []
        dialog.close()
