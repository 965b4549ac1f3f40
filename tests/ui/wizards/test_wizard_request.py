"""A request for a CA, created by mouse and keys in the real window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication

from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import Issued, issue
from tests.support.ui.helpers import opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool

PASSWORD = Password("changeit")
ACTION = "actionCreateRequest"


@pytest.fixture(scope="module")
def own() -> Issued:
    return issue(CN="own.example", O="Acme", sans=("own.example",))


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path, own: Issued) -> Any:
    path = tmp_path / "own.p12"
    store = new_store(Format.PKCS12, PASSWORD, Strength.MODERN)
    save_store(store.with_entries([issue(CN="x").pair("x"), own.pair("own")]), path, backup=False)
    view = opened(window, qtbot, path, PASSWORD)
    view.select("own")
    return view


def verified(openssl: Tool, path: Path) -> str:
    seen = openssl("req", "-in", path, "-verify", "-noout", "-text")
    text = str(seen.stdout + seen.stderr)
    assert re.search(r"verify OK", text)
    return text


@pytest.mark.usefixtures("document")
def test_the_selected_pair_with_other_names_into_a_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, openssl: Tool, keytool: Tool
) -> None:
    driver = Driver(qtbot, window, ACTION)
    assert driver.find("request.alias").currentData() == "own"
    driver.next()
    assert driver.step == "request"
    assert driver.find("request.name").text() == "O=Acme,CN=own.example"
    driver.type("request.name", "CN=api.example, O=Acme")
    driver.choose("request.purpose", "server")
    driver.click("request.key_usage.keyEncipherment")
    driver.type("request.challenge", "let me in")
    driver.next()
    assert driver.step == "file"
    driver.next()
    assert "-certreq" in driver.wizard.flow.keytool_command()
    assert "let me in" not in driver.wizard.flow.keytool_command()
    assert "let me in" not in driver.said()
    driver.finish()
    out = tmp_path / "own.csr"
    text = verified(openssl, out)
    assert re.search(r"CN ?= ?api.example", text)
    assert "TLS Web Server Authentication" in text
    assert "Key Encipherment" in text
    assert "CN=api.example" in keytool("-printcertreq", "-file", out).stdout
    driver.click("request.result.copy")
    assert QApplication.clipboard().text() == out.read_text()


@pytest.mark.parametrize("delivery", ["clipboard", "mail"])
def test_to_the_clipboard(
    delivery: str, window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, openssl: Tool
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.next()
    driver.next()
    driver.click(f"request.delivery.{delivery}")
    assert not driver.is_visible("request.path")
    driver.next()
    driver.finish()
    text = QApplication.clipboard().text()
    assert text.startswith("-----BEGIN") is (delivery == "clipboard")
    pasted = tmp_path / "pasted.txt"
    pasted.write_text(text)
    verified(openssl, pasted)
    assert not document.is_dirty
    assert not (tmp_path / "own.csr").exists()


def test_with_a_new_pair_in_one_go(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, openssl: Tool
) -> None:
    driver = Driver(qtbot, window, ACTION)
    driver.click("request.of.new")
    driver.next()
    assert driver.step == "name"
    driver.type("generate.common_name", "new.example")
    driver.next()
    driver.choose("generate.key", "ec:P-256")
    driver.next()
    driver.next()
    assert driver.step == "keystore"
    assert driver.find("generate.alias").text() == "new.example"
    driver.next()
    assert driver.step == "request"
    assert not driver.is_visible("request.name")
    driver.next()
    driver.next()
    driver.finish()
    assert "DNS:new.example" in verified(openssl, tmp_path / "new.example.csr")
    assert document.store.find("new.example") is not None
    assert document.is_dirty
    # Without its private key the reply would be of no use.
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not document.is_dirty)


@pytest.mark.usefixtures("document")
def test_what_is_wrong_stands_beside_the_field(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "own.csr").write_text("of yesterday")
    driver = Driver(qtbot, window, ACTION)
    driver.next()
    driver.type("request.name", "nonsense")
    assert driver.note("request.name")[0] == "error"
    driver.next()
    assert driver.step == "request"
    driver.type("request.name", "CN=api.example")
    driver.next()
    assert driver.note("request.path")[0] == "error"
    driver.click("request.replace")
    driver.next()
    assert driver.step == "summary"


@pytest.mark.usefixtures("document")
def test_generate_leads_to_a_request(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "made.example")
    driver.next()
    driver.choose("generate.key", "ec:P-256")
    for _ in range(3):
        driver.next()
    driver.finish()
    driver.click("resultRequest")
    after = Driver(qtbot, window)
    assert after.wizard.objectName() == "requestWizard"
    assert after.find("request.alias").currentData() == "made.example"
