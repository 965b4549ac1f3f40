"""Measures, quiet text and the marks of a state, taken from the palette of the moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPalette, QPen
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from handfast.core.visible_text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The grid that every distance is a multiple of, in device-independent pixels.
GRID = 8
#: Width of the column of field names, so that all pages of all wizards align.
LABEL_WIDTH = 160
#: A line of text wider than this is hard to read, and a field wider than this looks lost.
FIELD_WIDTH = 448


def is_dark(palette: QPalette) -> bool:
    """Whether the window is darker than its text."""
    # Of the active group: the text of what is disabled may be darker than a dark window.
    group, role = QPalette.ColorGroup.Active, QPalette.ColorRole
    return (
        palette.color(group, role.Window).lightness()
        < palette.color(group, role.WindowText).lightness()
    )


def blend(front: QColor, back: QColor, share: float) -> QColor:
    """``share`` of the front color over the back one."""
    return QColor.fromRgbF(
        front.redF() * share + back.redF() * (1 - share),
        front.greenF() * share + back.greenF() * (1 - share),
        front.blueF() * share + back.blueF() * (1 - share),
    )


def luminance(colour: QColor) -> float:
    """Relative luminance between 0 and 1, as WCAG 2 defines it."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """Between 1, for none, and 21, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


#: Of a line or an edge that tells something, against what it is on (WCAG 1.4.11).
_EDGE_CONTRAST = 3.0


def accent_color(
    palette: QPalette, *grounds: QPalette.ColorRole, among: Sequence[QPalette.ColorRole] = ()
) -> QColor:
    """The accent, where a line of it can be seen on the window; else what texts are written in.

    It is seen on all of ``grounds`` too; ``among`` gives roles to try after the accent.
    """
    active, role = QPalette.ColorGroup.Active, QPalette.ColorRole
    behind = [palette.color(active, each) for each in (role.Window, *grounds)]
    for each in (role.Highlight, *among):
        found = palette.color(active, each)
        if all(contrast(found, ground) >= _EDGE_CONTRAST for ground in behind):
            return found
    return palette.color(active, role.WindowText)


def quiet_color(palette: QPalette) -> QColor:
    """For text that helps but must not shout; still 4.5:1 against the window."""
    active = QPalette.ColorGroup.Active
    text = palette.color(active, QPalette.ColorRole.WindowText)
    return blend(text, palette.color(active, QPalette.ColorRole.Window), 0.68)


def state_color(state: str, palette: QPalette) -> QColor:
    """The color of ``error``, ``warning`` or ``ok``, readable on a light or a dark window."""
    hue = {"error": 4, "warning": 34, "ok": 142}[state]
    if is_dark(palette):
        return QColor.fromHsl(hue, 190, 172)
    return QColor.fromHsl(hue, 235, {"error": 92, "warning": 66, "ok": 58}[state])


def heading_font(font: QFont, *, larger_by: float = 5) -> QFont:
    """A size for a heading, relative to the person's own font."""
    font = QFont(font)
    font.setPointSizeF(max(font.pointSizeF(), 8) + larger_by)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def fixed_font(like: QFont, *, scale: float = 1.0) -> QFont:
    """The system's monospaced font, in the size of another."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(max(like.pointSizeF(), 8) * scale)
    return font


#: Nobody sees it, and no tag or entity begins with it.
_NOTHING = "\u200b"
_LAYOUT = frozenset("\n\t\u200b\u2028")


#: Of a line in a tool tip.
_MAX_TIP_CHARS = 120


def _broken(line: str) -> str:
    """A line in pieces, at blanks where there are some; nothing of it is lost."""
    pieces = []
    while len(line) > _MAX_TIP_CHARS:
        at = line.rfind(" ", 1, _MAX_TIP_CHARS) + 1 or _MAX_TIP_CHARS
        pieces.append(line[:at])
        line = line[at:]
    return "\n".join([*pieces, line])


def plain(text: str) -> str:
    """The text, written so that Qt takes it for plain text; to the eye it is the same.

    An alias such as ``x<img src="/some/path">`` in a tool tip makes Qt read that file when the
    pointer rests on it. Labels have the format *plain text*; tool tips have no format to set, and
    do not wrap: a line that is wider than a screen is broken here.
    """
    if any(len(line) > _MAX_TIP_CHARS for line in text.split("\n")):
        text = "\n".join(_broken(line) for line in text.split("\n"))
    if not GuiQt.mightBeRichText(text):
        return text
    return text.replace("<", f"<{_NOTHING}").replace("&", f"&{_NOTHING}")


def marked(text: str) -> str:
    """A text of several lines, with what deceives the eye in it spelled out.

    Ends of lines and places to break at stay: the program sets them itself.
    """
    if text.isprintable():
        return text
    return "".join(each if each in _LAYOUT else visible(each) for each in text)


def breakable(text: str) -> str:
    """The text with places to break in words too long for a line, such as paths and names."""

    def split(match: re.Match[str]) -> str:
        word = re.sub(r"([/\\,:;.=-])", "\\1\u200b", match[0])
        return re.sub(r"([^\u200b]{24})", "\\1\u200b", word)

    return re.sub(r"\S{25,}", split, marked(text))


def grouped(hexadecimal: str, *, per_line: int = 8) -> str:
    """``AB CD EF 01   23 45 67 89``: what the eye keeps its place in while reading aloud."""
    pairs = [hexadecimal[at : at + 2].upper() for at in range(0, len(hexadecimal), 2)]
    groups = [" ".join(pairs[at : at + 4]) for at in range(0, len(pairs), 4)]
    across = max(1, per_line // 4)
    lines = ["   ".join(groups[at : at + across]) for at in range(0, len(groups), across)]
    return "\n".join(lines)


class TextLabel(QLabel):
    """A label that wraps, and follows the palette in its own shade."""

    def __init__(
        self, text: str = "", *, shade: str = "quiet", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shade = shade
        self._recolouring = False
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        # Said again, because a new policy forgets what wrapping had set.
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)
        self._recolour()

    def sizeHint(self) -> QSize:
        # QLabel asks for half the width and twice the height, which leaves a gap beneath.
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2
        width = min(max(wide, GRID), FIELD_WIDTH)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * GRID, self.fontMetrics().height())

    def set_shade(self, shade: str) -> None:
        """``plain``, ``quiet``, ``error``, ``warning`` or ``ok``."""
        if shade != self._shade:
            self._shade = shade
            self._recolour()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange}:
            self._recolour()

    def _recolour(self) -> None:
        if self._recolouring:
            return
        self._recolouring = True
        # The parent's palette, because our own holds the color that was set last.
        parent = self.parentWidget()
        base = parent.palette() if parent is not None else QPalette()
        palette = QPalette()
        if self._shade != "plain":
            colour = quiet_color(base) if self._shade == "quiet" else state_color(self._shade, base)
            palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)
        self._recolouring = False


class StateMark(QWidget):
    """A small sign whose shape, not only its color, tells the state."""

    def __init__(self, state: str = "", *, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setFixedSize(size, size)

    @property
    def state(self) -> str:
        return self._state

    def set_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.update()

    def paintEvent(self, _event: object) -> None:
        if self._state:
            painter = QPainter(self)
            paint_mark(painter, QRectF(self.rect()), self._state, self.palette())
            painter.end()


def paint_mark(painter: QPainter, area: QRectF, state: str, palette: QPalette) -> None:
    """A cross in a disc, an exclamation mark in a triangle, or a tick in a disc."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(state_color(state, palette))
    size = min(area.width(), area.height())
    centre = area.center()
    inner = palette.color(QPalette.ColorRole.Window)
    pen = QPen(inner, max(1.5, size / 9), c=Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    unit = size / 16

    def at(x: float, y: float) -> QPointF:
        return QPointF(centre.x() + x * unit, centre.y() + y * unit)

    if state == "warning":
        painter.setPen(
            QPen(
                state_color(state, palette),
                2 * unit,
                c=Qt.PenCapStyle.RoundCap,
                j=Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.drawPolygon([at(0, -6), at(6.6, 5.6), at(-6.6, 5.6)])
        painter.setPen(pen)
        painter.drawLine(at(0, -2.6), at(0, 1.4))
        painter.drawPoint(at(0, 4.1))
        return
    painter.drawEllipse(centre, 7 * unit, 7 * unit)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == "ok":
        painter.drawPolyline([at(-3.2, 0.2), at(-0.9, 2.6), at(3.4, -2.4)])
    else:
        painter.drawLine(at(-2.6, -2.6), at(2.6, 2.6))
        painter.drawLine(at(-2.6, 2.6), at(2.6, -2.6))
