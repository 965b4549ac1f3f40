"""Workers and the object that receives their results, at the end of either."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from shiboken6 import delete

from handfast.ui.program.jobs import Jobs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_worker_may_end_while_the_window_is_deleted(qtbot: QtBot) -> None:
    told: list[object] = []
    threads = set(threading.enumerate())
    for _ in range(300):
        jobs = Jobs()
        jobs.run(lambda _progress: None, done=told.append, failed=told.append)
        delete(jobs)
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= threads)
    QCoreApplication.processEvents()
    assert told == []


def test_a_worker_of_a_window_that_stays_is_heard(qtbot: QtBot) -> None:
    told: list[object] = []
    jobs = Jobs()
    for number in range(50):
        jobs.run(lambda _progress, at=number: at, done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 50)
    assert sorted(told) == list(range(50))
