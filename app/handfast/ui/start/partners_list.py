"""The partners on the start page: how far each is, and what there expires next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.files.shown_path import shown_path
from handfast.services.partnerships import (
    ENDING,
    Partnership,
    is_expired,
    is_troubled,
    needs_rollover,
    read_partnership,
    state_words,
)
from handfast.ui.start.listed_row import ListedRow
from handfast.ui.widgets.style import heading_font, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.program.known_partnerships import KnownPartnerships


class PartnersList(QWidget):
    """One row for each partnership that is known; nothing where none is."""

    #: The path of one to go on with.
    chosen = Signal(object)
    #: The path of one whose certificate is rolled over.
    roll_over_requested = Signal(object)

    def __init__(
        self,
        known: KnownPartnerships,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        expiry_days: Callable[[], int],
    ) -> None:
        super().__init__(parent)
        self._expiry_days = expiry_days
        self.setObjectName("startPartners")
        self.setAccessibleName(tr("Partners"))
        self._known = known
        self._jobs = jobs
        self._job: Job | None = None
        self._rows: list[PartnerRow] = []
        title = QLabel(tr("Partners"), self)
        title.setFont(heading_font(self.font(), larger_by=2))
        title.setContentsMargins(8, 0, 0, 0)
        self.title = title
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 24)
        lines.setSpacing(8)
        lines.addWidget(title)
        lines.addLayout(self._list)
        self.hide()

    def refresh(self) -> None:
        """Show those that are known, and read them again off the GUI thread."""
        paths = self._known.paths()
        self.setVisible(bool(paths))
        if paths != [row.path for row in self._rows]:
            self._show_rows(paths)
        if self._job is not None:
            self._job.cancel()
        if paths:
            self._job = self._jobs.run(
                lambda progress: _read(paths, progress),
                done=self._tell,
                failed=lambda _error: None,
            )

    def _show_rows(self, paths: list[Path]) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for path in paths:
            row = PartnerRow(path, self)
            row.button.clicked.connect(lambda _=False, path=path: self.chosen.emit(path))
            row.removed.connect(lambda path=path: self._forget(path))
            row.roll_over_requested.connect(lambda path=path: self.roll_over_requested.emit(path))
            self._list.addWidget(row)
            # At once, so that it can have the focus.
            row.show()
            self._rows.append(row)

    def _tell(self, found: dict[Path, Partnership | HandfastError | None]) -> None:
        now = datetime.now(UTC)
        for row in self._rows:
            if row.path in found:
                row.tell(found[row.path], now, self._expiry_days())

    def _forget(self, path: Path) -> None:
        at = next((at for at, row in enumerate(self._rows) if row.path == path), 0)
        self._known.remove(path)
        self.refresh()
        # The keyboard goes on with the next one.
        if self._rows:
            self._rows[min(at, len(self._rows) - 1)].button.setFocus()


class PartnerRow(ListedRow):
    """One partnership."""

    roll_over_requested = Signal()

    def __init__(self, path: Path, parent: QWidget) -> None:
        name = path.name.removesuffix(ENDING)
        super().__init__(
            path, name=name, picture="mutual-tls", remove="partnerRemove", parent=parent
        )
        self._offers = False

    def tell(self, found: Partnership | HandfastError | None, now: datetime, days: int) -> None:
        """Its state, or why there is none; None for a file that is gone.

        ``days``: from how many before its end a certificate is called expiring.
        """
        folder = shown_path(self.path.parent)
        if found is None:
            self.button.set_words(tr("file not found"), beside=folder, picture="missing")
            return
        if isinstance(found, HandfastError):
            self.button.set_words(
                f"{found.problem} {found.remedy}".strip(), beside=folder, picture="damaged"
            )
            self.button.setToolTip(plain(f"{self.path}\n{found.problem}\n{found.remedy}".strip()))
            return
        mark = (
            "expired"
            if is_expired(found, now)
            else "expiring"
            if is_troubled(found, now, days)
            else ""
        )
        if found.rehearsed_at is not None and not found.rehearsed_ok:
            mark = "error"
        if needs_rollover(found, now, days) and found.our_sha256 and not self._offers:
            self._offers = True
            self.offer(
                tr("Roll Over…"),
                tr("Roll over {name}", name=self.path.name),
                "partnerRollOver",
                self.roll_over_requested,
            )
        words = state_words(found, now, days)
        self.button.setText(shorten(found.partner, 80))
        self.button.setAccessibleName(found.partner)
        self.button.set_words(words, beside=folder, mark=mark, picture="mutual-tls")
        self.button.setToolTip(plain(f"{self.path}\n{words}"))


def _read(paths: list[Path], progress: Progress) -> dict[Path, Partnership | HandfastError | None]:
    found: dict[Path, Partnership | HandfastError | None] = {}
    for number, path in enumerate(paths):
        progress(number, len(paths))
        try:
            found[path] = read_partnership(path)
        except HandfastError as error:
            if error.kind == "cancelled":
                raise
            found[path] = error.without_frames() if path.exists() else None
    return found
