"""Text of a file is shown as it is: never as HTML, and never so that it deceives the eye."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QTabBar,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.core.visible_text import visible
from handfast.documents.document import Document
from handfast.handshake.live.listening import Listener
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.files.saving import save_store
from handfast.services.partnerships import ENDING, Partnership, write_partnership
from handfast.ui.dialogs.about import about_box, about_qt_box
from handfast.ui.live.listen_window import ListenWindow
from handfast.ui.live.probe_window import ProbeWindow
from handfast.ui.program.crashes import Crashes
from handfast.ui.program.known_partnerships import KnownPartnerships
from handfast.ui.start.partners_list import PartnerRow, PartnersList
from handfast.ui.widgets.certificate_card import CertificateCard
from handfast.ui.widgets.style import marked, plain
from handfast.ui.window.close_confirmation import ask_before_closing
from tests.support.issued import issue
from tests.support.ui.helpers import action, button, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

#: Each would be taken for HTML, or turns what is read round.
EVIL = (
    'partner<img src="/some/path">',
    "<b>trusted</b> by everybody",
    "safe &lt;script&gt;",
    "<a href='file:///etc/passwd'>click</a>",
)
DECEIVING = ("invoice\u202egpj.exe", "two\u2028lines", "left\u200fright", "bell\u0007", "a\u2066b")
SECRET = Password("the password of it")


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    folder = tmp_path / "<i>folder"
    folder.mkdir()
    path = folder / "x<img src=a>.p12"
    entries = []
    for number, name in enumerate(EVIL):
        ca = issue(is_ca=True, CN=f"{name} CA", O=name)
        entries.append(
            issue(issuer=ca, CN=name, O=name, sans=["host.example"]).pair(f"{number}{name}")
        )
        entries.append(issue(CN=name, OU=name, ends=-1).trusted(f"trusted {name}"))
        entries.append(issue(CN=name, ends=-1).trusted(f"twice {name}"))
    save_store(Store(format=Format.PKCS12, entries=tuple(entries), password=SECRET), path)
    return path


def rich_texts() -> list[str]:
    """Every text of a window that Qt would show as HTML, with where it stands."""
    found: list[str] = []

    def look(where: object, text: str) -> None:
        if text and GuiQt.mightBeRichText(text):
            found.append(f"{type(where).__name__} {getattr(where, 'objectName', str)()}: {text}")

    for top in QApplication.topLevelWidgets():
        for widget in (top, *top.findChildren(QWidget)):
            look(widget, widget.toolTip())
            look(widget, widget.statusTip())
            if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
                look(widget, widget.text())
            if isinstance(widget, QMessageBox):
                look(widget, widget.informativeText())
            if isinstance(widget, QTextEdit) and not isinstance(widget, QTextBrowser):
                # What cannot be edited takes nothing that is pasted, and Qt sets it as plain text.
                is_fixed = widget.isReadOnly()
                assert is_fixed or not widget.acceptRichText() or not widget.toPlainText()
            if isinstance(widget, QTabBar):
                for tab in range(widget.count()):
                    look(widget, widget.tabToolTip(tab))
            if isinstance(widget, (QAbstractItemView, QComboBox)):
                for text in tips(widget.model()):
                    look(widget, text)
        for each in top.findChildren(QAction):
            look(each, each.toolTip())
    return found


def tips(model: QAbstractItemModel | None, parent: QModelIndex | None = None) -> Iterator[str]:
    parent = parent if parent is not None else QModelIndex()
    if model is None:
        return
    for row in range(model.rowCount(parent)):
        # That of a list is no method of Python's.
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            index = model.index(row, column, parent)
            yield str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        yield from tips(model, model.index(row, 0, parent))


def test_html_in_names_is_text_in_the_tab_the_findings_and_the_details(
    window: MainWindow, qtbot: QtBot, store_path: Path
) -> None:
    window.open_path(store_path)
    view = window.current()
    assert view is not None
    view.document.unlock(SECRET)
    qtbot.waitUntil(lambda: view.store is not None and view.history is not None)
    action(window, "actionCheck").trigger()
    qtbot.waitUntil(lambda: len(rows(view)) >= 2 * len(EVIL))
    tree = view.tree
    tree.expandAll()
    assert any("<img" in each for each in rows(view))
    index = tree.model().index(0, 0)
    while index.isValid():
        tree.setCurrentIndex(index)
        QApplication.processEvents()
        assert rich_texts() == []
        index = tree.indexBelow(index)
    assert any("img src" in text for text in tips(tree.model()))


@pytest.mark.parametrize(
    "name",
    [
        "actionGenerateKeyPair", "actionExportCertificate", "actionImportCertificate",
        "actionSetUpMutualTls", "actionRehearse",
    ],
)  # fmt: skip
def test_html_in_names_is_text_in_every_wizard(
    window: MainWindow, qtbot: QtBot, store_path: Path, name: str
) -> None:
    window.open_path(store_path)
    view = window.current()
    assert view is not None
    view.document.unlock(SECRET)
    qtbot.waitUntil(lambda: view.history is not None)
    action(window, name).trigger()
    qtbot.wait(200)
    assert rich_texts() == []


def test_html_in_a_partner_is_text_on_the_start_page(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "<i>partners"
    folder.mkdir()
    known = KnownPartnerships(window.settings)
    for number, name in enumerate(EVIL):
        path = folder / f"{number}<img src=a>{ENDING}"
        write_partnership(
            Partnership(partner=name, our_name=name, host="host.example", folder=str(folder)), path
        )
        known.put_first(path)
    # One that says what is wrong with it, and one that is gone.
    (folder / f"broken<b>{ENDING}").write_text('{"kind": "<img src=a>", "version": "<b>x"}')
    known.put_first(folder / f"broken<b>{ENDING}")
    known.put_first(folder / f"gone<b>{ENDING}")
    page = window.findChild(PartnersList)
    assert page is not None
    page.refresh()
    found = page.findChildren(PartnerRow)
    assert len(found) == len(EVIL) + 2
    qtbot.waitUntil(lambda: {row.button.text() for row in found} >= set(EVIL))
    assert rich_texts() == []


def parties() -> tuple[Party, Party]:
    """A client and a server whose certificates, stores, and aliases are full of HTML."""
    sides: dict[str, Store] = {}
    ca = issue(is_ca=True, CN=f"{EVIL[1]} CA", O=EVIL[0])
    for side in ("client", "server"):
        own = issue(issuer=ca, CN=EVIL[0], O=EVIL[1], OU=EVIL[3], sans=["host.example"])
        sides[side] = Store(
            format=Format.PKCS12,
            entries=(own.pair(EVIL[0]), ca.trusted(EVIL[1])),
            password=SECRET,
        )
    client, server = sides["client"], sides["server"]
    return (
        Party(side="client", keys=PartyStore(store=client), trust=PartyStore(store=client)),
        Party(side="server", keys=PartyStore(store=server), trust=PartyStore(store=server)),
    )


def open_both(party: Party, window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    """Our keystore and our trust store, in two tabs."""
    assert party.keys is not None
    whole = party.keys.store
    for name, entries in (("keys<img src=a>", whole.key_pairs), ("trust<b>", whole.trusted)):
        path = folder / f"{name}.p12"
        save_store(replace(whole, entries=tuple(entries)), path)
        window.open_path(path, password=SECRET)
        qtbot.waitUntil(lambda: getattr(window.current(), "history", None) is not None)


@pytest.mark.parametrize("host", ["host.example", "other.example"])
def test_html_from_a_server_is_text_in_the_probe_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, host: str
) -> None:
    client, server = parties()
    open_both(client, window, qtbot, tmp_path)
    action(window, "actionProbe").trigger()
    made = window.findChild(ProbeWindow)
    assert made is not None
    listener = Listener(server)
    thread = threading.Thread(target=lambda: listener.serve(lambda _: None, connections=1))
    thread.start()
    try:
        run_probe(made, qtbot, listener.port, host)
    finally:
        listener.stop()
        thread.join(10)
    texts = [label.text() for label in made.findChildren(QLabel)]
    assert any("<img" in text for text in texts)
    assert rich_texts() == []


def run_probe(made: ProbeWindow, qtbot: QtBot, port: int, host: str) -> None:
    made.endpoint.clear()
    qtbot.keyClicks(made.endpoint, f"127.0.0.1:{port}")
    made.hostname.clear()
    qtbot.keyClicks(made.hostname, host)
    qtbot.mouseClick(button(made, "probeRun"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not None, timeout=15_000)


def test_html_from_a_client_is_text_in_the_listen_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    client, server = parties()
    open_both(server, window, qtbot, tmp_path)
    action(window, "actionListen").trigger()
    made = window.findChild(ListenWindow)
    assert made is not None
    qtbot.waitExposed(made)
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.is_listening and ":" in made.state.text(), timeout=15_000)
    port = int(made.state.text().split(".", 4)[3].split(":")[1])
    stranger = issue(CN=EVIL[0], O=EVIL[3], ends=300).pair(EVIL[0])
    unknown = Store(format=Format.PKCS12, entries=(stranger,), password=SECRET)
    for each in (client, Party(side="client", keys=PartyStore(store=unknown), trust=client.trust)):
        target = Target(host="127.0.0.1", port=port, hostname="host.example")
        thread = threading.Thread(target=lambda target=target, each=each: probe(target, each))
        thread.start()
        qtbot.waitUntil(lambda thread=thread: not thread.is_alive(), timeout=15_000)
    qtbot.waitUntil(
        lambda: any("<img" in label.text() for label in made.findChildren(QLabel)), timeout=15_000
    )
    assert rich_texts() == []


def test_html_is_text_in_every_message_box(window: MainWindow, tmp_path: Path) -> None:
    """Those that there are, which another test counts: closing, about, and what went wrong."""
    document = Document(tmp_path / "<b>x<img src=a>.p12", window.jobs)
    ask_before_closing(document, lambda: None, window)
    about_box(window, window.jobs).open()
    about_qt_box(window).open()
    crashes = Crashes(window)
    crashes._report(ValueError(EVIL[0]))
    QApplication.processEvents()
    boxes = window.findChildren(QMessageBox)
    assert len(boxes) == 4
    for box in boxes:
        plainly = box.textFormat() is Qt.TextFormat.PlainText
        shown = (box.text(), box.informativeText())
        assert plainly or not any(GuiQt.mightBeRichText(each) for each in shown)
        box.close()
    assert rich_texts() == []


def test_names_that_deceive_are_marked_on_the_card_of_a_certificate(qtbot: QtBot) -> None:
    card = CertificateCard("test")
    qtbot.addWidget(card)
    issuer = issue(is_ca=True, CN="ca\u202eroot\nSelf-signed")
    deceiving = issue(issuer=issuer, CN='a\nb\u202e<img src="/x">', sans=["host.example"])
    card.show_certificate(deceiving.certificate)
    card.show()
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert any("a\\u000ab\\u202e" in text.replace("\u200b", "") for text in texts)
    assert any("ca\\u202eroot\\u000aSelf-signed" in t.replace("\u200b", "") for t in texts)
    assert not any("\u202e" in text for text in texts)
    assert rich_texts() == []


def test_names_that_deceive_are_marked_in_rows_and_tips(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "odd.jks"
    entries = tuple(
        issue(CN=name, O="Acme").trusted(f"alias {number}") for number, name in enumerate(DECEIVING)
    )
    save_store(Store(format=Format.JKS, entries=entries, password=SECRET), path)
    window.open_path(path)
    view = window.current()
    assert view is not None
    view.document.unlock(SECRET)
    qtbot.waitUntil(lambda: view.history is not None and len(rows(view)) >= len(DECEIVING))
    model = view.tree.model()
    shown = []
    pending = [QModelIndex()]
    while pending:
        parent = pending.pop()
        for row in range(model.rowCount(parent)):
            pending.append(model.index(row, 0, parent))
            for column in range(model.columnCount(parent)):
                index = model.index(row, column, parent)
                shown += [
                    str(index.data() or ""),
                    str(index.data(Qt.ItemDataRole.ToolTipRole) or ""),
                ]
    for name in DECEIVING:
        assert visible(name) in shown
        assert not any(name in text for text in shown)


def test_texts_for_qt() -> None:
    for text in EVIL:
        assert GuiQt.mightBeRichText(text)
        assert not GuiQt.mightBeRichText(plain(text))
        assert plain(text).replace("\u200b", "") == text
    assert plain("a < b & c") == "a < b & c"
    assert marked("one\ntwo\u202e") == "one\ntwo\\u202e"
    assert marked("Überweisung 東京") == "Überweisung 東京"


@pytest.mark.parametrize("text", ["x" * 300, "word " * 60, "a" * 119 + " " + "b" * 200, "short"])
def test_a_tool_tip_is_no_wider_than_a_screen_and_loses_nothing(text: str) -> None:
    shown = plain(text)
    assert max(map(len, shown.split("\n"))) <= 120
    assert shown.replace("\n", "") == text
