"""What the window shows while no store is open: recent stores, and what people come to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr, tr_count
from handfast.services.checks.jdk_trust_at_start import lost_trust_at_start
from handfast.services.describe.validity import Validity
from handfast.services.files.shown_path import shown_path
from handfast.ui.start.listed_row import ListedRow
from handfast.ui.start.partners_list import PartnersList
from handfast.ui.widgets.icons import application_icon, icon
from handfast.ui.widgets.row_button import RowButton
from handfast.ui.widgets.style import TextLabel, blend, heading_font, plain

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QPaintEvent

    from handfast.core.progress import Progress
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.program.known_partnerships import KnownPartnerships
    from handfast.ui.program.recent_stores import RecentStore, RecentStores
    from handfast.ui.program.settings import Settings

_WIDEST = 960
_LATEST = datetime.max.replace(tzinfo=UTC)
_LOGO = 48
_MARKS = {Validity.EXPIRED: "expired", Validity.EXPIRING: "expiring"}
_TASKS = (
    (
        "Open",
        "open",
        tr("Open a keystore…"),
        tr("JKS, PKCS#12, and others; or a certificate"),
    ),
    ("Generate", "generate", tr("Generate a key pair…"), tr("With a self-signed certificate")),
    ("Export", "export", tr("Export a certificate…"), tr("For a partner; never the private key")),
    (
        "Import",
        "import",
        tr("Import a certificate…"),
        tr("From a partner, after checking its fingerprint"),
    ),
    (
        "SetUp",
        "mutual-tls",
        tr("Set up mutual TLS…"),
        tr("With a partner, step by step"),
    ),
    (
        "Rehearse",
        "rehearse",
        tr("Rehearse mutual TLS…"),
        tr("A real handshake in memory, before going live"),
    ),
    (
        "Inventory",
        "recent",
        tr("Find what expires first…"),
        tr("In a folder, or in recent and open keystores"),
    ),
    (
        "Jdks",
        "verify",
        tr("JDKs on this machine…"),
        tr("See what Java trusts, and add your CA"),
    ),
    (
        "Explain",
        "find",
        tr("Explain an error…"),
        tr("The cause behind a message or a log"),
    ),
    ("New", "new", tr("New keystore…"), tr("Empty, for new or imported entries")),
)


class StartPage(QWidget):
    """Recent stores on the left, the tasks on the right."""

    open_requested = Signal()
    new_requested = Signal()
    explain_requested = Signal()
    #: What expires first is to be shown, across keystores.
    inventory_requested = Signal()
    generate_requested = Signal()
    export_requested = Signal()
    import_requested = Signal()
    set_up_requested = Signal()
    rehearse_requested = Signal()
    recent_requested = Signal(object)
    #: The path of a partnership to go on with.
    partner_requested = Signal(object)
    jdks_requested = Signal()
    #: The path of a keystore in which a pair is to be renewed.
    renew_requested = Signal(object)
    #: The path of a partnership whose certificate is rolled over.
    roll_over_requested = Signal(object)

    def __init__(
        self,
        recent: RecentStores,
        partners: KnownPartnerships,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        settings: Settings,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setAccessibleName(tr("Start"))
        self._stores = recent
        self._settings = settings
        self.partners = PartnersList(partners, jobs, self, expiry_days=lambda: settings.expiry_days)
        self.partners.chosen.connect(self.partner_requested)
        self.partners.roll_over_requested.connect(self.roll_over_requested)
        self._jobs = jobs
        self._job: Job | None = None
        self._jdk_job: Job | None = None
        self._shown: tuple[list[RecentStore], int] = ([], 0)
        self._rows: list[_RecentRow] = []
        columns = QHBoxLayout()
        columns.setSpacing(48)
        columns.addLayout(self._recent_column(), 5)
        columns.addLayout(self._task_column(), 4)
        content = QWidget(self)
        content.setMaximumWidth(_WIDEST)
        lines = QVBoxLayout(content)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(32)
        lines.addLayout(self._head())
        lines.addLayout(columns)
        lines.addStretch(1)
        middle = QWidget(self)
        row = QHBoxLayout(middle)
        row.setContentsMargins(32, 48, 32, 32)
        row.addStretch(1)
        row.addWidget(content, 20)
        row.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(middle)
        # On a low window it scrolls; it has the ground of the window, not of a text.
        area.viewport().setAutoFillBackground(False)
        middle.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def _head(self) -> QHBoxLayout:
        logo = QLabel(self)
        size = QSize(_LOGO, _LOGO)
        logo.setPixmap(application_icon().pixmap(size, self.devicePixelRatioF()))
        logo.setFixedSize(size)
        name = QLabel("Handfast", self)
        name.setFont(heading_font(self.font(), larger_by=9))
        said = TextLabel(
            tr("Keystores, and the certificates that two parties exchange"), parent=self
        )
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(said)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(logo)
        row.addLayout(words, 1)
        return row

    def _title(self, text: str) -> QLabel:
        title = QLabel(text, self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setFont(heading_font(self.font(), larger_by=2))
        title.setContentsMargins(8, 0, 0, 0)
        # As high as the button beside one of them, so that both columns begin alike.
        title.setMinimumHeight(self._clear.sizeHint().height())
        return title

    def _recent_column(self) -> QVBoxLayout:
        self._clear = QPushButton(tr("Clear List"), self)
        self._clear.setObjectName("recentClear")
        self._clear.setFlat(True)
        self._clear.setAccessibleName(tr("Clear the list of recent keystores"))
        self._clear.setToolTip(tr("Clear the list (files are not deleted)"))
        self._clear.clicked.connect(self._forget_all)
        self._by_expiry = QPushButton(tr("Sort by Expiry"), self)
        self._by_expiry.setObjectName("recentSort")
        self._by_expiry.setFlat(True)
        self._by_expiry.setCheckable(True)
        self._by_expiry.setToolTip(
            tr("What expires first is above; otherwise what you opened last")
        )
        self._by_expiry.setChecked(self._settings.sorts_recent_by_expiry)
        self._by_expiry.toggled.connect(self._sort)
        head = QHBoxLayout()
        head.addWidget(self._title(tr("Recent keystores")), 1)
        head.setContentsMargins(0, 0, 32, 0)
        head.addWidget(self._by_expiry)
        head.addWidget(self._clear)
        self._lost = RowButton("warning", tr("Trusted CA missing"), self)
        self._lost.setObjectName("startLostTrust")
        self._lost.clicked.connect(self.jdks_requested)
        self._lost.hide()
        self._empty = _DropPlace(self)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.partners.title.setMinimumHeight(self._clear.sizeHint().height())
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._lost)
        column.addWidget(self.partners)
        column.addLayout(head)
        column.addWidget(self._empty)
        column.addLayout(self._list)
        column.addStretch(1)
        return column

    def _task_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._title(tr("What would you like to do?")))
        lines = QVBoxLayout()
        lines.setSpacing(0)
        signals = (
            self.open_requested,
            self.generate_requested,
            self.export_requested,
            self.import_requested,
            self.set_up_requested,
            self.rehearse_requested,
            self.inventory_requested,
            self.jdks_requested,
            self.explain_requested,
            self.new_requested,
        )
        for (name, picture, text, hint), signal in zip(_TASKS, signals, strict=True):
            button = RowButton(picture, text, self)
            button.setObjectName(f"start{name}")
            button.set_words(hint)
            button.wrap()
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit())
            lines.addWidget(button)
        column.addLayout(lines)
        column.addStretch(1)
        return column

    # --- the list -------------------------------------------------------------------

    def _sort(self, is_by_expiry: bool) -> None:
        self._settings.sorts_recent_by_expiry = is_by_expiry
        self.refresh()

    def refresh(self) -> None:
        """Show the partners, and the files opened lately, newest first."""
        self.partners.refresh()
        self._look_for_lost_trust()
        stores = self._stores.stores()
        now = datetime.now(UTC)
        if self._by_expiry.isChecked():
            stores.sort(key=lambda store: _urgency(store, now))
        self._by_expiry.setVisible(len(stores) > 1)
        self._clear.setVisible(bool(stores))
        self._empty.setVisible(not stores)
        days = self._settings.expiry_days
        shown = (stores, days)
        if shown == self._shown:
            # Nothing is exchanged that may have the focus; but a file may be gone.
            self._look()
            return
        self._shown = shown
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for store in stores:
            row = _RecentRow(store, now, days, self)
            row.button.clicked.connect(
                lambda _=False, path=store.path: self.recent_requested.emit(path)
            )
            row.removed.connect(lambda path=store.path: self._forget(path))
            row.renew_requested.connect(lambda path=store.path: self.renew_requested.emit(path))
            self._list.addWidget(row)
            # At once, so that it can have the focus.
            row.show()
            self._rows.append(row)
        self._look()

    def _look(self) -> None:
        """See off the GUI thread which are still there: a network drive may take its time."""
        paths = [row.path for row in self._rows]
        if self._job is not None:
            self._job.cancel()

        def work(_progress: Progress) -> set[Path]:
            return {path for path in paths if not path.exists()}

        def tell(missing: set[Path]) -> None:
            for row in self._rows:
                row.set_missing(row.path in missing)

        if paths:
            self._job = self._jobs.run(work, done=tell, failed=lambda _error: None)

    def _look_for_lost_trust(self) -> None:
        """See off the GUI thread whether an update took a CA out of a JDK."""
        if self._jdk_job is not None:
            self._jdk_job.cancel()
        self._jdk_job = self._jobs.run(
            lost_trust_at_start, done=self._show_lost_trust, failed=lambda _error: None
        )

    def _show_lost_trust(self, lost: tuple[str, ...]) -> None:
        self._jdk_job = None
        if lost:
            self._lost.set_words(lost[0])
            self._lost.setToolTip(plain("\n".join(lost)))
        self._lost.setVisible(bool(lost))

    def _forget(self, path: Path) -> None:
        at = next((at for at, row in enumerate(self._rows) if row.path == path), 0)
        self._stores.remove(path)
        self.refresh()
        # The keyboard goes on with the next one.
        if self._rows:
            self._rows[min(at, len(self._rows) - 1)].button.setFocus()

    def _forget_all(self) -> None:
        self._stores.clear()
        self.refresh()


def _urgency(store: RecentStore, now: datetime) -> tuple[bool, datetime]:
    """What has expired comes first, then what expires next; what nothing is known of comes last."""
    summary = store.summary
    if summary is None:
        return (True, _LATEST)
    is_over = summary.words(now)[1] is Validity.EXPIRED
    return (not is_over, summary.next_end or _LATEST)


class _DropPlace(QWidget):
    """Where the recent stores will be: a place that invites to drop a first one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recentEmpty")
        self.setMinimumHeight(200)
        head = QLabel(tr("Drop a keystore here"), self)
        head.setFont(heading_font(self.font(), larger_by=1))
        head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        said = TextLabel(
            tr("Keystores that you open appear here, with their next expiry date."), parent=self
        )
        said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(24, 64, 24, 24)
        lines.setSpacing(8)
        lines.addStretch(1)
        lines.addWidget(head)
        lines.addWidget(said)
        lines.addStretch(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        text = palette.color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(blend(text, window, 0.3), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 1, -1, -1), 8, 8)
        place = QRect(0, 0, 32, 32)
        place.moveCenter(QPoint(self.width() // 2 + 4, self.height() // 2 - 44))
        icon("store").paint(painter, place)
        painter.end()


class _RecentRow(ListedRow):
    """One store, and what in it expires next."""

    renew_requested = Signal()

    def __init__(
        self, store: RecentStore, now: datetime, expiry_days: int, parent: QWidget
    ) -> None:
        super().__init__(
            store.path,
            name=store.path.name,
            picture="store",
            remove="recentRemove",
            parent=parent,
        )
        self._words, state = ("", Validity.VALID)
        if store.summary is not None:
            self._words, state = store.summary.words(now, expiry_days)
            count = store.summary.entries
            entries = tr_count("{count} entry", "{count} entries", count)
            self._words = f"{self._words} · {entries}" if count else self._words
            if store.summary.needs_renewal(now, expiry_days):
                self.offer(
                    tr("Renew…"),
                    tr("Renew {name}", name=store.path.name),
                    "recentRenew",
                    self.renew_requested,
                )
        self._mark = _MARKS.get(state, "")
        self.set_missing(False)

    def set_missing(self, is_missing: bool) -> None:
        """Say that the file is not where it was."""
        folder = shown_path(self.path.parent)
        if is_missing:
            self.button.set_words(tr("file not found"), beside=folder, picture="missing")
        else:
            self.button.set_words(
                self._words or tr("not opened yet"),
                beside=folder,
                mark=self._mark,
                picture="store",
            )
