"""Stores of every format in the real window: shown, refused where they cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from handfast.core.entry import SecretKey
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Integrity
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.store_dialog import StoreDialog
from tests.support import bouncy_samples as bouncy
from tests.support.issued import Issued, issue
from tests.support.ui.helpers import action, button, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

PASSWORD = "changeit"


@pytest.fixture(scope="module")
def partner() -> Issued:
    return issue(CN="partner.example")


@pytest.fixture
def folder(tmp_path: Path, partner: Issued) -> Path:
    """A store of each format with the partner's certificate, and a pair where it holds one."""
    certificate = partner.certificate
    trusted = [(certificate, "partner")]
    for wanted in (Format.JCEKS, Format.PEM):
        store = import_certificates(new_store(wanted, Password(PASSWORD)), trusted)
        save_store(store, tmp_path / f"{wanted.name}.store".lower())
    entry = bouncy.Entry(kind=1, alias="partner", content=bouncy.certificate(certificate.der))
    (tmp_path / "bks.store").write_bytes(bouncy.bks([entry], PASSWORD))
    (tmp_path / "uber.store").write_bytes(bouncy.uber([entry], PASSWORD))
    bundle = encode_certificates([certificate], "pkcs7")
    (tmp_path / "pkcs7.store").write_bytes(bundle)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("jceks", Format.JCEKS),
        ("pem", Format.PEM),
        ("bks", Format.BKS),
        ("uber", Format.UBER),
        ("pkcs7", Format.PKCS7),
    ],
)
def test_its_certificate_is_shown(
    window: MainWindow,
    qtbot: QtBot,
    folder: Path,
    partner: Issued,
    name: str,
    wanted: Format,
) -> None:
    view = opened(window, qtbot, folder / f"{name}.store")
    assert view.store is not None
    assert view.store.format is wanted
    assert rows(view)[0] == "Trusted certificates (1)"
    view.select(view.store.entries[0].alias)
    qtbot.waitUntil(lambda: "partner.example" in view.details.text())
    assert (
        partner.certificate.sha256
        in view.details.text().replace(":", "").replace(" ", "").replace("\n", "").lower()
    )
    assert wanted.title in view.status


def test_a_store_of_bouncy_castle_asks_for_a_password_of_its_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Issued
) -> None:
    certificate = bouncy.certificate(partner.certificate.der)
    entry = bouncy.Entry(kind=1, alias="partner", content=certificate)
    path = tmp_path / "own.uber"
    path.write_bytes(bouncy.uber([entry], "its own"))
    window.open_path(path)
    view = window.current()
    assert view is not None
    field = view.findChild(QLineEdit, "passwordField")
    qtbot.waitUntil(field.isVisible)
    qtbot.keyClicks(field, "wrong")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: field.isVisible() and not field.text())
    assert view.history is None
    qtbot.keyClicks(field, "its own")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.history is not None)
    assert view.store is not None
    assert view.store.integrity is Integrity.VERIFIED
    assert rows(view) == ["Trusted certificates (1)", "partner"]


@pytest.mark.parametrize("name", ["bks", "uber", "pkcs7"])
def test_an_edit_of_what_cannot_be_written_is_saved_as_another_format(
    window: MainWindow, qtbot: QtBot, folder: Path, partner: Issued, name: str
) -> None:
    path = folder / f"{name}.store"
    before = path.read_bytes()
    view = opened(window, qtbot, path)
    assert view.store is not None
    (alias,) = [entry.alias for entry in view.store.entries]
    view.document.apply("Import", import_certificates(view.store, [(partner.certificate, "again")]))
    action(window, "actionSave").trigger()
    qtbot.waitUntil(lambda: view.findChild(QWidget, "problemBar") is not None)
    problem = view.findChild(QWidget, "problemBar").findChild(QLabel, "errorProblem").text()
    assert view.store.format.title in problem
    assert path.read_bytes() == before
    assert view.is_dirty
    action(window, "actionSaveAs").trigger()
    dialog = window.findChild(StoreDialog)
    offered = {
        dialog.findChild(QWidget, "storeDialog.format").itemData(index)
        for index in range(dialog.findChild(QWidget, "storeDialog.format").count())
    }
    assert Format[name.upper()] not in offered
    made = folder / "converted.p12"
    for each, text in (("path", str(made)), ("password", PASSWORD), ("again", PASSWORD)):
        dialog.findChild(QLineEdit, f"storeDialog.{each}").setText(text)
    button(dialog, "storeDialog.accept").click()
    qtbot.waitUntil(made.exists)
    aliases = [entry.alias for entry in open_file(made).store.entries]
    assert aliases == [alias, "again"]
    assert path.read_bytes() == before


def test_what_the_chosen_format_cannot_hold_is_told_before_it_is_left_out(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Issued
) -> None:
    secret = SecretKey(alias="cookies", algorithm="AES", material=SecretMaterial(bytes(16)))
    store = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([secret])
    store = import_certificates(store, [(partner.certificate, "partner")])
    path, made = tmp_path / "full.p12", tmp_path / "made.jks"
    save_store(store, path)
    view = opened(window, qtbot, path)
    action(window, "actionSaveAs").trigger()
    dialog = window.findChild(StoreDialog)
    formats = dialog.findChild(QComboBox, "storeDialog.format")
    formats.setCurrentIndex(formats.findData(Format.JKS))
    dialog.findChild(QLineEdit, "storeDialog.path").setText(str(made))
    accept = button(dialog, "storeDialog.accept")
    accept.click()
    problem = dialog.findChild(QLabel, "storeDialog.problem")
    qtbot.waitUntil(lambda: "cookies" in problem.text())
    confirm = button(dialog, "storeDialog.confirm")
    assert (confirm.text(), confirm.isVisible()) == ("Leave Them Out", True)
    assert not made.exists()
    # Another format has a place for it, so there is nothing left to agree to.
    formats.setCurrentIndex(formats.findData(Format.JCEKS))
    assert not confirm.isVisible()
    formats.setCurrentIndex(formats.findData(Format.JKS))
    accept.click()
    qtbot.waitUntil(lambda: confirm.isVisible() and confirm.isEnabled())
    confirm.click()
    qtbot.waitUntil(made.exists)
    qtbot.waitUntil(lambda: view.path == made)
    assert [entry.alias for entry in open_file(made).store.entries] == ["partner"]
    assert rows(view) == ["Trusted certificates (1)", "partner"]
    assert len(open_file(path).store.entries) == 2
