"""Every field of a certificate: a tree of sections, and the chosen value in full beneath."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.services.describe.description import Row, RowKind, Section
from handfast.ui.widgets.style import GRID, fixed_font, plain
from handfast.ui.widgets.value_rows import RowsDelegate, row_height
from handfast.ui.widgets.values import copy_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

_VALUE = Qt.ItemDataRole.UserRole
_MONOSPACED = Qt.ItemDataRole.UserRole + 1
_MAX_ROWS_SHOWN = 30
_MAX_LINES_SHOWN = 16
_PREVIEW = 200
_LONGEST_TIP = 600


def fit_lines(view: QPlainTextEdit, *, most: int) -> None:
    """As high as the lines in it, as they are wrapped, up to so many: none is cut in half."""
    document = view.document()
    lines = min(max(math.ceil(document.documentLayout().documentSize().height()), 1), most)
    edges = 2 * view.frameWidth() + 2 * document.documentMargin()
    bar = view.horizontalScrollBar()
    wraps = view.lineWrapMode() is QPlainTextEdit.LineWrapMode.WidgetWidth
    if not wraps:
        edges += bar.sizeHint().height()
    view.setFixedHeight(math.ceil(lines * QFontMetricsF(view.font()).lineSpacing() + edges))


class FieldsTree(QTreeWidget):
    """Sections with their fields; Ctrl+C copies the value of the one that is current."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailsFields")
        self.setAccessibleName(tr("All fields"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setItemDelegate(RowsDelegate(self))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().setMinimumSectionSize(64)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.itemExpanded.connect(self._fit)
        self.itemCollapsed.connect(self._fit)

    def show_sections(self, sections: Sequence[Section]) -> None:
        fixed = fixed_font(self.font())
        items = []
        for section in sections:
            top = QTreeWidgetItem([section.title, _summary(section)])
            top.setData(0, _VALUE, _as_text(section))
            for row in section.rows:
                item = QTreeWidgetItem([row.label, _preview(row)])
                item.setData(0, _VALUE, row.value)
                item.setToolTip(0, plain(row.label))
                item.setToolTip(1, plain(row.value[:_LONGEST_TIP] if len(row.value) > 24 else ""))
                item.setData(0, _MONOSPACED, row.monospaced)
                if row.monospaced:
                    item.setFont(1, fixed)
                top.addChild(item)
            items.append(top)
        self.clear()
        self.addTopLevelItems(items)
        self._fit()

    def current_value(self) -> tuple[str, bool]:
        """The value of the current field in full, and whether it is to be monospaced."""
        item = self.currentItem()
        if item is None:
            return "", False
        return str(item.data(0, _VALUE)), bool(item.data(0, _MONOSPACED))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            copy_text(self.current_value()[0])
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt gives a QResizeEvent
        self.setColumnWidth(0, max(128, min(240, self.viewport().width() * 2 // 5)))

    def _open_menu(self, position: QPoint) -> None:
        item = self.itemAt(position)
        if item is None:
            return
        self.setCurrentItem(item)
        value = self.current_value()[0]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("&Copy")).triggered.connect(lambda: copy_text(value))
        if item.parent() is not None:
            both = menu.addAction(tr("Copy with &Name"))
            both.triggered.connect(lambda: copy_text(f"{item.text(0)}: {value}"))
        menu.popup(self.viewport().mapToGlobal(position))

    def _fit(self) -> None:
        """As high as its rows, up to a limit: the pane scrolls, not a hole in it."""
        rows = self.topLevelItemCount()
        for index in range(self.topLevelItemCount()):
            top = self.topLevelItem(index)
            if top is not None and top.isExpanded():
                rows += top.childCount()
        shown = min(rows, _MAX_ROWS_SHOWN)
        self.setFixedHeight(shown * row_height(self) + 2 * self.frameWidth())


class FieldsView(QWidget):
    """The tree, and beneath it the chosen value with all its lines, to select parts of."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = FieldsTree(self)
        self.value = QPlainTextEdit(self)
        self.value.setObjectName("detailsFieldValue")
        self.value.setAccessibleName(tr("Value of the selected field"))
        self.value.setReadOnly(True)
        self.value.setTabChangesFocus(True)
        self.value.setFrameShape(QFrame.Shape.StyledPanel)
        self.value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.value.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.tree)
        layout.addWidget(self.value)
        self.tree.currentItemChanged.connect(self._show_value)
        self.tree.show_sections(sections)

    def _show_value(self) -> None:
        text, monospaced = self.tree.current_value()
        self.value.setVisible(bool(text))
        self.value.setFont(fixed_font(self.font()) if monospaced else self.font())
        self.value.setPlainText(text)
        fit_lines(self.value, most=_MAX_LINES_SHOWN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Other lines fit now.
        fit_lines(self.value, most=_MAX_LINES_SHOWN)


def _preview(row: Row) -> str:
    return " ".join(row.value[:_PREVIEW].split())


def _named(row: Row) -> str:
    """A value, with its label where it says nothing alone: a number, yes, or no."""
    value = _preview(row)
    says_little = value.isdigit() or value in {tr("yes"), tr("no")}
    return tr("{label}: {value}", label=row.label, value=value) if says_little else value


def _summary(section: Section) -> str:
    """What a folded section says, shortly: its values, without what all extensions have."""
    rows = [row for row in section.rows if row.kind is not RowKind.OF_ANY_EXTENSION]
    values = [_named(row) for row in rows[:4] if not row.monospaced]
    return ", ".join(values) if values else _preview(rows[0]) if rows else ""


def _as_text(section: Section) -> str:
    lines = []
    for row in section.rows:
        break_or_space = "\n" if "\n" in row.value else " "
        lines.append(f"{row.label}:{break_or_space}{row.value}")
    return "\n".join(lines)
