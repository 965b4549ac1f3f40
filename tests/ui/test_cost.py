"""A store that takes far more work than usual: said so, opened if wanted, stopped at any time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from tests.costly import PASSWORD, absurd, dear, written
from tests.ui.helpers import button

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.main_window import MainWindow
    from handfast.ui.store_view import StoreView


def refused(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    """The tab of a store that is not opened without asking."""
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(view.page.agreeing.isVisible)
    return view


def give(view: StoreView, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(view.page.password.isVisible)
    view.page.password.setText(text)
    qtbot.mouseClick(button(view, "passwordOpen"), Qt.MouseButton.LeftButton)


def test_it_is_opened_once_somebody_agrees(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    view = refused(window, qtbot, written(tmp_path / "dear.p12", dear()))
    assert "5,000,001 iterations" in view.page.findChild(QLabel, "errorHeadline").text()
    assert "where it comes from" in view.page.findChild(QLabel, "errorText").text()
    assert not view.page.findChild(QWidget, "openingRetry").isVisible()
    assert not view.page.agreeing.hasFocus()
    qtbot.mouseClick(view.page.agreeing, Qt.MouseButton.LeftButton)
    # No password is guessed where each guess takes seconds.
    give(view, qtbot, "wrong")
    qtbot.waitUntil(lambda: "does not fit" in headline(view), timeout=30_000)
    give(view, qtbot, PASSWORD)
    qtbot.waitUntil(lambda: view.history is not None, timeout=30_000)
    assert [entry.alias for entry in view.store.entries] == ["costly"]


def headline(view: StoreView) -> str:
    text: str = view.page.findChild(QLabel, "errorHeadline").text()
    return text


def test_the_work_ends_with_cancel(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    view = refused(window, qtbot, written(tmp_path / "absurd.p12", absurd()))
    qtbot.mouseClick(view.page.agreeing, Qt.MouseButton.LeftButton)
    give(view, qtbot, PASSWORD)
    qtbot.waitUntil(view.page.busy.isVisible)
    working = set(threading.enumerate()) - before
    assert working
    qtbot.mouseClick(button(view, "busyCancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.current() is not view, timeout=1000)
    qtbot.waitUntil(lambda: not working & set(threading.enumerate()), timeout=1000)
