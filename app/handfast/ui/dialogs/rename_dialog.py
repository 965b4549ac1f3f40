"""Another alias for an entry, drawn; whether it can be had is said while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.ui.dialogs.form_dialog import FormDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from handfast.flows.entries.renaming import RenameFlow


class RenameDialog(FormDialog):
    """The flow, drawn; ``renamed`` brings the keystore with the entry under its new alias."""

    renamed = Signal(object)

    def __init__(self, flow: RenameFlow, parent: QWidget | None = None) -> None:
        name = shorten(flow.entry.alias, 40)
        super().__init__("renameDialog", tr("Rename “{name}”", name=name), tr("Rename"), parent)
        self.flow = flow
        self.field = QLineEdit(flow.draft.alias)
        self.field.selectAll()
        self.form.add("alias", tr("&New alias"), self.field)
        self.form.rows["alias"].touched = True
        self.field.textChanged.connect(self._edited)
        self.finish()
        self._show_state()

    def _edited(self, text: str) -> None:
        self.flow.update(alias=text)
        self._show_state()

    def _show_state(self) -> None:
        problems = self.flow.problems()
        self.show_problems(problems, everywhere=False)
        self.go.setEnabled(self.flow.is_changed and not problems)

    def try_it(self) -> None:
        if self.flow.is_changed and self.flow.can_leave("alias"):
            self.renamed.emit(self.flow.run())
            self.accept()

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this is about one of them, and closes."""
        self.close()
