"""A CA's reply, brought in by mouse and keys in the real window: drop, paste, import wizard."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton, QTreeWidget, QWidget

from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import Issued, issue
from tests.support.ui.helpers import opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

PASSWORD = Password("changeit")


@pytest.fixture(scope="module")
def root() -> Issued:
    return issue(CN="Root CA", is_ca=True)


@pytest.fixture(scope="module")
def issuing(root: Issued) -> Issued:
    return issue(CN="Issuing CA", is_ca=True, issuer=root)


@pytest.fixture(scope="module")
def own() -> Issued:
    return issue(CN="own.example")


@pytest.fixture(scope="module")
def signed(own: Issued, issuing: Issued) -> Issued:
    return issue(CN="own.example", issuer=issuing, key=own.key)


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued) -> Any:
    """A keystore with the pair, and another pair, open in the window."""
    path = tmp_path / "own.p12"
    store = new_store(Format.PKCS12, PASSWORD, Strength.MODERN)
    save_store(store.with_entries([issue(CN="x").pair("x"), own.pair("own")]), path, backup=False)
    return opened(window, qtbot, path, PASSWORD)


def pem(*certificates: Issued) -> str:
    return "".join(each.certificate.public_pem() for each in certificates)


def paste(driver: Driver, name: str, text: str) -> None:
    QApplication.clipboard().setText(text)
    field = driver.find(name)
    driver.qtbot.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
    driver.qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def wait_for(driver: Driver, name: str) -> None:
    driver.qtbot.waitUntil(lambda: driver.is_visible(name), timeout=10_000)


def test_a_dropped_reply_goes_onto_its_pair_and_can_be_undone(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    document: Any,
    own: Issued,
    signed: Issued,
    issuing: Issued,
    root: Issued,
    keytool: Callable[..., Any],
) -> None:
    sent = tmp_path / "reply.pem"
    sent.write_text(pem(root, issue(CN="Stranger", is_ca=True), signed, issuing))
    driver = Driver(qtbot, window, "actionImportReply")
    driver.drop("reply.drop", sent)
    wait_for(driver, "reply.source.1.said")
    driver.next()
    assert driver.step == "chain"
    assert driver.find("reply.alias").currentText() == "own in own.p12"
    shown = driver.find("reply.root.fingerprint").text()
    assert "".join(shown.split()).lower() == root.certificate.sha256
    assert not driver.is_visible("reply.lookInFile")
    driver.next()
    assert "Stranger" in driver.said()
    driver.finish()
    chain = (signed.certificate, issuing.certificate, root.certificate)
    assert document.store.get("own").chain == chain
    assert document.is_dirty
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not document.is_dirty)
    out = keytool("-list", "-v", "-alias", "own", "-keystore", document.path, "-storepass",
                  "changeit").stdout  # fmt: skip
    assert re.search(r"Certificate chain length: 3", out)
    driver.wizard.close()
    window.findChild(QAction, "actionUndo").trigger()
    assert document.store.get("own").chain == (own.certificate,)


def test_a_mail_that_is_pasted_is_completed_from_a_file(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    document: Any,
    signed: Issued,
    issuing: Issued,
    root: Issued,
) -> None:
    above = tmp_path / "ca-bundle.pem"
    above.write_text(pem(root, issuing))
    driver = Driver(qtbot, window, "actionImportReply")
    paste(driver, "reply.text", f"Dear customer,\n\n{pem(signed)}\nRegards\n")
    wait_for(driver, "reply.source.1.said")
    driver.next()
    state, text = driver.note("reply.chain")
    assert state == "warning"
    assert "Issuing CA" in text
    wizard: Any = driver.wizard
    wizard.chain_page.look_in.emit([above])
    qtbot.waitUntil(lambda: driver.is_visible("reply.root.fingerprint"), timeout=10_000)
    assert not driver.is_visible("reply.chain.note")
    assert "ca-bundle.pem" in driver.said()
    driver.next()
    driver.finish()
    assert len(document.store.get("own").chain) == 3


def test_what_is_not_in_a_file_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, signed: Issued
) -> None:
    other = tmp_path / "other.pem"
    other.write_text(pem(issue(CN="Stranger", is_ca=True)))
    driver = Driver(qtbot, window, "actionImportReply")
    paste(driver, "reply.text", pem(signed))
    wait_for(driver, "reply.source.1.said")
    driver.next()
    wizard: Any = driver.wizard
    wizard.chain_page.look_in.emit([other])
    qtbot.waitUntil(
        lambda: "does not contain the missing" in driver.note("reply.ways")[1], timeout=10_000
    )
    assert len(document.store.get("own").chain) == 1


def test_a_reply_for_no_pair_is_refused_at_once_with_the_reason(
    window: MainWindow, qtbot: QtBot, document: Any, issuing: Issued
) -> None:
    driver = Driver(qtbot, window, "actionImportReply")
    paste(driver, "reply.text", pem(issue(CN="other", issuer=issuing)))
    wait_for(driver, "reply.source.1.said")
    note = driver.note("reply.sources")
    assert note[0] == "error"
    assert "public key" in note[1]
    assert driver.is_visible("reply.openStore")
    driver.next()
    assert driver.step == "reply"
    assert not document.is_dirty


def test_the_keystore_with_the_pair_can_be_opened_from_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued, signed: Issued
) -> None:
    path = tmp_path / "own.pem"
    path.write_bytes(own.private_pem() + pem(own).encode())
    driver = Driver(qtbot, window, "actionImportReply")
    paste(driver, "reply.text", pem(signed))
    wait_for(driver, "reply.openStore")
    assert "No keystore is open" in driver.note("reply.sources")[1]
    wizard: Any = driver.wizard
    wizard.sources_page.open_requested.emit(path)
    qtbot.waitUntil(lambda: not driver.is_visible("reply.openStore"), timeout=10_000)
    driver.next()
    assert driver.step == "chain"


@pytest.mark.parametrize("how", ["reply", "trusted"])
def test_the_import_wizard_offers_the_pair_first(
    how: str,
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    document: Any,
    signed: Issued,
    issuing: Issued,
    root: Issued,
) -> None:
    archive = tmp_path / "from-the-reseller.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("AAA.crt", pem(root))
        writer.writestr("own_example.crt", pem(signed))
        writer.writestr("chain.ca-bundle", pem(issuing))
    driver = Driver(qtbot, window, "actionImportCertificate")
    driver.drop("import.drop", archive)
    wait_for(driver, "import.offer")
    assert "“own” in own.p12" in driver.find("import.offer.text").text().replace("\u200b", "")
    assert driver.find("import.use.reply").isChecked()
    # No jump leads past the question.
    assert not driver.find("wizardStep2").isEnabled()
    if how == "trusted":
        driver.click("import.use.trusted")
        driver.next()
        assert driver.step == "target"
        return
    driver.next()
    reply = Driver(qtbot, window)
    assert reply.wizard.objectName() == "replyWizard"
    assert reply.step == "chain"
    reply.next()
    reply.finish()
    assert len(document.store.get("own").chain) == 3


@pytest.mark.usefixtures("document")
def test_a_partners_certificate_is_offered_for_no_pair(
    window: MainWindow, qtbot: QtBot, issuing: Issued
) -> None:
    driver = Driver(qtbot, window, "actionImportCertificate")
    paste(driver, "import.text", pem(issue(CN="partner", issuer=issuing)))
    wait_for(driver, "import.source.1.said")
    assert not driver.is_visible("import.offer")
    driver.next()
    assert driver.step == "target"


@pytest.mark.usefixtures("document")
def test_it_fits_a_small_screen(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, "actionImportReply")
    size = driver.wizard.minimumSizeHint()
    assert size.width() <= 800
    assert size.height() <= 560
    assert isinstance(driver.wizard, QWidget)


def test_the_finding_puts_it_on_the_pair(
    window: MainWindow,
    qtbot: QtBot,
    document: Any,
    signed: Issued,
    issuing: Issued,
    root: Issued,
) -> None:
    store = document.store
    entries = [signed.trusted("own-2"), issuing.trusted("issuing"), root.trusted("root")]
    document.document.apply("Import", store.with_entries(entries))
    pane = document.findings
    qtbot.waitUntil(lambda: not document.is_checking)
    tree = pane.findChild(QTreeWidget, "findingsList")

    def item() -> Any:
        each = tree.topLevelItem(0)
        while each is not None and "own-2" not in each.text(1):
            each = tree.topLevelItem(tree.indexOfTopLevelItem(each) + 1)
        return each

    qtbot.waitUntil(lambda: item() is not None, timeout=10_000)
    pane.unfold()
    item().setExpanded(True)
    button = pane.findChild(QPushButton, "findingReply")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    driver = Driver(qtbot, window)
    assert driver.step == "chain"
    driver.next()
    driver.finish()
    chain = (signed.certificate, issuing.certificate, root.certificate)
    assert document.store.get("own").chain == chain
    qtbot.waitUntil(lambda: not document.is_checking and item() is None, timeout=10_000)
