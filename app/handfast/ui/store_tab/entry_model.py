"""The entries of a store as a tree: groups, entries, and the chain of each key pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette, QStandardItem, QStandardItemModel

from handfast.ui.store_tab.entry_icons import entry_icon
from handfast.ui.store_tab.entry_node import COLUMNS, NAME, Node
from handfast.ui.widgets.style import quiet_color

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROUPS = (
    ("key-pair", "Key pairs"),
    ("trusted-certificate", "Trusted certificates"),
    ("secret-key", "Secret keys"),
)
Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_ANSWERED = frozenset(
    {_ROLE.DisplayRole, _ROLE.DecorationRole, _ROLE.ForegroundRole, _ROLE.ToolTipRole,
     _ROLE.AccessibleTextRole, _ROLE.FontRole}
)  # fmt: skip
#: So few rows are searched and sorted at once, prepared or not.
FEW = 100


class EntryModel(QStandardItemModel):
    """Filters and sorts the rows, and hands out their texts when they are painted.

    A view asks for the index and the children of every row of a group that it unfolds. Qt's own
    model answers that by itself; only what a row shows comes from here. With a model all in
    Python the window stood still for a tenth of a second over ten thousand rows.
    """

    def __init__(self, rows: list[Node], parent: QObject | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self._rows = rows
        self._words: tuple[str, ...] = ()
        self._sorting: tuple[int, bool] | None = None
        self._groups: list[Node] = []
        self._waits = False
        self._reset()

    def set_rows(self, rows: list[Node]) -> None:
        self._rows = rows
        self._reset()

    def set_filter(self, text: str) -> None:
        """Show what holds every word; fingerprints match with or without their colons."""
        self._words = tuple(text.casefold().split())
        self._reset()

    def shown(self) -> int:
        """How many entries there are under the filter."""
        return sum(len(group.children) for group in self._groups)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._reset()

    def rows_prepared(self) -> None:
        """Carry out what waited for the rows to be prepared."""
        if self._waits:
            self._reset()

    @property
    def waits(self) -> bool:
        """Whether a filter or an order is still to come, once the rows are prepared."""
        return self._waits

    def _reset(self) -> None:
        self.beginResetModel()
        # What happens within is one step to those who look on.
        self.blockSignals(True)
        self._rebuild()
        self._build_items()
        self.blockSignals(False)
        self.endResetModel()

    def _rebuild(self) -> None:
        rows, words, sorting = self._rows, self._words, self._sorting
        asks = bool(words) or (sorting is not None and sorting[0] != NAME)
        self._waits = asks and len(rows) > FEW and not all(row.is_prepared for row in rows)
        if self._waits:
            words, sorting = (), None
        shown = (
            [row for row in rows if all(word in row.search for word in words)] if words else rows
        )
        if sorting is not None:
            column, is_descending = sorting
            shown = sorted(shown, key=lambda row: row.key(column), reverse=is_descending)
        self._groups = []
        for kind, title in _GROUPS:
            members = [row for row in shown if row.entry is not None and row.entry.kind == kind]
            if members:
                self._groups.append(Node(f"{title} ({len(members):,})", children=members))

    def _build_items(self) -> None:
        self.removeRows(0, super().rowCount())
        for group in self._groups:
            item = QStandardItem()
            self.appendRow(item)
            _make_room(item, group.children)
            for row, node in enumerate(group.children):
                if node.children:
                    pair = QStandardItem()
                    item.setChild(row, 0, pair)
                    _make_room(pair, node.children)

    def node(self, index: Index) -> Node | None:
        """The row at an index."""
        if not index.isValid():
            return None
        above = index.parent()
        if not above.isValid():
            return self._groups[index.row()]
        top = above.parent()
        if not top.isValid():
            return self._groups[above.row()].children[index.row()]
        return self._groups[top.row()].children[above.row()].children[index.row()]

    def index_of_alias(self, alias: str) -> QModelIndex:
        """Where an entry stands; invalid where the filter hides it."""
        for number, group in enumerate(self._groups):
            for row, node in enumerate(group.children):
                if node.entry is not None and node.entry.alias == alias:
                    return self.index(row, 0, self.index(number, 0))
        return QModelIndex()

    def beside(self, chosen: Sequence[QModelIndex]) -> str | None:
        """The alias next to these entries, after them if there is one; where the eye is then."""
        last = max(chosen, key=lambda index: (index.parent().row(), index.row()))
        group = self._groups[last.parent().row()].children
        gone = {id(self.node(index)) for index in chosen}
        for node in (*group[last.row() + 1 :], *reversed(group[: last.row()])):
            if id(node) not in gone and node.entry is not None:
                return node.entry.alias
        return None

    # --- what Qt asks -----------------------------------------------------------

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        # Most of what Qt asks for each cell it paints is not answered here at all.
        if role not in _ANSWERED:
            return None
        node = self.node(index)
        if node is None:
            return None
        column = index.column()
        if node.entry is None:
            return self._group_data(node, column, role)
        if role == _ROLE.DisplayRole:
            return node.text(column)
        if role == _ROLE.DecorationRole and column == NAME:
            return entry_icon(node.entry.kind if node.is_entry else "certificate", node.state)
        if role == _ROLE.ForegroundRole and column != NAME:
            return quiet_color(QGuiApplication.palette())
        if role == _ROLE.ToolTipRole:
            return node.tip(column) or None
        if role == _ROLE.AccessibleTextRole and column == NAME:
            return _spoken(node)
        return None

    @staticmethod
    def _group_data(node: Node, column: int, role: int) -> object:
        if column != NAME:
            return None
        if role == _ROLE.DisplayRole:
            return node.name
        if role == _ROLE.FontRole:
            font = QFont(QGuiApplication.font())
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == _ROLE.ForegroundRole:
            return QGuiApplication.palette().color(QPalette.ColorRole.WindowText)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        is_title = role == _ROLE.DisplayRole
        if is_title and orientation == Qt.Orientation.Horizontal and section < len(COLUMNS):
            return COLUMNS[section]
        return None


def _make_room(item: QStandardItem, children: Sequence[Node]) -> None:
    item.setColumnCount(len(COLUMNS))
    item.setRowCount(len(children))


_SPOKEN = {"damaged": "damaged", "lock": "locked", "expired": "expired", "expiring": "expiring"}


def _spoken(node: Node) -> str:
    state = _SPOKEN.get(node.state, "")
    if node.entry is not None and node.entry.is_untried:
        # The name says so.
        return node.name
    return f"{node.name}, {state}" if state and state not in node.name else node.name
