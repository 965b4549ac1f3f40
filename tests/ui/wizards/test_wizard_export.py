"""The wizard that hands certificates over, driven in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

from handfast.core.certificates.certificate import group_fingerprint
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

ACTION = "actionExportCertificate"


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
    assert "already exists" in driver.note("export.path")[1]
    driver.next()
    assert driver.step == "file"
    driver.click("export.replace")
    driver.next()
    qtbot.waitUntil(lambda: "Replaces" in driver.said())
    driver.finish()
    assert path.read_bytes() == document.store.find("acme").chain[0].der


def test_a_name_that_is_refused_is_not_proposed(
    window: MainWindow, qtbot: QtBot, document: Any
) -> None:
    # Somebody called a keystore as the certificate would be called.
    other = document.path.with_name("acme.cer")
    other.write_bytes(document.path.read_bytes())
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    driver.next()
    assert driver.find("export.path").text() == str(other.with_name("acme-2.cer"))
    driver.type("export.path", str(other))
    assert "never overwritten" in driver.note("export.path")[1]
    assert not driver.is_visible("export.replace")
    driver.next()
    assert driver.step == "file"
    assert other.read_bytes() == document.path.read_bytes()


def test_an_open_store_is_never_the_target(window: MainWindow, qtbot: QtBot, document: Any) -> None:
    before = document.path.read_bytes()
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    driver.next()
    driver.type("export.path", str(document.path))
    # What is refused is not offered.
    assert not driver.is_visible("export.replace")
    driver.next()
    assert driver.step == "file"
    assert "keystore is open" in driver.note("export.path")[1]
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


@pytest.fixture
def many(window: MainWindow, qtbot: QtBot, tmp_path: Path, demo: Path) -> Any:
    """Twelve trusted certificates of one another's kind."""
    certificate = open_file(demo / "acme-keystore.p12").store.entries[0].chain[0]
    store = open_file(demo / "globex-truststore.jks").store
    names = [f"entry {number:02}" for number in (*range(6, 12), *range(6))]
    store = import_certificates(store.without(store.entries), [(certificate, n) for n in names])
    path = tmp_path / "many.jks"
    save_store(store, path)
    return opened(window, qtbot, path)


def aliases(driver: Driver) -> list[str]:
    model = driver.find("export.chosen").model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def ticked(driver: Driver) -> list[str]:
    model = driver.find("export.chosen").model()
    state = Qt.ItemDataRole.CheckStateRole
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return [index.data() for index in rows if index.data(state) == Qt.CheckState.Checked]


def selected(driver: Driver) -> list[str]:
    select = driver.find("export.chosen").selectionModel()
    return [index.data() for index in select.selectedRows(0)]


@pytest.mark.usefixtures("many")
def test_a_long_list_is_filtered_sorted_and_chosen_whole(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    assert aliases(driver)[0] == "entry 06"
    header = driver.find("export.chosen").horizontalHeader()
    header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    assert aliases(driver) == [f"entry {number:02}" for number in range(12)]
    header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
    assert aliases(driver)[0] == "entry 11"
    driver.type("export.filter", "entry 0")
    assert len(aliases(driver)) == 11
    driver.click("export.selectAll")
    assert "11 of 12" in driver.find("export.count").text()
    # What the filter hides stays chosen.
    driver.type("export.filter", "entry 03")
    driver.click("export.selectNone")
    assert "10 of 12" in driver.find("export.count").text()
    driver.find("export.filter").clear()
    assert len(ticked(driver)) == 10
    assert "entry 03" not in ticked(driver)


@pytest.mark.usefixtures("many")
def test_a_tick_and_the_selection_are_one(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    table = driver.find("export.chosen")
    tick(driver, 2)
    assert ticked(driver) == selected(driver) == ["entry 08"]
    # Anywhere in the row, and by the space bar.
    at = table.visualRect(table.model().index(4, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert ticked(driver) == selected(driver) == ["entry 08", "entry 10"]
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert ticked(driver) == selected(driver) == ["entry 08"]
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(ticked(driver)) == 12
    driver.click("export.selectNone")
    assert ticked(driver) == selected(driver) == []


@pytest.mark.usefixtures("document")
def test_a_short_list_has_no_filter(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    assert not driver.is_visible("export.filter")


@pytest.mark.parametrize(("row", "is_ours"), [(0, True), (1, False)])
@pytest.mark.usefixtures("document")
def test_the_end_is_right_for_our_own_and_for_a_partners_certificate(
    window: MainWindow, qtbot: QtBot, row: int, is_ours: bool
) -> None:
    driver = Driver(qtbot, window, ACTION)
    tick(driver, row)
    driver.next()
    driver.next()
    driver.finish()
    caption = driver.find("export.result.caption").text()
    assert ("read this" in caption) is is_ours
    assert ("another party" in caption) is not is_ours
    assert driver.is_visible("resultImport") is is_ours
    # It is done: Enter closes.
    assert driver.has_keyboard("wizardFinish")
    assert driver.find("wizardFinish").isDefault()


@pytest.mark.usefixtures("document")
def test_the_command_is_shown_whole(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTION)
    tick(driver, 0)
    driver.next()
    driver.next()
    driver.click("wizardCommandToggle")
    box = driver.find("wizardCommand")
    qtbot.waitUntil(lambda: box.verticalScrollBar().maximum() == 0)
    for width in (700, 1200):
        driver.wizard.resize(width, 700)
        qtbot.waitUntil(lambda: box.verticalScrollBar().maximum() == 0)


@pytest.mark.usefixtures("document")
def test_the_help_button_is_reached_by_tab_and_says_the_key(
    window: MainWindow, qtbot: QtBot
) -> None:
    from handfast.ui.widgets.whats_this import HelpButton

    driver = Driver(qtbot, window, ACTION)
    button = driver.find("whatIsThis")
    assert isinstance(button, HelpButton)
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    # At the beginning of the row of buttons.
    assert button.x() < driver.find("wizardCancel").x()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    from PySide6.QtWidgets import QWhatsThis

    # Nobody can click with the keyboard.
    assert not QWhatsThis.inWhatsThisMode()
    QWhatsThis.hideText()
