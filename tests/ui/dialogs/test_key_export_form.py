"""The dialog that exports a key: the name that it proposes, and what it says of each format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox

from handfast.core.password import Password
from handfast.services.exchange.key_export import KeyEncoding
from handfast.services.files.saving import save_store
from handfast.services.policy.overwriting import free_path
from handfast.ui.dialogs.key_export_dialog import KeyExportDialog
from tests.support.ui.helpers import opened_new

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

PASSWORD = Password("the keystore's")


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> KeyExportDialog:
    view = opened_new(window, qtbot, tmp_path / "x.p12", PASSWORD)
    view.select("x")
    window.findChild(QAction, "actionExportKeyPair").trigger()
    (found,) = window.findChildren(KeyExportDialog)
    qtbot.waitUntil(found.isVisible)
    return found


def choose(dialog: KeyExportDialog, encoding: KeyEncoding) -> None:
    box = dialog.findChild(QComboBox, "keyExportDialog.encoding")
    box.setCurrentIndex(box.findData(encoding))


def test_the_name_that_is_proposed_is_free(
    dialog: KeyExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    # The keystore itself is x.p12.
    assert dialog.path.text() == str(tmp_path / "x-2.p12")
    (tmp_path / "x-fullchain.crt").write_text("of another")
    choose(dialog, KeyEncoding.PEM_FILES)
    assert dialog.path.text() == str(tmp_path / "x-2")
    choose(dialog, KeyEncoding.PKCS12)
    for line in (dialog.password, dialog.again):
        line.setText("a new password")
    dialog.go.click()
    qtbot.waitUntil((tmp_path / "x-2.p12").exists)


def test_replacing_is_not_offered_where_it_is_refused(
    dialog: KeyExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "other.p12"
    view = dialog.parent().current()
    save_store(view.store, other, backup=False)
    for line in (dialog.password, dialog.again):
        line.setText("a new password")
    for name in ("x.p12", "other.p12"):
        before = (tmp_path / name).read_bytes()
        dialog.path.setText(str(tmp_path / name))
        dialog.go.click()
        qtbot.waitUntil(lambda: "never overwritten" in dialog.problem.text())
        assert not dialog.confirm.isVisible()
        assert "Choose another name." in dialog.problem.text()
        assert (tmp_path / name).read_bytes() == before
        dialog.path.setText(str(tmp_path / "free.p12"))
    # What may be replaced is, once a person agrees.
    (tmp_path / "old.p12").write_text("nothing in particular")
    dialog.path.setText(str(tmp_path / "old.p12"))
    dialog.go.click()
    qtbot.waitUntil(dialog.confirm.isVisible)
    dialog.confirm.click()
    qtbot.waitUntil(lambda: b"nothing" not in (tmp_path / "old.p12").read_bytes())


def test_each_format_names_programs_where_it_is_chosen(dialog: KeyExportDialog) -> None:
    texts = [dialog.encoding.itemText(at) for at in range(dialog.encoding.count())]
    for program in ("Java", "Windows", "nginx", "Apache", "HAProxy", "OpenSSH", "OpenSSL"):
        assert any(program in text for text in texts), program
    for text in texts:
        what, _, programs = text.partition(" — ")
        assert what
        assert programs


def test_without_encryption_nothing_is_left_empty(dialog: KeyExportDialog, qtbot: QtBot) -> None:
    choose(dialog, KeyEncoding.PEM_FILES)
    qtbot.waitUntil(lambda: dialog.height() <= dialog.sizeHint().height() + 2)
    before = dialog.height()
    dialog.encrypts.setChecked(False)
    qtbot.waitUntil(lambda: dialog.height() < before - 60)
    assert dialog.height() <= dialog.sizeHint().height() + 2


@pytest.mark.parametrize(
    ("encoding", "expected", "unwanted"),
    [
        (KeyEncoding.PEM_FILES, "reads the key at each start", "delete"),
        (KeyEncoding.PEM, "reads the key at each start", "delete"),
        (KeyEncoding.KUBERNETES, "then delete the file", "each start"),
        (KeyEncoding.PEM_KEY, "imports the key, delete", "each start"),
    ],
)
def test_what_becomes_of_the_file_is_right_for_its_format(
    dialog: KeyExportDialog, qtbot: QtBot, encoding: KeyEncoding, expected: str, unwanted: str
) -> None:
    choose(dialog, encoding)
    if dialog.flow.can_be_encrypted:
        dialog.encrypts.setChecked(False)
    dialog.go.click()
    qtbot.waitUntil(dialog.confirm.isVisible)
    assert expected in dialog.problem.text()
    assert unwanted not in dialog.problem.text()
    assert not dialog.confirm.isDefault()


def test_a_free_name(tmp_path: Path) -> None:
    wanted = tmp_path / "a.b.cer"
    assert free_path(wanted) == wanted
    wanted.touch()
    (tmp_path / "a.b-2.cer").symlink_to(tmp_path / "nowhere")
    assert free_path(wanted) == tmp_path / "a.b-3.cer"
