"""Light and dark, for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


def dark() -> QPalette:
    """A dark palette, for platforms that have no scheme of their own."""
    role, disabled = QPalette.ColorRole, QPalette.ColorGroup.Disabled
    palette = QPalette(QColor(45, 45, 48))
    palette.setColor(role.Base, QColor(30, 30, 32))
    for text in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(text, QColor(230, 230, 230))
        palette.setColor(disabled, text, QColor(128, 128, 130))
    return palette


def both_shades(application: QApplication) -> Iterator[str]:
    """Wear each in turn, and say how the name of its picture ends."""
    light = application.palette()
    yield ""
    application.setPalette(dark())
    yield "-dark"
    application.setPalette(light)
