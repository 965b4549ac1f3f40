"""The list of names that a certificate is to be valid for, each with its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = (
    ("dns", tr("Host name"), "api.example.com"),
    ("ip", tr("IP address"), "192.0.2.10"),
    ("uri", "URI", "https://example.com/service"),
    ("email", tr("E-mail"), "team@example.com"),
)


class NameRow(QWidget):
    """One name: its kind, itself, and a button that takes it away."""

    changed = Signal()
    removed = Signal()

    def __init__(self, kind: str, value: str) -> None:
        super().__init__()
        self.kind = QComboBox()
        for key, title, _example in KINDS:
            self.kind.addItem(title, key)
        self.value = QLineEdit(value)
        self.remove = QToolButton()
        self.remove.setText("×")
        self.remove.setAutoRaise(True)
        self.remove.setToolTip(tr("Remove this name"))
        self.set_kind(kind)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.kind)
        layout.addWidget(self.value, 1)
        layout.addWidget(self.remove)
        self.kind.activated.connect(self._kind_chosen)
        self.value.textEdited.connect(lambda _text: self.changed.emit())
        self.remove.clicked.connect(self.removed)

    def set_kind(self, kind: str) -> None:
        index = max(0, self.kind.findData(kind))
        self.kind.setCurrentIndex(index)
        self.value.setPlaceholderText(KINDS[index][2])

    def text(self) -> str:
        return f"{self.kind.currentData()}:{self.value.text().strip()}"

    def set_text(self, text: str) -> None:
        kind, _, value = text.partition(":")
        self.set_kind(kind)
        if self.value.text().strip() != value:
            self.value.setText(value)

    def _kind_chosen(self, index: int) -> None:
        self.value.setPlaceholderText(KINDS[index][2])
        self.changed.emit()


class NamesEditor(QWidget):
    """Names as ``kind:value``, in order; rows are added and removed in place."""

    names_edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[NameRow] = []
        self._prefix = ""
        self.add_button = QPushButton(tr("&Add a Name"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._list)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def first_field(self) -> QWidget:
        """Where the keyboard goes first. No proxy for focus, which Tab would skip kinds by."""
        return self._rows[0].value if self._rows else self.add_button

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        self._prefix = name
        self.add_button.setObjectName(f"{name}.add")

    @property
    def rows(self) -> tuple[NameRow, ...]:
        return tuple(self._rows)

    def names(self) -> tuple[str, ...]:
        return tuple(row.text() for row in self._rows)

    def set_names(self, names: Sequence[str]) -> None:
        """Show these; a row that already says so keeps its cursor."""
        if tuple(names) == self.names():
            return
        while len(self._rows) > len(names):
            self._drop(self._rows[-1])
        for index, text in enumerate(names):
            if index < len(self._rows):
                self._rows[index].set_text(text)
            else:
                self._append(text)

    def _append(self, text: str) -> NameRow:
        kind, _, value = text.partition(":")
        row = NameRow(kind, value)
        row.changed.connect(self._tell)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._list.addWidget(row)
        # At once, so that it can be given the keyboard.
        row.show()
        self._number()
        return row

    def _drop(self, row: NameRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._number()

    def _number(self) -> None:
        for number, row in enumerate(self._rows, start=1):
            row.kind.setObjectName(f"{self._prefix}.{number}.kind")
            row.value.setObjectName(f"{self._prefix}.{number}")
            row.remove.setObjectName(f"{self._prefix}.{number}.remove")
            row.kind.setAccessibleName(tr("Kind of name {number}", number=number))
            row.value.setAccessibleName(tr("Name {number}", number=number))
            row.remove.setAccessibleName(tr("Remove name {number}", number=number))
        if not self._rows:
            return
        # Behind the button, which has its place among the other fields, and then it behind them.
        previous: QWidget = self.add_button
        for row in self._rows:
            for widget in (row.kind, row.value, row.remove):
                QWidget.setTabOrder(previous, widget)
                previous = widget
        QWidget.setTabOrder(previous, self.add_button)

    def _add(self) -> None:
        row = self._append("dns:")
        self._tell()
        row.value.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, row: NameRow) -> None:
        index = self._rows.index(row)
        self._drop(row)
        self._tell()
        left = self._rows[min(index, len(self._rows) - 1)].value if self._rows else self.add_button
        left.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self) -> None:
        self.names_edited.emit(self.names())
