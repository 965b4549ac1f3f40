"""Passwords of stores in the system's keyring: asked for by a tick, and never waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.documents.document import State
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files import keyring_passwords
from handfast.services.files.saving import new_store, save_store
from handfast.ui.store_tab.keyring_link import KeyringLink, note_remembered
from tests.support.keyrings import BrokenKeyring, MemoryKeyring, SilentKeyring
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keyring.backend import KeyringBackend
    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

SECRET = "not the usual"


@pytest.fixture(autouse=True)
def kept() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "asks.p12"
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    save_store(new_store(Format.PKCS12, Password(SECRET)).with_entries([pair]), made)
    return made


def account(path: Path) -> tuple[str, str]:
    return ("Handfast", str(path))


def asking(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    """A tab that asks for its password."""
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(view.findChild(QLineEdit, "passwordField").isVisible)
    return view


def box(view: StoreView, qtbot: QtBot) -> QCheckBox:
    qtbot.waitUntil(lambda: view.findChild(QCheckBox, "passwordRemember") is not None)
    found: QCheckBox = view.findChild(QCheckBox, "passwordRemember")
    # Not while what the keyring has is tried.
    qtbot.waitUntil(found.isVisible)
    return found


def give(view: StoreView, qtbot: QtBot, password: str) -> None:
    field = view.findChild(QLineEdit, "passwordField")
    qtbot.keyClicks(field, password)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    if password == SECRET:
        qtbot.waitUntil(lambda: view.store is not None)


def test_ticked_it_opens_without_asking_the_next_time(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    view = asking(window, qtbot, path)
    tick = box(view, qtbot)
    assert not tick.isChecked()
    tick.setChecked(True)
    # Kept is what fitted, not what was tried.
    give(view, qtbot, "a wrong one")
    qtbot.waitUntil(lambda: "password" in view.findChild(QLabel, "errorHeadline").text().lower())
    qtbot.waitUntil(view.findChild(QLineEdit, "passwordField").isVisible)
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: window.settings.keyring_paths == [path])
    assert kept.kept == {account(path): SECRET}
    window.close_current()
    opened(window, qtbot, path)
    window.settings.sync()
    with open(window.settings.file_name, encoding="utf-8") as file:  # noqa: PTH123
        assert SECRET not in file.read()


def test_not_ticked_nothing_is_kept_nor_looked_up(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    kept.kept[account(path)] = SECRET
    view = asking(window, qtbot, path)
    box(view, qtbot)
    assert kept.asked == 0
    kept.kept.clear()
    give(view, qtbot, SECRET)
    window.close_current()
    asking(window, qtbot, path)
    assert kept.kept == {}


def test_unticked_later_it_is_forgotten(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    kept.kept[account(path)] = "from before"
    note_remembered(window.settings, path, is_kept=True)
    view = asking(window, qtbot, path)
    # What the keyring has does not fit any more: the tab asks, and keeps the new one if ticked.
    qtbot.waitUntil(lambda: kept.asked == 1)
    tick = box(view, qtbot)
    qtbot.waitUntil(view.findChild(QLineEdit, "passwordField").isVisible)
    assert tick.isChecked()
    tick.setChecked(False)
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: kept.kept == {})
    qtbot.waitUntil(lambda: window.settings.keyring_paths == [])


@pytest.mark.parametrize(
    "backend", [BrokenKeyring(OSError("gone")), BrokenKeyring(KeyError("odd")), fail.Keyring()]
)
def test_a_broken_keyring_never_stands_in_the_way(
    window: MainWindow, qtbot: QtBot, path: Path, backend: KeyringBackend
) -> None:
    keyring.set_keyring(backend)
    note_remembered(window.settings, path, is_kept=True)
    view = asking(window, qtbot, path)
    give(view, qtbot, SECRET)
    assert view.store is not None


def test_a_keyring_that_does_not_keep_it_says_so_and_the_store_is_open(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    keyring.set_keyring(BrokenKeyring(OSError("gone")))
    view = asking(window, qtbot, path)
    box(view, qtbot).setChecked(True)
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.findChild(QWidget, "problemBar") is not None)
    assert "did not save" in view.findChild(QLabel, "errorProblem").text()
    assert window.settings.keyring_paths == []


def test_a_keyring_that_does_not_answer_is_not_waited_for(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    silent = SilentKeyring()
    silent.kept[account(path)] = SECRET
    keyring.set_keyring(silent)
    note_remembered(window.settings, path, is_kept=True)
    view = asking(window, qtbot, path)
    give(view, qtbot, SECRET)
    opened = view.history
    silent.let_go.set()
    qtbot.waitUntil(lambda: silent.asked == 1)
    # Its answer comes too late to matter.
    qtbot.wait(100)
    assert view.history is opened


def test_a_tab_and_preferences_that_are_closed_meanwhile_are_left_alone(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = SilentKeyring()
    silent.kept[account(path)] = SECRET
    keyring.set_keyring(silent)

    def slow_state() -> str:
        silent.let_go.wait(30)
        return "ready"

    monkeypatch.setattr(keyring_passwords, "state", slow_state)
    note_remembered(window.settings, path, is_kept=True)
    asking(window, qtbot, path)
    window.close_current()
    action(window, "actionPreferences").trigger()
    preferences = window.findChild(QDialog, "preferences")
    preferences.findChild(QPushButton, "preferences.keyringForget").click()
    preferences.close()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "preferences") is None)
    # What nobody catches in a slot fails the test.
    silent.let_go.set()
    qtbot.waitUntil(lambda: window.settings.keyring_paths == [])
    qtbot.waitUntil(lambda: silent.asked == 2)
    assert window.documents == []


def test_without_the_library_nothing_is_offered(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_passwords, "find_spec", lambda _name: None)
    view = asking(window, qtbot, path)
    action(window, "actionPreferences").trigger()
    note = window.findChild(QDialog, "preferences").findChild(QWidget, "preferences.keyring.note")
    # Asked for after the tab's, and answered after it.
    qtbot.waitUntil(lambda: "handfast[keyring]" in note.text)
    assert view.findChild(QCheckBox, "passwordRemember") is None


def test_a_locked_tab_is_not_opened_by_the_keyring(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    view = asking(window, qtbot, path)
    box(view, qtbot).setChecked(True)
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: window.settings.keyring_paths == [path])
    asked = kept.asked
    action(window, "actionLock").trigger()
    qtbot.waitUntil(lambda: view.document.state is State.LOCKED and not view.document.holds_secrets)
    give(view, qtbot, "a wrong one")
    qtbot.waitUntil(view.findChild(QLineEdit, "passwordField").isVisible)
    assert kept.asked == asked
    assert view.store is None
    assert not view.findChild(QCheckBox, "passwordRemember").isVisible()
    give(view, qtbot, SECRET)


def change_password(window: MainWindow, password: str, *, remembers: bool | None) -> None:
    """Change it in the dialog, which offers the box only where the keyring has the old one."""
    action(window, "actionChangePassword").trigger()
    dialog = window.findChild(QDialog, "storeDialog")
    for name in ("password", "again"):
        dialog.findChild(QLineEdit, f"storeDialog.{name}").setText(password)
    tick = dialog.findChild(QCheckBox, "storeDialog.remember")
    if remembers is None:
        assert tick is None
    else:
        # Asked for, never assumed.
        assert tick.isVisible()
        assert not tick.isChecked()
        tick.setChecked(remembers)
    dialog.findChild(QPushButton, "storeDialog.accept").click()


def opened_by_keyring(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> StoreView:
    kept.kept[account(path)] = SECRET
    note_remembered(window.settings, path, is_kept=True)
    return opened(window, qtbot, path)


@pytest.mark.parametrize("remembers", [True, False])
def test_a_password_that_is_changed_is_not_left_stale_in_the_keyring(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring, remembers: bool
) -> None:
    view = opened_by_keyring(window, qtbot, path, kept)
    change_password(window, "another one", remembers=remembers)
    # The file still has the old one.
    assert kept.kept == {account(path): SECRET}
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    expected = {account(path): "another one"} if remembers else {}
    qtbot.waitUntil(lambda: kept.kept == expected)
    qtbot.waitUntil(lambda: window.settings.keyring_paths == ([path] if remembers else []))
    if remembers:
        window.close_current()
        opened(window, qtbot, path)


def test_one_that_is_changed_back_before_it_is_saved_stays(
    window: MainWindow,
    qtbot: QtBot,
    path: Path,
    kept: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = opened_by_keyring(window, qtbot, path, kept)
    followed: list[object] = []
    monkeypatch.setattr(KeyringLink, "follow", lambda *given: followed.append(given))
    change_password(window, "another one", remembers=True)
    view.document.undo()
    view.select("pair")
    view.delete_selected()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert followed == []
    change_password(window, "another one", remembers=True)
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert len(followed) == 1


def test_where_nothing_is_remembered_the_change_offers_nothing(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    view = asking(window, qtbot, path)
    give(view, qtbot, SECRET)
    change_password(window, "another one", remembers=None)
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert kept.kept == {}


def test_a_keyring_that_does_not_take_the_new_one_is_told_and_the_store_is_saved(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    view = opened_by_keyring(window, qtbot, path, kept)
    change_password(window, "another one", remembers=True)
    keyring.set_keyring(BrokenKeyring(OSError("gone")))
    view.document.save()
    qtbot.waitUntil(lambda: view.findChild(QWidget, "problemBar") is not None)
    assert "did not save" in view.findChild(QLabel, "errorProblem").text()
    assert not view.is_dirty


def test_the_preferences_forget_them_all(
    window: MainWindow, qtbot: QtBot, path: Path, kept: MemoryKeyring
) -> None:
    kept.kept = {account(path): SECRET, ("Another program", "x"): "y"}
    note_remembered(window.settings, path, is_kept=True)
    action(window, "actionPreferences").trigger()
    preferences = window.findChild(QDialog, "preferences")
    count = preferences.findChild(QLabel, "preferences.keyringCount")
    assert count.text() == "1 password remembered"
    preferences.findChild(QPushButton, "preferences.keyringForget").click()
    qtbot.waitUntil(lambda: count.text() == "No passwords remembered")
    assert kept.kept == {("Another program", "x"): "y"}
    assert window.settings.keyring_paths == []


def test_what_cannot_be_forgotten_is_still_counted(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    keyring.set_keyring(BrokenKeyring(OSError("gone")))
    note_remembered(window.settings, path, is_kept=True)
    action(window, "actionPreferences").trigger()
    preferences = window.findChild(QDialog, "preferences")
    preferences.findChild(QPushButton, "preferences.keyringForget").click()
    note = preferences.findChild(QWidget, "preferences.keyring.note")
    qtbot.waitUntil(lambda: "did not delete" in note.text)
    assert window.settings.keyring_paths == [path]
