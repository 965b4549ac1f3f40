"""The stores that were opened lately, with what is worth knowing of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.services.describe.store_summary import StoreSummary

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

MOST = 8
_KEY = "recent"
_IS_ON = "start/recent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentStore:
    """A path, and what the store held when it was last seen."""

    path: Path
    summary: StoreSummary | None = None


def keeps_recent(settings: QSettings) -> bool:
    """Whether it is remembered which stores were opened."""
    return bool(settings.value(_IS_ON, True, type=bool))


def set_keeps_recent(settings: QSettings, is_on: bool) -> None:
    """Turn it on or off; what is turned off is also forgotten."""
    settings.setValue(_IS_ON, is_on)
    if not is_on:
        settings.remove(_KEY)


class RecentStores:
    """Kept in the settings as one JSON text: an INI file mangles lists of one."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def stores(self) -> list[RecentStore]:
        """Newest first; what somebody made unreadable is passed over."""
        kept = self._settings.value(_KEY)
        if kept is None:
            return []
        import json

        try:
            records = json.loads(str(kept))
        except ValueError:
            return []
        if not isinstance(records, list):
            return []
        return [
            RecentStore(path=Path(record["path"]), summary=StoreSummary.from_record(record))
            for record in records
            if isinstance(record, dict) and isinstance(record.get("path"), str)
        ]

    def paths(self) -> list[Path]:
        return [store.path for store in self.stores()]

    def put_first(self, path: Path) -> None:
        """A store is being opened; what was known of it stays known."""
        if not keeps_recent(self._settings):
            return
        known = {store.path: store for store in self.stores()}
        first = known.pop(path, RecentStore(path=path))
        self._keep([first, *known.values()])

    def set_summary(self, path: Path, summary: StoreSummary) -> None:
        """A store was opened or saved; nothing is added for one that was taken off the list."""
        self._keep(
            [
                RecentStore(path=path, summary=summary) if store.path == path else store
                for store in self.stores()
            ]
        )

    def remove(self, path: Path) -> None:
        self._keep([store for store in self.stores() if store.path != path])

    def clear(self) -> None:
        self._settings.remove(_KEY)

    def _keep(self, stores: list[RecentStore]) -> None:
        import json

        records = [
            {"path": str(store.path), **(store.summary.to_record() if store.summary else {})}
            for store in stores[:MOST]
        ]
        self._settings.setValue(_KEY, json.dumps(records))
