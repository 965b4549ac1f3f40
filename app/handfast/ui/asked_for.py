"""What is rarely asked for, and loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.ui.main_window import MainWindow


def show_preferences(window: MainWindow) -> None:
    from handfast.ui.preferences_window import PreferencesWindow

    PreferencesWindow(window).open()


def copy_diagnostics() -> None:
    from handfast.ui.diagnostics import copy_diagnostics as copy

    copy()
