"""The real window on real stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTabWidget,
    QTreeView,
    QTreeWidget,
    QWidget,
)

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.store_tab.entry_model import EntryModel
from tests.support.ui.helpers import saved_with_own_password

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


def texts(window: MainWindow) -> list[str]:
    """The first column of the tree, top to bottom, for what is unfolded."""
    tree = window.findChild(QTreeView, "entryTree")
    index = tree.model().index(0, 0)
    found = []
    while index.isValid():
        found.append(index.data())
        index = tree.indexBelow(index)
    return found


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> Any:
    window.open_path(path)
    view = window.current()
    qtbot.waitUntil(lambda: view.history is not None)
    return view


def secret_copy(demo: Path, tmp_path: Path) -> Path:
    store = open_file(demo / "acme-keystore.p12").store
    path = tmp_path / "secret.p12"
    save_store(store.with_password(Password("not the usual")), path)
    return path


def test_a_store_is_opened_and_shown(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    assert window.findChild(QTabWidget, "storeTabs").count() == 0
    opened(window, qtbot, demo / "acme-keystore.p12")
    assert texts(window) == ["Key pairs (1)", "acme"]
    assert "acme-keystore.p12" in window.windowTitle()
    opened(window, qtbot, demo / "acme-keystore.p12")
    assert window.tabs.count() == 1


def test_what_is_selected_is_told_in_full(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "globex-keystore.jks")
    view.tree.setCurrentIndex(view.model.index_of_alias("globex"))
    text = view.details.text()
    certificate = open_file(demo / "globex-keystore.jks").store.entries[0].chain[0]
    assert "api.globex.example" in text
    assert "TLS server" in text
    assert "PRIVATE KEY" not in text
    plain = "".join(text.split())
    assert certificate.serial in plain
    assert certificate.sha256.upper() in plain


def test_a_wrong_password_is_told_and_the_right_one_opens(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    window.open_path(secret_copy(demo, tmp_path))
    field = window.findChild(QLineEdit, "passwordField")
    qtbot.waitUntil(field.isVisible)
    qtbot.keyClicks(field, "wrong")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    explanation = window.findChild(QLabel, "errorText")
    qtbot.waitUntil(lambda: "mistyped" in explanation.text())
    assert field.text() == ""
    qtbot.keyClicks(field, "not the usual")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current().history is not None)
    assert texts(window) == ["Key pairs (1)", "acme"]


def test_a_file_that_is_no_store_says_what_it_is(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    window.open_path(demo / "acme.cer")
    explanation = window.findChild(QLabel, "errorText")
    qtbot.waitUntil(lambda: "Import it" in explanation.text())
    assert not window.findChild(QLineEdit, "passwordField").isVisible()


def test_the_filter_finds_names_and_fingerprints(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    view = opened(window, qtbot, demo / "globex-keystore.jks")
    for text, is_found in (("api.globex", True), ("nobody", False)):
        window.filter.setText(text)
        qtbot.waitUntil(lambda found=is_found: (view.model.shown() == 1) is found)
    certificate = view.history.store.entries[0].chain[0]
    window.filter.setText(certificate.sha256)
    qtbot.waitUntil(lambda: view.model.shown() == 1)


def test_delete_undo_redo_and_save(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path, keytool: Any
) -> None:
    path = tmp_path / "trust.p12"
    certificate = open_file(demo / "acme-keystore.p12").store.entries[0].chain[0]
    store = new_store(Format.PKCS12, Password("changeit"))
    save_store(import_certificates(store, [(certificate, "one"), (certificate, "two")]), path)
    view = opened(window, qtbot, path)
    view.tree.setCurrentIndex(view.model.index_of_alias("one"))
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_Delete)
    assert texts(window) == ["Trusted certificates (1)", "two"]
    assert "•" in window.windowTitle()
    window.findChild(QAction, "actionUndo").trigger()
    assert texts(window) == ["Trusted certificates (2)", "one", "two"]
    assert "•" not in window.windowTitle()
    window.findChild(QAction, "actionRedo").trigger()
    window.findChild(QAction, "actionSave").trigger()
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert "two," in listing
    assert "one," not in listing
    assert path.with_name("trust.p12.bak").exists()


def test_a_tab_with_edits_asks_before_it_closes(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.jks"
    path.write_bytes((demo / "globex-truststore.jks").read_bytes())
    view = opened(window, qtbot, path)
    view.tree.setCurrentIndex(view.model.index_of_alias("acme"))
    view.delete_selected()
    window.close_tab(0)
    box = window.findChild(QMessageBox, "askBeforeClosing")
    assert box.isVisible()
    assert window.tabs.count() == 1
    view.document.undo()
    box.reject()
    window.close_tab(0)
    assert window.tabs.count() == 0


def with_edits(window: MainWindow, qtbot: QtBot, demo: Path, path: Path) -> Any:
    path.write_bytes((demo / "globex-truststore.jks").read_bytes())
    view = opened(window, qtbot, path)
    view.select("acme")
    view.delete_selected()
    assert view.is_dirty
    return view


def press(window: MainWindow, qtbot: QtBot, word: str) -> None:
    """A button of the question that is on the screen."""

    def question() -> QMessageBox | None:
        found = window.findChildren(QMessageBox, "askBeforeClosing")
        return next((box for box in found if box.isVisible()), None)

    qtbot.waitUntil(lambda: question() is not None)
    (button,) = [each for each in question().buttons() if word in each.text()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_tab_is_saved_and_then_closed(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.jks"
    with_edits(window, qtbot, demo, path)
    window.close_tab(0)
    press(window, qtbot, "Save")
    qtbot.waitUntil(lambda: window.tabs.count() == 0)
    assert open_file(path).store.entries == ()


def test_a_tab_stays_when_it_cannot_be_saved(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.jks"
    view = with_edits(window, qtbot, demo, path)
    other = (demo / "globex-keystore.jks").read_bytes()
    path.write_bytes(other)
    window.close_tab(0)
    press(window, qtbot, "Save")
    qtbot.waitUntil(lambda: view.findChild(QWidget, "problemBar") is not None)
    assert window.tabs.count() == 1
    assert view.is_dirty
    assert path.read_bytes() == other
    view.document.undo()


def test_leaving_asks_for_each_tab_with_edits_in_turn(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.jks", tmp_path / "two.jks"]
    for path in paths:
        with_edits(window, qtbot, demo, path)
    before = paths[1].read_bytes()
    window.close()
    press(window, qtbot, "Save")
    qtbot.waitUntil(lambda: window.tabs.count() == 1)
    assert window.isVisible()
    press(window, qtbot, "Without Saving")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert open_file(paths[0]).store.entries == ()
    assert paths[1].read_bytes() == before


def test_a_file_changed_by_others_is_not_overwritten(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.jks"
    path.write_bytes((demo / "globex-truststore.jks").read_bytes())
    view = opened(window, qtbot, path)
    view.tree.setCurrentIndex(view.model.index_of_alias("acme"))
    view.delete_selected()
    other = (demo / "globex-keystore.jks").read_bytes()
    path.write_bytes(other)
    window.findChild(QAction, "actionSave").trigger()
    qtbot.waitUntil(lambda: window.findChild(QLabel, "errorProblem") is not None)
    assert "changed by another program" in window.findChild(QLabel, "errorProblem").text()
    assert view.is_dirty
    assert path.read_bytes() == other
    view.document.undo()


def test_the_model_keeps_the_rules_of_qt(demo: Path, qtmodeltester: Any) -> None:
    store = open_file(demo / "globex-keystore.jks").store
    model = EntryModel(store.entries)
    qtmodeltester.check(model)
    model.sort(2)
    model.set_filter("globex")
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("action", "wizard"),
    [
        ("actionGenerateKeyPair", "generateWizard"),
        ("actionExportCertificate", "exportWizard"),
        ("actionImportCertificate", "importWizard"),
        ("actionImportReply", "replyWizard"),
        ("actionImportKeyPair", "importPairWizard"),
        ("actionCreateRequest", "requestWizard"),
    ],
)
def test_each_wizard_opens_over_the_store(
    window: MainWindow, qtbot: QtBot, demo: Path, action: str, wizard: str
) -> None:
    opened(window, qtbot, demo / "acme-keystore.p12")
    window.findChild(QAction, action).trigger()
    found = window.findChild(QWidget, wizard)
    assert found.isVisible()
    found.close()


def test_an_edit_from_a_wizard_is_shown_and_undone(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    view = opened(window, qtbot, demo / "acme-keystore.p12")
    certificate = view.store.entries[0].chain[0]
    view.document.apply("Import", import_certificates(view.store, [(certificate, "partner")]))
    assert "partner" in texts(window)
    view.document.undo()
    assert "partner" not in texts(window)


def test_a_locked_key_is_unlocked_in_its_place(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "own.p12"
    pair = saved_with_own_password(path)
    view = opened(window, qtbot, path)
    view.select("pair")
    assert view.store.key_pairs[0].is_locked
    field = view.details.findChild(QLineEdit, "unlockPassword")
    qtbot.keyClicks(field, "wrong")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.details.findChild(QLabel, "unlockProblem") is not None)
    assert "password" in view.details.findChild(QLabel, "unlockProblem").text()
    assert view.store.key_pairs[0].is_locked
    assert field.text() == ""
    qtbot.keyClicks(field, "its own")
    button = view.details.findChild(QAbstractButton, "detailsUnlock")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.store.key_pairs[0].is_locked)
    assert view.store.key_pairs[0].key == pair.key
    assert not view.is_dirty
    assert not view.history.can_undo


def test_details_that_are_being_typed_into_are_not_put_up_anew(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "own.p12"
    saved_with_own_password(path)
    view = opened(window, qtbot, path)
    # Before the first details of a store that was just opened are due.
    view.select("pair")
    field = view.details.findChild(QLineEdit, "unlockPassword")
    qtbot.keyClicks(field, "its o")
    view._begin_details()
    # A timer of as many milliseconds that is started later fires later.
    shown: list[bool] = []
    QTimer.singleShot(0, lambda: shown.append(True))
    qtbot.waitUntil(lambda: bool(shown))
    assert view.details.findChild(QLineEdit, "unlockPassword") is field
    qtbot.keyClicks(field, "wn")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.store.key_pairs[0].is_locked)


def test_a_key_stays_open_when_an_edit_is_undone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "own.p12"
    pair = saved_with_own_password(path)
    view = opened(window, qtbot, path)
    view.document.apply("Import", import_certificates(view.store, [(pair.chain[0], "copy")]))
    view.select("pair")
    field = view.details.findChild(QLineEdit, "unlockPassword")
    qtbot.keyClicks(field, "its own")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.store.key_pairs[0].is_locked)
    view.document.undo()
    assert not view.store.key_pairs[0].is_locked


def test_a_file_by_another_name_is_not_opened_twice(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.jks"
    link.symlink_to(demo / "globex-truststore.jks")
    view = opened(window, qtbot, demo / "globex-truststore.jks")
    window.open_path(demo / "acme-truststore.p12")
    window.open_path(link)
    assert window.tabs.count() == 2
    assert window.current() is view


def test_findings_are_told_and_lead_to_their_entry(
    window: MainWindow, qtbot: QtBot, keytool: Any, tmp_path: Path
) -> None:
    path = tmp_path / "old.p12"
    keytool(
        "-genkeypair", "-alias", "old", "-keyalg", "EC", "-dname", "CN=Old", "-startdate",
        "-20d", "-validity", "5", "-keystore", path, "-storepass", "changeit",
    )  # fmt: skip
    view = opened(window, qtbot, path)
    qtbot.waitUntil(lambda: "1 error" in view.findings.text())
    listed = view.findings.findChild(QTreeWidget, "findingsList")
    assert not listed.isVisible()
    window.findChild(QAction, "actionCheck").trigger()
    qtbot.waitUntil(listed.isVisible)
    item = listed.topLevelItem(0)
    assert item.text(0) == "Error"
    assert item.text(1).startswith("“old” expired")
    listed.itemActivated.emit(item, 0)
    assert view.selected()[0].alias == "old"
    view.delete_selected()
    qtbot.waitUntil(lambda: "error" not in view.findings.text())


def test_columns_are_chosen_sorted_and_remembered(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    view = opened(window, qtbot, demo / "acme-truststore.p12")
    assert view.tree.isColumnHidden(6)
    (action,) = [each for each in view.tree.column_menu().actions() if each.text() == "SHA-256"]
    action.setChecked(True)
    assert not view.tree.isColumnHidden(6)
    other = opened(window, qtbot, demo / "globex-truststore.jks")
    assert not other.tree.isColumnHidden(6)


def test_the_subject_is_a_column_too(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    view = opened(window, qtbot, demo / "globex-truststore.jks")
    titles = [view.model.headerData(n, Qt.Orientation.Horizontal) for n in range(9)]
    index = view.model.index_of_alias("acme").siblingAtColumn(titles.index("Subject"))
    assert index.data() == view.store.trusted[0].certificate.subject
    assert index.data().startswith("CN=")


def test_the_start_page_leads_to_each_task(window: MainWindow, qtbot: QtBot) -> None:
    for name, kind in (
        ("startGenerate", "generateWizard"),
        ("startImport", "importWizard"),
        ("startExport", "exportWizard"),
        ("startNew", "storeDialog"),
    ):
        button = window.findChild(QAbstractButton, name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        found = window.findChild(QWidget, kind)
        assert found.isVisible()
        found.close()


def test_a_recent_store_is_offered_again(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    path = demo / "acme-truststore.p12"
    opened(window, qtbot, path)
    window.close_tab(0)
    page = window.findChild(QWidget, "startPage")

    def offered() -> list[QAbstractButton]:
        buttons = page.findChildren(QAbstractButton)
        return [each for each in buttons if each.text() == path.name and each.isVisible()]

    qtbot.waitUntil(lambda: len(offered()) == 1)
    (button,) = offered()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.current() is not None and window.current().store is not None)
    assert window.current().path == path


def test_an_edit_made_while_saving_is_still_unsaved(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.p12"
    path.write_bytes((demo / "acme-truststore.p12").read_bytes())
    view = opened(window, qtbot, path)
    certificate = view.store.entries[0].chain[0]
    written = import_certificates(view.store, [(certificate, "first")])
    view.document.apply("Import", written)
    view.document.save()
    view.document.save()
    view.document.apply("Import", import_certificates(view.store, [(certificate, "second")]))
    qtbot.waitUntil(lambda: {e.alias for e in open_file(path).store.entries} >= {"first"})
    qtbot.waitUntil(lambda: not view.document.is_saving)
    assert window.findChild(QLabel, "errorProblem") is None
    assert view.is_dirty
    view.document.undo()
    assert not view.is_dirty
    view.document.redo()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert {e.alias for e in open_file(path).store.entries} >= {"first", "second"}


def test_a_fault_in_a_job_is_told_without_what_it_held(window: MainWindow, qtbot: QtBot) -> None:
    told: list[Any] = []

    def broken(_progress: object) -> None:
        raise ValueError("secret words")

    window.jobs.run(broken, done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: bool(told))
    (error,) = told
    assert "ValueError" in error.causes[0]
    assert "secret" not in repr((error.problem, error.causes, error.remedy, str(error)))
