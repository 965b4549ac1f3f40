"""A whole round without a mouse: open, filter, select, rename, delete, undo, save, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.demo import make_demo
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.program.focus_ring import FocusRing
from tests.support.ui.helpers import opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier
KEY = Qt.Key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_demo(tmp_path / "demo")
    certificate = open_file(tmp_path / "demo" / "acme-keystore.p12").store.entries[0].chain[0]
    named = [(certificate, "one"), (certificate, "two"), (certificate, "three")]
    made = tmp_path / "trust.p12"
    store = new_store(Format.PKCS12, Password("changeit"))
    save_store(import_certificates(store, named), made)
    return made


def press(qtbot: QtBot, key: Qt.Key, with_key: Qt.KeyboardModifier = CTRL) -> None:
    """A key, to whatever has the focus."""
    target = QApplication.focusWidget() or QApplication.activeWindow()
    assert target is not None
    qtbot.keyClick(target, key, with_key)


def plain(qtbot: QtBot, key: Qt.Key) -> None:
    press(qtbot, key, Qt.KeyboardModifier.NoModifier)


def tab_to(qtbot: QtBot, wanted: QWidget) -> None:
    """Press Tab until it has the focus; fail if it is never reached."""
    for _ in range(40):
        if QApplication.focusWidget() is wanted:
            return
        plain(qtbot, KEY.Key_Tab)
    raise AssertionError(f"Tab does not lead to {wanted.objectName()}")


def back_to(window: MainWindow, qtbot: QtBot) -> None:
    """What a window manager does when a dialog closes, and there is none here."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)


def test_a_round_without_a_mouse(
    window: MainWindow, qtbot: QtBot, path: Path, keytool: Any
) -> None:
    window.activateWindow()
    press(qtbot, KEY.Key_O)
    dialog = window.findChild(QFileDialog)
    qtbot.waitUntil(dialog.isVisible)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    # Pasted: the dialog of Qt completes what is typed by selecting folders on the way.
    QApplication.clipboard().setText(str(path))
    qtbot.keyClick(name, KEY.Key_V, CTRL)
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open)
    qtbot.waitUntil(button.isEnabled)
    qtbot.keyClick(button, KEY.Key_Space)
    qtbot.waitUntil(lambda: window.current() is not None and window.current().store is not None)
    view = window.current()
    back_to(window, qtbot)

    press(qtbot, KEY.Key_F)
    assert QApplication.focusWidget() is window.filter
    qtbot.keyClicks(window.filter, "two")
    qtbot.waitUntil(lambda: rows(view) == ["Trusted certificates (1)", "two"])

    # From the filter straight into the rows.
    plain(qtbot, KEY.Key_Down)
    assert QApplication.focusWidget() is view.tree
    while not view.chosen():
        plain(qtbot, KEY.Key_Down)
    assert view.chosen()[0].alias == "two"

    plain(qtbot, KEY.Key_F2)
    field = window.findChild(QLineEdit, "renameDialog.alias")
    qtbot.waitUntil(field.isVisible)
    qtbot.keyClicks(field, "partner")
    qtbot.keyClick(field, KEY.Key_Return)
    qtbot.waitUntil(lambda: "partner" in [entry.alias for entry in view.store.entries])
    back_to(window, qtbot)

    press(qtbot, KEY.Key_F)
    plain(qtbot, KEY.Key_Escape)
    qtbot.waitUntil(lambda: len(rows(view)) == 4)
    tab_to(qtbot, view.tree)
    view.tree.keyboardSearch("three")
    assert view.chosen()[0].alias == "three"
    plain(qtbot, KEY.Key_Delete)
    assert len(view.store.entries) == 2
    # The rows have the focus still, on the one beside.
    assert QApplication.focusWidget() is view.tree
    assert view.chosen()[0].alias == "partner"
    plain(qtbot, KEY.Key_Delete)
    press(qtbot, KEY.Key_Z)
    assert [entry.alias for entry in view.store.entries] == ["one", "partner"]

    press(qtbot, KEY.Key_S)
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert "partner," in listing
    assert "three," not in listing
    press(qtbot, KEY.Key_W)
    assert window.tabs.count() == 0


def test_every_tool_is_reached_by_tab(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    view = opened(window, qtbot, path)
    window.activateWindow()
    view.tree.setFocus()
    bar = window.findChild(QWidget, "tools")
    for name in ("open", "generate", "export", "import_", "check"):
        tab_to(qtbot, bar.widgetForAction(getattr(window.actions_, name)))
    tab_to(qtbot, window.filter)
    tab_to(qtbot, view.tree)


def test_the_password_page_hands_the_focus_on(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    store = open_file(path).store
    path.unlink()
    save_store(store.with_password(Password("another one")), path)
    window.activateWindow()
    window.open_path(path)
    view = window.current()
    qtbot.waitUntil(view.page.password.isVisible)
    qtbot.waitUntil(view.page.password.hasFocus)
    qtbot.keyClicks(view.page.password, "another one")
    qtbot.keyClick(view.page.password, KEY.Key_Return)
    qtbot.waitUntil(lambda: view.history is not None)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is view.tree)


def test_the_keyboard_is_in_what_is_seen_of_a_tab(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    # Read without a password that somebody types, and one that was read by a wizard before.
    window.show_opened(open_file(tmp_path / "demo" / "acme-keystore.p12"))
    window.open_path(path)
    window.open_path(tmp_path / "demo" / "globex-keystore.jks")
    qtbot.waitUntil(lambda: all(view.store is not None for view in window.views))
    window.activateWindow()
    window.current().tree.setFocus()
    for _ in range(2 * len(window.views)):
        window.go(1)
        view = window.current()
        qtbot.waitUntil(view.tree.isVisible)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.isVisible(), focused.objectName()
        assert view.tree.hasFocus(), focused.objectName()


def test_a_tab_behind_does_not_take_the_keyboard(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.p12"
    save_store(open_file(path).store.with_password(Password("another one")), locked)
    (tmp_path / "empty.jks").write_bytes(b"")
    front = opened(window, qtbot, path)
    window.activateWindow()
    for name in ("locked.p12", "empty.jks"):
        window.open_path(tmp_path / name)
        window.tabs.setCurrentWidget(front)
    front.tree.setFocus()
    qtbot.waitUntil(lambda: all(view.document.error for view in window.views if view is not front))
    assert front.tree.hasFocus()
    # Once it is looked at, what is typed goes where it is asked for.
    window.go(1)
    qtbot.waitUntil(window.current().page.password.isVisible)
    assert window.current().page.password.hasFocus()
    window.go(1)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.isVisible(), focused.objectName()


def test_there_is_no_ring_around_what_is_not_seen(window: MainWindow, qtbot: QtBot) -> None:
    ring = FocusRing(QApplication.instance())  # type: ignore[arg-type]
    line = QLineEdit(window)
    ring.move_to(line)
    (frame,) = window.findChildren(QWidget, "focusRing")
    assert frame.isHidden()
    line.show()
    qtbot.waitUntil(frame.isVisible)
    line.hide()
    qtbot.waitUntil(lambda: not frame.isVisible())
    ring.move_to(None)


def test_a_form_that_has_room_does_not_scroll(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.open_path(path)
    qtbot.waitUntil(lambda: window.current().store is not None)
    for name in ("actionChangePassword", "actionSaveAs", "actionConvert", "actionNew"):
        window.findChild(QAction, name).trigger()
        (dialog,) = [each for each in window.findChildren(FormDialog) if each.isVisible()]
        qtbot.waitExposed(dialog)
        bar = dialog.area.verticalScrollBar()
        assert bar.maximum() == 0, name
        dialog.reject()
        qtbot.waitUntil(lambda: not [
            each for each in window.findChildren(FormDialog) if each.isVisible()
        ])  # fmt: skip
