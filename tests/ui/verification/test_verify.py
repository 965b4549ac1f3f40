"""Verifying and completing in the real window, and a remedy that is carried out."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from handfast.ui.verification.verify_window import VerifyWindow
from tests.support.issued import issue
from tests.support.ocsp_server import answering, leaf_with_responder
from tests.support.ui.helpers import action, opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.issued import Issued

PASSWORD = Password("changeit")
ROOT = issue(CN="Root", is_ca=True)
CA = issue(issuer=ROOT, CN="Issuing", is_ca=True)
LEAF = issue(issuer=CA, CN="client")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    own, trust = tmp_path / "own.p12", tmp_path / "trust.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([LEAF.pair("whole")]), own)
    stranger = issue(CN="Stranger", is_ca=True)
    store = new_store(Format.PKCS12, PASSWORD)
    save_store(import_certificates(store, [(stranger.certificate, "stranger")]), trust)
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(CA.certificate.public_pem() + ROOT.certificate.public_pem(), encoding="utf-8")
    return {"own": own, "trust": trust, "bundle": bundle}


def verdict(window: VerifyWindow) -> str:
    found = window.findChild(QLabel, "verifyVerdict")
    return found.text() if found is not None else ""


def choose(window: QWidget, name: str, text: str) -> None:
    box = window.findChild(QComboBox, name)
    at = next(at for at in range(box.count()) if text in box.itemText(at))
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_an_entry_is_verified_and_its_remedy_carried_out(
    window: MainWindow, qtbot: QtBot, files: dict[str, Path]
) -> None:
    trust = opened(window, qtbot, files["trust"])
    view = opened(window, qtbot, files["own"])
    view.select("whole")
    action(window, "actionVerify").trigger()
    dialog = window.findChild(VerifyWindow)
    assert dialog.flow.draft.alias == "whole"
    choose(dialog, "verifyTrust", "trust.p12")
    dialog.findChild(QPushButton, "verifyRun").click()
    qtbot.waitUntil(lambda: "not trusted" in verdict(dialog))
    step = dialog.findChild(QWidget, "verifyStep1")
    assert "failed" in step.accessibleName()
    assert not dialog.findChild(QCheckBox, "verifyOnline").isEnabled()
    # The remedy imports the root into the tab of the trust store, and verifies again.
    remedy = dialog.findChild(QPushButton, "rehearsalRemedy1")
    assert "verifies again" in remedy.accessibleName()
    remedy.click()
    qtbot.waitUntil(lambda: verdict(dialog) == "It is trusted.")
    assert trust.is_dirty
    trust.document.undo()
    qtbot.waitUntil(lambda: dialog.flow.catalogue.find(str(trust.path)).store is trust.store)
    dialog.run()
    qtbot.waitUntil(lambda: "not trusted" in verdict(dialog))
    dialog.close()


def test_a_file_against_the_trust_stores_of_this_machine(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, files: dict[str, Path], keytool: Any
) -> None:
    assert keytool("-list", "-cacerts", "-storepass", "changeit")
    path = tmp_path / "leaf.cer"
    path.write_bytes(LEAF.certificate.der)
    window.dialogs.validity.verify()
    dialog = window.findChild(VerifyWindow)
    dialog.subject.read(path)
    qtbot.waitUntil(lambda: dialog.flow.draft.subject == str(path))
    box = dialog.findChild(QComboBox, "verifyTrust")
    qtbot.waitUntil(lambda: any("cacerts" in box.itemText(at) for at in range(box.count())))
    choose(dialog, "verifyTrust", "cacerts")
    qtbot.waitUntil(lambda: bool(dialog.flow.draft.trust))
    dialog.findChild(QPushButton, "verifyRun").click()
    qtbot.waitUntil(lambda: "not trusted" in verdict(dialog), timeout=20_000)
    # The file with its issuers is trusted by itself.
    dialog.trust.read(files["bundle"])
    qtbot.waitUntil(lambda: dialog.flow.draft.trust == str(files["bundle"]))
    dialog.run()
    qtbot.waitUntil(lambda: verdict(dialog) == "It is trusted.")
    dialog.close()


def test_a_keystore_that_is_asked_about_itself_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    leaf = issue(CN="Contoso Client", usages=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    trust, other = tmp_path / "partners.p12", tmp_path / "copy.p12"
    store = new_store(Format.PKCS12, PASSWORD).with_entries([leaf.trusted("contoso")])
    save_store(store, trust)
    save_store(store, other)
    opened(window, qtbot, other)
    opened(window, qtbot, trust)
    action(window, "actionVerify").trigger()
    dialog = window.findChild(VerifyWindow)
    # Which purpose the certificate has is seen before anything is verified.
    assert dialog.purpose.currentText() == "As in the certificate: client"
    dialog.host.setText("contoso.example")
    dialog.host.textEdited.emit("contoso.example")
    assert dialog.purpose.currentText() == "As in the certificate: server"
    dialog.host.textEdited.emit("")
    choose(dialog, "verifyTrust", "partners.p12")
    dialog.run()
    qtbot.waitUntil(
        lambda: verdict(dialog) == "It is trusted because it is itself in this keystore."
    )
    assert (
        "says nothing about who issued it"
        in dialog.findChild(QWidget, "verifyStep1").accessibleName()
    )
    # Another keystore that trusts it is an answer.
    choose(dialog, "verifyTrust", "copy.p12")
    dialog.run()
    qtbot.waitUntil(lambda: verdict(dialog) == "It is trusted.")
    dialog.close()


def test_nothing_chosen_is_said_beside_the_field(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionVerify").trigger()
    dialog = window.findChild(VerifyWindow)
    dialog.run()
    assert dialog.subject.note.state == "error"
    assert dialog.trust.note.state == "error"
    action(window, "actionLock").trigger()
    qtbot.waitUntil(lambda: not window.findChildren(VerifyWindow))


def test_a_chain_is_completed_from_a_file_and_undone(
    window: MainWindow, qtbot: QtBot, files: dict[str, Path], keytool: Any
) -> None:
    path = files["own"].with_name("bare.p12")
    pair = dataclasses.replace(LEAF.pair("bare"), chain=(LEAF.certificate,))
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([pair]), path)
    view = opened(window, qtbot, path)
    view.select("bare")
    driver = Driver(qtbot, window, "actionCompleteChain")
    driver.type("complete.file", str(files["bundle"]))
    driver.next()
    driver.finish()
    shown = driver.find("complete.result.chain").text().replace("\u200b", "")
    assert shown.splitlines() == ["client", "Issuing", "Root"]
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-v", "-alias", "bare", "-keystore", path,
                      "-storepass", "changeit").stdout  # fmt: skip
    assert "Certificate chain length: 3" in listing
    driver.wizard.close()
    window.undo()
    assert len(view.store.get("bare").chain) == 1


def test_an_issuer_that_is_not_found_is_named(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "one.p12"
    pair = dataclasses.replace(LEAF.pair("one"), chain=(LEAF.certificate,))
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([pair]), path)
    view = opened(window, qtbot, path)
    view.select("one")
    driver = Driver(qtbot, window, "actionCompleteChain")
    driver.next()
    driver.finish()
    assert "Issuing" in driver.find("complete.result.missing").text()
    assert not view.is_dirty


@pytest.mark.parametrize(
    ("answer", "verdict_word", "told"),
    [
        ("good", "It is trusted", ""),
        ("revoked", "not", "revoked"),
        ("unknown", "It is trusted", "does not know"),
        ("expired", "It is trusted", "has expired"),
        ("stranger", "It is trusted", "not signed by the issuer"),
        ("replayed", "It is trusted", "another request"),
        ("unreachable", "It is trusted", "could not be reached"),
    ],
)
def test_what_a_responder_says_is_told_apart(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, answer: str, verdict_word: str, told: str
) -> None:
    with contextlib.ExitStack() as stack:
        if answer == "unreachable":
            with socket.create_server(("127.0.0.1", 0)) as free:
                address = f"http://127.0.0.1:{free.getsockname()[1]}/"
            leaf = leaf_with_responder(ROOT, address)
        else:
            leaf = stack.enter_context(answering(ROOT, answer))  # type: ignore[arg-type]
        dialog = verifying(window, qtbot, tmp_path, leaf)
        dialog.findChild(QCheckBox, "verifyOnline").click()
        dialog.findChild(QPushButton, "verifyRun").click()
        qtbot.waitUntil(lambda: dialog.shown is not None, timeout=15_000)
        assert verdict_word in verdict(dialog)
        step = dialog.findChild(QWidget, "verifyStep7")
        assert told in step.accessibleName()
        assert ("good" in step.accessibleName()) is (answer == "good")


def test_a_slow_responder_can_be_abandoned(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with answering(ROOT, "slow") as leaf:
        dialog = verifying(window, qtbot, tmp_path, leaf)
        dialog.findChild(QCheckBox, "verifyOnline").click()
        dialog.findChild(QPushButton, "verifyRun").click()
        stop = dialog.findChild(QPushButton, "verifyCancel")
        qtbot.waitUntil(stop.isVisible)
        stop.click()
        assert dialog.said.text() == "Canceled."
        assert dialog.shown is None
        # Without the network it is verified at once.
        dialog.findChild(QCheckBox, "verifyOnline").click()
        dialog.findChild(QPushButton, "verifyRun").click()
        qtbot.waitUntil(lambda: "It is trusted" in verdict(dialog))


def verifying(window: MainWindow, qtbot: QtBot, folder: Path, leaf: Issued) -> VerifyWindow:
    """The window with a certificate, and the root that issued it as what is trusted."""
    own, trust = folder / "online.p12", folder / "root.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([leaf.pair("online")]), own)
    store = new_store(Format.PKCS12, PASSWORD)
    save_store(import_certificates(store, [(ROOT.certificate, "root")]), trust)
    opened(window, qtbot, trust)
    opened(window, qtbot, own).select("online")
    action(window, "actionVerify").trigger()
    dialog = window.findChild(VerifyWindow)
    choose(dialog, "verifyTrust", "root.p12")
    return dialog


def test_an_answer_is_said_to_be_outdated_once_a_keystore_was_changed(
    window: MainWindow, qtbot: QtBot, files: dict[str, Path]
) -> None:
    trust = opened(window, qtbot, files["trust"])
    opened(window, qtbot, files["own"])
    action(window, "actionVerify").trigger()
    dialog = window.findChild(VerifyWindow)
    choose(dialog, "verifyTrust", "trust.p12")
    dialog.findChild(QPushButton, "verifyRun").click()
    qtbot.waitUntil(lambda: "not trusted" in verdict(dialog))
    assert not dialog.outdated.isVisible()
    trusted = import_certificates(trust.store, [(ROOT.certificate, "root")])
    trust.document.apply("Import", trusted)
    qtbot.waitUntil(dialog.outdated.isVisible)
    assert "the result from before" in dialog.outdated.text
    assert "“trust.p12” is not saved yet" in dialog.unsaved.text
    # What is taken back is as it was.
    trust.document.undo()
    qtbot.waitUntil(lambda: not dialog.outdated.isVisible())
    assert not dialog.unsaved.isVisible()
    trust.document.redo()
    qtbot.waitUntil(dialog.outdated.isVisible)
    dialog.outdated.button.click()
    qtbot.waitUntil(lambda: verdict(dialog) == "It is trusted.")
    assert not dialog.outdated.isVisible()
    assert dialog.unsaved.isVisible()


def test_a_keystore_that_is_closed_or_beside_it_makes_no_answer_outdated(
    window: MainWindow, qtbot: QtBot, files: dict[str, Path], tmp_path: Path
) -> None:
    beside = tmp_path / "beside.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([CA.trusted("ca")]), beside)
    other = opened(window, qtbot, beside)
    opened(window, qtbot, files["trust"])
    opened(window, qtbot, files["own"])
    action(window, "actionVerify").trigger()
    dialog = window.findChild(VerifyWindow)
    choose(dialog, "verifyTrust", "trust.p12")
    dialog.findChild(QPushButton, "verifyRun").click()
    qtbot.waitUntil(lambda: "not trusted" in verdict(dialog))
    other.document.apply("Empty it", other.store.without(other.store.entries))
    window.tabs.setCurrentIndex(1)
    window.close_current()
    assert not dialog.outdated.isVisible()
    assert not dialog.unsaved.isVisible()
