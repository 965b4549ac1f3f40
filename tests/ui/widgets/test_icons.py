"""Icons in the colours of the palette, sharp at any resolution, and safe to hand about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QToolButton

from handfast.ui.widgets.icons import application_icon, icon, icon_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def palette(qapp: QApplication) -> Iterator[QPalette]:
    """A palette to change; the application's own comes back afterwards."""
    before = QPalette(qapp.palette())
    yield QPalette(before)
    qapp.setPalette(before)


def ink(image: QImage) -> list[QColor]:
    """The colours of what is drawn in full strength."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return [colour for colour in pixels if colour.alpha() > 240]


def drawn(name: str, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return icon(name).pixmap(QSize(64, 64), 1.0, mode).toImage()


@pytest.mark.parametrize("name", [name for name in icon_names() if name != "app"])
def test_each_is_drawn_within_its_bounds(qapp: QApplication, name: str) -> None:  # noqa: ARG001
    image = drawn(name)
    assert ink(image)
    edge = [
        image.pixelColor(x, y).alpha()
        for x in range(64)
        for y in range(64)
        if x in {0, 63} or y in {0, 63}
    ]
    assert max(edge) == 0


def test_a_name_that_is_none_is_an_error(qapp: QApplication) -> None:  # noqa: ARG001
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_it_is_sharp_on_a_fine_screen(qapp: QApplication) -> None:  # noqa: ARG001
    pixmap = icon("save").pixmap(QSize(24, 24), 2.0)
    assert pixmap.size() == QSize(48, 48)
    assert pixmap.devicePixelRatio() == 2.0
    # Drawn anew rather than enlarged: it has what the small one cannot hold.
    small = icon("save").pixmap(QSize(24, 24), 1.0).toImage()
    assert pixmap.toImage() != small.scaled(QSize(48, 48))


def test_it_follows_the_palette(qapp: QApplication, palette: QPalette, qtbot: QtBot) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icon("open"))
    button.setIconSize(QSize(64, 64))
    shades = []
    for window, text in (("white", "black"), ("black", "white")):
        palette.setColor(QPalette.ColorRole.Window, QColor(window))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(text))
        qapp.setPalette(palette)
        image = button.icon().pixmap(QSize(64, 64), 1.0).toImage()
        shades.append(max(colour.lightness() for colour in ink(image)))
    assert shades[0] < 80
    assert shades[1] > 180


def test_what_is_disabled_is_dimmer_and_a_state_has_its_colour(qapp: QApplication) -> None:
    disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    assert ink(drawn("save", QIcon.Mode.Disabled))[0].lightness() == disabled.lightness()
    assert ink(drawn("save"))[0].lightness() < disabled.lightness()
    error, plain = ink(drawn("error"))[0], ink(drawn("close"))[0]
    assert error.hslSaturation() > plain.hslSaturation() + 100


def test_a_copy_that_somebody_adds_to_stays_alive(qapp: QApplication) -> None:  # noqa: ARG001
    changed = QIcon(icon("lock"))
    changed.addPixmap(QPixmap(8, 8))
    assert ink(changed.pixmap(QSize(32, 32), 1.0).toImage())


def test_the_program_has_an_icon_at_every_size(qapp: QApplication) -> None:  # noqa: ARG001
    sizes = {size.width() for size in application_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes
    assert ink(application_icon().pixmap(QSize(16, 16), 1.0).toImage())
