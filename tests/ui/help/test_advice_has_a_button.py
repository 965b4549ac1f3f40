"""What advice names is a command, one press away: in findings, explanations, the guide."""

from __future__ import annotations

import dataclasses
import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QDialog, QMenu, QPushButton, QTreeWidget

from handfast.core.commands import Command
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.handshake.explanation import Explanation
from handfast.flows.handshake.remedies import remedy_label
from handfast.flows.open_store import OpenStore
from handfast.handshake.report.causes import WORDINGS, Action, ActionKind, Cause
from handfast.handshake.report.commands import COMMANDS
from handfast.handshake.report.party import Party, Side
from handfast.handshake.report.report import Report
from handfast.resources_location import resources_path
from handfast.services.checks.findings import CODES, Finding
from handfast.services.checks.remedies import commands_for, commands_for_kind
from handfast.services.demo import make_demo
from handfast.services.exchange.secret_keys import generate_secret
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.help.explain_window import ExplainWindow
from handfast.ui.live.connection_story import LiveStory
from handfast.ui.live.listen_window import ListenWindow
from handfast.ui.live.probe_window import ProbeWindow
from handfast.ui.rehearsal.cause_list import CausesList
from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow
from handfast.ui.window.actions.remedy_commands import ACTIONS, run_in_keystore
from tests.support.issued import issue
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool


class FakeReport(NamedTuple):
    """What failed, for reasons."""

    causes: tuple[Cause, ...]
    ok: bool = False


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


#: Causes that nothing in a keystore mends: the clock, the network, what the other party runs.
NOT_IN_A_KEYSTORE = {"clock", "not-tls", "not-yet-valid", "timeout", "tls-version", "unreachable"}
#: Causes on the other side for which it lacks our certificate.
DISTRUST = {"untrusted", "empty-trust-store"}
#: Where every file is at hand, a remedy is applied by itself.
REMEDIES = get_args(ActionKind)


def test_every_cause_of_a_rehearsal_leads_to_its_commands(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    names = ("acme-keystore.p12", "acme-truststore.p12", "globex-keystore.jks",
             "globex-truststore.jks")  # fmt: skip
    rehearsing = RehearsalWindow(window, window)
    qtbot.addWidget(rehearsing)
    for (place, field), name in zip(rehearsing.setup.fields.items(), names, strict=True):
        field.read(tmp_path / name)
        qtbot.waitUntil(lambda place=place: bool(getattr(rehearsing.flow.draft, place)))
    keys = {"client": names[0], "server": names[2]}
    trust = {"client": names[1], "server": names[3]}
    asked: list[tuple[Command, str, str]] = []
    rehearsing.ways.command_requested.connect(
        lambda command, found, alias: asked.append((command, found.path.name, alias))
    )
    lead = set()
    for code in WORDINGS:
        for side in ("client", "server"):
            cause = Cause(code=code, side=side, message="It fails.", remedy="Mend it.")
            causes = CausesList(FakeReport((cause,)), ways=rehearsing._ways)
            qtbot.addWidget(causes)
            causes.way_chosen.connect(rehearsing._go_way)
            wanted = [each for each in COMMANDS.get(code, ())
                      if each not in {Command.OPEN, Command.PROBE}]  # fmt: skip
            buttons = causes.findChildren(QPushButton)
            assert [each.text() for each in buttons] == [each.label for each in wanted]
            asked.clear()
            for each in buttons:
                each.click()
            assert [command for command, _name, _alias in asked] == wanted
            for command, name, alias in asked:
                lead.add(code)
                is_trust = command is Command.IMPORT_CERTIFICATE or code == "empty-trust-store"
                other = "client" if side == "server" else "server"
                owner = other if (code, command) == (
                    "stale-certificate", Command.EXPORT_CERTIFICATE) else side  # fmt: skip
                assert name == (trust[side] if is_trust else keys[owner])
                has_alias = not is_trust and command not in {
                    Command.GENERATE, Command.IMPORT_KEY_PAIR, Command.SAVE_AS}  # fmt: skip
                assert bool(alias) is has_alias, (code, command)
    # A wrong password is told where the file is chosen, before anything is rehearsed.
    assert set(WORDINGS) - lead == NOT_IN_A_KEYSTORE | {"wrong-password"}


#: Who shakes hands with somebody on the network, and as what.
LIVE: list[tuple[Any, Side]] = [(ProbeWindow, "client"), (ListenWindow, "server")]


@pytest.mark.parametrize(("kind", "ours"), LIVE)
def test_every_cause_of_a_live_handshake_leads_to_the_commands_of_our_side(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, kind: Any, ours: Side
) -> None:
    make_demo(tmp_path)
    for name in ("acme-keystore.p12", "acme-truststore.p12"):
        opened(window, qtbot, tmp_path / name)
    live = kind(window, window)
    qtbot.addWidget(live)
    asked: list[tuple[Command, str, str]] = []
    live.ways.command_requested.connect(
        lambda command, found, alias: asked.append((command, found.path.name, alias))
    )
    lead = set()
    for code in WORDINGS:
        for side in get_args(Side):
            cause = Cause(code=code, side=side, message="It fails.", remedy="Mend it.")
            told = Report(ok=False, causes=(cause,))
            other = Party(side="server" if ours == "client" else "client", name="partner")
            parties = (live.flow.party(), other)
            client, server = parties if ours == "client" else parties[::-1]
            page = LiveStory(told, client, server, theirs=other, ways=live.ways)
            qtbot.addWidget(page)
            buttons = [
                each
                for each in page.findChildren(QPushButton)
                if each.objectName().startswith("rehearsalWay")
            ]
            asked.clear()
            for each in buttons:
                each.click()
            # Where they refuse, the button says whose certificate it exports.
            said = [each.text().replace("Export Your", "Export") for each in buttons]
            assert said == [command.label for command, *_ in asked]
            # What the other side must change is nothing that we can press, but for what we send.
            offered = COMMANDS.get(code, ())
            is_sent = Command.EXPORT_CERTIFICATE in offered and code == "stale-certificate"
            if side == ours:
                wanted = [each for each in offered if each not in {Command.OPEN, Command.PROBE}
                          and not (is_sent and each is Command.EXPORT_CERTIFICATE)]  # fmt: skip
                lead.add(code) if wanted else None
            else:
                # They do not trust us: what we can do is send them our certificate.
                is_sent = is_sent or code in DISTRUST
                wanted = [Command.EXPORT_CERTIFICATE] if is_sent else []
            assert [command for command, *_ in asked] == wanted, (code, side)
            for command, name, alias in asked:
                is_trust = command is Command.IMPORT_CERTIFICATE or (
                    code == "empty-trust-store" and side == ours
                )
                assert name == ("acme-truststore.p12" if is_trust else "acme-keystore.p12")
                assert not (is_trust and alias)
    assert set(WORDINGS) - lead == NOT_IN_A_KEYSTORE | {"wrong-password"}


@pytest.mark.parametrize("kind", REMEDIES)
def test_every_remedy_of_a_rehearsal_is_a_button(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    action_ = Action(
        kind=kind,  # type: ignore[arg-type] - one of them
        side="client",
        store="trust",
        path=tmp_path / "store.p12",
        alias="acme",
        certificates=(issue(CN="acme").certificate,),
    )
    cause = Cause(code="untrusted", side="client", message="No.", remedy="Yes.", action=action_)
    causes = CausesList(FakeReport((cause,)))
    qtbot.addWidget(causes)
    chosen: list[Action] = []
    causes.remedy_chosen.connect(chosen.append)
    button = causes.findChild(QPushButton, "rehearsalRemedy1")
    assert button is not None
    assert button.text() == remedy_label(action_)
    button.click()
    assert chosen == [action_]


def test_a_command_of_a_rehearsal_opens_the_keystore_that_it_is_for(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    path = tmp_path / "acme-keystore.p12"
    opened_file = open_file(path, Password("changeit"))
    alias = opened_file.store.key_pairs[0].alias
    assert window.tabs.count() == 0
    run_in_keystore(window, Command.RENEW, OpenStore.of_file(path, opened_file.store), alias)
    qtbot.waitUntil(lambda: window.findChild(QDialog, "renewWizard") is not None, timeout=10_000)
    view: Any = window.current()
    assert view.path == path
    assert [each.alias for each in view.selected()] == [alias]


def test_an_explanation_leads_on_to_a_rehearsal(window: MainWindow, qtbot: QtBot) -> None:
    start = window.findChild(QAbstractButton, "startExplain")
    assert start is not None
    start.click()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "explainWindow") is not None)
    explaining: Any = window.findChild(QDialog, "explainWindow")
    button = explaining.findChild(QPushButton, "explainRehearse")
    assert button.text() == Command.REHEARSE.label
    button.click()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "rehearsalWindow") is not None)
    explaining.close()


def test_pressed_without_a_keystore_it_leads_to_opening_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    from handfast.ui.window.actions.remedy_commands import run_command

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
