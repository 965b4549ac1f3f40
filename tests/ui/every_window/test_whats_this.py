"""Every field says what it is, to Shift+F1 as well as to the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QToolButton, QWhatsThis, QWidget

from handfast.ui.widgets.form import Form
from handfast.ui.widgets.whats_this import _TEXTS, explain_window
from tests.support.ui.helpers import action
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

_WIZARDS = (
    "actionGenerateKeyPair",
    "actionImportCertificate",
    "actionExportCertificate",
    "actionSetUpMutualTls",
)


def said() -> list[QWidget]:
    """The note that Qt puts up, while it is there."""
    shown = QApplication.topLevelWidgets()
    return [each for each in shown if each.inherits("QWhatsThat") and each.isVisible()]


@pytest.mark.parametrize("wizard", _WIZARDS)
def test_every_field_of_the_wizards_has_words(
    window: MainWindow, qtbot: QtBot, wizard: str
) -> None:
    driver = Driver(qtbot, window, wizard)
    # Those that nobody has come to yet as well.
    for page in driver.wizard.pages:
        page.make()
    fields = [
        (form, name, row)
        for form in driver.wizard.findChildren(Form)
        for name, row in form.rows.items()
    ]
    assert fields
    for _form, name, row in fields:
        words = row.editor.whatsThis()
        assert len(words) > 20, name
        # Short enough to be read while one is at it.
        assert len(words) < 320, name
        assert words != row.note.text, name


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (0, "generate.common_name"),
        (1, "generate.key"),
        (1, "generate.days"),
        (1, "generate.ends"),
        (2, "generate.purpose.both"),
        (2, "generate.sans.1"),
        (3, "generate.new_path"),
        (3, "generate.password"),
        (3, "generate.compatible"),
    ],
)
def test_shift_f1_explains_the_field_that_has_the_keyboard(
    window: MainWindow, qtbot: QtBot, step: int, field: str
) -> None:
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "client.example")
    for _ in range(step):
        driver.next()
    widget = driver.find(field)
    widget.setFocus()
    assert said() == []
    qtbot.keyClick(widget, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: said() != [])
    QWhatsThis.hideText()
    qtbot.waitUntil(lambda: said() == [])


def test_the_pointer_is_told_too(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    button: QToolButton = driver.find("whatIsThis")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QWhatsThis.inWhatsThisMode()
    line = driver.find("generate.common_name")
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: said() != [])
    QWhatsThis.leaveWhatsThisMode()
    QWhatsThis.hideText()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("actionCheck", "Rehearse"),
        ("actionVerify", "Rehearse"),
        ("actionCompare", "Verify"),
        ("actionRehearse", "Probe"),
        ("actionProbe", "rehearse"),
    ],
)
def test_tools_that_are_easily_confused_name_each_other(
    window: MainWindow, name: str, other: str
) -> None:
    # As Help > What Is This? does first.
    explain_window(window)
    assert other in action(window, name).whatsThis()


def test_the_dialogs_of_a_store_have_words_too(window: MainWindow) -> None:
    action(window, "actionNew").trigger()
    dialog = window.findChild(QDialog, "storeDialog")
    for name in ("path", "format", "strength", "password", "again"):
        assert dialog.findChild(QWidget, f"storeDialog.{name}").whatsThis(), name


def test_no_two_fields_that_differ_say_the_same() -> None:
    # What is typed a second time, and what may be replaced, is the same in each window.
    same = ("again", ".replace")
    texts = [text for field, text in _TEXTS.items() if not field.endswith(same)]
    assert len(set(texts)) == len(texts)
