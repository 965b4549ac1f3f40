"""The tree of entries: rows with room, and columns that can be chosen and are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QMenu, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from handfast.core.language import tr
from handfast.ui.program.settings import SortedBy
from handfast.ui.store_tab.entry_node import COLUMNS
from handfast.ui.widgets.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData, QPersistentModelIndex
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent, QResizeEvent

    from handfast.ui.program.settings import Settings

_WIDTHS = (
    230, 170, 210, 170, 90, 150, 220, 130, 260, 110, 180, 80, 90, 220, 220, 110,
)  # fmt: skip
_COLUMN_NUMBERS = frozenset(str(column) for column in range(len(COLUMNS)))
_ASCENDING = Qt.SortOrder.AscendingOrder
#: How many columns there were when the layout was first remembered.
_FIRST_COUNT = 9
#: Shown at first; the others are a right click on the header away.
_FIRST_SHOWN = frozenset({0, 1, 2})
_ROOM_PX = 8
#: In a narrow window a column is not smaller than this part of its usual width; then it scrolls.
_LEAST_PART = 0.6
#: A date is worth nothing without its end: that column gives way last.
_LEAST_PARTS = {2: 0.85}
#: Of the others then.
_LEAST_BESIDE_FIRM = 0.5


class _Roomy(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + _ROOM_PX)

    # PySide’s annotation knows no None, with which Qt says that there is no editor.
    def createEditor(self, *_given: object) -> None:  # type: ignore[override]
        """A row shows what is in the file; nothing is typed into it."""


class EntryTree(QTreeView):
    """Key pairs, trusted certificates and secret keys of one store."""

    #: Sent with the first rows that a person sees.
    rows_painted = Signal()
    #: An entry was clicked twice, or Enter was pressed on it.
    details_requested = Signal()

    def __init__(self, settings: Settings | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        #: Makes the menu of a row, or of no row, as a child of the tree.
        self.make_menu: Callable[[QWidget, QModelIndex], QMenu] | None = None
        #: What a drag of the selected rows carries; None where they cannot be dragged.
        self.make_drag: Callable[[], QMimeData | None] | None = None
        #: Called once a drag is over, wherever it ended.
        self.drag_ended: Callable[[], object] = lambda: None
        self._has_painted = False
        #: Whether the columns share the room; until somebody gives one a width.
        self._shares_room = True
        self._is_sharing = False
        #: The width of the viewport. To ask for the viewport itself has PySide make the classes of
        #: all kinds of widgets, which the first rows would wait for.
        self._room = 0
        self.setObjectName("entryTree")
        self.setAccessibleName(tr("Entries"))
        self.setUniformRowHeights(True)
        self.setItemDelegate(_Roomy(self))
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        # Twice clicked, an entry shows its details; its chain unfolds by the arrow.
        self.setExpandsOnDoubleClick(False)
        self.doubleClicked.connect(self._open)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setAllColumnsShowFocus(True)
        self.setDragEnabled(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        header = self.header()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted and self.model().rowCount():
            self._has_painted = True
            self.rows_painted.emit()

    def _open(self, index: QModelIndex) -> None:
        if index.parent().isValid():
            self.details_requested.emit()
        elif index.isValid():
            first = index.siblingAtColumn(0)
            self.setExpanded(first, not self.isExpanded(first))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        data = self.make_drag() if self.make_drag is not None else None
        if data is None:
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(icon("copy").pixmap(QSize(24, 24)))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)
        self.drag_ended()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.make_menu is None:
            return
        position = event.globalPos()
        index = self.indexAt(self.viewport().mapFromGlobal(position))
        if event.reason() is event.Reason.Keyboard:
            # Qt would put it in the middle of the window, and not where the person looks.
            index = self.currentIndex()
            row = self.visualRect(index)
            inside = row.bottomLeft() + QPoint(24, 0) if row.isValid() else QPoint(24, 24)
            position = self.viewport().mapToGlobal(inside)
        self.make_menu(self, index).popup(position)

    def set_up_columns(self) -> None:
        """Lay the columns out; to be called once the model is there."""
        header = self.header()
        state = self._settings.tree_header if self._settings is not None else None
        if state is None or not header.restoreState(state):
            self._lay_out()
        else:
            self._shares_room = False
            # What was not there when the layout was remembered is not shown by itself.
            known = self._settings.tree_columns if self._settings is not None else len(COLUMNS)
            for column in range(max(known, _FIRST_COUNT), len(COLUMNS)):
                self.setColumnHidden(column, True)
                self.setColumnWidth(column, _WIDTHS[column])
        # A third click on a header leads back to the order of the file.
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(*self._remembered_order())
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(self._remember_order)
        header.sectionResized.connect(self._resized)
        self._share_room()
        header.sectionMoved.connect(self._remember)

    def _remembered_order(self) -> tuple[int, Qt.SortOrder]:
        """The column that the rows were sorted by the last time, and how; -1 for none."""
        remembered = self._settings.tree_sorted if self._settings is not None else None
        if remembered is None or remembered.column not in _COLUMN_NUMBERS:
            return -1, _ASCENDING
        order = Qt.SortOrder.DescendingOrder if remembered.is_descending else _ASCENDING
        return int(remembered.column), order

    def _remember_order(self, column: int, order: Qt.SortOrder) -> None:
        if self._settings is not None:
            is_descending = order == Qt.SortOrder.DescendingOrder
            self._settings.tree_sorted = (
                SortedBy(column=str(column), is_descending=is_descending) if column >= 0 else None
            )

    def _lay_out(self) -> None:
        header = self.header()
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
            self.setColumnHidden(column, column not in _FIRST_SHOWN)
            header.moveSection(header.visualIndex(column), column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        current = self.visualRect(self.currentIndex())
        was_seen = current.isValid() and current.bottom() <= event.oldSize().height()
        super().resizeEvent(event)
        self._room = event.size().width()
        self._share_room()
        if was_seen and current.bottom() > event.size().height():
            # Such as by a notice beneath the rows.
            self.scrollTo(self.currentIndex())

    def _share_room(self) -> None:
        """Give each column its part of the room, so that none is cut off beside an empty one."""
        if not self._shares_room or self.model() is None:
            return
        shown = [each for each in range(len(COLUMNS)) if not self.isColumnHidden(each)]
        wanted = sum(_WIDTHS[each] for each in shown)
        part = self._room / max(wanted, 1)
        firm = {each: _LEAST_PARTS[each] for each in shown if part < _LEAST_PARTS.get(each, 0)}
        if firm:
            rest = self._room - sum(_WIDTHS[each] * least for each, least in firm.items())
            part = rest / max(sum(_WIDTHS[each] for each in shown if each not in firm), 1)
        part = max(part, _LEAST_BESIDE_FIRM if firm else _LEAST_PART)
        self._is_sharing = True
        for column in shown:
            self.setColumnWidth(column, int(_WIDTHS[column] * firm.get(column, part)))
        self._is_sharing = False

    def select_only(self, index: QModelIndex) -> None:
        """Go to a row and select it alone, whichever keys are held down in the meantime."""
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def span_groups(self) -> None:
        """Give the titles of the groups the whole row."""
        for row in range(self.model().rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)

    def forget_columns(self) -> None:
        """Show them as at first: which, how wide, and in which order."""
        self._shares_room = self._is_sharing = True
        self._lay_out()
        self._is_sharing = False
        self._share_room()
        self.sortByColumn(-1, _ASCENDING)
        if self._settings is not None:
            self._settings.tree_header = None

    def column_menu(self) -> QMenu:
        """A menu with a tick for each column that is shown; the name always is."""
        menu = QMenu(self)
        for column, title in enumerate(COLUMNS[1:], 1):
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(column))
            action.toggled.connect(lambda on, column=column: self._show_column(column, on))
        menu.addSeparator()
        unsorted = menu.addAction(tr("Order of the File"))
        unsorted.setObjectName("treeUnsorted")
        unsorted.setEnabled(self.header().sortIndicatorSection() >= 0)
        unsorted.triggered.connect(lambda: self.sortByColumn(-1, _ASCENDING))
        return menu

    def _offer_columns(self, position: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.header().mapToGlobal(position))

    def _show_column(self, column: int, is_shown: bool) -> None:
        self._is_sharing = True
        self.setColumnHidden(column, not is_shown)
        self._is_sharing = False
        self._share_room()
        self._remember()

    def _resized(self, column: int) -> None:
        header = self.header()
        shown = [each for each in range(header.count()) if not header.isSectionHidden(each)]
        # The last column takes what is left by itself; nobody chose that.
        is_last = column == max(shown, key=header.visualIndex, default=-1)
        if self._is_sharing or is_last:
            return
        self._shares_room = False
        self._remember()

    def _remember(self) -> None:
        if self._settings is not None:
            self._settings.tree_header = self.header().saveState()
            self._settings.tree_columns = len(COLUMNS)
