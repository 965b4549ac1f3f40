"""The JDKs of this machine in the real window: found, compared, given a CA, and restored."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget, QWidget

from handfast.services.files.opening import open_file
from handfast.services.jdks import installations
from handfast.ui.jdks.jdk_window import JdkWindow
from tests.support.issued import issue
from tests.support.jdks import fake_jdk, trust_store
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

COMPANY = issue(CN="Company Root", is_ca=True).certificate
PUBLIC = issue(CN="Public Root", is_ca=True).certificate
PLAIN = trust_store([])


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with two JDKs and nothing else."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    fake_jdk(tmp_path / "usr/lib/jvm/jdk-17", trust_store([("public", PUBLIC)]), version="17.0.1")
    fake_jdk(tmp_path / "usr/lib/jvm/jdk-21", PLAIN, version="21.0.2")
    made = installations.Machine(
        environment={"HOME": str(tmp_path / "home")}, platform="linux", root=tmp_path
    )
    monkeypatch.setattr(installations, "Machine", lambda: made)
    return tmp_path / "usr/lib/jvm"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    path = tmp_path / "company.crt"
    path.write_text(ssl.DER_cert_to_PEM_cert(COMPANY.der), encoding="ascii")
    return path


def shown(window: MainWindow, qtbot: QtBot) -> JdkWindow:
    action(window, "actionJdks").trigger()
    dialog = window.findChild(JdkWindow)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    return dialog


def cells(dialog: JdkWindow, column: int) -> list[str]:
    return [dialog.model.index(row, column).data() for row in range(dialog.model.rowCount())]


def words(dialog: JdkWindow) -> str:
    page = dialog.findChild(QWidget, "jdkPage")
    return "\n".join(each.text() for each in page.findChildren(QLabel))


def test_what_is_found_and_what_differs(window: MainWindow, qtbot: QtBot) -> None:
    dialog = shown(window, qtbot)
    assert cells(dialog, 0) == ["Java 17.0.1, Example", "Java 21.0.2, Example"]
    assert cells(dialog, 3) == ["1 certificate", "0 certificates"]
    told = words(dialog).replace("\u200b", "")
    assert "1 certificate is missing from Java 21.0.2, Example:" in told
    assert "public" in told
    assert not dialog.add_button.isEnabled()
    assert not dialog.undo_button.isEnabled()


def test_a_trust_store_opens_in_a_tab(window: MainWindow, qtbot: QtBot, machine: Path) -> None:
    dialog = shown(window, qtbot)
    dialog.table.select_row(1)
    dialog.findChild(QPushButton, "jdkOpen").click()
    qtbot.waitUntil(lambda: window.current() is not None)
    view = window.current()
    assert view is not None
    assert view.document.path == machine / "jdk-21/lib/security/cacerts"


def test_added_to_all_and_undone(
    window: MainWindow, qtbot: QtBot, company: Path, machine: Path
) -> None:
    paths = [machine / name / "lib/security/cacerts" for name in ("jdk-17", "jdk-21")]
    before = [each.read_bytes() for each in paths]
    dialog = shown(window, qtbot)
    QTest.keyClicks(dialog.file.line, str(company))
    qtbot.waitUntil(dialog.add_button.isEnabled)
    assert cells(dialog, 3) == ["will be added as “company-root”"] * 2
    assert "2" in dialog.add_button.text()
    assert [each.read_bytes() for each in paths] == before
    QTest.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.undo_button.isEnabled)
    assert "Added to 2 trust stores" in dialog.said.text()
    for path in paths:
        trusted = open_file(path).store.trusted
        assert COMPANY in [each.certificate for each in trusted]
    QTest.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.add_button.isEnabled)
    assert "restored" in dialog.said.text()
    assert [each.read_bytes() for each in paths] == before


def test_one_is_left_out_by_the_space_bar(
    window: MainWindow, qtbot: QtBot, company: Path, machine: Path
) -> None:
    dialog = shown(window, qtbot)
    QTest.keyClicks(dialog.file.line, str(company))
    qtbot.waitUntil(dialog.add_button.isEnabled)
    QTest.keyClicks(dialog.alias, "acme")
    dialog.table.select_row(0)
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert cells(dialog, 3) == ["left unchanged", "will be added as “acme”"]
    dialog.add_button.click()
    qtbot.waitUntil(dialog.undo_button.isEnabled)
    assert open_file(machine / "jdk-21/lib/security/cacerts").store.find("acme") is not None
    assert open_file(machine / "jdk-17/lib/security/cacerts").store.find("acme") is None


def test_a_file_that_is_no_certificate(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("nothing\n", encoding="utf-8")
    dialog = shown(window, qtbot)
    QTest.keyClicks(dialog.file.line, str(text))
    qtbot.waitUntil(lambda: dialog.file_note.state == "error")
    assert not dialog.add_button.isEnabled()
    dialog.file.line.clear()
    QTest.keyClicks(dialog.file.line, str(tmp_path / "gone.crt"))
    qtbot.waitUntil(lambda: "gone.crt" in dialog.file_note.text)


def add_everywhere(window: MainWindow, qtbot: QtBot, company: Path) -> None:
    """Have all JDKs trust the CA, and close the window again."""
    dialog = shown(window, qtbot)
    QTest.keyClicks(dialog.file.line, str(company))
    qtbot.waitUntil(dialog.add_button.isEnabled)
    dialog.add_button.click()
    qtbot.waitUntil(dialog.undo_button.isEnabled)
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(JdkWindow) is None)


def test_what_an_update_took_is_told_and_added_again(
    window: MainWindow, qtbot: QtBot, company: Path, machine: Path
) -> None:
    add_everywhere(window, qtbot, company)
    updated = machine / "jdk-21/lib/security/cacerts"
    updated.write_bytes(PLAIN)
    window.go_home()
    window.refresh()
    notice = window.findChild(QWidget, "startLostTrust")
    qtbot.waitUntil(notice.isVisible)
    assert "Company Root" in notice.line()
    notice.click()
    qtbot.waitUntil(lambda: window.findChild(JdkWindow) is not None)
    dialog = window.findChild(JdkWindow)
    qtbot.waitUntil(dialog.lost_button.isVisible)
    assert dialog.lost_note.state == "error"
    dialog.lost_button.click()
    assert cells(dialog, 3)[1].startswith("will be added")
    dialog.add_button.click()
    qtbot.waitUntil(lambda: not dialog.lost_button.isVisible())
    window.refresh()
    qtbot.waitUntil(lambda: not notice.isVisible())


def test_the_finding_leads_there(
    window: MainWindow, qtbot: QtBot, company: Path, machine: Path
) -> None:
    add_everywhere(window, qtbot, company)
    path = machine / "jdk-21/lib/security/cacerts"
    path.write_bytes(PLAIN)
    view = opened(window, qtbot, path)
    action(window, "actionCheck").trigger()
    qtbot.waitUntil(lambda: "1 error" in view.findings.text())
    tree = view.findings.findChild(QTreeWidget)
    tree.expandAll()
    view.findings.findChild(QPushButton, "findingJdks").click()
    qtbot.waitUntil(lambda: window.findChild(JdkWindow) is not None)
