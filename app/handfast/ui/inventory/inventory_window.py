"""What expires first, in all keystores below a folder or in those that are open or were lately."""

from __future__ import annotations

from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from handfast.core.language import enumerated, tr, tr_count
from handfast.core.visible_text import visible
from handfast.flows.inventory.finding import (
    Found,
    InventorySearch,
    Order,
    Shown,
    Source,
    skip_words,
)
from handfast.flows.inventory.reminding import reminders_file
from handfast.services.files.report_files import write_chosen_report
from handfast.services.files.shown_path import shown_path
from handfast.ui.inventory.expiry_table import ExpiryTable
from handfast.ui.inventory.reminders_dialog import RemindersDialog
from handfast.ui.program.file_places import copy_path, show_folder
from handfast.ui.program.settings import SortedBy
from handfast.ui.widgets.busy_line import BusyLine
from handfast.ui.widgets.fields.file_to_save import ask_where_to_save
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fold import Fold
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.problem_bar import ProblemBar
from handfast.ui.widgets.style import GRID, heading_font
from handfast.ui.widgets.whats_this import explain
from handfast.ui.widgets.window_layout import (
    keep_on_screen_once_framed,
    resize_to_fit,
    stacked_lines,
    story_area,
    window_button,
)
from handfast.ui.widgets.window_services import report_folders
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from handfast.core.errors import HandfastError
    from handfast.flows.inventory.finding import KnownKeystore
    from handfast.flows.inventory.reminding import ReminderDraft
    from handfast.flows.inventory.rows import ExpiryRow
    from handfast.services.checks.inventory import Skip
    from handfast.ui.program.settings import Settings
    from handfast.ui.widgets.window_services import RunningJob, Workspace

#: Between two looks at what the worker has found.
_LOOK_MS = 250
#: So many rows are taken over in one turn; the next look takes the others.
_ROWS_IN_A_TURN = 2_000
#: After the last key that was typed into the filter.
_TYPING_PAUSE_MS = 80
_HINT = tr(
    "Choose a folder. Handfast looks into every file in it and in the folders below, and lists "
    "the certificates of all keystores by their expiry date. It changes nothing."
)


class InventoryWindow(QDialog):
    """Where to look above, the rows beneath; not modal."""

    #: A keystore is to be opened: its path, and the alias to go to; empty for none.
    open_requested = Signal(object, str)
    #: The pair of this keystore and alias is to be renewed.
    renew_requested = Signal(object, str)

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        known: Callable[[], Sequence[KnownKeystore]],
        settings: Settings,
    ) -> None:
        """``known``: the keystores that are open, then the recent ones."""
        # A window like others: what is opened from it comes to the front, which above a dialog
        # the window manager would not allow.
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("inventoryWindow")
        self.setWindowTitle(tr("Inventory"))
        self._workspace = workspace
        self._known = known
        self._settings = settings
        self.flow = InventorySearch(expiry_days=settings.expiry_days)
        self._job: RunningJob | None = None
        self._found: SimpleQueue[Found] = SimpleQueue()
        self._skips: tuple[Skip, ...] = ()
        self._has_looked = False
        self._was_stopped = False
        self._has_failed = False
        #: Whether the keyboard goes to the rows once there are some.
        self._goes_to_rows = False
        #: The entry to go to once it is found.
        self._wanted: tuple[Path, str] | None = None
        #: Keystores that were looked at again once they were open, by path and value.
        self._tried: set[tuple[Path, int]] = set()
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK_MS)
        self._looking.timeout.connect(self._take_found)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._apply_filter)
        self._make_fields()
        self._make_table()
        self.problem = ProblemBar(self)
        self.busy = BusyLine(self, margin=0)
        self.busy.stop_requested.connect(self.stop)
        lines = stacked_lines(self)
        lines.addLayout(self._head())
        lines.addWidget(self.problem)
        lines.addWidget(self._pages, 1)
        lines.addLayout(self._foot())
        self._make_keys()
        for field, part in (
            ("source", self.source),
            ("folder", self.folder.line),
            ("filter", self.filter),
            ("shown", self.shown),
            ("table", self.table),
        ):
            explain(part, "inventory", field)
        resize_to_fit(self, (120, 80), least=(80, 56))
        workspace.documents_changed.connect(self._look_again)
        self._show_state()

    # --- the parts ------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.source = QComboBox(self)
        self.source.setObjectName("inventorySource")
        self.source.setAccessibleName(tr("Where to look"))
        self.source.addItem(tr("A folder"), Source.FOLDERS)
        self.source.addItem(tr("Recent and open keystores"), Source.KNOWN)
        self.source.activated.connect(lambda at: self._choose_source(self.source.itemData(at)))
        self.folder = PathField(title=tr("Choose a Folder"), saving=False, folder=True)
        self.folder.setParent(self)
        self.folder.setObjectName("inventoryFolder")
        self.folder.line.setAccessibleName(tr("Folder"))
        self.folder.line.setPlaceholderText(tr("a folder with keystores"))
        self.folder.text_edited.connect(self._edit_folder)
        self.folder.line.returnPressed.connect(self.look)
        self.folder_note = FieldNote(parent=self)
        self.scan_button = QPushButton(tr("&Scan"), self)
        self.scan_button.setObjectName("inventoryScan")
        self.scan_button.setAutoDefault(False)
        self.scan_button.clicked.connect(self.look)
        self.headline = WrapLabel(max_lines=2, parent=self)
        self.headline.setObjectName("inventoryNext")
        self.headline.setFont(heading_font(self.font(), larger_by=1))
        self.counts = WrapLabel(shade="quiet", max_lines=2, parent=self)
        self.counts.setObjectName("inventoryCounts")
        self.filter = QLineEdit(self)
        self.filter.setObjectName("inventoryFilter")
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setToolTip(tr("Rows with all of these words: alias, name, keystore, date"))
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icon("find"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        self.filter.installEventFilter(self)
        self.shown = QComboBox(self)
        self.shown.setObjectName("inventoryShown")
        self.shown.setAccessibleName(tr("Which rows are shown"))
        for words, value in (
            (tr("All"), Shown.ALL),
            (tr("Expired"), Shown.EXPIRED),
            (tr("Expiring soon"), Shown.EXPIRING),
            (tr("Valid"), Shown.VALID),
            (tr("Locked or unreadable"), Shown.UNREAD),
        ):
            self.shown.addItem(words, value)
        self.shown.activated.connect(lambda at: self._choose_shown(self.shown.itemData(at)))

    def _make_table(self) -> None:
        self.table = ExpiryTable(self)
        self.table.setObjectName("inventoryTable")
        self.table.setAccessibleName(tr("Certificates by expiry date"))
        self.table.row_opened.connect(self.open_selected)
        self.table.sorted_by.connect(self._sort)
        self._sort_as_before()
        self.table.menu_wanted.connect(self._show_menu)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_actions())
        self.table.rows.modelReset.connect(self._show_actions)
        self.note = WrapLabel(_HINT, shade="quiet")
        self.note.setObjectName("inventoryNote")
        self.show_all_button = window_button(
            tr("Show &All Rows"), self.show_all, self, name="inventoryShowAll"
        )
        self.choose_button = window_button(
            tr("Choose a &Folder…"), self.choose_folder, self, name="inventoryChooseFolder"
        )
        empty = QWidget(self)
        words = QVBoxLayout(empty)
        words.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        words.setSpacing(2 * GRID)
        words.addWidget(self.note)
        for way in (self.show_all_button, self.choose_button):
            words.addWidget(way, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(1)
        self._empty = empty
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(empty)

    def _head(self) -> QVBoxLayout:
        where = QHBoxLayout()
        where.setSpacing(GRID)
        where.addWidget(self.source)
        where.addWidget(self.folder, 1)
        where.addStretch(0)
        where.addWidget(self.scan_button)
        told = QVBoxLayout()
        told.setSpacing(GRID // 2)
        told.addWidget(self.headline)
        told.addWidget(self.counts)
        told.addWidget(self.busy)
        narrowed = QHBoxLayout()
        narrowed.setSpacing(GRID)
        narrowed.addWidget(self.filter, 1)
        narrowed.addWidget(self.shown)
        lines = QVBoxLayout()
        lines.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        lines.setSpacing(GRID + GRID // 2)
        lines.addLayout(where)
        lines.addWidget(self.folder_note)
        lines.addLayout(told)
        lines.addLayout(narrowed)
        return lines

    def _foot(self) -> QVBoxLayout:
        self.skipped = Fold(tr("Other files"), self._skipped_page, self)
        self.skipped.setObjectName("inventorySkipped")
        self.skipped.hide()
        self.said = WrapLabel("", shade="quiet", max_lines=2)
        self.said.setObjectName("inventorySaid")
        self.csv_button = window_button(
            tr("Save As &CSV…"), self._choose_csv, self, name="inventoryCsv"
        )
        self.reminders_button = window_button(
            tr("Re&minders…"), self._ask_reminders, self, name="inventoryReminders"
        )
        self.reminders_button.setToolTip(
            tr("Save the expiry dates as a calendar file that every calendar imports")
        )
        # Before the button that is right of it, for Tab.
        close = window_button(tr("Close"), self.close, self, name="inventoryClose")
        self.open_button = window_button(
            tr("&Open Keystore"), self.open_selected, self, name="inventoryOpen"
        )
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.said, 1)
        for button in (self.csv_button, self.reminders_button, close, self.open_button):
            row.addWidget(button)
        lines = QVBoxLayout()
        lines.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        lines.setSpacing(GRID)
        lines.addWidget(self.skipped)
        lines.addLayout(row)
        return lines

    def _make_keys(self) -> None:
        for key, act in (
            (QKeySequence.StandardKey.Find, self._go_to_filter),
            (QKeySequence.StandardKey.Refresh, self.look),
        ):
            QShortcut(key, self, act)

    # --- where to look --------------------------------------------------------------

    def show_folders(self, folders: Sequence[Path]) -> None:
        """Look below these folders."""
        self.flow.update(source=Source.FOLDERS, folders=tuple(folders))
        shown = [shown_path(each) for each in folders]
        self.folder.line.setText(shown[0] if len(shown) == 1 else enumerated(shown))
        self._goes_to_rows = True
        self.look()

    def show_known(self) -> None:
        """Look at the keystores that are open and the recent ones."""
        self.flow.update(source=Source.KNOWN)
        self._goes_to_rows = True
        self.look()

    def go_to(self, path: Path, alias: str) -> None:
        """Select the row of this entry once it is found."""
        self._wanted = (path, alias)
        if not self.is_looking:
            self._begin_at_wanted()

    def _begin_at_wanted(self) -> None:
        """Select the row that was asked for, else that of what expires next."""
        wanted, self._wanted = self._wanted, None
        rows = self.flow.shown_rows
        asked = (row for row in rows if wanted == (row.path, row.alias))
        self.table.begin_at(next(asked, self.flow.next_row))

    def choose_folder(self) -> None:
        """Ask for a folder, and look below it."""
        self.flow.update(source=Source.FOLDERS)
        self._show_state()
        self.folder.button.click()

    def _choose_source(self, source: Source) -> None:
        self.flow.update(source=source)
        if source is Source.KNOWN:
            self.look()
        else:
            self._begin_again()
            self.folder.line.setFocus()

    def _edit_folder(self, text: str) -> None:
        text = text.strip()
        self.flow.update(folders=(Path(text),) if text else ())
        self.folder_note.show_note("", "")
        if not self.folder.line.hasFocus():
            # It was chosen, not typed.
            self.look()

    def _begin_again(self) -> None:
        """Show nothing: what is there was found elsewhere."""
        self._cancel()
        self.flow.begin(expiry_days=self._settings.expiry_days)
        self._has_looked = self._was_stopped = self._has_failed = False
        self.table.begin_again()
        self._show_rows()
        self._show_state()

    def look(self) -> None:
        """Look there off the GUI thread; rows appear as they are found."""
        problems = self.flow.problems()
        self.folder_note.show_note(
            "error" if problems else "", "".join(p.message for p in problems)
        )
        self.problem.hide()
        if problems:
            self._begin_again()
            self.folder.line.setFocus()
            return
        self._begin_again()
        self.said.setText("")
        found: SimpleQueue[Found] = SimpleQueue()
        self._found = found
        self._tried.clear()
        self._job = self._workspace.jobs.run(
            self.flow.prepared(self._known(), found.put), done=self._finish, failed=self._fail
        )
        self.busy.watch(tr("Looking for keystores…"), self._job)
        self._looking.start()
        self._show_state()

    def stop(self) -> None:
        """Keep what was found so far."""
        if self._job is None:
            return
        self._cancel()
        self._was_stopped = self._has_looked = True
        self._take_all()
        self._show_state()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._looking.stop()
        self.busy.finish()

    def _take_found(self) -> None:
        """Take some of what was found over: a part in each turn, so that the window goes on."""
        taken: list[Found] = []
        count = 0
        while count < _ROWS_IN_A_TURN:
            try:
                taken.append(self._found.get_nowait())
            except Empty:
                break
            count += len(taken[-1][1]) + 1
        if taken:
            self.flow.take(taken)
            self._show_rows()
            self._show_told()
        elif self._job is None:
            self._looking.stop()
            self._begin_at_wanted()
            self._show_state()

    def _take_all(self) -> None:
        # The timer takes the rest, in parts, and stops once there is no more.
        self._looking.start()
        self._take_found()

    def _finish(self, skips: tuple[Skip, ...]) -> None:
        self._job = None
        self._has_looked = True
        self.busy.finish()
        self.flow.finish(skips)
        self._take_all()
        self._show_skipped()
        self._show_state()
        self._look_again()

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.busy.finish()
        self._has_looked = self._has_failed = True
        self._take_all()
        self.problem.show_error(error)
        self._show_state()

    def _look_again(self) -> None:
        """A keystore that was locked may be open now, and tells its dates."""
        if self._job is not None:
            return
        locked = self.flow.locked_paths()
        if not locked:
            return
        for each in self._known():
            key = (each.path, id(each.store))
            if each.store is None or each.path not in locked or key in self._tried:
                continue
            self._tried.add(key)
            self._workspace.jobs.run(
                self.flow.prepared_again(each),
                done=self._take_one,
                failed=lambda _error: None,
            )

    def _take_one(self, found: Found) -> None:
        if isValid(self) and found[0].path in self.flow.locked_paths():
            self.flow.take([found])
            self._show_rows()
            self._show_state()

    # --- what is shown --------------------------------------------------------------

    @property
    def is_looking(self) -> bool:
        """Whether more rows may come."""
        return self._job is not None or self._looking.isActive()

    def _show_rows(self) -> None:
        rows = self.flow.shown_rows
        self.table.show_rows(rows, self.flow.moment.at)
        self._show_page()
        if rows and self._goes_to_rows:
            self._goes_to_rows = False
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_page(self) -> None:
        """The table, or why there is none."""
        flow = self.flow
        is_filtered = bool(flow.rows) and not flow.shown_rows
        self.show_all_button.setVisible(is_filtered)
        is_of_known = flow.draft.source is Source.KNOWN
        self.choose_button.setVisible(is_of_known and self._has_looked and not flow.count)
        for part in (self.filter, self.shown):
            part.setVisible(bool(flow.rows))
        self._pages.setCurrentWidget(self.table if flow.shown_rows else self._empty)
        self.note.setText(self._note_words(is_filtered=is_filtered))

    def _note_words(self, *, is_filtered: bool) -> str:
        flow = self.flow
        if is_filtered:
            return tr("No row matches the filter.")
        if self._job is not None:
            return tr("Nothing was found yet.")
        if not self._has_looked:
            return _HINT
        if self._has_failed:
            return tr("The search ended before a certificate was found.")
        if self._was_stopped:
            return tr("The search was canceled before a certificate was found.")
        if flow.draft.source is Source.KNOWN and not flow.count:
            return tr(
                "No keystore is open, and none was opened recently. Choose a folder with "
                "keystores instead."
            )
        if not flow.count:
            if flow.skips:
                return tr(
                    "There is no keystore in this folder or below it. Choose another folder. What "
                    "was skipped, and why, is listed below."
                )
            return tr("This folder is empty. Choose another one.")
        return tr("The keystores that were found contain no certificates.")

    def _show_told(self) -> None:
        flow = self.flow
        self.headline.setText(flow.headline())
        self.headline.setVisible(bool(self.headline.text()))
        words = flow.count_words() if flow.count else []
        if self._was_stopped:
            words.append(tr("the search was canceled"))
        self.counts.setText(enumerated(words))
        self.counts.setVisible(bool(words))

    def _show_state(self) -> None:
        is_folder = self.flow.draft.source is Source.FOLDERS
        self.source.setCurrentIndex(self.source.findData(self.flow.draft.source))
        self.folder.setVisible(is_folder)
        self.scan_button.setText(tr("&Scan") if is_folder else tr("Refres&h"))
        self.scan_button.setEnabled(self._job is None)
        self._show_told()
        self._show_page()
        self._show_skipped()
        self._show_actions()

    def _show_actions(self) -> None:
        self.open_button.setEnabled(self.table.current_row() is not None)
        is_ready = self._job is None and self.flow.count > 0
        self.csv_button.setEnabled(is_ready)
        self.reminders_button.setEnabled(is_ready and self.flow.next_row is not None)

    def _show_skipped(self) -> None:
        skips = self.flow.skips
        count = sum(each.count for each in skips)
        if skips is not self._skips:
            self._skips = skips
            self.skipped.set_unfolded(unfolded=False)
            body = self.skipped.body
            if body is not None:
                self._fill_skipped(body)
        self.skipped.button.setText(
            tr_count("{count} other file was skipped", "{count} other files were skipped", count)
        )
        self.skipped.setVisible(count > 0)

    def _skipped_page(self) -> QWidget:
        self._skipped_words = QLabel()
        self._skipped_words.setObjectName("inventorySkippedWords")
        self._skipped_words.setTextFormat(Qt.TextFormat.PlainText)
        self._skipped_words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._skipped_words.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = story_area(tr("Files that were skipped"), self._skipped_words, self)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._fill_skipped(area)
        return area

    def _fill_skipped(self, body: QWidget) -> None:
        lines: list[str] = []
        for each in self.flow.skips:
            lines.append(skip_words(each.reason, each.count))
            lines += [f"    {visible(shown_path(path))}" for path in each.examples]
            more = each.count - len(each.examples)
            if more:
                words = tr_count("and {count} more", "and {count} more", more)
                lines.append(f"    {words}")
        self._skipped_words.setText("\n".join(lines))
        # A long path scrolls, and its bar takes room as well.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        body.setFixedHeight(min(self._skipped_words.sizeHint().height(), 14 * GRID) + bar + GRID)

    # --- filter and order -------------------------------------------------------------

    def _go_to_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _apply_filter(self) -> None:
        self._typing.stop()
        self.flow.update(words=self.filter.text())
        self._show_rows()

    def _choose_shown(self, shown: Shown) -> None:
        self.flow.update(shown=shown)
        self._show_rows()

    def _sort(self, order: Order, is_descending: bool) -> None:
        self.flow.update(order=order, is_descending=is_descending)
        self._settings.inventory_sorted = SortedBy(
            column=order.name.lower(), is_descending=is_descending
        )
        self._show_rows()

    def _sort_as_before(self) -> None:
        before = self._settings.inventory_sorted
        order = Order.__members__.get(before.column.upper()) if before is not None else None
        if before is not None and order is not None:
            self.flow.update(order=order, is_descending=before.is_descending)
            self.table.show_order(order, is_descending=before.is_descending)

    def show_all(self) -> None:
        """Take the filter away."""
        self.filter.clear()
        self.shown.setCurrentIndex(0)
        self.flow.update(shown=Shown.ALL)
        self._apply_filter()
        self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the filter, Down and Return lead to the rows, Escape shows all again."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
            return True
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._apply_filter()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    # --- what is done with a row --------------------------------------------------------

    def open_selected(self) -> None:
        """Open the keystore of the row, with the entry selected."""
        if (row := self.table.current_row()) is not None:
            self.open_requested.emit(row.path, row.alias)

    def _show_menu(self, at: QPoint) -> None:
        row = self.table.current_row()
        if row is None:
            return
        menu = QMenu(self)
        menu.setObjectName("inventoryMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in self._offers(row):
            if offer is None:
                menu.addSeparator()
                continue
            name, text, act = offer
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(lambda _checked=False, act=act: act())
        menu.popup(at)

    def _offers(self, row: ExpiryRow) -> tuple[tuple[str, str, Callable[[], object]] | None, ...]:
        certificate = row.certificate
        renew: list[tuple[str, str, Callable[[], object]]] = []
        if row.can_renew:
            renew.append(
                (
                    "inventoryRenew",
                    tr("Rene&w Certificate…"),
                    lambda: self.renew_requested.emit(row.path, row.alias),
                )
            )
        copies: list[tuple[str, str, Callable[[], object]]] = [
            ("inventoryCopyPath", tr("Copy &Path"), lambda: copy_path(row.path))
        ]
        if certificate is not None:
            copies.append(
                (
                    "inventoryCopyFingerprint",
                    tr("Copy SHA-256 &Fingerprint"),
                    lambda: QGuiApplication.clipboard().setText(certificate.sha256),
                )
            )
        return (
            ("inventoryMenuOpen", tr("&Open Keystore"), self.open_selected),
            *renew,
            None,
            *copies,
            None,
            ("inventoryOpenFolder", tr("Open Fo&lder"), lambda: show_folder(row.path.parent)),
        )

    # --- files ------------------------------------------------------------------------

    def _choose_csv(self) -> None:
        self._choose_file(tr("Save the Inventory"), "keystores.csv", self.save_csv)

    def _choose_file(self, title: str, name: str, take: Callable[[Path], None]) -> None:
        draft = self.flow.draft
        is_one_folder = draft.source is Source.FOLDERS and len(draft.folders) == 1
        beside = draft.folders[0] if is_one_folder else None
        ask_where_to_save(
            self,
            title=title,
            name=name,
            folders=report_folders(self._workspace, beside),
            take=take,
        )

    def save_csv(self, path: Path) -> None:
        """Write the keystores as a table; the dialog asked before it replaces."""
        self._write(path, self.flow.csv)

    def _ask_reminders(self) -> None:
        dialog = RemindersDialog(
            self.flow.rows,
            alarm_days=self.flow.moment.expiry_days,
            now=self.flow.moment.at,
            parent=self,
        )
        dialog.agreed.connect(self._choose_reminders)
        dialog.open()

    def _choose_reminders(self, draft: ReminderDraft) -> None:
        self._choose_file(
            tr("Save the Reminders"),
            "certificates.ics",
            lambda path: self.save_reminders(path, draft),
        )

    def save_reminders(self, path: Path, draft: ReminderDraft) -> None:
        """Write the expiry dates as a calendar; the dialog asked before it replaces."""
        rows, now = list(self.flow.rows), self.flow.moment.at
        self._write(path, lambda: reminders_file(rows, draft, now))

    def _write(self, path: Path, make: Callable[[], bytes]) -> None:
        self.problem.hide()
        read = [each.path for each in self.flow.inventory.stores]

        def failed(error: HandfastError) -> None:
            if isValid(self):
                # On a low screen there is not room for both.
                self.skipped.set_unfolded(unfolded=False)
                self.problem.show_error(error)

        def done(_nothing: object) -> None:
            if isValid(self):
                self.said.setText(tr("Saved as {name}.", name=visible(path.name)))

        self._workspace.jobs.run(
            lambda _progress: write_chosen_report(path, make(), replace=True, read=read),
            done=done,
            failed=failed,
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        keep_on_screen_once_framed(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._typing.stop()
        self._cancel()
        super().closeEvent(event)
