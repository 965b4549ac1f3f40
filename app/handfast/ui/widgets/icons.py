"""The icons: drawn when they are painted, in the colors of that moment and at its resolution."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
    QPixmapCache,
)

from handfast.resources_location import resources_path
from handfast.ui.widgets.style import blend, state_color

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QColor
    from PySide6.QtSvg import QSvgRenderer

#: Icons that tell a state have its color; the shape says the same without it.
_STATES = {
    "ok": "ok",
    "warning": "warning",
    "expiring": "warning",
    "error": "error",
    "expired": "error",
    "damaged": "error",
}
#: Lines as dark as text look heavier than text.
_WEIGHT = 0.86


_clones: list[QIconEngine] = []


def icon(name: str) -> QIcon:
    """An icon of the family, which follows the palette by itself.

    :raises FileNotFoundError: there is none of that name
    """
    if name not in icon_names():
        # Said here, because an exception while painting is only a line on the console.
        raise FileNotFoundError(_path(name))
    return QIcon(_Engine(name))


@cache
def application_icon() -> QIcon:
    """The program's own, in its own colors, at the sizes that desktops ask for."""
    made = QIcon()
    renderer = _renderer("app", "")
    for size in (16, 20, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_drawn(renderer, QSize(size, size)))
    return made


@cache
def icon_names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(path.stem for path in _folder().iterdir() if path.suffix == ".svg"))


def _folder() -> Path:
    return resources_path() / "icons"


def _path(name: str) -> Path:
    return _folder() / f"{name}.svg"


@cache
def _source(name: str) -> bytes:
    return _path(name).read_bytes()


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    # Loaded with the first icon that is painted, not with the window.
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(_source(name).replace(b"currentColor", colour.encode()))


def _drawn(renderer: QSvgRenderer, size: QSize) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(QPoint(0, 0), size))
    painter.end()
    return pixmap


def tint(name: str, mode: QIcon.Mode, palette: QPalette) -> QColor:
    """The color that an icon has in a state of its button."""
    role = QPalette.ColorRole
    if mode is QIcon.Mode.Disabled:
        return palette.color(QPalette.ColorGroup.Disabled, role.WindowText)
    if mode is QIcon.Mode.Selected:
        return palette.color(QPalette.ColorGroup.Active, role.HighlightedText)
    if name in _STATES:
        return state_color(_STATES[name], palette)
    group = QPalette.ColorGroup.Active
    return blend(palette.color(group, role.WindowText), palette.color(group, role.Window), _WEIGHT)


class _Engine(QIconEngine):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def clone(self) -> QIconEngine:
        # Qt clones an icon that somebody adds a picture to, and then owns the clone; Python does
        # not know that and would free it at once.
        made = _Engine(self._name)
        _clones.append(made)
        return made

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        colour = tint(self._name, mode, QGuiApplication.palette())
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._name, colour.name()).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        colour = tint(self._name, mode, QGuiApplication.palette()).name()
        key = f"handfast/{self._name}/{colour}/{size.width()}x{size.height()}"
        pixmap = QPixmap()
        if not QPixmapCache.find(key, pixmap):
            side = min(size.width(), size.height())
            pixmap = _drawn(_renderer(self._name, colour), QSize(side, side))
            QPixmapCache.insert(key, pixmap)
        return pixmap
