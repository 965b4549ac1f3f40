"""A table of certificates to choose from. Rows are asked for as they come into view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from handfast.core.visible_text import visible
from handfast.ui.widgets.indicators import TickDelegate
from handfast.ui.widgets.style import GRID, plain, state_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QKeyEvent

#: Rows that a table asks room for; the others are scrolled to.
_FEWEST_ROWS, _MOST_ROWS = 3, 8

Index = QModelIndex | QPersistentModelIndex


class Row(Protocol):
    """What the table shows of one certificate."""

    def texts(self) -> Sequence[str]: ...
    def is_checked(self) -> bool: ...
    def state(self) -> str:
        """``error``, ``warning``, ``ok`` or nothing, of the last column."""


class CertificateTableModel(QAbstractTableModel):
    """The rows of the flow, as Qt asks for them. It stores nothing of its own."""

    checked = Signal(int, bool)
    renamed = Signal(int, str)

    def __init__(
        self, columns: Sequence[str], *, editable: int = -1, is_chosen_by_row: bool = False
    ) -> None:
        """``is_chosen_by_row``: a row that is selected is ticked, and the other way round."""
        super().__init__()
        self.is_chosen_by_row = is_chosen_by_row
        self._columns = tuple(columns)
        self._editable = editable
        self._rows: Sequence[Row] = ()
        self._view: QTableView | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; the selection stays where the number of rows does."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        if rows:
            last = self.index(len(rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return visible(row.texts()[column])
            case Qt.ItemDataRole.ToolTipRole:
                return plain(visible(row.texts()[column]))
            case Qt.ItemDataRole.EditRole:
                return row.texts()[column]
            case Qt.ItemDataRole.CheckStateRole if column == 0:
                return Qt.CheckState.Checked if row.is_checked() else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ForegroundRole if column == len(self._columns) - 1:
                return self._colour(row.state())
        return None

    def set_view(self, view: QTableView) -> None:
        """The view whose palette decides how a state is colored."""
        self._view = view

    def _colour(self, state: str) -> QColor | None:
        if not state or self._view is None:
            return None
        return state_color(state, self._view.palette())

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.CheckStateRole:
            self.checked.emit(index.row(), Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() == self._editable:
            self.renamed.emit(index.row(), str(value))
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0 and not self.is_chosen_by_row:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == self._editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401 - Qt's
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._columns[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class CertificateTable(QTableView):
    """Rows to tick; space ticks the current one, wherever in the row the keyboard is."""

    current_row_changed = Signal(int)
    #: The rows that a person has selected, where that is what ticks them; a list.
    rows_chosen = Signal(list)
    #: A column, and whether its last comes first.
    sorted_by = Signal(int, bool)

    def __init__(
        self, model: CertificateTableModel, *, widths: Sequence[int], is_sortable: bool = False
    ) -> None:
        super().__init__()
        self._table = model
        self._is_showing = False
        self.setItemDelegate(TickDelegate(self))
        model.set_view(self)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(
            modes.MultiSelection if model.is_chosen_by_row else modes.SingleSelection
        )
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        # One height for all: Qt would ask every row of ten thousand for its own.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(
            max(3 * GRID, self.fontMetrics().height() + GRID)
        )
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in enumerate(widths):
            if width:
                self.setColumnWidth(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        if is_sortable:
            header.setSectionsClickable(True)
            header.setSortIndicatorShown(True)
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            header.sortIndicatorChanged.connect(
                lambda column, order: self.sorted_by.emit(
                    column, order == Qt.SortOrder.DescendingOrder
                )
            )
        model.modelReset.connect(self.updateGeometry)
        self.selectionModel().selectionChanged.connect(self._tell_rows)
        self.selectionModel().currentRowChanged.connect(
            lambda current, _previous: self.current_row_changed.emit(current.row())
        )

    def sizeHint(self) -> QSize:
        # As many rows as there are: what stands beneath should be seen without scrolling.
        rows = min(max(self._table.rowCount(), _FEWEST_ROWS), _MOST_ROWS)
        height = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        height += rows * self.verticalHeader().defaultSectionSize()
        return QSize(super().sizeHint().width(), height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self._table.is_chosen_by_row:
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Space and index.isValid():
            first = self._table.index(index.row(), 0)
            is_checked = first.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            self._table.checked.emit(index.row(), not is_checked)
            return
        super().keyPressEvent(event)

    def choose_rows(self, rows: Sequence[int]) -> None:
        """Have exactly these selected, without telling of it."""
        wanted = QItemSelection()
        last = len(self._table.columns) - 1
        first = previous = -2
        for row in (*rows, -1):
            if row == previous + 1 and row > 0:
                previous = row
                continue
            if first >= 0:
                wanted.select(self._table.index(first, 0), self._table.index(previous, last))
            first = previous = row
        self._is_showing = True
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._is_showing = False

    def _tell_rows(self) -> None:
        if not self._table.is_chosen_by_row or self._is_showing:
            return
        rows = {
            row
            for span in self.selectionModel().selection().toList()
            for row in range(span.top(), span.bottom() + 1)
        }
        self.rows_chosen.emit(sorted(rows))

    def go_to_row(self, row: int) -> None:
        """Put the keyboard there, and leave what is selected as it is."""
        self.selectionModel().setCurrentIndex(
            self._table.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate
        )

    def select_row(self, row: int) -> None:
        if row < self._table.rowCount():
            self.setCurrentIndex(self._table.index(row, 0))
