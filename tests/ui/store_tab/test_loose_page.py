"""A request or a lone certificate opens in a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QTreeWidget, QWidget

from handfast.core.entry import TrustedCertificate
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.saving import new_store, save_store
from handfast.ui.authority.sign_wizard import SignWizard
from handfast.ui.dialogs.compare_window import CompareWindow
from tests.support.issued import issue
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


def page_of(window: MainWindow, qtbot: QtBot, path: Path) -> QWidget:
    window.open_path(path)
    view: Any = window.current()
    qtbot.waitUntil(lambda: view.findChild(QWidget, "loosePage") is not None)
    page: QWidget = view.findChild(QWidget, "loosePage")
    assert page.isVisible()
    return page


def test_a_certificate_is_shown_and_imported_from_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "partner.cer"
    path.write_bytes(issue(CN="partner.example").certificate.der)
    page = page_of(window, qtbot, path)
    assert page.findChild(QLabel, "detailsTitle").text() == "partner.example"
    fields = page.findChild(QTreeWidget, "detailsFields")
    titles = [fields.topLevelItem(row).text(0) for row in range(fields.topLevelItemCount())]
    assert {"Subject", "Issuer", "Validity", "Public key", "Fingerprints"} <= set(titles)
    assert not action(window, "actionSave").isEnabled()
    qtbot.mouseClick(button(page, "looseImport"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importWizard") is not None)
    wizard: Any = window.findChild(QWidget, "importWizard")
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.sources))
    assert wizard.flow.draft.sources[0].name == "partner.cer"


@pytest.mark.parametrize("way", ["button", "menu"])
def test_a_certificate_is_compared_from_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, way: str
) -> None:
    other, path = tmp_path / "other.p12", tmp_path / "partner.cer"
    certificate = issue(CN="partner.example").certificate
    entry = TrustedCertificate(alias="partner", certificate=certificate)
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([entry]), other)
    path.write_bytes(certificate.der)
    opened(window, qtbot, other)
    page = page_of(window, qtbot, path)
    if way == "button":
        qtbot.mouseClick(button(page, "looseCompare"), Qt.MouseButton.LeftButton)
    else:
        action(window, "actionCompare").trigger()
    qtbot.waitUntil(lambda: window.findChild(CompareWindow) is not None)
    compare = window.findChild(CompareWindow)
    qtbot.waitUntil(lambda: compare.flow.draft.a.key == str(path))
    # With the keystore that is open, which has the same certificate.
    qtbot.waitUntil(lambda: compare.flow.draft.b.key == str(other))
    compare.close()


def test_a_request_leads_to_the_ca_that_signs_it(
    window: MainWindow, qtbot: QtBot, openssl: Any, tmp_path: Path
) -> None:
    path, store = tmp_path / "request.csr", tmp_path / "ca.p12"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem",
            "-subj", "/CN=req.example", "-out", path)  # fmt: skip
    made = new_store(Format.PKCS12, Password("changeit"))
    save_store(made.with_entries([issue(CN="Own CA", is_ca=True).pair("own-ca")]), store)
    # Without a CA at hand, the person is led to opening one.
    page = page_of(window, qtbot, path)
    qtbot.mouseClick(button(page, "looseSign"), Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert "Open the keystore that has the CA" in window.statusBar().currentMessage()
    dialog.reject()
    opened(window, qtbot, store)
    window.open_path(path)
    qtbot.mouseClick(button(page, "looseSign"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(SignWizard) is not None)
    wizard = window.findChild(SignWizard)
    qtbot.waitUntil(lambda: wizard.flow.can_leave("request"))
    assert wizard.flow.draft.issuer == "own-ca"
    wizard.close()


def test_a_request_that_was_changed_is_shown_and_not_signed(
    window: MainWindow, qtbot: QtBot, openssl: Any, tmp_path: Path
) -> None:
    path = tmp_path / "request.csr"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem",
            "-subj", "/CN=req.example", "-outform", "DER", "-out", path)  # fmt: skip
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    page = page_of(window, qtbot, path)
    assert page.findChild(QWidget, "looseSign") is None


def test_a_request_has_nothing_to_import(
    window: MainWindow, qtbot: QtBot, openssl: Any, tmp_path: Path
) -> None:
    path = tmp_path / "request.csr"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem",
            "-subj", "/CN=req.example", "-out", path)  # fmt: skip
    page = page_of(window, qtbot, path)
    assert page.findChild(QLabel, "detailsTitle").text() == "req.example"
    assert page.findChild(QWidget, "looseImport") is None


def test_what_cannot_be_read_still_says_why(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "cut.cer"
    path.write_bytes(issue(CN="partner.example").certificate.der[:-9])
    window.open_path(path)
    view: Any = window.current()
    qtbot.waitUntil(lambda: bool(view.page.findChild(QLabel, "errorText").text()))
    assert view.findChild(QWidget, "loosePage") is None


def test_a_section_says_something_while_it_is_folded(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "ca.cer"
    path.write_bytes(issue(CN="Acme CA", is_ca=True).certificate.der)
    fields = page_of(window, qtbot, path).findChild(QTreeWidget, "detailsFields")
    shown = {
        fields.topLevelItem(row).text(0): fields.topLevelItem(row).text(1)
        for row in range(fields.topLevelItemCount())
    }
    # A number, yes, or no means nothing without its name.
    assert shown["General"].startswith("Version: 3, ")
    assert shown["Basic constraints"].startswith("Certificate authority: yes")
    assert shown["Subject"] == "Acme CA"
