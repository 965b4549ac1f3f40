"""The entries of a store as a tree: groups, entries, and the chain of each key pair."""

from __future__ import annotations

import dataclasses
import itertools
import operator
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPalette, QStandardItem, QStandardItemModel

from handfast.core.entry import KeyPair
from handfast.core.language import tr, tr_count
from handfast.core.visible_text import visible
from handfast.ui.store_tab.arrangement import (
    KINDS,
    Arrangement,
    SearchTexts,
    by_kind,
    edit_between,
    parse_filter,
)
from handfast.ui.store_tab.entry_icons import entry_icon
from handfast.ui.store_tab.entry_node import COLUMNS, NAME, Node, chain_node, entry_node
from handfast.ui.widgets.style import plain, quiet_color

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.entry import Entry
    from handfast.ui.store_tab.arrangement import Edit, Groups

#: Instead of the number of a certificate in a chain.
_OWN_ROW = -1
Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_ALIAS_OF = operator.attrgetter("alias")
_ANSWERED = frozenset(
    {_ROLE.DisplayRole, _ROLE.DecorationRole, _ROLE.ForegroundRole, _ROLE.ToolTipRole,
     _ROLE.AccessibleTextRole, _ROLE.FontRole}
)  # fmt: skip
#: So many rows are searched and sorted while the window waits; more take a worker.
MAX_ROWS_AT_ONCE = 2_000
#: An edit of more entries than this has the rows made again.
_MAX_ROWS_OF_EDIT = 50


def _title(kind: str, count: int) -> str:
    if kind == "key-pair":
        return tr_count("Key pairs ({count})", "Key pairs ({count})", count)
    if kind == "trusted-certificate":
        return tr_count("Trusted certificates ({count})", "Trusted certificates ({count})", count)
    return tr_count("Secret keys ({count})", "Secret keys ({count})", count)


class EntryModel(QStandardItemModel):
    """Holds the entries that are shown, and hands out their texts when they are painted.

    A view asks for the index and the children of every row of a group that it unfolds. Qt's own
    model answers that by itself; only what a row shows comes from here. With a model all in
    Python the window stood still for a tenth of a second over ten thousand rows.
    """

    #: The filter or the sorting takes longer than the window can wait: see :attr:`wanted`.
    work_wanted = Signal()

    def __init__(self, entries: tuple[Entry, ...] = (), parent: QObject | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self.texts = SearchTexts()
        #: The filter as it was typed.
        self.filter_text = ""
        #: What is asked of the rows now.
        self.wanted = Arrangement(entries=entries)
        self._groups: Groups = {}
        self._kinds: list[str] = []
        self._nodes: dict[tuple[int, int], Node] = {}
        self._waits = False
        #: The entries of which some are shown.
        self._shown_of: tuple[Entry, ...] = ()
        #: The entry whose row is being put in.
        self._arriving: list[Entry] = []
        # Connected before any view is: who looks on finds the entries of the rows that are left.
        self.rowsRemoved.connect(self._forget_rows)
        self.rowsInserted.connect(self._take_rows)
        self._arrange()

    def set_entries(self, entries: tuple[Entry, ...], *, is_verified: bool = True) -> None:
        """Show another store, or another value of it."""
        edit = edit_between(self.wanted.entries, entries)
        if is_verified is self.wanted.is_verified and self._takes(edit, entries):
            self._carry_out(edit, entries)
            return
        self.texts.keep(entries)
        # Made again for what is painted.
        self._nodes = {}
        self.wanted = dataclasses.replace(self.wanted, entries=entries, is_verified=is_verified)
        self._arrange()

    # --- a small edit -----------------------------------------------------------------

    def _takes(self, edit: Edit, entries: tuple[Entry, ...]) -> bool:
        """Whether an edit concerns a few rows of what is shown, and no group appears or goes."""
        if len(edit.removed) + len(edit.added) > _MAX_ROWS_OF_EDIT or self._waits:
            return False
        if self._shown_of is not self.wanted.entries or not entries:
            return False
        left = {kind: len(self._groups[kind]) for kind in self._kinds}
        for entry in edit.removed:
            left[entry.kind] = left.get(entry.kind, 0) - 1
        return all(left.get(entry.kind, 0) > 0 for entry in (*edit.removed, *edit.added))

    def _carry_out(self, edit: Edit, entries: tuple[Entry, ...]) -> None:
        self.texts.forget(edit.removed)
        # Made again for what is painted.
        self._nodes = {}
        self.wanted = wanted = dataclasses.replace(self.wanted, entries=entries)
        self._shown_of = entries
        for entry in edit.removed:
            group = self.item(self._kinds.index(entry.kind))
            row = _position(map(id, self._groups[entry.kind]), id(entry))
            if row is not None:
                group.removeRow(row)
        shown = list(filter(wanted.shows, edit.added))
        places = dict(zip(map(id, entries), range(len(entries)), strict=True)) if shown else {}
        for entry in shown:
            group = self.item(self._kinds.index(entry.kind))
            row = wanted.row_of(entry, self._groups[entry.kind], places)
            self._arriving = [entry]
            group.insertRows(row, 1)
            if isinstance(entry, KeyPair) and entry.chain:
                pair = QStandardItem()
                group.setChild(row, 0, pair)
                _make_room(pair, len(entry.chain))
        for row, kind in enumerate(self._kinds):
            if any(entry.kind == kind for entry in (*edit.removed, *edit.added)):
                title = self.index(row, 0)
                self.dataChanged.emit(title, title)

    def _forget_rows(self, parent: QModelIndex, first: int, last: int) -> None:
        del self._groups[self._kinds[parent.row()]][first : last + 1]

    def _take_rows(self, parent: QModelIndex, first: int, _last: int) -> None:
        if parent.parent().isValid():
            # The chain of a pair.
            return
        self._groups[self._kinds[parent.row()]][first:first] = self._arriving
        self._arriving = []

    # --- what is asked of the rows ----------------------------------------------------

    def set_expiry_days(self, days: int) -> None:
        """From how many days before its end a certificate is called expiring, from now on."""
        if days != self.wanted.expiry_days:
            self.wanted = dataclasses.replace(self.wanted, expiry_days=days)
            if self.wanted.states or self._waits:
                self._arrange()

    def set_filter(self, text: str) -> None:
        """Show what holds every word; fingerprints match with or without their colons."""
        self.filter_text = text
        words, states = parse_filter(text)
        self.wanted = dataclasses.replace(self.wanted, words=words, states=states)
        self._arrange()

    def shown(self) -> int:
        """How many entries there are under the filter."""
        return sum(map(len, self._groups.values()))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        is_descending = order == Qt.SortOrder.DescendingOrder
        self.wanted = dataclasses.replace(
            self.wanted,
            column=column if column >= 0 else None,
            is_descending=is_descending and column >= 0,
        )
        self._arrange()

    @property
    def waits(self) -> bool:
        """Whether a filter or an order is still to come, from a worker."""
        return self._waits

    def _arrange(self) -> None:
        wanted = self.wanted
        if wanted.is_plain or len(wanted.entries) <= MAX_ROWS_AT_ONCE:
            self.show_groups(wanted, wanted.groups(self.texts))
            return
        self._waits = True
        if wanted.entries is not self._shown_of:
            self._show_meanwhile(wanted)
        self.work_wanted.emit()

    def _show_meanwhile(self, wanted: Arrangement) -> None:
        """Show what was shown, as far as it is still there; what is new comes last."""
        before = list(itertools.chain.from_iterable(self._groups.values()))
        self._shown_of = wanted.entries
        if not before:
            is_filtered = wanted.words or wanted.states
            self._reset(by_kind(() if is_filtered else wanted.entries))
            return
        # Without a step of Python for each entry: there may be a hundred thousand.
        still = set(map(id, wanted.entries))
        rows = list(itertools.compress(before, map(still.__contains__, map(id, before))))
        if not wanted.words and not wanted.states:
            known = set(map(id, before))
            are_known = map(known.__contains__, map(id, wanted.entries))
            rows += itertools.compress(wanted.entries, map(operator.not_, are_known))
        self._reset(by_kind(rows))

    def show_groups(self, asked: Arrangement, groups: Groups) -> None:
        """Show what an arrangement came to, unless something else is asked of the rows now."""
        if asked is self.wanted:
            self._waits = False
            self._shown_of = asked.entries
            self._reset(groups)

    def _reset(self, groups: Groups) -> None:
        self.beginResetModel()
        # What happens within is one step to those who look on.
        self.blockSignals(True)
        before, self._groups = self._kinds, groups
        self._kinds = [kind for kind in KINDS if groups.get(kind)]
        if before != self._kinds or not self._has_room_already():
            self._build_items()
        self.blockSignals(False)
        self.endResetModel()

    def _has_room_already(self) -> bool:
        """Whether there are as many rows in each group, as when they are sorted, and no chains."""
        return "key-pair" not in self._kinds and all(
            self.item(row).rowCount() == len(self._groups[kind])
            for row, kind in enumerate(self._kinds)
        )

    def _build_items(self) -> None:
        self.removeRows(0, super().rowCount())
        for kind in self._kinds:
            entries = self._groups[kind]
            item = QStandardItem()
            self.appendRow(item)
            _make_room(item, len(entries))
            if kind == "key-pair":
                for row, entry in enumerate(entries):
                    if entry.chain:
                        pair = QStandardItem()
                        item.setChild(row, 0, pair)
                        _make_room(pair, len(entry.chain))

    def node(self, index: Index) -> Node | None:
        """The row at an index."""
        if not index.isValid():
            return None
        above = index.parent()
        if not above.isValid():
            kind = self._kinds[index.row()]
            return Node(_title(kind, len(self._groups[kind])))
        top = above.parent()
        if not top.isValid():
            return self._node(self._groups[self._kinds[above.row()]][index.row()], _OWN_ROW)
        return self._node(self._groups[self._kinds[top.row()]][above.row()], index.row())

    def _node(self, entry: Entry, number: int) -> Node:
        # Only for what is painted or selected, so that ten thousand others take no room.
        key = (id(entry), number)
        found = self._nodes.get(key)
        if found is None:
            made = entry_node(entry) if number == _OWN_ROW else chain_node(entry, number)
            found = self._nodes[key] = made
        return found

    def entries_in(self, group: int, first: int, last: int) -> Sequence[Entry]:
        """The entries of some rows of a group, both ends included."""
        return self._groups[self._kinds[group]][first : last + 1]

    def index_of_alias(self, alias: str) -> QModelIndex:
        """Where an entry stands; invalid where the filter hides it."""
        for number, kind in enumerate(self._kinds):
            row = _position(map(_ALIAS_OF, self._groups[kind]), alias)
            if row is not None:
                return self.index(row, 0, self.index(number, 0))
        return QModelIndex()

    def beside(self, chosen: Sequence[Entry]) -> str | None:
        """The alias next to these entries, after them if there is one; where the eye is then."""
        if len(chosen) >= self.shown():
            return None
        gone = set(map(id, chosen))
        for kind in reversed(self._kinds):
            group = self._groups[kind]
            is_gone = bytes(map(gone.__contains__, map(id, group)))
            first_after = is_gone.rfind(1) + 1
            if not first_after:
                continue
            if first_after < len(group):
                return group[first_after].alias
            before = is_gone.rfind(0)
            return group[before].alias if before >= 0 else None
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
            return visible(node.text(column))
        if role == _ROLE.DecorationRole and column == NAME:
            return entry_icon(
                node.entry.kind if node.is_entry else "certificate",
                node.state(self.wanted.expiry_days),
            )
        if role == _ROLE.ForegroundRole and column != NAME:
            return quiet_color(QGuiApplication.palette())
        if role == _ROLE.ToolTipRole:
            return plain(node.tip(column)) or None
        if role == _ROLE.AccessibleTextRole and column == NAME:
            return _spoken(node, self.wanted.expiry_days)
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


def _position(values: Iterable[object], wanted: object) -> int | None:
    """Where a value comes first, without a step of Python for each."""
    try:
        return operator.indexOf(values, wanted)
    except ValueError:
        return None


def _make_room(item: QStandardItem, rows: int) -> None:
    item.setColumnCount(len(COLUMNS))
    item.setRowCount(rows)


_SPOKEN = {
    "damaged": tr("damaged"),
    "lock": tr("locked"),
    "expired": tr("expired"),
    "expiring": tr("expiring"),
}


def _spoken(node: Node, expiry_days: int) -> str:
    state = _SPOKEN.get(node.state(expiry_days), "")
    if node.entry is not None and node.entry.is_untried:
        # The name says so.
        return node.name
    return f"{node.name}, {state}" if state and state not in node.name else node.name
