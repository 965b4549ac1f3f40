"""Whatever window holds a secret lets go of it when the keystores are locked: all are walked."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

import handfast.ui
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.handshake import explanation
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.licenses import LicensesWindow
from handfast.ui.help.guide_window import GuideWindow
from handfast.ui.inventory.inventory_window import InventoryWindow
from handfast.ui.inventory.reminders_dialog import RemindersDialog
from handfast.ui.jdks.jdk_window import JdkWindow
from handfast.ui.preferences.preferences_window import PreferencesWindow
from handfast.ui.widgets.secrets.lockable import Lockable
from handfast.ui.widgets.secrets.password_line import PasswordLine
from handfast.ui.wizards.frame import WizardWindow
from tests.support.ui.helpers import action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

TYPED = "typed in a hurry"
#: What opens a window or a dialog of the program.
OPENERS = (
    "actionNew",
    "actionSaveAs",
    "actionConvert",
    "actionRename",
    "actionChangePassword",
    "actionSetEntryPassword",
    "actionExportKeyPair",
    "actionEditChain",
    "actionNewSecretKey",
    "actionMerge",
    "actionCompare",
    "actionRenew",
    "actionRollOver",
    "actionGenerateKeyPair",
    "actionExportCertificate",
    "actionImportCertificate",
    "actionImportReply",
    "actionImportKeyPair",
    "actionCreateRequest",
    "actionSetUpMutualTls",
    "actionRehearse",
    "actionProbe",
    "actionListen",
    "actionNegativeTests",
    "actionJdks",
    "actionVerify",
    "actionSign",
    "actionRevoke",
    "actionCreateCrl",
    "actionCreateTestSetup",
    "actionCompleteChain",
    "actionExplain",
    "actionPreferences",
    "actionUserGuide",
    "actionAbout",
)
#: The other actions of the window, and those of menus that open a panel of the system.
OTHERS = frozenset(
    {
        "actionOpen",
        "actionOpenFolder",
        "actionCloseAll",
        "actionDetails",
        "actionSaveAll",
        "actionSelectAll",
        "actionSave",
        "actionReload",
        "actionClose",
        "actionQuit",
        "actionUndo",
        "actionRedo",
        "actionDelete",
        "actionFind",
        "actionCheck",
        "actionFindings",
        "actionExpandAll",
        "actionCollapseAll",
        "actionNextTab",
        "actionPreviousTab",
        "actionLock",
        # Names and dates; no keystore is kept.
        "actionFindExpiring",
        "actionScanFolder",
        # Trusted certificates alone; the passwords of `cacerts` are tried and not kept.
        "actionJdks",
        "actionHome",
        "actionCut",
        "actionPaste",
        "actionDuplicate",
        "actionWhatsThis",
    }
)
OTHER_BEGINNINGS = ("actionCopy", "actionAppearance", "_q_")
#: These hold no key and no password; why is what they show. Java’s trust stores hold certificates.
SHOWS_TEXT_ONLY = (
    LicensesWindow,
    GuideWindow,
    PreferencesWindow,
    JdkWindow,
    InventoryWindow,
    RemindersDialog,
    QMessageBox,
)


@pytest.fixture
def secret(request: pytest.FixtureRequest) -> str:
    # Of this test alone: what another has left behind does not count.
    return f"the secret of {request.node.name}"


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path, secret: str) -> StoreView:
    pair = make_pair(PairRequest(alias="one", name="CN=one", key="ec:P-256"))
    path = tmp_path / "one.p12"
    save_store(new_store(Format.PKCS12, Password(secret)).with_entries([pair]), path)
    del pair
    window.open_path(path, password=Password(secret))
    made = window.current()
    assert made is not None
    qtbot.waitUntil(lambda: made.history is not None and not made.is_checking)
    made.select("one")
    return made


def dialogs(window: MainWindow) -> list[QDialog]:
    return [each for each in window.findChildren(QDialog) if each.isVisible()]


def opened_by(window: MainWindow, qtbot: QtBot, opener: str) -> QDialog:
    assert not dialogs(window)
    action(window, opener).trigger()
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    (dialog,) = dialogs(window)
    return dialog


def make_everything(dialog: QDialog) -> None:
    """A wizard makes a page when somebody comes to it; here all of them are wanted."""
    if isinstance(dialog, WizardWindow):
        for page in dialog.pages:
            dialog._make(page)


def hidden_lines(parent: QWidget) -> Iterator[QLineEdit]:
    for line in parent.findChildren(QLineEdit):
        if line.echoMode() is not QLineEdit.EchoMode.Normal:
            yield line


def type_into(lines: Iterable[QLineEdit]) -> None:
    for line in lines:
        line.setText(TYPED)


def passwords_in_memory(*texts: str) -> list[str]:
    gc.unfreeze()
    gc.collect()
    found = [each for each in gc.get_objects() if isinstance(each, Password)]
    return [text for each in found if (text := each.reveal()) in texts]


def keys_alive(ids: set[int]) -> set[int]:
    gc.unfreeze()
    gc.collect()
    return ids & {id(each) for each in gc.get_objects() if isinstance(each, PrivateKey)}


@pytest.mark.usefixtures("view")
def test_every_action_is_walked_or_opens_nothing(window: MainWindow) -> None:
    names = {each.objectName() for each in window.findChildren(QAction)} - {""}
    unknown = {each for each in names if not each.startswith(OTHER_BEGINNINGS)}
    unknown -= {*OPENERS, *OTHERS}
    assert not unknown, "name each of these above: does it open a window that holds a secret?"
    assert set(OPENERS) <= names


@pytest.mark.parametrize("opener", OPENERS)
def test_a_window_lets_go_of_what_it_holds(
    window: MainWindow, view: StoreView, qtbot: QtBot, opener: str, secret: str
) -> None:
    view_store: Any = view.store
    keys = {id(pair.key) for pair in view_store.key_pairs}
    del view_store
    assert keys
    assert passwords_in_memory(secret)
    dialog = opened_by(window, qtbot, opener)
    make_everything(dialog)
    lines = list(hidden_lines(dialog))
    assert all(isinstance(line, PasswordLine) and isinstance(line, Lockable) for line in lines)
    is_lockable = isinstance(dialog, Lockable)
    assert is_lockable or isinstance(dialog, SHOWS_TEXT_ONLY)
    assert is_lockable or not lines
    type_into(lines)
    # Nothing of this test keeps alive what is looked for below.
    del lines, dialog
    action(window, "actionLock").trigger()
    for each in dialogs(window):
        assert not any(line.text() for line in each.findChildren(PasswordLine))
    qtbot.waitUntil(lambda: not view.document.holds_secrets)
    qtbot.waitUntil(lambda: not passwords_in_memory(secret, TYPED) and not keys_alive(keys))


@pytest.mark.usefixtures("view")
def test_the_lines_of_the_tabs_are_emptied(window: MainWindow) -> None:
    lines = list(hidden_lines(window))
    assert lines
    assert all(isinstance(line, PasswordLine) for line in lines)
    type_into(lines)
    action(window, "actionLock").trigger()
    assert not any(line.text() for line in window.findChildren(PasswordLine))


def test_a_search_for_a_cause_lets_go_of_the_keystores(
    window: MainWindow,
    view: StoreView,
    qtbot: QtBot,
    secret: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began, let_go = threading.Event(), threading.Event()

    def slow(_text: str, _stores: object, _progress: object) -> tuple[()]:
        began.set()
        let_go.wait(30)
        return ()

    monkeypatch.setattr(explanation, "explained", slow)
    action(window, "actionExplain").trigger()
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    log = window.findChild(QPlainTextEdit, "explainLog")
    log.setPlainText("PKIX path building failed")
    window.findChild(QPushButton, "explainRun").click()
    qtbot.waitUntil(began.is_set)
    assert passwords_in_memory(secret)
    action(window, "actionLock").trigger()
    let_go.set()
    qtbot.waitUntil(lambda: not view.document.holds_secrets)
    qtbot.waitUntil(lambda: not passwords_in_memory(secret))
    assert "locked" in window.findChild(QLabel, "explainWords").text()
    assert log.toPlainText() == "PKIX path building failed"


def test_every_class_of_window_is_lockable_or_shows_text_only() -> None:
    for module in pkgutil.walk_packages(handfast.ui.__path__, "handfast.ui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    classes = list(subclasses(QDialog))
    ours = [each for each in classes if each.__module__.startswith("handfast.")]
    assert len(ours) > 10
    left = [each for each in ours if not hasattr(each, "forget_secrets")]
    # The form that dialogs are made from is never a window itself.
    assert {each.__name__ for each in left} <= {
        "ConsentDialog",
        "FormDialog",
        *(each.__name__ for each in SHOWS_TEXT_ONLY),
    }


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)
