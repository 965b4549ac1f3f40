"""The last step: how to configure the program with the keystores, to be copied or saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.flows.setup.recipes import recipe_for, recipe_kinds
from handfast.ui.mutual_tls.recipe_view import RecipeView
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.error_panel import ErrorPanel
from handfast.ui.widgets.fields.file_to_save import ask_where_to_save
from handfast.ui.widgets.style import GRID, TextLabel, plain
from handfast.ui.widgets.window_services import documents_folder
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.flows.base import FieldProblem
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.handshake.recipes import Recipe


_PORTS = {
    "client": tr("The partner’s port, which you connect to."),
    "server": tr("Your port, which they connect to."),
}


class RecipePage(Page):
    """One recipe at a time, that of the preset first."""

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(
            step="recipe",
            prefix="setup",
            heading=tr("Recipe"),
            introduction=tr(
                "How to configure your program to use these keystores. You fill in the passwords."
            ),
        )
        self._flow = flow
        self._wanted = ""
        self._recipe: Recipe | None = None
        self.view: RecipeView | None = None

    def build(self) -> None:
        self.kind = QComboBox()
        self.kind.activated.connect(self._chosen)
        self.form.add("recipe", tr("&Program"), self.kind)
        self.port = QLineEdit()
        self.port.textEdited.connect(self._edit_port)
        self.form.add("port", tr("P&ort"), self.port)
        self.form.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.error = ErrorPanel()
        self.error.setObjectName("setup.recipe.error")
        self.error.hide()
        self._place = QVBoxLayout()
        self.copy = CopyButton(tr("Cop&y All"))
        self.copy.setObjectName("setup.recipe.copy")
        self.save = QPushButton(tr("&Save As…"))
        self.save.setObjectName("setup.recipe.save")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self._choose)
        self.said = TextLabel()
        self.said.setObjectName("setup.recipe.said")
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        row.addWidget(self.said, 1)
        self.content.addWidget(self.form)
        self.content.addLayout(row)
        self.content.addWidget(self.error)
        self.content.addLayout(self._place)
        self.content.addStretch(1)

    def _edit_port(self, text: str) -> None:
        self._flow.set_port(text)
        self.took_edit(("port",))

    def _chosen(self, index: int) -> None:
        self._wanted = str(self.kind.itemData(index))
        self.show_draft()
        self.show_problems(self._flow.problems("recipe"))

    def show_draft(self) -> None:
        flow = self._flow
        kinds = recipe_kinds(flow)
        ids = [each.id for each in kinds]
        if [self.kind.itemData(at) for at in range(self.kind.count())] != ids:
            self.kind.clear()
            for each in kinds:
                self.kind.addItem(each.title, each.id)
                self.kind.setItemData(
                    self.kind.count() - 1, plain(each.summary), Qt.ItemDataRole.ToolTipRole
                )
        if self._wanted not in ids:
            self._wanted = flow.preset.recipe if flow.preset.recipe in ids else ids[0]
        self.kind.setCurrentIndex(ids.index(self._wanted))
        self._show_port(kinds[ids.index(self._wanted)].usual_port(flow.draft.role))
        try:
            self._show(recipe_for(flow, self._wanted))
        except HandfastError as error:
            self._show(None)
            self.error.show_error(error)
            self.error.show()

    def _show_port(self, usual: int) -> None:
        """The field, where the recipe names a port at all."""
        flow = self._flow
        if self.port.text() != flow.port:
            self.port.setText(flow.port)
        row = self.form.rows["port"]
        row.set_visible(usual != 0)
        self.port.setPlaceholderText(tr("{port}, the usual port", port=usual))
        row.note.set_help(_PORTS[flow.draft.role])

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        """A recipe with another port than the one that is meant is not to be copied."""
        found = tuple(problems)
        super().show_problems(found)
        is_fit = self._recipe is not None and not (found and self.form.rows["port"].is_shown)
        for widget in (self.copy, self.save, self.view):
            if widget is not None:
                widget.setEnabled(is_fit)

    def _show(self, recipe: Recipe | None) -> None:
        if recipe == self._recipe and recipe is not None:
            return
        self._recipe = recipe
        self.error.hide()
        self.said.setText("")
        if self.view is not None:
            self._place.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
            self.view = None
        if recipe is not None:
            self.view = RecipeView(recipe)
            self._place.addWidget(self.view)
            self.view.show()
            self.copy.set_content(self.text())

    def text(self) -> str:
        """The recipe as Markdown."""
        from handfast.handshake.recipes import recipe_text

        return recipe_text(self._recipe) if self._recipe is not None else ""

    def _choose(self) -> None:
        name = f"{self._wanted}-recipe.md"
        ask_where_to_save(
            self,
            title=tr("Save the Recipe"),
            name=name,
            folders=(Path(self._flow.draft.folder), documents_folder()),
            take=self.write,
        )

    def write(self, path: Path) -> None:
        """Save the recipe as a text."""
        from handfast.services.files.store_files import write_file
        from handfast.services.policy.overwriting import check_replaceable

        try:
            check_replaceable(path)
            write_file(path, self.text().encode(), overwrite=True, new_mode=0o644)
        except HandfastError as error:
            self.error.show_error(error)
            self.error.show()
            return
        self.error.hide()
        self.said.setText(tr("Saved as {name}.", name=path.name))

    def focus_first(self) -> None:
        self.kind.setFocus()
