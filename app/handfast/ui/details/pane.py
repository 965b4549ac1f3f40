"""The details pane: shows a store, an entry, one certificate of its chain, or a selection."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import delete, isValid

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.language import tr
from handfast.services.describe.validity import EXPIRY_DAYS
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.window_layout import tab_by_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from PySide6.QtGui import QResizeEvent

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from handfast.ui.details.certificate_page import CertificatePage
    from handfast.ui.details.entry_page import EntryPage
    from handfast.ui.details.overview import SelectionSummary, StoredFile, StoreOverview

    Page: TypeAlias = CertificatePage | EntryPage | StoreOverview | SelectionSummary

#: Lines longer than this are tiring to read, however wide the window is.
_WIDEST = 90 * GRID
#: Below this width labels stand above their values.
_NARROW = 400
#: What one key press may turn, with room to spare.
_MAX_FORMER = 8


class DetailsPane(QWidget):
    """What is selected, in full. Every value in it can be copied."""

    #: An entry, the password given for it, and the UnlockRow that says so if it does not fit.
    unlock_requested = Signal(object, str, object)
    #: The entry that the password of the store is to be tried on; None for all.
    try_requested = Signal(object)
    #: The password of the store, which was opened without it, and the UnlockRow as above.
    password_given = Signal(str, object)
    #: The password of a locked part of the file, and the row that it was typed in.
    part_password_given = Signal(str, object)
    #: The password of keys that have one of their own, and the row it was typed in.
    key_password_given = Signal(str, object)
    #: The alias of an entry that was chosen in the overview.
    entry_activated = Signal(str)
    #: A certificate of the shown key pair's chain was chosen.
    certificate_chosen = Signal(object)
    #: The alias of a pair whose certificate is to be renewed.
    renew_requested = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        expiry_days: Callable[[], int] = lambda: EXPIRY_DAYS,
    ) -> None:
        """``expiry_days``: from how many days before its end a certificate is called expiring."""
        super().__init__(parent)
        self._expiry_days = expiry_days
        self.setObjectName("detailsPane")
        self.setAccessibleName(tr("Details"))
        #: What Tab comes from; a page is made after all else in the window, and would come last.
        self.comes_after: QWidget | None = None
        self._store: Store | None = None
        self._file: StoredFile | None = None
        self._page: Page | None = None
        self._unfolded: set[str] = set()
        #: The last pages that were shown; Qt deletes them once events are processed again.
        self._former: deque[QWidget] = deque()
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        self.setMinimumWidth(28 * GRID)

    @staticmethod
    def load_pages() -> None:
        """Load what the pages are made of, so that the first of them is shown in half the time."""
        import handfast.ui.details.certificate_page
        import handfast.ui.details.overview  # noqa: F401 - what is loaded stays

    # --- what to show ------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing."""
        self._store = None
        self._put(None)

    def set_file(self, path: Path, size: int | None) -> None:
        """The file of the keystores that are shown, with its size in bytes as it was last read."""
        self._file = path, size

    def show_store(self, store: Store) -> None:
        """The keystore as a whole, for when nothing in it is selected."""
        # The pages are loaded when there is something to show: the rows of a store come first.
        from handfast.ui.details.overview import StoreOverview

        page = StoreOverview(store, self._file, expiry_days=self._expiry_days())
        page.entry_activated.connect(self.entry_activated)
        page.renew_requested.connect(self.renew_requested)
        page.try_requested.connect(self.try_requested)
        page.password_given.connect(self.password_given)
        page.part_password_given.connect(self.part_password_given)
        page.key_password_given.connect(self.key_password_given)
        self._store = store
        self._put(page)

    def show_entry(
        self, store: Store, entry: Entry | None, certificate: Certificate | None = None
    ) -> None:
        """One entry; of a key pair its own certificate, or another of its chain."""
        if entry is None:
            self.show_store(store)
            return
        self._store = store
        chosen = certificate if certificate is not None else entry.certificate
        if isinstance(entry, SecretKey) or chosen is None:
            if isinstance(entry, SecretKey | KeyPair):
                from handfast.ui.details.entry_page import EntryPage

                bare = EntryPage(entry)
                bare.unlock_requested.connect(self.unlock_requested)
                bare.try_requested.connect(self.try_requested)
                self._put(bare)
            return
        from handfast.ui.details.certificate_page import CertificatePage

        position = next((i for i, each in enumerate(entry.chain) if each is chosen), None)
        if position is None:
            position = entry.chain.index(chosen) if chosen in entry.chain else 0
        page = CertificatePage(entry, chosen, position=position, expiry_days=self._expiry_days())
        page.unlock_requested.connect(self.unlock_requested)
        page.try_requested.connect(self.try_requested)
        page.renew_requested.connect(self.renew_requested)
        page.certificate_chosen.connect(lambda other: self._show_other(entry, other))
        self._put(page)

    def show_entries(self, store: Store, entries: Sequence[Entry]) -> None:
        """A selection: nothing, one, or a summary of several."""
        if len(entries) < 2:
            self.show_entry(store, entries[0] if entries else None)
            return
        from handfast.ui.details.overview import SelectionSummary

        self._store = store
        self._put(SelectionSummary(entries, expiry_days=self._expiry_days()))

    def take_focus(self) -> None:
        """Go to the first part of the page that takes the keyboard."""
        parts = self._page.findChildren(QWidget) if self._page is not None else []
        for part in parts:
            takes_tab = part.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_tab and part.isEnabled() and part.isVisibleTo(self):
                part.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def text(self) -> str:
        """What can be read in the pane, as plain text."""
        if self._page is None:
            return ""
        lines = []
        for widget in self._page.findChildren(QWidget):
            if not widget.isVisibleTo(self._page):
                continue
            if isinstance(widget, QLabel):
                lines.append(widget.text())
            elif isinstance(widget, QListWidget):
                lines.extend(widget.item(row).text() for row in range(widget.count()))
            elif isinstance(widget, QPlainTextEdit):
                lines.append(widget.toPlainText())
        return "\n".join(line for line in lines if line)

    # --- how ---------------------------------------------------------------------------

    def _show_other(self, entry: Entry, certificate: Certificate) -> None:
        if self._store is None:
            return
        self.show_entry(self._store, entry, certificate)
        chain = self._certificate_page.chain if self._certificate_page is not None else None
        if chain is not None:
            chain.setFocus()
        self.certificate_chosen.emit(certificate)

    def _put(self, page: Page | None) -> None:
        self._remember_folds()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        self._page = page
        if page is not None:
            page.setMaximumWidth(_WIDEST)
            column.addWidget(page)
            page.set_narrow(self._is_narrow())
        shown = self._certificate_page
        if shown is not None:
            shown.fields.set_unfolded("fields" in self._unfolded)
            shown.pem.set_unfolded("pem" in self._unfolded)
        # The area would delete the page before at once, while a key or a click in it, which chose
        # this one, is still being dealt with. Many changes in one go do not pile up pages, though.
        if (before := self._area.takeWidget()) is not None:
            before.deleteLater()
            self._former.append(before)
            if len(self._former) > _MAX_FORMER and isValid(oldest := self._former.popleft()):
                delete(oldest)
        self._area.setWidget(holder)
        self._set_margins()
        if self.comes_after is not None:
            tab_by_place(self.comes_after, holder)

    def _remember_folds(self) -> None:
        # Whoever compares the fields of two certificates wants them open in the next one too.
        page = self._certificate_page
        if page is not None:
            folds = (("fields", page.fields), ("pem", page.pem))
            self._unfolded = {name for name, fold in folds if fold.is_unfolded}

    @property
    def _certificate_page(self) -> CertificatePage | None:
        if self._page is None:
            return None
        from handfast.ui.details.certificate_page import CertificatePage

        return self._page if isinstance(self._page, CertificatePage) else None

    def _is_narrow(self) -> bool:
        return self.width() < _NARROW + 6 * GRID

    def _set_margins(self) -> None:
        holder = self._area.widget()
        layout = holder.layout() if holder is not None else None
        if layout is not None:
            side = 2 * GRID if self._is_narrow() else 3 * GRID
            layout.setContentsMargins(side, 2 * GRID, side, 3 * GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()
        if self._page is not None:
            self._page.set_narrow(self._is_narrow())
