"""Work that lasts is shown and can be stopped; what is quick leaves no trace."""

from __future__ import annotations

import dataclasses
import os
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files import opening
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.store_files import read_file
from handfast.ui.program.jobs import Jobs
from handfast.ui.widgets.busy_line import BusyLine
from tests.support.ui.helpers import button, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.progress import Progress
    from handfast.services.files.store_files import FileStamp
    from handfast.ui.window.main_window import MainWindow

#: Each key of them is sealed with 10,000 rounds, twice: written, and read back.
MANY = 120


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "store.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")), made)
    return made


@pytest.fixture
def let_go(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk that lasts as long as wanted."""
    event = threading.Event()

    def slow(path: Path, *, max_bytes: int) -> tuple[bytes, FileStamp]:
        event.wait(30)
        return read_file(path, max_bytes=max_bytes)

    monkeypatch.setattr(opening, "read_file", slow)
    yield event
    event.set()


def test_an_opening_that_lasts_can_be_given_up(
    window: MainWindow, qtbot: QtBot, path: Path, let_go: threading.Event
) -> None:
    window.open_path(path)
    view = window.current()
    assert not view.page.busy.isVisible()
    qtbot.waitUntil(view.page.busy.isVisible)
    qtbot.mouseClick(button(view, "busyCancel"), Qt.MouseButton.LeftButton)
    assert window.tabs.count() == 0
    assert window.findChild(QWidget, "startPage").isVisible()
    # Let the reader go; what it reads comes to nobody.
    let_go.set()


def test_an_opening_that_lasts_ends_well(
    window: MainWindow, qtbot: QtBot, path: Path, let_go: threading.Event
) -> None:
    window.open_path(path)
    view = window.current()
    qtbot.waitUntil(view.page.busy.isVisible)
    let_go.set()
    qtbot.waitUntil(lambda: view.history is not None)
    assert not view.page.isVisible()
    assert not view.page.busy.isVisible()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("words", ["a named pipe", "a device"])
def test_a_pipe_and_a_device_are_refused_and_not_waited_for(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, words: str
) -> None:
    path = tmp_path / "store.p12"
    if words == "a device":
        # It has no end, and a name as a person would give it.
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(path)
    window.open_path(path)
    view = window.current()
    headline = view.findChild(QLabel, "errorHeadline")
    qtbot.waitUntil(lambda: words in headline.text())
    assert view.store is None


def test_a_save_is_stopped_before_it_writes(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    view = opened(window, qtbot, path)
    before = path.read_bytes()
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    pairs = [dataclasses.replace(pair, alias=f"pair-{number}") for number in range(MANY)]
    view.document.apply("Generate", view.store.with_entries(pairs))
    view.document.save()
    assert not view.busy.isVisible()
    qtbot.waitUntil(view.busy.isVisible)
    qtbot.mouseClick(button(view.busy, "busyCancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.document.is_saving)
    assert not view.busy.isVisible()
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.glob("store*")) == ["store.p12"]
    assert view.is_dirty
    assert len(view.store.entries) == MANY
    # Stopped by the person, who need not be told.
    bar = view.findChild(QWidget, "problemBar")
    assert bar is None, bar.panel.accessibleName()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty, timeout=20_000)
    assert len(open_file(path).store.entries) == MANY


def test_what_is_quick_shows_nothing(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    shown: list[bool] = []
    view = opened(window, qtbot, path)
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    view.document.apply("Generate", view.store.with_entries([pair]))
    view.changed.connect(lambda: shown.append(view.busy.isVisible()))
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert shown
    assert not any(shown)


def test_the_bar_follows_the_work(qtbot: QtBot) -> None:
    jobs = Jobs()
    go_on = threading.Event()

    def work(progress: Progress) -> str:
        progress(30, 120)
        go_on.wait(10)
        return "done"

    ended: list[str] = []
    line = BusyLine()
    qtbot.addWidget(line)
    job = jobs.run(work, done=ended.append, failed=lambda _error: None)
    line.watch("Working", job)
    qtbot.waitUntil(line.isVisible)
    bar = line.findChild(QProgressBar)
    assert (bar.value(), bar.maximum()) == (30, 120)
    assert bar.accessibleName() == "Working"
    go_on.set()
    qtbot.waitUntil(lambda: not line.isVisible())
    assert ended == ["done"]


def test_jobs_that_are_held_back_begin_afterwards_in_their_order(qtbot: QtBot) -> None:
    jobs = Jobs()
    begun: list[int] = []
    ended: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    with jobs.one_by_one():
        for number in range(3):
            jobs.run(
                lambda _progress, number=number: work(number),
                done=ended.append,
                failed=lambda error: ended.append(error.code),
            )
        qtbot.wait(20)
        assert begun == []
    qtbot.waitUntil(lambda: len(ended) == 3)
    assert begun == [0, 1, 2]
    jobs.run(lambda _progress: work(3), done=ended.append, failed=lambda _error: None)
    qtbot.waitUntil(lambda: ended[-1] == 3)


def test_a_stop_that_comes_too_late_is_no_stop(qtbot: QtBot) -> None:
    jobs = Jobs()
    past, go_on = threading.Event(), threading.Event()
    ended: list[str] = []

    def work(progress: Progress) -> str:
        progress(1, 1)
        past.set()
        go_on.wait(10)
        return "written"

    job = jobs.run(work, done=ended.append, failed=lambda error: ended.append(error.kind))
    qtbot.waitUntil(past.is_set)
    job.ask_to_stop()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == ["written"]


def test_a_stop_in_time_is_told_as_one(qtbot: QtBot) -> None:
    jobs = Jobs()
    go_on = threading.Event()
    ended: list[str] = []

    def work(progress: Progress) -> str:
        go_on.wait(10)
        progress(1, 1)
        return "written"

    job = jobs.run(work, done=ended.append, failed=lambda error: ended.append(error.kind))
    job.ask_to_stop()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == ["cancelled"]
