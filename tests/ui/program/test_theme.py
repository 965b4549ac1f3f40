"""Light and dark, where the platform knows nothing of them, and remembered."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QToolBar, QToolButton

from handfast.services.demo import make_demo
from handfast.ui.program.settings import Appearance, Settings
from handfast.ui.program.theme import apply_appearance, choose_appearance, palette_of
from handfast.ui.widgets.style import is_dark
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

ROLE, GROUP = QPalette.ColorRole, QPalette.ColorGroup


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:  # noqa: ARG001 - there must be one
    yield
    apply_appearance(Appearance.SYSTEM)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(p) for p in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """As WCAG 2 defines it."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_on_its_ground(dark: bool) -> None:
    palette = palette_of(dark=dark)
    assert is_dark(palette) is dark
    for group in (GROUP.Active, GROUP.Inactive):
        for text, ground in (
            (ROLE.WindowText, ROLE.Window),
            (ROLE.Text, ROLE.Base),
            (ROLE.Text, ROLE.AlternateBase),
            (ROLE.ButtonText, ROLE.Button),
            (ROLE.ToolTipText, ROLE.ToolTipBase),
            (ROLE.HighlightedText, ROLE.Highlight),
            (ROLE.PlaceholderText, ROLE.Base),
            (ROLE.Link, ROLE.Base),
            (ROLE.Link, ROLE.Window),
            (ROLE.LinkVisited, ROLE.Base),
        ):
            found = contrast(palette.color(group, text), palette.color(group, ground))
            minimum = 4.0 if text is ROLE.HighlightedText else 4.5
            assert found >= minimum, (group, text, found)


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_disabled_is_clearly_dimmer(dark: bool) -> None:
    palette = palette_of(dark=dark)
    for text, ground in ((ROLE.WindowText, ROLE.Window), (ROLE.ButtonText, ROLE.Button)):
        active = contrast(palette.color(GROUP.Active, text), palette.color(ground))
        disabled = contrast(palette.color(GROUP.Disabled, text), palette.color(ground))
        assert 2.0 < disabled < active / 2


@pytest.mark.parametrize("dark", [False, True])
def test_no_role_is_left_to_chance(dark: bool) -> None:
    palette = palette_of(dark=dark)
    for group in (GROUP.Active, GROUP.Inactive, GROUP.Disabled):
        for role in ROLE:
            if role not in {ROLE.NColorRoles, ROLE.NoRole}:
                assert palette.isBrushSet(group, role), (group, role)


def test_the_choice_is_made_in_the_menu_and_remembered(
    qtbot: QtBot, qapp: QApplication, settings: QSettings
) -> None:
    window = MainWindow(Settings(settings))
    qtbot.addWidget(window)
    window.show()
    assert action(window, "actionAppearanceSystem").isChecked()
    for name, dark in (("Dark", True), ("Light", False), ("Dark", True)):
        action(window, f"actionAppearance{name}").trigger()
        assert is_dark(qapp.palette()) is dark
        qtbot.waitUntil(lambda dark=dark: is_dark(window.palette()) is dark)
    # What is on the screen changed, not only a value.
    shade = window.grab().toImage().pixelColor(window.width() // 2, window.height() - 40)
    assert shade.lightness() < 100
    again = MainWindow(Settings(QSettings(settings.fileName(), QSettings.Format.IniFormat)))
    qtbot.addWidget(again)
    assert action(again, "actionAppearanceDark").isChecked()
    assert not action(again, "actionAppearanceSystem").isChecked()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the platform has a look")
@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_tab_in_front_and_the_overflow_of_the_tools_are_seen(
    qtbot: QtBot, settings: QSettings, tmp_path: Path, appearance: Appearance
) -> None:
    make_demo(tmp_path / "demo")
    window = MainWindow(Settings(settings))
    qtbot.addWidget(window)
    window.resize(700, 600)
    window.show()
    for name in ("acme-keystore.p12", "acme-truststore.p12"):
        opened(window, qtbot, tmp_path / "demo" / name)
    choose_appearance(Settings(settings), appearance)
    bar = window.tabs.tabBar()
    qtbot.waitUntil(lambda: is_dark(bar.palette()) is (appearance is Appearance.DARK))
    picture = bar.grab().toImage()
    at = bar.tabRect(bar.currentIndex())
    line = picture.pixelColor(at.center().x(), at.top() + 1)
    for ground in (
        picture.pixelColor(at.left() + 5, at.top() + 5),
        picture.pixelColor(bar.tabRect(0).center().x(), bar.tabRect(0).top() + 4),
        bar.palette().color(GROUP.Active, ROLE.Window),
    ):
        assert contrast(line, ground) >= 3.0
    more = window.findChild(QToolBar, "tools").findChild(QToolButton, "qt_toolbar_ext_button")
    assert more.isVisible()
    sign = more.grab().toImage()
    window_color = more.palette().color(GROUP.Active, ROLE.Window)
    shades = {
        sign.pixelColor(x, y).rgb() for x in range(sign.width()) for y in range(sign.height())
    }
    assert max(contrast(QColor(each), window_color) for each in shades) >= 3.0


def test_the_system_s_own_comes_back(qapp: QApplication, settings: QSettings) -> None:
    before = qapp.palette().color(ROLE.Window)
    choose_appearance(Settings(settings), Appearance.DARK)
    assert qapp.palette().color(ROLE.Window) != before
    choose_appearance(Settings(settings), Appearance.SYSTEM)
    assert qapp.palette().color(ROLE.Window) == before
    assert Settings(settings).appearance is Appearance.SYSTEM


def test_a_setting_that_is_none_is_the_system_s(settings: QSettings) -> None:
    settings.setValue("appearance", "sepia")
    assert Settings(settings).appearance is Appearance.SYSTEM


@pytest.mark.skipif(sys.platform != "linux", reason="settings are files there only")
@pytest.mark.parametrize(("stored", "dark"), [("dark", True), ("light", False), (None, False)])
def test_it_is_there_from_the_start(tmp_path: Path, stored: str | None, dark: bool) -> None:
    folder = tmp_path / "Handfast"
    folder.mkdir()
    if stored is not None:
        (folder / "Handfast.conf").write_text(f"[General]\nappearance={stored}\n")
    code = (
        "from PySide6.QtCore import QTimer\n"
        "from handfast.ui.program.external_open import Application\n"
        "application = Application([])\n"
        "def tell():\n"
        "    print(application.palette().window().color().lightness())\n"
        "    application.quit()\n"
        "QTimer.singleShot(0, tell)\n"
        "from handfast.ui.app import run\n"
        "run([])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert (int(told.stdout) < 100) is dark
