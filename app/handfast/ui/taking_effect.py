"""What a preference changes in the window that is there, in the moment in which it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.network import allow_network, forbid_network
from handfast.services.validity import set_expiry_days
from handfast.ui import idle_lock
from handfast.ui.preferences import EXPIRY, LOCK, NETWORK

if TYPE_CHECKING:
    from handfast.ui.main_window import MainWindow


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
