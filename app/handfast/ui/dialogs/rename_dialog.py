"""Another alias for an entry; whether it can be had is said while it is typed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout

from handfast.core.errors import HandfastError
from handfast.core.store import shorten
from handfast.ui.help.guide_key import offer_guide
from handfast.ui.widgets.style import TextLabel, breakable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.core.entry import Entry
    from handfast.core.store import Store


class RenameDialog(QDialog):
    """Sends the store with the entry under its new alias."""

    renamed = Signal(object)

    def __init__(self, store: Store, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("renameDialog")
        self.setWindowTitle("Rename")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(440)
        offer_guide(self)
        self.store = store
        self._entry = entry
        self._result: Store | None = None
        label = QLabel(f"&New alias of “{shorten(entry.alias, 40).replace('&', '&&')}”:", self)
        self.field = QLineEdit(entry.alias, self)
        self.field.setObjectName("renameDialog.alias")
        self.field.setAccessibleName("New alias")
        self.field.selectAll()
        label.setBuddy(self.field)
        self._problem = TextLabel(shade="error", parent=self)
        self._problem.setObjectName("renameDialog.problem")
        # Room for a line is kept, so that nothing jumps while a person types.
        self._problem.setMinimumHeight(self.fontMetrics().height() + 2)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._go = self._buttons.addButton("Rename", QDialogButtonBox.ButtonRole.AcceptRole)
        self._go.setObjectName("renameDialog.accept")
        self._go.setDefault(True)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.field)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        self.field.textChanged.connect(self._judge)
        self._judge()

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this has one of them."""
        self.close()

    def alias(self) -> str:
        return self.field.text().strip()

    def _judge(self) -> None:
        self._result = None
        problem = ""
        if self.alias() != self._entry.alias:
            try:
                entry = dataclasses.replace(self._entry, alias=self.alias())
                self._result = self.store.with_replaced(self._entry, entry)
            except HandfastError as error:
                problem = " ".join(part for part in (error.problem, error.remedy) if part)
        self._problem.setText(breakable(problem))
        self.field.setAccessibleDescription(problem)
        self._go.setEnabled(self._result is not None)

    def accept(self) -> None:
        if self._result is not None:
            self.renamed.emit(self._result)
            super().accept()
