"""What was written is told until something else is done, with a button that leads to it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.key_export import KeyEncoding
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.key_export_dialog import KeyExportDialog
from handfast.ui.dialogs.store_dialog import StoreDialog
from handfast.ui.program import file_places
from tests.support.issued import issue
from tests.support.ui.helpers import button, opened

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD, OWN = Password("the keystore's"), "the key's own"


def tab(
    window: MainWindow, qtbot: QtBot, path: Path, *, ends: int = 400, own: bool = False
) -> StoreView:
    pair = issue(CN="x", ends=ends).pair("x")
    if own:
        pair = dataclasses.replace(pair, password=Password(OWN))
    kind = Format.JKS if path.suffix == ".jks" else Format.PKCS12
    save_store(new_store(kind, PASSWORD).with_entries([pair]), path, backup=False)
    return opened(window, qtbot, path, PASSWORD)


def notice(view: StoreView) -> QWidget:
    bar = view.findChild(QWidget, "noticeBar")
    assert bar is not None
    return bar


def test_after_a_conversion_the_original_is_one_press_away(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    original = tmp_path / "shop.jks"
    view = tab(window, qtbot, original)
    window.findChild(QAction, "actionConvert").trigger()
    (dialog,) = window.findChildren(StoreDialog)
    dialog.go.click()
    qtbot.waitUntil(lambda: view.path.name == "shop.p12")
    qtbot.waitUntil(lambda: view.findChild(QWidget, "noticeBar") is not None)
    assert "“shop.jks” still exists" in notice(view).text()
    # It stands although the tab is checked and drawn again.
    view.check()
    qtbot.wait(300)
    assert notice(view).isVisible()
    button(view, "noticeWay").click()
    qtbot.waitUntil(lambda: window.current() is not view)
    assert window.current().path == original
    assert len(window.views) == 2


def test_after_an_export_its_folder_is_one_press_away(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        file_places.QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile())
    )
    view = tab(window, qtbot, tmp_path / "shop.p12")
    view.select("x")
    window.findChild(QAction, "actionExportKeyPair").trigger()
    (dialog,) = window.findChildren(KeyExportDialog)
    dialog.encoding.setCurrentIndex(dialog.encoding.findData(KeyEncoding.PUBLIC_PEM))
    dialog.go.click()
    qtbot.waitUntil(lambda: view.findChild(QWidget, "noticeBar") is not None)
    assert dialog.flow.draft.path.rpartition("/")[2] in notice(view).text()
    button(view, "noticeWay").click()
    assert shown == [str(tmp_path)]
    # Something else was done: it is not told any more, and *Undo* leads back instead.
    view.delete_selected()
    assert not notice(view).findChild(QPushButton, "noticeWay").isVisible()


def test_a_locked_key_is_unlocked_from_the_overview(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    view = tab(window, qtbot, tmp_path / "shop.jks", own=True)
    view.tree.clearSelection()
    view.show_selected()
    line = view.details.findChild(QLineEdit, "unlockPassword") or next(
        each for each in view.details.findChildren(QLineEdit) if each.isVisible()
    )
    qtbot.keyClicks(line, "not this one")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.details.findChild(QWidget, "unlockProblem") is not None)
    qtbot.waitUntil(line.isEnabled)
    qtbot.keyClicks(line, OWN)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.store.get("x").is_locked)
    assert not view.is_dirty


def test_tabs_show_the_worst_that_is_in_them(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    expected = {
        "good": ("store", ""),
        "soon": ("expiring", "expires in"),
        "over": ("expired", "expired"),
    }
    for name, ends in (("good", 400), ("soon", 20), ("over", -3)):
        tab(window, qtbot, tmp_path / f"{name}.p12", ends=ends)
    bar = window.tabs.tabBar()
    for at, (name, (picture, words)) in enumerate(expected.items()):
        qtbot.waitUntil(lambda at=at, picture=picture: bar.tabData(at) == picture)
        assert words in window.tabs.tabToolTip(at), name
        # Colour and shape are not the only cue.
        assert words in bar.accessibleTabName(at)
