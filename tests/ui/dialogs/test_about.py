"""About Handfast: the licenses of all that it uses, and what Qt is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QPlainTextEdit, QPushButton

from handfast.ui.dialogs import about, licenses
from handfast.ui.dialogs.about import about_box, about_qt_box

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


def press(window: MainWindow, qtbot: QtBot, name: str) -> None:
    box = about_box(window, window.jobs)
    box.open()
    button = box.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def shown_licenses(window: MainWindow, qtbot: QtBot) -> str:
    press(window, qtbot, "aboutLicenses")
    dialog = window.findChild(licenses.LicensesWindow, "licensesWindow")
    assert dialog is not None
    text = dialog.findChild(QPlainTextEdit, "licensesText")
    assert text is not None
    qtbot.waitUntil(lambda: text.toPlainText() != "")
    told = text.toPlainText()
    dialog.reject()
    return told


def test_the_licenses_of_all_that_is_installed_are_shown(window: MainWindow, qtbot: QtBot) -> None:
    told = shown_licenses(window, qtbot)
    lines = told.splitlines()
    for name in ("handfast", "cryptography", "PySide6_Essentials", "pyOpenSSL", "idna", "cffi"):
        assert [line for line in lines if line.startswith(f"{name} ") and ": " in line], name
    assert "MIT License" in lines
    # What only develops or tests it is no part of it.
    assert not [line for line in lines if line.startswith(("pytest ", "ruff ", "pyjks "))]


def test_a_package_shows_the_notices_that_it_brought(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = tmp_path / "notices" / "third-party.txt"
    notices.parent.mkdir()
    notices.write_text("All of it, as it was packed.\n", encoding="utf-8")
    monkeypatch.setattr(licenses, "resources_path", lambda: tmp_path)
    assert shown_licenses(window, qtbot) == "All of it, as it was packed.\n"


def test_notices_that_cannot_be_read_are_no_crash(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = tmp_path / "notices" / "third-party.txt"
    notices.parent.mkdir()
    notices.write_bytes(b"\xff\xfe\x00")
    monkeypatch.setattr(licenses, "resources_path", lambda: tmp_path)
    assert shown_licenses(window, qtbot).startswith("The licenses cannot be read.")


def test_about_qt_says_its_version_and_license(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "aboutQt")
    box = window.findChild(QMessageBox, "aboutQtBox")
    assert box is not None
    assert qVersion() in box.text()
    assert "Lesser General Public License" in box.informativeText()
    box.close()


def test_the_words_of_the_buttons_are_ours(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "tr", lambda text, **values: f"[{text.format(**values)}]")
    for box in (about_box(window, window.jobs), about_qt_box(window)):
        assert box.buttons()
        for button in box.buttons():
            assert button.text().startswith("["), button.text()
            assert button.icon().isNull()
        assert box.escapeButton() is box.defaultButton()
        box.deleteLater()
