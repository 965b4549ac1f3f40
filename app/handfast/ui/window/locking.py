"""Locking everything in the window that holds a secret, when asked to or after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from handfast.ui.program.idle_lock import IdleLock
from handfast.ui.widgets.lockable import Lockable
from handfast.ui.widgets.password_line import lock_lines

if TYPE_CHECKING:
    from handfast.ui.window.tabbed_window import TabbedWindow


def lock_everything(window: TabbedWindow, why: str) -> None:
    """Lock the tabs, the other windows, and every line in which a password was being typed."""
    for view in window.views:
        view.forget_secrets(why)
    for dialog in window.findChildren(QDialog):
        if isinstance(dialog, Lockable):
            dialog.forget_secrets(why)
        else:
            lock_lines(dialog, why)


def arm_idle_lock(window: TabbedWindow) -> None:
    """Begin or end to watch for idleness, as was chosen."""
    minutes = window.settings.lock_minutes
    found = window.findChild(IdleLock)
    if found is None:
        if not minutes:
            return
        found = IdleLock(lambda why: lock_everything(window, why), window)
    found.arm(minutes)
