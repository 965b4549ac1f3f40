"""System, light or dark: what the person chose, also where the platform has no say in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from handfast.ui.program.settings import Appearance
from handfast.ui.widgets.style import is_dark

if TYPE_CHECKING:
    from handfast.ui.program.settings import Settings

_SCHEMES = {
    Appearance.SYSTEM: Qt.ColorScheme.Unknown,
    Appearance.LIGHT: Qt.ColorScheme.Light,
    Appearance.DARK: Qt.ColorScheme.Dark,
}

#: Roles that are the same in every group, as light and as dark.
_SURFACES = {
    QPalette.ColorRole.Window: ("#f3f4f5", "#2a2c2f"),
    QPalette.ColorRole.Base: ("#ffffff", "#1f2123"),
    QPalette.ColorRole.AlternateBase: ("#f7f8f9", "#25272a"),
    QPalette.ColorRole.Button: ("#f3f4f5", "#36393d"),
    QPalette.ColorRole.Light: ("#ffffff", "#4a4e54"),
    QPalette.ColorRole.Midlight: ("#e6e8ea", "#404449"),
    QPalette.ColorRole.Mid: ("#c3c7cb", "#1c1e20"),
    QPalette.ColorRole.Dark: ("#a3a8ae", "#17181a"),
    QPalette.ColorRole.Shadow: ("#5c6166", "#000000"),
    QPalette.ColorRole.ToolTipBase: ("#fdfdfd", "#3c4045"),
    QPalette.ColorRole.ToolTipText: ("#1f2328", "#e4e6e9"),
    QPalette.ColorRole.BrightText: ("#ffffff", "#ffffff"),
}
_WRITING = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)
_TEXT = ("#1f2328", "#e4e6e9")
#: Clearly dimmer, as what cannot be used must not look like what can.
_DISABLED_TEXT = ("#9a9fa6", "#767b83")
_PLACEHOLDER = ("#6b7178", "#969ba3")
_ACCENT = ("#1f6f9f", "#2f7fae")
_LINK = ("#1b66a5", "#7ab8e6")
_VISITED = ("#6b4a9c", "#b79ae0")
_UNUSED_SELECTION = ("#d5d9dd", "#45494f")


def choose_appearance(settings: Settings, appearance: Appearance) -> None:
    """Apply it, and remember it."""
    settings.appearance = appearance
    apply_appearance(appearance)


def apply_appearance(appearance: Appearance) -> None:
    """Ask the platform for it; where that has no effect, bring our own palette."""
    QApplication.styleHints().setColorScheme(_SCHEMES[appearance])
    # An empty palette stands for the platform's, so that what it gives now can be seen.
    QApplication.setPalette(QPalette())
    wants_dark = appearance is Appearance.DARK
    # Without a platform theme, as on a bare X11, the request is ignored without a word.
    if appearance is not Appearance.SYSTEM and is_dark(QApplication.palette()) != wants_dark:
        QApplication.setPalette(palette_of(dark=wants_dark))


def palette_of(*, dark: bool) -> QPalette:
    """All roles in all groups, with 4.5:1 or more between text and ground."""
    at = 1 if dark else 0
    role, groups = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for group in (groups.Active, groups.Inactive, groups.Disabled):
        is_off = group is groups.Disabled
        text = QColor((_DISABLED_TEXT if is_off else _TEXT)[at])
        for surface, colours in _SURFACES.items():
            palette.setColor(group, surface, QColor(colours[at]))
        for writing in _WRITING:
            palette.setColor(group, writing, text)
        accent = QColor((_UNUSED_SELECTION if is_off else _ACCENT)[at])
        palette.setColor(group, role.Accent, accent)
        palette.setColor(group, role.Highlight, accent)
        palette.setColor(group, role.HighlightedText, text if is_off else QColor("#ffffff"))
        palette.setColor(group, role.PlaceholderText, text if is_off else QColor(_PLACEHOLDER[at]))
        palette.setColor(group, role.Link, text if is_off else QColor(_LINK[at]))
        palette.setColor(group, role.LinkVisited, text if is_off else QColor(_VISITED[at]))
    # A selection in a list that has not the focus is still one, and is still read.
    palette.setColor(groups.Inactive, role.Highlight, QColor(_UNUSED_SELECTION[at]))
    palette.setColor(groups.Inactive, role.HighlightedText, QColor(_TEXT[at]))
    return palette
