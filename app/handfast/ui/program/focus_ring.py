"""A ring around what has the keyboard, two pixels wide and in every palette seen.

The outline that Fusion draws is one pixel wide and, on a box or a table, hard to find. The ring is
Qt's own ``QFocusFrame``, which follows a widget wherever it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QProxyStyle,
    QStyle,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from handfast.ui.widgets.style import accent_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QStyleHintReturn, QStyleOption

RING_WIDTH_PX = 2
#: Where one types, the ring is there however one came; elsewhere only for the keyboard.
_TYPED_INTO = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_CHOSEN_IN = (QAbstractButton, QComboBox, QAbstractItemView, QTabBar)


class _Above(QProxyStyle):
    """Has the ring above all that is in the window or page, where no small parent cuts it off."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returned)


class _Ring(QFocusFrame):
    """What is drawn around the widget."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        parent = self.parentWidget()
        palette = parent.window().palette() if parent is not None else self.palette()
        painter.setPen(QPen(accent_color(palette), RING_WIDTH_PX))
        half = RING_WIDTH_PX / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 3, 3)
        painter.end()


class FocusRing(QObject):
    """Moves the ring to what has the keyboard; one for the application."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._ring: _Ring | None = None
        self._style = _Above()
        self._style.setParent(self)

    def move_to(self, now: QWidget | None) -> None:
        """Around this widget, if it is one that shows where the keyboard is."""
        wanted = now if now is not None and _has_ring(now) else None
        # It is deleted with the window that it is in.
        if self._ring is not None and not isValid(self._ring):
            self._ring = None
        if self._ring is None:
            if wanted is None:
                return
            self._ring = _Ring(wanted.window())
            self._ring.setObjectName("focusRing")
            self._ring.setStyle(self._style)
        # None takes it away, though the annotation of PySide does not say so.
        self._ring.setWidget(wanted)  # type: ignore[arg-type]
        if wanted is not None and not wanted.isVisible():
            # It follows its widget: once that is shown, it is too.
            self._ring.hide()


def _has_ring(widget: QWidget) -> bool:
    if isinstance(widget, _TYPED_INTO):
        return True
    by_keyboard = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    return by_keyboard and isinstance(widget, _CHOSEN_IN)
