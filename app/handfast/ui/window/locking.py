"""Locking everything in the window that holds a secret, when asked to or after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from handfast.core.language import tr
from handfast.documents.document import LockScope
from handfast.ui.program.idle_lock import IdleLock
from handfast.ui.widgets.secrets.lockable import Lockable
from handfast.ui.widgets.secrets.password_line import lock_lines
from handfast.ui.window.entry_clipboard import EntryClipboard

if TYPE_CHECKING:
    from handfast.ui.window.tabbed_window import TabbedWindow


def lock_everything(window: TabbedWindow, why: str) -> None:
    """Lock the tabs, the other windows, and every line in which a password was being typed."""
    # Each tab puts away what it holds in a thread of its own.
    with window.jobs.one_by_one():
        for view in window.views:
            view.forget_secrets(why)
    for held in window.findChildren(EntryClipboard):
        held.forget_secrets(why)
    for dialog in window.findChildren(QDialog):
        if isinstance(dialog, Lockable):
            dialog.forget_secrets(why)
        else:
            lock_lines(dialog, why)
    # Keys that are locked in a keystore that stays open leave the memory as well.
    window.collect_soon()


def lock_at_once(window: TabbedWindow) -> None:
    """Lock everything because a person wants it; what stays open in front of them says why."""
    view = window.current()
    scope = view.document.lock_scope if view is not None else LockScope.EVERYTHING
    lock_everything(window, tr("You locked the keystores."))
    words = _reason(scope)
    if view is not None and words:
        view.tell_notice(words)


def _reason(scope: LockScope) -> str:
    """Why a keystore is still open after it was to be locked; empty where it is not open."""
    if scope is LockScope.OWN_KEYS:
        return tr(
            "The keys with their own passwords are locked. The rest stays open, because "
            "anyone can open this keystore."
        )
    if scope is LockScope.NO_PASSWORD:
        return tr("There is nothing to lock: this keystore was opened without a password.")
    if scope is LockScope.WELL_KNOWN_PASSWORD:
        return tr(
            "There is nothing to lock: the password of this keystore is well known. Choose "
            "Keystore > Change Password first."
        )
    if scope is LockScope.SAVING:
        return tr("This keystore is being saved. Lock it once that is done.")
    return ""


def arm_idle_lock(window: TabbedWindow) -> None:
    """Begin or end to watch for idleness, as was chosen."""
    minutes = window.settings.lock_minutes
    found = window.findChild(IdleLock)
    if found is None:
        if not minutes:
            return
        found = IdleLock(lambda why: lock_everything(window, why), window)
    found.arm(minutes)
