"""A path in a field keeps its end in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from handfast.ui.widgets.fields.path_field import PathField, elided_path

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LONG = "/home/alice/projects/integration/partners/globex/2026/acme-client-keystore.p12"


@pytest.mark.parametrize("width", [60, 120, 200, 300, 420])
@pytest.mark.usefixtures("qapp")
def test_a_path_gives_up_its_folders_before_its_name(width: int) -> None:
    metrics = QFontMetrics(QFont())
    shown = elided_path(LONG, metrics, width)
    assert metrics.horizontalAdvance(shown) <= width
    assert "…" in shown
    name = "/acme-client-keystore.p12"
    if metrics.horizontalAdvance("…" + name) < width:
        assert shown.startswith(("/h", "…"))
        assert shown.endswith(name)
    else:
        # Of a name that is too long itself, both ends are in sight.
        assert shown.endswith("12")


@pytest.mark.usefixtures("qapp")
def test_a_path_that_fits_is_whole_and_cannot_deceive() -> None:
    metrics = QFontMetrics(QFont())
    assert elided_path("/a/b.p12", metrics, 400) == "/a/b.p12"
    assert elided_path("", metrics, 400) == ""
    assert "\u202e" not in elided_path("/a/\u202egpj.p12", metrics, 40)


def test_a_long_path_is_painted_with_its_name_until_it_is_typed_into(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field, other = PathField(title="Choose a File"), QLineEdit(window)
    lines = QVBoxLayout(window)
    lines.addWidget(field)
    lines.addWidget(other)
    window.resize(320, 90)
    window.show()
    qtbot.waitExposed(window)
    other.setFocus()
    pictures = {}
    for path in (LONG, LONG.replace("client", "server"), LONG.replace("/home", "/tmpx")):
        field.set_text(path)
        # Wherever the cursor is, which decides what Qt would show.
        field.line.setCursorPosition(0)
        pictures[path] = field.line.grab().toImage()
    # The name is in sight, and so is the beginning.
    first, name, folder = pictures.values()
    assert first != name
    assert first != folder
    window.activateWindow()
    field.line.setFocus()
    qtbot.waitUntil(field.line.hasFocus)
    assert field.line.grab().toImage() != folder
