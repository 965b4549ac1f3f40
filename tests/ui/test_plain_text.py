"""Text of a file is shown as it is: never as HTML, and never so that it deceives the eye."""

from __future__ import annotations

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
from handfast.services.files.saving import save_store
from handfast.ui.widgets.certificate_card import CertificateCard
from handfast.ui.widgets.style import marked, plain
from tests.support.issued import issue
from tests.ui.helpers import action, rows

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
                assert not widget.acceptRichText() or not widget.toPlainText()
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
