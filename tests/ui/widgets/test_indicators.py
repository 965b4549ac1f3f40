"""Boxes and circles that nobody has ticked can be seen, in light and in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QCheckBox, QStyleFactory, QTableView, QWidget

from handfast.ui.widgets.certificate_table import CertificateTable, CertificateTableModel
from handfast.ui.widgets.indicators import CheckBox, RadioButton
from handfast.ui.widgets.style import is_dark, state_color

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

DARK = (QColor(45, 45, 48), QColor(230, 230, 230), QColor(30, 30, 32))
LIGHT = (QColor(240, 240, 240), QColor(0, 0, 0), QColor(255, 255, 255))


def palette_of(colours: tuple[QColor, QColor, QColor]) -> QPalette:
    window, text, base = colours
    role = QPalette.ColorRole
    palette = QPalette(window)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(each, text)
    palette.setColor(role.Base, base)
    return palette


def dressed(widget: QWidget, colours: tuple[QColor, QColor, QColor]) -> QWidget:
    fusion = QStyleFactory.create("Fusion")
    fusion.setParent(widget)
    widget.setStyle(fusion)
    widget.setPalette(palette_of(colours))
    return widget


def luminance(colour: QColor) -> float:
    """As WCAG 2 defines it."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def most_contrast(image: QImage, window: QColor) -> float:
    return max(
        contrast(image.pixelColor(x, y), window)
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("kind", [CheckBox, RadioButton])
def test_an_empty_box_is_seen_on_a_dark_window(
    qtbot: QtBot, kind: type[CheckBox | RadioButton]
) -> None:
    box = dressed(kind(), DARK)
    qtbot.addWidget(box)
    assert most_contrast(box.grab().toImage(), DARK[0]) >= 3


def test_without_the_outline_it_would_not_be_seen(qtbot: QtBot) -> None:
    plain = dressed(QCheckBox(), DARK)
    qtbot.addWidget(plain)
    assert most_contrast(plain.grab().toImage(), DARK[0]) < 3


def test_on_a_light_window_a_box_is_what_the_style_draws(qtbot: QtBot) -> None:
    ours, plain = dressed(CheckBox(), LIGHT), dressed(QCheckBox(), LIGHT)
    qtbot.addWidget(ours)
    qtbot.addWidget(plain)
    assert ours.grab().toImage() == plain.grab().toImage()


class _Row:
    def texts(self) -> tuple[str, ...]:
        return ("",)

    def is_checked(self) -> bool:
        return False

    def state(self) -> str:
        return ""


@pytest.mark.parametrize("is_ours", [True, False])
def test_an_empty_box_in_a_table_is_seen_in_the_dark(qtbot: QtBot, *, is_ours: bool) -> None:
    model = CertificateTableModel(("Alias",))
    model.show_rows([_Row()])
    table: QTableView
    if is_ours:
        table = CertificateTable(model, widths=(0,))
    else:
        table = QTableView()
        table.setShowGrid(False)
        table.setModel(model)
    dressed(table, DARK)
    qtbot.addWidget(table)
    table.resize(200, 100)
    picture = table.viewport().grab().toImage()
    assert (most_contrast(picture, DARK[2]) >= 3) is is_ours


def test_what_is_disabled_takes_the_colours_of_its_window(qtbot: QtBot) -> None:
    palette = palette_of(DARK)
    palette.setColor(
        QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, QColor(20, 20, 20)
    )
    widget = QWidget()
    widget.setPalette(palette)
    widget.setEnabled(False)
    qtbot.addWidget(widget)
    assert is_dark(widget.palette())
    assert contrast(state_color("ok", widget.palette()), DARK[0]) >= 4.5
