"""The wizard that takes a partner's certificates, driven in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.password import Password
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow
from handfast.ui.widgets.value_rows import StateLine
from tests.support.issued import issue
from tests.support.ui.helpers import opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.certificates.certificate import Certificate
    from handfast.ui.window.main_window import MainWindow

ACTION = "actionImportCertificate"


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path, demo: Path) -> Any:
    """A trust store with the server's certificate in it, open in the window."""
    path = tmp_path / "trust.p12"
    path.write_bytes((demo / "acme-truststore.p12").read_bytes())
    return opened(window, qtbot, path)


@pytest.fixture(scope="module")
def partner(demo: Path) -> Certificate:
    """The client's certificate, which the trust store does not have."""
    return open_file(demo / "acme-keystore.p12").store.entries[0].chain[0]


def paste(driver: Driver, text: str) -> None:
    QApplication.clipboard().setText(text)
    field = driver.find("import.text")
    driver.qtbot.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
    driver.qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    driver.qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def to_check(driver: Driver) -> None:
    driver.next()
    driver.next()
    assert driver.step == "check"


def test_a_dropped_certificate_is_compared_imported_and_saved(
    window: MainWindow,
    qtbot: QtBot,
    document: Any,
    demo: Path,
    partner: Certificate,
    keytool: Callable[..., Any],
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    assert driver.said_of_source(1) == "A certificate: Acme Integration"
    to_check(driver)
    shown = driver.find("import.card.fingerprint").text()
    assert "".join(shown.split()).lower() == partner.sha256
    assert driver.find("import.alias").text() == "acme-integration"
    driver.type("import.fingerprint", group_fingerprint(partner.sha256).replace(":", " - "))
    assert driver.note("import.fingerprint")[0] == "ok"
    driver.type("import.alias", "our-client")
    driver.next()
    assert "matches what your partner read out" in driver.said()
    driver.finish()
    assert document.is_dirty
    said = driver.find("wizardResultText")
    assert "not saved yet" in said.text()
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not document.is_dirty)
    qtbot.waitUntil(lambda: "not saved yet" not in said.text())
    assert "is saved in" in said.text()
    assert not any("Until then" in each.text() for each in driver.wizard.findChildren(QLabel))
    out = keytool("-list", "-keystore", document.path, "-storepass", "changeit").stdout
    assert "our-client" in out
    assert "trustedCertEntry" in out
    assert group_fingerprint(partner.sha256) in out
    assert "2 entries" in out


def test_pasted_text_goes_into_a_new_trust_store(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    partner: Certificate,
    keytool: Callable[..., Any],
    files_read: list[Path],
) -> None:
    driver = Driver(qtbot, window, ACTION)
    paste(driver, f"Dear all,\n\nsee below.\n\n{partner.pem()}\nRegards\n")
    assert "Acme Integration" in driver.said_of_source(1)
    driver.next()
    path = tmp_path / "fresh.jks"
    driver.choose("import.new_format", "JKS")
    driver.type("import.new_path", str(path))
    driver.type("import.password", "correct horse")
    driver.type("import.password_again", "correct horse")
    driver.next()
    driver.next()
    assert "not compared with your partner" in driver.said()
    driver.finish()
    assert driver.wizard.stage == "finished"
    listing = ("-list", "-keystore", path, "-storetype", "JKS", "-storepass", "correct horse")
    assert "acme-integration" in keytool(*listing).stdout
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.store is not None)
    assert len(view.store.trusted) == 1
    # It was read back as it was written, and not once more.
    assert files_read == []


def test_a_keystore_is_not_missed_before_one_could_be_chosen(
    window: MainWindow, qtbot: QtBot, partner: Certificate
) -> None:
    driver = Driver(qtbot, window, ACTION)
    paste(driver, partner.pem())
    driver.said_of_source(1)
    driver.next()
    driver.click("import.target.new")
    # The file has no password yet.
    driver.next()
    assert driver.step == "target"
    driver.click("import.target.existing")
    assert not driver.is_visible("import.existing.note")
    driver.next()
    assert driver.note("import.existing")[0] == "error"


@pytest.mark.parametrize("typed", ["AB:CD", "not a fingerprint", "0" * 64])
def test_a_wrong_fingerprint_is_said_at_once_and_stops_the_import(
    window: MainWindow, qtbot: QtBot, document: Any, demo: Path, typed: str
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    driver.said_of_source(1)
    to_check(driver)
    driver.type("import.fingerprint", typed)
    state, words = driver.note("import.fingerprint")
    assert state == "error"
    assert "Does not match" in words
    driver.next()
    assert driver.step == "check"
    assert driver.has_keyboard("import.fingerprint")
    assert len(document.store.entries) == 1


def test_an_incomplete_fingerprint_is_no_error_until_one_goes_on(
    window: MainWindow, qtbot: QtBot, document: Any, demo: Path, partner: Certificate
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    driver.said_of_source(1)
    to_check(driver)
    driver.type("import.fingerprint", partner.sha256[:12])
    state, words = driver.note("import.fingerprint")
    assert state == ""
    assert "12 of 64" in words
    driver.next()
    assert driver.step == "check"
    assert driver.note("import.fingerprint")[0] == "error"
    driver.type("import.fingerprint", partner.sha1)
    assert driver.note("import.fingerprint")[0] == "ok"
    driver.next()
    assert driver.step == "summary"
    assert len(document.store.entries) == 1


def test_an_alias_that_is_taken_is_refused(
    window: MainWindow, qtbot: QtBot, document: Any, demo: Path
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    driver.said_of_source(1)
    to_check(driver)
    driver.type("import.alias", document.store.entries[0].alias.upper())
    assert driver.note("import.alias")[0] == "error"
    driver.next()
    assert driver.step == "check"
    driver.type("import.alias", "free")
    driver.next()
    assert driver.step == "summary"


def test_what_is_there_already_is_warned_of(
    window: MainWindow, qtbot: QtBot, document: Any, demo: Path
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "globex.cer")
    driver.said_of_source(1)
    to_check(driver)
    assert f"already in the keystore as “{document.store.entries[0].alias}”" in driver.said()


PRIVATE_KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PRIVATE_KEY, "private key"),
        ("good morning", "Ask for the certificate"),
        ("<html><body>Log in</body></html>", "web page"),
    ],
)
def test_what_is_not_a_certificate_is_named_and_not_taken(
    window: MainWindow, qtbot: QtBot, text: str, words: str
) -> None:
    driver = Driver(qtbot, window, ACTION)
    paste(driver, text)
    assert words in driver.said_of_source(1)
    driver.next()
    assert driver.step == "certificates"
    assert driver.note("import.sources")[0] == "error"


def test_a_request_is_named_and_the_certificate_beside_it_is_taken(
    window: MainWindow,
    qtbot: QtBot,
    demo: Path,
    tmp_path: Path,
    keytool: Callable[..., Any],
) -> None:
    request = tmp_path / "acme.csr"
    store = ("-keystore", demo / "acme-keystore.p12", "-storepass", "changeit")
    keytool("-certreq", "-alias", "acme", "-file", request, *store)
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", request, demo / "acme.cer")
    assert "signing request" in driver.said_of_source(1)
    assert driver.said_of_source(2) == "A certificate: Acme Integration"
    driver.next()
    assert driver.step == "target"


def test_a_keystore_is_asked_for_its_password_in_place(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.p12"
    store = open_file(demo / "acme-keystore.p12").store
    save_store(store.with_password(Password("their secret")), path)
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", path)
    assert "password is required" in driver.said_of_source(1)
    driver.type("import.source.1.password", "wrong")
    driver.click("import.source.1.open")
    qtbot.waitUntil(lambda: "Wrong password" in driver.said_of_source(1))
    driver.type("import.source.1.password", "their secret")
    qtbot.keyClick(driver.find("import.source.1.password"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Acme Integration" in driver.said_of_source(1))
    assert "must never be sent" in driver.said()


def test_many_are_chosen_one_by_one_and_each_has_its_alias(
    window: MainWindow,
    qtbot: QtBot,
    document: Any,
    demo: Path,
    tmp_path: Path,
    partner: Certificate,
    keytool: Callable[..., Any],
) -> None:
    server = open_file(demo / "globex-keystore.jks").store.entries[0].chain[0]
    both = tmp_path / "both.pem"
    both.write_text(server.pem() + partner.pem())
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", both)
    assert "2 certificates" in driver.said_of_source(1)
    to_check(driver)
    table = driver.find("import.candidates")
    assert table.model().rowCount() == 2
    table.setFocus()
    # Space leaves the first out; the second is the one to go on with.
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert not driver.find("import.alias").isEnabled()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    driver.type("import.fingerprint", server.sha256)
    assert "in the list" in driver.note("import.fingerprint")[1]
    driver.type("import.fingerprint", partner.sha256)
    driver.type("import.alias", "second")
    driver.next()
    driver.finish()
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not document.is_dirty)
    out = keytool("-list", "-keystore", document.path, "-storepass", "changeit").stdout
    assert "second" in out
    assert "2 entries" in out


def test_a_file_that_is_gone_is_said(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", tmp_path / "gone.cer")
    assert "gone.cer" in driver.said() or "gone.cer" in driver.said_of_source(1)
    driver.next()
    assert driver.step == "certificates"


def test_the_whole_wizard_without_a_mouse(
    window: MainWindow, qtbot: QtBot, document: Any, partner: Certificate
) -> None:
    driver = Driver(qtbot, window, ACTION)

    def press(key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(driver.wizard.focusWidget(), key, modifiers)

    assert driver.wizard.focusWidget().objectName() == "import.files"
    press(Qt.Key.Key_Tab)
    assert driver.wizard.focusWidget().objectName() == "import.text"
    QApplication.clipboard().setText(partner.pem())
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    driver.said_of_source(1)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert driver.step == "target"
    press(Qt.Key.Key_Return)
    assert driver.step == "check"
    assert driver.wizard.focusWidget().objectName() == "import.fingerprint"
    qtbot.keyClicks(driver.wizard.focusWidget(), partner.sha256)
    press(Qt.Key.Key_Return)
    assert driver.step == "summary"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.wizard.stage == "finished")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not document.is_dirty)
    assert document.store.find("acme-integration") is not None
    # Once it is saved, Return closes, and begins nothing else.
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importWizard") is None)
    assert window.findChild(QWidget, "exportWizard") is None


def test_return_closes_the_end_of_an_import_into_a_new_keystore(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Certificate
) -> None:
    driver = Driver(qtbot, window, ACTION)
    paste(driver, partner.pem())
    driver.said_of_source(1)
    driver.next()
    driver.type("import.new_path", str(tmp_path / "partners.p12"))
    driver.type("import.password", "correct horse")
    driver.type("import.password_again", "correct horse")
    driver.next()
    driver.next()
    driver.finish()
    qtbot.keyClick(driver.wizard.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importWizard") is None)
    assert window.findChild(QWidget, "exportWizard") is None
    assert (tmp_path / "partners.p12").exists()


@pytest.mark.parametrize(
    ("bits", "warns"), [(1024, True), (2048, False)], ids=["weak key", "strong key"]
)
def test_a_weak_key_is_told_beside_the_certificate(
    window: MainWindow, qtbot: QtBot, document: Any, tmp_path: Path, bits: int, *, warns: bool
) -> None:
    path = tmp_path / "partner.cer"
    path.write_bytes(issue(CN="partner.example", rsa_bits=bits).certificate.der)
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", path)
    driver.said_of_source(1)
    to_check(driver)
    assert ("has only 1,024 bits" in driver.said()) is warns
    # A warning is not a refusal.
    driver.next()
    assert driver.step == "summary"
    assert document.store is not None


@pytest.mark.parametrize("is_compared", [True, False])
@pytest.mark.usefixtures("document")
def test_the_end_tells_whether_the_fingerprint_was_compared_and_offers_the_rehearsal(
    window: MainWindow, qtbot: QtBot, demo: Path, partner: Certificate, is_compared: bool
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    assert driver.said_of_source(1)
    to_check(driver)
    if is_compared:
        driver.type("import.fingerprint", group_fingerprint(partner.sha256))
    driver.next()
    driver.finish()
    line = driver.find("resultComparison")
    assert isinstance(line, StateLine)
    assert line.mark.kind == ("ok" if is_compared else "warning")
    assert ("not compared" in line.label.text()) is not is_compared
    driver.click("resultRehearse")
    qtbot.waitUntil(lambda: window.findChild(RehearsalWindow) is not None)
    window.findChild(RehearsalWindow).close()


@pytest.mark.usefixtures("document")
def test_the_end_leads_on_to_a_program_that_uses_the_trust_store(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    assert driver.said_of_source(1)
    to_check(driver)
    driver.next()
    driver.finish()
    driver.click("resultSetUp")
    qtbot.waitUntil(lambda: window.findChild(QWidget, "setUpWizard") is not None, timeout=10_000)
    window.findChild(QWidget, "setUpWizard").close()


@pytest.mark.parametrize("has_own", [True, False])
def test_the_end_leads_on_to_the_export_of_ones_own(
    window: MainWindow, qtbot: QtBot, document: Any, demo: Path, has_own: bool
) -> None:
    if has_own:
        window.open_path(demo / "globex-keystore.jks")
        own = window.current()
        assert own is not None
        qtbot.waitUntil(lambda: own.store is not None)
        window.tabs.setCurrentWidget(document)
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    assert driver.said_of_source(1)
    to_check(driver)
    driver.next()
    driver.finish()
    driver.click("resultExport")
    qtbot.waitUntil(lambda: window.findChild(QWidget, "exportWizard") is not None)
    exporting = Driver(qtbot, window)
    # Never what the partner sent, which alone is in the trust store that is in front.
    source = exporting.find("export.source").currentText()
    assert source == ("globex-keystore.jks" if has_own else "trust.p12")
    assert exporting.wizard.flow.draft.chosen == (("globex",) if has_own else ())
    exporting.wizard.close()


@pytest.mark.usefixtures("document")
def test_the_field_of_the_fingerprint_holds_all_of_it(
    window: MainWindow, qtbot: QtBot, demo: Path, partner: Certificate
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.drop("import.drop", demo / "acme.cer")
    assert driver.said_of_source(1)
    to_check(driver)
    driver.wizard.resize(1100, 700)
    field = driver.find("import.fingerprint")
    needed = field.fontMetrics().horizontalAdvance(partner.sha256)
    qtbot.waitUntil(lambda: field.width() > needed)
