"""Files dropped on the window are opened as by *File > Open*; several certificates are imported."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from tests.support.ui.drops import drop, files
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

COPY = Qt.DropAction.CopyAction


def wizard_of(window: MainWindow, qtbot: QtBot) -> Any:
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importWizard") is not None)
    return window.findChild(QWidget, "importWizard")


def sources_of(wizard: Any, qtbot: QtBot) -> list[str]:
    """The names of what the wizard has read."""
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.sources))
    return [source.name for source in wizard.flow.draft.sources]


def test_stores_open_in_tabs_whatever_their_name(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    misnamed = tmp_path / "looks-like-a.cer"
    misnamed.write_bytes((demo / "acme-truststore.p12").read_bytes())
    assert drop(window, files(misnamed, demo / "globex-keystore.jks"))
    qtbot.waitUntil(lambda: window.tabs.count() == 2)
    qtbot.waitUntil(lambda: all(view.history is not None for view in window.documents))
    assert window.findChild(QWidget, "importWizard") is None


def choose(window: MainWindow, path: Path) -> None:
    """Choose a file in the dialog of *File > Open*."""
    action(window, "actionOpen").trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(path)])
    dialog.close()


@pytest.mark.parametrize("way", ["drop", "open"])
def test_a_certificate_is_shown_and_imported_into_the_store_at_hand(
    window: MainWindow, qtbot: QtBot, demo: Path, way: str
) -> None:
    view = opened(window, qtbot, demo / "acme-truststore.p12")
    opened(window, qtbot, demo / "globex-truststore.jks")
    window.tabs.setCurrentWidget(view)
    if way == "drop":
        assert drop(window, files(demo / "globex.cer"))
    else:
        choose(window, demo / "globex.cer")
    qtbot.waitUntil(lambda: window.findChild(QWidget, "loosePage") is not None)
    assert window.tabs.count() == 3
    assert window.findChild(QWidget, "importWizard") is None
    # One press goes on.
    importing = button(window, "looseImport")
    qtbot.waitUntil(lambda: window.focusWidget() is importing)
    qtbot.keyClick(importing, Qt.Key.Key_Space)
    wizard = wizard_of(window, qtbot)
    assert wizard.isVisible()
    assert sources_of(wizard, qtbot) == ["globex.cer"]
    assert wizard.flow.draft.sources[0].certificates
    draft = wizard.flow.draft
    assert (draft.target, draft.existing) == ("existing", str(view.path))
    wizard.close()


def test_several_certificates_are_imported_together(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    view = opened(window, qtbot, demo / "acme-truststore.p12")
    assert drop(window, files(demo / "globex.cer", demo / "acme.cer"))
    wizard = wizard_of(window, qtbot)
    assert sources_of(wizard, qtbot) == ["globex.cer", "acme.cer"]
    assert wizard.flow.draft.existing == str(view.path)
    assert window.tabs.count() == 1
    wizard.close()


def test_a_certificate_without_a_store_is_imported_too(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    assert drop(window, files(demo / "globex.cer", demo / "acme.cer"))
    wizard = wizard_of(window, qtbot)
    assert sources_of(wizard, qtbot) == ["globex.cer", "acme.cer"]
    wizard.close()


def test_what_is_neither_says_so_in_a_tab(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    noise = tmp_path / "notes.txt"
    noise.write_text("Nothing of the kind.")
    assert drop(window, files(noise))
    qtbot.waitUntil(lambda: window.tabs.count() == 1)
    headline = window.findChild(QLabel, "errorHeadline")
    qtbot.waitUntil(lambda: "not a keystore" in headline.text())
    assert not window.current().page.importing.isVisible()


def test_a_certificate_that_was_opened_is_offered_for_import(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    window.open_path(demo / "globex.cer")
    view = window.current()
    qtbot.waitUntil(lambda: view.findChild(QWidget, "loosePage") is not None)
    assert window.recent.paths() == []
    qtbot.mouseClick(button(view, "looseImport"), Qt.MouseButton.LeftButton)
    wizard = wizard_of(window, qtbot)
    assert sources_of(wizard, qtbot) == ["globex.cer"]
    # Whoever gives the import up still has what was opened.
    assert window.tabs.count() == 1
    # It is no store, so it is not among the recent ones.
    assert window.recent.paths() == []
    wizard.close()


def test_certificates_in_a_document_are_opened(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    encoded = base64.b64encode((demo / "globex.cer").read_bytes()).decode()
    metadata = tmp_path / "metadata.xml"
    metadata.write_text(
        '<?xml version="1.0"?><md xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f"<ds:X509Certificate>{encoded}</ds:X509Certificate></md>"
    )
    view = opened(window, qtbot, metadata)
    assert len(view.store.trusted) == 1


def test_text_and_links_are_not_taken(window: MainWindow) -> None:
    text = QMimeData()
    text.setText("hello")
    link = QMimeData()
    link.setUrls([QUrl("https://example.com/store.p12")])
    assert not drop(window, text)
    assert not drop(window, link)


def test_the_filter_leaves_files_to_the_window(window: MainWindow) -> None:
    assert not window.filter.acceptDrops()
