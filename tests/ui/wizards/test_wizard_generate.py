"""The wizard that makes a key pair, driven in the real window and checked with keytool."""

from __future__ import annotations

import subprocess
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.saving import new_store, save_store
from handfast.ui.wizards.steps import StepState
from tests.support.ui.helpers import opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

ACTION = "actionGenerateKeyPair"


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path, demo: Path) -> Any:
    """A copy of the client's keystore, open in the window."""
    path = tmp_path / "keys.p12"
    path.write_bytes((demo / "acme-keystore.p12").read_bytes())
    return opened(window, qtbot, path)


def to_target(driver: Driver, name: str = "api.acme.example") -> None:
    driver.type("generate.common_name", name)
    for _ in range(3):
        driver.next()
    assert driver.step == "target"


def test_a_pair_for_a_new_store_is_what_keytool_reads(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    keytool: Callable[..., Any],
    files_read: list[Path],
) -> None:
    driver = Driver(qtbot, window, ACTION)
    for field, text in (
        ("common_name", "api.acme.example"),
        ("unit", "Integration, East"),
        ("organisation", "Acme Pty Ltd"),
        ("locality", "Sydney"),
        ("state", "New South Wales"),
        ("country", "au"),
        ("email", "team@acme.example"),
    ):
        driver.type(f"generate.{field}", text)
    driver.next()
    driver.choose("generate.key", "ec:P-384")
    driver.type("generate.days", "90")
    driver.next()
    driver.click("generate.purpose.client")
    assert driver.find("generate.sans.1").text() == "api.acme.example"
    driver.click("generate.sans.add")
    driver.choose("generate.sans.2.kind", "ip")
    driver.type("generate.sans.2", "192.0.2.7")
    driver.next()
    path = tmp_path / "made here.p12"
    driver.type("generate.new_path", str(path))
    driver.type("generate.password", "correct horse")
    driver.type("generate.password_again", "correct horse")
    driver.type("generate.alias", "mutual")
    driver.next()
    assert driver.step == "summary"
    assert not path.exists()
    for part in ("EC, P-384", "90 days", "192.0.2.7", "mutual", str(path)):
        assert part in driver.said()
    driver.finish()
    assert driver.wizard.stage == "finished"
    assert "The key pair is ready" in driver.said()
    assert path.stat().st_mode & 0o777 == 0o600

    out = keytool("-list", "-v", "-keystore", path, "-storepass", "correct horse").stdout
    assert "Alias name: mutual" in out
    assert "Entry type: PrivateKeyEntry" in out
    owner = (
        "Owner: EMAILADDRESS=team@acme.example, C=AU, ST=New South Wales, L=Sydney, "
        'O=Acme Pty Ltd, OU="Integration, East", CN=api.acme.example'
    )
    assert sorted(owner.removeprefix("Owner: ").split(", ")) == sorted(
        next(line for line in out.splitlines() if line.startswith("Owner: "))
        .removeprefix("Owner: ")
        .split(", ")
    )
    assert "DNSName: api.acme.example" in out
    assert "IPAddress: 192.0.2.7" in out
    assert "clientAuth" in out
    assert "serverAuth" not in out
    assert "384-bit EC" in out
    # The new store is open in the window, with the pair in it.
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.store is not None)
    assert [entry.alias for entry in view.store.entries] == ["mutual"]
    # It was read back as it was written, and not once more.
    assert files_read == []
    driver.click("wizardFinish")
    assert not driver.wizard.isVisible()


def test_a_pair_for_an_open_store_is_an_edit_that_is_saved_from_the_last_page(
    window: MainWindow, qtbot: QtBot, document: Any, keytool: Callable[..., Any]
) -> None:
    before = document.path.read_bytes()
    driver = Driver(qtbot, window, ACTION)
    to_target(driver, "Acme Batch")
    assert driver.find("generate.alias").text() == "acme-batch"
    driver.next()
    driver.finish()
    assert document.is_dirty
    assert document.path.read_bytes() == before
    assert "not saved yet" in driver.said()
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not document.is_dirty)
    qtbot.waitUntil(lambda: driver.find("resultSave").text() == "Saved")
    out = keytool("-list", "-keystore", document.path, "-storepass", "changeit").stdout
    assert "acme-batch" in out
    assert "Your keystore contains 2 entries" in out


def test_a_save_from_the_last_page_that_is_refused_is_said_there(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver, "Acme Batch")
    driver.next()
    driver.finish()
    theirs = document.path.read_bytes() + b"\n"
    document.path.write_bytes(theirs)
    driver.click("resultSave")
    qtbot.waitUntil(lambda: driver.find("resultProblem").isVisible())
    assert "changed" in driver.find("resultProblem").text()
    assert driver.find("resultSave").isEnabled()
    assert "Saving" not in driver.find("resultSave").text()
    assert document.is_dirty
    assert document.path.read_bytes() == theirs


def test_undo_takes_the_pair_back(window: MainWindow, qtbot: QtBot, document: Any) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.next()
    driver.finish()
    assert len(document.store.entries) == 2
    driver.click("wizardFinish")
    window.undo()
    assert [entry.alias for entry in document.store.entries] == ["acme"]
    assert not document.is_dirty


@pytest.mark.parametrize(
    ("typed", "said"), [("61", "telephone prefix"), ("AUS", "ISO 3166"), ("XX", "not a country")]
)
def test_what_is_not_a_country_is_refused_beside_the_field(
    window: MainWindow, qtbot: QtBot, typed: str, said: str
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.type("generate.common_name", "acme")
    driver.type("generate.country", typed)
    state, words = driver.note("generate.country")
    assert state == "error"
    assert said in words
    driver.next()
    assert driver.step == "name"
    assert driver.has_keyboard("generate.country")
    driver.assert_in_view("generate.country.note")
    driver.type("generate.country", "AU")
    assert driver.note("generate.country")[0] == ""
    driver.next()
    assert driver.step == "key"
    assert driver.steps()[0] == ("Name", "done")


def test_an_empty_form_complains_only_once_one_tries_to_go_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    driver = Driver(qtbot, window, ACTION)
    assert driver.note("generate.common_name")[0] == ""
    driver.next()
    assert driver.note("generate.common_name")[0] == "error"
    assert driver.has_keyboard("generate.common_name")


def test_an_alias_that_is_taken_is_refused_beside_the_field(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.type("generate.alias", "ACME")
    assert driver.note("generate.alias")[0] == "error"
    driver.next()
    assert driver.step == "target"
    assert len(document.store.entries) == 1


def test_passwords_that_differ_are_refused_beside_the_second(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.type("generate.new_path", str(tmp_path / "new.p12"))
    driver.type("generate.password", "correct horse")
    driver.type("generate.password_again", "correct house")
    assert driver.note("generate.password_again") == (
        "error",
        "The passwords do not match.",
    )
    driver.next()
    assert driver.step == "target"
    driver.type("generate.password_again", "correct horse")
    assert not driver.is_visible("generate.password_again.note")
    driver.next()
    assert driver.step == "summary"


@pytest.mark.parametrize(
    ("password", "state"), [("short", "error"), ("changeit", "warning"), ("Xk9!mellow", "")]
)
def test_a_weak_password_warns_and_a_short_one_is_refused(
    window: MainWindow, qtbot: QtBot, password: str, state: str
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.type("generate.password", password)
    assert driver.note("generate.password")[0] == state
    assert driver.find("generate.password").displayText() == "●" * len(password)
    driver.click("generate.password.show")
    assert driver.find("generate.password").displayText() == password


def test_a_folder_that_is_not_there_and_a_file_that_is_are_refused(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    there = tmp_path / "there.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")), there)
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.type("generate.new_path", str(tmp_path / "nowhere" / "x.p12"))
    assert "does not exist" in driver.note("generate.new_path")[1]
    driver.type("generate.new_path", str(there / "x.p12"))
    assert "is a file, not a folder" in driver.note("generate.new_path")[1]
    driver.type("generate.new_path", str(there))
    assert "already exists" in driver.note("generate.new_path")[1]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that refuses files")
def test_a_folder_that_refuses_the_file_is_told_and_nothing_entered_is_lost(
    window: MainWindow, qtbot: QtBot
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.type("generate.new_path", "/proc/handfast.p12")
    driver.type("generate.password", "correct horse")
    driver.type("generate.password_again", "correct horse")
    driver.next()
    if driver.step == "target":
        # Whoever is not root is told before.
        assert "do not have permission" in driver.note("generate.new_path")[1]
        return
    driver.finish()
    assert driver.wizard.stage == "filling"
    assert "/proc/handfast.p12" in driver.find("errorProblem").text().replace("\u200b", "")
    driver.click("wizardBack")
    assert driver.find("generate.password").text() == "correct horse"


def test_days_and_dates_keep_in_step(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.type("generate.common_name", "acme")
    driver.next()
    start = driver.find("generate.starts").date().toPython()
    driver.type("generate.days", "30")
    assert driver.find("generate.ends").date().toPython() == start + timedelta(days=30)
    driver.find("generate.ends").setDate(start + timedelta(days=45))
    assert driver.find("generate.days").value() == 45
    driver.click("generate.days.730")
    assert driver.find("generate.ends").date().toPython() == start.replace(year=start.year + 2)
    driver.find("generate.ends").setDate(start - timedelta(days=1))
    assert driver.note("generate.ends")[0] == "error"
    assert isinstance(start, date)


def test_weak_choices_warn_and_do_not_stand_in_the_way(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.type("generate.common_name", "acme")
    driver.next()
    assert not driver.is_visible("generate.key.note")
    driver.choose("generate.key", "rsa:8192")
    assert driver.note("generate.key")[0] == "warning"
    driver.type("generate.days", "3650")
    assert driver.note("generate.ends")[0] == "warning"
    driver.next()
    # Nobody said yet that it is for a server, which alone needs host names.
    assert driver.note("generate.sans")[0] == ""
    assert "A client needs none." in driver.said()
    # A server without host names is refused by those who call it.
    for purpose in ("server", "both"):
        driver.click(f"generate.purpose.{purpose}")
        assert driver.note("generate.sans")[0] == "warning"
    driver.click("generate.purpose.client")
    assert driver.note("generate.sans")[0] == ""
    driver.next()
    assert driver.step == "target"


def test_a_name_that_is_not_a_host_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.type("generate.common_name", "acme")
    driver.next()
    driver.next()
    driver.click("generate.sans.add")
    driver.type("generate.sans.1", "https://api.example")
    assert driver.note("generate.sans")[0] == "error"
    driver.next()
    assert driver.step == "names"
    driver.click("generate.sans.1.remove")
    driver.next()
    assert driver.step == "target"


def test_the_keytool_command_is_folded_and_makes_the_same_pair(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Callable[..., Any]
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver, 'O\'Neil, "Acme" $HOME')
    path = tmp_path / "by keytool.p12"
    driver.type("generate.new_path", str(path))
    driver.type("generate.alias", "shell safe")
    driver.type("generate.password", "correct horse")
    driver.type("generate.password_again", "correct horse")
    driver.next()
    assert not driver.is_visible("wizardCommand")
    driver.click("wizardCommandToggle")
    shown = driver.find("wizardCommand")
    assert isinstance(shown, QPlainTextEdit)
    driver.click("wizardCommandCopy")
    command = QGuiApplication.clipboard().text()
    assert command == shown.toPlainText()
    assert "correct horse" not in command
    # Through a real shell: what is shown is there to be pasted into one.
    script = command.replace("<password>", "correct horse")
    subprocess.run(["sh", "-ec", script], check=True, capture_output=True)
    out = keytool("-list", "-v", "-keystore", path, "-storepass", "correct horse").stdout
    assert "Alias name: shell safe" in out
    assert "O'Neil" in out


def test_the_window_stays_awake_while_a_large_key_is_made_and_cancel_stops_it(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.type("generate.common_name", "acme")
    driver.next()
    driver.choose("generate.key", "rsa:8192")
    for _ in range(3):
        driver.next()
    beats: list[float] = []
    pulse = QTimer(driver.wizard)
    pulse.setInterval(5)
    pulse.timeout.connect(lambda: beats.append(time.perf_counter()))
    driver.click("wizardFinish")
    assert driver.is_visible("wizardProgress")
    pulse.start()
    qtbot.waitUntil(lambda: len(beats) > 150, timeout=20_000)
    assert driver.wizard.stage == "running"
    gaps = sorted(later - earlier for earlier, later in pairwise(beats))
    # The machine may take a turn away from us; a held lock would show in most gaps.
    assert gaps[len(gaps) * 3 // 4] < 0.05
    driver.click("wizardCancel")
    assert driver.step == "summary"
    assert driver.wizard.stage == "filling"
    assert len(document.store.entries) == 1
    driver.click("wizardBack")
    assert driver.step == "target"


def test_the_whole_wizard_without_a_mouse(
    window: MainWindow, qtbot: QtBot, document: Any, keytool: Callable[..., Any]
) -> None:
    driver = Driver(qtbot, window, ACTION)

    def press(key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        focused = driver.wizard.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key, modifiers)

    def tab_to(name: str) -> None:
        for _ in range(40):
            if driver.wizard.focusWidget().objectName() == name:
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError(f"the Tab key never came to {name}")

    assert driver.wizard.focusWidget().objectName() == "generate.common_name"
    qtbot.keyClicks(driver.wizard.focusWidget(), "keys.acme.example")
    tab_to("generate.country")
    qtbot.keyClicks(driver.wizard.focusWidget(), "AU")
    press(Qt.Key.Key_Return)
    assert driver.step == "key"
    assert driver.wizard.focusWidget().objectName() == "generate.key"
    press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert driver.step == "name"
    press(Qt.Key.Key_Return)
    tab_to("generate.days")
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert driver.step == "names"
    tab_to("generate.purpose.both")
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Return)
    assert driver.step == "target"
    tab_to("generate.alias")
    press(Qt.Key.Key_Return)
    assert driver.step == "summary"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.wizard.stage == "finished", timeout=30_000)
    assert driver.wizard.focusWidget().objectName() == "resultSave"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not document.is_dirty)
    out = keytool("-list", "-v", "-keystore", document.path, "-storepass", "changeit").stdout
    assert "keys.acme.example" in out
    assert "serverAuth" in out
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not driver.wizard.isVisible())


def test_cancel_asks_before_it_throws_away_what_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.type("generate.common_name", "acme")
    driver.click("wizardCancel")
    assert driver.wizard.isVisible()
    assert driver.is_visible("wizardDiscard")
    driver.click("wizardKeep")
    assert driver.find("generate.common_name").text() == "acme"
    driver.wizard.close()
    assert driver.is_visible("wizardDiscard")
    driver.click("wizardDiscardButton")
    qtbot.waitUntil(lambda: not driver.wizard.isVisible())


def test_an_untouched_wizard_closes_at_once(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.click("wizardCancel")
    qtbot.waitUntil(lambda: not driver.wizard.isVisible())


def test_a_store_that_was_closed_meanwhile_is_said_on_the_way(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.next()
    assert driver.step == "summary"
    window.close_tab(0)
    assert ("Keystore", "problem") in driver.steps()
    driver.click("wizardFinish")
    assert driver.step == "target"
    assert document is not None
    assert driver.note("generate.existing")[0] == "error"


def test_a_keystore_that_is_not_open_takes_the_pair(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, secret = tmp_path / "closed.p12", Password("not the usual")
    save_store(new_store(Format.PKCS12, secret), path)
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.click("generate.target.existing")
    field = driver.wizard.page.existing
    field.read(path)
    qtbot.waitUntil(field.password.isVisible)
    # A wrong password is said there, and asked for again.
    field.password.line.setText("wrong")
    field.opener.row.give()
    qtbot.waitUntil(lambda: field.note.state == "error")
    field.password.line.setText(secret.reveal())
    field.opener.row.give()
    qtbot.waitUntil(lambda: field.box.currentData() == str(path))
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.store is not None)
    driver.next()
    driver.finish()
    assert [entry.kind for entry in view.store.entries] == ["key-pair"]
    assert view.is_dirty


def test_a_generated_password_is_copied_beside_it(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    assert not driver.is_visible("generate.password.copy")
    driver.click("generate.password.generate")
    typed = driver.find("generate.password").text()
    driver.click("generate.password.copy")
    assert QGuiApplication.clipboard().text() == typed
    driver.type("generate.password", "")
    assert not driver.is_visible("generate.password.copy")


def test_who_goes_back_from_an_unfinished_step_made_no_error(
    window: MainWindow, qtbot: QtBot
) -> None:
    driver = Driver(qtbot, window, ACTION)
    to_target(driver)
    driver.click("wizardBack")
    target = next(at for at, page in enumerate(driver.wizard.pages) if page.step == "target")
    mark = driver.wizard.steps.buttons[target]
    assert mark.state is StepState.AHEAD
    driver.next()
    # But who tried to go on is told.
    driver.next()
    assert driver.step == "target"
    driver.click("wizardBack")
    assert mark.state is StepState.PROBLEM
