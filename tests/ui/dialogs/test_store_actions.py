"""New, save as, rename and change password, in the real window, and what keytool then says."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from handfast.core.errors import Cancelled
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.services.demo import make_demo
from handfast.services.exchange.importing import import_certificates
from handfast.services.files import saving
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.ui.store_dialog import choose, dialog_of, fill

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.dialogs.store_dialog import StoreDialog
    from handfast.ui.window.main_window import MainWindow


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    make_demo(folder)
    return folder / "globex-keystore.jks"


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> Any:
    window.open_path(path)
    qtbot.waitUntil(lambda: window.current().history is not None)
    return window.current()


def test_a_new_store_is_made_and_opened(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Any, files_read: list[Path]
) -> None:
    path = tmp_path / "new.p12"
    dialog = dialog_of(window, "actionNew")
    rows = dialog.form.rows
    fill(dialog, path=str(path), password="changeit", again="changeot")
    assert "match" in rows["password_again"].note.text
    fill(dialog, password="short", again="short")
    assert "at least 6 characters" in rows["password"].note.text
    fill(dialog, password="pässword", again="pässword")
    assert "Java opens a PKCS#12 keystore only with" in rows["password"].note.text
    assert not path.exists()
    fill(dialog, password="long enough", again="long enough")
    qtbot.waitUntil(lambda: window.current() is not None and window.current().store is not None)
    listing = keytool("-list", "-keystore", path, "-storepass", "long enough").stdout
    assert "Keystore type: PKCS12" in listing
    assert "contains 0 entries" in listing
    # It was read back as it was written, and not once more.
    assert files_read == []


def test_an_existing_file_is_not_replaced(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    before = store.read_bytes()
    dialog = dialog_of(window, "actionNew")
    fill(dialog, path=str(store), password="changeit", again="changeit")
    problem = dialog.findChild(QLabel, "storeDialog.problem")
    qtbot.waitUntil(lambda: "exists" in problem.text())
    assert store.read_bytes() == before
    dialog.reject()


def test_save_as_another_format(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path, keytool: Any, openssl: Any
) -> None:
    view = opened(window, qtbot, store)
    key = view.store.key_pairs[0].key
    path = tmp_path / "converted.p12"
    dialog = dialog_of(window, "actionSaveAs")
    choose(dialog, "format", Format.PKCS12)
    choose(dialog, "strength", Strength.COMPATIBLE)
    fill(dialog, path=str(path), password="another one", again="another one")
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: window.current().path == path and window.current().store is not None)
    assert window.tabs.count() == 1
    assert open_file(path, Password("another one")).store.key_pairs[0].key == key
    assert "globex," in keytool("-list", "-keystore", path, "-storepass", "another one").stdout
    told = openssl("pkcs12", "-in", path, "-passin", "pass:another one", "-noout", "-info").stderr
    assert "pbeWithSHA1And3-KeyTripleDES-CBC" in told


def test_a_file_is_replaced_only_when_it_was_said_so(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path
) -> None:
    view = opened(window, qtbot, store)
    there, other = tmp_path / "there.jks", tmp_path / "other.jks"
    for path in (there, other):
        path.write_text("something else")
    dialog = dialog_of(window, "actionSaveAs")
    go = dialog.findChild(QPushButton, "storeDialog.accept")
    confirm = dialog.findChild(QPushButton, "storeDialog.confirm")
    problem = dialog.findChild(QLabel, "storeDialog.problem")
    for path in (there, other):
        # Having been told of one file is no leave to replace another.
        fill(dialog, path=str(path))
        qtbot.waitUntil(lambda path=path: path.name in problem.text())
        assert confirm.text() == "Replace the File"
        # However often somebody presses Enter, nothing is lost by it.
        assert go.isDefault()
        assert not confirm.isDefault()
        assert not confirm.autoDefault()
        assert go.text() == "Save"
        go.click()
        qtbot.waitUntil(lambda: confirm.isVisible() and confirm.isEnabled())
    assert there.read_text() == other.read_text() == "something else"
    confirm.click()
    qtbot.waitUntil(lambda: view.path == other)
    assert open_file(other).store.key_pairs[0].alias == "globex"
    assert other.with_name("other.jks.bak").read_text() == "something else"
    assert there.read_text() == "something else"


def test_save_as_keeps_what_can_be_undone(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path, keytool: Any
) -> None:
    view = opened(window, qtbot, store)
    before = store.read_bytes()
    certificate = view.store.entries[0].chain[0]
    view.document.apply("Import", import_certificates(view.store, [(certificate, "partner")]))
    path = tmp_path / "elsewhere.p12"
    dialog = dialog_of(window, "actionSaveAs")
    choose(dialog, "format", Format.PKCS12)
    fill(dialog, path=str(path))
    qtbot.waitUntil(lambda: view.path == path)
    assert window.current() is view
    assert not view.is_dirty
    assert window.tabs.tabText(0) == "elsewhere.p12"
    assert window.recent.paths()[0] == path
    assert store.read_bytes() == before
    window.findChild(QAction, "actionUndo").trigger()
    assert [entry.alias for entry in view.store.entries] == ["globex"]
    assert view.is_dirty
    # What was taken back goes into the new file in its new format.
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert "Keystore type: PKCS12" in listing
    assert "partner" not in listing
    window.findChild(QAction, "actionRedo").trigger()
    assert len(view.store.entries) == 2


def test_an_alias_that_is_taken_is_said_while_it_is_typed(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    view = opened(window, qtbot, store)
    certificate = view.store.entries[0].chain[0]
    view.document.apply("Import", import_certificates(view.store, [(certificate, "partner")]))
    view.select("partner")
    window.findChild(QAction, "actionRename").trigger()
    dialog = window.findChild(QWidget, "renameDialog")
    field = dialog.findChild(QLineEdit, "renameDialog.alias")
    field.setText("GLOBEX")
    assert "taken" in dialog.form.rows["alias"].note.text
    assert "taken" in field.accessibleDescription()
    assert not dialog.findChild(QPushButton, "renameDialog.accept").isEnabled()
    # Only the case of its own: that is a new name.
    field.setText("Partner")
    assert dialog.findChild(QPushButton, "renameDialog.accept").isEnabled()
    dialog.reject()
    assert {entry.alias for entry in view.store.entries} == {"globex", "partner"}
    view.document.undo()


def test_what_the_format_cannot_hold_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Any
) -> None:
    path, target = tmp_path / "secret.p12", tmp_path / "secret.jks"
    keytool(
        "-genseckey", "-alias", "s", "-keyalg", "AES", "-keysize", "256",
        "-keystore", path, "-storepass", "changeit",
    )  # fmt: skip
    opened(window, qtbot, path)
    dialog = dialog_of(window, "actionSaveAs")
    choose(dialog, "format", Format.JKS)
    fill(dialog, path=str(target))
    problem = dialog.findChild(QLabel, "storeDialog.problem")
    qtbot.waitUntil(lambda: bool(problem.text()))
    assert "secret" in problem.text()
    assert not target.exists()
    dialog.reject()


def test_rename_and_undo(window: MainWindow, qtbot: QtBot, store: Path, keytool: Any) -> None:
    view = opened(window, qtbot, store)
    view.select("globex")
    window.findChild(QAction, "actionRename").trigger()
    dialog = window.findChild(QWidget, "renameDialog")
    field = dialog.findChild(QLineEdit, "renameDialog.alias")
    note = dialog.form.rows["alias"].note
    button = dialog.findChild(QPushButton, "renameDialog.accept")
    assert not button.isEnabled()
    assert note.text == ""
    field.setText("   ")
    assert "Enter" in note.text
    assert not button.isEnabled()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert view.store.entries[0].alias == "globex"
    field.clear()
    qtbot.keyClicks(field, "gateway")
    assert note.text == ""
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert view.store.entries[0].alias == "gateway"
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert "gateway," in keytool("-list", "-keystore", store, "-storepass", "changeit").stdout
    view.document.undo()
    assert view.store.entries[0].alias == "globex"
    view.document.redo()


def several(window: MainWindow, qtbot: QtBot, store: Path) -> Any:
    """Three entries, two of them selected, in the dialog that renames them."""
    view = opened(window, qtbot, store)
    certificate = view.store.entries[0].chain[0]
    names = [(certificate, "one"), (certificate, "two")]
    view.document.apply("Import", import_certificates(view.store, names))
    view.select_entries(view.store.entries[1:])
    rename = window.findChild(QAction, "actionRename")
    assert rename.text().replace("&", "") == "Rename 2 Entries…"
    rename.trigger()
    return view, window.findChild(QDialog, "renameSeveralDialog")


def test_several_are_renamed_in_one_step_and_may_swap_their_aliases(
    window: MainWindow, qtbot: QtBot, store: Path, keytool: Any
) -> None:
    view, dialog = several(window, qtbot, store)
    assert dialog.windowTitle() == "Rename 2 Entries"
    assert not dialog.go.isEnabled()
    # By the keyboard: what is typed goes into the new alias of the first.
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    editor = dialog.table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "two")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "taken" in dialog.form.rows["aliases"].note.text)
    assert not dialog.go.isEnabled()
    dialog.table.item(1, 1).setText("one")
    assert dialog.form.rows["aliases"].note.text == ""
    dialog.go.click()
    assert [each.alias for each in view.store.entries] == ["globex", "two", "one"]
    assert {each.alias for each in view.selected()} == {"one", "two"}
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-keystore", store, "-storepass", "changeit").stdout
    assert "one," in listing
    assert "two," in listing
    # One step back, for all of them.
    view.undo()
    assert [each.alias for each in view.store.entries] == ["globex", "one", "two"]
    view.redo()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)


@pytest.mark.parametrize(
    ("alias", "said"), [("GLOBEX", "taken"), ("  ", "Enter"), ("two", "taken")]
)
def test_what_one_of_several_cannot_be_called_is_said(
    window: MainWindow, qtbot: QtBot, store: Path, alias: str, said: str
) -> None:
    view, dialog = several(window, qtbot, store)
    dialog.table.item(0, 1).setText(alias)
    assert said in dialog.form.rows["aliases"].note.text
    assert not dialog.go.isEnabled()
    dialog.try_it()
    assert [each.alias for each in view.store.entries] == ["globex", "one", "two"]
    dialog.reject()
    view.undo()


@pytest.mark.parametrize(
    ("name", "converted", "format_"),
    [
        ("globex-keystore.jks", "globex-keystore.p12", Format.PKCS12),
        ("acme-keystore.p12", "acme-keystore.jks", Format.JKS),
        ("keystore", "keystore.p12", Format.PKCS12),
    ],
)
def test_whoever_looks_for_converting_finds_it(
    window: MainWindow, qtbot: QtBot, store: Path, name: str, converted: str, format_: Format
) -> None:
    path = store.with_name(name)
    if not path.exists():
        path.write_bytes(store.read_bytes())
    before = path.read_bytes()
    view = opened(window, qtbot, path)
    convert = window.findChild(QAction, "actionConvert")
    assert "Convert" in convert.text().replace("&", "")
    assert "PKCS#12" in convert.toolTip()
    dialog = dialog_of(window, "actionConvert")
    assert dialog.windowTitle() == "Convert to Another Format"
    assert dialog.format.currentData() is format_
    dialog.go.click()
    qtbot.waitUntil(lambda: view.path.name == converted)
    assert view.store.format is format_
    # Nothing happened to the file that it was made of.
    assert path.read_bytes() == before


def test_a_protection_says_which_java_reads_it(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    opened(window, qtbot, store.with_name("acme-keystore.p12"))
    dialog = dialog_of(window, "actionSaveAs")
    notes = set()
    for strength in (Strength.AS_IT_WAS, Strength.MODERN, Strength.COMPATIBLE):
        choose(dialog, "strength", strength)
        notes.add(dialog.form.rows["strength"].note.text)
    assert len(notes) == 3
    assert sum("8u301" in each for each in notes) == 2
    choose(dialog, "format", Format.JKS)
    assert not dialog.strength.isVisible()
    dialog.reject()


def test_the_password_is_changed_with_the_next_save(
    window: MainWindow, qtbot: QtBot, store: Path, keytool: Any
) -> None:
    view = opened(window, qtbot, store)
    fill(dialog_of(window, "actionChangePassword"), password="brand new", again="brand new")
    assert view.is_dirty
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert "globex," in keytool("-list", "-keystore", store, "-storepass", "brand new").stdout
    # The key follows the store: keytool can open it with the same password.
    keytool(
        "-importkeystore", "-srckeystore", store, "-srcstorepass", "brand new",
        "-destkeystore", store.with_suffix(".copy"), "-deststorepass", "changeit",
    )  # fmt: skip
    old = keytool("-list", "-keystore", store, "-storepass", "changeit", check=False)
    assert old.returncode != 0


class Held(NamedTuple):
    """A save that waits before it writes and after: who lets it begin, and end; what it gave."""

    may_begin: threading.Event
    may_end: threading.Event
    given: list[object]
    #: Set once it waits to write.
    waits: threading.Event


def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    may_begin, may_end, waits = threading.Event(), threading.Event(), threading.Event()
    given: list[object] = []
    real = saving.save_store

    def slow(*arguments: Any, **named: Any) -> Any:
        waits.set()
        assert may_begin.wait(30)
        try:
            saved = real(*arguments, **named)
        except Cancelled as stopped:
            given.append(stopped)
            raise
        given.append(saved)
        assert may_end.wait(30)
        return saved

    monkeypatch.setattr(saving, "save_store", slow)
    return Held(may_begin, may_end, given, waits)


def begun(window: MainWindow, path: Path) -> StoreDialog:
    """*Save As*, with the button pressed."""
    dialog = dialog_of(window, "actionSaveAs")
    fill(dialog, path=str(path))
    return dialog


def settled(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitCallback() as later:
        window.jobs.run(lambda _progress: None, done=later, failed=later)


def test_save_as_is_given_up_with_its_dialog(
    window: MainWindow,
    qtbot: QtBot,
    store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = opened(window, qtbot, store)
    may_begin, _, given, waits = held(monkeypatch)
    dialog = begun(window, tmp_path / "other.jks")
    # Given up before that, it would not be begun at all.
    qtbot.waitUntil(waits.is_set)
    dialog.reject()
    may_begin.set()
    qtbot.waitUntil(lambda: bool(given))
    settled(window, qtbot)
    assert isinstance(given[0], Cancelled)
    assert not (tmp_path / "other.jks").exists()
    assert view.path == store


@pytest.mark.parametrize("how", ["closed", "locked"])
def test_what_was_saved_as_another_file_does_not_come_back(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    path, secret = tmp_path / "secret.p12", Password("not the usual")
    save_store(new_store(Format.PKCS12, secret), path)
    window.open_path(path, password=secret)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.history is not None)
    may_begin, may_end, given, _ = held(monkeypatch)
    dialog = begun(window, tmp_path / "other.p12")
    may_begin.set()
    qtbot.waitUntil(lambda: bool(given))
    if how == "closed":
        dialog.reject()
        window.remove(view)
        qtbot.waitUntil(lambda: not isValid(view))
    else:
        window.findChild(QAction, "actionLock").trigger()
    may_end.set()
    settled(window, qtbot)
    assert (tmp_path / "other.p12").exists()
    if how == "locked":
        assert view.document.opened is None
        assert view.path == path
