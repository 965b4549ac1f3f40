"""Entries without a certificate to show: secret keys, and private keys on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from handfast.core.entry import SecretKey
from handfast.core.language import tr, tr_count
from handfast.core.visible_text import visible
from handfast.services.describe.validity import moment_text
from handfast.ui.details.locked_key import LockedKey
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import Facts, StateLine, caption, name_title
from handfast.ui.widgets.values import CopyableValue

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair


_SYMMETRIC_NOTE = tr(
    "A symmetric key, for programs that encrypt or sign data. TLS does not use it, "
    "and its value is never shown here."
)
_KEY_NOTE = tr("The key stays in the keystore unchanged, and is never shown here.")


class EntryPage(QWidget):
    """A secret key, or a private key that has no certificate."""

    unlock_requested = Signal(object, str, object)
    #: The entry that the password of the store is to be tried on; None for all.
    try_requested = Signal(object)

    def __init__(self, entry: SecretKey | KeyPair, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        is_secret = isinstance(entry, SecretKey)
        self._facts = Facts(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        kind = tr("Secret key") if is_secret else tr("Private key without a certificate")
        column.addWidget(caption(kind))
        column.addWidget(name_title(tr("Alias"), visible(entry.alias)))
        column.addSpacing(GRID)
        for line in self._states(entry):
            column.addWidget(line)
        if entry.is_locked and not entry.trouble:
            locked = LockedKey(entry, self)
            locked.unlock_requested.connect(self.unlock_requested)
            locked.try_requested.connect(self.try_requested)
            column.addWidget(locked)
        column.addSpacing(GRID)
        if entry.algorithm:
            self._facts.add(
                tr("Algorithm"),
                CopyableValue(tr("Algorithm"), visible(entry.algorithm), has_button=False),
            )
        if entry.bits:
            self._facts.add(
                tr("Size"),
                CopyableValue(
                    tr("Size"),
                    tr_count("{count} bit", "{count} bits", entry.bits),
                    has_button=False,
                ),
            )
        if entry.created is not None:
            created = moment_text(entry.created)
            self._facts.add(tr("Added"), CopyableValue(tr("Added"), created, has_button=False))
        column.addWidget(self._facts)
        column.addSpacing(GRID)
        column.addWidget(caption(_SYMMETRIC_NOTE if is_secret else _KEY_NOTE))
        column.addStretch(1)

    def set_narrow(self, narrow: bool) -> None:
        self._facts.set_narrow(narrow)

    def _states(self, entry: SecretKey | KeyPair) -> list[StateLine]:
        lines = []
        if entry.trouble:
            lines.append(StateLine("error", entry.trouble, self))
        elif not entry.is_locked:
            lines.append(StateLine("ok", tr("Unlocked"), self))
        if not isinstance(entry, SecretKey):
            text = tr("This key has no certificate, so it cannot be used in a handshake")
            lines.append(StateLine("error", text, self))
        return lines
