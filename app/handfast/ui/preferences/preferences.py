"""What a person has chosen for good; each is applied where it is read, so at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from handfast.core.store import Format, Strength
from handfast.services.describe.validity import EXPIRY_DAYS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

BACKUP = "saving/backup"
FORMAT = "new/format"
STRENGTH = "new/strength"
EXPIRY = "expiry/days"
LOCK = "lock/minutes"
CLIPBOARD = "clipboard/seconds"
NETWORK = "network/allowed"

#: Of a certificate's end; more than a year ahead everything would be called expiring.
MAX_EXPIRY_DAYS = 365
#: For a copied password, in seconds: long enough to paste it, too short to forget it.
CLIPBOARD_SECONDS = 30


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


def expiry_threshold(settings: QSettings) -> int:
    """From how many days before its end a certificate is called expiring."""
    return _number(settings, EXPIRY, EXPIRY_DAYS, most=MAX_EXPIRY_DAYS)


def lock_minutes(settings: QSettings) -> int:
    """After how many minutes without input the stores are locked; 0 for never."""
    return _number(settings, LOCK, 0, most=24 * 60)


def clipboard_seconds(settings: QSettings | None) -> int:
    """After how many seconds a copied secret is taken off the clipboard; 0 for never."""
    if settings is None:
        return CLIPBOARD_SECONDS
    return _number(settings, CLIPBOARD, CLIPBOARD_SECONDS, most=24 * 60 * 60)


def allows_network(settings: QSettings) -> bool:
    """Whether what a person asks for may use the network; nothing else ever does."""
    return bool(settings.value(NETWORK, True, type=bool))


def settings_over(widget: QWidget | None) -> QSettings | None:
    """The settings of the window that a widget is in, or that its window was opened over."""
    while widget is not None:
        settings = getattr(widget, "settings", None)
        if isinstance(settings, QSettings):
            return settings
        widget = widget.parentWidget()
    return None


def _number(settings: QSettings, key: str, usual: int, *, most: int) -> int:
    """A number from 0 to ``most``; the usual one where somebody wrote something else."""
    try:
        number = int(str(settings.value(key, usual)))
    except ValueError:
        return usual
    return number if 0 <= number <= most else usual
