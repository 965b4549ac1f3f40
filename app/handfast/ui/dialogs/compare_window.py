"""Compare two certificates or keystores: what is compared above, what differs beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.flows.verification.comparing import (
    SIDES,
    Chosen,
    CompareFlow,
    place,
    report_text,
    value,
    verdict,
)
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.fields.store_field import LONGEST, StoreField
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID, breakable, heading_font, plain
from handfast.ui.widgets.value_rows import Mark
from handfast.ui.widgets.window_layout import (
    labeled_form,
    resize_to_fit,
    rule,
    stacked_lines,
    window_button,
)
from handfast.ui.widgets.window_services import open_stores
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent

    from handfast.core.errors import HandfastError
    from handfast.flows.verification.comparing import Side
    from handfast.services.exchange.comparing import Comparison, Difference
    from handfast.ui.widgets.window_services import RunningJob, Workspace

#: Rows of differences that are drawn: nobody reads more, and each is measured for its height.
_MOST_ROWS = 200
_LABELS = {"a": tr("First"), "b": tr("Second")}
_ENTRIES = {"a": tr("Entry of the first"), "b": tr("Entry of the second")}


class CompareWindow(QDialog):
    """Two columns of what is compared; the answer follows each choice at once."""

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        a: tuple[str, str | None] | None = None,
        b: tuple[str, str | None] | None = None,
        file: Path | None = None,
    ) -> None:
        """``a`` and ``b`` are the keys of open keystores, each with an alias or None for all.

        ``file`` is read for the first side, where it is not an open keystore.
        """
        super().__init__(parent)
        self.setObjectName("compareWindow")
        self.setWindowTitle(tr("Compare"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self._job: RunningJob | None = None
        self.flow = CompareFlow(
            open_stores(workspace, None),
            a=Chosen(key=a[0], alias=a[1]) if a is not None else None,
            b=Chosen(key=b[0], alias=b[1]) if b is not None else None,
        )
        #: What was found last.
        self.found: Comparison | None = None
        self.stores: dict[Side, StoreField] = {}
        self.entries: dict[Side, NameBox] = {}
        # Tab goes through the parts in the order in which they are made.
        for side in SIDES:
            self._make_fields(side)
        self.problem = ProblemBar(self)
        lines = stacked_lines(self)
        lines.addLayout(self._form())
        lines.addWidget(rule())
        lines.addWidget(self.problem)
        lines.addLayout(self._answer(), 1)
        lines.addLayout(self._foot())
        resize_to_fit(self, (112, 84), least=(72, 52))
        workspace.documents_changed.connect(self._documents_changed)
        self.refresh()
        if file is not None:
            self.stores["a"].read(file)

    # --- the parts ------------------------------------------------------------------

    def _make_fields(self, side: Side) -> None:
        jobs = self._workspace.jobs
        field = StoreField(f"compare{side.upper()}", _LABELS[side], jobs, self)
        field.chosen.connect(lambda key: self._choose(side, key))
        field.opened.connect(lambda opened: self._take(side, opened))
        box = NameBox(self)
        box.setObjectName(f"compare{side.upper()}Alias")
        box.setAccessibleName(_ENTRIES[side])
        box.activated.connect(
            lambda at: self._choose(side, self.flow.chosen(side).key, box.itemData(at))
        )
        self.stores[side], self.entries[side] = field, box

    def _form(self) -> QHBoxLayout:
        columns = QHBoxLayout()
        columns.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        columns.setSpacing(4 * GRID)
        for side in SIDES:
            form = labeled_form()
            form.addRow(_LABELS[side], self.stores[side])
            form.addRow(tr("Entry"), self.entries[side])
            columns.addLayout(form, 1)
        return columns

    def _answer(self) -> QVBoxLayout:
        self.verdict = WrapLabel("")
        self.verdict.setObjectName("compareVerdict")
        self.verdict.setFont(heading_font(self.font(), larger_by=2))
        self.mark = Mark("ok", self)
        self.mark.setFont(self.verdict.font())
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.mark)
        head.addWidget(self.verdict, 1)
        self.table = QTableWidget(0, 3, self)
        self.table.setObjectName("compareTable")
        self.table.setAccessibleName(tr("Differences"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(True)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.resizeSection(0, 24 * GRID)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        # Where the columns become narrower, a text takes more lines.
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.rest = WrapLabel("", shade="quiet")
        self.rest.setObjectName("compareRest")
        lines = QVBoxLayout()
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, GRID)
        lines.setSpacing(GRID)
        lines.addLayout(head)
        lines.addWidget(self.table, 1)
        lines.addWidget(self.rest)
        # Without a table, the rest stays at the top.
        lines.addStretch(0)
        return lines

    def _foot(self) -> QHBoxLayout:
        self.copy = CopyButton(tr("&Copy as Text"), self)
        self.copy.setObjectName("compareCopy")
        row = QHBoxLayout()
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(window_button(tr("Close"), self.close, self, name="compareClose"))
        return row

    # --- choosing -------------------------------------------------------------------

    def _choose(self, side: Side, key: str, alias: str | None = None) -> None:
        self.flow.choose(side, key, alias)
        self.refresh()

    def _take(self, side: Side, opened: object) -> None:
        self.flow.compare_file(side, opened)  # type: ignore[arg-type]  # the signal says what it is
        self.refresh()

    def _documents_changed(self) -> None:
        self.flow.set_stores(open_stores(self._workspace, None))
        self.refresh()

    def refresh(self) -> None:
        """Show what is chosen, and compare it off the GUI thread."""
        for side in SIDES:
            chosen = self.flow.chosen(side)
            self.stores[side].show_stores(self.flow.catalogue.stores, chosen.key)
            box = self.entries[side]
            box.clear()
            box.addItem(tr("Everything"), None)
            aliases = self.flow.aliases(side)
            for alias in aliases:
                box.add_name(alias)
            at = 0 if chosen.alias is None else box.findData(chosen.alias)
            box.setCurrentIndex(max(0, at))
            box.setEnabled(bool(aliases))
        self._compare()

    # --- comparing ------------------------------------------------------------------

    def _compare(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.problem.hide()
        self.found = None
        problems = self.flow.problems()
        if problems:
            self._show("", problems[0].message, ())
            return
        self._job = self._workspace.jobs.run(
            self.flow.prepared(), done=self._done, failed=self._failed
        )

    def _done(self, found: Comparison) -> None:
        self._job = None
        self.found = found
        self._show("ok" if found.is_same else "warning", verdict(found), found.differences)
        self.copy.set_content(report_text(self.flow, found))

    def _failed(self, error: HandfastError) -> None:
        self._job = None
        self._show("", "", ())
        self.problem.show_error(error)

    def _show(self, state: str, words: str, differences: Sequence[Difference]) -> None:
        self.mark.setVisible(bool(state))
        if state:
            self.mark.kind = state
            self.mark.update()
        self.verdict.setText(words)
        self.copy.set_content("")
        self.table.setHorizontalHeaderLabels(
            [tr("Difference"), *(shorten(self.flow.name(side), LONGEST) for side in SIDES)]
        )
        shown = differences[:_MOST_ROWS]
        self.table.setRowCount(len(shown))
        for row, difference in enumerate(shown):
            texts = (place(difference), value(difference, "a"), value(difference, "b"))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(breakable(text))
                item.setToolTip(plain(text))
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
                self.table.setItem(row, column, item)
        self.table.setVisible(bool(shown))
        if shown:
            self.table.setCurrentCell(0, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
        left = len(differences) - len(shown)
        self.rest.setText(
            tr_count("and {count} more; Copy as Text has all of them",
                     "and {count} more; Copy as Text has all of them", left)
            if left else ""
        )  # fmt: skip
        self.rest.setVisible(bool(left))

    # --- the end --------------------------------------------------------------------

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: what was read for this has keys in it."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        for field in self.stores.values():
            field.closing()
        self.flow.forget_secrets()
        super().closeEvent(event)
