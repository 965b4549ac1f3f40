"""What a person has chosen for good; each is applied where it is read, so at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.store import Format, Strength

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

BACKUP = "saving/backup"
FORMAT = "new/format"
STRENGTH = "new/strength"


def makes_backup(settings: QSettings | None) -> bool:
    """Whether a save keeps the version before as ``.bak``."""
    return settings is None or bool(settings.value(BACKUP, True, type=bool))


def new_format(settings: QSettings) -> Format:
    """Of stores that are made; PKCS#12 where nothing that is known was chosen."""
    name = str(settings.value(FORMAT, Format.PKCS12.name))
    return Format[name] if name in Format.__members__ else Format.PKCS12


def new_strength(settings: QSettings) -> Strength:
    """Of PKCS#12 stores that are made."""
    name = settings.value(STRENGTH, Strength.MODERN.name)
    return Strength.COMPATIBLE if name == Strength.COMPATIBLE.name else Strength.MODERN
