"""Signing a request in the real window: a file, a paste, a drop; granted, refused, and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.certificates.certificate import Certificate
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.ui.helpers import action, opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import JavaPeer, Tool

PASSWORD = Password("changeit")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    root = make_pair(
        PairRequest(alias="root", name="CN=Root", key="ec:P-256", days=3000, purpose="ca")
    )
    issuing = make_pair(
        PairRequest(alias="issuing", name="CN=Issuing", key="ec:P-256", days=900, purpose="ca",
                    path_length=0),
        issuer=issuer_of(root),
    )  # fmt: skip
    plain = make_pair(PairRequest(alias="plain", name="CN=plain", key="ec:P-256"))
    path = tmp_path / "ca.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([root, issuing, plain]), path)
    (tmp_path / "root.pem").write_text(root.chain[0].public_pem())
    (tmp_path / "issuing.pem").write_text(issuing.chain[0].public_pem())
    return path


@pytest.fixture
def request_file(tmp_path: Path, openssl: Tool) -> Path:
    path = tmp_path / "their.csr"
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", tmp_path / "their.key", "-out", path, "-subj", "/CN=them.example",
            "-addext", "subjectAltName=DNS:them.example,DNS:bank.example",
            "-addext", "extendedKeyUsage=clientAuth",
            "-addext", "basicConstraints=critical,CA:TRUE")  # fmt: skip
    return path


def test_a_dropped_request_is_signed_and_stands_before_openssl_and_java(
    window: MainWindow, qtbot: QtBot, store: Path, request_file: Path, tmp_path: Path,
    openssl: Tool, keytool: Tool, java: JavaPeer,
) -> None:  # fmt: skip
    view = opened(window, qtbot, store)
    assert view.store is not None
    before, content = view.store.entries, store.read_bytes()
    view.select("issuing")
    driver = Driver(qtbot, window, "actionSign")
    driver.drop("sign.drop", request_file)
    qtbot.waitUntil(lambda: "CN=them.example" in driver.said())
    driver.next()
    assert driver.step == "certificate"
    assert driver.find("sign.issuer").currentData() == "issuing"
    assert "CN=them.example" in driver.said()
    # One name is not theirs; that they want to be a CA is never theirs to say.
    driver.click("sign.names.2")
    assert driver.find("sign.extensions.1").isChecked()
    assert driver.find("sign.extensions.2").isEnabled() is False
    assert driver.find("sign.extensions.2").isChecked() is False
    driver.next()
    assert driver.find("sign.path").text().endswith("them.example.pem")
    driver.next()
    said = driver.said()
    assert "dns:bank.example" in said
    assert "ca.p12.ca.json" in said
    assert "-gencert" in driver.wizard.flow.keytool_command()
    driver.finish()
    assert driver.wizard.stage == "finished"
    leaf = tmp_path / "them.example.pem"
    (certificate, *_) = read_certificates(leaf.read_bytes()).certificates
    assert certificate.san == ("dns:them.example",)
    assert [each.serial for each in read_journal(journal_path(store)).issued] == [
        int(certificate.serial, 16)
    ]
    # The keystore is as it was, and the key of the CA is in no file beside it.
    assert view.store.entries == before
    assert store.read_bytes() == content
    assert not view.is_dirty
    assert b"PRIVATE KEY" not in leaf.read_bytes()

    def verify(purpose: str) -> int:
        return openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile",
                       tmp_path / "root.pem", "-untrusted", leaf, leaf,
                       check=False).returncode  # fmt: skip

    assert verify("sslclient") == 0
    assert verify("sslserver") != 0
    trust = tmp_path / "trust.p12"
    keytool("-importcert", "-noprompt", "-alias", "root", "-file", tmp_path / "root.pem",
            "-keystore", trust, "-storepass", "changeit")  # fmt: skip
    assert java("accepts", "PKCS12", trust, "changeit", "client", leaf)[0][0] == "yes"
    assert java("accepts", "PKCS12", trust, "changeit", "server", leaf)[0][0] == "no"


def test_a_pasted_request_becomes_a_ca_only_where_there_is_room(
    window: MainWindow, qtbot: QtBot, store: Path, request_file: Path, tmp_path: Path
) -> None:
    view = opened(window, qtbot, store)
    view.select("issuing")
    driver = Driver(qtbot, window, "actionSign")
    driver.next()
    assert driver.step == "request"
    assert "Choose, drop, or paste" in driver.said()
    driver.find("sign.text").setPlainText("Dear CA,\n" + request_file.read_text())
    qtbot.waitUntil(lambda: "CN=them.example" in driver.said())
    driver.next()
    driver.choose("sign.profile", "ca")
    state, words = driver.note("sign.profile")
    assert state == "error"
    assert "path length is 0" in words
    driver.next()
    assert driver.step == "certificate"
    driver.choose("sign.issuer", "plain")
    assert driver.note("sign.issuer")[0] == "error"
    driver.choose("sign.issuer", "root")
    assert not driver.is_visible("sign.issuer.note")
    driver.find("sign.path_length").setValue(0)
    driver.next()
    driver.click("sign.encoding.der")
    assert driver.find("sign.has_chain").isEnabled() is False
    driver.next()
    driver.finish()
    issued = Certificate((tmp_path / "them.example.cer").read_bytes())
    assert issued.is_ca
    assert len(read_journal(journal_path(store)).issued) == 1


def test_a_locked_keystore_signs_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, request_file: Path
) -> None:
    ca = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", days=900, purpose="ca"))
    path = tmp_path / "locked.p12"
    secret = Password("correct horse")
    save_store(new_store(Format.PKCS12, secret).with_entries([ca]), path)
    window.open_path(path, password=secret)
    view: Any = window.current()
    qtbot.waitUntil(lambda: view.history is not None)
    driver = Driver(qtbot, window, "actionSign")
    driver.drop("sign.drop", request_file)
    qtbot.waitUntil(lambda: "CN=them.example" in driver.said())
    driver.next()
    action(window, "actionLock").trigger()
    qtbot.waitUntil(lambda: driver.note("sign.issuer")[0] == "error")
    driver.next()
    assert driver.step == "certificate"
    assert not journal_path(path).exists()


def test_only_a_ca_has_it_in_its_context_menu(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    view = opened(window, qtbot, store)
    for alias, is_offered in (("root", True), ("plain", False)):
        view.select(alias)
        menu = window._menus.of_row(view, view.tree, view.tree.currentIndex())
        assert menu is not None
        inner = [each.menu().objectName() for each in menu.actions() if each.menu() is not None]
        assert ("authorityMenu" in inner) is is_offered
        menu.deleteLater()
