"""Files that the desktop sends as events, as macOS does, before and after the window is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent

from handfast.services.demo import make_demo
from handfast.ui.handed_over import Application, HandedOver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.main_window import MainWindow


@pytest.fixture
def handed_over(qapp: Application) -> Iterator[HandedOver]:
    made = HandedOver(qapp)
    yield made
    qapp.opens = None
    made.deleteLater()


def send(path: Path) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl.fromLocalFile(str(path))))


def test_files_sent_before_the_window_wait_for_it_and_later_ones_open_at_once(
    handed_over: HandedOver, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    stores = sorted(tmp_path.glob("*.jks"))
    send(stores[0])
    assert window.documents == []
    handed_over.show_in(window)
    send(stores[1])
    send(stores[0])
    assert [view.path for view in window.documents] == stores[:2]
    current = window.current()
    assert current is not None
    assert current.path == stores[0]
    qtbot.waitUntil(lambda: all(view.history is not None for view in window.documents))


def test_an_address_that_is_no_file_opens_nothing(
    handed_over: HandedOver, window: MainWindow
) -> None:
    handed_over.show_in(window)
    QCoreApplication.sendEvent(
        QCoreApplication.instance(), QFileOpenEvent(QUrl("https://example.com/x.jks"))
    )
    assert window.documents == []
