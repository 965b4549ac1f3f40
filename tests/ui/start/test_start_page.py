"""The page without a store: what was opened lately, and what expires in it next."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QToolButton, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.demo import make_demo
from handfast.services.describe.store_summary import StoreSummary
from handfast.services.describe.validity import date_text
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.program.recent_stores import MAX_KNOWN_STORES, MAX_RECENT_STORES, RecentStores
from handfast.ui.program.settings import Settings
from handfast.ui.start.listed_row import ListedRow
from handfast.ui.widgets.row_button import RowButton
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.helpers import action, button, opened, process_events

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def a_store(path: Path, days: int) -> Path:
    """A store with one pair whose certificate ends so many days from now, and a bit."""
    request = PairRequest(
        alias="pair",
        name="CN=Private Name",
        key="ec:P-256",
        days=days + 10,
        not_before=datetime.now(UTC) - timedelta(days=10) + timedelta(hours=1),
    )
    store = new_store(Format.PKCS12, Password("not the usual"))
    save_store(store.with_entries([make_pair(request)]), path)
    return path


def visit(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Open a store, let it be looked at, and close it again."""
    window.open_path(path, password=Password("not the usual"))
    with qtbot.waitSignal(window.current().summarised):
        pass
    window.close_current()


def offered(window: MainWindow) -> dict[str, RowButton]:
    """The recent stores that are on the screen."""
    page = window.findChild(QWidget, "startPage")
    return {
        each.text(): each
        for each in page.findChildren(RowButton)
        if each.isVisible() and not each.objectName()
    }


def test_each_store_says_what_expires_next(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    visit(window, qtbot, a_store(tmp_path / "client.p12", 42))
    visit(window, qtbot, a_store(tmp_path / "old.p12", -3))
    stores = offered(window)
    assert list(stores) == ["old.p12", "client.p12"]
    day = date_text(datetime.now(UTC) + timedelta(days=42, hours=1))
    line = stores["client.p12"].line()
    assert line == f"“pair” expires in 42 days, on {day} · 1 entry"
    assert "has expired" in stores["old.p12"].line()
    assert stores["client.p12"].toolTip() == str(tmp_path / "client.p12")
    assert "42 days" in stores["client.p12"].accessibleDescription()


def test_what_is_kept_has_no_secret_and_no_name(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    visit(window, qtbot, a_store(tmp_path / "client.p12", 42))
    window.settings.sync()
    kept = (tmp_path / "settings.ini").read_text(encoding="utf-8")
    assert "client.p12" in kept
    assert "not the usual" not in kept
    assert "Private Name" not in kept


def test_it_is_known_the_next_time(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    visit(window, qtbot, a_store(tmp_path / "client.p12", 42))
    window.settings.sync()
    settings = QSettings(window.settings.file_name, QSettings.Format.IniFormat)
    again = MainWindow(Settings(settings))
    qtbot.addWidget(again)
    again.show()
    assert "42 days" in offered(again)["client.p12"].line()
    qtbot.mouseClick(offered(again)["client.p12"], Qt.MouseButton.LeftButton)
    assert again.current().path == tmp_path / "client.p12"


def test_an_edit_is_known_once_it_is_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "client.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")), path)
    view = opened(window, qtbot, path)
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256", days=90))
    view.document.apply("Generate", view.store.with_entries([dataclasses.replace(pair, alias="x")]))
    # The keystore as it was opened may be summarized only now, on a machine that is busy.
    with qtbot.waitSignal(
        view.summarised, check_params_cb=lambda _path, summary: summary.entries == 1
    ):
        view.document.save()
    window.close_current()
    assert "expires in" in offered(window)["client.p12"].line()


def test_one_that_is_gone_is_said_to_be(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = a_store(tmp_path / "client.p12", 42)
    visit(window, qtbot, path)
    path.unlink()
    window.refresh()
    qtbot.waitUntil(lambda: "file not found" in offered(window)["client.p12"].line())


def test_entries_are_taken_off_and_the_list_cleared(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("a.p12", "b.p12", "c.p12"):
        visit(window, qtbot, a_store(tmp_path / name, 42))
    page = window.findChild(QWidget, "startPage")
    (away,) = [
        each
        for each in page.findChildren(QToolButton, "recentRemove")
        if "b.p12" in each.accessibleName() and each.isVisible()
    ]
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    assert list(offered(window)) == ["c.p12", "a.p12"]
    qtbot.keyClick(offered(window)["c.p12"], Qt.Key.Key_Delete)
    assert list(offered(window)) == ["a.p12"]
    assert not page.findChild(QWidget, "recentEmpty").isVisible()
    button(page, "recentClear").click()
    assert not offered(window)
    assert page.findChild(QWidget, "recentEmpty").isVisible()
    assert window.recent.stores() == []
    assert (tmp_path / "a.p12").exists()


def test_a_row_has_a_menu_of_what_can_be_done_with_its_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    path = tmp_path / "acme-keystore.p12"
    opened(window, qtbot, path)
    window.close_current()

    def menu(row: QWidget) -> dict[str, QAction]:
        at = row.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, row.mapToGlobal(at))
        QApplication.sendEvent(row, event)
        (shown,) = [each for each in row.findChildren(QMenu, "rowMenu") if each.isVisible()]
        found = {each.objectName(): each for each in shown.actions()}
        shown.close()
        return found

    (row,) = window.findChildren(ListedRow)
    offers = menu(row)
    assert {"rowOpen", "rowCopyPath", "rowOpenFolder", "rowRemove"} <= offers.keys()
    offers["rowCopyPath"].trigger()
    assert QGuiApplication.clipboard().text() == str(path)
    offers["rowRemove"].trigger()
    assert window.recent.paths() == []
    assert path.exists()


def test_a_long_path_is_cut_in_the_middle_and_told_in_full(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path.joinpath(*["a-folder-of-a-long-name"] * 6)
    folder.mkdir(parents=True)
    visit(window, qtbot, a_store(folder / ("n" * 120 + ".p12"), 42))
    window.resize(900, 600)
    (row,) = offered(window).values()
    assert row.toolTip().replace("\n", "") == str(folder / ("n" * 120 + ".p12"))
    page = window.findChild(QWidget, "startPage")
    assert page.rect().contains(row.mapTo(page, row.rect().bottomRight()))


@pytest.mark.parametrize("text", ["", "no json", "{}", '[1, {"path": 3}, {"entries": 2}]'])
def test_a_list_that_somebody_changed_is_no_obstacle(
    qtbot: QtBot, tmp_path: Path, text: str
) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("recent", text)
    window = MainWindow(Settings(settings))
    qtbot.addWidget(window)
    assert window.recent.stores() == []


def test_only_so_many_are_remembered(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    recent = RecentStores(Settings(settings))
    for number in range(MAX_RECENT_STORES + 3):
        recent.put_first(tmp_path / f"{number}.p12")
    assert [path.name for path in recent.paths()][:2] == [
        f"{MAX_RECENT_STORES + 2}.p12",
        f"{MAX_RECENT_STORES + 1}.p12",
    ]
    assert len(recent.paths()) == MAX_RECENT_STORES
    # One that was taken off meanwhile is not put on again by what is learnt of it.
    recent.set_summary(tmp_path / "0.p12", StoreSummary(entries=1))
    assert tmp_path / "0.p12" not in recent.paths()


def test_what_expires_soon_stays_in_view(tmp_path: Path) -> None:
    """However many keystores are opened after it; names are not kept in the settings."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    recent = RecentStores(Settings(settings))
    now = datetime.now(UTC)
    for name, days in (("soon.p12", 5), ("later.p12", 300)):
        recent.put_first(tmp_path / name)
        end = now + timedelta(days=days)
        summary = StoreSummary(entries=1, next_end=end, next_own_end=end, next_alias="Private")
        recent.set_summary(tmp_path / name, summary)
    for number in range(MAX_RECENT_STORES):
        recent.put_first(tmp_path / f"{number}.p12")
    names = [path.name for path in recent.paths()]
    assert names[MAX_RECENT_STORES:] == ["soon.p12"]
    assert recent.stores()[-1].summary.words(now)[0].startswith("“Private” expires in")
    settings.sync()
    assert "Private" not in (tmp_path / "settings.ini").read_text(encoding="utf-8")
    # Once eight are not newer any more, the other is seen again.
    recent.remove(tmp_path / "0.p12")
    recent.remove(tmp_path / "soon.p12")
    assert [path.name for path in recent.paths()][-1] == "later.p12"
    for number in range(2 * MAX_KNOWN_STORES):
        recent.put_first(tmp_path / f"x{number}.p12")
    assert len(Settings(settings).recent) == MAX_KNOWN_STORES


def test_the_list_is_sorted_by_what_expires_first(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for name, days in (("old.p12", -3), ("soon.p12", 5), ("later.p12", 300)):
        visit(window, qtbot, a_store(tmp_path / name, days))
    assert list(offered(window)) == ["later.p12", "soon.p12", "old.p12"]
    by_expiry = button(window, "recentSort")
    qtbot.mouseClick(by_expiry, Qt.MouseButton.LeftButton)
    assert list(offered(window)) == ["old.p12", "soon.p12", "later.p12"]
    # So it is the next time, too.
    again = MainWindow(window.settings)
    qtbot.addWidget(again)
    again.show()
    assert list(offered(again)) == ["old.p12", "soon.p12", "later.p12"]
    assert button(again, "recentSort").isChecked()
    qtbot.mouseClick(by_expiry, Qt.MouseButton.LeftButton)
    assert list(offered(window)) == ["later.p12", "soon.p12", "old.p12"]


def test_a_file_that_is_no_keystore_does_not_stay(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("This is not a keystore.\n", encoding="utf-8")
    window.open_path(text)
    qtbot.waitUntil(lambda: window.current().document.state.name == "FAILED")
    qtbot.waitUntil(lambda: window.recent.paths() == [])
    damaged = a_store(tmp_path / "damaged.p12", 3)
    damaged.write_bytes(damaged.read_bytes()[:-40])
    window.open_path(damaged)
    qtbot.waitUntil(lambda: window.current().document.state.name == "FAILED")
    # That one is a keystore, to be replaced from a backup.
    assert window.recent.paths() == [damaged]


def test_the_start_page_is_one_key_away_from_the_tabs_and_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    home = action(window, "actionHome")
    # Without a tab there is nowhere to go back to.
    assert not home.isEnabled()
    path = a_store(tmp_path / "keys.p12", 42)
    view = opened(window, qtbot, path, Password("not the usual"))
    view.delete_selected()
    assert home.isEnabled()
    assert not home.isChecked()
    home.trigger()
    assert window.findChild(QWidget, "startPage").isVisible()
    assert not view.isVisible()
    assert home.isChecked()
    # Nothing is done to a keystore that nobody sees.
    for name in ("actionSave", "actionClose", "actionUndo", "actionDelete", "actionCheck"):
        assert not action(window, name).isEnabled()
    assert not window.filter.isEnabled()
    home.trigger()
    assert view.isVisible()
    assert window.current() is view
    assert action(window, "actionClose").isEnabled()
    # What is opened from there is seen, though it has its tab already.
    home.trigger()
    qtbot.mouseClick(offered(window)["keys.p12"], Qt.MouseButton.LeftButton)
    assert view.isVisible()
    assert window.views == [view]


def test_whoever_quits_from_the_start_page_is_asked_about_edits(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = a_store(tmp_path / "keys.p12", 42)
    view = opened(window, qtbot, path, Password("not the usual"))
    view.select("pair")
    view.delete_selected()
    action(window, "actionHome").trigger()
    assert not window.close()
    assert view.isVisible()
    window.findChild(QMessageBox, "askBeforeClosing").button(
        QMessageBox.StandardButton.Cancel
    ).click()
    view.document.undo()


@pytest.mark.parametrize("width", [1120, 800, 640])
def test_no_hint_of_a_task_is_cut_off(window: MainWindow, width: int) -> None:
    window.resize(width, 700)
    process_events()
    found = window.findChildren(RowButton)
    rows = [each for each in found if each.isVisible() and each.objectName().startswith("start")]
    assert len(rows) > 6
    for row in rows:
        assert row.height() >= row.heightForWidth(row.width()), row.objectName()
        # What does not fit into one line is given another.
        needed = row.fontMetrics().horizontalAdvance(row.line())
        assert (row.height() > row.sizeHint().height()) == (needed > row.width() - 54), (
            row.objectName()
        )
