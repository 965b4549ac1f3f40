"""What a check of the store noticed: a quiet line, which unfolds to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from handfast.services.findings import Finding, summary_text

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The severity in words: colour would be the only cue otherwise.
_WORDS = {"error": "Error", "warning": "Warning", "info": "Note"}
#: More than a person reads; the summary counts them all.
MOST_SHOWN = 500


class FindingsPane(QWidget):
    """Findings, most severe first; activating one goes to its entry."""

    entry_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingsPane")
        self._line = QToolButton(self)
        self._line.setObjectName("findingsLine")
        self._line.setCheckable(True)
        self._line.setAutoRaise(True)
        self._line.setArrowType(Qt.ArrowType.RightArrow)
        self._line.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._line.toggled.connect(self._fold)
        self._list = QTreeWidget(self)
        self._list.setObjectName("findingsList")
        self._list.setAccessibleName("Findings")
        self._list.setHeaderLabels(["", "Entry", "What"])
        self._list.setUniformRowHeights(False)
        self._list.setMaximumHeight(220)
        self._list.itemActivated.connect(self._activate)
        self._list.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        self.set_findings(())

    def text(self) -> str:
        """The line, for tests and for screen readers."""
        return self._line.text()

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show these; each unfolds to why it matters and what to do."""
        self._list.clear()
        for finding in findings[:MOST_SHOWN]:
            row = [_WORDS[finding.severity], finding.alias, finding.message]
            item = QTreeWidgetItem(row)
            item.setData(0, Qt.ItemDataRole.UserRole, finding.alias)
            for text in (finding.why, finding.remedy):
                if text:
                    item.addChild(QTreeWidgetItem(["", "", text]))
            self._list.addTopLevelItem(item)
        self._list.resizeColumnToContents(0)
        self._line.setText(summary_text(findings) or "Nothing to note")
        self._line.setEnabled(bool(findings))
        if not findings:
            self._line.setChecked(False)

    def unfold(self) -> None:
        """Show the list, where there is anything in it."""
        self._line.setChecked(self._line.isEnabled())

    def focus(self) -> None:
        """Go to the list where it is open, else to the line."""
        target = self._list if self._list.isVisible() else self._line
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fold(self, is_open: bool) -> None:
        self._list.setVisible(is_open)
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._line.setArrowType(arrow)

    def _activate(self, item: QTreeWidgetItem) -> None:
        alias = (item.parent() or item).data(0, Qt.ItemDataRole.UserRole)
        if alias:
            self.entry_activated.emit(str(alias))
