"""The preferences: each takes effect as it is chosen, and none waits for an OK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
)

from handfast.formats.registry import capabilities
from handfast.ui.preferences import (
    BACKUP,
    FORMAT,
    STRENGTH,
    makes_backup,
    new_format,
    new_strength,
)
from handfast.ui.session import restores, set_restores
from handfast.ui.store_dialog import STRENGTHS
from handfast.ui.theme import Appearance, choose_appearance, stored_appearance

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.ui.main_window import MainWindow

_APPEARANCES = (
    ("As the system", Appearance.SYSTEM),
    ("Light", Appearance.LIGHT),
    ("Dark", Appearance.DARK),
)


class PreferencesWindow(QDialog):
    """Over the main window; what is chosen is in effect at once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName("preferences")
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        settings = window.settings
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(12)
        self._choice("appearance", "&Appearance:", list(_APPEARANCES), stored_appearance(settings),
                     lambda chosen: choose_appearance(settings, chosen))  # fmt: skip
        formats = [(each.format.title, each.format) for each in capabilities() if each.can_write]
        self._choice("format", "&Format of new stores:", formats, new_format(settings),
                     lambda chosen: settings.setValue(FORMAT, chosen.name))  # fmt: skip
        self._choice("strength", "&Protection of new stores:", list(STRENGTHS),
                     new_strength(settings),
                     lambda chosen: settings.setValue(STRENGTH, chosen.name))  # fmt: skip
        self._tick("backup", "&Keep the version before as .bak when saving",
                   makes_backup(settings), lambda on: settings.setValue(BACKUP, on))  # fmt: skip
        self._tick("restore", "&Open the tabs of the last time; off forgets them",
                   restores(settings), lambda on: set_restores(settings, on))  # fmt: skip
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(24)
        layout.addLayout(self._form)
        layout.addWidget(buttons)

    def _choice(
        self,
        name: str,
        label: str,
        choices: list[tuple[str, Any]],
        now: object,
        choose: Callable[[Any], object],
    ) -> None:
        box = QComboBox(self)
        box.setObjectName(f"preferences.{name}")
        for text, _value in choices:
            box.addItem(text)
        values = [value for _text, value in choices]
        box.setCurrentIndex(values.index(now) if now in values else 0)
        box.currentIndexChanged.connect(lambda index: choose(values[index]))
        self._form.addRow(label, box)

    def _tick(self, name: str, text: str, now: bool, choose: Callable[[bool], object]) -> None:
        box = QCheckBox(text, self)
        box.setObjectName(f"preferences.{name}")
        box.setChecked(now)
        box.toggled.connect(choose)
        self._form.addRow("", box)
