"""What is rarely asked for, and loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.ui.main_window import MainWindow


def show_preferences(window: MainWindow) -> None:
    from handfast.ui.preferences_window import PreferencesWindow

    PreferencesWindow(window).open()


def lock_stores(window: MainWindow) -> None:
    from handfast.ui.idle_lock import lock_all

    lock_all(window, "You locked it.")


def after_start(window: MainWindow) -> None:
    """What was chosen for a window that stands a while already; nothing of it is in a hurry."""
    from handfast.ui.preferences import allows_network, lock_minutes

    if lock_minutes(window.settings):
        from handfast.ui.idle_lock import arm

        arm(window)
    if not allows_network(window.settings):
        from handfast.ui.taking_effect import choose_network

        choose_network(window, is_allowed=False)


def copy_diagnostics() -> None:
    from handfast.ui.diagnostics import copy_diagnostics as copy

    copy()
