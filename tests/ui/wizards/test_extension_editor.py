"""The editor of extensions, by mouse and keys; and where it is used."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from handfast.services.authority.extension_files import PRESETS, read_plan, write_plan
from handfast.services.authority.extension_plan import ExtensionPlan
from handfast.ui.authority.sign_wizard import SignWizard
from handfast.ui.wizards.extension_editor import ExtensionEditor, ExtensionsField
from handfast.ui.wizards.generate import GenerateWizard, NamesPage
from handfast.ui.wizards.request import RequestWizard
from tests.handshake.test_negative import make_stores
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


@pytest.fixture
def editor(qtbot: QtBot) -> ExtensionEditor:
    made = ExtensionEditor(PRESETS["tls-client"])
    # It deletes itself once it is closed, which the fixture does below otherwise.
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_plan_is_made_part_by_part(editor: ExtensionEditor, qtbot: QtBot) -> None:
    assert editor.preset.currentText() == "TLS client"
    editor.extended.boxes["emailProtection"].click()
    assert editor.preset.currentText() == ""
    qtbot.keyClicks(editor.own_usages, "1.2.3.4, 1.2.3.5")
    qtbot.keyClicks(editor.lists["san"], "dns:api.example")
    qtbot.keyClick(editor.lists["san"], Qt.Key.Key_Return)
    qtbot.keyClicks(editor.lists["san"], "upn:user@ad.example")
    qtbot.keyClicks(editor.lists["crl_points"], "http://ca.example/ca.crl")
    editor.critical.boxes["extended-key-usage"].click()
    with qtbot.waitSignal(editor.chosen) as chosen:
        qtbot.mouseClick(editor.go, Qt.MouseButton.LeftButton)
    assert chosen.args == [
        dataclasses.replace(
            PRESETS["tls-client"],
            title="",
            extended_key_usage=("clientAuth", "emailProtection", "1.2.3.4", "1.2.3.5"),
            san=("dns:api.example", "upn:user@ad.example"),
            crl_points=("http://ca.example/ca.crl",),
            critical=("key-usage", "extended-key-usage"),
        )
    ]


def test_what_is_wrong_is_said_at_once_and_cannot_be_used(
    editor: ExtensionEditor, qtbot: QtBot
) -> None:
    for field, text in (("policies", "mine"), ("raw", "1.2.3=zz"), ("ocsp", "nowhere")):
        qtbot.keyClicks(editor.lists[field], text)
        assert editor.form.rows[field].note.state == "error", field
        assert not editor.go.isEnabled()
        editor.lists[field].clear()
        assert editor.go.isEnabled()
    editor.usage.boxes["keyCertSign"].click()
    assert "Only a CA" in editor.form.rows["key_usage"].note.text
    editor.constraints.setCurrentIndex(1)
    editor.constraints.activated.emit(1)
    assert editor.go.isEnabled()
    # What only a CA has is shown now.
    assert editor.lists["permitted"].isVisible()
    qtbot.keyClicks(editor.lists["permitted"], "ip:192.0.2.7/24")
    assert editor.form.rows["permitted"].note.state == "error"


def test_presets_are_files(editor: ExtensionEditor, tmp_path: Path) -> None:
    plan = ExtensionPlan(title="Ours", key_usage=("digitalSignature",), policies=("1.2.3",))
    path = tmp_path / "ours.json"
    write_plan(plan, path)
    editor.load(path)
    assert editor.flow.draft == plan
    assert editor.lists["policies"].toPlainText() == "1.2.3"
    editor.lists["policies"].setPlainText("1.2.4")
    editor.save(path)
    assert read_plan(path).policies == ("1.2.4",)
    # What is no preset says so, and changes nothing.
    for name, text in (("a.json", "{"), ("b.json", '{"kind": "handfast-ca-journal"}')):
        (tmp_path / name).write_text(text)
        editor.load(tmp_path / name)
        assert "not a preset" in editor.problem.text()
        assert editor.flow.draft.policies == ("1.2.4",)
    (tmp_path / "b.json").write_text('{"kind": "handfast-ca-journal"}')
    editor.save(tmp_path / "b.json")
    assert "never overwritten" in editor.problem.text()


def test_generate_uses_it_and_offers_the_cas(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_stores(tmp_path)
    opened(window, qtbot, tmp_path / "ca.p12")
    action(window, "actionGenerateKeyPair").trigger()
    wizard = window.findChild(GenerateWizard)
    assert wizard is not None
    qtbot.waitExposed(wizard)
    wizard.flow.update(common_name="api.example")
    wizard.refresh_page()
    for _ in range(2):
        wizard.go_next()
    page = wizard.findChild(NamesPage)
    assert page is not None
    assert [page.issuer.itemText(at) for at in range(page.issuer.count())] == [
        "itself (self-signed)", "ca in ca.p12",
    ]  # fmt: skip
    page.issuer.setCurrentIndex(1)
    page.issuer.activated.emit(1)
    made = page.extensions.open_editor()
    made.lists["policies"].setPlainText("1.2.3.4")
    qtbot.mouseClick(made.go, Qt.MouseButton.LeftButton)
    assert "1.2.3.4" in wizard.flow.draft.extensions.policies
    assert wizard.flow.draft.issuer == "ca"
    assert page.extensions.reset.isVisible()
    page.extensions.reset.click()
    assert wizard.flow.draft.extensions is None


def test_requests_and_signing_use_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    make_stores(tmp_path)
    opened(window, qtbot, tmp_path / "ca.p12")
    for name, wizard_class in (("actionCreateRequest", RequestWizard), ("actionSign", SignWizard)):
        action(window, name).trigger()
        wizard = window.findChild(wizard_class)
        assert wizard is not None
        for page in wizard.pages:
            page.make()
        (field,) = [
            each
            for each in wizard.findChildren(ExtensionsField)
            if each.objectName().rpartition(".")[0] in {"request", "sign"}
        ]
        made = field.open_editor()
        made.lists["policies"].setPlainText("1.2.3.4")
        qtbot.mouseClick(made.go, Qt.MouseButton.LeftButton)
        assert wizard.flow.draft.extensions.policies == ("1.2.3.4",)
        wizard.close()
