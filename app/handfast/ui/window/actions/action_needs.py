"""What must be there for an action to be possible: one answer for menus, tools, and shortcuts."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair
from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.ui.window.tabbed_window import TabbedWindow


class Need(Enum):
    """What an action works on."""

    NOTHING = auto()
    #: A tab, whether it is in front or behind the start page.
    TABS = auto()
    SEVERAL_TABS = auto()
    #: A tab in front, in whatever state its keystore is.
    TAB = auto()
    #: A keystore in front that is open.
    KEYSTORE = auto()
    #: The same, with changes that are not saved.
    CHANGES = auto()
    #: Any tab with such changes.
    CHANGES_ANYWHERE = auto()
    #: At least one row of an entry, or of a certificate of its chain.
    ROWS = auto()
    #: At least one entry.
    ENTRIES = auto()
    #: Exactly one entry, which is a key pair.
    KEY_PAIR = auto()
    #: At least one key pair or secret key.
    KEYS = auto()

    @property
    def is_of_selection(self) -> bool:
        """Whether it is about the selected rows."""
        return self in {Need.ROWS, Need.ENTRIES, Need.KEY_PAIR, Need.KEYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is in front of the person, as far as actions depend on it."""

    tabs: int = 0
    has_tab: bool = False
    is_open: bool = False
    is_changed: bool = False
    is_changed_anywhere: bool = False
    has_rows: bool = False
    #: How many entries are selected.
    entries: int = 0
    #: The entry, where exactly one is selected.
    entry: Entry | None = None
    #: Whether a key pair or a secret key is among the selected entries.
    has_keys: bool = False

    @classmethod
    def of(cls, window: TabbedWindow) -> Situation:
        """The situation of a window now."""
        views = window.views
        view = window.current()
        if view is None:
            return cls(tabs=len(views), is_changed_anywhere=any(each.is_dirty for each in views))
        is_open = view.history is not None
        count = view.count_chosen() if is_open else 0
        return cls(
            tabs=len(views),
            has_tab=True,
            is_open=is_open,
            is_changed=is_open and view.is_dirty,
            is_changed_anywhere=any(each.is_dirty for each in views),
            has_rows=view.can_copy("row"),
            entries=count,
            entry=view.chosen()[0] if count == 1 else None,
            has_keys=is_open and view.has_chosen_keys(),
        )

    def met(self) -> frozenset[Need]:
        """The needs with which an action is possible."""
        are_met = {
            Need.NOTHING: True,
            Need.TABS: self.tabs > 0,
            Need.SEVERAL_TABS: self.tabs > 1,
            Need.TAB: self.has_tab,
            Need.KEYSTORE: self.is_open,
            Need.CHANGES: self.is_changed,
            Need.CHANGES_ANYWHERE: self.is_changed_anywhere,
            Need.ROWS: self.has_rows,
            Need.ENTRIES: self.entries > 0,
            Need.KEY_PAIR: isinstance(self.entry, KeyPair),
            Need.KEYS: self.has_keys,
        }
        return frozenset(need for need, is_met in are_met.items() if is_met)
