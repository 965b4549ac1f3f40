"""Which partnerships are known here: paths in the settings; what they say is in their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

_KEY = "partnerships"
MOST = 50


class KnownPartnerships:
    """Kept in the settings as one JSON text, the one that was worked at last first."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def paths(self) -> list[Path]:
        """Newest first; what somebody made unreadable is passed over."""
        try:
            found = json.loads(str(self._settings.value(_KEY, "[]")))
        except ValueError:
            return []
        if not isinstance(found, list):
            return []
        return [Path(each) for each in found if isinstance(each, str)]

    def put_first(self, path: Path) -> None:
        self._keep([path, *(each for each in self.paths() if each != path)])

    def remove(self, path: Path) -> None:
        self._keep([each for each in self.paths() if each != path])

    def _keep(self, paths: list[Path]) -> None:
        self._settings.setValue(_KEY, json.dumps([str(each) for each in paths[:MOST]]))
