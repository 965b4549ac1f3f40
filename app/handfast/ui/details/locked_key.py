"""A key that is not open: why, and what opens it, beneath what is shown of its entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.ui.details.unlock_row import UnlockRow
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.entry import KeyPair, SecretKey

_UNTRIED = "not tried yet: each key of this store takes a moment to open"


class LockedKey(QWidget):
    """The state of a locked key, with a field for its password or a button that tries it."""

    #: The entry, the password for it, and where to say that it does not fit.
    unlock_requested = Signal(object, str, object)
    #: The entry that the password of the store is to be tried on; None for all.
    try_requested = Signal(object)

    def __init__(self, entry: KeyPair | SecretKey, whose: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        text = _UNTRIED if entry.is_untried else "locked: its password has not been given"
        text = f"{whose} {text}".strip()
        line = StateLine("locked", text[:1].upper() + text[1:], self)
        line.label.setObjectName("detailsLock")
        column.addWidget(line)
        if entry.is_untried:
            ask = self.try_requested.emit
            column.addWidget(TryRow(self, entry.alias, lambda every: ask(None if every else entry)))
        else:
            row = UnlockRow("key", entry.alias, self)
            row.given.connect(lambda typed: self.unlock_requested.emit(entry, typed, row))
            column.addWidget(row)


class TryRow(QWidget):
    """Buttons that try the password of the store on one key, or on all that it was not tried on."""

    def __init__(self, parent: QWidget, alias: str | None, ask: Callable[[bool], object]) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        if alias is not None:
            one = self._button("&Try It", "detailsTry", lambda: ask(False))
            one.setAccessibleName(f"Try the password of the store on {alias}")
            row.addWidget(one)
        every = self._button("Try &All Keys", "detailsTryAll", lambda: ask(True))
        every.setAccessibleName("Try the password of the store on all keys")
        row.addWidget(every)
        row.addStretch(1)

    def _button(self, text: str, name: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._press(pressed))
        return button

    def _press(self, pressed: Callable[[], object]) -> None:
        # Until it is known; the page is then shown anew.
        self.setEnabled(False)
        pressed()
