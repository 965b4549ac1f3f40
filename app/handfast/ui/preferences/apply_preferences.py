"""What a preference changes in the window that is there, in the moment in which it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.network import allow_network, forbid_network
from handfast.services.describe.validity import set_expiry_days
from handfast.ui.preferences.preferences import EXPIRY, LOCK, NETWORK
from handfast.ui.program import idle_lock
from handfast.ui.program.recent_stores import set_keeps_recent
from handfast.ui.program.session import forget_splitter
from handfast.ui.store_tab.entry_tree import forget_columns

if TYPE_CHECKING:
    from handfast.ui.window.main_window import MainWindow


def choose_expiry(window: MainWindow, days: int) -> None:
    """Rows, details, findings and the start page judge by it at once."""
    window.settings.setValue(EXPIRY, days)
    set_expiry_days(days)
    for view in window.documents:
        view.tree.viewport().update()
        view.show_selected()
        view.check()
    window.refresh()


def choose_lock(window: MainWindow, minutes: int) -> None:
    """The time begins anew."""
    window.settings.setValue(LOCK, minutes)
    idle_lock.arm(window)


def choose_network(window: MainWindow, *, is_allowed: bool) -> None:
    """Refuse whatever asks for it, or no longer."""
    window.settings.setValue(NETWORK, is_allowed)
    if is_allowed:
        allow_network()
    else:
        forbid_network("Allow it in the preferences, under Security.")


def choose_recent(window: MainWindow, is_kept: bool) -> None:
    """List what is opened from now on, or nothing, and nothing of before either."""
    set_keeps_recent(window.settings, is_kept)
    window.refresh()


def clear_recent(window: MainWindow) -> None:
    """Forget which stores were opened; the files stay."""
    window.recent.clear()
    window.refresh()


def forget_layout(window: MainWindow) -> None:
    """Columns and the share of the details as at first, in the open tabs too."""
    for view in window.documents:
        view.tree.forget_columns()
        view.lay_out()
    forget_columns(window.settings)
    forget_splitter(window.settings)
