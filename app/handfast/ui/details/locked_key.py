"""A key that is not open: why, and what opens it, beneath what is shown of its entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.core.visible_text import visible
from handfast.ui.widgets.secrets.unlock_row import UnlockRow
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.entry import KeyPair, SecretKey


class LockedKey(QWidget):
    """The state of a locked key, with a field for its password or a button that tries it."""

    #: The entry, the password for it, and where to say that it does not fit.
    unlock_requested = Signal(object, str, object)
    #: The entry that the password of the store is to be tried on; None for all.
    try_requested = Signal(object)

    def __init__(self, entry: KeyPair | SecretKey, parent: QWidget | None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        line = StateLine("locked", _state_text(entry), self)
        line.label.setObjectName("detailsLock")
        column.addWidget(line)
        if entry.is_untried:
            ask = self.try_requested.emit
            column.addWidget(TryRow(self, entry.alias, lambda every: ask(None if every else entry)))
        else:
            row = UnlockRow(
                self,
                placeholder=tr("Password of the key"),
                label=tr("Password of the key {alias}", alias=visible(entry.alias)),
                button_label=tr("Unlock {alias}", alias=visible(entry.alias)),
            )
            row.given.connect(lambda typed: self.unlock_requested.emit(entry, typed, row))
            column.addWidget(row)


def _state_text(entry: KeyPair | SecretKey) -> str:
    has_certificate = entry.certificate is not None
    if entry.is_untried:
        if has_certificate:
            return tr("Private key not tried yet: each key of this keystore takes a moment to open")
        return tr("Not tried yet: each key of this keystore takes a moment to open")
    if has_certificate:
        return tr("Private key locked (password not entered)")
    return tr("Locked (password not entered)")


class TryRow(QWidget):
    """Buttons that try the password of the store on one key, or on all that it was not tried on."""

    def __init__(self, parent: QWidget, alias: str | None, ask: Callable[[bool], object]) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        if alias is not None:
            one = self._button(tr("&Try It"), "detailsTry", lambda: ask(False))
            one.setAccessibleName(tr("Try the keystore password on {alias}", alias=alias))
            row.addWidget(one)
        every = self._button(tr("Try &All Keys"), "detailsTryAll", lambda: ask(True))
        every.setAccessibleName(tr("Try the keystore password on all keys"))
        row.addWidget(every)
        row.addStretch(1)

    def _button(self, text: str, name: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._press(pressed))
        return button

    def _press(self, pressed: Callable[[], object]) -> None:
        # Until it is known; the page is then shown again.
        self.setEnabled(False)
        pressed()
