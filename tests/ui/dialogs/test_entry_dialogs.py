"""Keys exported, given a password, put in order, and generated, in the dialogs of the window."""

from __future__ import annotations

import dataclasses
import stat
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QDialog, QPushButton, QRadioButton

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.exchange.secret_keys import generate_secret
from handfast.services.files.new_encoding import KeyEncoding, SecretEncoding
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.partnerships import Partnership, write_partnership
from tests.support.tools import tool
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD, OWN, NEW = "the keystore's", "the key's own", "a new one of its own"


def open_tab(window: MainWindow, qtbot: QtBot, path: Path) -> StoreView:
    return opened(window, qtbot, path, Password(PASSWORD))


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    ca = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", purpose="ca"))
    one = make_pair(
        PairRequest(alias="one", name="CN=one.example", key="rsa:2048"), issuer=issuer_of(ca)
    )
    two = make_pair(PairRequest(alias="two", name="CN=two.example", key="ec:P-256"))
    two = dataclasses.replace(two, password=Password(OWN))
    store = new_store(Format.JCEKS, Password(PASSWORD)).with_entries(
        [one, two, generate_secret("session", "aes:256")]
    )
    save_store(import_certificates(store, [(ca.chain[0], "issuer")]), tmp_path / "own.jceks")
    return open_tab(window, qtbot, tmp_path / "own.jceks")


def dialog_of(window: MainWindow, opener: str) -> Any:
    action(window, opener).trigger()
    # The one before may have written its file and not have closed yet.
    return [each for each in window.findChildren(QDialog) if each.isVisible()][-1]


def accept(dialog: QDialog) -> None:
    dialog.findChild(QPushButton, f"{dialog.objectName()}.accept").click()


def confirm(dialog: QDialog) -> QPushButton:
    return dialog.findChild(QPushButton, f"{dialog.objectName()}.confirm")


def choose_form(dialog: Any, encoding: object) -> None:
    dialog.encoding.setCurrentIndex(dialog.encoding.findData(encoding))


def test_a_pair_leaves_encrypted(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path, openssl: Any, keytool: Any
) -> None:
    view.select("one")
    dialog = dialog_of(window, "actionExportKeyPair")
    out = tmp_path / "one.p12"
    assert dialog.path.text() == str(out)
    accept(dialog)
    assert "password" in dialog.form.rows["password"].note.text
    dialog.password.setText(NEW)
    accept(dialog)
    assert "Confirm" in dialog.form.rows["password_again"].note.text
    assert not out.exists()
    dialog.again.setText(NEW)
    accept(dialog)
    qtbot.waitUntil(out.exists)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    listing = keytool("-list", "-rfc", "-keystore", out, "-storepass", NEW).stdout
    assert listing.count("BEGIN CERTIFICATE") == 2
    key = openssl("pkcs12", "-in", out, "-passin", f"pass:{NEW}", "-nocerts", "-noenc").stdout
    assert "PRIVATE KEY" in key
    assert not view.is_dirty


def test_a_key_leaves_in_the_clear_only_after_a_button_that_says_so(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path, openssl: Any
) -> None:
    view.select("one")
    dialog = dialog_of(window, "actionExportKeyPair")
    choose_form(dialog, KeyEncoding.PEM_FILES)
    dialog.encrypts.setChecked(False)
    assert not dialog.form.rows["password"].is_shown
    files = [tmp_path / f"other{end}" for end in (".key", ".crt", "-chain.crt", "-fullchain.crt")]
    accept(dialog)
    qtbot.waitUntil(confirm(dialog).isVisible)
    assert confirm(dialog).text() == "Export Without Encryption"
    assert not confirm(dialog).isDefault()
    assert "not encrypted" in dialog.problem.text()
    accept(dialog)
    qtbot.waitUntil(confirm(dialog).isEnabled)
    assert not any(file.exists() for file in files)
    # An edit takes the consent back.
    dialog.path.setText(str(tmp_path / "other"))
    assert not confirm(dialog).isVisible()
    accept(dialog)
    qtbot.waitUntil(confirm(dialog).isVisible)
    confirm(dialog).click()
    qtbot.waitUntil(lambda: all(file.exists() for file in files))
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    public = openssl("pkey", "-in", files[0], "-pubout").stdout
    assert openssl("x509", "-in", files[1], "-pubkey", "-noout").stdout == public


def test_never_into_a_handover_folder(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path
) -> None:
    folder = tmp_path / "for-acme"
    folder.mkdir()
    partnership = Partnership(partner="Acme", handover_folder=str(folder))
    write_partnership(partnership, tmp_path / "acme.partnership.json")
    view.select("one")
    dialog = dialog_of(window, "actionExportKeyPair")
    dialog.path.setText(str(folder / "one.p12"))
    dialog.password.setText(NEW)
    dialog.again.setText(NEW)
    accept(dialog)
    qtbot.waitUntil(lambda: "goes to a partner" in dialog.problem.text())
    assert not confirm(dialog).isVisible()
    assert list(folder.iterdir()) == []
    dialog.reject()


def test_a_keystore_is_never_replaced_and_another_file_only_after_consent(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path
) -> None:
    before = view.path.read_bytes()
    view.select("one")
    dialog = dialog_of(window, "actionExportKeyPair")
    dialog.password.setText(NEW)
    dialog.again.setText(NEW)
    dialog.path.setText(str(view.path))
    accept(dialog)
    qtbot.waitUntil(lambda: "never overwritten" in dialog.problem.text())
    # What is refused is not offered either.
    assert not confirm(dialog).isVisible()
    assert view.path.read_bytes() == before
    (tmp_path / "old.txt").write_text("old")
    dialog.path.setText(str(tmp_path / "old.txt"))
    accept(dialog)
    qtbot.waitUntil(lambda: confirm(dialog).text() == "Replace the File")
    assert (tmp_path / "old.txt").read_text() == "old"
    confirm(dialog).click()
    qtbot.waitUntil(lambda: (tmp_path / "old.txt").read_bytes()[:1] == b"0")


def test_many_leave_each_under_its_own_name(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path
) -> None:
    two = view.store.get("two")
    view.document.unlock_key(two, Password(OWN), failed=lambda error: pytest.fail(str(error)))
    qtbot.waitUntil(lambda: not view.store.get("two").is_locked)
    view.tree.selectAll()
    assert action(window, "actionExportKeyPair").text().startswith("E&xport")
    dialog = dialog_of(window, "actionExportKeyPair")
    choose_form(dialog, KeyEncoding.PUBLIC_OPENSSH)
    assert dialog.form.rows["folder"].is_shown
    folder = tmp_path / "public"
    folder.mkdir()
    dialog.folder.setText(str(folder))
    accept(dialog)
    qtbot.waitUntil(lambda: len(list(folder.iterdir())) == 2)
    dialog = dialog_of(window, "actionExportKeyPair")
    choose_form(dialog, KeyEncoding.PEM_KEY)
    dialog.encrypts.setChecked(False)
    dialog.folder.setText(str(folder))
    accept(dialog)
    qtbot.waitUntil(confirm(dialog).isVisible)
    confirm(dialog).click()
    qtbot.waitUntil(lambda: len(list(folder.iterdir())) == 4)
    for alias in ("one", "two"):
        ours = (folder / f"{alias}.pub").read_text().split()[:2]
        theirs = tool("ssh-keygen")("-y", "-f", folder / f"{alias}.key").stdout.split()[:2]
        assert ours == theirs


def test_a_secret_key_leaves(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path
) -> None:
    view.select("session")
    dialog = dialog_of(window, "actionExportKeyPair")
    choose_form(dialog, SecretEncoding.HEX)
    accept(dialog)
    qtbot.waitUntil(confirm(dialog).isVisible)
    confirm(dialog).click()
    out = tmp_path / "session.txt"
    qtbot.waitUntil(out.exists)
    assert bytes.fromhex(out.read_text()) == view.store.get("session").material.reveal()


@pytest.mark.parametrize("encoding", list(KeyEncoding))
def test_the_shown_command_writes_the_same(
    window: MainWindow, qtbot: QtBot, view: StoreView, encoding: KeyEncoding
) -> None:
    view.select("one")
    dialog = dialog_of(window, "actionExportKeyPair")
    choose_form(dialog, encoding)
    command = dialog.flow.command()
    assert bool(command) is (encoding is not KeyEncoding.PUBLIC_JWK)
    assert PASSWORD not in command
    assert dialog.command.isHidden() is not bool(command)
    dialog.reject()
    del qtbot


@pytest.mark.parametrize("end", ["own", "equal"])
def test_the_password_of_a_key(
    window: MainWindow, qtbot: QtBot, view: StoreView, keytool: Any, end: str, tmp_path: Path
) -> None:
    alias = "one" if end == "own" else "two"
    view.select(alias)
    dialog = dialog_of(window, "actionSetEntryPassword")
    if end == "own":
        dialog.findChild(QRadioButton, "entryPasswordDialog.choice.own").click()
        dialog.password.setText(NEW)
        dialog.again.setText(NEW)
    else:
        assert dialog.form.rows["present"].is_shown
        accept(dialog)
        assert "current password" in dialog.form.rows["present"].note.text
        dialog.present.setText("a wrong one")
        dialog.findChild(QRadioButton, "entryPasswordDialog.choice.equal").click()
        accept(dialog)
        qtbot.waitUntil(lambda: "locked" in dialog.problem.text())
        dialog.present.setText(OWN)
    accept(dialog)
    qtbot.waitUntil(lambda: view.is_dirty)
    assert "Password" in action(window, "actionUndo").text()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    for password, fits in ((NEW, end == "own"), (PASSWORD, end == "equal")):
        out = keytool(
            "-importkeystore", "-noprompt", "-srckeystore", view.path, "-srcstorepass", PASSWORD,
            "-srcalias", alias, "-srckeypass", password, "-destkeystore",
            tmp_path / f"{fits}.p12", "-deststoretype", "PKCS12", "-deststorepass", "changeit",
            "-destkeypass", "changeit", check=False,
        )  # fmt: skip
        assert (out.returncode == 0) is fits, out.stdout
    view.document.undo()
    assert view.is_dirty


def test_a_pkcs12_key_has_no_password_of_its_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    pair = make_pair(PairRequest(alias="one", name="CN=one", key="ec:P-256"))
    path = tmp_path / "one.p12"
    save_store(new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair]), path)
    view = open_tab(window, qtbot, path)
    view.select("one")
    dialog = dialog_of(window, "actionSetEntryPassword")
    assert not dialog.findChild(QRadioButton, "entryPasswordDialog.choice.own").isEnabled()
    dialog.reject()


def test_a_chain_is_edited(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path
) -> None:
    view.select("one")
    leaf, issuer = view.store.get("one").chain
    dialog = dialog_of(window, "actionEditChain")
    assert not dialog.go.isEnabled()
    dialog.list.setCurrentRow(1)
    dialog.up.click()
    assert "does not belong to the private key" in dialog.form.rows["chain"].note.text
    assert not dialog.go.isEnabled()
    dialog.list.setCurrentRow(0)
    dialog.remove.click()
    assert dialog.flow.draft.chain == (leaf,)
    assert "ends before its root" in dialog.form.rows["chain"].note.text
    file = tmp_path / "issuer.pem"
    file.write_text(issuer.public_pem())
    dialog.add_files([file])
    qtbot.waitUntil(lambda: dialog.flow.draft.chain == (leaf, issuer))
    assert not dialog.go.isEnabled()
    dialog.list.setCurrentRow(1)
    dialog.remove.click()
    accept(dialog)
    assert view.store.get("one").chain == (leaf,)
    view.select("one")
    dialog = dialog_of(window, "actionEditChain")
    dialog.complete.click()
    assert dialog.flow.draft.chain == (leaf, issuer)
    accept(dialog)
    assert view.store.get("one").chain == (leaf, issuer)
    view.document.undo()
    view.document.undo()
    assert not view.is_dirty


def test_a_chain_needs_files_with_certificates(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path
) -> None:
    view.select("one")
    dialog = dialog_of(window, "actionEditChain")
    (tmp_path / "no.pem").write_text("nothing of use")
    dialog.add_files([tmp_path / "no.pem"])
    qtbot.waitUntil(lambda: bool(dialog.problem.text()))
    assert len(dialog.flow.draft.chain) == 2
    dialog.reject()


def test_a_secret_key_is_generated_and_imported(
    window: MainWindow, qtbot: QtBot, view: StoreView, tmp_path: Path, keytool: Any
) -> None:
    dialog = dialog_of(window, "actionNewSecretKey")
    dialog.alias.setText("session")
    accept(dialog)
    assert "is taken" in dialog.form.rows["alias"].note.text
    dialog.alias.setText("fresh")
    accept(dialog)
    assert view.store.get("fresh").bits == 256
    file = tmp_path / "key.hex"
    file.write_text("00" * 15)
    dialog = dialog_of(window, "actionNewSecretKey")
    dialog.findChild(QRadioButton, "secretKeyDialog.source.file").click()
    dialog.place.setText(str(file))
    dialog.alias.setText("imported")
    accept(dialog)
    assert "128, 192, or 256" in dialog.form.rows["path"].note.text
    file.write_text("0a" * 16)
    accept(dialog)
    assert view.store.get("imported").material.reveal() == b"\x0a" * 16
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-keystore", view.path, "-storepass", PASSWORD).stdout
    assert listing.count("SecretKeyEntry") == 3
    assert open_file(view.path, Password(PASSWORD)).store.get("imported").algorithm == "AES"
