"""Files that the desktop sends as events, as macOS does, before and after the window is there."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent

from handfast.services.demo import make_demo
from handfast.ui.program.external_open import Application, HandedOver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


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
    handed_over.show_in(window, window.open_path)
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
    handed_over.show_in(window, window.open_path)
    QCoreApplication.sendEvent(
        QCoreApplication.instance(), QFileOpenEvent(QUrl("https://example.com/x.jks"))
    )
    assert window.documents == []


#: The program, with a file that comes before anything of its window is made: as macOS does it.
_EARLY = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from handfast.ui import app
from handfast.ui.window import main_window
from handfast.ui.program.external_open import Application

class Window(main_window.MainWindow):
    def __init__(self, *rest):
        # What is in the queue comes as soon as anything looks there.
        QCoreApplication.sendPostedEvents()
        super().__init__(*rest)

app.MainWindow = Window
application = Application([])
event = QFileOpenEvent(QUrl.fromLocalFile(sys.argv[1]))
QCoreApplication.postEvent(application, event)

def look():
    (window,) = [each for each in application.topLevelWidgets() if isinstance(each, Window)]
    if all(view.history is not None for view in window.documents):
        print(*[view.path for view in window.documents], sep="\\n", flush=True)
        application.quit()

timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
app.run([])
"""


def test_a_real_start_opens_what_came_before_its_window(tmp_path: Path) -> None:
    make_demo(tmp_path)
    store = next(tmp_path.glob("*.jks"))
    told = subprocess.run(
        [sys.executable, "-c", _EARLY, str(store)],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert told.stdout.split() == [str(store)]
