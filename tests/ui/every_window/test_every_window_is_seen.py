"""Every text has 4.5:1 on its ground, and every edge of an input 3:1, in all palettes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from handfast.ui.program.theme import palette_of
from handfast.ui.widgets.style import contrast
from tests.support.ui.every_window import Tour, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

ROLE = QPalette.ColorRole
INPUTS = (QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QCheckBox, QRadioButton)


def high_contrast() -> QPalette:
    """White and yellow on black, as desktops call it."""
    palette = QPalette(QColor("black"))
    for role, colour in (
        (ROLE.WindowText, "white"), (ROLE.Text, "white"), (ROLE.ButtonText, "white"),
        (ROLE.Base, "black"), (ROLE.AlternateBase, "black"), (ROLE.Button, "black"),
        (ROLE.Highlight, "yellow"), (ROLE.HighlightedText, "black"), (ROLE.Link, "cyan"),
    ):  # fmt: skip
        palette.setColor(role, QColor(colour))
    return palette


PALETTES = {
    "of the style": QPalette,
    "light": lambda: palette_of(dark=False),
    "dark": lambda: palette_of(dark=True),
    "high contrast": high_contrast,
}


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setPalette(QPalette())


def seen_part(widget: QWidget, window: QWidget, *, beyond: int = 0) -> QRect:
    """What of a widget is in sight, in the coordinates of its window."""
    area = widget.visibleRegion().boundingRect().translated(widget.mapTo(window, QPoint(0, 0)))
    return area.adjusted(-beyond, -beyond, beyond, beyond) if not area.isEmpty() else area


def best_contrast(picture: QImage, area: QRect) -> float:
    """Between what covers most of a part of a picture, and what stands out most from it."""
    part = picture.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(part.constBits()).cast("I"))
    if not counted:
        return 21.0
    ground = QColor.fromRgb(counted.most_common(1)[0][0])
    return max(contrast(QColor.fromRgb(each), ground) for each in counted)


def edge_contrast(picture: QImage, widget: QWidget, area: QRect, ground: QColor) -> float:
    """Of the best line of pixels along the upper or the left edge of a widget."""
    if isinstance(widget, (QCheckBox, QRadioButton)):
        # The mark is somewhere near the left end; of the text, which is there too, nothing.
        mark = QRect(area.left(), area.top(), min(area.width(), 17), area.height())
        return best_contrast(picture, mark)
    x = area.left() + area.width() // 2
    rows = range(max(area.top() - 1, 0), min(area.top() + 4, picture.height()))
    return max((contrast(picture.pixelColor(x, y), ground) for y in rows), default=21.0)


def faults_of(window: QWidget) -> list[str]:
    """What of a window can hardly be seen."""
    picture = window.grab().toImage()
    scale = picture.devicePixelRatio()
    assert scale == 1.0
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or widget.window() is not window:
            continue
        called = f"{type(widget).__name__} {widget.objectName()}"
        area = seen_part(widget, window)
        if area.height() < 8 or area.width() < 8:
            continue
        if isinstance(widget, (QLabel, QPushButton)) and len(widget.text().strip()) > 1:
            got = best_contrast(picture, area.adjusted(3, 3, -3, -3))
            if got < 4.5:
                found.append(f"{called} {widget.text()[:30]!r}: {got:.1f}")
        if isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
            hint = widget.palette().color(ROLE.PlaceholderText)
            got = contrast(hint, widget.palette().color(ROLE.Base))
            if hint.alpha() < 255 or got < 4.5:
                found.append(f"{called}, placeholder: {got:.1f}")
        if isinstance(widget, INPUTS) and not isinstance(
            widget.parentWidget(), (QComboBox, QAbstractSpinBox)
        ):
            behind = widget.parentWidget() or window
            ground = behind.palette().color(ROLE.Window)
            got = edge_contrast(picture, widget, area, ground)
            if got < 3:
                found.append(f"{called}, edge: {got:.1f}")
    return found


@pytest.mark.parametrize("name", PALETTES)
def test_everything_is_seen(
    qapp: QApplication, window: MainWindow, tmp_path: Path, name: str
) -> None:
    # From another one: what is set again as it is changes nothing, and nobody is told.
    qapp.setPalette(QPalette(QColor("gray")))
    qapp.setPalette(PALETTES[name]())
    settle()
    faults = {}
    for state, top in Tour(window, tmp_path).states():
        if not isinstance(top, QFileDialog) and (found := faults_of(top)):
            faults[state] = found
    assert faults == {}


@pytest.mark.parametrize("name", PALETTES)
def test_the_ring_around_what_has_the_keyboard_is_seen(
    qapp: QApplication, window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    qapp.setPalette(PALETTES[name]())
    for state, top in Tour(window, tmp_path).states():
        if state != "New":
            continue
        top.activateWindow()
        qtbot.waitUntil(top.isActiveWindow)
        for _ in range(4):
            qtbot.keyClick(QApplication.focusWidget() or top, Qt.Key.Key_Tab)
            settle()
            target = QApplication.focusWidget()
            assert target is not None
            ring = next(each for each in top.findChildren(QWidget, "focusRing"))
            assert ring.isVisible()
            around = QRect(target.mapTo(top, QPoint(0, 0)), target.size())
            picture = top.grab().toImage()
            ground = top.palette().color(ROLE.Window)
            for beyond in (1, 2):
                colour = picture.pixelColor(around.center().x(), around.top() - beyond)
                assert contrast(colour, ground) >= 3, (state, target.objectName(), beyond)
        return
    raise AssertionError("the dialog was not on the tour")
