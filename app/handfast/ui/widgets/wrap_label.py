"""Text that wraps anywhere it must, and never makes its window wider."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.style import fixed_font, grouped, marked, quiet_color, state_color

_LINE_SEPARATOR = "\u2028"
#: After these a name may break, before it has to break just anywhere.
_SEAMS = re.compile(r"(?<=[./\\@_+:;])(?=\S)|(?<=,)(?=[^\s\d])")
_WIDEST_HINT = 640


class WrapLabel(QLabel):
    """A label for names of any length.

    QLabel breaks lines between words only, so that one long host name would give the pane a
    scroll bar. With ``max_lines`` the last line is elided, and the whole is in the tool tip.
    """

    def __init__(
        self,
        text: str = "",
        *,
        shade: str = "plain",
        max_lines: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shade = shade
        self._max_lines = max_lines
        self._laid_out = -1.0
        self._layout = QTextLayout()
        self._height = 0.0
        self._used = 0.0
        self._is_elided = False
        # Layouts of Qt ask many times for the same few widths.
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._forget()

    def set_shade(self, shade: str) -> None:
        """``plain``, ``quiet``, ``error``, ``warning`` or ``ok``."""
        self._shade = shade
        self.update()

    def shown_text(self, _width: float) -> str:
        """The text as it is laid out in that width, with places to break at."""
        return _SEAMS.sub("\u200b", marked(self.text()))

    def used_width(self, width: int) -> int:
        """How much of a width the widest line takes."""
        self._lay_out(width)
        return min(width, round(self._used + 0.49))

    def _forget(self) -> None:
        self._laid_out = -1.0
        self._heights.clear()
        self.updateGeometry()

    # --- geometry ------------------------------------------------------------------

    def _lay_out(self, width: float) -> float:
        if width == self._laid_out:
            return self._height
        metrics = QFontMetricsF(self.font())
        text = self.shown_text(width).replace("\n", _LINE_SEPARATOR)
        layout = QTextLayout(text, self.font())
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        height = used = 0.0
        lines = 0
        self._is_elided = False
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0, height))
            height += max(line.height(), metrics.lineSpacing())
            used = max(used, line.naturalTextWidth())
            lines += 1
            if lines == self._max_lines:
                self._is_elided = line.textStart() + line.textLength() < len(text)
                break
        layout.endLayout()
        self._layout = layout
        self._laid_out = width
        self._used = width if self._is_elided else used
        self._height = max(height, metrics.lineSpacing())
        return self._height

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            margins = self.contentsMargins()
            inner = width - margins.left() - margins.right()
            height = round(self._lay_out(inner) + 0.49) + margins.top() + margins.bottom()
            self._heights[width] = height
        return self._heights[width]

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        widest = max(
            (metrics.horizontalAdvance(line) for line in self.text().split("\n")), default=0
        )
        width = int(min(widest + 2, _WIDEST_HINT))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(48, round(QFontMetricsF(self.font()).lineSpacing()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._forget()

    # --- painting ------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        area = self.contentsRect()
        self._lay_out(area.width())
        painter = QPainter(self)
        palette = self.palette()
        if self._shade == "plain":
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        elif self._shade == "quiet":
            painter.setPen(quiet_color(palette))
        else:
            painter.setPen(state_color(self._shade, palette))
        if not self._is_elided:
            self._layout.draw(painter, QPointF(area.topLeft()))
        else:
            self._paint_elided(painter, QPointF(area.topLeft()), area.width())
        painter.end()

    def _paint_elided(self, painter: QPainter, origin: QPointF, width: float) -> None:
        metrics = QFontMetricsF(self.font())
        painter.setFont(self.font())
        count = self._layout.lineCount()
        for index in range(count):
            line = self._layout.lineAt(index)
            if index < count - 1:
                line.draw(painter, origin)
                continue
            rest = self._layout.text()[line.textStart() :].replace(_LINE_SEPARATOR, " ")
            elided = metrics.elidedText(rest[:2000], Qt.TextElideMode.ElideRight, width)
            painter.drawText(origin + QPointF(0, line.y() + line.ascent()), elided)


class FingerprintLabel(WrapLabel):
    """A fingerprint in groups of four octets, as many to a line as evenly fit."""

    def __init__(self, hexadecimal: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._hexadecimal = hexadecimal
        self.setFont(fixed_font(self.font()))
        self.setText(grouped(hexadecimal, per_line=16))
        spoken = " ".join(hexadecimal[at : at + 2].upper() for at in range(0, len(hexadecimal), 2))
        self.setAccessibleName(tr("Fingerprint {digits}", digits=spoken))

    def shown_text(self, width: float) -> str:
        metrics = QFontMetricsF(self.font())
        for octets in (16, 8, 4):
            text = grouped(self._hexadecimal, per_line=octets)
            if metrics.horizontalAdvance(text.split("\n", 1)[0]) <= width:
                return text
        return grouped(self._hexadecimal, per_line=4)
