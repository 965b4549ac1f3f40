"""Stores that are locked because nobody used the program, or because somebody said so."""

from __future__ import annotations

import dataclasses
import gc
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QMessageBox, QPushButton, QTabBar

from handfast.core.errors import Cancelled
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.documents.document import State
from handfast.services.checks import store_checks
from handfast.services.demo import make_demo
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.program.idle_lock import IdleLock
from handfast.ui.window.file_watcher import FileWatcher
from handfast.ui.window.locking import arm_idle_lock, lock_everything
from tests.support import bouncy_samples
from tests.support.ui.helpers import action, opened, rows
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.store import Store
    from handfast.services.checks.findings import Finding
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

SECRET = "not the usual"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PKCS#12 store with two pairs, under a password that nobody guesses."""
    pairs = [make_pair(PairRequest(alias=name, name=f"CN={name}", key="ec:P-256"))
             for name in ("one", "two")]  # fmt: skip
    made = tmp_path / "locked.p12"
    save_store(new_store(Format.PKCS12, Password(SECRET)).with_entries(pairs), made)
    return made


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    return opened(window, qtbot, path, Password(SECRET))


def lock(window: MainWindow, view: StoreView, qtbot: QtBot) -> None:
    """Lock it, and let it be put away."""
    action(window, "actionLock").trigger()
    assert view.document.state is State.LOCKED
    assert view.store is None
    qtbot.waitUntil(lambda: view.document.state is State.LOCKED and not view.document.holds_secrets)


def give(view: StoreView, qtbot: QtBot, password: str) -> None:
    field = view.findChild(QLineEdit, "passwordField")
    assert field.isVisible()
    qtbot.keyClicks(field, password)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def headline(view: StoreView) -> str:
    found: QLabel = view.findChild(QLabel, "errorHeadline")
    return found.text().replace("\u200b", "") if found.isVisible() else ""


def open_keys(view: StoreView) -> set[int]:
    """The identities of the private keys that the tab could show, undo included."""
    steps = view.history.steps if view.history is not None else ()
    return {id(pair.key) for step in steps for pair in step.store.key_pairs if pair.key}


def alive(keys: set[int]) -> set[int]:
    """Those of these private keys that are still there."""
    gc.unfreeze()
    gc.collect()
    return keys & {id(each) for each in gc.get_objects() if isinstance(each, PrivateKey)}


def passwords_in_memory(text: str = SECRET) -> int:
    # What jobs made is set aside from collection, and not listed by it.
    gc.unfreeze()
    gc.collect()
    found = [each for each in gc.get_objects() if isinstance(each, Password)]
    return sum(each.reveal() == text for each in found)


def test_edits_and_undo_come_back_with_the_password(
    window: MainWindow, view: StoreView, qtbot: QtBot, path: Path
) -> None:
    view.select("one")
    view.delete_selected()
    before = path.read_bytes()
    lock(window, view, qtbot)
    assert "is locked" in headline(view)
    assert "edits are kept" in view.findChild(QLabel, "errorText").text()
    assert rows(view) == []
    assert "•" in window.tabs.tabText(0)
    for name in ("actionSave", "actionUndo", "actionReload", "actionCheck", "actionSaveAs"):
        assert not action(window, name).isEnabled()
    give(view, qtbot, "a wrong one")
    qtbot.waitUntil(lambda: "password" in headline(view))
    assert view.store is None
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    assert view.is_dirty
    assert [entry.alias for entry in view.store.entries] == ["two"]
    assert path.read_bytes() == before
    view.document.undo()
    assert [entry.alias for entry in view.store.entries] == ["one", "two"]
    assert not view.is_dirty
    view.document.redo()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert [each.alias for each in open_file(path, Password(SECRET)).store.entries] == ["two"]


def test_neither_password_nor_keys_stay_in_memory(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: not view.is_checking)
    view.select("one")
    view.delete_selected()
    # Of this test alone: what another has left behind does not count.
    alone = "a password of this test"
    view.document.apply("Change password", view.store.with_password(Password(alone)))
    keys = open_keys(view)
    assert len(keys) == 2
    assert passwords_in_memory(alone) > 0
    lock(window, view, qtbot)
    # A check of the store before that edit may still be on its way to where it hears that it ended.
    qtbot.waitUntil(lambda: passwords_in_memory(alone) == 0 and not alive(keys))
    give(view, qtbot, alone)
    qtbot.waitUntil(lambda: view.store is not None)
    assert passwords_in_memory(alone) > 0


def test_a_check_that_still_runs_keeps_the_keys_no_longer_than_that(
    window: MainWindow, view: StoreView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, let_go = threading.Event(), threading.Event()

    def slow(store: Store, **_options: object) -> tuple[Finding, ...]:
        assert store.entries
        began.set()
        let_go.wait(30)
        raise Cancelled("Nobody waits for it.")

    monkeypatch.setattr(store_checks, "check_store", slow)
    qtbot.waitUntil(began.is_set)
    keys = open_keys(view)
    assert len(keys) == 2
    lock(window, view, qtbot)
    try:
        assert alive(keys) == keys
    finally:
        let_go.set()
    qtbot.waitUntil(lambda: not alive(keys))


def test_what_is_locked_without_edits_shows_what_it_showed(
    window: MainWindow, view: StoreView, qtbot: QtBot, path: Path
) -> None:
    view.select("two")
    shown = rows(view)
    lock(window, view, qtbot)
    # It needs no file for that: what was shown is kept.
    path.unlink()
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    assert rows(view) == shown
    assert [entry.alias for entry in view.chosen()] == ["two"]
    assert not view.is_dirty


def test_a_locked_tab_with_edits_is_not_closed_without_a_word(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    view.select("one")
    view.delete_selected()
    lock(window, view, qtbot)
    assert not window.close()
    box = window.findChild(QMessageBox, "askBeforeClosing")
    assert box.isVisible()
    assert "locked" in box.informativeText()
    assert not box.button(QMessageBox.StandardButton.Save).isEnabled()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert window.views == [view]
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    assert view.is_dirty
    view.document.undo()


def test_it_can_be_unlocked_while_it_is_still_being_put_away(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    action(window, "actionLock").trigger()
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    assert len(view.store.key_pairs) == 2
    assert view.document.state is not State.LOCKED


def with_a_password_of_its_own(path: Path) -> Path:
    """A store that everybody can open, with a key that they cannot."""
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    pair = dataclasses.replace(pair, password=Password("its own"))
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([pair]), path)
    return path


def slow_reading(monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[threading.Event, list[int]]:
    """Lets a function of a worker begin once the event is set; and how many calls of it ended."""
    module, _, function = name.rpartition(".")
    real, may_go_on, ended = getattr(sys.modules[module], function), threading.Event(), [0]

    def slow(*given: Any, **named: Any) -> Any:
        assert may_go_on.wait(30)
        try:
            return real(*given, **named)
        finally:
            ended[0] += 1

    monkeypatch.setattr(name, slow)
    return may_go_on, ended


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """What the jobs that ended before came to is delivered."""
    with qtbot.waitCallback() as later:
        window.jobs.run(lambda _progress: None, done=later, failed=later)


def test_a_store_that_is_being_opened_stays_closed(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, ended = slow_reading(monkeypatch, "handfast.documents.document.open_file")
    window.open_path(path, password=Password(SECRET))
    made = window.current()
    assert made is not None
    action(window, "actionLock").trigger()
    may_go_on.set()
    qtbot.waitUntil(lambda: ended[0] == 1)
    settled(window, qtbot)
    assert made.store is None
    assert headline(made) == "“locked.p12” is locked."
    give(made, qtbot, SECRET)
    qtbot.waitUntil(lambda: made.history is not None)


def test_a_store_that_is_being_unlocked_stays_locked(
    window: MainWindow, view: StoreView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert view.store is not None
    view.document.apply("Delete", view.store.without([view.store.get("one")]))
    lock(window, view, qtbot)
    may_go_on, ended = slow_reading(monkeypatch, "handfast.services.files.sealing.unseal")
    give(view, qtbot, SECRET)
    action(window, "actionLock").trigger()
    may_go_on.set()
    qtbot.waitUntil(lambda: ended[0] == 1)
    settled(window, qtbot)
    assert view.store is None
    assert headline(view) == "“locked.p12” is locked."
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.history is not None)
    assert [entry.alias for entry in view.store.entries] == ["two"]


def test_what_everybody_can_open_stays_open_but_for_keys_of_their_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened(window, qtbot, with_a_password_of_its_own(tmp_path / "own.p12"))
    view.select("pair")
    field = view.details.findChild(QLineEdit, "unlockPassword")
    qtbot.keyClicks(field, "its own")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.store.key_pairs[0].is_locked)
    keys = open_keys(view)
    assert len(keys) == 1
    action(window, "actionLock").trigger()
    assert view.document.state is not State.LOCKED
    assert view.store.key_pairs[0].is_locked
    assert not view.is_dirty
    assert "(locked)" in rows(view)[1]
    qtbot.waitUntil(lambda: passwords_in_memory("its own") == 0 and not alive(keys))


def bouncy_store() -> bytes:
    """A BKS store with one certificate; that format is read and not written."""
    pair = make_pair(PairRequest(alias="one", name="CN=one", key="ec:P-256"))
    content = bouncy_samples.certificate(pair.chain[0].der)
    return bouncy_samples.bks([bouncy_samples.Entry(kind=1, alias="one", content=content)], SECRET)


def test_a_format_that_is_only_read_is_opened_from_its_file_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "old.bks"
    path.write_bytes(bouncy_store())
    view = opened(window, qtbot, path, Password(SECRET))
    shown = rows(view)
    lock(window, view, qtbot)
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    assert rows(view) == shown


def test_edits_that_cannot_be_put_away_stay_behind_the_lock(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "old.bks"
    path.write_bytes(bouncy_store())
    view = opened(window, qtbot, path, Password(SECRET))
    view.select("one")
    view.delete_selected()
    action(window, "actionLock").trigger()
    assert view.document.state is State.LOCKED
    assert view.is_dirty
    give(view, qtbot, "a wrong one")
    qtbot.waitUntil(lambda: "not the password" in headline(view))
    assert view.store is None
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    assert view.store.entries == ()
    view.document.undo()
    assert len(view.store.entries) == 1


def test_what_would_write_the_store_elsewhere_is_closed(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    for name in ("actionSaveAs", "actionChangePassword"):
        action(window, name).trigger()
    view.select("one")
    action(window, "actionRename").trigger()
    assert len([each for each in window.findChildren(QDialog) if each.isVisible()]) == 3
    lock(window, view, qtbot)
    assert not [each for each in window.findChildren(QDialog) if each.isVisible()]
    # A new store is not about any that is locked.
    action(window, "actionNew").trigger()
    action(window, "actionLock").trigger()
    assert len([each for each in window.findChildren(QDialog) if each.isVisible()]) == 1


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def idle(window: MainWindow) -> IdleLock:
    window.settings.lock_minutes = 5
    made = IdleLock(lambda why: lock_everything(window, why), window, Clock())
    made.arm(5)
    return made


def pass_time(idle: IdleLock, seconds: float) -> None:
    assert isinstance(idle.clock, Clock)
    idle.clock.now += seconds


def test_it_locks_after_the_chosen_time_and_not_before(
    view: StoreView, idle: IdleLock, qtbot: QtBot
) -> None:
    pass_time(idle, 299)
    idle.look()
    assert view.document.state is not State.LOCKED
    pass_time(idle, 2)
    # By its own timer.
    idle._timer.setInterval(1)
    qtbot.waitUntil(lambda: view.document.state is State.LOCKED)
    assert "5 minutes" in view.findChild(QLabel, "errorText").text()


@pytest.mark.parametrize("kind", ["key", "click"])
def test_whoever_types_or_clicks_is_there(
    view: StoreView, idle: IdleLock, qtbot: QtBot, kind: str, window: MainWindow
) -> None:
    pass_time(idle, 299)
    if kind == "key":
        qtbot.keyClick(view.tree, Qt.Key.Key_Down)
    else:
        qtbot.mouseClick(window.findChild(QTabBar), Qt.MouseButton.LeftButton)
    pass_time(idle, 299)
    idle.look()
    assert view.document.state is not State.LOCKED
    pass_time(idle, 2)
    idle.look()
    assert view.document.state is State.LOCKED


def test_the_key_that_wakes_it_finds_it_locked(
    view: StoreView, idle: IdleLock, qtbot: QtBot
) -> None:
    pass_time(idle, 8 * 3600)
    qtbot.keyClick(view.tree, Qt.Key.Key_Down)
    assert view.document.state is State.LOCKED


def test_turned_off_it_waits_for_ever(view: StoreView, idle: IdleLock, window: MainWindow) -> None:
    window.settings.lock_minutes = 0
    arm_idle_lock(window)
    assert not idle._timer.isActive()
    pass_time(idle, 10**6)
    idle.look()
    assert view.document.state is not State.LOCKED


def test_nothing_watches_where_it_was_never_turned_on(window: MainWindow) -> None:
    arm_idle_lock(window)
    assert window.findChild(IdleLock) is None


def test_a_store_that_is_being_saved_is_locked_the_next_time(
    window: MainWindow, view: StoreView, qtbot: QtBot, path: Path
) -> None:
    view.select("one")
    view.delete_selected()
    view.document.save()
    action(window, "actionLock").trigger()
    assert view.document.state is not State.LOCKED
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert len(open_file(path, Password(SECRET)).store.entries) == 1
    lock(window, view, qtbot)


def test_the_demo_stays_as_it_is(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "globex-truststore.jks")
    action(window, "actionLock").trigger()
    assert view.document.state is not State.LOCKED
    assert view.store is not None
    assert not view.findChild(QPushButton, "passwordOpen").isVisible()


def test_a_rehearsal_is_closed_and_what_is_being_filled_in_stays(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "client.example")
    for _ in range(3):
        driver.next()
    driver.click("generate.target.new")
    driver.type("generate.password", "typed already")
    driver.click("generate.password.show")
    action(window, "actionRehearse").trigger()
    assert window.findChild(QDialog, "rehearsalWindow").isVisible()
    lock(window, view, qtbot)
    qtbot.waitUntil(lambda: window.findChild(QDialog, "rehearsalWindow") is None)
    # But for the password, which is asked for again.
    field = driver.find("generate.password")
    assert field.text() == ""
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.undo()
    assert field.text() == ""
    assert driver.wizard.flow.draft.password.is_empty
    assert passwords_in_memory("typed already") == 0
    assert "Enter the password again" in driver.find("wizardSaid").text()
    assert driver.wizard.flow.draft.common_name == "client.example"
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    # The store that was locked can be chosen again.
    driver.click("generate.target.existing")
    # The keystore, a line, and the way to a file.
    assert driver.find("generate.existing").count() == 3
    driver.wizard.foot.discard.emit()


def test_a_wizard_that_was_ready_goes_back_to_its_password(
    window: MainWindow, view: StoreView, qtbot: QtBot, tmp_path: Path
) -> None:
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "client.example")
    for _ in range(3):
        driver.next()
    driver.click("generate.target.new")
    driver.type("generate.new_path", str(tmp_path / "new.p12"))
    for name in ("generate.password", "generate.password_again"):
        driver.type(name, "typed already")
    driver.next()
    assert driver.step == "summary"
    lock(window, view, qtbot)
    assert driver.step == "target"
    assert "Enter the password again" in driver.find("wizardSaid").text()
    for name in ("generate.password", "generate.password_again"):
        driver.type(name, "typed again")
    assert driver.find("wizardSaid").text() == ""
    driver.next()
    driver.finish()
    assert open_file(tmp_path / "new.p12", Password("typed again")).store.key_pairs


def test_a_password_typed_anywhere_is_forgotten(
    window: MainWindow, view: StoreView, qtbot: QtBot
) -> None:
    action(window, "actionNew").trigger()
    field = window.findChild(QLineEdit, "storeDialog.password")
    qtbot.keyClicks(field, "of a new one")
    name = window.findChild(QLineEdit, "storeDialog.path")
    name.setText("/stores/new.p12")
    lock(window, view, qtbot)
    assert field.text() == ""
    field.undo()
    assert field.text() == ""
    # What is no secret stays.
    assert name.text() == "/stores/new.p12"


def test_a_wizard_that_is_done_is_closed(window: MainWindow, view: StoreView, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "client.example")
    for _ in range(4):
        driver.next()
    driver.finish()
    assert driver.wizard.stage == "finished"
    lock(window, view, qtbot)
    assert window.findChild(QDialog, "generateWizard") is None or not driver.wizard.isVisible()
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: view.store is not None)
    # What it made was an edit, and is there.
    assert len(view.store.key_pairs) == 3
    view.document.undo()


def test_what_others_wrote_meanwhile_is_shown_once_it_is_unlocked(
    window: MainWindow, view: StoreView, qtbot: QtBot, path: Path
) -> None:
    watching = FileWatcher(window, window)
    qtbot.waitUntil(lambda: str(path) in watching.watched_files)
    lock(window, view, qtbot)
    store = open_file(path, Password(SECRET)).store
    save_store(store.without([store.get("one")]), path, overwrite=True, backup=False)
    give(view, qtbot, SECRET)
    qtbot.waitUntil(lambda: rows(view) == ["Key pairs (1)", "two"])
    assert not view.is_dirty
