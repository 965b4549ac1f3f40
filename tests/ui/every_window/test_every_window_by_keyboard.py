"""Every window by the keyboard: all is reached, in the order of reading, and has a name."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from handfast.ui.wizards.steps import StepButton
from tests.support.ui.every_window import Tour, wait_until
from tests.support.ui.window_letters import clashing_letters, is_part

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.ui.window.main_window import MainWindow

WORKED_WITH = (
    QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit,
)  # fmt: skip
#: More stops than any window has, dates counted in parts.
MOST = 400


def worked_with(window: QWidget) -> list[QWidget]:
    return [
        each
        for each in window.findChildren(QWidget)
        if isinstance(each, WORKED_WITH)
        and each.isVisible()
        and each.isEnabled()
        and each.window() is window
        and each.width() > 1
        and not is_part(each, window)
    ]


def name_of(widget: QWidget) -> str:
    """What a screen reader says of it."""
    if isinstance(widget, QComboBox):
        # On X11 the name of a box is what is chosen in it; what it is for is its label.
        labels = [each for each in widget.window().findChildren(QLabel) if each.buddy() is widget]
        return widget.accessibleName() or "".join(each.text() for each in labels)
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface is not None else ""


def chain(window: QWidget) -> list[QWidget]:
    """What Tab goes through, in its order, each once."""
    window.activateWindow()
    wait_until(window.isActiveWindow)
    found: list[QWidget] = []
    for _ in range(MOST):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        at = window.focusWidget()
        if at is None or at in found[:-1]:
            return found
        # A field for a date takes Tab itself, from day to month to year.
        if not found or at is not found[-1]:
            found.append(at)
    raise AssertionError(f"Tab never comes back: {[called(each) for each in found]}")


def place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def called(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.objectName()} {text}".strip()


def jumps_back(window: QWidget) -> list[str]:
    """Where Tab goes up again without going to the next column."""
    # What is scrolled out of sight has no place to go by.
    order = [
        each
        for each in chain(window)
        if isinstance(each, WORKED_WITH)
        and not is_part(each, window)
        and not each.visibleRegion().isEmpty()
    ]
    # The round ends with the steps at the side, which are for jumping back.
    order = [each for each in order if not isinstance(each, StepButton)]
    found = []
    for before, after in itertools.pairwise([*order, *order[:1]]):
        one, other = place(before, window), place(after, window)
        is_above = other.bottom() <= one.top()
        if is_above and other.left() < one.right() - 8:
            found.append(f"{called(before)} -> {called(after)}")
    # It is a ring: once it begins again.
    return found if len(found) > 1 else []


def faults_of(window: QWidget) -> list[str]:
    found = []
    for each in worked_with(window):
        if not name_of(each).strip():
            found.append(f"{called(each)} has no name")
        is_reached = bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        group = each.group() if isinstance(each, QAbstractButton) else None
        if not is_reached and group is None:
            found.append(f"{called(each)} is not reached by Tab")
    reached = set(chain(window))
    for each in worked_with(window):
        is_stop = each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
        is_one_of_few = isinstance(each, QAbstractButton) and each.group() is not None
        if is_stop and not is_one_of_few and each not in reached:
            found.append(f"Tab never comes to {called(each)}")
    return found + [f"back: {each}" for each in jumps_back(window)]


def test_everything_is_reached_in_order_and_has_a_name(window: MainWindow, tmp_path: Path) -> None:
    faults = []
    for state, top in Tour(window, tmp_path).states():
        if not isinstance(top, QFileDialog):
            faults += [f"{state}: {each}" for each in faults_of(top)]
    assert not faults, "\n".join(faults)


def test_no_letter_leads_to_two_things(window: MainWindow, tmp_path: Path) -> None:
    wrong = {}
    for name, shown in Tour(window, tmp_path).states():
        if isinstance(shown, QFileDialog):
            continue
        if twice := clashing_letters(shown):
            wrong[name] = twice
    assert not wrong, "\n".join(f"{name}: {twice}" for name, twice in wrong.items())
