"""The wizard that hands certificates over, driven in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

from handfast.core.certificate import group_fingerprint
from handfast.services.demo import make_demo
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from tests.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

ACTION = "actionExportCertificate"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    return folder


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> Any:
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.store is not None)
    return view


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path, demo: Path) -> Any:
    """The client's key pair and the server's certificate, in one open store."""
    other = open_file(demo / "globex-keystore.jks").store.entries[0].chain[0]
    store = open_file(demo / "acme-keystore.p12").store
    path = tmp_path / "both.p12"
    save_store(import_certificates(store, [(other, "globex")]), path)
    return opened(window, qtbot, path)


def tick(driver: Driver, row: int) -> None:
    """Tick a row of the table with the mouse."""
    table = driver.find("export.chosen")
    assert isinstance(table, QTableView)
    place = table.visualRect(table.model().index(row, 0))
    at = place.center()
    at.setX(place.left() + 9)
    driver.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


@pytest.mark.parametrize(
    ("encoding", "ending", "reader"),
    [
        ("der", "cer", ("x509", "-inform", "DER", "-noout", "-subject", "-in")),
        ("pem", "pem", ("x509", "-inform", "PEM", "-noout", "-subject", "-in")),
        ("pkcs7", "p7b", ("pkcs7", "-inform", "DER", "-noout", "-print_certs", "-in")),
    ],
)
def test_a_certificate_goes_out_as_openssl_and_keytool_read_it(
    window: MainWindow,
    qtbot: QtBot,
    document: Any,
    keytool: Callable[..., Any],
    openssl: Callable[..., Any],
    encoding: str,
    ending: str,
    reader: tuple[str, ...],
) -> None:
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    driver.next()
    driver.click(f"export.encoding.{encoding}")
    path = document.path.parent / f"acme.{ending}"
    assert driver.find("export.path").text() == str(path)
    driver.next()
    driver.finish()
    assert "The certificate is exported" in driver.said()
    assert path.stat().st_mode & 0o777 == 0o644
    openssl(*reader, path)
    out = keytool("-printcert", "-file", path).stdout
    assert group_fingerprint(document.store.find("acme").chain[0].sha256) in out


def test_no_private_key_leaves_whatever_is_chosen(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    secret = document.store.find("acme").key.pkcs8
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    tick(driver, 1)
    driver.next()
    for encoding in ("pem", "pkcs7"):
        driver.click(f"export.encoding.{encoding}")
        driver.next()
        driver.click("wizardBack")
    driver.next()
    driver.finish()
    for path in document.path.parent.iterdir():
        if path != document.path:
            data = path.read_bytes()
            assert secret not in data
            assert b"PRIVATE" not in data
    driver.click("export.result.copyCertificate")
    assert "PRIVATE" not in QGuiApplication.clipboard().text()


def test_the_fingerprint_is_shown_in_groups_and_copied_whole(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    sha256 = document.store.find("acme").chain[0].sha256
    driver = Driver(qtbot, window, ACTION)
    shown = driver.find("export.card.fingerprint").text()
    assert "".join(shown.split()).lower() == sha256
    assert len(shown.splitlines()) == 4
    driver.click("export.copyFingerprint")
    assert QGuiApplication.clipboard().text() == group_fingerprint(sha256)
    driver.click("export.copyCertificate")
    assert QGuiApplication.clipboard().text() == document.store.find("acme").chain[0].pem()


def test_nothing_chosen_is_refused_on_the_page(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    driver = Driver(qtbot, window, ACTION)
    assert len(document.store.entries) == 2
    driver.next()
    assert driver.step == "certificates"
    assert driver.note("export.chosen") == ("error", "Choose at least one certificate.")
    tick(driver, 1)
    driver.next()
    assert driver.step == "file"


def test_a_file_that_exists_is_replaced_only_when_it_is_said_so(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    path = document.path.parent / "acme.cer"
    path.write_text("something else")
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    driver.next()
    assert "exists already" in driver.note("export.path")[1]
    driver.next()
    assert driver.step == "file"
    driver.click("export.replace")
    driver.next()
    qtbot.waitUntil(lambda: "Replaces" in driver.said())
    driver.finish()
    assert path.read_bytes() == document.store.find("acme").chain[0].der


def test_an_open_store_is_never_the_target(window: MainWindow, qtbot: QtBot, document: Any) -> None:
    before = document.path.read_bytes()
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    driver.next()
    driver.type("export.path", str(document.path))
    driver.click("export.replace")
    driver.next()
    assert driver.step == "file"
    assert "open keystore" in driver.note("export.path")[1]
    assert document.path.read_bytes() == before


def test_several_become_one_file_or_one_each(
    window: MainWindow, qtbot: QtBot, document: Any, keytool: Callable[..., Any]
) -> None:
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    tick(driver, 1)
    driver.next()
    # DER has room for one, so several begin as PEM.
    assert driver.find("export.encoding.pem").isChecked()
    driver.click("export.encoding.der")
    assert driver.find("export.separate").isChecked()
    assert not driver.find("export.separate").isEnabled()
    driver.next()
    driver.finish()
    folder = document.path.parent
    for alias in ("acme", "globex"):
        out = keytool("-printcert", "-file", folder / f"{alias}.cer").stdout
        assert group_fingerprint(document.store.find(alias).chain[0].sha256) in out


def test_with_no_store_open_there_is_a_way_to_one(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    driver = Driver(qtbot, window, ACTION)
    assert not driver.is_visible("export.chosen")
    driver.next()
    assert driver.step == "certificates"
    assert driver.note("export.source.row")[0] == "error"
    opened(window, qtbot, demo / "acme-keystore.p12")
    qtbot.waitUntil(lambda: driver.is_visible("export.chosen"))
    assert driver.find("export.source").currentText() == "acme-keystore.p12"


def test_the_whole_wizard_without_a_mouse(window: MainWindow, qtbot: QtBot, document: Any) -> None:
    driver = Driver(qtbot, window, ACTION)

    def press(key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(driver.wizard.focusWidget(), key, modifiers)

    for _ in range(20):
        if driver.wizard.focusWidget().objectName() == "export.chosen":
            break
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert driver.step == "file"
    press(Qt.Key.Key_Down)
    assert driver.find("export.encoding.pem").isChecked()
    press(Qt.Key.Key_Return)
    assert driver.step == "summary"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.wizard.stage == "finished")
    pem = (document.path.parent / "acme.pem").read_text()
    assert pem == document.store.find("acme").chain[0].pem()
