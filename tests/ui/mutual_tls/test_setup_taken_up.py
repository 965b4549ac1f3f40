"""Leaving the set-up at any step and going on with it later, from the start page."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from handfast.core.dates import day_text
from handfast.services.partnerships import read_partnership, write_partnership
from handfast.ui.mutual_tls.setup_window import SetUpWizard
from handfast.ui.rehearsal.lanes import StepRow
from handfast.ui.window.locking import lock_everything
from tests.support.partner import Partner
from tests.support.ui.drops import drop, files
from tests.support.ui.helpers import action
from tests.support.ui.setup_driver import (
    HOST,
    OURS,
    SetUp,
    begin,
    listed,
    restarted,
    take_up,
    unlock,
)

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QSettings
    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool

#: Opens the program as a person does who comes back: settings, then a press on the partner.
_LATER = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication(["handfast"])
from handfast.ui.program.settings import Settings
from handfast.ui.window.main_window import MainWindow
window = MainWindow(Settings(QSettings(sys.argv[1], QSettings.Format.IniFormat)))
window.show()
window.findChild(QWidget, "startPartners")._rows[0].button.click()
def look():
    found = window.findChild(QWidget, "setUpWizard")
    if found is not None:
        flow = found.setting_up
        print(found.page.step, flow.draft.partner, flow.generating.draft.organisation)
        application.exit(0)
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
QTimer.singleShot(30000, lambda: application.exit(1))
sys.exit(application.exec())
"""


@pytest.fixture(scope="module")
def partner(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Partner:
    made = Partner(keytool, tmp_path_factory.mktemp("globex"))
    made.make_pair("good")
    return made


def words(qtbot: QtBot, window: MainWindow, wanted: str) -> None:
    """What the only partner on the start page is said to be."""
    qtbot.waitUntil(lambda: [wanted in row.line() for row in listed(window)] == [True])


class Later:
    """The program closed and opened again between one step and the next."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window

    def again(self, made: SetUp, said: str) -> SetUp:
        made.close()
        self.window = restarted(self.qtbot, self.window)
        words(self.qtbot, self.window, said)
        return take_up(self.qtbot, self.window)


def test_it_is_left_at_each_step_and_taken_up_by_another_start(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    later = Later(qtbot, window)
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made = later.again(made, "key pair not created yet")
    assert made.step == "pair"
    made.to("name")
    made.type("generate.organisation", "Acme Pty Ltd")
    made = later.again(made, "key pair not created yet")
    assert made.step == "name"
    assert made.find("generate.organisation").text() == "Acme Pty Ltd"
    assert made.find("generate.common_name").text() == "Acme"
    made.to("key")
    made.choose("generate.key", "ec:P-384")
    made = later.again(made, "key pair not created yet")
    assert made.step == "key"
    assert made.find("generate.key").currentData() == "ec:P-384"
    made.to("names")
    made = later.again(made, "key pair not created yet")
    made.wait_for("names")
    made.to("keystore")
    made.type("generate.alias", "acme-client")
    made.type("generate.password", OURS)
    made.type("generate.password_again", OURS)
    made.to("make")
    # The password is kept nowhere, so it is asked for again.
    made = later.again(made, "key pair not created yet")
    assert made.step == "keystore"
    assert made.find("generate.alias").text() == "acme-client"
    assert made.find("generate.password").text() == ""
    made.type("generate.password", OURS)
    made.type("generate.password_again", OURS)
    made.to("make")
    made.do("make")

    made = later.again(made, "our certificate is not sent yet")
    unlock(made, "keystore")
    made.wait_for("handover")
    made.do("handover")
    made.to("certificates")
    made = later.again(made, "waiting for the partner’s certificate")
    unlock(made, "keystore")
    made.wait_for("certificates")
    made.give(partner.folder / "good.cer")
    made.to("truststore")
    # What was sent is on the disk, and quickly given again.
    made = later.again(made, "waiting for the partner’s certificate")
    unlock(made, "keystore")
    made.wait_for("certificates")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))

    made = later.again(made, "not rehearsed yet")
    unlock(made, "keystore", "truststore")
    assert made.rehearsed().ok
    made.to("recipe")
    today = datetime.now(UTC)
    made = later.again(made, f"rehearsed successfully on {day_text(today)}")
    unlock(made, "keystore", "truststore")
    made.wait_for("recipe")
    assert "acme-keystore.p12" not in made.page.text()
    assert "acme-client-keystore.p12" in made.page.text()


def test_what_was_typed_is_kept_when_the_program_ends(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made.to("name")
    made.type("generate.organisation", "Acme Pty Ltd")
    QCoreApplication.instance().aboutToQuit.emit()
    kept = read_partnership(tmp_path / "globex" / "globex.partnership.json")
    assert (kept.page, kept.answers["organisation"]) == ("name", "Acme Pty Ltd")


def test_another_process_goes_on_where_this_one_was_left(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made.to("name")
    made.type("generate.organisation", "Acme")
    made.close()
    window.settings.sync()
    done = subprocess.run(
        [sys.executable, "-c", _LATER, window.settings.file_name],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["name", "Globex", "Acme"]


@pytest.fixture
def finished(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> tuple[MainWindow, Path]:
    """A partnership that works, after the next start; its folder."""
    folder = tmp_path / "globex"
    made = begin(qtbot, window)
    made.name_partner(folder)
    made.make_pair()
    made.hand_over()
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    assert made.rehearsed().ok
    made.close()
    return restarted(qtbot, window), folder


def test_a_wrong_password_is_told_and_the_right_one_goes_on(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, folder = finished
    made = take_up(qtbot, window)
    made.wait_for("unlock")
    qtbot.waitUntil(lambda: made.is_visible("setup.unlock.keystore.password"))
    made.type("setup.unlock.keystore.password", "something else")
    qtbot.keyClick(made.wizard.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.note("setup.unlock.keystore")[0] == "error")
    assert made.step == "unlock"
    made.next()
    assert made.step == "unlock"
    # *Next* gives what was typed, as *Open* does.
    unlock(made, "truststore")
    made.type("setup.unlock.keystore.password", OURS)
    made.next()
    made.wait_for("rehearsal")
    assert made.wizard.windowTitle() == "Set Up Mutual TLS – Globex"
    report = made.rehearsed()
    assert report.ok
    # Of what was left out it is not said that something came before it.
    told = [each.accessibleName() for each in made.page.findChildren(StepRow)]
    assert any("skipped" in each.lower() for each in told)
    assert not any("not reached" in each for each in told)
    kept = (folder / "globex.partnership.json").read_text(encoding="utf-8")
    assert OURS not in kept
    window.settings.sync()


def test_stores_that_are_open_already_need_no_password_again(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    from handfast.core.password import Password

    window, folder = finished
    for name in ("acme-keystore.p12", "truststore.p12"):
        window.open_path(folder / name, password=Password(OURS))
    qtbot.waitUntil(lambda: all(each.store is not None for each in window.documents))
    window.dialogs.take_up(folder / "globex.partnership.json")
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(SetUpWizard)))
    made = SetUp(qtbot, window)
    assert made.rehearsed().ok


def test_a_tab_that_waits_for_its_password_gets_it_from_the_wizard(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, folder = finished
    window.open_path(folder / "acme-keystore.p12")
    view = window.current()
    qtbot.waitUntil(view.page.password.isVisible)
    window.open_path(folder / "globex.partnership.json")
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(SetUpWizard)))
    made = SetUp(qtbot, window)
    unlock(made, "keystore", "truststore")
    assert made.rehearsed().ok
    qtbot.waitUntil(lambda: view.store is not None)


def test_stores_that_were_locked_meanwhile_are_asked_for_and_it_goes_on(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, _folder = finished
    made = take_up(qtbot, window)
    unlock(made, "keystore", "truststore")
    assert made.rehearsed().ok
    qtbot.waitUntil(lambda: all(each.store is not None for each in window.documents))
    lock_everything(window, "Nobody used it.")
    assert made.step == "unlock"
    assert all(each.store is None for each in window.documents)
    assert made.flow.keystore is None
    unlock(made, "keystore", "truststore")
    assert made.rehearsed().ok
    # The tabs open in workers of their own, as they did above.
    qtbot.waitUntil(lambda: all(each.store is not None for each in window.documents))


def test_a_password_that_was_typed_is_forgotten_when_the_stores_are_locked(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    for step in ("name", "key", "names", "keystore"):
        made.to(step)
    made.type("generate.password", OURS)
    lock_everything(window, "Nobody used it.")
    assert made.step == "keystore"
    assert made.find("generate.password").text() == ""
    assert made.flow.generating.draft.password.is_empty


def test_a_store_that_is_gone_is_told_and_can_be_left_out(
    finished: tuple[MainWindow, Path], qtbot: QtBot, partner: Partner
) -> None:
    window, folder = finished
    shutil.move(folder / "truststore.p12", folder / "elsewhere.p12")
    made = take_up(qtbot, window)
    made.wait_for("unlock")
    qtbot.waitUntil(lambda: made.is_visible("setup.unlock.truststore.without"))
    state, said = made.note("setup.unlock.truststore")
    assert state == "error"
    assert "no such file" in said
    unlock(made, "keystore")
    made.click("setup.unlock.truststore.without")
    made.wait_for("certificates")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    assert made.rehearsed().ok


def test_a_keystore_that_is_gone_leads_to_another_pair(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, folder = finished
    (folder / "acme-keystore.p12").unlink()
    made = take_up(qtbot, window)
    made.wait_for("unlock")
    qtbot.waitUntil(lambda: made.is_visible("setup.unlock.keystore.without"))
    unlock(made, "truststore")
    made.click("setup.unlock.keystore.without")
    made.wait_for("pair")
    made.make_pair()
    made.to("handover")
    # They have not got this one.
    assert made.flow.has_work("handover")


def test_a_fingerprint_is_compared_when_the_partner_is_reached(
    finished: tuple[MainWindow, Path], qtbot: QtBot, partner: Partner
) -> None:
    window, folder = finished
    path = folder / "globex.partnership.json"
    known = dataclasses.replace(read_partnership(path), fingerprint_checked=False)
    write_partnership(known, path)
    window.show_partnerships()
    words(qtbot, window, "not compared yet")
    made = take_up(qtbot, window)
    unlock(made, "keystore", "truststore")
    made.rehearsed()
    at = [name for name, _state in made.steps()].index("Partner’s certificate") + 1
    made.click(f"wizardStep{at}")
    assert made.note("setup.fingerprint") == (
        "warning", "You have not compared it with your partner yet."
    )  # fmt: skip
    made.type("setup.fingerprint", partner.fingerprint("good")[:20])
    assert made.note("setup.fingerprint")[0] == ""
    made.type("setup.fingerprint", "12 34")
    assert made.note("setup.fingerprint")[0] == "error"
    assert not made.flow.draft.fingerprint_checked
    made.type("setup.fingerprint", partner.fingerprint("good"))
    assert made.note("setup.fingerprint")[0] == "ok"
    made.close()
    qtbot.waitUntil(lambda: read_partnership(path).fingerprint_checked)


def test_the_file_that_is_damaged_or_gone_says_so_in_its_place(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, folder = finished
    path = folder / "globex.partnership.json"
    words(qtbot, window, "rehearsed successfully")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:40], encoding="utf-8")
    window.show_partnerships()
    words(qtbot, window, "is not a partnership")
    qtbot.mouseClick(listed(window)[0], Qt.MouseButton.LeftButton)
    words(qtbot, window, "is not a partnership")
    assert not [each for each in window.findChildren(SetUpWizard) if each.isVisible()]
    path.unlink()
    window.show_partnerships()
    words(qtbot, window, "file not found")
    path.write_text(whole, encoding="utf-8")
    window.show_partnerships()
    words(qtbot, window, "rehearsed successfully")


def test_one_is_taken_off_the_list_and_its_file_stays(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, folder = finished
    path = folder / "globex.partnership.json"
    (row,) = listed(window)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    assert listed(window) == []
    assert path.exists()
    # Opened like any file, it is listed again.
    window.open_path(path)
    qtbot.waitUntil(lambda: len(listed(window)) == 1)
    SetUp(qtbot, window).close()
    away = window.findChild(QToolButton, "partnerRemove")
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    assert listed(window) == []
    again = restarted(qtbot, window)
    assert listed(again) == []


@pytest.mark.parametrize(
    ("changes", "wanted", "mark"),
    [
        ({}, "rehearsed successfully", ""),
        ({"our_end": 10}, "your certificate expires in", "expiring"),
        ({"partner_end": -10}, "the partner’s certificate expired on", "expired"),
        ({"rehearsed_ok": False}, "failed", "error"),
    ],
)
def test_what_expires_or_failed_is_marked(
    finished: tuple[MainWindow, Path],
    qtbot: QtBot,
    changes: dict[str, Any],
    wanted: str,
    mark: str,
) -> None:
    window, folder = finished
    path = folder / "globex.partnership.json"
    now = datetime.now(UTC)
    dated = {
        field: now + timedelta(days=value) if field.endswith("_end") else value
        for field, value in changes.items()
    }
    write_partnership(dataclasses.replace(read_partnership(path), **dated), path)
    window.show_partnerships()
    words(qtbot, window, wanted)
    (row,) = listed(window)
    assert row._mark == mark
    assert wanted in row.accessibleDescription()


def test_a_list_that_somebody_spoilt_is_empty(
    window: MainWindow, stored: QSettings, qtbot: QtBot
) -> None:
    for text in ("{", "5", '["a", 7]', json.dumps({"a": 1})):
        stored.setValue("partnerships", text)
        window.show_partnerships()
        assert [row.text() for row in listed(window)] == (["a"] if "7" in text else [])
    qtbot.waitUntil(lambda: True)


def test_a_second_press_shows_the_same_wizard(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    qtbot.waitUntil(lambda: len(listed(window)) == 1)
    qtbot.mouseClick(listed(window)[0], Qt.MouseButton.LeftButton)
    shown = [each for each in window.findChildren(SetUpWizard) if each.isVisible()]
    assert shown == [made.wizard]
    assert made.flow.draft.host == HOST


def test_its_file_can_be_dropped_on_the_window(
    finished: tuple[MainWindow, Path], qtbot: QtBot
) -> None:
    window, folder = finished
    # There is a certificate in it, but it is not to be imported.
    assert drop(window, files(folder / "globex.partnership.json"))
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(SetUpWizard)))
    assert window.findChild(QWidget, "importWizard") is None
    SetUp(qtbot, window).close()


def test_the_menu_leads_to_it_too(finished: tuple[MainWindow, Path], qtbot: QtBot) -> None:
    window, folder = finished
    window.open_path(folder / "truststore.p12")
    menu = window.findChild(QMenu, "partnersMenu")
    menu.aboutToShow.emit()
    (entry,) = menu.actions()
    # By its name, which is in the file, and not by the name of the file.
    name = read_partnership(folder / "globex.partnership.json").partner
    assert name != "globex"
    qtbot.waitUntil(lambda: entry.text() == name)
    entry.trigger()
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(SetUpWizard)))
    SetUp(qtbot, window).close()
    window.settings.partnerships = ()
    menu.aboutToShow.emit()
    (entry,) = menu.actions()
    assert not entry.isEnabled()


def test_the_action_is_in_the_tool_row_between_import_and_rehearse(window: MainWindow) -> None:
    from PySide6.QtWidgets import QToolBar

    names = [each.objectName() for each in window.findChild(QToolBar).actions()]
    shown = [name for name in names if name.startswith("action")]
    at = shown.index("actionSetUpMutualTls")
    assert shown[at - 1 : at + 2] == [
        "actionImportCertificate", "actionSetUpMutualTls", "actionRehearse"
    ]  # fmt: skip
    assert not action(window, "actionSetUpMutualTls").icon().isNull()
