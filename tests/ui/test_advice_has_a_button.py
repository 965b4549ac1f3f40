"""What advice names is a command, one press away: in findings, explanations, the guide."""

from __future__ import annotations

import dataclasses
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QTreeWidget

from handfast.core.commands import Command
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.explanation import Explanation
from handfast.handshake.report.causes import WORDINGS, Cause
from handfast.handshake.report.commands import COMMANDS
from handfast.resources_location import resources_path
from handfast.services.checks.findings import CODES, Finding
from handfast.services.checks.remedies import commands_for, commands_for_kind
from handfast.services.exchange.secret_keys import generate_secret
from handfast.services.files.saving import new_store, save_store
from handfast.ui.help.explain_window import ExplainWindow
from handfast.ui.window.remedy_commands import ACTIONS
from tests.support.issued import issue
from tests.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool

KINDS = ("", "key-pair", "trusted-certificate", "secret-key")
#: No command of the program mends these: a file’s permissions, a date, somebody else’s certificate.
FOR_OTHERS = {
    "client-auth-ending", "name-constraint", "not-yet-valid", "open-permissions", "other-names",
    "path-length", "unknown-critical-extension",
}  # fmt: skip


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    """A keystore with an entry of each kind."""
    ca = issue(CN="Acme CA", is_ca=True)
    entries = [
        issue(issuer=ca, CN="api.acme.example").pair("key-pair"),
        issue(CN="partner.example").trusted("trusted-certificate"),
        generate_secret("secret-key", "aes:256"),
    ]
    path = tmp_path / "store.jceks"
    save_store(new_store(Format.JCEKS, Password("changeit")).with_entries(entries), path)
    window.open_path(path)
    made: Any = window.current()
    qtbot.waitUntil(lambda: made.store is not None)
    made.document.unlock(Password("changeit"))
    qtbot.waitUntil(lambda: made.history is not None)
    return opened(window, qtbot, path)


def finding(code: str, kind: str) -> Finding:
    return Finding(
        severity="warning",
        code=code,
        alias=kind,
        message=f"{code} {kind}",
        why="",
        remedy="Mend it.",
    )


def test_every_code_has_commands_or_is_for_others() -> None:
    mended = {code for code in CODES if any(commands_for_kind(code, kind) for kind in KINDS)}
    assert mended | FOR_OTHERS == CODES
    assert not mended & FOR_OTHERS
    assert set(COMMANDS) <= set(WORDINGS)


def test_every_command_is_in_the_menus_under_its_name(window: MainWindow) -> None:
    assert {*ACTIONS, Command.PUT_REPLY, Command.UNLOCK} == set(Command)
    for command, name in ACTIONS.items():
        text = action(window, name).text().replace("&", "")
        assert text == command.label.replace("&", "")


def test_every_button_of_a_finding_does_what_it_says(
    window: MainWindow, view: StoreView, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def noted(name: str, _checked: bool = False) -> None:
        done.append(name)

    # What each does is tested where it is; here, that the press leads there with the right entry.
    for each in window.findChildren(QAction):
        if each.objectName() in ACTIONS.values():
            each.triggered.disconnect()
            each.triggered.connect(partial(noted, each.objectName()))
    monkeypatch.setattr(
        window.dialogs.validity, "renew_entry", lambda *_: done.append("actionRenew")
    )
    monkeypatch.setattr(window.dialogs, "put_reply_beside", lambda *_: done.append("reply"))
    pressed = 0
    for code in sorted(CODES):
        for kind in KINDS:
            wanted = commands_for(finding(code, kind), view.store)
            view._show_findings((finding(code, kind),), True)
            tree = view.findings.findChild(QTreeWidget)
            assert tree is not None
            tree.expandAll()
            top = tree.topLevelItem(0)
            holder = tree.itemWidget(top.child(top.childCount() - 1), 1)
            buttons = holder.findChildren(QPushButton) if holder is not None else []
            assert [each.text() for each in buttons] == [each.label for each in wanted]
            for command, button in zip(wanted, buttons, strict=True):
                done.clear()
                button.click()
                pressed += 1
                if command is Command.UNLOCK:
                    assert view.details.isAncestorOf(window.focusWidget())
                    continue
                expected = "reply" if command is Command.PUT_REPLY else ACTIONS[command]
                assert done == [expected], (code, kind, command)
                if kind and command not in {Command.PUT_REPLY, Command.RENEW}:
                    assert [each.alias for each in view.selected()] == [kind]
    assert pressed > 40


def test_a_finding_whose_entry_is_gone_has_no_button(view: StoreView) -> None:
    gone = dataclasses.replace(finding("expired", "key-pair"), alias="no longer there")
    assert commands_for(gone, view.store) == ()
    view._show_findings((gone,), True)
    assert view.findings.findChildren(QPushButton) == []


def test_every_explanation_leads_to_its_commands(window: MainWindow, qtbot: QtBot) -> None:
    asked: list[Command] = []
    for code, commands in COMMANDS.items():
        explaining = ExplainWindow(window, window)
        qtbot.addWidget(explaining)
        explaining.command_requested.connect(asked.append)
        cause = Cause(code=code, side="client", message="It fails.", remedy="Mend it.")
        explaining._show((Explanation(cause=cause, verdict="unknown", said="Not known."),))
        buttons = [
            each
            for each in explaining.findChildren(QPushButton)
            if each.objectName().startswith("explain1")
        ]
        assert [each.text() for each in buttons] == [each.label for each in commands]
        asked.clear()
        for each in buttons:
            each.click()
        assert asked == list(commands)


def test_pressed_without_a_keystore_it_leads_to_opening_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    from handfast.ui.window.remedy_commands import run_command

    run_command(window, Command.SET_ENTRY_PASSWORD)
    qtbot.waitUntil(
        lambda: bool([each for each in window.findChildren(QDialog) if each.isVisible()])
    )
    assert "Set Key Password" in window.statusBar().currentMessage()


def menu_paths(window: MainWindow) -> set[str]:
    """``Keystore > Save As`` for everything in the menu bar."""
    found = set()

    def bare(text: str) -> str:
        return text.replace("&", "").rstrip("…")

    def walk(menu: QMenu, path: str) -> None:
        for each in menu.actions():
            found.add(f"{path} > {bare(each.text())}")

    for menu in window.menuBar().findChildren(QMenu):
        walk(menu, bare(menu.title()))
        for inner in menu.findChildren(QMenu):
            walk(inner, bare(menu.title()))
    return found


def test_what_the_guide_names_is_in_the_menus(window: MainWindow) -> None:
    known = menu_paths(window)
    named = set()
    for page in sorted((resources_path() / "guide").glob("*.md")):
        named |= set(re.findall(r"\*\*([A-Z][\w ]+ > [^*]+)\*\*", page.read_text(encoding="utf-8")))
    assert len(named) > 20
    assert {each for each in named if each not in known} == set()


def test_the_cure_for_cannot_recover_key_cures_it(
    window: MainWindow, qtbot: QtBot, keytool: Tool, tmp_path: Path
) -> None:
    """As the guide has it: Keystore > Set Key Password, give it that of the keystore, and save."""
    guide = (resources_path() / "guide" / "trouble.md").read_text(encoding="utf-8")
    assert "| Cannot recover key |" in guide
    assert "**Keystore > Set Key Password**" in guide
    path = tmp_path / "own.jks"
    keytool(
        "-genkeypair", "-keystore", path, "-storetype", "JKS", "-storepass", "changeit",
        "-keypass", "another one", "-alias", "own", "-dname", "CN=own", "-keyalg", "EC",
    )  # fmt: skip
    broken = keytool(
        "-certreq", "-keystore", path, "-alias", "own", "-storepass", "changeit", "-keypass",
        "changeit", check=False,
    )  # fmt: skip
    assert "Cannot recover key" in broken.stdout + broken.stderr
    window.open_path(path)
    view: Any = window.current()
    qtbot.waitUntil(lambda: view.store is not None)
    view.document.unlock(Password("changeit"))
    qtbot.waitUntil(lambda: view.history is not None)
    view.select("own")
    action(window, "actionSetEntryPassword").trigger()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "entryPasswordDialog") is not None)
    dialog: Any = window.findChild(QDialog, "entryPasswordDialog")
    qtbot.keyClicks(dialog.present, "another one")
    dialog.go.click()
    qtbot.waitUntil(lambda: view.is_dirty, timeout=10_000)
    action(window, "actionSave").trigger()
    qtbot.waitUntil(lambda: not view.is_dirty, timeout=10_000)
    request = keytool(
        "-certreq", "-keystore", path, "-alias", "own", "-storepass", "changeit", "-keypass",
        "changeit",
    )  # fmt: skip
    assert "BEGIN NEW CERTIFICATE REQUEST" in request.stdout
