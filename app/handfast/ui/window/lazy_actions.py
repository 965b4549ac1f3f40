"""What is rarely asked for, and loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.program.wait_for_preload import once_loaded

if TYPE_CHECKING:
    from handfast.ui.window.main_window import MainWindow


@once_loaded
def show_preferences(window: MainWindow) -> None:
    from handfast.ui.preferences.preferences_window import PreferencesWindow

    PreferencesWindow(window).open()


def lock_stores(window: MainWindow) -> None:
    from handfast.ui.program.idle_lock import lock_all

    lock_all(window, "You locked it.")


def after_start(window: MainWindow) -> None:
    """What was chosen for a window that stands a while already; nothing of it is in a hurry."""
    from handfast.ui.preferences.preferences import allows_network, lock_minutes

    if lock_minutes(window.settings):
        from handfast.ui.program.idle_lock import arm

        arm(window)
    if not allows_network(window.settings):
        from handfast.ui.preferences.apply_preferences import choose_network

        choose_network(window, is_allowed=False)
    from handfast.ui.help.whats_this import explain_window

    # For Shift+F1 in the rows, the details and the rest, of later tabs too.
    explain_window(window)
    window.documents_changed.connect(lambda: explain_window(window))
    from handfast.ui.program.preload import load_when_idle

    load_when_idle(window)


def copy_diagnostics() -> None:
    from handfast.ui.program.diagnostics import copy_diagnostics as copy

    copy()


def show_guide(window: MainWindow) -> None:
    from handfast.ui.help.guide_window import show_guide as show

    show(window)


def ask_what_this_is(window: MainWindow) -> None:
    """After it, a click on something explains it."""
    from PySide6.QtWidgets import QWhatsThis

    from handfast.ui.help.whats_this import explain_window

    explain_window(window)
    QWhatsThis.enterWhatsThisMode()
