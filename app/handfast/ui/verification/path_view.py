"""The path of a certificate, drawn from the leaf down to what is trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.verification.story import Place
from handfast.ui.widgets.style import GRID, blend, state_color
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from handfast.flows.verification.story import PathLink

#: Where the line runs, from the left edge, and how large a knot on it is.
_LINE, _KNOT = 2 * GRID, 6
_LONGEST = 120


class _LinkRow(QWidget):
    """One certificate, with its knot on the line."""

    def __init__(
        self, title: str, detail: str, *, state: str, is_first: bool, is_last: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._ends = (is_first, is_last)
        self.setAccessibleName(f"{title}. {detail}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.name = WrapLabel(title, max_lines=2)
        font = QFont(self.name.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.name.setFont(font)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(WrapLabel(detail, shade="error" if state == "error" else "quiet"))
        row = QHBoxLayout(self)
        row.setContentsMargins(_LINE + 2 * GRID, GRID // 2, 0, GRID // 2)
        row.addLayout(words, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        text = palette.color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = GRID // 2 + self.name.fontMetrics().lineSpacing() / 2
        is_first, is_last = self._ends
        pen = QPen(blend(text, window, 0.4), 1.5)
        painter.setPen(pen)
        if not is_first:
            painter.drawLine(QPointF(_LINE, 0), QPointF(_LINE, middle - _KNOT))
        if not is_last:
            painter.drawLine(QPointF(_LINE, middle + _KNOT), QPointF(_LINE, self.height()))
        colour = state_color(self._state, palette) if self._state != "plain" else text
        pen = QPen(colour, 1.75)
        if self._state == "error" and is_last and not is_first:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(colour if self._state == "ok" else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(_LINE - _KNOT, middle - _KNOT, 2 * _KNOT, 2 * _KNOT))
        painter.end()


class PathView(QWidget):
    """Leaf first; the anchor is filled, and what is missing above is dotted."""

    def __init__(
        self, links: Sequence[PathLink], missing: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("verifyPath")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for at, link in enumerate(links):
            is_anchor = link.place in {Place.ANCHOR, Place.PINNED}
            state = "error" if link.is_expired else "ok" if is_anchor else "plain"
            lines.addWidget(
                _LinkRow(
                    shorten(visible(link.title), _LONGEST),
                    visible(link.detail),
                    state=state,
                    is_first=not at,
                    is_last=at == len(links) - 1 and not missing,
                    parent=self,
                )
            )
        if missing:
            lines.addWidget(
                _LinkRow("?", visible(missing), state="error", is_first=False, is_last=True,
                         parent=self)
            )  # fmt: skip
