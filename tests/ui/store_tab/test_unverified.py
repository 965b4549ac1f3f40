"""A store that was opened without its password, which can be given in place."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from handfast.core.password import Password
from handfast.core.store import Format, Integrity
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue
from tests.support.ui.helpers import action, button, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.services.files.opening import OpenedFile
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD = "nobody guesses it"


@pytest.fixture(params=[Format.JKS, Format.JCEKS])
def view(
    request: pytest.FixtureRequest, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> StoreView:
    pair = make_pair(PairRequest(alias="own", name="CN=own", key="ec:P-256"))
    path = tmp_path / "store"
    save_store(new_store(request.param, Password(PASSWORD)).with_entries([pair]), path)
    view = opened(window, qtbot, path)
    assert view.store is not None
    assert view.store.integrity is Integrity.UNVERIFIED
    view.show_selected()
    return view


def give(view: StoreView, text: str) -> None:
    view.details.findChild(QLineEdit, "unlockPassword").setText(text)
    button(view.details, "detailsUnlock").click()


def test_it_is_verified_and_its_keys_open(view: StoreView, qtbot: QtBot) -> None:
    assert "own  (locked)" in rows(view)
    give(view, PASSWORD)
    qtbot.waitUntil(lambda: view.store.integrity is Integrity.VERIFIED)
    assert "own" in rows(view)
    assert not view.is_dirty
    view.show_selected()
    assert view.details.findChild(QWidget, "unlockPassword") is None


def test_another_password_is_told_where_it_was_typed(view: StoreView, qtbot: QtBot) -> None:
    before = view.store
    give(view, "certainly wrong")
    qtbot.waitUntil(lambda: view.details.findChild(QLabel, "unlockProblem") is not None)
    assert "password" in view.details.findChild(QLabel, "unlockProblem").text()
    # What can be seen without it stays in sight.
    assert view.store is before
    assert "own  (locked)" in rows(view)
    give(view, PASSWORD)
    qtbot.waitUntil(lambda: view.store.integrity is Integrity.VERIFIED)


def test_edits_made_before_stay(view: StoreView, qtbot: QtBot) -> None:
    assert view.store is not None
    added = issue(CN="partner").trusted("partner")
    view.document.apply("Import", view.store.with_entries([added]))
    give(view, PASSWORD)
    qtbot.waitUntil(lambda: view.store.integrity is Integrity.VERIFIED)
    assert {"own", "partner"} <= set(rows(view))
    assert view.is_dirty
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    saved = open_file(view.path, Password(PASSWORD)).store
    assert [entry.alias for entry in saved.entries] == ["own", "partner"]
    assert not any(entry.is_locked for entry in saved.entries)
    view.document.undo()
    assert [entry.alias for entry in view.store.entries] == ["own"]
    assert not view.store.get("own").is_locked


def test_edits_of_a_file_that_is_another_one_by_now_are_an_undo_away(
    view: StoreView, qtbot: QtBot
) -> None:
    assert view.store is not None
    view.document.apply("Delete", view.store.without(view.store.entries))
    assert view.is_dirty
    theirs = new_store(view.store.format, Password(PASSWORD)).with_entries(
        [issue(CN="theirs").trusted("theirs")]
    )
    save_store(theirs, view.path, overwrite=True)
    give(view, PASSWORD)
    qtbot.waitUntil(lambda: view.store.integrity is Integrity.VERIFIED)
    assert [entry.alias for entry in view.store.entries] == ["theirs"]
    view.document.undo()
    assert not view.store.entries


def test_what_is_being_opened_stays_locked_once_stores_are_locked(
    window: MainWindow, view: StoreView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, ended = threading.Event(), threading.Event()
    read = open_file

    def slow(*given: Any, **named: Any) -> OpenedFile:
        assert may_go_on.wait(30)
        try:
            return read(*given, **named)
        finally:
            ended.set()

    monkeypatch.setattr("handfast.documents.document.open_file", slow)
    give(view, PASSWORD)
    assert not view.details.findChild(QLineEdit, "unlockPassword").isEnabled()
    action(window, "actionLock").trigger()
    may_go_on.set()
    qtbot.waitUntil(ended.is_set)
    # Whatever it came to is delivered before this.
    with qtbot.waitCallback() as later:
        window.jobs.run(lambda _progress: None, done=later, failed=later)
    assert view.store.integrity is Integrity.UNVERIFIED
    assert "own  (locked)" in rows(view)
    # It can be given again.
    give(view, PASSWORD)
    qtbot.waitUntil(lambda: view.store.integrity is Integrity.VERIFIED)
