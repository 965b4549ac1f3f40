"""Revoking in the real window, and the list: read by openssl, obeyed by a real nginx."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import (
    RevocationReason,
    journal_path,
    read_journal,
    record_issued,
)
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.nginx import nginx, reserved
from tests.support.tools import program
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A CA that issued a server’s certificate and those of two clients."""
    path = tmp_path / "ca.p12"
    ca = make_pair(PairRequest(alias="ca", name="CN=Own CA", key="ec:P-256", days=900,
                               purpose="ca"))  # fmt: skip
    plain = make_pair(PairRequest(alias="plain", name="CN=plain", key="ec:P-256"))
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([plain, ca]), path)
    (tmp_path / "ca.pem").write_text(ca.chain[0].public_pem())
    for name, purpose in (("site", "server"), ("good", "client"), ("bad", "client")):
        made = make_pair(
            PairRequest(alias=name, name=f"CN={name}", key="ec:P-256", sans=("dns:localhost",),
                        purpose=purpose),
            issuer=issuer_of(ca),
        )  # fmt: skip
        record_issued(path, ca.chain[0], made.chain[0], dt.datetime.now(dt.UTC))
        (tmp_path / f"{name}.pem").write_text(made.chain[0].public_pem())
        assert made.key is not None
        (tmp_path / f"{name}.key").write_bytes(
            made.key.load().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
    return path


def dialog_of(window: MainWindow, qtbot: QtBot, name: str) -> QDialog:
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(QDialog, name)))
    (found,) = [each for each in window.findChildren(QDialog, name) if each.isVisible()]
    return found


def click_row(qtbot: QtBot, table: Any, row: int) -> None:
    at = table.visualRect(table.model().index(row, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def cells(table: Any) -> list[tuple[str, str]]:
    model = table.model()
    return [
        (model.index(row, 0).data(), model.index(row, 3).data()) for row in range(model.rowCount())
    ]


def test_a_revoked_client_is_refused_by_nginx(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path, openssl: Tool
) -> None:
    view = opened(window, qtbot, store)
    content = store.read_bytes()
    view.select("ca")
    action(window, "actionRevoke").trigger()
    dialog = dialog_of(window, qtbot, "revokeDialog")
    table: Any = dialog.findChild(QWidget, "revokeDialog.certificates")
    qtbot.waitUntil(lambda: table.model().rowCount() == 3)
    assert cells(table) == [("CN=bad", "Valid"), ("CN=good", "Valid"), ("CN=site", "Valid")]
    go = button(dialog, "revokeDialog.accept")
    assert not go.isEnabled()
    click_row(qtbot, table, 0)
    reason: Any = dialog.findChild(QWidget, "revokeDialog.reason")
    reason.setFocus()
    qtbot.keyClick(reason, Qt.Key.Key_Down)
    go.click()
    qtbot.waitUntil(lambda: cells(table)[0][1].startswith("Revoked on"))
    assert "its key was compromised" in cells(table)[0][1]
    note: Any = dialog.findChild(QWidget, "revokeDialog.certificates.note")
    assert note.state != "error"
    (line,) = read_journal(journal_path(store)).revoked
    assert line.reason is RevocationReason.KEY_COMPROMISE
    # What is revoked is not revoked again.
    click_row(qtbot, table, 0)
    assert "already revoked" in note.text
    assert not go.isEnabled()
    button(dialog, "revokeDialog.confirm").click()
    listing: Any = dialog_of(window, qtbot, "listDialog")
    assert listing.flow.draft.issuer == "ca"
    button(listing, "listDialog.accept").click()
    crl = tmp_path / "ca.crl"
    qtbot.waitUntil(crl.exists)
    qtbot.waitUntil(lambda: "List number 1" in window.statusBar().currentMessage())
    assert store.read_bytes() == content
    text = openssl("crl", "-in", crl, "-noout", "-text", "-CAfile", tmp_path / "ca.pem")
    assert "verify OK" in text.stdout + text.stderr
    assert "Key Compromise" in text.stdout
    with reserved() as listening:
        port = listening.getsockname()[1]
        block = f"""server {{
            listen 127.0.0.1:{port} ssl;
            ssl_certificate {tmp_path}/site.pem;
            ssl_certificate_key {tmp_path}/site.key;
            ssl_client_certificate {tmp_path}/ca.pem;
            ssl_crl {crl};
            ssl_verify_client on;
            location / {{ return 200 "hello"; }}
        }}"""
        with nginx(tmp_path / "nginx", listening, block):
            answers = [
                subprocess.run(
                    [program("curl"), "-s", "--cacert", tmp_path / "ca.pem", "--cert",
                     tmp_path / f"{name}.pem", "--key", tmp_path / f"{name}.key",
                     f"https://localhost:{port}/"],
                    check=False, capture_output=True, text=True, timeout=30,
                ).stdout
                for name in ("good", "bad")
            ]  # fmt: skip
    assert answers[0] == "hello"
    assert "400" in answers[1]


def test_a_list_replaces_no_file_unasked(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path
) -> None:
    opened(window, qtbot, store)
    (tmp_path / "ca.crl").write_text("precious")
    action(window, "actionCreateCrl").trigger()
    dialog: Any = dialog_of(window, qtbot, "listDialog")
    assert not button(dialog, "listDialog.accept").isEnabled()
    note: Any = dialog.findChild(QWidget, "listDialog.path.note")
    assert "already exists" in note.text
    qtbot.mouseClick(button(dialog, "listDialog.replace"), Qt.MouseButton.LeftButton,
                     pos=QPoint(8, 8))  # fmt: skip
    button(dialog, "listDialog.accept").click()
    qtbot.waitUntil(lambda: (tmp_path / "ca.crl").read_text().startswith("-----BEGIN X509 CRL"))
    qtbot.waitUntil(lambda: not window.findChildren(QDialog, "listDialog"))
    action(window, "actionCreateCrl").trigger()
    dialog = dialog_of(window, qtbot, "listDialog")
    # Never over the keystore itself.
    dialog.flow.update(path=str(store), replace=True)
    dialog._show_draft()
    before = store.read_bytes()
    button(dialog, "listDialog.accept").click()
    note = dialog.findChild(QWidget, "listDialog.path.note")
    qtbot.waitUntil(lambda: "is never overwritten" in note.text)
    assert store.read_bytes() == before


def test_a_damaged_journal_is_told_and_kept(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    journal_path(store).write_text("{}")
    view = opened(window, qtbot, store)
    view.select("ca")
    action(window, "actionRevoke").trigger()
    dialog = dialog_of(window, qtbot, "revokeDialog")
    problem: Any = dialog.findChild(QLabel, "revokeDialog.problem")
    qtbot.waitUntil(lambda: "not a CA journal" in problem.text().replace("\u200b", ""))
    assert not button(dialog, "revokeDialog.accept").isEnabled()
    assert journal_path(store).read_text() == "{}"


def test_a_keystore_without_a_ca_says_so(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "plain.p12"
    plain = make_pair(PairRequest(alias="plain", name="CN=plain", key="ec:P-256"))
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([plain]), path)
    opened(window, qtbot, path)
    for name, action_name in (("revokeDialog", "actionRevoke"), ("listDialog", "actionCreateCrl")):
        action(window, action_name).trigger()
        dialog = dialog_of(window, qtbot, name)
        note: Any = dialog.findChild(QWidget, f"{name}.issuer.note")
        qtbot.waitUntil(lambda note=note: "no CA" in note.text)
        assert not button(dialog, f"{name}.accept").isEnabled()
        dialog.reject()
    assert not journal_path(path).exists()
