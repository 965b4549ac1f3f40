"""The window of what expires first, by mouse and keyboard, on real keystores."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton, QTreeWidget, QWidget

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.flows.inventory import finding
from handfast.flows.inventory.finding import Shown, Source
from handfast.flows.inventory.reminding import ReminderDraft
from handfast.ui.inventory.inventory_window import InventoryWindow
from handfast.ui.inventory.reminders_dialog import RemindersDialog
from tests.support.issued import issue
from tests.support.stores import save_to
from tests.support.ui.drops import drop, files
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

OTHER = Password("another one")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "left behind"
    (root / "archive").mkdir(parents=True)
    save_to(root / "trust.jks", [issue(CN="Old Root", ends=-40).trusted("old")])
    save_to(root / "api.p12", [issue(CN="api.example", ends=20).pair("api"),
                            issue(CN="partner.example", ends=200).trusted("partner")])  # fmt: skip
    save_to(root / "archive" / "vpn.p12", [issue(CN="vpn").pair("vpn")], password=OTHER)
    (root / "notes.txt").write_text("nothing\n", encoding="utf-8")
    return root


def inventory_of(window: MainWindow, qtbot: QtBot) -> InventoryWindow:
    """The inventory, once it has looked everywhere."""
    qtbot.waitUntil(lambda: window.findChild(InventoryWindow) is not None)
    inventory = window.findChild(InventoryWindow)
    assert inventory is not None
    qtbot.waitUntil(lambda: not inventory.is_looking)
    return inventory


def looked(window: MainWindow, qtbot: QtBot, folder: Path) -> InventoryWindow:
    window.dialogs.inventory.show_folders([folder])
    return inventory_of(window, qtbot)


def cells(inventory: InventoryWindow, column: int) -> list[str]:
    model = inventory.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def go_to(inventory: InventoryWindow, alias: str) -> None:
    at = cells(inventory, 2).index(alias)
    inventory.table.setCurrentIndex(inventory.table.model().index(at, 0))


def offered(inventory: InventoryWindow) -> dict[str, Any]:
    """The menu of the current row."""
    table = inventory.table
    at = table.visualRect(table.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), event)
    menu = inventory.findChild(QMenu, "inventoryMenu")
    assert menu is not None
    return {each.objectName(): each for each in menu.actions() if each.objectName()}


# --- the ways that lead there -----------------------------------------------------------


def test_the_menu_asks_for_a_folder(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    action(window, "actionScanFolder").trigger()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tree))
    dialog.close()
    inventory = inventory_of(window, qtbot)
    assert cells(inventory, 4) == ["trust.jks", "api.p12", "api.p12", "vpn.p12"]


def test_the_start_page_lists_recent_and_open_keystores(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    opened(window, qtbot, tree / "api.p12")
    window.close_current()
    opened(window, qtbot, tree / "trust.jks")
    window.go_home()
    qtbot.mouseClick(button(window, "startInventory"), Qt.MouseButton.LeftButton)
    inventory = inventory_of(window, qtbot)
    assert inventory.flow.draft.source is Source.KNOWN
    assert cells(inventory, 2) == ["old", "api", "partner"]


def test_without_recent_keystores_it_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.inventory.show_known()
    inventory = inventory_of(window, qtbot)
    assert inventory.note.isVisible()
    assert "Choose a folder" in inventory.note.text()


def test_a_folder_that_is_dropped_is_looked_into(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    assert drop(window, files(tree))
    inventory = inventory_of(window, qtbot)
    assert "api" in cells(inventory, 2)
    assert window.tabs.count() == 0
    assert window.recent.paths() == []


def test_a_folder_beside_a_keystore(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    assert drop(window, files(tree / "archive", tree / "api.p12"))
    inventory = inventory_of(window, qtbot)
    assert cells(inventory, 4) == ["vpn.p12"]
    qtbot.waitUntil(lambda: window.tabs.count() == 1)


def test_a_folder_on_the_command_line(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    """It gets no tab, and is no recent keystore."""
    window.open_path(tree)
    inventory = inventory_of(window, qtbot)
    assert "api" in cells(inventory, 2)
    qtbot.waitUntil(lambda: window.tabs.count() == 0)
    assert window.recent.paths() == []


# --- rows ---------------------------------------------------------------------------------


def test_rows_are_sorted_and_what_comes_next_is_selected(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    assert cells(inventory, 0) == ["expired 40 days ago", "in 20 days", "in 6 months", "locked"]
    assert inventory.headline.text().startswith("Next: “api” in api.p12 expires in 20 days")
    current = inventory.table.current_row()
    assert current is not None
    assert current.alias == "api"
    # By an icon as well, not by color alone.
    model = inventory.table.model()
    role = Qt.ItemDataRole.DecorationRole
    icons = {model.index(row, 0).data(role).cacheKey() for row in range(model.rowCount())}
    assert len(icons) == 4


def test_enter_opens_the_keystore_at_the_entry(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    go_to(inventory, "partner")
    inventory.table.setFocus()
    qtbot.keyClick(inventory.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current() is not None and window.current().history is not None)
    view = window.current()
    assert view is not None
    assert view.path.name == "api.p12"
    qtbot.waitUntil(lambda: [each.alias for each in view.selected()] == ["partner"])
    assert window.tabs.count() == 1


def test_a_double_click_opens_it_too(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    table = inventory.table
    at = table.visualRect(table.model().index(0, 3)).center()
    for act in (QTest.mouseClick, QTest.mouseDClick):
        act(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: window.current() is not None)
    assert window.current().path.name == "trust.jks"


def test_a_locked_keystore_tells_its_dates_once_it_is_open(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    inventory.table.selectRow(3)
    qtbot.mouseClick(inventory.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.current() is not None)
    view = window.current()
    assert view.path.name == "vpn.p12"
    qtbot.waitUntil(lambda: view.document.state.name == "NEEDS_PASSWORD")
    view.document.enter(OTHER)
    qtbot.waitUntil(lambda: "vpn" in cells(inventory, 2))
    assert "locked" not in cells(inventory, 0)


def test_the_menu_of_a_row(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    go_to(inventory, "api")
    offers = offered(inventory)
    assert {"inventoryMenuOpen", "inventoryRenew", "inventoryOpenFolder"} < set(offers)
    offers["inventoryCopyPath"].trigger()
    assert QGuiApplication.clipboard().text() == str(tree / "api.p12")
    offers["inventoryCopyFingerprint"].trigger()
    row = inventory.table.current_row()
    assert row is not None
    assert row.certificate is not None
    assert QGuiApplication.clipboard().text() == row.certificate.sha256
    inventory.findChild(QMenu, "inventoryMenu").close()
    offers["inventoryRenew"].trigger()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "renewWizard") is not None)
    assert window.current().path.name == "api.p12"


def test_what_is_trusted_is_not_renewed(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    go_to(inventory, "partner")
    offers = offered(inventory)
    assert "inventoryRenew" not in offers
    assert "inventoryCopyFingerprint" in offers
    inventory.findChild(QMenu, "inventoryMenu").close()
    QTest.qWait(10)
    inventory.table.selectRow(3)
    assert "inventoryCopyFingerprint" not in offered(inventory)


def test_the_filter_by_keyboard(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    inventory.activateWindow()
    inventory.table.setFocus()
    qtbot.keyClick(inventory.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(inventory.filter.hasFocus)
    qtbot.keyClicks(inventory.filter, "partner")
    qtbot.waitUntil(lambda: cells(inventory, 2) == ["partner"])
    qtbot.keyClick(inventory.filter, Qt.Key.Key_Down)
    assert inventory.table.hasFocus()
    inventory.filter.setFocus()
    qtbot.keyClicks(inventory.filter, " nothing like it")
    qtbot.waitUntil(inventory.note.isVisible)
    qtbot.mouseClick(inventory.show_all_button, Qt.MouseButton.LeftButton)
    assert len(cells(inventory, 2)) == 4
    inventory.filter.setText("x")
    # Escape clears the filter before it closes the window.
    qtbot.keyClick(inventory.filter, Qt.Key.Key_Escape)
    assert inventory.isVisible()
    assert inventory.filter.text() == ""


def test_states_narrow_the_rows(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    at = inventory.shown.findData(Shown.UNREAD)
    inventory.shown.setCurrentIndex(at)
    inventory.shown.activated.emit(at)
    assert cells(inventory, 0) == ["locked"]


def test_a_column_sorts_the_rows(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    header = inventory.table.horizontalHeader()
    at = QPoint(header.sectionPosition(4) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert cells(inventory, 4) == ["api.p12", "api.p12", "trust.jks", "vpn.p12"]
    current = inventory.table.current_row()
    assert current is not None
    assert current.alias == "api"


def test_what_was_skipped_is_told(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    assert inventory.skipped.button.text() == "1 other file was skipped"
    qtbot.mouseClick(inventory.skipped.button, Qt.MouseButton.LeftButton)
    words = inventory.findChild(QWidget, "inventorySkippedWords")
    assert words is not None
    assert "1 file is not a keystore" in words.text()
    assert "notes.txt" in words.text()


def test_an_empty_folder_says_so(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    inventory = looked(window, qtbot, tmp_path / "empty")
    assert "empty" in inventory.note.text()
    assert not inventory.csv_button.isEnabled()
    assert not inventory.reminders_button.isEnabled()
    (tmp_path / "empty" / "notes.txt").write_text("x", encoding="utf-8")
    qtbot.mouseClick(inventory.scan_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not inventory.is_looking)
    assert "There is no keystore" in inventory.note.text()


def test_a_folder_that_is_gone(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    inventory = looked(window, qtbot, tmp_path / "absent")
    qtbot.waitUntil(inventory.problem.isVisible)


def test_no_folder_is_said_beside_the_field(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.inventory.show_known()
    inventory = inventory_of(window, qtbot)
    at = inventory.source.findData(Source.FOLDERS)
    inventory.source.setCurrentIndex(at)
    inventory.source.activated.emit(at)
    qtbot.mouseClick(inventory.scan_button, Qt.MouseButton.LeftButton)
    assert inventory.folder_note.text == "Choose a folder."
    qtbot.keyClicks(inventory.folder.line, "/")
    assert inventory.folder_note.text == ""


def test_canceling_keeps_what_was_found(
    window: MainWindow, qtbot: QtBot, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    real = finding.scan

    def slow(*given: Any, found: Any, **named: Any) -> Any:
        def wait(report: Any) -> None:
            found(report)
            reached.set()
            go_on.wait(20)

        return real(*given, found=wait, **named)

    monkeypatch.setattr(finding, "scan", slow)
    window.dialogs.inventory.show_folders([tree])
    inventory = window.findChild(InventoryWindow)
    assert inventory is not None
    try:
        qtbot.waitUntil(reached.is_set)
        # What is found is shown while the search goes on.
        qtbot.waitUntil(lambda: len(cells(inventory, 0)) > 0)
        qtbot.waitUntil(lambda: button_or_none(inventory, "busyCancel") is not None)
        qtbot.mouseClick(button(inventory, "busyCancel"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not inventory.is_looking)
    finally:
        go_on.set()
    assert len(cells(inventory, 0)) == 2
    assert "canceled" in inventory.counts.text()
    assert not inventory.busy.isVisible()
    assert inventory.scan_button.isEnabled()


def button_or_none(parent: QWidget, name: str) -> QWidget | None:
    found = parent.findChild(QWidget, name)
    return found if found is not None and found.isVisible() else None


def test_there_is_one_inventory(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    first = looked(window, qtbot, tree)
    second = looked(window, qtbot, tree / "archive")
    assert first is second
    assert cells(second, 4) == ["vpn.p12"]


# --- files --------------------------------------------------------------------------------


def test_the_table_is_that_of_the_console(
    window: MainWindow, qtbot: QtBot, tree: Path, tmp_path: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    theirs, ours = tmp_path / "theirs.csv", tmp_path / "ours.csv"
    main(["scan", str(tree), "--csv", str(theirs)])
    qtbot.mouseClick(inventory.csv_button, Qt.MouseButton.LeftButton)
    dialog = inventory.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(ours))
    dialog.close()
    qtbot.waitUntil(lambda: "ours.csv" in inventory.said.text())
    assert ours.read_bytes() == theirs.read_bytes()
    assert ours.stat().st_mode & 0o777 == 0o644


def test_reminders_of_what_expires(
    window: MainWindow, qtbot: QtBot, tree: Path, tmp_path: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    qtbot.mouseClick(inventory.reminders_button, Qt.MouseButton.LeftButton)
    asking = inventory.findChild(RemindersDialog)
    assert asking is not None
    assert "each of 2 certificates" in asking.form.rows["within"].note.text
    asking.within.setValue(5)
    assert not asking.go.isEnabled()
    asking.within.setValue(30)
    assert "for 1 certificate" in asking.form.rows["within"].note.text
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: inventory.findChild(QFileDialog) is not None)
    dialog = inventory.findChild(QFileDialog)
    assert dialog is not None
    ours = tmp_path / "ours.ics"
    dialog.fileSelected.emit(str(ours))
    dialog.close()
    qtbot.waitUntil(ours.exists)
    qtbot.waitUntil(lambda: "ours.ics" in inventory.said.text())
    assert ours.read_bytes().count(b"BEGIN:VEVENT") == 1
    assert ours.stat().st_mode & 0o777 == 0o644


def test_a_keystore_is_never_overwritten(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    before = (tree / "api.p12").read_bytes()
    inventory.save_csv(tree / "api.p12")
    qtbot.waitUntil(inventory.problem.isVisible)
    inventory.problem.hide()
    inventory.save_reminders(tree / "api.p12", ReminderDraft(alarm_days=30))
    qtbot.waitUntil(inventory.problem.isVisible)
    assert (tree / "api.p12").read_bytes() == before


# --- room ---------------------------------------------------------------------------------


def test_it_fits_a_small_screen(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    name = "a partner with a very long name " * 9
    save_to(tree / f"{'k' * 180}.p12", [issue(CN="c" * 64, ends=3).pair(name)])
    inventory = looked(window, qtbot, tree)
    inventory.resize(640, 448)
    QTest.qWait(20)
    assert inventory.minimumSizeHint().width() <= 784
    table = inventory.table
    assert not table.horizontalScrollBar().isVisible()
    widths = [table.columnWidth(column) for column in range(6)]
    assert all(width >= 40 for width in widths)
    for each in (inventory.open_button, inventory.csv_button, inventory.scan_button):
        place = each.mapTo(inventory, each.rect().bottomRight())
        assert inventory.rect().contains(place)


def test_a_column_that_was_moved_stays(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    inventory.table.horizontalHeader().resizeSection(2, 333)
    inventory.resize(inventory.width() + 64, inventory.height())
    QTest.qWait(20)
    assert inventory.table.columnWidth(2) == 333


def test_the_order_of_the_rows_is_remembered(window: MainWindow, qtbot: QtBot, tree: Path) -> None:
    inventory = looked(window, qtbot, tree)
    assert cells(inventory, 2)[:2] == ["old", "api"]
    header = inventory.table.horizontalHeader()
    at = QPoint(header.sectionPosition(2) + 10, header.height() // 2)
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    down = cells(inventory, 2)
    assert down[:2] == ["partner", "old"]
    inventory.close()
    qtbot.waitUntil(lambda: window.findChild(InventoryWindow) is None)
    again = looked(window, qtbot, tree)
    assert cells(again, 2) == down
    header = again.table.horizontalHeader()
    assert header.sortIndicatorSection() == 2
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder


def test_what_expires_soon_leads_to_its_row_in_the_inventory(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    opened(window, qtbot, tree / "trust.jks")
    view = opened(window, qtbot, tree / "api.p12")
    window.actions_.check.trigger()
    found = view.findings.findChild(QTreeWidget)
    assert found is not None
    qtbot.waitUntil(lambda: found.topLevelItemCount() > 0)
    found.expandAll()
    qtbot.waitUntil(lambda: view.findings.findChild(QPushButton, "findingInventory") is not None)
    view.tree.clearSelection()
    qtbot.mouseClick(button(view.findings, "findingInventory"), Qt.MouseButton.LeftButton)
    inventory = inventory_of(window, qtbot)
    assert inventory.flow.draft.source is Source.KNOWN
    assert set(cells(inventory, 4)) == {"trust.jks", "api.p12"}
    current = inventory.table.current_row()
    assert current is not None
    assert (current.path, current.alias) == (tree / "api.p12", "api")
    # What helps stands there: the pair is renewed, or the date goes into a calendar.
    assert inventory.reminders_button.isEnabled()


def test_the_keyboard_is_in_the_rows_and_home_and_end_go_to_the_first_and_last(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    assert inventory.focusWidget() is inventory.table
    for key, row in ((Qt.Key.Key_End, 3), (Qt.Key.Key_Home, 0)):
        qtbot.keyClick(inventory.table, key)
        assert inventory.table.currentIndex().row() == row
        selected = inventory.table.selectionModel().selectedRows()
        assert [each.row() for each in selected] == [row]


def test_it_does_not_stay_above_what_is_opened_from_it(
    window: MainWindow, qtbot: QtBot, tree: Path
) -> None:
    inventory = looked(window, qtbot, tree)
    # Window managers keep dialogs above their window.
    kind = inventory.windowFlags() & Qt.WindowType.WindowType_Mask
    assert kind == Qt.WindowType.Window
    assert not inventory.isModal()
    go_to(inventory, "api")
    inventory.open_selected()
    qtbot.waitUntil(window.isActiveWindow)
    view = window.current()
    assert view is not None
    assert view.path == tree / "api.p12"
