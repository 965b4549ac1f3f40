"""What a check of the store noticed: a quiet line, which unfolds to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from handfast.core.commands import Command
from handfast.core.language import tr, tr_count
from handfast.core.visible_text import visible
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import GRID, plain, state_color
from handfast.ui.widgets.window_layout import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from handfast.services.checks.findings import Finding

    CommandsFor = Callable[[Finding], Sequence[Command]]

#: The severity in words: color would be the only cue otherwise.
_WORDS = {"error": tr("Error"), "warning": tr("Warning"), "info": tr("Note")}
#: More than a person reads; the summary counts them all.
MOST_SHOWN = 500
_ALIAS = Qt.ItemDataRole.UserRole
_FINDING = Qt.ItemDataRole.UserRole + 1
#: The names of the commands that mend it, with blanks between.
_COMMANDS = Qt.ItemDataRole.UserRole + 2
_HIGHEST = 28 * GRID
#: The object names of the buttons, for tests.
_BUTTONS = {Command.RENEW: "findingRenew", Command.PUT_REPLY: "findingReply"}


def _none_for(_finding: Finding) -> Sequence[Command]:
    return ()


def _commands_of(item: QTreeWidgetItem) -> list[Command]:
    """What mends the finding of a row."""
    return [Command[name] for name in str(item.data(0, _COMMANDS) or "").split()]


def finding_text(finding: Finding) -> str:
    """A finding in full, for a mail or a ticket."""
    return "\n".join(text for text in (finding.message, finding.why, finding.remedy) if text)


class _WrappingRows(QStyledItemDelegate):
    """Rows as high as their text needs: a tree wraps text, but gives it no more room for that."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        hint = super().sizeHint(option, index)
        view = self.parent()
        height = hint.height()
        if index.data(Qt.ItemDataRole.SizeHintRole) is not None:
            # A row with a button in it, which says how high it is.
            return hint
        if index.column() == 1 and isinstance(view, QTreeView):
            from PySide6.QtWidgets import QStyle  # its enumerations cost more than this pane

            margin = view.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
            room = max(view.columnWidth(1) - 2 * margin, 8 * GRID)
            flags = Qt.TextFlag.TextWordWrap
            text = str(index.data())
            height = view.fontMetrics().boundingRect(0, 0, room, 9999, flags, text).height()
        return QSize(hint.width(), max(height, view_line(view)) + GRID)


def view_line(view: object) -> int:
    """The least height of a row: a line of text, or an icon."""
    return max(view.fontMetrics().lineSpacing(), 2 * GRID) if isinstance(view, QWidget) else 0


class FindingsList(QTreeWidget):
    """Findings, each over why it matters and what to do."""

    #: A command that mends a finding, and the alias that it is about.
    command_requested = Signal(Command, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands_for: CommandsFor = _none_for
        self.itemExpanded.connect(self._show_remedy)
        self.setObjectName("findingsList")
        self.setAccessibleName(tr("Findings"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setWordWrap(True)
        self.setItemDelegate(_WrappingRows(self))
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        for unfolded in (self.itemExpanded, self.itemCollapsed):
            unfolded.connect(lambda _item: self.updateGeometry())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_findings(self, findings: Sequence[Finding], commands_for: CommandsFor) -> None:
        """Show these, each with a button for every command that mends it."""
        self._commands_for = commands_for
        icons = {severity: icon(severity) for severity in _WORDS} if findings else {}
        items = [self._item(finding, icons[finding.severity]) for finding in findings[:MOST_SHOWN]]
        if len(findings) > MOST_SHOWN:
            rest = QTreeWidgetItem(
                ["", tr_count("and {count} more", "and {count} more", len(findings) - MOST_SHOWN)]
            )
            items.append(rest)
        self.clear()
        self.addTopLevelItems(items)
        self.updateGeometry()

    def _item(self, finding: Finding, mark: QIcon) -> QTreeWidgetItem:
        item = QTreeWidgetItem([_WORDS[finding.severity], visible(finding.message)])
        item.setIcon(0, mark)
        item.setData(0, _ALIAS, finding.alias)
        item.setData(0, _FINDING, finding_text(finding))
        commands = self._commands_for(finding)
        item.setData(0, _COMMANDS, " ".join(each.name for each in commands))
        item.setToolTip(1, plain(finding_text(finding)))
        for label, text in ((tr("Why"), finding.why), (tr("What to do"), finding.remedy)):
            if text:
                child = QTreeWidgetItem([label, text])
                item.addChild(child)
        if commands:
            item.addChild(QTreeWidgetItem(["", ""]))
        return item

    def _show_remedy(self, item: QTreeWidgetItem) -> None:
        """A button beneath what to do, made when it is first seen."""
        last = item.child(item.childCount() - 1)
        commands = _commands_of(item)
        if last is None or not commands or self.itemWidget(last, 1) is not None:
            return
        holder = QWidget(self)
        row = WrappingRow(holder)
        row.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        for command in commands:
            row.addWidget(self._button(command, str(item.data(0, _ALIAS)), holder))
        last.setSizeHint(1, holder.sizeHint())
        self.setItemWidget(last, 1, holder)

    def _button(self, command: Command, alias: str, parent: QWidget) -> QPushButton:
        button = QPushButton(command.label, parent)
        button.setObjectName(_BUTTONS.get(command, f"finding{command.name.title()}"))
        button.setAutoDefault(False)
        bare = command.label.replace("&", "").rstrip("…")
        name = tr("{command}: {alias}", command=bare, alias=visible(alias)) if alias else bare
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self.command_requested.emit(command, alias))
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(self.currentItem())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            # Other lines fit into a row now.
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as what it shows, but no higher than a part of the window."""
        # A little more, or it would scroll by a pixel.
        height = 2 * self.frameWidth() + GRID // 2
        item = self.topLevelItem(0)
        while item is not None and height < _HIGHEST:
            height += self.sizeHintForIndex(self.indexFromItem(item, 1)).height()
            item = self.itemBelow(item)
        return QSize(super().sizeHint().width(), min(height, _HIGHEST))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), min(self.sizeHint().height(), 8 * GRID))

    def _copy(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            QGuiApplication.clipboard().setText(
                str((item.parent() or item).data(0, _FINDING) or "")
            )

    def _open_menu(self, position: QPoint) -> None:
        item = self.itemAt(position)
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if (item.parent() or item).data(0, _ALIAS):
            menu.addAction(tr("&Go to Entry")).triggered.connect(
                lambda: self.itemActivated.emit(item, 0)
            )
        top = item.parent() or item
        alias = str(top.data(0, _ALIAS))
        for command in _commands_of(top):
            menu.addAction(command.label).triggered.connect(
                lambda _checked=False, wanted=command: self.command_requested.emit(wanted, alias)
            )
        menu.addAction(tr("&Copy")).triggered.connect(lambda: self._copy(item))
        menu.popup(self.viewport().mapToGlobal(position))


class _SeverityCount(QWidget):
    """How many there are of a severity: a sign, its color, and words."""

    pressed = Signal()

    def __init__(self, severity: str, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.severity = severity
        self._sign = QLabel(self)
        self._words = QLabel(words, self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GRID, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self._sign)
        row.addWidget(self._words)
        self._color()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is event.Type.PaletteChange:
            self._color()

    def _color(self) -> None:
        self._sign.setPixmap(icon(self.severity).pixmap(QSize(16, 16), self.devicePixelRatioF()))
        if self.severity != "info":
            palette = self.palette()
            color = state_color(self.severity, palette)
            palette.setColor(QPalette.ColorRole.WindowText, color)
            self._words.setPalette(palette)


class FindingsPane(QWidget):
    """Findings, most severe first; activating one goes to its entry."""

    entry_activated = Signal(str)
    #: A command that mends a finding, and the alias that it is about.
    command_requested = Signal(Command, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingsPane")
        self._line = QToolButton(self)
        self._line.setObjectName("findingsLine")
        self._line.setCheckable(True)
        self._line.setAutoRaise(True)
        self._line.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._line.toggled.connect(self._fold)
        self._summary = ""
        self._counts: list[_SeverityCount] = []
        self._line_row = QHBoxLayout()
        self._line_row.setSpacing(GRID)
        self._line_row.addWidget(self._line)
        self._line_row.addStretch(1)
        self._list = FindingsList(self)
        self._list.itemActivated.connect(self._activate)
        self._list.command_requested.connect(self.command_requested)
        self._list.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addLayout(self._line_row)
        layout.addWidget(self._list)
        self.await_findings()

    def text(self) -> str:
        """The line, for tests and for screen readers."""
        return self._summary

    def await_findings(self) -> None:
        """Say that nothing is known yet, which is not the same as nothing to note."""
        self._tell((), tr("Checking…"))

    def set_findings(
        self, findings: Sequence[Finding], commands_for: CommandsFor | None = None
    ) -> None:
        """Show these; each unfolds to why it matters and what to do, with buttons that do it."""
        from handfast.services.checks.findings import counts_by_severity, summary_text

        self._tell(findings, summary_text(findings) or tr("No findings"), commands_for)
        for severity, words in counts_by_severity(findings):
            count = _SeverityCount(severity, words, self)
            count.pressed.connect(self._line.click)
            self._line_row.insertWidget(self._line_row.count() - 1, count)
            count.show()
            self._counts.append(count)

    def _tell(
        self, findings: Sequence[Finding], words: str, commands_for: CommandsFor | None = None
    ) -> None:
        for count in self._counts:
            self._line_row.removeWidget(count)
            count.hide()
            count.deleteLater()
        self._counts = []
        self._list.show_findings(findings, commands_for or _none_for)
        self._summary = words
        self._line.setText(tr("Findings") if findings else words)
        self._line.setAccessibleName(words)
        self._line.setEnabled(bool(findings))
        if not findings:
            self._line.setChecked(False)
        self._show_arrow()

    def unfold(self) -> None:
        """Show the list, where there is anything in it."""
        self._line.setChecked(self._line.isEnabled())

    def focus(self) -> None:
        """Go to the list where it is open, else to the line."""
        target = self._list if self._list.isVisible() else self._line
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fold(self, is_open: bool) -> None:
        self._list.setVisible(is_open)
        self._show_arrow()

    def _show_arrow(self) -> None:
        is_open = self._line.isChecked()
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        # Nothing to unfold, no arrow.
        self._line.setArrowType(arrow if self._line.isEnabled() else Qt.ArrowType.NoArrow)
        self._line.setAccessibleDescription(tr("expanded") if is_open else tr("collapsed"))

    def _activate(self, item: QTreeWidgetItem) -> None:
        alias = (item.parent() or item).data(0, _ALIAS)
        if alias:
            self.entry_activated.emit(str(alias))
