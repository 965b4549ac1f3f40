"""The selected rows of the tree, and their text for the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.certificate import group_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QModelIndex

    from handfast.ui.store_tab.entry_model import EntryModel
    from handfast.ui.store_tab.entry_node import Node
    from handfast.ui.store_tab.entry_tree import EntryTree


def can_copy(tree: EntryTree, model: EntryModel, what: str) -> bool:
    """Whether any selected row has it; stops at the first, as thousands may be selected."""
    return any(_part(node, what) for _, node in _rows(tree, model))


def copied(tree: EntryTree, model: EntryModel, what: str) -> str:
    """``row``: the columns that are shown, as a spreadsheet takes them; else one thing of each."""
    rows = sorted(_rows(tree, model), key=lambda row: _place(row[0]))
    if what != "row":
        return "\n".join(text for _, node in rows if (text := _part(node, what)))
    header = tree.header()
    logical = [header.logicalIndex(at) for at in range(header.count())]
    columns = [column for column in logical if not tree.isColumnHidden(column)]
    return "\n".join(
        "\t".join(str(index.siblingAtColumn(column).data() or "") for column in columns)
        for index, _ in rows
    )


def _rows(tree: EntryTree, model: EntryModel) -> Iterator[tuple[QModelIndex, Node]]:
    # Ranges, because a list of every selected index takes long where all are selected.
    for span in tree.selectionModel().selection().toList():
        for row in range(span.top(), span.bottom() + 1):
            index = model.index(row, 0, span.parent())
            node = model.node(index)
            if node is not None and node.entry is not None:
                yield index, node


def _part(node: Node, what: str) -> str:
    if what == "row":
        return "row"
    if what == "alias":
        return node.entry.alias if node.entry is not None else ""
    certificate = node.certificate
    if certificate is None:
        return ""
    if what == "subject":
        return certificate.subject
    return certificate.serial if what == "serial" else group_fingerprint(certificate.sha256)


def _place(index: QModelIndex) -> tuple[int, ...]:
    """Where a row stands from the top, comparable with others."""
    rows: list[int] = []
    while index.isValid():
        rows.insert(0, index.row())
        index = index.parent()
    return tuple(rows)


def is_entry_row(index: QModelIndex) -> bool:
    """Whether the row is an entry, not a group and not a certificate of a chain."""
    return index.parent().isValid() and not index.parent().parent().isValid()
