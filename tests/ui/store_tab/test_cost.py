"""A store that takes far more work than usual: said so, opened if wanted, stopped at any time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from handfast.ui.widgets.fields.store_field import StoreField
from tests.support.costly import PASSWORD, absurd, dear, written
from tests.support.ui.helpers import button
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow


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
    assert "trust its source" in view.page.findChild(QLabel, "errorText").text()
    assert not view.page.findChild(QWidget, "openingRetry").isVisible()
    assert not view.page.agreeing.hasFocus()
    qtbot.mouseClick(view.page.agreeing, Qt.MouseButton.LeftButton)
    # No password is guessed where each guess takes seconds.
    give(view, qtbot, "wrong")
    qtbot.waitUntil(lambda: "Wrong password" in headline(view), timeout=30_000)
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


def field(window: MainWindow, qtbot: QtBot) -> StoreField:
    """Where the rehearsal and others ask for a store."""
    made = StoreField("costly", "Costly store", window.jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_store_of_a_rehearsal_is_agreed_to_in_place(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = field(window, qtbot)
    made.read(written(tmp_path / "dear.p12", dear()))
    qtbot.waitUntil(lambda: "5,000,001 iterations" in made.note.text)
    button(made, "costlyAgree").click()
    # No password is guessed where each guess takes seconds.
    qtbot.waitUntil(lambda: "Enter the password" in made.note.text)
    made.opener.row.line.setText(PASSWORD)
    with qtbot.waitSignal(made.opened, timeout=30_000) as opened:
        button(made, "costlyOpen").click()
    assert [entry.alias for entry in opened.args[0].store.entries] == ["costly"]
    # Agreed to for this file, not for the next.
    made.read(written(tmp_path / "absurd.p12", absurd()))
    qtbot.waitUntil(lambda: "iterations" in made.note.text)
    assert button(made, "costlyAgree").isEnabled()


def test_a_store_of_a_rehearsal_is_given_up(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = field(window, qtbot)
    made.read(written(tmp_path / "absurd.p12", absurd()))
    qtbot.waitUntil(lambda: "iterations" in made.note.text)
    before = set(threading.enumerate())
    button(made, "costlyAgree").click()
    qtbot.waitUntil(lambda: "Enter the password" in made.note.text)
    made.opener.row.line.setText(PASSWORD)
    button(made, "costlyOpen").click()
    qtbot.waitUntil(lambda: made.opener.agreement.findChild(QWidget, "busyCancel").isVisible())
    working = set(threading.enumerate()) - before
    assert working
    button(made, "busyCancel").click()
    qtbot.waitUntil(lambda: not working & set(threading.enumerate()), timeout=1000)
    assert not made.note.text


def wizard(window: MainWindow, qtbot: QtBot, path: Path) -> Driver:
    """The import, with a file chosen that is not read without asking."""
    driver = Driver(qtbot, window, "actionImportCertificate")
    driver.drop("import.drop", path)
    qtbot.waitUntil(lambda: driver.is_visible("import.source.1.agree"))
    assert "iterations" in driver.said_of_source(1)
    assert not driver.is_visible("import.source.1.password")
    driver.click("import.source.1.agree")
    qtbot.waitUntil(lambda: driver.is_visible("import.source.1.password"))
    assert not driver.is_visible("import.source.1.agree")
    return driver


def test_what_a_partner_sent_is_agreed_to_in_place(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    driver = wizard(window, qtbot, written(tmp_path / "dear.p12", dear()))
    driver.type("import.source.1.password", PASSWORD)
    driver.click("import.source.1.open")
    qtbot.waitUntil(lambda: driver.said_of_source(1) == "A certificate: costly", timeout=30_000)
    assert not driver.is_visible("import.source.1.password")


def test_what_a_partner_sent_is_given_up(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    driver = wizard(window, qtbot, written(tmp_path / "absurd.p12", absurd()))
    driver.type("import.source.1.password", PASSWORD)
    before = set(threading.enumerate())
    driver.click("import.source.1.open")
    qtbot.waitUntil(lambda: driver.is_visible("busyCancel"))
    working = set(threading.enumerate()) - before
    assert working
    driver.click("busyCancel")
    qtbot.waitUntil(lambda: not working & set(threading.enumerate()), timeout=1000)
    # It can be tried again, or left out.
    assert driver.is_visible("import.source.1.password")
    assert driver.is_visible("import.source.1.remove")
