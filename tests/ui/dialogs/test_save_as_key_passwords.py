"""*Save As* from a keystore whose key has its own password, and what keytool then takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.services.files.unlocking import with_passwords
from handfast.ui.dialogs.store_dialog import StoreDialog
from tests.support.stores import store_of_two_passwords
from tests.support.ui.helpers import opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

PASSWORD, OWN, NEW = "the keystore's", "the key's own", "another one"


@pytest.fixture(params=["jks", "jceks"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A keystore in which one key has the keystore's password and one its own."""
    path = tmp_path / f"source.{request.param}"
    store = store_of_two_passwords(Format(request.param.upper()), PASSWORD, OWN)
    save_store(store, path)
    return path


@pytest.mark.parametrize("new_password", [NEW, ""], ids=["another password", "the same password"])
def test_save_as_in_the_window(
    source: Path,
    tmp_path: Path,
    keytool: Any,
    window: MainWindow,
    qtbot: QtBot,
    new_password: str,
) -> None:
    view = opened(window, qtbot, source, Password(PASSWORD))
    assert view.history is not None
    view.document._replace(
        view.history.mapped(lambda store: with_passwords(store, [Password(OWN)]))
    )
    made = tmp_path / "made.p12"
    window.findChild(QAction, "actionSaveAs").trigger()
    dialog = window.findChild(StoreDialog)
    dialog.format.setCurrentIndex(dialog.format.findData(Format.PKCS12))
    dialog.place.setText(str(made))
    dialog.password.setText(new_password)
    dialog.again.setText(new_password)
    dialog.findChild(QPushButton, "storeDialog.accept").click()
    qtbot.waitUntil(lambda: view.path == made)
    copy = tmp_path / "copy.p12"
    keytool(
        "-importkeystore", "-noprompt", "-srckeystore", made,
        "-srcstorepass", new_password or PASSWORD,
        "-destkeystore", copy, "-deststoretype", "PKCS12", "-deststorepass", "changeit",
    )  # fmt: skip
    taken = {entry.alias for entry in open_file(copy, Password("changeit")).store.entries}
    assert taken == {"plain", "own"}
    assert "“own” now has the password of the keystore" in view.status
    # What is shown is what the file holds, without an edit to be saved.
    assert not view.is_dirty
    assert all(entry.password is None for entry in view.store.key_pairs)
