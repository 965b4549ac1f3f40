"""The table of an inventory: what expires first is above, and how it stands is seen at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from handfast.core.language import tr
from handfast.core.visible_text import alias_text, visible
from handfast.flows.inventory.finding import Order
from handfast.flows.inventory.rows import RowState, state_words, why_words
from handfast.services.describe.validity import date_text, moment_text
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import GRID, plain, state_color

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from handfast.flows.inventory.rows import ExpiryRow

Index = QModelIndex | QPersistentModelIndex

STATE, END, ALIAS, NAME, KEYSTORE, FOLDER = range(6)
_COLUMNS = (
    tr("Expires"),
    tr("Valid until"),
    tr("Alias"),
    tr("Common name"),
    tr("Keystore"),
    tr("Folder"),
)
_ORDERS = (Order.EXPIRY, Order.EXPIRY, Order.ALIAS, Order.NAME, Order.KEYSTORE, Order.FOLDER)
_PICTURES = {
    RowState.EXPIRED: "expired",
    RowState.EXPIRING: "expiring",
    RowState.VALID: "ok",
    RowState.LOCKED: "lock",
    RowState.DAMAGED: "damaged",
    RowState.UNSUPPORTED: "damaged",
    RowState.UNREADABLE: "damaged",
}
_COLORS = {
    RowState.EXPIRED: "error",
    RowState.EXPIRING: "warning",
    RowState.DAMAGED: "error",
    RowState.UNSUPPORTED: "error",
    RowState.UNREADABLE: "error",
}
#: Of the columns after the first two, which are as wide as what is in them.
_SHARES = (3, 3, 3, 4)


class ExpiryModel(QAbstractTableModel):
    """The rows of the flow, asked for as they come into view."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._rows: Sequence[ExpiryRow] = ()
        self._now: datetime | None = None

    def show_rows(self, rows: Sequence[ExpiryRow], now: datetime) -> None:
        """Show these instead, as of this moment."""
        self.beginResetModel()
        self._rows, self._now = rows, now
        self.endResetModel()

    def row_at(self, index: Index) -> ExpiryRow | None:
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def index_of(self, row: ExpiryRow) -> QModelIndex:
        at = next((at for at, each in enumerate(self._rows) if each is row), -1)
        return self.index(at, 0) if at >= 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(row, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return plain(self._tip(row, index.column()))
            case Qt.ItemDataRole.DecorationRole if index.column() == STATE:
                return icon(_PICTURES[row.state])
            case Qt.ItemDataRole.ForegroundRole if index.column() == STATE:
                color = _COLORS.get(row.state)
                return state_color(color, self._view.palette()) if color else None
        return None

    def _text(self, row: ExpiryRow, column: int) -> str:
        match column:
            case _ if column == STATE:
                return state_words(row, self._now) if self._now is not None else ""
            case _ if column == END:
                return date_text(row.end) if row.end is not None else "–"
            case _ if column == ALIAS:
                return alias_text(row.alias) if row.certificate is not None else "–"
            case _ if column == NAME:
                return visible(row.common_name) if row.certificate is not None else "–"
            case _ if column == KEYSTORE:
                return visible(row.path.name)
            case _:
                return visible(shown_path(row.path.parent))

    def _tip(self, row: ExpiryRow, column: int) -> str:
        if column in {STATE, END}:
            moment = moment_text(row.end) if row.end is not None else ""
            return "\n".join(part for part in (moment, why_words(row)) if part)
        if column in {KEYSTORE, FOLDER}:
            return visible(str(row.path))
        return self._text(row, column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401 - Qt's
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _COLUMNS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def _row_of(wanted: ExpiryRow, rows: Sequence[ExpiryRow]) -> int:
    """Where a row is, or the one that was read in its place; the first where neither is."""
    at = next((at for at, row in enumerate(rows) if row is wanted), -1)
    if at < 0:
        place = wanted.place()
        same = (at for at, row in enumerate(rows) if row.alias == place[1] and row.place() == place)
        at = next(same, 0)
    return at


class ExpiryTable(QTableView):
    """Enter and a double click open the row; columns share the room until somebody moves one."""

    row_opened = Signal()
    #: What to sort by (an Order), and whether the last comes first.
    sorted_by = Signal(object, bool)
    #: Where on the screen a menu for the current row is wanted.
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ExpiryModel(self)
        self.setModel(self.rows)
        #: Whether a person has gone to a row; until then it is the first that matters.
        self._is_touched = False
        self._is_shared = True
        self._is_sharing = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        # One height for all: Qt would ask every row of ten thousand for its own.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(
            max(3 * GRID, self.fontMetrics().height() + GRID)
        )
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(6 * GRID)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(STATE, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(
            lambda column, order: self.sorted_by.emit(
                _ORDERS[column], order == Qt.SortOrder.DescendingOrder
            )
        )
        header.sectionResized.connect(self._note_resized)
        self.doubleClicked.connect(lambda _index: self.row_opened.emit())

    def current_row(self) -> ExpiryRow | None:
        return self.rows.row_at(self.currentIndex())

    def show_rows(self, rows: Sequence[ExpiryRow], now: datetime) -> None:
        """Show these; the row that was current stays so where it is among them."""
        current = self.current_row()
        scrolled = self.verticalScrollBar().value()
        self.rows.show_rows(rows, now)
        if not rows:
            return
        self.selectRow(_row_of(current, rows) if current is not None else 0)
        if current is None:
            self.scrollToTop()
        else:
            self.verticalScrollBar().setValue(scrolled)

    def show_order(self, order: Order, *, is_descending: bool) -> None:
        """Mark the column that the rows are sorted by; no signal follows."""
        header = self.horizontalHeader()
        header.blockSignals(True)
        header.setSortIndicator(
            _ORDERS.index(order),
            Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder,
        )
        header.blockSignals(False)

    def begin_at(self, row: ExpiryRow | None) -> None:
        """Select this row, unless somebody has gone to another one already."""
        if self._is_touched or row is None:
            return
        index = self.rows.index_of(row)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def begin_again(self) -> None:
        """Nobody has gone to a row of what comes now."""
        self._is_touched = False

    # --- columns --------------------------------------------------------------------

    def _note_resized(self, *_sizes: int) -> None:
        if not self._is_sharing:
            self._is_shared = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_shared:
            self._share()

    def _share(self) -> None:
        """Give each column its part: nothing is cut off while there is room for it elsewhere."""
        metrics = self.fontMetrics()
        # A month may have a longer name, and the icon stands before the words.
        first = metrics.horizontalAdvance(tr("expired 11 months ago")) + 5 * GRID
        second = metrics.horizontalAdvance("00 MMM 0000") + 2 * GRID
        left = max(self.viewport().width() - first - second, 0)
        self._is_sharing = True
        self.setColumnWidth(STATE, first)
        self.setColumnWidth(END, second)
        for column, share in zip(range(ALIAS, FOLDER + 1), _SHARES, strict=True):
            self.setColumnWidth(column, left * share // sum(_SHARES))
        self._is_sharing = False

    # --- keys and menus -------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_touched = True
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._is_touched = True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current_row() is not None:
            self.row_opened.emit()
            event.accept()
            return
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and self.rows.rowCount():
            # Qt would go to the first or last column, and a row is one thing here.
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else self.rows.rowCount() - 1)
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() is event.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(rect.bottomLeft())
        elif not self.indexAt(event.pos()).isValid():
            return
        if self.current_row() is not None:
            self.menu_wanted.emit(at)
