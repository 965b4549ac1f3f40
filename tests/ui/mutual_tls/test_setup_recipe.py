"""The recipe at the end of setting up: each program’s, with the real files and the right port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from handfast.services.partnerships import read_partnership
from tests.support.partner import Partner
from tests.support.ui.setup_driver import OURS, SetUp, begin, restarted, take_up, unlock

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool


@pytest.fixture(scope="module")
def partner(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Partner:
    made = Partner(keytool, tmp_path_factory.mktemp("globex"))
    made.make_pair("good")
    return made


def at_the_recipe(
    qtbot: QtBot, window: MainWindow, folder: Path, partner: Partner, preset: str = "java-client"
) -> SetUp:
    made = begin(qtbot, window)
    made.name_partner(folder, preset)
    made.make_pair()
    made.hand_over()
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    made.rehearsed()
    made.to("recipe")
    return made


def choose(made: SetUp, recipe: str) -> None:
    made.choose("setup.recipe", recipe)
    made.page.kind.activated.emit(made.page.kind.currentIndex())


def test_every_recipe_of_the_role_can_be_copied_and_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = at_the_recipe(qtbot, window, tmp_path / "globex", partner)
    assert made.page.kind.currentData() == "java"
    ids = [made.page.kind.itemData(at) for at in range(made.page.kind.count())]
    assert {"servicenow", "java", "curl", "kafka-client"} <= set(ids)
    assert "tomcat" not in ids
    texts = set()
    for each in ids:
        choose(made, each)
        made.click("setup.recipe.copy")
        text = QGuiApplication.clipboard().text()
        assert OURS not in text
        texts.add(text)
    assert len(texts) == len(ids)
    choose(made, "java")
    # What is to be filled in stands out in the text and is told beneath.
    snippet = made.wizard.findChild(QPlainTextEdit, "setup.recipe.snippet1")
    marked = [
        snippet.toPlainText()[block.position() + each.start :][: each.length]
        for block in _blocks(snippet)
        for each in block.layout().formats()
        if each.format.fontWeight() > 400
    ]
    assert "<keystore password>" in marked
    assert "<keystore password>: the password of" in made.said()
    made.page.write(tmp_path / "recipe.md")
    assert (tmp_path / "recipe.md").read_text(encoding="utf-8") == made.page.text()
    made.page.write(tmp_path / "no" / "folder.md")
    assert made.is_visible("setup.recipe.error")


def _blocks(text: QPlainTextEdit) -> list[Any]:
    found = []
    block = text.document().firstBlock()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def test_the_port_stands_in_the_recipe_and_is_remembered(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    folder = tmp_path / "globex"
    made = at_the_recipe(qtbot, window, folder, partner)
    # Java's own properties name none.
    assert not made.is_visible("setup.port")
    choose(made, "kafka-client")
    assert "9093" in made.find("setup.port").placeholderText()
    assert "api.globex.example:9093" in made.page.text()
    made.type("setup.port", "9443")
    assert "api.globex.example:9443" in made.page.text()
    made.close()
    assert read_partnership(folder / "globex.partnership.json").port == 9443

    again = take_up(qtbot, restarted(qtbot, window))
    unlock(again, "keystore", "truststore")
    again.wait_for("recipe")
    choose(again, "curl")
    assert again.find("setup.port").text() == "9443"
    assert "https://api.globex.example:9443/" in again.page.text()
    again.type("setup.port", "")
    assert "https://api.globex.example/" in again.page.text()


def test_what_is_no_port_is_said_beside_it_and_nothing_can_be_copied(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    folder = tmp_path / "globex"
    made = at_the_recipe(qtbot, window, folder, partner)
    choose(made, "curl")
    made.type("setup.port", "8443")
    assert made.page.copy.isEnabled()
    made.type("setup.port", "65536")
    assert "from 1 to 65,535" in made.find("setup.port.note").text
    for name in ("setup.recipe.copy", "setup.recipe.save", "setup.recipe.snippet1"):
        assert not made.find(name).isEnabled()
    choose(made, "openssl")
    assert not made.find("setup.recipe.snippet1").isEnabled()
    # This one has no port, so that none can be wrong.
    choose(made, "java")
    assert made.find("setup.recipe.snippet1").isEnabled()
    made.close()
    # Nor is one kept that was typed on the way there.
    assert read_partnership(folder / "globex.partnership.json").port == 0


def test_the_file_that_the_partner_sent_is_named(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = at_the_recipe(qtbot, window, tmp_path / "globex", partner, "servicenow")
    assert made.page.kind.currentData() == "servicenow"
    assert str(partner.folder / "good.cer") in made.page.text()
    assert str(partner.folder / "good.cer") in made.said()
