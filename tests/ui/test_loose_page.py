"""A request or a lone certificate opens in a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTreeWidget, QWidget

from tests.support.issued import issue
from tests.ui.helpers import action, button

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
