"""Other aliases for several entries, drawn: a table, the alias of today beside the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from handfast.core.language import tr, tr_count
from handfast.core.visible_text import alias_text
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.style import GRID

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.flows.entries.renaming import RenameSeveralFlow

_NOW, _NEW = 0, 1


class RenameSeveralDialog(FormDialog):
    """The flow, drawn; ``renamed`` brings the keystore with the entries under their aliases."""

    renamed = Signal(object)

    def __init__(self, flow: RenameSeveralFlow, parent: QWidget | None = None) -> None:
        count = len(flow.entries)
        title = tr_count("Rename {count} Entry", "Rename {count} Entries", count)
        super().__init__("renameSeveralDialog", title, tr("Rename"), parent)
        self.flow = flow
        self.table = QTableWidget(count, 2)
        self.table.setHorizontalHeaderLabels([tr("Current alias"), tr("New alias")])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        # Tab leads on to the buttons; the arrow keys lead from alias to alias.
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumSize(48 * GRID, 24 * GRID)
        for row, entry in enumerate(flow.entries):
            shown = QTableWidgetItem(alias_text(entry.alias))
            shown.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.table.setItem(row, _NOW, shown)
            self.table.setItem(row, _NEW, QTableWidgetItem(entry.alias))
        self.table.setCurrentCell(0, _NEW)
        self.table.itemChanged.connect(self._edited)
        self.form.add("aliases", tr("&Aliases"), self.table, wide=True, grow=True)
        self.form.rows["aliases"].touched = True
        self.finish()
        self._show_state()

    def _edited(self, item: QTableWidgetItem) -> None:
        if item.column() == _NEW:
            self.flow.update(at=item.row(), alias=item.text())
            self._show_state()

    def _show_state(self) -> None:
        problems = self.flow.problems()
        self.show_problems(problems, everywhere=False)
        self.go.setEnabled(self.flow.count_changed > 0 and not problems)

    def try_it(self) -> None:
        if self.flow.count_changed and self.flow.can_leave("alias"):
            self.renamed.emit(self.flow.run())
            self.accept()

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: this is about one of them, and closes."""
        self.close()
