"""Menus, tool bar and context menu: everything is there once, named, and says when it is of use."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QToolBar,
    QToolButton,
    QWidget,
)

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.demo import make_demo
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.ui.helpers import action, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

LONG = "x" * 200


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    certificate = open_file(folder / "acme-keystore.p12").store.entries[0].chain[0]
    store = new_store(Format.PKCS12, Password("changeit"))
    named = [(certificate, "one"), (certificate, "two"), (certificate, LONG)]
    save_store(import_certificates(store, named), folder / "three.p12")
    save_store(new_store(Format.PKCS12, Password("changeit")), folder / "empty.p12")
    return folder


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def entry_menu(window: MainWindow, reason: QContextMenuEvent.Reason, at: QPoint) -> QMenu:
    view = window.current()
    assert view is not None
    is_mouse = reason is QContextMenuEvent.Reason.Mouse
    target = view.tree.viewport() if is_mouse else view.tree
    QApplication.sendEvent(target, QContextMenuEvent(reason, at, target.mapToGlobal(at)))
    menu = view.tree.findChild(QMenu, "entryMenu")
    assert menu is not None
    return menu


def test_every_action_is_in_a_menu_with_a_name(window: MainWindow) -> None:
    found: list[str] = []

    def walk(menu: QMenu) -> None:
        for each in menu.actions():
            inner = each.menu()
            if isinstance(inner, QMenu):
                walk(inner)
            elif not each.isSeparator():
                found.append(each.objectName())

    for each in window.menuBar().actions():
        inner = each.menu()
        assert isinstance(inner, QMenu)
        walk(inner)
    for name in (
        "New", "Open", "Save", "SaveAs", "Reload", "Close", "Quit", "Undo", "Redo", "Copy",
        "CopyAlias", "CopySubject", "CopySerial", "CopyFingerprint", "Rename", "Delete", "Find",
        "GenerateKeyPair", "ExportCertificate", "ImportCertificate", "Check", "ChangePassword",
        "AppearanceDark", "About", "ExpandAll", "Findings", "NextTab",
        "SaveAll", "CloseAll", "SelectAll", "Details",
        "CopyPath", "OpenFolder",
    ):  # fmt: skip
        assert found.count(f"action{name}") == 1, name


def test_no_shortcut_means_two_things(window: MainWindow) -> None:
    taken: dict[str, str] = {}
    for each in window.actions_.parent().findChildren(type(window.actions_.open)):
        for key in each.shortcuts():
            text = key.toString()
            assert text not in taken, (text, taken.get(text), each.objectName())
            taken[text] = each.objectName()
    assert taken["Ctrl+W"] == "actionClose"
    assert taken["Ctrl+Q"] == "actionQuit"


@pytest.mark.parametrize("width", [900, 1400])
def test_the_filter_gives_way_before_a_tool_does(
    window: MainWindow, qtbot: QtBot, demo: Path, width: int
) -> None:
    window.resize(width, 600)
    opened(window, qtbot, demo / "three.p12")
    bar = window.findChild(QToolBar, "tools")
    for each in bar.actions():
        part = bar.widgetForAction(each)
        assert part.isVisible(), each.objectName()
        assert bar.rect().contains(part.geometry())
    assert not bar.findChild(QToolButton, "qt_toolbar_ext_button").isVisible()
    # At the right end of the window: it has a bar of its own.
    right = window.filter.mapTo(window, window.filter.rect().topRight()).x()
    assert window.width() - right < 12
    assert window.filter.width() >= 120


def test_what_cannot_be_done_is_not_offered(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    names = ("Save", "SaveAs", "Undo", "Redo", "Delete", "Rename", "Copy", "Check", "Close")
    assert not [name for name in names if action(window, f"action{name}").isEnabled()]
    assert not window.filter.isEnabled()
    view = opened(window, qtbot, demo / "three.p12")
    enabled = {name for name in names if action(window, f"action{name}").isEnabled()}
    assert enabled == {"SaveAs", "Check", "Close"}
    view.select("one")
    assert action(window, "actionRename").isEnabled()
    view.tree.selectAll()
    assert action(window, "actionRename").text().replace("&", "") == "Rename 3 Entries…"
    assert action(window, "actionDelete").isEnabled()
    view.tree.clearSelection()
    assert not action(window, "actionRename").isEnabled()


def test_the_undo_says_what_it_takes_back(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "three.p12")
    view.select(LONG)
    view.delete_selected()
    text = action(window, "actionUndo").text()
    assert "Delete" in text
    assert len(text) < 80
    assert view.chosen()[0].alias == "two"
    view.document.undo()


def test_the_context_menu_by_mouse_and_by_key(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "three.p12")
    view.select("two")
    place = view.tree.visualRect(view.tree.currentIndex()).center()
    menu = entry_menu(window, QContextMenuEvent.Reason.Mouse, place)
    assert menu.pos() == view.tree.viewport().mapToGlobal(place)
    texts = [each.objectName() for each in menu.actions() if not each.isSeparator()]
    sections = window.actions_.sections
    placed = {each.objectName() for section in sections.values() for each in section}
    assert [each for each in texts if each not in placed] == [
        "actionDetails", "actionCopyDetails", "entryCompare", "actionExportCertificate",
        "actionRename", "actionDelete",
    ]  # fmt: skip
    assert "actionCopy" in texts
    assert "actionImportReply" in texts
    menu.close()
    qtbot.waitUntil(lambda: view.tree.findChild(QMenu, "entryMenu") is None)
    # The key gives no place; the menu opens at the row, not in the middle of the window.
    menu = entry_menu(window, QContextMenuEvent.Reason.Keyboard, view.tree.rect().center())
    row = view.tree.visualRect(view.tree.currentIndex())
    assert menu.pos().y() == view.tree.viewport().mapToGlobal(row.bottomLeft()).y()
    menu.close()


def test_each_part_of_an_entry_is_copied(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "acme-keystore.p12")
    view.select("acme")
    certificate = view.history.store.entries[0].chain[0]
    for name, wanted in (
        ("Alias", "acme"),
        ("Subject", certificate.subject),
        ("Serial", certificate.serial),
        ("Fingerprint", group_fingerprint(certificate.sha256)),
    ):
        action(window, f"actionCopy{name}").trigger()
        assert clipboard() == wanted


def test_a_secret_key_has_no_subject_to_copy(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, sample_pkcs12: Any
) -> None:
    path = tmp_path / "sample.p12"
    path.write_bytes(sample_pkcs12.path.read_bytes())
    view = opened(window, qtbot, path)
    view.select("secret")
    assert action(window, "actionCopyAlias").isEnabled()
    for name in ("Subject", "Serial", "Fingerprint"):
        assert not action(window, f"actionCopy{name}").isEnabled()


def test_the_rows_are_copied_as_they_are_shown(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    view = opened(window, qtbot, demo / "three.p12")
    view.tree.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    for alias in ("one", "two"):
        view.tree.selectionModel().select(
            view.model.index_of_alias(alias),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    for column in range(2, view.model.columnCount()):
        view.tree.setColumnHidden(column, True)
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == "two\tAcme Integration\none\tAcme Integration"


def test_keys_in_the_filter_are_for_the_text(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "three.p12")
    view.select("one")
    window.filter.setFocus()
    window.filter.setText("two")
    window.filter.setCursorPosition(0)
    qtbot.keyClick(window.filter, Qt.Key.Key_Delete)
    assert window.filter.text() == "wo"
    assert len(view.history.store.entries) == 3
    window.filter.clear()


def test_a_certificate_of_a_chain_is_not_its_pair(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, sample_jks: Any
) -> None:
    path = tmp_path / "sample.jks"
    path.write_bytes(sample_jks.path.read_bytes())
    view = opened(window, qtbot, path)
    view.unfold(True)
    leaf = view.model.index_of_alias("leaf")
    view.tree.setCurrentIndex(view.model.index(1, 0, leaf))
    assert not action(window, "actionDelete").isEnabled()
    assert not action(window, "actionRename").isEnabled()
    count = len(view.history.store.entries)
    view.delete_selected()
    assert len(view.history.store.entries) == count
    action(window, "actionCopySubject").trigger()
    assert "Root" in clipboard()


def test_each_tab_has_a_filter_of_its_own(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    first = opened(window, qtbot, demo / "three.p12")
    window.filter.setText("one")
    qtbot.waitUntil(lambda: first.model.shown() == 1)
    opened(window, qtbot, demo / "acme-truststore.p12")
    assert window.filter.text() == ""
    action(window, "actionNextTab").trigger()
    assert window.current() is first
    assert window.filter.text() == "one"
    assert first.model.shown() == 1


def test_where_there_are_no_rows_it_says_why(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "empty.p12")
    note = view.tree.findChild(QWidget, "emptyNote")
    assert note.isVisible()
    assert "empty" in note.findChild(QLabel, "emptyText").text()
    certificate = open_file(demo / "acme-keystore.p12").store.entries[0].chain[0]
    view.document.apply("Import", import_certificates(view.store, [(certificate, "one")]))
    assert not note.isVisible()
    window.filter.setText("nobody")
    qtbot.waitUntil(note.isVisible)
    assert "matching" in note.findChild(QLabel, "emptyText").text()
    qtbot.mouseClick(note.findChild(QWidget, "emptyShowAll"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(view) == ["Trusted certificates (1)", "one"])
    view.document.undo()


def test_recent_stores_are_in_the_menu_too(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    opened(window, qtbot, demo / "three.p12")
    window.close_current()
    menu = window.findChild(QMenu, "recentMenu")
    menu.aboutToShow.emit()
    (first,) = menu.actions()
    assert first.text() == "three.p12"
    first.trigger()
    assert window.current().path == demo / "three.p12"


def test_columns_are_in_the_menu_too(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "three.p12")
    menu = window.findChild(QMenu, "columnsMenu")
    for _ in range(2):
        menu.aboutToShow.emit()
        (serial,) = [each for each in menu.actions() if each.text() == "Serial number"]
        hidden = view.tree.isColumnHidden(5)
        assert serial.isChecked() is not hidden
        serial.trigger()
        assert view.tree.isColumnHidden(5) is not hidden


def test_about_says_the_version(window: MainWindow) -> None:
    from handfast import __version__

    action(window, "actionAbout").trigger()
    box = window.findChild(QMessageBox, "aboutBox")
    assert box.isVisible()
    assert __version__ in box.text()
    box.close()


def test_every_widget_has_a_name_for_a_screen_reader(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    view = opened(window, qtbot, demo / "three.p12")
    view.select("one")
    window.filter.setText("one")
    nameless = [
        f"{type(each).__name__} {each.objectName()}"
        for each in window.findChildren(QWidget)
        if each.isVisible()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not each.accessibleName()
        and not getattr(each, "text", str)()
        and not isinstance(each, QLineEdit)
    ]
    assert not nameless
    assert view.tree.accessibleName()
    assert window.filter.accessibleName()


def test_a_name_with_an_ampersand_is_shown_as_it_is(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "we & they.p12"
    path.write_bytes((demo / "three.p12").read_bytes())
    view = opened(window, qtbot, path)
    assert window.tabs.tabText(0) == "we && they.p12"
    view.select("one")
    (entry,) = view.chosen()
    renamed = dataclasses.replace(entry, alias="a&b")
    view.document.apply("Rename “a&b”", view.store.with_replaced(entry, renamed))
    assert "a&&b" in action(window, "actionUndo").text()
    view.document.undo()


@pytest.mark.skipif(os.name == "nt", reason="Windows tells of no other names")
def test_what_saving_did_besides_is_told_in_the_line_beneath(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path / "demo")
    path = tmp_path / "demo" / "acme-truststore.p12"
    view = opened(window, qtbot, path)
    path.with_name("other.p12").hardlink_to(path)
    line = window.findChild(QLabel, "statusText")
    for ending in ("keeps the previous version.", ""):
        view.document.apply("Nothing else", dataclasses.replace(view.store))
        view.document.apply("Empty it", view.store.without(view.store.entries))
        view.document.save()
        qtbot.waitUntil(lambda: not view.is_dirty)
        assert line.text().endswith(ending or "entries")
        view.document.undo()
