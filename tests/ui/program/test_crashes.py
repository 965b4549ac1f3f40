"""A fault of the program is told without secrets, and takes nothing along."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from handfast import __version__
from handfast.services.demo import make_demo
from handfast.ui.program.crashes import Crashes
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

_SECRET = "correct horse"


@pytest.fixture
def crashes(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Crashes:
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    made = Crashes(window)
    made.install()
    return made


def fail() -> None:
    try:
        raise KeyError(_SECRET)
    except KeyError as error:
        raise RuntimeError(f"/home/somebody/{_SECRET}.jks") from error


def box_of(window: MainWindow, qtbot: QtBot) -> QMessageBox:
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "crashBox") is not None)
    found: QMessageBox = window.findChild(QMessageBox, "crashBox")
    return found


@pytest.mark.usefixtures("crashes")
def test_it_is_told_copied_and_saved_without_secrets_and_edits_stay(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "globex-truststore.jks")
    view.select("acme")
    view.delete_selected()
    before = view.history
    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    box = box_of(window, qtbot)
    qtbot.mouseClick(button(box, "crashCopy"), Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert f"Handfast {__version__}" in text
    assert "KeyError" in text
    assert "RuntimeError" in text
    assert "in fail" in text
    assert box.isVisible()
    qtbot.mouseClick(button(box, "crashSave"), Qt.MouseButton.LeftButton)
    dialog = box.findChild(QFileDialog, "crashSaveDialog")
    dialog.fileSelected.emit(str(tmp_path / "report.txt"))
    dialog.close()
    assert (tmp_path / "report.txt").read_text() == text
    for told in (text, box.detailedText(), capsys.readouterr().err):
        assert _SECRET not in told
        assert "somebody" not in told
        assert str(tmp_path) not in told
    assert view.history is before
    assert view.is_dirty
    box.close()


@pytest.mark.usefixtures("crashes")
def test_one_of_a_thread_is_told_too_and_only_one_at_a_time(
    window: MainWindow, qtbot: QtBot
) -> None:
    for _ in range(3):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    box = box_of(window, qtbot)
    assert "RuntimeError" in box.detailedText()
    assert len(window.findChildren(QMessageBox)) == 1
    box.close()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is None)


def test_the_menu_copies_the_versions(window: MainWindow) -> None:
    action(window, "actionCopyDiagnostics").trigger()
    text = QGuiApplication.clipboard().text()
    assert f"Handfast {__version__}" in text
    assert "Qt 6" in text
