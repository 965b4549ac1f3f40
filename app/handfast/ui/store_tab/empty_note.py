"""What is in the tree where there are no rows: why, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.ui.widgets.style import TextLabel, heading_font

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QAction

    from handfast.documents.document import Document
    from handfast.ui.store_tab.entry_model import EntryModel
    from handfast.ui.store_tab.entry_tree import EntryTree


class EmptyNote(QWidget):
    """Covers the rows of a tree that has none, and goes as soon as it has some."""

    def __init__(
        self,
        document: Document,
        tree: EntryTree,
        model: EntryModel,
        ways: Sequence[QAction],
        show_all: Callable[[], None],
    ) -> None:
        super().__init__(tree.viewport())
        self.setObjectName("emptyNote")
        self._document = document
        self._tree = tree
        self._model = model
        self._headline = QLabel(self)
        self._headline.setFont(heading_font(self.font(), larger_by=3))
        self._headline.setTextFormat(Qt.TextFormat.PlainText)
        self._said = TextLabel(parent=self)
        for label in (self._headline, self._said):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setObjectName("emptyText")
        self._ways = QWidget(self)
        row = QHBoxLayout(self._ways)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for action in ways:
            button = QPushButton(action.icon(), action.iconText() + "…", self._ways)
            button.setAccessibleName(action.text().replace("&", ""))
            button.clicked.connect(action.trigger)
            row.addWidget(button)
        row.addStretch(1)
        self._all = QPushButton(tr("Show All"), self)
        self._all.setObjectName("emptyShowAll")
        self._all.clicked.connect(show_all)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(16, 16, 16, 16)
        lines.setSpacing(8)
        lines.addStretch(2)
        lines.addWidget(self._headline)
        lines.addWidget(self._said)
        lines.addWidget(self._ways)
        lines.addWidget(self._all, 0, Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(3)
        tree.viewport().installEventFilter(self)
        model.modelReset.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Look whether there are rows now."""
        store = self._document.store
        if store is None or self._model.rowCount():
            self.hide()
            return
        is_empty = not store.entries
        self._headline.setText(
            tr("This keystore is empty") if is_empty else tr("No matching entries")
        )
        said = tr("Create a key pair, or import a partner’s certificate.")
        if not is_empty:
            said = tr(
                "No entry contains “{text}”.", text=shorten(self._model.filter_text.strip(), 40)
            )
        self._said.setText(said)
        self._ways.setVisible(is_empty)
        self._all.setVisible(not is_empty)
        self.setGeometry(self._tree.viewport().rect())
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._tree.viewport().rect())
        return super().eventFilter(watched, event)
