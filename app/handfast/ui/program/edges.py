"""Edges and hints that can be seen: three to one for the outline of an input, 4.5 for a hint.

Qt's Fusion, which Linux gets, draws the outline of every input as a shade of the window: light
gray on a light window, nearly black on a dark one, and black on black in a palette of high
contrast. It takes that shade from the widget's own *Window* color, which an input uses for nothing
else. So inputs get one from which a visible outline results. (WCAG 2.2, 1.4.3 and 1.4.11.)
"""

from __future__ import annotations

import sys
from typing import Any, cast

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from handfast.ui.widgets.style import blend, contrast

#: Classes, with their subclasses, whose outline tells where an input is.
_INPUTS = (
    "QLineEdit", "QComboBox", "QAbstractSpinBox", "QPlainTextEdit", "QTextEdit", "QCheckBox",
    "QRadioButton", "QAbstractItemView",
)  # fmt: skip
#: Fusion draws some outlines up to 10 % lighter than the shade that it takes.
_EDGE_CONTRAST = 3.8
_TEXT_CONTRAST = 4.5
#: Fusion's outline is ``QColor.darker(140)`` of the window.
_DARKENED = 1.4
#: Beyond this a window is as good as black or white, and buttons have no shade of their own.
_IS_EXTREME = 20.5
_GROUPS = (
    QPalette.ColorGroup.Active,
    QPalette.ColorGroup.Inactive,
    QPalette.ColorGroup.Disabled,
)


def show_edges() -> None:
    """Give the inputs their palette; to be called again when the application's changes."""
    if sys.platform in {"win32", "darwin"}:
        # Their styles draw outlines of their own.
        return
    base = QApplication.palette()
    inputs = palette_of_inputs(base)
    for name in _INPUTS:
        QApplication.setPalette(inputs, cast("Any", name))
    active, role = QPalette.ColorGroup.Active, QPalette.ColorRole
    window, text = base.color(active, role.Window), base.color(active, role.WindowText)
    is_extreme = contrast(window, text) > _IS_EXTREME and contrast(
        window, base.color(active, role.Button)
    ) < 1.1  # fmt: skip
    # Inside of inputs, and not one of them. Set apart, or it would have that of what it is in.
    for name, palette in (("QScrollBar", base), ("QPushButton", inputs if is_extreme else base)):
        own = QPalette(palette)
        own.setColor(role.Shadow, own.color(role.Shadow))
        QApplication.setPalette(own, cast("Any", name))


def show_lost_edges() -> None:
    """Show them again if Qt has dropped the palettes of the inputs since they were given."""
    window = QPalette.ColorRole.Window
    of_inputs = QApplication.palette(cast("Any", _INPUTS[0]))
    if of_inputs.color(window) == QApplication.palette().color(window):
        show_edges()


def palette_of_inputs(base: QPalette) -> QPalette:
    """The palette of the application, with what inputs need to be seen."""
    palette, role = QPalette(base), QPalette.ColorRole
    for group in _GROUPS:
        is_off = group is QPalette.ColorGroup.Disabled
        window, ground = base.color(group, role.Window), base.color(group, role.Base)
        text = base.color(group, role.WindowText)
        # What is disabled need not be seen as well, but must not look like what can be used.
        wanted = 2.0 if is_off else _EDGE_CONTRAST
        edge = _between(text, window, (window, ground), wanted)
        palette.setColor(group, role.Window, _lighter(edge))
        if is_off:
            continue
        hint = base.color(group, role.PlaceholderText)
        if hint.alpha() < 255 or contrast(hint, ground) < _TEXT_CONTRAST:
            written = base.color(group, role.Text)
            hint = _between(written, ground, (ground,), _TEXT_CONTRAST + 0.5)
            palette.setColor(group, role.PlaceholderText, hint)
    return palette


def _between(front: QColor, back: QColor, grounds: tuple[QColor, ...], wanted: float) -> QColor:
    """The faintest mixture that has the wanted contrast to all grounds, else the front itself."""
    for percent in range(10, 100, 2):
        mixed = blend(front, back, percent / 100)
        if all(contrast(mixed, ground) >= wanted for ground in grounds):
            return mixed
    return front


def _lighter(edge: QColor) -> QColor:
    """What Fusion darkens to that edge; not beyond white."""
    parts = (edge.redF(), edge.greenF(), edge.blueF())
    red, green, blue = (min(1.0, part * _DARKENED) for part in parts)
    return QColor.fromRgbF(red, green, blue)
