"""What is rarely asked for, and loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.program.settings import CLIPBOARD_SECONDS
from handfast.ui.program.wait_for_preload import once_loaded

if TYPE_CHECKING:
    from handfast.ui.window.tabbed_window import TabbedWindow


@once_loaded
def show_preferences(window: TabbedWindow) -> None:
    from handfast.ui.preferences.preferences_window import PreferencesWindow
    from handfast.ui.window.preference_effects import PreferenceEffects

    effects = PreferenceEffects(window)
    PreferencesWindow(window.settings, effects, window.jobs, window).open()


def lock_stores(window: TabbedWindow) -> None:
    from handfast.ui.window.locking import lock_at_once

    lock_at_once(window)


def after_start(window: TabbedWindow) -> None:
    """What was chosen for a window that stands a while already; nothing of it is in a hurry."""
    if window.settings.lock_minutes:
        from handfast.ui.window.locking import arm_idle_lock

        arm_idle_lock(window)
    if window.settings.clipboard_seconds != CLIPBOARD_SECONDS:
        from handfast.ui.widgets.secrets.secret_clipboard import keep_secrets_for

        keep_secrets_for(window.settings.clipboard_seconds)
    from handfast.ui.widgets.whats_this import explain_window

    # For Shift+F1 in the rows, the details and the rest, of later tabs too.
    explain_window(window)
    window.view_added.connect(lambda _view: explain_window(window))
    from handfast.ui.window.loaded_ahead import preload_for

    preload_for(window).start_when_idle()


def copy_diagnostics() -> None:
    from handfast.ui.program.diagnostics import copy_diagnostics as copy

    copy()


def show_guide(window: TabbedWindow) -> None:
    from handfast.ui.help.guide_window import show_guide as show

    show(window)


def show_about(window: TabbedWindow) -> None:
    from handfast.ui.dialogs.about import about_box

    about_box(window, window.jobs).open()


def ask_what_this_is(window: TabbedWindow) -> None:
    """After it, a click on something explains it."""
    from PySide6.QtWidgets import QWhatsThis

    from handfast.ui.widgets.whats_this import explain_window

    explain_window(window)
    QWhatsThis.enterWhatsThisMode()
