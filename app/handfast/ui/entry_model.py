"""The entries of a store as a tree: groups, entries, and the chain of each key pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from handfast.core.certificate import Certificate, group_fingerprint, quietly
from handfast.services.validity import end_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.entry import Entry
    from handfast.core.store import Store

COLUMNS = (
    "Name",
    "Common name",
    "Valid until",
    "Issuer",
    "Algorithm",
    "Serial number",
    "SHA-256",
    "Modified",
)
_GROUPS = (
    ("key-pair", "Key pairs"),
    ("trusted-certificate", "Trusted certificates"),
    ("secret-key", "Secret keys"),
)
Index = QModelIndex | QPersistentModelIndex


@dataclass(eq=False, slots=True)
class Node:
    """One row of the tree: a group, an entry or a certificate of a chain."""

    texts: tuple[str, ...]
    keys: tuple[Any, ...] = ()
    search: str = ""
    entry: Entry | None = None
    certificate: Certificate | None = None
    parent: Node | None = None
    row: int = 0
    children: list[Node] = field(default_factory=list)


def build_rows(store: Store, progress: Callable[[int, int], None]) -> list[Node]:
    """A node for each entry, with all that is shown, sorted by and searched; off the GUI thread."""
    now = datetime.now(UTC)
    rows = []
    with quietly():
        for number, entry in enumerate(store.entries):
            if number % 64 == 0:
                progress(number, len(store.entries))
            rows.append(_entry_node(entry, now))
    return rows


def _entry_node(entry: Entry, now: datetime) -> Node:
    chain = entry.chain
    name = entry.alias + ("  (locked)" if entry.is_locked else "")
    modified = entry.created.strftime("%Y-%m-%d %H:%M") if entry.created else ""
    if chain:
        node = _certificate_node(chain[0], name, modified, now)
    else:
        size = f"{entry.algorithm} {entry.bits or ''}".strip()
        node = Node((name, "", "", "", size, "", "", modified))
        node.keys = tuple(text.casefold() for text in node.texts)
        node.search = " ".join(node.texts).casefold()
    node.entry = entry
    node.certificate = chain[0] if chain else None
    if entry.kind == "key-pair":
        for row, certificate in enumerate(chain):
            label = certificate.common_name or "(unreadable certificate)"
            child = _certificate_node(certificate, label, "", now)
            child.parent, child.row, child.entry = node, row, entry
            child.certificate = certificate
            node.children.append(child)
            node.search += " " + child.search
    return node


def _certificate_node(certificate: Certificate, name: str, modified: str, now: datetime) -> Node:
    end = certificate.not_after
    texts = (
        name,
        certificate.common_name,
        end_text(end, now),
        certificate.issuer_common_name,
        f"{certificate.key_algorithm} {certificate.key_bits or ''}".strip(),
        certificate.serial,
        group_fingerprint(certificate.sha256),
        modified,
    )
    keys = [text.casefold() for text in texts]
    keys[2] = end.isoformat() if end is not None else ""
    search = " ".join(
        (*keys, certificate.subject, certificate.issuer, *certificate.san, certificate.sha256)
    ).casefold()
    return Node(texts, tuple(keys), search)


class EntryModel(QAbstractItemModel):
    """Filters and sorts lists of prepared strings; nothing is computed while painting."""

    def __init__(self, rows: list[Node], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._words: tuple[str, ...] = ()
        self._sorting: tuple[int, bool] | None = None
        self._groups: list[Node] = []
        self._rebuild()

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

    def _reset(self) -> None:
        self.beginResetModel()
        self._rebuild()
        self.endResetModel()

    def _rebuild(self) -> None:
        words = self._words
        shown = [row for row in self._rows if all(word in row.search for word in words)]
        if self._sorting is not None:
            column, is_descending = self._sorting
            shown.sort(key=lambda row: row.keys[column], reverse=is_descending)
        groups: list[Node] = []
        for kind, title in _GROUPS:
            members = [row for row in shown if row.entry is not None and row.entry.kind == kind]
            if not members:
                continue
            group = Node((f"{title} ({len(members):,})",), row=len(groups), children=members)
            for number, member in enumerate(members):
                member.parent, member.row = group, number
            groups.append(group)
        self._groups = groups

    def node(self, index: Index) -> Node | None:
        if not index.isValid():
            return None
        node = index.internalPointer()
        return node if isinstance(node, Node) else None

    def index_of_alias(self, alias: str) -> QModelIndex:
        """Where an entry stands; invalid where the filter hides it."""
        for group in self._groups:
            for node in group.children:
                if node.entry is not None and node.entry.alias == alias:
                    return self.createIndex(node.row, 0, node)
        return QModelIndex()

    # --- what Qt asks -----------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own default
        siblings = parent.internalPointer().children if parent.isValid() else self._groups
        if not 0 <= row < len(siblings) or not 0 <= column < len(COLUMNS):
            return QModelIndex()
        return self.createIndex(row, column, siblings[row])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override] # Qt has a second one
        node = self.node(index)
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.row, 0, node.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.column() > 0:
            return 0
        node = self.node(parent)
        return len(self._groups if node is None else node.children)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        # The view asks this of every row when a group unfolds; Qt's own way costs two calls.
        if not parent.isValid():
            return bool(self._groups)
        node = parent.internalPointer()
        return isinstance(node, Node) and bool(node.children) and parent.column() == 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        node = self.node(index)
        if node is None or index.column() >= len(node.texts):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return node.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.texts[index.column()] or None
        if role == Qt.ItemDataRole.FontRole and node.parent is None:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        is_title = role == Qt.ItemDataRole.DisplayRole
        if is_title and orientation == Qt.Orientation.Horizontal and section < len(COLUMNS):
            return COLUMNS[section]
        return None
