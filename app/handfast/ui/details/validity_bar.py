"""A certificate's time drawn as a line, with today on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from handfast.core.language import tr
from handfast.services.describe.validity import (
    Validity,
    date_text,
    expiry_text,
    moment_text,
    validity_of,
)
from handfast.ui.widgets.style import GRID, blend, quiet_color, state_color
from handfast.ui.widgets.values import copy_text

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent

    from handfast.core.certificates.certificate import Certificate

_LINE = 6.0
#: The valid time takes at least this share of the width, however long ago it ended.
_LEAST_SHARE = 0.55
_STATES = {
    Validity.VALID: "ok",
    Validity.EXPIRING: "warning",
    Validity.EXPIRED: "error",
    Validity.NOT_YET_VALID: "warning",
}


class ValidityBar(QWidget):
    """From the first day to the last; what is left in color, and a mark for today."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start: datetime | None = None
        self._end: datetime | None = None
        self._today = datetime.now(UTC)
        self._state = Validity.UNKNOWN
        self.setAccessibleName(tr("Validity"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_certificate(
        self, certificate: Certificate, at: datetime | None = None, *, expiry_days: int
    ) -> None:
        """Draw a certificate's dates as seen from a moment (now)."""
        self._start, self._end = certificate.not_before, certificate.not_after
        self._today = at or datetime.now(UTC)
        self._state = validity_of(certificate, self._today, expiry_days=expiry_days)
        if self._start is None or self._end is None:
            self.setAccessibleDescription(tr("The dates of this certificate are unknown"))
        else:
            self.setAccessibleDescription(self._description(certificate, self._start, self._end))
            self.setToolTip(
                tr(
                    "From {start}\nUntil {end}",
                    start=moment_text(self._start),
                    end=moment_text(self._end),
                )
            )
        self.update()

    def _description(self, certificate: Certificate, start: datetime, end: datetime) -> str:
        words = expiry_text(certificate, self._today)
        first, last = date_text(start), date_text(end)
        if self._state in {Validity.VALID, Validity.EXPIRING}:
            return tr(
                "Valid from {start} until {end}, expires {when}", start=first, end=last, when=words
            )
        return tr("Valid from {start} until {end}, {state}", start=first, end=last, state=words)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """Copies each of its ends, or both; it deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._start is not None and self._end is not None:
            start, end = moment_text(self._start), moment_text(self._end)
            for words, text in (
                (tr("Copy &start"), start),
                (tr("Copy &end"), end),
                (tr("Copy &both"), f"{start} – {end}"),
            ):
                action = menu.addAction(words)
                action.triggered.connect(lambda _checked=False, text=text: copy_text(text))
        return menu

    def positions(self) -> tuple[float, float, float]:
        """Where start, end and today are, from 0 (left) to 1 (right)."""
        if self._start is None or self._end is None:
            return (0.0, 1.0, 0.5)
        length = max((self._end - self._start).total_seconds(), 1.0)
        after = (self._today - self._end).total_seconds()
        before = (self._start - self._today).total_seconds()
        most = 1 / _LEAST_SHARE - 1
        if after > 0:
            total = 1 + max(0.04, min(after / length, most))
            return (0.0, 1 / total, 1.0)
        if before > 0:
            total = 1 + max(0.04, min(before / length, most))
            return (1 - 1 / total, 1.0, 0.0)
        return (0.0, 1.0, (self._today - self._start).total_seconds() / length)

    # --- geometry and painting --------------------------------------------------------

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() * 0.9, 7))
        return font

    def sizeHint(self) -> QSize:
        text = QFontMetricsF(self._small()).height()
        return QSize(240, round(2 * text + _LINE + 2 * GRID))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._start is None or self._end is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small())
        metrics = QFontMetricsF(self._small())
        palette = self.palette()
        left, width = _LINE, self.width() - 2 * _LINE
        middle = metrics.height() + GRID + _LINE / 2
        start, end, today = (left + share * width for share in self.positions())
        self._paint_line(painter, middle, start, end, today)
        self._paint_today(painter, metrics, middle, today)
        painter.setPen(quiet_color(palette))
        baseline = middle + _LINE / 2 + GRID + metrics.ascent()
        first, last = date_text(self._start), date_text(self._end)
        first_at = max(0.0, start - _LINE)
        last_at = min(end + _LINE, float(self.width())) - metrics.horizontalAdvance(last)
        if last_at < first_at + metrics.horizontalAdvance(first) + 2 * GRID:
            # Where a short time is drawn narrow, its dates need more room than it has.
            if self.positions()[2] >= 1:
                first_at = 0.0
                last_at = metrics.horizontalAdvance(first) + 2 * GRID
            else:
                last_at = self.width() - metrics.horizontalAdvance(last)
                first_at = last_at - metrics.horizontalAdvance(first) - 2 * GRID
        painter.drawText(QPointF(first_at, baseline), first)
        painter.drawText(QPointF(last_at, baseline), last)
        painter.end()

    def _paint_line(
        self, painter: QPainter, middle: float, start: float, end: float, today: float
    ) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        track = blend(text, palette.color(QPalette.ColorRole.Window), 0.3)
        colour = state_color(_STATES.get(self._state, "ok"), palette)
        if self._state in (Validity.EXPIRED, Validity.NOT_YET_VALID):
            near = end if self._state is Validity.EXPIRED else start
            pen = QPen(colour, 2, Qt.PenStyle.DotLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(near, middle), QPointF(today, middle))
            self._bar(painter, middle, start, end, track)
            return
        # Rounded as a whole: what has passed is drawn over what is left.
        self._bar(painter, middle, start, end, colour)
        painter.save()
        painter.setClipRect(QRectF(0, 0, today, self.height()))
        self._bar(painter, middle, start, end, track)
        painter.restore()

    def _bar(
        self, painter: QPainter, middle: float, start: float, end: float, colour: QColor
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        bar = QRectF(start - _LINE / 2, middle - _LINE / 2, end - start + _LINE, _LINE)
        painter.drawRoundedRect(bar, _LINE / 2, _LINE / 2)

    def _paint_today(
        self, painter: QPainter, metrics: QFontMetricsF, middle: float, today: float
    ) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Window), 2))
        painter.setBrush(text)
        painter.drawEllipse(QPointF(today, middle), _LINE, _LINE)
        painter.setPen(text)
        word = tr("today")
        wide = metrics.horizontalAdvance(word)
        at = min(max(today - wide / 2, 0.0), self.width() - wide)
        painter.drawText(QPointF(at, metrics.ascent()), word)
