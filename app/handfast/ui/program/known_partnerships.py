"""Which partnerships are known here: paths in the settings; what they say is in their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.ui.program.settings import Settings

MAX_PARTNERSHIPS = 50


class KnownPartnerships:
    """Kept in the settings, the one that was worked on last first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def paths(self) -> list[Path]:
        """Newest first."""
        return self._settings.partnerships

    def put_first(self, path: Path) -> None:
        self._keep([path, *(each for each in self.paths() if each != path)])

    def remove(self, path: Path) -> None:
        self._keep([each for each in self.paths() if each != path])

    def _keep(self, paths: list[Path]) -> None:
        self._settings.partnerships = paths[:MAX_PARTNERSHIPS]
