"""What a preset chooses for our pair, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from handfast.core.language import tr, tr_count
from handfast.core.store import Strength
from handfast.ui.widgets.style import GRID, LABEL_WIDTH, TextLabel

if TYPE_CHECKING:
    from handfast.flows.setup.presets import Choice, Preset

_PURPOSES = {
    "client": tr("For TLS clients"),
    "server": tr("For TLS servers"),
    "both": tr("For TLS clients and servers"),
}


class Reasons(QWidget):
    """A line for each choice."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("setup.reasons")
        self._shown = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)

    def show_preset(self, preset: Preset) -> None:
        if self._shown == preset.id:
            return
        self._shown = preset.id
        self.setAccessibleName(tr("Suggestions for {title}", title=preset.title))
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for at, (choice, label, value) in enumerate(_choices(preset)):
            reason = TextLabel(preset.why(choice))
            reason.setContentsMargins(0, 0, 0, GRID)
            named = TextLabel(value, shade="plain")
            named.setAccessibleName(f"{label}: {value}")
            named.setObjectName(f"setup.reasons.{choice}")
            self._grid.addWidget(TextLabel(label), 2 * at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(named, 2 * at, 1)
            self._grid.addWidget(reason, 2 * at + 1, 1)


def _choices(preset: Preset) -> list[tuple[Choice, str, str]]:
    from handfast.services.exchange.generating import KEY_CHOICES

    years = preset.days // 365
    found: list[tuple[Choice, str, str]] = [
        ("key", tr("Key"), KEY_CHOICES[preset.key]),
        ("purpose", tr("Purpose"), _PURPOSES[preset.purpose]),
        ("days", tr("Valid for"), tr_count("{count} year", "{count} years", years)),
    ]
    if preset.recipe:
        # Of a program that nobody knows, the preferences say which format.
        found.append(("format", tr("Format"), preset.format.title))
    if preset.strength is Strength.COMPATIBLE:
        found.append(("strength", tr("Protection"), tr("Older, readable by Java 8")))
    return found
