"""Help where a dialog keeps the rest of its window from being used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWhatsThis, QWidget

from handfast.ui.help.guide_window import GuideWindow
from tests.support.ui.helpers import action

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

_PAGES = {"actionNew": "convert.md", "actionPreferences": "preferences.md"}


def said() -> list[QWidget]:
    """The note that Qt puts up, while it is there."""
    shown = QApplication.topLevelWidgets()
    return [each for each in shown if each.inherits("QWhatsThat") and each.isVisible()]


def dialog_of(window: MainWindow, qtbot: QtBot, name: str) -> QDialog:
    action(window, name).trigger()
    (made,) = [each for each in window.findChildren(QDialog) if each.isVisible()]
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    assert made.isModal()
    return made


@pytest.mark.parametrize("name", _PAGES)
def test_f1_opens_the_page_about_a_modal_dialog_and_it_can_be_read(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    dialog = dialog_of(window, qtbot, name)
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: any(
        isinstance(each, GuideWindow) for each in QApplication.topLevelWidgets()
    ))  # fmt: skip
    (guide,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, GuideWindow)]
    qtbot.waitExposed(guide)
    assert guide.page == _PAGES[name]
    # Not behind what is modal: it can be searched and turned over.
    qtbot.keyClicks(guide.words, "fingerprint")
    assert guide.words.text() == "fingerprint"
    qtbot.mouseClick(guide.findChild(QWidget, "guideClose"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any(
        isinstance(each, GuideWindow) and each.isVisible()
        for each in QApplication.topLevelWidgets()
    ))  # fmt: skip
    assert dialog.isVisible()


def test_the_dialog_that_is_closed_takes_the_guide_along_and_the_window_opens_its_own(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = dialog_of(window, qtbot, "actionPreferences")
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: dialog.findChild(GuideWindow) is not None)
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "preferences") is None)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: window.findChild(GuideWindow) is not None)
    assert window.findChild(GuideWindow).page == "index.md"


def test_what_is_this_works_in_a_modal_dialog(window: MainWindow, qtbot: QtBot) -> None:
    dialog = dialog_of(window, qtbot, "actionNew")
    field = dialog.findChild(QWidget, "storeDialog.path")
    field.setFocus()
    assert said() == []
    qtbot.keyClick(field, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: said() != [])
    QWhatsThis.hideText()
    qtbot.waitUntil(lambda: said() == [])
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "storeDialog") is None)
    # The button of the preferences, and then a click on a field.
    dialog = dialog_of(window, qtbot, "actionPreferences")
    qtbot.mouseClick(dialog.findChild(QWidget, "whatIsThis"), Qt.MouseButton.LeftButton)
    assert QWhatsThis.inWhatsThisMode()
    qtbot.mouseClick(dialog.findChild(QWidget, "preferences.expiry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: said() != [])
    QWhatsThis.leaveWhatsThisMode()
    QWhatsThis.hideText()
