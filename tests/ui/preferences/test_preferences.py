"""Each preference takes effect as it is chosen, and does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QPushButton,
    QSpinBox,
    QSplitter,
    QTreeWidget,
    QWhatsThis,
    QWidget,
)

from handfast.core.errors import NetworkForbidden
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.target import StoreDefaults
from handfast.handshake.live.deadline import Deadline
from handfast.handshake.live.dialing import dial
from handfast.services.demo import make_demo
from handfast.services.describe.validity import (
    EXPIRY_DAYS,
)
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.store_dialog import StoreDialog
from handfast.ui.program.idle_lock import IdleLock
from handfast.ui.program.session import Session
from handfast.ui.program.settings import CLIPBOARD_SECONDS, Appearance
from handfast.ui.program.theme import apply_appearance
from handfast.ui.widgets.form import Form
from handfast.ui.widgets.row_button import RowButton
from handfast.ui.widgets.secrets.secret_clipboard import SecretClipboard, keep_secrets_for
from handfast.ui.window.actions.lazy_actions import after_start
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.helpers import action, opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from handfast.ui.preferences.preferences_window import PreferencesWindow
    from handfast.ui.store_tab.store_view import StoreView


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    made = tmp_path / "demo"
    make_demo(made)
    return made


@pytest.fixture
def preferences(window: MainWindow) -> PreferencesWindow:
    action(window, "actionPreferences").trigger()
    found: PreferencesWindow = window.findChild(QDialog, "preferences")
    assert found.isVisible()
    return found


def choose(preferences: PreferencesWindow, name: str, text: str) -> None:
    box = preferences.findChild(QComboBox, f"preferences.{name}")
    at = box.findText(text)
    assert at >= 0, [box.itemText(index) for index in range(box.count())]
    box.setCurrentIndex(at)


def push(preferences: PreferencesWindow, name: str) -> QPushButton:
    found: QPushButton = preferences.findChild(QPushButton, f"preferences.{name}")
    assert found is not None
    return found


def test_the_appearance(preferences: PreferencesWindow) -> None:
    try:
        for text, is_dark in (("Dark", True), ("Light", False)):
            choose(preferences, "appearance", text)
            ground = QApplication.palette().color(QPalette.ColorRole.Window)
            assert (ground.lightness() < 128) is is_dark
    finally:
        apply_appearance(Appearance.SYSTEM)


def test_what_new_stores_are_made_as(preferences: PreferencesWindow, window: MainWindow) -> None:
    assert window.settings.new_format is Format.PKCS12
    assert window.settings.new_strength is Strength.MODERN
    choose(preferences, "strength", "Compatible with Java 8 (3DES)")
    action(window, "actionNew").trigger()
    dialog = window.findChild(StoreDialog, "storeDialog")
    assert dialog.format.currentData() is Format.PKCS12
    assert dialog.strength.currentData() is Strength.COMPATIBLE
    dialog.setObjectName("done with")
    dialog.close()
    choose(preferences, "format", Format.JKS.title)
    action(window, "actionNew").trigger()
    assert window.findChild(StoreDialog, "storeDialog").format.currentData() is Format.JKS


@pytest.mark.parametrize("is_on", [True, False])
def test_the_version_before(
    preferences: PreferencesWindow, window: MainWindow, qtbot: QtBot, tmp_path: Path, is_on: bool
) -> None:
    make_demo(tmp_path)
    path = tmp_path / "globex-truststore.jks"
    before = path.read_bytes()
    view = opened(window, qtbot, path)
    preferences.findChild(QCheckBox, "preferences.backup").setChecked(is_on)
    view.select("acme")
    view.delete_selected()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert path.read_bytes() != before
    kept = path.with_name(path.name + ".bak")
    assert kept.exists() is is_on
    assert not is_on or kept.read_bytes() == before


@pytest.mark.parametrize("is_on", [True, False])
def test_a_file_that_a_new_store_replaces(
    preferences: PreferencesWindow, window: MainWindow, qtbot: QtBot, tmp_path: Path, is_on: bool
) -> None:
    path = tmp_path / "there.p12"
    path.write_bytes(b"something")
    preferences.findChild(QCheckBox, "preferences.backup").setChecked(is_on)
    action(window, "actionNew").trigger()
    dialog = window.findChild(StoreDialog, "storeDialog")
    dialog.place.setText(str(path))
    dialog.password.setText("not the usual")
    dialog.again.setText("not the usual")
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.problem.text() != "")
    assert ("are kept as a .bak" in dialog.problem.text()) is is_on
    assert ("will be lost" in dialog.problem.text()) is not is_on
    dialog.confirm.click()
    qtbot.waitUntil(lambda: path.read_bytes() != b"something")
    assert path.with_name("there.p12.bak").exists() is is_on


def test_the_tabs_of_the_last_time(
    preferences: PreferencesWindow, window: MainWindow, stored: QSettings
) -> None:
    stored.setValue("session/tabs", '{"paths": ["/x.jks"], "current": 0}')
    box = preferences.findChild(QCheckBox, "preferences.restore")
    assert box.isChecked()
    box.setChecked(False)
    assert not window.settings.restores_tabs
    assert not stored.contains("session/tabs")
    assert not push(preferences, "restoreClear").isEnabled()
    box.setChecked(True)
    assert window.settings.restores_tabs


def test_forgotten_tabs_stay_forgotten_until_they_are_others(
    preferences: PreferencesWindow,
    window: MainWindow,
    stored: QSettings,
    qtbot: QtBot,
    demo: Path,
) -> None:
    Session(window, keeps_tabs=True)
    opened(window, qtbot, demo / "globex-truststore.jks")
    assert "globex-truststore" in stored.value("session/tabs")
    push(preferences, "restoreClear").click()
    # What happens in the window all the time.
    window.refresh()
    window.documents_changed.emit()
    window.settings.sync()
    assert "globex-truststore" not in _without_recent(window)
    assert not stored.contains("session/tabs")
    opened(window, qtbot, demo / "acme-truststore.p12")
    assert "acme-truststore" in stored.value("session/tabs")


def _without_recent(window: MainWindow) -> str:
    window.settings.recent = ()
    window.settings.sync()
    return Path(window.settings.file_name).read_text(encoding="utf-8")


def test_recent_stores_are_cleared_or_not_kept_at_all(
    preferences: PreferencesWindow, window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    path = demo / "globex-truststore.jks"
    opened(window, qtbot, path)
    window.close_current()
    assert window.recent.paths() == [path]
    page = window.findChild(QWidget, "startPage")
    assert not page.findChild(QWidget, "recentEmpty").isVisible()
    push(preferences, "recentClear").click()
    assert window.recent.paths() == []
    assert page.findChild(QWidget, "recentEmpty").isVisible()
    box = preferences.findChild(QCheckBox, "preferences.recent")
    opened(window, qtbot, path)
    assert window.recent.paths() == [path]
    box.setChecked(False)
    assert window.recent.paths() == []
    window.close_current()
    opened(window, qtbot, path)
    assert window.recent.paths() == []
    box.setChecked(True)
    window.close_current()
    opened(window, qtbot, path)
    assert window.recent.paths() == [path]


def test_columns_are_shown_as_at_first(
    preferences: PreferencesWindow,
    window: MainWindow,
    qtbot: QtBot,
    demo: Path,
) -> None:
    Session(window, keeps_tabs=False)
    view = opened(window, qtbot, demo / "globex-truststore.jks")
    header = view.tree.header()

    def columns() -> list[tuple[int, int, bool]]:
        return [
            (header.visualIndex(at), header.sectionSize(at), header.isSectionHidden(at))
            for at in range(header.count())
        ]

    before = columns()
    view.tree.setColumnWidth(0, 333)
    view.tree.column_menu().actions()[4].setChecked(True)
    header.moveSection(0, 2)
    splitter = view.findChild(QSplitter, "storeSplitter")
    share = splitter.sizes()
    splitter.moveSplitter(share[0] + 80, 1)
    assert window.settings.tree_header is not None
    assert window.settings.splitter is not None
    assert columns() != before
    push(preferences, "columnsClear").click()
    assert columns() == before
    assert splitter.sizes() == share
    assert window.settings.tree_header is None
    assert window.settings.splitter is None


def two_months(path: Path) -> Path:
    """A store with one certificate that ends in sixty days."""
    request = PairRequest(alias="pair", name="CN=Pair", key="ec:P-256", days=60)
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([make_pair(request)]),
               path)  # fmt: skip
    return path


def marked(view: StoreView) -> bool:
    """Whether the row, the details and the findings call the certificate expiring."""
    row = view.model.node(view.model.index_of_alias("pair"))
    line = view.details.findChild(QLabel, "detailsState").text()
    listed = view.findings.findChild(QTreeWidget, "findingsList")
    messages = [listed.topLevelItem(at).text(1) for at in range(listed.topLevelItemCount())]
    told = [
        row.state(view.expiry_days) == "expiring",
        line.startswith("Expires"),
        any("expires on" in message for message in messages),
    ]
    assert len(set(told)) == 1, told
    return told[0]


def test_from_when_on_a_certificate_is_called_expiring(
    preferences: PreferencesWindow, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened(window, qtbot, two_months(tmp_path / "soon.p12"))
    with qtbot.waitSignal(view.summarised):
        pass
    view.select("pair")
    listed = view.findings.findChild(QTreeWidget, "findingsList")
    qtbot.waitUntil(lambda: listed.topLevelItemCount() > 0)
    assert not marked(view)
    days = preferences.findChild(QSpinBox, "preferences.expiry")
    assert days.value() == 30
    count = listed.topLevelItemCount()
    view.set_filter("is:expiring")
    assert view.model.shown() == 0
    days.setValue(61)
    assert view.model.shown() == 1
    view.set_filter("")
    view.select("pair")
    qtbot.waitUntil(lambda: listed.topLevelItemCount() == count + 1)
    assert marked(view)
    window.close_current()
    assert start_mark(window) == "expiring"
    days.setValue(59)
    assert start_mark(window) == ""
    # And so does the next start.
    days.setValue(61)
    again = MainWindow(window.settings)
    qtbot.addWidget(again)
    again.show()
    assert start_mark(again) == "expiring"


def start_mark(window: MainWindow) -> str:
    page = window.findChild(QWidget, "startPage")
    (row,) = [each for each in page.findChildren(RowButton) if each.isVisible()
              and not each.objectName()]  # fmt: skip
    return str(row._mark)


def test_wizards_suggest_what_is_preferred(
    preferences: PreferencesWindow, window: MainWindow, qtbot: QtBot
) -> None:
    choose(preferences, "format", Format.JKS.title)
    choose(preferences, "strength", "Compatible with Java 8 (3DES)")
    driver = Driver(qtbot, window, "actionGenerateKeyPair")
    driver.type("generate.common_name", "client.example")
    for _ in range(3):
        driver.next()
    assert driver.find("generate.new_format").currentData() == "JKS"
    assert driver.find("generate.new_path").text().endswith(".jks")
    driver.choose("generate.new_format", "PKCS12")
    assert driver.find("generate.compatible").isChecked()
    driver.wizard.foot.discard.emit()
    choose(preferences, "format", Format.PEM.title)
    assert GenerateFlow(usual=window.usual).draft.new_format == "PEM"
    # A format that the wizards do not offer.
    assert GenerateFlow(usual=StoreDefaults(format=Format.BKS)).draft.new_format == "PKCS12"
    assert ImportFlow(usual=window.usual).draft.compatible


def test_the_lock_is_armed_and_disarmed(preferences: PreferencesWindow, window: MainWindow) -> None:
    assert window.findChild(IdleLock) is None
    choose(preferences, "lock", "After 5 minutes")
    lock = window.findChild(IdleLock)
    assert lock._timer.isActive()
    choose(preferences, "lock", "Never")
    assert not lock._timer.isActive()


def test_what_was_chosen_holds_after_the_next_start(window: MainWindow, qtbot: QtBot) -> None:
    window.settings.lock_minutes = 7
    window.settings.allows_network = False
    window.settings.clipboard_seconds = 7
    try:
        after_start(window)
        assert window.findChild(IdleLock)._timer.isActive()
        assert QApplication.instance().findChild(SecretClipboard).seconds == 7
        with pytest.raises(NetworkForbidden):
            window.network.check("be tried")
    finally:
        keep_secrets_for(CLIPBOARD_SECONDS)
    action(window, "actionPreferences").trigger()
    # While windows are being loaded, one that is asked for opens a moment later.
    qtbot.waitUntil(lambda: window.findChild(QDialog, "preferences") is not None)
    found = window.findChild(QDialog, "preferences")
    # A number that is not in the list is shown all the same, and not changed by looking.
    assert found.findChild(QComboBox, "preferences.lock").currentText() == "After 7 minutes"
    assert not found.findChild(QCheckBox, "preferences.network").isChecked()
    assert window.settings.lock_minutes == 7


def test_the_network_is_refused(preferences: PreferencesWindow, window: MainWindow) -> None:
    box = preferences.findChild(QCheckBox, "preferences.network")
    assert box.isChecked()
    window.network.check("be tried")
    box.setChecked(False)
    with pytest.raises(NetworkForbidden) as caught:
        dial("localhost", 9, Deadline(1), network=window.network)
    assert "preferences" in caught.value.remedy
    box.setChecked(True)
    window.network.check("be tried")


def test_every_field_says_what_it_is(preferences: PreferencesWindow, qtbot: QtBot) -> None:
    forms = preferences.findChildren(Form)
    assert len(forms) == 3
    for form in forms:
        for name, row in form.rows.items():
            assert len(row.editor.whatsThis()) > 40, name
    box = preferences.findChild(QComboBox, "preferences.appearance")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: said_by_whats_this() != [])
    QWhatsThis.hideText()


def said_by_whats_this() -> list[QWidget]:
    shown = QApplication.topLevelWidgets()
    return [each for each in shown if each.inherits("QWhatsThat") and each.isVisible()]


def test_what_somebody_wrote_into_the_settings_is_passed_over(
    window: MainWindow, stored: QSettings
) -> None:
    stored.setValue("new/format", "nonsense")
    stored.setValue("new/strength", "nonsense")
    assert window.settings.new_format is Format.PKCS12
    assert window.settings.new_strength is Strength.MODERN
    for key in ("expiry/days", "lock/minutes", "clipboard/seconds"):
        for nonsense in ("nonsense", "-1", "1e9", "99999999"):
            stored.setValue(key, nonsense)
            assert window.settings.expiry_days == EXPIRY_DAYS
            assert window.settings.lock_minutes == 0
            assert window.settings.clipboard_seconds == CLIPBOARD_SECONDS
        stored.remove(key)
