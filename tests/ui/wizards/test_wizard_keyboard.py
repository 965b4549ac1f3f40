"""The wizards without a mouse: Tab reaches all there is, in the order in which it is read."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.wizards.sources_page import SourcesPage
from handfast.ui.wizards.steps import StepButton
from tests.support.issued import issue
from tests.support.ui.helpers import opened_new
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from handfast.ui.wizards.frame import WizardWindow

#: More than any page has.
MOST = 60
ACTIONS = {
    "generate": "actionGenerateKeyPair",
    "export": "actionExportCertificate",
    "import": "actionImportCertificate",
}


@pytest.fixture
def store(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Path:
    """A store with a pair and its chain, open in the window."""
    authority = issue(CN="Acme Root CA", is_ca=True)
    pair = issue(issuer=authority, CN="api.acme.example").pair("acme")
    path = tmp_path / "acme.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([pair]), path)
    window.open_path(path)
    view: Any = window.current()
    qtbot.waitUntil(lambda: view.store is not None)
    return path


def press(qtbot: QtBot, wizard: WizardWindow, *keys: Qt.Key) -> None:
    """Press keys wherever the keyboard is."""
    for key in keys:
        target: Any = wizard.focusWidget()
        qtbot.keyClick(target, key)


def write(qtbot: QtBot, wizard: WizardWindow, text: str) -> None:
    target: Any = wizard.focusWidget()
    qtbot.keyClicks(target, text)


def tab_order(qtbot: QtBot, wizard: WizardWindow) -> list[QWidget]:
    """All that Tab comes by, each once, until it is back where it began."""
    first = wizard.focusWidget()
    assert first is not None
    found = [first]
    for _ in range(MOST):
        press(qtbot, wizard, Qt.Key.Key_Tab)
        at = wizard.focusWidget()
        assert at is not None
        if at is first and len(found) > 1:
            return found
        # A field for a date takes Tab itself, from day to month to year.
        if at is not found[-1]:
            found.append(at)
    raise AssertionError("Tab never comes back")


def reachable(wizard: WizardWindow) -> set[QWidget]:
    """All that should be reached; of circles to choose by, only the one that is chosen."""
    found = set()
    for each in wizard.findChildren(QWidget):
        if not (each.isVisible() and each.isEnabled() and each.focusProxy() is None):
            continue
        if not each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        if isinstance(each, QAbstractButton) and each.group() and not each.isChecked():
            continue
        found.add(each)
    return found


def name_of(widget: QWidget) -> str:
    """What a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface is not None else ""


def check_page(qtbot: QtBot, wizard: WizardWindow) -> None:
    QApplication.processEvents()
    order = tab_order(qtbot, wizard)
    assert set(order) == reachable(wizard)
    assert [each.objectName() for each in order if not name_of(each)] == []
    # The round ends with the steps at the side, wherever it began.
    last = max(at for at, each in enumerate(order) if isinstance(each, StepButton))
    order = order[last + 1 :] + order[: last + 1]
    page = wizard.page.body
    own = [each for each in order if page.isAncestorOf(each)]
    assert order[: len(own)] == own
    rows = [each.mapTo(page, QPoint(0, each.height() // 2)).y() for each in own]
    # What stands side by side is at nearly one height.
    assert all(after > before - 24 for before, after in itertools.pairwise(rows))


@pytest.mark.parametrize("kind", ["generate", "export", "import"])
def test_tab_comes_by_everything_on_every_page(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path, kind: str
) -> None:
    driver = Driver(qtbot, window, ACTIONS[kind])
    wizard = driver.wizard
    if kind == "generate":
        driver.type("generate.common_name", "api.acme.example")
    if kind == "import":
        paths = []
        for number in range(2):
            paths.append(tmp_path / f"{number}.cer")
            paths[-1].write_bytes(issue(CN=f"partner-{number}.example").certificate.der)
        source: Any = wizard.findChild(SourcesPage)
        source.files_given.emit(paths)
        qtbot.waitUntil(lambda: driver.is_visible("import.source.2.said"))
    steps = 0
    while True:
        wizard.page.focus_first()
        check_page(qtbot, wizard)
        if kind == "import" and driver.step == "target":
            # A new store is suggested, as the open one has a private key.
            driver.click("import.target.existing")
            wizard.page.focus_first()
            check_page(qtbot, wizard)
        steps += 1
        if not wizard.foot.next.isVisible():
            break
        before = driver.step
        driver.next()
        assert driver.step != before
    assert steps == len(wizard.pages)
    assert store.exists()


def test_added_names_have_their_place_in_the_order(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTIONS["generate"])
    driver.type("generate.common_name", "api.acme.example")
    driver.next()
    driver.next()
    driver.click("generate.sans.add")
    driver.click("generate.sans.add")
    driver.find("generate.sans.1").setFocus()
    order = [each.objectName() for each in tab_order(qtbot, driver.wizard)]
    at = order.index("generate.sans.add")
    assert order[:at] == [
        "generate.sans.1", "generate.sans.1.remove",
        "generate.sans.2.kind", "generate.sans.2", "generate.sans.2.remove",
        "generate.sans.3.kind", "generate.sans.3", "generate.sans.3.remove",
    ]  # fmt: skip
    assert order[at + 1 : at + 5] == [
        "generate.extensions.edit", "whatIsThis", "wizardCancel", "wizardBack",
    ]  # fmt: skip


def test_a_choice_is_called_what_stands_on_it(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTIONS["generate"])
    driver.type("generate.common_name", "api.acme.example")
    driver.next()
    driver.next()
    names = [
        name_of(driver.find(f"generate.purpose.{each}")) for each in ("client", "server", "both")
    ]
    assert names == ["Client", "Server", "Both"]
    assert name_of(driver.find("generate.sans.add")) == "Add a Name"


def test_a_pair_is_made_with_the_keyboard_alone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "keys.p12"
    wizard = Driver(qtbot, window, ACTIONS["generate"]).wizard
    write(qtbot, wizard, "api.acme.example")
    press(qtbot, wizard, Qt.Key.Key_Return)
    assert wizard.page.step == "key"
    while wizard.focusWidget() is not wizard.findChild(QWidget, "generate.key"):
        press(qtbot, wizard, Qt.Key.Key_Tab)
    write(qtbot, wizard, "EC")
    press(qtbot, wizard, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert wizard.page.step == "target"
    for name, text in (
        ("generate.new_path", str(path)),
        ("generate.password", "correct horse"),
        ("generate.password_again", "correct horse"),
    ):
        for _ in range(MOST):
            if wizard.focusWidget() is wizard.findChild(QWidget, name):
                break
            press(qtbot, wizard, Qt.Key.Key_Tab)
        field: Any = wizard.focusWidget()
        field.selectAll()
        write(qtbot, wizard, text)
    press(qtbot, wizard, Qt.Key.Key_Return)
    assert wizard.page.step == "summary"
    press(qtbot, wizard, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.stage == "finished", timeout=10_000)
    found = open_file(path, password=Password("correct horse")).store.entries
    assert [(each.alias, each.algorithm) for each in found] == [("api.acme.example", "EC")]


@pytest.mark.parametrize("kind", ["generate", "export", "import"])
def test_escape_closes_at_once_where_nothing_was_typed(
    window: MainWindow, qtbot: QtBot, store: Path, kind: str
) -> None:
    wizard = Driver(qtbot, window, ACTIONS[kind]).wizard
    gone = []
    # Not by waitSignal, which disconnects from what is being destroyed, and PySide refuses that.
    wizard.destroyed.connect(lambda: gone.append(kind))
    press(qtbot, wizard, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: gone == [kind])
    assert store.exists()


def test_escape_asks_before_what_was_typed_is_lost(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, ACTIONS["generate"])
    write(qtbot, driver.wizard, "api.acme.example")
    press(qtbot, driver.wizard, Qt.Key.Key_Escape)
    assert driver.is_visible("wizardDiscard")
    assert driver.has_keyboard("wizardKeep")
    # Enter gives the safe answer, and so does a second Escape.
    press(qtbot, driver.wizard, Qt.Key.Key_Return)
    assert not driver.is_visible("wizardDiscard")
    assert driver.find("generate.common_name").text() == "api.acme.example"
    press(qtbot, driver.wizard, Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert not driver.is_visible("wizardDiscard")
    assert driver.wizard.isVisible()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_page_begins_where_one_types(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, is_new: bool
) -> None:
    if not is_new:
        opened_new(window, qtbot, tmp_path / "open.p12", Password("changeit"))
    driver = Driver(qtbot, window, ACTIONS["generate"])
    driver.type("generate.common_name", "api.acme.example")
    for _ in range(3):
        driver.next()
    assert driver.step == "target"
    # Of a new keystore all but its password is suggested; into an open one nothing need be typed.
    wanted = "generate.password" if is_new else "generate.target.existing"
    assert driver.wizard.focusWidget().objectName() == wanted


def test_a_password_that_is_typed_blindly_is_typed_again_at_once(
    window: MainWindow, qtbot: QtBot
) -> None:
    driver = Driver(qtbot, window, ACTIONS["generate"])
    driver.type("generate.common_name", "api.acme.example")
    for _ in range(3):
        driver.next()
    wizard = driver.wizard
    for _ in range(2):
        write(qtbot, wizard, "correct horse")
        press(qtbot, wizard, Qt.Key.Key_Tab)
    flow: Any = wizard.flow
    assert flow.draft.password.reveal() == flow.draft.password_again.reveal() == "correct horse"
    # What shows them comes after both, and shows both; a blank presses it where nothing is typed.
    assert wizard.focusWidget().objectName() == "generate.password.show"
    lines = [driver.find(f"generate.{name}") for name in ("password", "password_again")]
    assert {line.echoMode() for line in lines} == {QLineEdit.EchoMode.Password}
    press(qtbot, wizard, Qt.Key.Key_Space)
    assert {line.echoMode() for line in lines} == {QLineEdit.EchoMode.Normal}
    press(qtbot, wizard, Qt.Key.Key_Space)
    assert {line.echoMode() for line in lines} == {QLineEdit.EchoMode.Password}
