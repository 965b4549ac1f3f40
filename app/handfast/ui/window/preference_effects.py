"""What a preference changes in the window that is open, at the moment it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.widgets.secrets.secret_clipboard import keep_secrets_for
from handfast.ui.window.locking import arm_idle_lock

if TYPE_CHECKING:
    from handfast.ui.window.tabbed_window import TabbedWindow


class PreferenceEffects:
    """The window, as the preferences see it; each setting is kept already when this is called."""

    def __init__(self, window: TabbedWindow) -> None:
        self._window = window

    def expiry_chosen(self) -> None:
        """Rows, details, findings and the start page judge by it at once."""
        for view in self._window.views:
            view.judge_again()
        self._window.refresh()

    def lock_chosen(self) -> None:
        """The time starts over."""
        arm_idle_lock(self._window)

    def clipboard_chosen(self) -> None:
        """What is copied next stays as long."""
        keep_secrets_for(self._window.settings.clipboard_seconds)

    def recent_chosen(self) -> None:
        """The start page lists what is kept now."""
        self._window.refresh()

    def clear_recent(self) -> None:
        """Forget which stores were opened; the files stay."""
        self._window.recent.clear()
        self._window.refresh()

    def forget_layout(self) -> None:
        """Columns and the share of the details as at first, in the open tabs too."""
        for view in self._window.views:
            view.tree.forget_columns()
            view.lay_out()
        self._window.settings.tree_header = None
        self._window.settings.splitter = None
