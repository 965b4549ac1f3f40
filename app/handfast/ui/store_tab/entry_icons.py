"""The icon of a row: what kind of entry it is, with a small mark of its state at the corner."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from handfast.ui.widgets.icons import icon

#: An entry that is in order has none: in a list of many good ones, marks would only be noise.
_MARKED = frozenset({"damaged", "lock", "expired", "expiring"})


@cache
def entry_icon(kind: str, state: str) -> QIcon:
    """Of a kind of entry (or ``certificate``) in a state; it follows the palette."""
    return QIcon(_Marked(kind, state)) if state in _MARKED else icon(kind)


_clones: list[QIconEngine] = []


class _Marked(QIconEngine):
    def __init__(self, kind: str, state: str) -> None:
        super().__init__()
        self._kind, self._state = kind, state
        self._base, self._mark = icon(kind), icon(state)

    def clone(self) -> QIconEngine:
        # Qt owns what it clones, and Python must not free it.
        made = _Marked(self._kind, self._state)
        _clones.append(made)
        return made

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self.pixmap(rect.size() * ratio, mode, state)
        pixmap.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.topLeft(), pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._base.paint(painter, pixmap.rect(), Qt.AlignmentFlag.AlignCenter, mode, state)
        corner = QRect(0, 0, round(size.width() * 0.62), round(size.height() * 0.62))
        corner.moveBottomRight(pixmap.rect().bottomRight())
        # The mark stands on nothing: lines of the icon behind it would make both unreadable.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.drawEllipse(corner)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self._mark.paint(painter, corner, Qt.AlignmentFlag.AlignCenter, mode, state)
        painter.end()
        return pixmap
