"""Keys that were left locked to save time: said so, tried when asked for, and never left behind."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from handfast.core.entry import SecretKey
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.documents import document
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS, Limits
from handfast.formats.java import jceks_keys
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store
from tests.support.ui.helpers import action, button, rows
from tests.support.ui.store_dialog import choose, dialog_of, fill

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.store import Store
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD, OTHER = Password("changeit"), Password("another one")
KEYS = 30
#: A hundredth of what Java takes and of what is spent on one file, so that trying takes no time.
FEW = Limits(rounds=DEFAULT_LIMITS.rounds // 100)


def made(rounds: int) -> bytes:
    """A JCEKS store of thirty keys, the last of which has a password of its own."""
    pair = make_pair(PairRequest(alias="pair", name="CN=pair", key="ec:P-256"))
    pairs = [dataclasses.replace(pair, alias=f"pair-{n}") for n in range(KEYS - 2)]
    secret = SecretKey(alias="secret", algorithm="AES", material=SecretMaterial(bytes(16)))
    own = dataclasses.replace(pair, alias="own", password=OTHER)
    store = new_store(Format.JCEKS, PASSWORD).with_entries([*pairs, secret, own])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jceks_keys, "ROUNDS", rounds)
        data = write_store(store)
    # What is just written is read without deriving its keys, once.
    read_store(data, PASSWORD, entry_passwords={"own": OTHER}, limits=AGREED_LIMITS)
    return data


@pytest.fixture(scope="module")
def data() -> bytes:
    return made(jceks_keys.ROUNDS // 100)


@pytest.fixture
def view(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    data: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> StoreView:
    monkeypatch.setattr(jceks_keys, "ROUNDS", jceks_keys.ROUNDS // 100)
    monkeypatch.setattr("handfast.documents.document.DEFAULT_LIMITS", FEW)
    path = tmp_path / "many.jceks"
    path.write_bytes(data)
    return shown(window, qtbot, path)


def shown(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.history is not None, timeout=60_000)
    assert view.store is not None
    untried = [entry.alias for entry in view.store.entries if entry.is_untried]
    assert untried[-2:] == ["secret", "own"]
    assert "pair-0" not in untried
    return view


def page_says(view: StoreView, name: str) -> str:
    view.show_selected()
    return " ".join(label.text() for label in view.details.findChildren(QLabel, name))


def test_a_store_as_java_makes_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "real.jceks"
    path.write_bytes(made(jceks_keys.ROUNDS))
    view = shown(window, qtbot, path)
    assert "pair-27  (not tried)" in rows(view)
    view.select("pair-27")
    view.show_selected()
    button(view.details, "detailsTry").click()
    qtbot.waitUntil(lambda: "pair-27" in rows(view), timeout=60_000)


def test_it_is_not_called_locked(view: StoreView) -> None:
    assert "pair-27  (not tried)" in rows(view)
    assert "pair-0" in rows(view)
    assert "not been tried yet" in page_says(view, "detailsUntried")
    for alias in ("secret", "pair-27"):
        view.select(alias)
        assert "not tried yet" in page_says(view, "detailsLock").lower()
        # Nobody is asked for a password that was given.
        assert view.details.findChild(QWidget, "unlockPassword") is None


@pytest.mark.parametrize("alias", ["secret", "pair-27"])
def test_one_is_tried_when_asked_for(view: StoreView, qtbot: QtBot, alias: str) -> None:
    view.select(alias)
    view.show_selected()
    button(view.details, "detailsTry").click()
    qtbot.waitUntil(lambda: not view.store.get(alias).is_locked)
    assert not view.is_dirty
    assert [entry.alias for entry in view.selected()] == [alias]
    assert page_says(view, "detailsLock") == ""
    # The others still wait.
    assert view.store.get("own").is_untried


def test_one_with_a_password_of_its_own_asks_for_it_then(view: StoreView, qtbot: QtBot) -> None:
    view.select("own")
    view.show_selected()
    button(view.details, "detailsTry").click()
    qtbot.waitUntil(lambda: not view.store.get("own").is_untried)
    assert "own  (locked)" in rows(view)
    assert "password not entered" in page_says(view, "detailsLock")
    assert view.details.findChild(QWidget, "unlockPassword") is not None


def test_all_are_tried_at_once(view: StoreView, qtbot: QtBot) -> None:
    view.show_selected()
    button(view.details, "detailsTryAll").click()
    qtbot.waitUntil(lambda: not any(each.is_untried for each in view.store.entries), timeout=30_000)
    assert [each.alias for each in view.store.entries if each.is_locked] == ["own"]
    assert not view.is_dirty
    assert page_says(view, "detailsUntried") == ""
    assert "not tried" not in " ".join(label.text() for label in view.details.findChildren(QLabel))


def test_trying_can_be_stopped(view: StoreView) -> None:
    view.show_selected()
    before = view.store
    button(view.details, "detailsTryAll").click()
    view.busy.findChild(QPushButton, "busyCancel").click()
    assert not view.busy.isVisible()
    assert view.store is before
    assert button(view.details, "detailsTryAll").isEnabled()


def test_trying_is_stopped_also_where_a_password_was_typed_meanwhile(
    window: MainWindow, view: StoreView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.select("own")
    view.show_selected()
    button(view.details, "detailsTry").click()
    qtbot.waitUntil(lambda: view.details.findChild(QLineEdit, "unlockPassword") is not None)
    real, may_go_on, ended = document.with_all_tried, threading.Event(), threading.Event()

    def slow(*given: Any, **named: Any) -> Store:
        assert may_go_on.wait(30)
        try:
            return real(*given, **named)
        finally:
            ended.set()

    monkeypatch.setattr(document, "with_all_tried", slow)
    view.document.try_keys()
    view.details.findChild(QLineEdit, "unlockPassword").setText(OTHER.reveal())
    button(view.details, "detailsUnlock").click()
    qtbot.waitUntil(lambda: not view.store.get("own").is_locked)
    view.document.stop_trying()
    may_go_on.set()
    qtbot.waitUntil(ended.is_set)
    with qtbot.waitCallback() as later:
        window.jobs.run(lambda _progress: None, done=later, failed=later)
    assert view.store.get("pair-27").is_untried


def test_all_keys_get_the_new_password(window: MainWindow, view: StoreView, qtbot: QtBot) -> None:
    dialog = dialog_of(window, "actionChangePassword")
    fill(dialog, password="quite new", again="quite new")
    qtbot.waitUntil(lambda: view.is_dirty, timeout=30_000)
    action(window, "actionSave").trigger()
    qtbot.waitUntil(lambda: not view.is_dirty, timeout=30_000)
    data = view.path.read_bytes()
    again = read_store(data, Password("quite new"))
    assert [each.alias for each in again.entries if each.is_locked] == ["own"]
    again = read_store(data, Password("quite new"), entry_passwords={"own": OTHER})
    assert not any(each.is_locked for each in again.entries)
    # Undone, it is the old password again, and the keys stay known.
    action(window, "actionUndo").trigger()
    assert view.store.password == PASSWORD
    assert not view.store.get("secret").is_locked


def test_another_format_gets_them_all_or_says_which_not(
    window: MainWindow, view: StoreView, qtbot: QtBot, tmp_path: Path
) -> None:
    target = tmp_path / "target.p12"
    dialog = dialog_of(window, "actionSaveAs")
    choose(dialog, "format", Format.PKCS12)
    fill(dialog, path=str(target))
    problem = dialog.findChild(QLabel, "storeDialog.problem")
    qtbot.waitUntil(lambda: "“own”" in problem.text(), timeout=30_000)
    assert "pair-" not in problem.text()
    assert not target.exists()
    dialog.findChild(QPushButton, "storeDialog.confirm").click()
    qtbot.waitUntil(lambda: view.path == target, timeout=30_000)
    assert len(open_file(target, PASSWORD).store.entries) == KEYS - 1
