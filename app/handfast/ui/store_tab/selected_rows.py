"""The selected rows of the tree, as entries and as text for the clipboard.

Always by ranges: a list of all selected indexes takes seconds where there are very many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection

from handfast.core.certificates.certificate import group_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtCore import QItemSelectionRange, QModelIndex

    from handfast.core.entry import Entry
    from handfast.ui.store_tab.entry_model import EntryModel
    from handfast.ui.store_tab.entry_node import Node
    from handfast.ui.store_tab.entry_tree import EntryTree


def selection_of(model: EntryModel, entries: Sequence[Entry]) -> QItemSelection:
    """The rows of these entries, by ranges; those that the filter hides are left out."""
    wanted = set(map(id, entries))
    found = QItemSelection()
    for number in range(model.rowCount()):
        group = model.index(number, 0)
        listed = model.entries_in(number, 0, model.rowCount(group) - 1)
        for first, last in _runs(bytes(map(wanted.__contains__, map(id, listed)))):
            found.select(model.index(first, 0, group), model.index(last, 0, group))
    return found


def _runs(are_wanted: bytes) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of ones."""
    first = are_wanted.find(1)
    while first >= 0:
        after = are_wanted.find(0, first)
        after = after if after >= 0 else len(are_wanted)
        yield first, after - 1
        first = are_wanted.find(1, after)


def _ranges(tree: EntryTree) -> list[QItemSelectionRange]:
    return [each for each in tree.selectionModel().selection().toList() if each.isValid()]


def chosen_entries(tree: EntryTree, model: EntryModel) -> list[Entry]:
    """The entries whose own rows are selected: a certificate of a chain is not its pair."""
    found: list[Entry] = []
    for span in sorted(_ranges(tree), key=lambda span: (span.parent().row(), span.top())):
        group = span.parent()
        if group.isValid() and not group.parent().isValid():
            found += model.entries_in(group.row(), span.top(), span.bottom())
    return found


def count_chosen(tree: EntryTree) -> int:
    """How many entries :func:`chosen_entries` would give."""
    return sum(
        span.bottom() - span.top() + 1
        for span in _ranges(tree)
        if span.parent().isValid() and not span.parent().parent().isValid()
    )


def has_chosen_keys(tree: EntryTree, model: EntryModel) -> bool:
    """Whether a key pair or a secret key is among the entries of :func:`chosen_entries`."""
    return any(
        model.entries_in(span.parent().row(), 0, 0)[0].kind != "trusted-certificate"
        for span in _ranges(tree)
        if span.parent().isValid() and not span.parent().parent().isValid()
    )


def selected_entries(tree: EntryTree, model: EntryModel) -> list[Entry]:
    """The entries that are selected or have a certificate selected, each once."""
    found: dict[int, Entry] = {}
    for span in _ranges(tree):
        group = span.parent()
        if not group.isValid():
            continue
        if group.parent().isValid():
            entries = model.entries_in(group.parent().row(), group.row(), group.row())
        else:
            entries = model.entries_in(group.row(), span.top(), span.bottom())
        found.update((id(entry), entry) for entry in entries)
    return list(found.values())


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
    for span in _ranges(tree):
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
