"""What is kept between starts: every value typed, in one place, over one file of settings.

Nothing else reads or writes a key of it. The composition root makes one and hands it on.
"""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.network import ALLOWED, NetworkPermission
from handfast.core.store import Format, Strength
from handfast.services.describe.validity import EXPIRY_DAYS, MAX_EXPIRY_DAYS
from handfast.ui.program.language_preference import LANGUAGE_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LOCK_MINUTES = 24 * 60
MAX_CLIPBOARD_SECONDS = 24 * 60 * 60
#: Long enough to paste a copied password, too short to forget it.
CLIPBOARD_SECONDS = 30

_FORBIDDEN = NetworkPermission(remedy=tr("Allow it in the preferences, under Security."))


class Appearance(Enum):
    """Which colors the window has; the value is what the settings hold."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class _Key:
    """The keys, which older versions wrote too: none may be renamed."""

    APPEARANCE = "appearance"
    BACKUP = "saving/backup"
    CLIPBOARD = "clipboard/seconds"
    EXPIRY = "expiry/days"
    FORMAT = "new/format"
    GEOMETRY = "window/geometry"
    INVENTORY_SORTED = "inventory/sorted"
    KEYRING = "keyring/paths"
    KEEPS_RECENT = "start/recent"
    LANGUAGE = LANGUAGE_KEY
    LOCK = "lock/minutes"
    NETWORK = "network/allowed"
    PARTNERSHIPS = "partnerships"
    RECENT = "recent"
    RECENT_BY_EXPIRY = "start/by_expiry"
    RESTORES_TABS = "session/restore"
    SPLITTER = "window/splitter"
    STRENGTH = "new/strength"
    TABS = "session/tabs"
    TABS_FORGOTTEN = "session/forgotten"
    TREE_HEADER = "tree/header"
    TREE_COLUMNS = "tree/columns"
    TREE_SORTED = "tree/sorted"


_E = TypeVar("_E", bound=Enum)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTabs:
    """The stores in the tabs, and which of them is in front; -1 where that is not known."""

    paths: tuple[Path, ...] = ()
    current: int = -1

    def to_text(self) -> str:
        """The record as one JSON text: an INI file mangles lists of one."""
        return json.dumps({"paths": [str(path) for path in self.paths], "current": self.current})

    @classmethod
    def from_text(cls, text: str) -> OpenTabs:
        """Read a record; what was made unreadable names no tabs."""
        try:
            record = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(record, dict):
            return cls()
        paths, current = record.get("paths"), record.get("current")
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            return cls()
        return cls(
            paths=tuple(Path(path) for path in paths),
            current=current if isinstance(current, int) else -1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedBy:
    """The column that a view is sorted by, under a name of the view’s own."""

    column: str
    is_descending: bool = False

    def to_text(self) -> str:
        """Such as ``2 ascending``."""
        return f"{self.column} {'descending' if self.is_descending else 'ascending'}"

    @classmethod
    def from_text(cls, text: str) -> SortedBy | None:
        """Read it; None for what is not understood."""
        column, _blank, order = text.partition(" ")
        if not column or order not in {"ascending", "descending"}:
            return None
        return cls(column=column, is_descending=order == "descending")


class Settings:
    """Typed values over a :class:`QSettings`; a value that is not understood is the default."""

    def __init__(self, stored: QSettings) -> None:
        self._stored = stored

    @property
    def file_name(self) -> str:
        """Where the settings are kept."""
        return self._stored.fileName()

    def sync(self) -> None:
        """Write what was changed, and read what another process wrote."""
        self._stored.sync()

    # --- what a person prefers ------------------------------------------------------------

    @property
    def appearance(self) -> Appearance:
        try:
            return Appearance(self._stored.value(_Key.APPEARANCE, Appearance.SYSTEM.value))
        except ValueError:
            return Appearance.SYSTEM

    @appearance.setter
    def appearance(self, appearance: Appearance) -> None:
        self._stored.setValue(_Key.APPEARANCE, appearance.value)

    @property
    def language(self) -> str:
        """The language from the next start on, such as ``de``; empty for the system’s."""
        return str(self._stored.value(_Key.LANGUAGE, ""))

    @language.setter
    def language(self, language: str) -> None:
        self._stored.setValue(_Key.LANGUAGE, language)

    @property
    def makes_backup(self) -> bool:
        """Whether a save keeps the previous version as ``.bak``."""
        return self._flag(_Key.BACKUP)

    @makes_backup.setter
    def makes_backup(self, is_on: bool) -> None:
        self._stored.setValue(_Key.BACKUP, is_on)

    @property
    def new_format(self) -> Format:
        """The format that is suggested for a new keystore."""
        return self._member(_Key.FORMAT, Format.PKCS12)

    @new_format.setter
    def new_format(self, wanted: Format) -> None:
        self._stored.setValue(_Key.FORMAT, wanted.name)

    @property
    def new_strength(self) -> Strength:
        """How a new PKCS#12 keystore is encrypted."""
        strength = self._member(_Key.STRENGTH, Strength.MODERN)
        # The others are no choice for a new keystore.
        return Strength.COMPATIBLE if strength is Strength.COMPATIBLE else Strength.MODERN

    @new_strength.setter
    def new_strength(self, strength: Strength) -> None:
        self._stored.setValue(_Key.STRENGTH, strength.name)

    @property
    def expiry_days(self) -> int:
        """From how many days before its end a certificate is called expiring."""
        return self._number(_Key.EXPIRY, EXPIRY_DAYS, most=MAX_EXPIRY_DAYS)

    @expiry_days.setter
    def expiry_days(self, days: int) -> None:
        self._stored.setValue(_Key.EXPIRY, days)

    @property
    def lock_minutes(self) -> int:
        """After how many minutes without input the stores are locked; 0 for never."""
        return self._number(_Key.LOCK, 0, most=MAX_LOCK_MINUTES)

    @lock_minutes.setter
    def lock_minutes(self, minutes: int) -> None:
        self._stored.setValue(_Key.LOCK, minutes)

    @property
    def clipboard_seconds(self) -> int:
        """After how many seconds a copied secret leaves the clipboard; 0 for never."""
        return self._number(_Key.CLIPBOARD, CLIPBOARD_SECONDS, most=MAX_CLIPBOARD_SECONDS)

    @clipboard_seconds.setter
    def clipboard_seconds(self, seconds: int) -> None:
        self._stored.setValue(_Key.CLIPBOARD, seconds)

    @property
    def allows_network(self) -> bool:
        """Whether what a person asks for may use the network; nothing else ever does."""
        return self._flag(_Key.NETWORK)

    @allows_network.setter
    def allows_network(self, is_on: bool) -> None:
        self._stored.setValue(_Key.NETWORK, is_on)

    @property
    def network(self) -> NetworkPermission:
        """The permission that goes with whatever connects or listens."""
        return ALLOWED if self.allows_network else _FORBIDDEN

    # --- what is remembered -----------------------------------------------------------------

    @property
    def restores_tabs(self) -> bool:
        """Whether the tabs come back with the next start."""
        return self._flag(_Key.RESTORES_TABS)

    @restores_tabs.setter
    def restores_tabs(self, is_on: bool) -> None:
        """Turn it on or off; what is turned off is also forgotten."""
        self._stored.setValue(_Key.RESTORES_TABS, is_on)
        self._stored.remove(_Key.TABS_FORGOTTEN)
        if not is_on:
            self._stored.remove(_Key.TABS)

    @property
    def tabs(self) -> OpenTabs:
        """What was open the last time."""
        return OpenTabs.from_text(str(self._stored.value(_Key.TABS, "{}")))

    def keep_tabs(self, tabs: OpenTabs) -> None:
        """Remember the open tabs, unless exactly these were to be forgotten."""
        text = tabs.to_text()
        if (forgotten := self._stored.value(_Key.TABS_FORGOTTEN)) is not None:
            if forgotten == _digest(text):
                return
            self._stored.remove(_Key.TABS_FORGOTTEN)
        if text != self._stored.value(_Key.TABS):
            self._stored.setValue(_Key.TABS, text)

    def forget_tabs(self) -> None:
        """Forget which tabs are open, until they are others."""
        # Only by its digest: the paths themselves are to go.
        self._stored.setValue(_Key.TABS_FORGOTTEN, _digest(str(self._stored.value(_Key.TABS, ""))))
        self._stored.remove(_Key.TABS)

    @property
    def keeps_recent(self) -> bool:
        """Whether it is remembered which stores were opened."""
        return self._flag(_Key.KEEPS_RECENT)

    @keeps_recent.setter
    def keeps_recent(self, is_on: bool) -> None:
        """Turn it on or off; what is turned off is also forgotten."""
        self._stored.setValue(_Key.KEEPS_RECENT, is_on)
        if not is_on:
            self._stored.remove(_Key.RECENT)

    @property
    def recent(self) -> list[dict[str, object]]:
        """A record for each store that was opened, newest first."""
        return [each for each in self._json(_Key.RECENT) if isinstance(each, dict)]

    @recent.setter
    def recent(self, records: Iterable[dict[str, object]]) -> None:
        kept = list(records)
        if kept:
            self._stored.setValue(_Key.RECENT, json.dumps(kept))
        else:
            self._stored.remove(_Key.RECENT)

    @property
    def partnerships(self) -> list[Path]:
        """The files of the partnerships that are known here."""
        return self._paths(_Key.PARTNERSHIPS)

    @partnerships.setter
    def partnerships(self, paths: Iterable[Path]) -> None:
        self._keep_paths(_Key.PARTNERSHIPS, paths)

    @property
    def keyring_paths(self) -> list[Path]:
        """The stores whose passwords are in the system’s keyring, which does not list them."""
        return self._paths(_Key.KEYRING)

    @keyring_paths.setter
    def keyring_paths(self, paths: Iterable[Path]) -> None:
        self._keep_paths(_Key.KEYRING, paths)

    # --- how the window is laid out -----------------------------------------------------------

    @property
    def geometry(self) -> QByteArray | None:
        """Place and size of the main window."""
        return self._layout(_Key.GEOMETRY)

    @geometry.setter
    def geometry(self, state: QByteArray | None) -> None:
        self._keep_layout(_Key.GEOMETRY, state)

    @property
    def splitter(self) -> QByteArray | None:
        """How a tab shares its room between rows and details; None as at first."""
        return self._layout(_Key.SPLITTER)

    @splitter.setter
    def splitter(self, state: QByteArray | None) -> None:
        self._keep_layout(_Key.SPLITTER, state)

    @property
    def tree_header(self) -> QByteArray | None:
        """Which columns the rows have, and how wide they are; None as at first."""
        return self._layout(_Key.TREE_HEADER)

    @tree_header.setter
    def tree_header(self, state: QByteArray | None) -> None:
        self._keep_layout(_Key.TREE_HEADER, state)

    @property
    def tree_columns(self) -> int:
        """How many columns there were when :attr:`tree_header` was kept; 0 where not known."""
        return self._number(_Key.TREE_COLUMNS, 0, most=1_000)

    @tree_columns.setter
    def tree_columns(self, count: int) -> None:
        self._stored.setValue(_Key.TREE_COLUMNS, count)

    @property
    def tree_sorted(self) -> SortedBy | None:
        """What the rows of a keystore are sorted by; None for the order of the file."""
        return self._sorted(_Key.TREE_SORTED)

    @tree_sorted.setter
    def tree_sorted(self, sorted_by: SortedBy | None) -> None:
        self._keep_sorted(_Key.TREE_SORTED, sorted_by)

    @property
    def inventory_sorted(self) -> SortedBy | None:
        """What the rows of the inventory are sorted by; None as at first, by expiry."""
        return self._sorted(_Key.INVENTORY_SORTED)

    @inventory_sorted.setter
    def inventory_sorted(self, sorted_by: SortedBy | None) -> None:
        self._keep_sorted(_Key.INVENTORY_SORTED, sorted_by)

    @property
    def sorts_recent_by_expiry(self) -> bool:
        """Whether the recent keystores are sorted by expiry, and not by when they were opened."""
        return bool(self._stored.value(_Key.RECENT_BY_EXPIRY, False, type=bool))

    @sorts_recent_by_expiry.setter
    def sorts_recent_by_expiry(self, is_on: bool) -> None:
        self._stored.setValue(_Key.RECENT_BY_EXPIRY, is_on)

    # --- reading and writing --------------------------------------------------------------------

    def _flag(self, key: str) -> bool:
        return bool(self._stored.value(key, True, type=bool))

    def _number(self, key: str, default: int, *, most: int) -> int:
        try:
            number = int(str(self._stored.value(key, default)))
        except ValueError:
            return default
        return number if 0 <= number <= most else default

    def _member(self, key: str, default: _E) -> _E:
        name = str(self._stored.value(key, default.name))
        members = type(default).__members__
        return members.get(name, default)

    def _json(self, key: str) -> list[object]:
        """A list that was kept as one JSON text: an INI file mangles lists of one."""
        kept = self._stored.value(key)
        if kept is None:
            return []
        try:
            found = json.loads(str(kept))
        except ValueError:
            return []
        return found if isinstance(found, list) else []

    def _paths(self, key: str) -> list[Path]:
        return [Path(each) for each in self._json(key) if isinstance(each, str)]

    def _keep_paths(self, key: str, paths: Iterable[Path]) -> None:
        self._stored.setValue(key, json.dumps([str(path) for path in paths]))

    def _layout(self, key: str) -> QByteArray | None:
        state = self._stored.value(key)
        return state if isinstance(state, QByteArray) else None

    def _sorted(self, key: str) -> SortedBy | None:
        return SortedBy.from_text(str(self._stored.value(key, "")))

    def _keep_sorted(self, key: str, sorted_by: SortedBy | None) -> None:
        if sorted_by is None:
            self._stored.remove(key)
        else:
            self._stored.setValue(key, sorted_by.to_text())

    def _keep_layout(self, key: str, state: QByteArray | None) -> None:
        if state is None:
            self._stored.remove(key)
        else:
            self._stored.setValue(key, state)


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
