"""Each preference takes effect as it is chosen, and does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog

from handfast.core.store import Format, Strength
from handfast.services.demo import make_demo
from handfast.ui.preferences import new_format, new_strength
from handfast.ui.session import restores
from handfast.ui.store_dialog import StoreDialog
from handfast.ui.theme import Appearance, apply_appearance
from tests.ui.helpers import action, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.main_window import MainWindow
    from handfast.ui.preferences_window import PreferencesWindow


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


def test_the_appearance(preferences: PreferencesWindow) -> None:
    try:
        for text, is_dark in (("Dark", True), ("Light", False)):
            choose(preferences, "appearance", text)
            ground = QApplication.palette().color(QPalette.ColorRole.Window)
            assert (ground.lightness() < 128) is is_dark
    finally:
        apply_appearance(Appearance.SYSTEM)


def test_what_new_stores_are_made_as(preferences: PreferencesWindow, window: MainWindow) -> None:
    assert new_format(window.settings) is Format.PKCS12
    assert new_strength(window.settings) is Strength.MODERN
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
    view.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert path.read_bytes() != before
    kept = path.with_name(path.name + ".bak")
    assert kept.exists() is is_on
    assert not is_on or kept.read_bytes() == before


def test_the_tabs_of_the_last_time(preferences: PreferencesWindow, window: MainWindow) -> None:
    window.settings.setValue("session/tabs", '{"paths": ["/x.jks"], "current": 0}')
    box = preferences.findChild(QCheckBox, "preferences.restore")
    assert box.isChecked()
    box.setChecked(False)
    assert not restores(window.settings)
    assert not window.settings.contains("session/tabs")
    box.setChecked(True)
    assert restores(window.settings)


def test_what_somebody_wrote_into_the_settings_is_passed_over(window: MainWindow) -> None:
    window.settings.setValue("new/format", "nonsense")
    window.settings.setValue("new/strength", "nonsense")
    assert new_format(window.settings) is Format.PKCS12
    assert new_strength(window.settings) is Strength.MODERN
