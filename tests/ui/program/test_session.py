"""What comes back with the next window: the tabs, the one in front, and the splitter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QLabel, QSplitter

from handfast.core.password import Password
from handfast.services.demo import make_demo
from handfast.ui.program.session import Session
from handfast.ui.program.settings import Settings
from handfast.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    return sorted(folder.glob("*.jks"))[:2]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "session.ini"), QSettings.Format.IniFormat)


def started(qtbot: QtBot, settings: QSettings, *, keeps_tabs: bool = True) -> MainWindow:
    window = MainWindow(Settings(settings))
    qtbot.addWidget(window)
    Session(window, keeps_tabs=keeps_tabs)
    window.show()
    return window


def paths(window: MainWindow) -> list[Path]:
    return [view.path for view in window.documents]


def test_the_tabs_and_the_one_in_front_come_back(
    qtbot: QtBot, settings: QSettings, stores: list[Path]
) -> None:
    first = started(qtbot, settings)
    for path in stores:
        first.open_path(path, password=Password("a secret one"))
    first.tabs.setCurrentIndex(0)
    first.close()
    settings.sync()
    with open(settings.fileName(), encoding="utf-8") as file:  # noqa: PTH123
        assert "a secret one" not in file.read()
    second = started(qtbot, settings)
    assert paths(second) == stores
    assert second.tabs.currentIndex() == 0
    second.remove(second.views[0])
    assert paths(started(qtbot, settings)) == stores[1:]


def test_a_window_for_some_files_leaves_what_was_open_alone(
    qtbot: QtBot, settings: QSettings, stores: list[Path]
) -> None:
    started(qtbot, settings).open_path(stores[0])
    looking = started(qtbot, settings, keeps_tabs=False)
    assert paths(looking) == []
    looking.open_path(stores[1])
    assert paths(started(qtbot, settings)) == stores[:1]


def test_turned_off_it_forgets(qtbot: QtBot, settings: QSettings, stores: list[Path]) -> None:
    first = started(qtbot, settings)
    first.open_path(stores[0])
    Settings(settings).restores_tabs = False
    first.open_path(stores[1])
    assert not Settings(settings).restores_tabs
    assert not settings.contains("session/tabs")
    assert paths(started(qtbot, settings)) == []


def test_a_file_that_has_gone_says_so_in_its_place(
    qtbot: QtBot, settings: QSettings, tmp_path: Path, stores: list[Path]
) -> None:
    gone = tmp_path / "gone.jks"
    gone.write_bytes(stores[0].read_bytes())
    started(qtbot, settings).open_path(gone)
    gone.unlink()
    second = started(qtbot, settings)
    (view,) = second.views
    qtbot.waitUntil(
        lambda: any("no such file" in label.text() for label in view.findChildren(QLabel))
    )


@pytest.mark.parametrize("broken", ["{", "[]", '{"paths": 3}', '{"paths": [1], "current": "x"}'])
def test_a_record_made_unreadable_opens_nothing(
    qtbot: QtBot, settings: QSettings, broken: str
) -> None:
    settings.setValue("session/tabs", broken)
    assert paths(started(qtbot, settings)) == []


def test_the_splitter_stays_where_it_was_put(
    qtbot: QtBot, settings: QSettings, stores: list[Path]
) -> None:
    first = started(qtbot, settings)
    first.open_path(stores[0])
    qtbot.waitUntil(lambda: first.views[0].history is not None)
    splitter = first.views[0].findChild(QSplitter, "storeSplitter")
    splitter.moveSplitter(splitter.sizes()[0] + 90, 1)
    wanted = splitter.sizes()
    assert wanted[0] != wanted[1]
    first.close()
    second = started(qtbot, settings)
    qtbot.waitUntil(lambda: second.views[0].history is not None)
    again = second.views[0].findChild(QSplitter, "storeSplitter")
    # The screen may allow the second window less room: the share counts.
    share = wanted[0] / sum(wanted)
    qtbot.waitUntil(lambda: abs(again.sizes()[0] / max(sum(again.sizes()), 1) - share) < 0.01)
