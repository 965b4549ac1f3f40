"""Entries cut, copied, pasted, duplicated, and dragged between tabs, with their keys."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QPushButton, QRadioButton, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.exchange.secret_keys import generate_secret
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.copy_dialog import CopyDialog
from handfast.ui.window.entry_clipboard import MIME_TYPE, EntryClipboard
from tests.support.ui.drops import drop
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD, OTHER, OWN = "the source's", "the target's", "the key's own"
CONTROL = Qt.KeyboardModifier.ControlModifier


def pair(alias: str, own: str = "") -> Any:
    made = make_pair(PairRequest(alias=alias, name=f"CN={alias}.example", key="ec:P-256"))
    return dataclasses.replace(made, password=Password(own) if own else None)


@pytest.fixture
def source(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> StoreView:
    store = new_store(Format.JCEKS, Password(PASSWORD)).with_entries(
        [pair("one"), pair("own", OWN), generate_secret("secret", "aes:256")]
    )
    store = import_certificates(store, [(store.key_pairs[0].chain[0], "trusted")])
    save_store(store, tmp_path / "source.jceks")
    view = tab(window, qtbot, tmp_path / "source.jceks", PASSWORD)
    own = view.store.get("own")
    view.document.unlock_key(own, Password(OWN), failed=lambda error: pytest.fail(str(error)))
    qtbot.waitUntil(lambda: not view.store.get("own").is_locked)
    return view


def tab(window: MainWindow, qtbot: QtBot, path: Path, password: str) -> StoreView:
    return opened(window, qtbot, path, Password(password))


def empty(window: MainWindow, qtbot: QtBot, path: Path, wanted: Format, *entries: Any) -> StoreView:
    save_store(new_store(wanted, Password(OTHER)).with_entries(entries), path)
    return tab(window, qtbot, path, OTHER)


def choose(view: StoreView, *aliases: str) -> None:
    model = view.tree.selectionModel()
    model.clear()
    for alias in aliases:
        model.select(
            view.model.index_of_alias(alias),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    view.tree.setFocus()


def dialog_of(window: MainWindow, qtbot: QtBot) -> CopyDialog:
    qtbot.waitUntil(lambda: window.findChild(CopyDialog) is not None)
    (dialog,) = window.findChildren(CopyDialog)
    qtbot.waitUntil(lambda: dialog.rows.topLevelItemCount() > 0)
    return dialog


def press(dialog: QWidget, name: str) -> None:
    dialog.findChild(QPushButton, f"copyDialog.{name}").click()


def aliases(view: StoreView) -> list[str]:
    return [entry.alias for entry in view.store.entries]


def test_a_key_is_copied_by_keys_and_undone_byte_for_byte(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView, keytool: Any
) -> None:
    target = empty(window, qtbot, tmp_path / "target.p12", Format.PKCS12)
    before = target.path.read_bytes()
    window.tabs.setCurrentWidget(source)
    choose(source, "one")
    qtbot.keyClick(source.tree, Qt.Key.Key_C, CONTROL)
    window.tabs.setCurrentWidget(target)
    target.tree.setFocus()
    qtbot.keyClick(target.tree, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: aliases(target) == ["one"])
    assert action(window, "actionUndo").text().endswith("Paste 1 Entry")
    target.document.save()
    qtbot.waitUntil(lambda: not target.is_dirty)
    listing = keytool("-list", "-v", "-keystore", target.path, "-storepass", OTHER).stdout
    assert "PrivateKeyEntry" in listing
    taken = open_file(target.path, Password(OTHER)).store.get("one")
    assert taken.key == source.store.get("one").key
    assert taken.created == source.store.get("one").created
    target.document.undo()
    assert target.store.entries == ()
    target.document.save()
    qtbot.waitUntil(lambda: not target.is_dirty)
    assert open_file(target.path, Password(OTHER)).store.entries == ()
    assert len(target.path.read_bytes()) == len(before)


def test_no_key_is_on_the_clipboard_and_it_lets_go(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView
) -> None:
    window.settings.clipboard_seconds = 30
    choose(source, "one", "secret")
    action(window, "actionCopy").trigger()
    data = QGuiApplication.clipboard().mimeData()
    key = source.store.get("one").key.pkcs8
    secret = source.store.get("secret").material.reveal()
    for name in data.formats():
        content = bytes(data.data(name).data())
        for hidden in (key, key.hex().encode(), secret, secret.hex().encode(), PASSWORD.encode()):
            assert hidden not in content
    assert len(bytes(data.data(MIME_TYPE).data())) == 16
    clipboard = window.findChild(EntryClipboard)
    assert clipboard.timer.isActive()
    assert clipboard.timer.interval() == 30_000
    clipboard.timer.timeout.emit()
    assert clipboard.held() is None
    target = empty(window, qtbot, tmp_path / "target.p12", Format.PKCS12)
    action(window, "actionPaste").trigger()
    assert target.store.entries == ()
    window.findChild(QWidget, "importWizard").close()


@pytest.mark.parametrize("end", ["lock", "close", "copy something else"])
def test_what_was_copied_is_let_go_of(window: MainWindow, source: StoreView, end: str) -> None:
    choose(source, "one")
    action(window, "actionCopy").trigger()
    clipboard = window.findChild(EntryClipboard)
    assert clipboard.held() is not None
    if end == "lock":
        action(window, "actionLock").trigger()
    elif end == "close":
        window.close_current()
    else:
        QGuiApplication.clipboard().setText("something else")
    assert clipboard.held() is None
    assert clipboard._held is None


def test_cut_moves_with_one_step_on_either_side(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView
) -> None:
    target = empty(window, qtbot, tmp_path / "target.jks", Format.JKS)
    window.tabs.setCurrentWidget(source)
    choose(source, "one", "trusted")
    qtbot.keyClick(source.tree, Qt.Key.Key_X, CONTROL)
    assert "one" in aliases(source)
    window.tabs.setCurrentWidget(target)
    action(window, "actionPaste").trigger()
    qtbot.waitUntil(lambda: set(aliases(target)) == {"one", "trusted"})
    assert aliases(source) == ["own", "secret"]
    source.document.undo()
    assert set(aliases(source)) == {"one", "own", "secret", "trusted"}
    assert not source.is_dirty
    target.document.undo()
    assert not target.is_dirty
    # Once it was moved, there is nothing left to paste.
    assert window.findChild(EntryClipboard).held() is None


@pytest.mark.parametrize(
    ("choice", "wanted"), [("rename", {"one", "one-2"}), ("replace", {"one"}), ("skip", {"one"})]
)
def test_collisions_are_asked_once(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView, choice: str,
    wanted: set[str],
) -> None:  # fmt: skip
    there = pair("one")
    target = empty(window, qtbot, tmp_path / "target.p12", Format.PKCS12, there)
    window.tabs.setCurrentWidget(source)
    choose(source, "one")
    action(window, "actionCopy").trigger()
    window.tabs.setCurrentWidget(target)
    action(window, "actionPaste").trigger()
    dialog = dialog_of(window, qtbot)
    assert "1 alias is taken" in dialog.form.rows["on_collision"].note.text
    assert dialog.findChild(QPushButton, "copyDialog.accept").isDefault()
    dialog.findChild(QRadioButton, f"copyDialog.on_collision.{choice}").click()
    press(dialog, "accept")
    qtbot.waitUntil(lambda: window.findChild(CopyDialog) is None)
    assert set(aliases(target)) == wanted
    key = target.store.get("one").key
    assert (key == source.store.get("one").key) is (choice == "replace")
    assert target.is_dirty is (choice != "skip")


def test_a_loss_is_told_and_refused_without_consent(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView
) -> None:
    target = empty(window, qtbot, tmp_path / "target.jks", Format.JKS)
    window.tabs.setCurrentWidget(source)
    choose(source, "one", "secret")
    action(window, "actionCopy").trigger()
    window.tabs.setCurrentWidget(target)
    action(window, "actionPaste").trigger()
    dialog = dialog_of(window, qtbot)
    press(dialog, "accept")
    confirm = dialog.findChild(QPushButton, "copyDialog.confirm")
    qtbot.waitUntil(confirm.isVisible)
    assert "cannot hold secret keys" in dialog.problem.text()
    assert not confirm.isDefault()
    assert target.store.entries == ()
    confirm.click()
    qtbot.waitUntil(lambda: aliases(target) == ["one"])


@pytest.mark.parametrize("keeps", [True, False])
def test_a_key_keeps_its_own_password_or_gets_that_of_the_keystore(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView, keytool: Any, keeps: bool
) -> None:
    target = empty(window, qtbot, tmp_path / "target.jks", Format.JKS)
    window.tabs.setCurrentWidget(source)
    choose(source, "own")
    action(window, "actionCopy").trigger()
    window.tabs.setCurrentWidget(target)
    action(window, "actionPaste").trigger()
    dialog = dialog_of(window, qtbot)
    dialog.findChild(QCheckBox, "copyDialog.own_passwords").setChecked(keeps)
    press(dialog, "accept")
    qtbot.waitUntil(lambda: aliases(target) == ["own"])
    target.document.save()
    qtbot.waitUntil(lambda: not target.is_dirty)
    for password, fits in ((OWN, keeps), (OTHER, not keeps)):
        out = keytool(
            "-importkeystore", "-noprompt", "-srckeystore", target.path, "-srcstorepass", OTHER,
            "-srcalias", "own", "-srckeypass", password, "-destkeystore",
            tmp_path / f"{fits}.p12", "-deststoretype", "PKCS12", "-deststorepass", "changeit",
            "-destkeypass", "changeit", check=False,
        )  # fmt: skip
        assert (out.returncode == 0) is fits, out.stdout


def test_a_target_without_password_asks_for_one(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView
) -> None:
    path = tmp_path / "certificates.pem"
    path.write_text(source.store.get("trusted").certificate.public_pem())
    target = opened(window, qtbot, path)
    window.tabs.setCurrentWidget(source)
    choose(source, "one")
    action(window, "actionCopy").trigger()
    window.tabs.setCurrentWidget(target)
    action(window, "actionPaste").trigger()
    dialog = dialog_of(window, qtbot)
    count = len(target.store.entries)
    press(dialog, "accept")
    assert "password is required" in dialog.form.rows["new_password"].note.text
    assert len(target.store.entries) == count
    dialog.new.generate.click()
    assert dialog.new.text() == dialog.again.text() != ""
    press(dialog, "accept")
    qtbot.waitUntil(lambda: len(target.store.entries) == count + 1)
    assert target.store.password is not None


def test_duplicate_and_many_at_once(window: MainWindow, qtbot: QtBot, source: StoreView) -> None:
    choose(source, "one", "secret")
    assert action(window, "actionDuplicate").text() == "Dupl&icate 2 Entries"
    qtbot.keyClick(source.tree, Qt.Key.Key_D, CONTROL)
    qtbot.waitUntil(lambda: {"one-2", "secret-2"} <= set(aliases(source)))
    assert source.store.get("one-2").key == source.store.get("one").key
    source.document.undo()
    assert not source.is_dirty


def test_certificates_are_pasted_as_text(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView
) -> None:
    pem = source.store.get("trusted").certificate.public_pem()
    empty(window, qtbot, tmp_path / "target.p12", Format.PKCS12)
    QGuiApplication.clipboard().setText(f"Dear all,\n\n{pem}\nRegards")
    action(window, "actionPaste").trigger()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importWizard") is not None)
    wizard = window.findChild(QWidget, "importWizard")
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.sources))
    (found,) = wizard.flow.draft.sources
    assert len(found.certificates) == 1
    wizard.close()


@pytest.mark.parametrize("onto", ["tab", "tree"])
@pytest.mark.parametrize("how", [Qt.DropAction.CopyAction, Qt.DropAction.MoveAction])
def test_entries_are_dragged_onto_a_tab_or_a_tree(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView, onto: str,
    how: Qt.DropAction,
) -> None:  # fmt: skip
    target = empty(window, qtbot, tmp_path / "target.p12", Format.PKCS12)
    window.tabs.setCurrentWidget(source)
    choose(source, "one")
    data = source.tree.make_drag()
    assert "BEGIN CERTIFICATE" in data.text()
    assert "PRIVATE" not in data.text()
    (url,) = data.urls()
    assert "BEGIN CERTIFICATE" in Path(url.toLocalFile()).read_text(encoding="ascii")
    own = source.tree.mapTo(window, source.tree.rect().center())
    assert not drop(window, data, at=own, how=how)
    if onto == "tab":
        bar = window.tabs.tabBar()
        at = bar.mapTo(window, bar.tabRect(1).center())
    else:
        window.tabs.setCurrentWidget(target)
        at = target.tree.mapTo(window, target.tree.rect().center())
    assert drop(window, data, at=at, how=how)
    qtbot.waitUntil(lambda: aliases(target) == ["one"])
    assert ("one" in aliases(source)) is (how is Qt.DropAction.CopyAction)
    source.tree.drag_ended()
    assert window.findChild(EntryClipboard).dragged(data) is None


def test_a_whole_keystore_is_merged_after_a_preview(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, source: StoreView
) -> None:
    target = empty(window, qtbot, tmp_path / "target.jceks", Format.JCEKS, pair("one"))
    action(window, "actionMerge").trigger()
    dialog = window.findChild(CopyDialog)
    press(dialog, "accept")
    assert "Choose the keystore" in dialog.form.rows["source"].note.text
    dialog.source.chosen.emit(str(source.path))
    qtbot.waitUntil(lambda: dialog.rows.topLevelItemCount() == 4)
    shown = {
        item.text(0): item.text(2)
        for item in map(dialog.rows.topLevelItem, range(dialog.rows.topLevelItemCount()))
    }
    assert shown == {
        "one": "Added as “one-2”", "own": "Added", "secret": "Added", "trusted": "Added",
    }  # fmt: skip
    assert "keytool" in dialog.command.findChild(QWidget, "wizardCommand").toPlainText()
    assert len(target.store.entries) == 1
    press(dialog, "accept")
    qtbot.waitUntil(lambda: len(target.store.entries) == 5)
    target.document.undo()
    assert not target.is_dirty
