"""The stores that were opened lately, with what is worth knowing of each."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.services.describe.store_summary import StoreSummary

if TYPE_CHECKING:
    from handfast.ui.program.settings import Settings

#: So many are listed, and those besides of which something expires soon.
MAX_RECENT_STORES = 8
#: So many are remembered, of which something may expire later.
MAX_KNOWN_STORES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentStore:
    """A path, and what the store held when it was last seen."""

    path: Path
    summary: StoreSummary | None = None


class RecentStores:
    """Kept in the settings, a record for each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        #: As they were seen by this program. Their aliases are not kept in the settings.
        self._seen: dict[Path, StoreSummary] = {}

    def stores(self) -> list[RecentStore]:
        """Newest first; however many are newer, what expires soon stays in the list."""
        known = self._known()
        now, days = datetime.now(UTC), self._settings.expiry_days
        pressing = [
            store
            for store in known[MAX_RECENT_STORES:]
            if store.summary is not None and store.summary.is_pressing(now, days)
        ]
        return [*known[:MAX_RECENT_STORES], *pressing]

    def _known(self) -> list[RecentStore]:
        """Newest first; a record that was made unreadable is passed over."""
        return [
            RecentStore(path=Path(path), summary=self._summary_of(Path(path), record))
            for record in self._settings.recent
            if isinstance(path := record.get("path"), str)
        ]

    def _summary_of(self, path: Path, record: dict[str, object]) -> StoreSummary | None:
        kept, seen = StoreSummary.from_record(record), self._seen.get(path)
        # Another window may have written what is newer than what was seen here.
        return seen if seen is not None and seen == kept else kept

    def paths(self) -> list[Path]:
        return [store.path for store in self.stores()]

    def put_first(self, path: Path) -> None:
        """A store is being opened; what was known of it stays known."""
        if not self._settings.keeps_recent:
            return
        known = {store.path: store for store in self._known()}
        first = known.pop(path, RecentStore(path=path))
        self._keep([first, *known.values()])

    def set_summary(self, path: Path, summary: StoreSummary) -> None:
        """A store was opened or saved; nothing is added for one that was removed from the list."""
        self._keep(
            [
                RecentStore(path=path, summary=summary) if store.path == path else store
                for store in self._known()
            ]
        )
        self._seen[path] = summary

    def remove(self, path: Path) -> None:
        self._seen.pop(path, None)
        self._keep([store for store in self._known() if store.path != path])

    def clear(self) -> None:
        self._seen.clear()
        self._settings.recent = ()

    def _keep(self, stores: list[RecentStore]) -> None:
        self._settings.recent = [
            {"path": str(store.path), **(store.summary.to_record() if store.summary else {})}
            for store in stores[:MAX_KNOWN_STORES]
        ]
