"""Negative tests in the real window: of the own server, of a target, and what can go wrong."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from shiboken6 import isValid

from handfast.core.password import Password
from handfast.handshake.live.negative_tests import OwnServer
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.files.opening import open_file
from handfast.ui.live.negative_window import NegativeWindow
from handfast.ui.window.locking import lock_everything
from tests.handshake.test_negative import ALWAYS, PASSWORD, make_stores
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("negative-window")
    make_stores(folder)
    return folder


@pytest.fixture
def negative(window: MainWindow, qtbot: QtBot, made: Path) -> NegativeWindow:
    """The window, with the keystores of the CA and of the server open."""
    for name in ("server.p12", "trust.p12", "ca.p12"):
        opened(window, qtbot, made / name)
    action(window, "actionNegativeTests").trigger()
    found = window.findChild(NegativeWindow)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def press(shown: NegativeWindow, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(button(shown, name), Qt.MouseButton.LeftButton)


def choose_own_server(shown: NegativeWindow) -> None:
    shown.kind.setCurrentIndex(1)
    shown.kind.activated.emit(1)


def outcomes(shown: NegativeWindow) -> dict[str, str]:
    assert shown.shown is not None
    return {row.result.case.value: row.result.outcome.value for row in shown.shown.rows}


def server_of(folder: Path) -> Party:
    def held(name: str) -> PartyStore:
        path = folder / name
        return PartyStore(store=open_file(path, Password(PASSWORD)).store, path=path)

    return Party(side="server", keys=held("server.p12"), trust=held("trust.p12"))


def test_the_own_server_is_tested_and_the_report_saved(
    negative: NegativeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    # The open keystores are filled in.
    draft = negative.flow.draft
    assert [each.rsplit("/", 1)[-1] for each in (draft.ca, draft.keys, draft.trust)] == [
        "ca.p12", "server.p12", "trust.p12",
    ]  # fmt: skip
    choose_own_server(negative)
    assert not negative.save_button.isEnabled()
    press(negative, qtbot, "negativeRun")
    qtbot.waitUntil(lambda: negative.report is not None, timeout=30_000)
    found = outcomes(negative)
    assert {name for name, each in found.items() if each == "refused"} == {*ALWAYS, "revoked"}
    assert negative.shown is not None
    assert negative.shown.answer.text().startswith("The server accepted the valid client and ref")
    assert len(negative.shown.rows) == 12
    for name, mark in (("report.html", "<!DOCTYPE html>"), ("report.txt", "Negative test of")):
        negative.save(tmp_path / name)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.startswith(mark)
        assert "certificate_expired (45)" in text
    # A keystore is never overwritten with it.
    before = tmp_path / "keys.p12"
    before.write_bytes((negative.flow.catalogue.stores[0].path or tmp_path).read_bytes())
    negative.save(before)
    assert negative.problem.isVisible()
    assert before.read_bytes()[:1] == b"\x30"


def test_a_target_that_is_lax_is_found_out(
    negative: NegativeWindow, qtbot: QtBot, made: Path
) -> None:
    with OwnServer(server_of(made)) as server:
        qtbot.keyClicks(negative.endpoint, f"localhost:{server.port}")
        # It is on this computer: nobody need be asked.
        assert not negative.consent.isVisible()
        qtbot.mouseClick(negative.names, Qt.MouseButton.LeftButton)
        negative.flow.update(checks_names=True)
        press(negative, qtbot, "negativeRun")
        qtbot.waitUntil(lambda: negative.report is not None, timeout=30_000)
    assert negative.report is not None
    assert [each.case.value for each in negative.report.lax] == ["wrong-name"]
    assert outcomes(negative)["revoked"] == "not-run"
    assert negative.shown is not None
    assert "accepted 1 client that it must refuse" in negative.shown.answer.text()
    told = [row for row in negative.shown.rows if row.result.case.value == "wrong-name"]
    assert told[0].result.ok is False


def test_the_list_is_written_first_and_waited_for(
    negative: NegativeWindow, qtbot: QtBot, made: Path, tmp_path: Path
) -> None:
    server = OwnServer(server_of(made))
    out = tmp_path / "test.crl"
    qtbot.keyClicks(negative.endpoint, f"localhost:{server.port}")
    qtbot.keyClicks(negative.crl.line, str(out))
    press(negative, qtbot, "negativeRun")
    qtbot.waitUntil(negative.go_on.isVisible, timeout=30_000)
    assert "test.crl" in negative.pause_words.text()
    from handfast.services.paths.revocation import read_revocation_lists

    (der,) = read_revocation_lists(out.read_bytes())
    server.add_revocation_list(der)
    with server:
        press(negative, qtbot, "negativeContinue")
        qtbot.waitUntil(lambda: negative.report is not None, timeout=30_000)
    assert outcomes(negative)["revoked"] == "refused"
    # The list is there now: it is replaced only where the person says so.
    negative.refresh()
    assert negative.replaces.isVisible()
    press(negative, qtbot, "negativeRun")
    assert "already exists" in negative._notes["crl"][0].text


def test_what_is_missing_is_said_beside_the_field(negative: NegativeWindow, qtbot: QtBot) -> None:
    press(negative, qtbot, "negativeRun")
    notes = negative._notes
    assert "Enter a host and a port" in notes["endpoint"][0].text
    qtbot.keyClicks(negative.endpoint, "api.example:443")
    press(negative, qtbot, "negativeRun")
    assert notes["endpoint"][0].text == ""
    # Somebody else’s computer is called only with consent.
    assert "you may test" in notes["consent"][0].text
    assert negative._job is None


def test_a_target_that_hangs_can_be_canceled(
    negative: NegativeWindow, qtbot: QtBot, made: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        qtbot.keyClicks(negative.endpoint, f"127.0.0.1:{silent.getsockname()[1]}")
        press(negative, qtbot, "negativeRun")
        qtbot.waitUntil(lambda: negative.shown is not None, timeout=30_000)
        press(negative, qtbot, "negativeCancel")
    assert negative.said.text() == "Canceled."
    assert negative.run_button.isEnabled()
    assert negative.report is None
    # What the CA signed is in its journal all the same.
    assert read_journal(journal_path(made / "ca.p12")).issued


def test_locking_ends_it(negative: NegativeWindow, window: MainWindow, qtbot: QtBot) -> None:
    lock_everything(window, "Locked for the test.")
    # Not by its signal “destroyed”, from which nothing can be disconnected once it is gone.
    qtbot.waitUntil(lambda: not isValid(negative))
    assert not [each for each in threading.enumerate() if each.name == "negative"]


@pytest.mark.parametrize("journal", [b"{}", None], ids=["damaged", "a folder"])
def test_without_its_journal_the_ca_issues_nothing(
    negative: NegativeWindow, qtbot: QtBot, made: Path, journal: bytes | None
) -> None:
    choose_own_server(negative)
    path = journal_path(made / "ca.p12")
    before = path.read_bytes()
    path.unlink()
    path.mkdir() if journal is None else path.write_bytes(journal)
    try:
        press(negative, qtbot, "negativeRun")
        qtbot.waitUntil(negative.problem.isVisible, timeout=30_000)
    finally:
        path.rmdir() if journal is None else path.unlink()
        path.write_bytes(before)
    assert negative.shown is None
