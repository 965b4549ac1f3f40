"""Where the keyboard is once a dialog opens: where one types, and never on a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QRadioButton

from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.secrets.password_line import PasswordLine
from tests.support.ui.every_window import Tour
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


def test_no_dialog_opens_with_the_keyboard_on_a_button(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    walked, wrong = 0, {}
    for name, top in Tour(window, tmp_path / "walk").states():
        if not isinstance(top, FormDialog):
            continue
        walked += 1
        top.activateWindow()
        qtbot.waitUntil(top.isActiveWindow)
        focused = QApplication.focusWidget()
        assert focused is not None, name
        if isinstance(focused, QAbstractButton) and not isinstance(focused, QRadioButton):
            wrong[name] = focused.objectName()
    # Of what cannot be entered at all, only the way out is left.
    assert wrong == {}
    assert walked > 10


@pytest.mark.parametrize("name", ["actionNew", "actionChangePassword"])
def test_what_is_typed_at_once_is_the_password(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    tour = Tour(window, tmp_path / "walk")
    opened(window, qtbot, tour.path)
    action(window, name).trigger()
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(FormDialog)))
    (dialog,) = [each for each in window.findChildren(FormDialog) if each.isVisible()]
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    focused = QApplication.focusWidget()
    assert isinstance(focused, PasswordLine)
    qtbot.keyClicks(focused, "typed")
    assert focused.text() == "typed"
    cancel = dialog.findChild(QPushButton, "storeDialog.cancel")
    assert cancel is None or not cancel.hasFocus()


def test_the_old_alias_is_replaced_by_what_is_typed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    tour = Tour(window, tmp_path / "walk")
    view = opened(window, qtbot, tour.path)
    view.select("partner")
    action(window, "actionRename").trigger()
    (dialog,) = [each for each in window.findChildren(FormDialog) if each.isVisible()]
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, "globex")
    dialog.go.click()
    qtbot.waitUntil(lambda: view.store.find("globex") is not None)
