"""The stores that were opened lately, with what is worth knowing of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.services.describe.store_summary import StoreSummary

if TYPE_CHECKING:
    from handfast.ui.program.settings import Settings

MAX_RECENT_STORES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentStore:
    """A path, and what the store held when it was last seen."""

    path: Path
    summary: StoreSummary | None = None


class RecentStores:
    """Kept in the settings, a record for each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def stores(self) -> list[RecentStore]:
        """Newest first; a record that was made unreadable is passed over."""
        return [
            RecentStore(path=Path(path), summary=StoreSummary.from_record(record))
            for record in self._settings.recent
            if isinstance(path := record.get("path"), str)
        ]

    def paths(self) -> list[Path]:
        return [store.path for store in self.stores()]

    def put_first(self, path: Path) -> None:
        """A store is being opened; what was known of it stays known."""
        if not self._settings.keeps_recent:
            return
        known = {store.path: store for store in self.stores()}
        first = known.pop(path, RecentStore(path=path))
        self._keep([first, *known.values()])

    def set_summary(self, path: Path, summary: StoreSummary) -> None:
        """A store was opened or saved; nothing is added for one that was removed from the list."""
        self._keep(
            [
                RecentStore(path=path, summary=summary) if store.path == path else store
                for store in self.stores()
            ]
        )

    def remove(self, path: Path) -> None:
        self._keep([store for store in self.stores() if store.path != path])

    def clear(self) -> None:
        self._settings.recent = ()

    def _keep(self, stores: list[RecentStore]) -> None:
        self._settings.recent = [
            {"path": str(store.path), **(store.summary.to_record() if store.summary else {})}
            for store in stores[:MAX_RECENT_STORES]
        ]
