"""A heap of files that becomes a key pair, by a real drop, by paste, and by the menu."""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from handfast.core.password import Password
from tests.support.issued import Issued, issue
from tests.support.ui.drops import drop, files
from tests.support.ui.helpers import opened_new
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable

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
def own(issuing: Issued) -> Issued:
    return issue(CN="own.example", issuer=issuing)


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Any:
    return opened_new(window, qtbot, tmp_path / "open.p12", PASSWORD)


def pem(*certificates: Issued) -> bytes:
    return "".join(each.certificate.public_pem() for each in certificates).encode()


def sealed(own: Issued) -> bytes:
    return bytes(
        own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"sesame"))
    )


def heap(kind: str, folder: Path, own: Issued, issuing: Issued, root: Issued) -> list[Path]:
    """The files that people have."""
    folder.mkdir()
    key = own.private_pem()
    if kind == "zip":
        with zipfile.ZipFile(folder / "own_example.zip", "w") as archive:
            archive.writestr("own_example.crt", pem(own))
            archive.writestr("own_example.ca-bundle", pem(issuing, root))
            archive.writestr("own_example.key", key)
        return [folder / "own_example.zip"]
    if kind == "secret":
        encoded = [base64.b64encode(each).decode() for each in (pem(own, issuing, root), key)]
        (folder / "secret.yaml").write_text(
            "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: own\n"
            f"data:\n  tls.crt: {encoded[0]}\n  tls.key: {encoded[1]}\n"
        )
        return [folder / "secret.yaml"]
    files = {
        "sap": {"own.crt": pem(own), "own.key": key, "chain.pem": pem(issuing, root)},
        "certbot": {
            "cert.pem": pem(own),
            "chain.pem": pem(issuing, root),
            "fullchain.pem": pem(own, issuing, root),
            "privkey.pem": key,
        },
        "cert-manager": {"tls.crt": pem(own, issuing, root), "tls.key": key},
    }[kind]
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def dropped(window: MainWindow, qtbot: QtBot, *paths: Path) -> Driver:
    assert drop(window, files(*paths))
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importPairWizard") is not None)
    driver = Driver(qtbot, window)
    qtbot.waitUntil(lambda: bool(driver.wizard.flow.sources), timeout=10_000)
    return driver


@pytest.mark.parametrize("kind", ["sap", "certbot", "cert-manager", "zip", "secret"])
def test_two_actions_make_a_keystore_that_others_open(
    kind: str,
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    own: Issued,
    issuing: Issued,
    root: Issued,
    keytool: Callable[..., Any],
    openssl: Callable[..., Any],
) -> None:
    paths = heap(kind, tmp_path / "given", own, issuing, root)
    driver = dropped(window, qtbot, *paths)
    # All that is asked is the password of the new keystore.
    assert driver.step == "target"
    driver.type("pair.password", "changeit")
    driver.type("pair.password_again", "changeit")
    driver.next()
    assert driver.find("pair.whose.mine").isChecked()
    driver.finish()
    out = tmp_path / "given" / "own.example-keystore.p12"
    told = keytool("-list", "-v", "-keystore", out, "-storepass", "changeit").stdout
    assert "Certificate chain length: 3" in told
    assert "Alias name: own.example" in told
    read = openssl("pkcs12", "-in", out, "-passin", "pass:changeit", "-nodes").stdout
    assert read.count("BEGIN CERTIFICATE") == 3
    assert read.count("PRIVATE KEY-----") == 2
    qtbot.waitUntil(lambda: window.tabs.count() == 1)


def test_into_the_open_keystore_in_two_actions_and_undone(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    document: Any,
    own: Issued,
    issuing: Issued,
    root: Issued,
) -> None:
    before = document.store
    driver = dropped(window, qtbot, *heap("sap", tmp_path / "given", own, issuing, root))
    assert driver.step == "summary"
    driver.finish()
    assert len(document.store.get("own.example").chain) == 3
    assert not driver.wizard.flow.has_keys
    driver.wizard.close()
    window.findChild(QAction, "actionUndo").trigger()
    assert document.store is before


def test_an_encrypted_key_asks_for_its_password_beside_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    key, certificate = tmp_path / "own.key", tmp_path / "own.crt"
    key.write_bytes(sealed(own))
    certificate.write_bytes(pem(own))
    driver = dropped(window, qtbot, key, certificate)
    assert driver.step == "files"
    qtbot.waitUntil(lambda: driver.is_visible("pair.source.1.password"))
    driver.type("pair.source.1.password", "wrong")
    driver.click("pair.source.1.open")
    qtbot.waitUntil(
        lambda: (
            driver.is_visible("pair.source.1.said")
            and "does not open" in driver.find("pair.source.1.said").text()
        ),
        timeout=10_000,
    )
    qtbot.waitUntil(lambda: driver.is_visible("pair.source.1.password"))
    driver.type("pair.source.1.password", "sesame")
    driver.click("pair.source.1.open")
    qtbot.waitUntil(
        lambda: driver.wizard.flow.has_keys and driver.is_visible("pair.source.1.said"),
        timeout=10_000,
    )
    assert "1 private key" in driver.find("pair.source.1.said").text()
    driver.next()
    driver.type("pair.alias", "x")
    driver.next()
    assert driver.note("pair.alias")[0] == "error"
    driver.type("pair.alias", "ours")
    driver.next()
    driver.finish()
    assert document.store.get("ours").chain[0] == own.certificate


def test_pasted_text_by_the_keyboard(
    window: MainWindow, qtbot: QtBot, document: Any, own: Issued
) -> None:
    driver = Driver(qtbot, window, "actionImportKeyPair")
    QApplication.clipboard().setText((own.private_pem() + pem(own)).decode())
    field = driver.find("pair.text")
    qtbot.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: driver.is_visible("pair.source.1.said"), timeout=10_000)
    driver.next()
    driver.next()
    driver.finish()
    assert document.store.find("own.example") is not None
    QApplication.clipboard().clear()


def test_a_foreign_certificate_is_refused_and_nothing_changes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    key, certificate = tmp_path / "own.key", tmp_path / "other.crt"
    key.write_bytes(own.private_pem())
    certificate.write_bytes(pem(issue(CN="other")))
    driver = dropped(window, qtbot, key, certificate)
    assert driver.step == "files"
    state, text = driver.note("pair.sources")
    assert state == "error"
    assert "None of the certificates belongs" in text
    driver.next()
    assert driver.step == "files"
    assert not document.is_dirty


def test_what_a_partner_sent_becomes_trusted_without_its_key(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    key, certificate = tmp_path / "own.key", tmp_path / "own.crt"
    key.write_bytes(own.private_pem())
    certificate.write_bytes(pem(own))
    driver = dropped(window, qtbot, key, certificate)
    driver.click("pair.whose.partners")
    assert "never send a private key" in driver.note("pair.whose")[1]
    driver.click("wizardFinish")
    after = Driver(qtbot, window)
    assert after.wizard.objectName() == "importWizard"
    assert after.find("import.source.1.said").text() == "A certificate: own.example"
    assert not document.is_dirty


def test_locking_lets_go_of_the_key_that_was_read(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    key = tmp_path / "own.key"
    key.write_bytes(own.private_pem())
    (tmp_path / "own.crt").write_bytes(pem(own))
    driver = dropped(window, qtbot, key, tmp_path / "own.crt")
    assert driver.wizard.flow.has_keys
    driver.wizard.forget_secrets("You locked the keystores.")
    assert not driver.wizard.flow.has_keys
    assert document is not None
    assert driver.step == "files"


def test_a_pem_keystore_still_opens(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued
) -> None:
    path = tmp_path / "pair.pem"
    path.write_bytes(own.private_pem() + pem(own))
    assert drop(window, files(path))
    qtbot.waitUntil(lambda: window.tabs.count() == 1)
    assert window.findChild(QWidget, "importPairWizard") is None


def test_a_loose_key_that_was_opened_leads_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued
) -> None:
    path = tmp_path / "own-key.der"
    path.write_bytes(
        own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(view.page.importing.isVisible, timeout=10_000)
    qtbot.mouseClick(view.page.importing, Qt.MouseButton.LeftButton)
    driver = Driver(qtbot, window)
    assert driver.wizard.objectName() == "importPairWizard"
    qtbot.waitUntil(lambda: driver.wizard.flow.has_keys, timeout=10_000)
    # Its certificate is still to be added.
    assert driver.step == "files"
    assert "None of the certificates" in driver.note("pair.sources")[1]


def test_several_pairs_each_under_its_own_alias_and_password(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued, keytool: Callable[..., Any]
) -> None:
    other = issue(CN="other.example")
    for name, each in (("own", own), ("other", other)):
        (tmp_path / f"{name}.key").write_bytes(each.private_pem())
        (tmp_path / f"{name}.crt").write_bytes(pem(each))
    driver = dropped(window, qtbot, *sorted(tmp_path.glob("*.key")), *tmp_path.glob("*.crt"))
    assert driver.step == "target"
    driver.choose("pair.new_format", "JKS")
    driver.type("pair.password", "changeit")
    driver.type("pair.password_again", "changeit")
    assert not driver.is_visible("pair.alias")
    aliases = driver.find("pair.aliases")
    shown = [aliases.topLevelItem(at).text(0) for at in range(aliases.topLevelItemCount())]
    assert sorted(shown) == ["other.example", "own.example"]
    rename(driver, shown.index("own.example"), "other.example")
    driver.next()
    assert driver.note("pair.aliases")[0] == "error"
    assert "two of these pairs" in driver.note("pair.aliases")[1]
    rename(driver, shown.index("own.example"), "ours")
    driver.click("pair.has_key_password")
    driver.type("pair.key_password", "of the key")
    driver.type("pair.key_password_again", "of the other")
    driver.next()
    assert driver.note("pair.key_password_again")[0] == "error"
    driver.type("pair.key_password_again", "of the key")
    driver.next()
    assert driver.step == "summary"
    command = driver.wizard.flow.keytool_command()
    assert command.count("-destkeypass") == 2
    assert "of the key" not in command
    path = Path(driver.wizard.flow.draft.new_path)
    driver.finish()
    for alias in ("ours", "other.example"):
        for password, fits in (("of the key", True), ("changeit", False)):
            out = keytool(
                "-importkeystore", "-noprompt", "-srckeystore", path, "-srcstorepass", "changeit",
                "-srcalias", alias, "-srckeypass", password, "-destkeystore",
                tmp_path / f"{alias}-{fits}.p12", "-deststoretype", "PKCS12", "-deststorepass",
                "changeit", "-destkeypass", "changeit", check=False,
            )  # fmt: skip
            assert (out.returncode == 0) is fits, out.stdout


def rename(driver: Driver, row: int, alias: str) -> None:
    """Click an alias in the list, and type another."""
    aliases = driver.find("pair.aliases")
    at = aliases.visualItemRect(aliases.topLevelItem(row)).center()
    at.setX(12)
    driver.qtbot.mouseClick(aliases.viewport(), Qt.MouseButton.LeftButton, pos=at)
    driver.qtbot.waitUntil(lambda: aliases.viewport().findChild(QLineEdit) is not None)
    editor = aliases.viewport().findChild(QLineEdit)
    editor.selectAll()
    driver.qtbot.keyClicks(editor, alias)
    driver.qtbot.keyClick(editor, Qt.Key.Key_Return)
    driver.qtbot.waitUntil(lambda: aliases.topLevelItem(row).text(0) == alias)


def test_a_pkcs12_key_is_given_no_password_of_its_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued
) -> None:
    driver = dropped(window, qtbot, *heap("cert-manager", tmp_path / "given", own, own, own))
    assert driver.step == "target"
    assert not driver.is_visible("pair.has_key_password")


@pytest.mark.parametrize("has_tab", [True, False])
def test_key_text_pasted_on_the_window_leads_there(
    has_tab: bool, window: MainWindow, qtbot: QtBot, own: Issued, request: pytest.FixtureRequest
) -> None:
    document = request.getfixturevalue("document") if has_tab else None
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QApplication.clipboard().setText((own.private_pem() + pem(own)).decode())
    if document is not None:
        document.tree.setFocus()
        target: QWidget = document.tree
    else:
        target = window.findChild(QWidget, "startPage")
        target.setFocus()
    qtbot.keyClick(target, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importPairWizard") is not None)
    driver = Driver(qtbot, window)
    qtbot.waitUntil(lambda: driver.wizard.flow.has_keys, timeout=10_000)
    qtbot.waitUntil(lambda: driver.step == ("summary" if has_tab else "target"))
    QApplication.clipboard().clear()
    if document is None:
        return
    driver.finish()
    assert document.store.find("own.example") is not None


def test_certificates_pasted_without_a_keystore_are_imported_as_trusted(
    window: MainWindow, qtbot: QtBot, own: Issued
) -> None:
    QApplication.clipboard().setText(pem(own).decode())
    window.findChild(QAction, "actionPaste").trigger()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importWizard") is not None)
    assert window.findChild(QWidget, "importPairWizard") is None


@pytest.mark.parametrize("how", ["pasted", "file", "zip"])
@pytest.mark.parametrize("whose", ["mine", "partners"])
def test_the_import_of_certificates_asks_whose_a_private_key_is(
    how: str, whose: str, window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any,
    own: Issued,
) -> None:  # fmt: skip
    driver = Driver(qtbot, window, "actionImportCertificate")
    wizard: Any = driver.wizard
    if how == "pasted":
        wizard.sources_page.paste((own.private_pem() + pem(own)).decode())
    else:
        folder = tmp_path / "given"
        folder.mkdir()
        given = folder / "pair.pem"
        given.write_bytes(own.private_pem() + pem(own))
        if how == "zip":
            with zipfile.ZipFile(folder / "pair.zip", "w") as archive:
                archive.write(given, "pair.pem")
            given = folder / "pair.zip"
        wizard.sources_page.files_given.emit([given])
    qtbot.waitUntil(lambda: driver.is_visible("import.keyOffer"), timeout=10_000)
    assert driver.find("import.whose.mine").isChecked()
    assert not driver.find("wizardStep2").isEnabled()
    if whose == "partners":
        driver.click("import.whose.partners")
        driver.next()
        assert driver.step == "target"
        assert not document.is_dirty
        return
    driver.next()
    after = Driver(qtbot, window)
    assert after.wizard.objectName() == "importPairWizard"
    qtbot.waitUntil(lambda: after.step == "summary", timeout=10_000)
    after.finish()
    assert document.store.get("own.example").chain[0] == own.certificate


def test_a_key_among_certificates_of_others_is_taken_for_the_partners(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued
) -> None:
    driver = Driver(qtbot, window, "actionImportCertificate")
    wizard: Any = driver.wizard
    mixed, lone = tmp_path / "mixed.pem", tmp_path / "lone.pem"
    mixed.write_bytes(own.private_pem() + pem(own))
    lone.write_bytes(pem(issue(CN="other.example")))
    wizard.sources_page.files_given.emit([mixed, lone])
    qtbot.waitUntil(lambda: driver.is_visible("import.keyOffer"), timeout=10_000)
    assert driver.find("import.whose.partners").isChecked()
    driver.next()
    assert driver.step == "target"


def test_a_key_alone_is_not_told_off_but_led_on(
    window: MainWindow, qtbot: QtBot, document: Any, own: Issued
) -> None:
    driver = Driver(qtbot, window, "actionImportCertificate")
    wizard: Any = driver.wizard
    wizard.sources_page.paste(own.private_pem().decode())
    qtbot.waitUntil(lambda: driver.is_visible("import.keyOffer"), timeout=10_000)
    # Nothing is assumed of a key alone.
    assert not driver.find("import.whose.mine").isChecked()
    driver.next()
    # Without a certificate there is nothing to trust.
    assert driver.step == "certificates"
    driver.click("import.whose.mine")
    driver.next()
    after = Driver(qtbot, window)
    qtbot.waitUntil(lambda: after.wizard.flow.has_keys, timeout=10_000)
    assert "None of the certificates" in after.note("pair.sources")[1]
    assert not document.is_dirty
