"""The certificates of both sides on a line of time, with today and the time of the change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from handfast.core.language import tr
from handfast.services.describe.validity import date_text
from handfast.ui.widgets.style import GRID, blend, quiet_color, state_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from handfast.flows.renewal.rolling_over import Span

_BAR, _ROW, _HEAD = 10, 36, 28
#: How much of the past and of what comes after the last old end is shown, as a share.
_BEFORE, _AFTER = 0.12, 0.35
_LEAST = dt.timedelta(days=14)


class TimeLine(QWidget):
    """One bar for each certificate; the window in which old and new both work is shaded."""

    def __init__(
        self,
        spans: Sequence[Span],
        now: dt.datetime,
        window: tuple[dt.datetime, dt.datetime] | None,
        latest: dt.datetime | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rollOverTimeLine")
        self._spans, self._now, self._window, self._latest = tuple(spans), now, window, latest
        ends = [each.end for each in spans if not each.is_new and each.end > now]
        length = max((min(ends) if ends else now) - now, _LEAST)
        self._from = now - length * _BEFORE
        self._to = now + length * (1 + _AFTER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Timeline of the certificates"))
        self.setAccessibleDescription("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """What is drawn, in words."""
        told = [
            tr(
                "{label}: {start} to {end}",
                label=each.label,
                start=date_text(each.start),
                end=date_text(each.end),
            )
            for each in self._spans
        ]
        if self._window is not None:
            told.append(
                tr(
                    "Old and new both work from {start} to {end}.",
                    start=date_text(self._window[0]),
                    end=date_text(self._window[1]),
                )
            )
        return told

    def sizeHint(self) -> QSize:
        return QSize(480, _HEAD + _ROW * len(self._spans) + GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def _x(self, moment: dt.datetime) -> float:
        share = (moment - self._from) / (self._to - self._from)
        return min(max(share, 0.0), 1.0) * (self.width() - 2) + 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        ground = palette.color(QPalette.ColorRole.Window)
        text = palette.color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self.height()
        if self._window is not None:
            left, right = (self._x(each) for each in self._window)
            painter.fillRect(
                QRectF(left, _HEAD - 4, right - left, height - _HEAD + 4),
                blend(state_color("ok", palette), ground, 0.16),
            )
        for at, span in enumerate(self._spans):
            self._paint_span(painter, span, _HEAD + at * _ROW)
        self._paint_mark(painter, self._now, tr("today"), text, Qt.PenStyle.SolidLine)
        if self._latest is not None:
            words = tr("last safe day {date}", date=date_text(self._latest - dt.timedelta(days=1)))
            colour = state_color("warning", palette)
            self._paint_mark(painter, self._latest, words, colour, Qt.PenStyle.DashLine)
        painter.end()

    def _paint_span(self, painter: QPainter, span: Span, top: int) -> None:
        palette = self.palette()
        ground = palette.color(QPalette.ColorRole.Window)
        accent = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
        text = palette.color(QPalette.ColorRole.WindowText)
        left, right = self._x(span.start), self._x(span.end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent if span.is_new else blend(text, ground, 0.4))
        painter.drawRoundedRect(QRectF(left, top, max(right - left, 3), _BAR), 3, 3)
        painter.setPen(quiet_color(palette))
        words = tr("{label}, until {end}", label=span.label, end=date_text(span.end))
        metrics = painter.fontMetrics()
        # Beside the line of today, which would run through it.
        start = self._x(self._now) + GRID
        room = int(self.width() - start)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QPointF(start, top + _BAR + metrics.ascent() + 2), shown)

    def _paint_mark(
        self, painter: QPainter, moment: dt.datetime, words: str, colour: object,
        style: Qt.PenStyle,
    ) -> None:  # fmt: skip
        x = self._x(moment)
        # PySide takes a color where its annotation asks for a brush.
        painter.setPen(QPen(colour, 1.5, style))  # type: ignore[call-overload]
        painter.drawLine(QPointF(x, _HEAD - 8), QPointF(x, self.height()))
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance(words)
        left = min(max(x - wide / 2, 0), self.width() - wide)
        painter.drawText(QPointF(left, metrics.ascent() + 1), words)
