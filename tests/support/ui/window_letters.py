"""The letters that Alt leads with to something in a window."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QCalendarWidget,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QTabBar,
    QToolBar,
    QWidget,
)

#: Parts of a widget, which are worked through the whole.
WHOLES = (QComboBox, QAbstractSpinBox, QLineEdit, QTabBar, QMenuBar, QHeaderView, QCalendarWidget)


def is_part(widget: QWidget, window: QWidget) -> bool:
    """Whether it belongs to another widget, or is Qt's own."""
    if isinstance(widget, QHeaderView) or widget.objectName().startswith("qt_"):
        return True
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, WHOLES):
            return True
        # Menu and tool bars have their actions in the menus.
        if isinstance(parent, QToolBar) and not isinstance(widget, QLineEdit):
            return True
        if isinstance(parent, QAbstractItemView):
            return True
        parent = parent.parentWidget()
    return False


def letters_of(window: QWidget) -> list[tuple[str, str]]:
    """Each letter that Alt leads with to something in the window, and to what."""
    parts = [
        each
        for each in [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
        if each.isVisible() and each.window() is window and not is_part(each, window)
        and (not isinstance(each, QLabel) or each.buddy() is not None)
    ]  # fmt: skip
    found = [(QKeySequence.mnemonic(each.text()).toString(), each.text()) for each in parts]
    return [(letter, text) for letter, text in found if letter]


def clashing_letters(window: QWidget) -> list[tuple[str, str]]:
    """Those that lead to two things, each with the text that it stands in."""
    letters = letters_of(window)
    taken = [letter for letter, _ in letters]
    return sorted(each for each in letters if taken.count(each[0]) > 1)
