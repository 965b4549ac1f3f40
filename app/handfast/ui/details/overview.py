"""A store as a whole, and several entries at once."""

from __future__ import annotations

import functools
import heapq
import itertools
import operator
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.language import decimal, enumerated, grouped, tr, tr_count
from handfast.core.store import Integrity, shorten
from handfast.core.visible_text import alias_text, visible
from handfast.formats.base import UntriedRemark
from handfast.services.describe.validity import (
    EXPIRY_DAYS,
    Validity,
    date_text,
    expiry_text,
    validity_of,
)
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.secrets.unlock_row import UnlockRow
from handfast.ui.widgets.style import GRID, plain
from handfast.ui.widgets.value_rows import (
    STATE_ICONS,
    STATE_MARKS,
    Facts,
    StateLine,
    caption,
    fit_rows,
    heading,
    title,
)
from handfast.ui.widgets.values import CopyableValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from handfast.core.entry import Entry
    from handfast.core.store import Store

    #: Where a keystore is, and its size in bytes where that is known.
    StoredFile: TypeAlias = tuple[Path, int | None]

_ROUNDED_FROM_BYTES = 1_000
_NEXT_SHOWN = 6
_ALIASES_SHOWN = 12
_ALIAS_LENGTH = 32
#: How many certificates are looked into at a time, so that the window never stalls.
_PORTION = 100
#: The same of a selection, of which only the dates are asked.
_SELECTION_PORTION = 1_000
_INTEGRITY = {
    Integrity.VERIFIED: ("ok", tr("Verified: the password confirms that the file was not altered")),
    Integrity.UNVERIFIED: (
        "warning",
        tr(
            "Not verified: the keystore was opened without its password, so changes "
            "cannot be detected"
        ),
    ),
    Integrity.NONE: (
        "warning",
        tr("This file has no integrity check, so changes cannot be detected"),
    ),
}


def _kind_count(kind: type, count: int) -> str:
    if kind is KeyPair:
        return tr_count("{count} key pair", "{count} key pairs", count)
    if kind is TrustedCertificate:
        return tr_count("{count} trusted certificate", "{count} trusted certificates", count)
    return tr_count("{count} secret key", "{count} secret keys", count)


def count_closed(entries: Sequence[Entry]) -> tuple[int, int]:
    """How many keys are locked for good, and how many were not tried yet."""
    # Without a step of Python for each certificate: there may be a hundred thousand.
    are_keys = map(functools.partial(operator.is_not, TrustedCertificate), map(type, entries))
    keys = list(itertools.compress(entries, are_keys))
    untried = sum(entry.is_untried for entry in keys)
    return sum(entry.is_locked for entry in keys) - untried, untried


def counts_text(entries: Iterable[Entry]) -> str:
    """``2 key pairs, 14 trusted certificates``; what there is none of is left out."""
    counts: Counter[type] = Counter(map(type, entries))
    kinds = (KeyPair, TrustedCertificate, SecretKey)
    return enumerated([_kind_count(kind, counts[kind]) for kind in kinds if counts[kind]])


def _visible_aliases(entries: Sequence[Entry]) -> list[str]:
    aliases = [entry.alias for entry in entries]
    together = "".join(aliases)
    # One look at all of them: a hundred thousand looks, one for each, hold the window up.
    if together.isascii() and together.isprintable():
        return aliases
    return list(map(visible, aliases))


class _Expiries:
    """Which entries end next, and which have ended, gathered a portion at a time."""

    def __init__(self, entries: Sequence[Entry], now: datetime) -> None:
        self._entries = entries
        self._now = now
        self._at = 0
        #: Counted in all; of the entries those to be shown, by their index.
        self.ahead = self.past = 0
        self._next: list[tuple[datetime, int]] = []
        self._last: list[tuple[datetime, int]] = []

    def gather(self, portion: int) -> bool:
        """Look into some more; whether all have been seen."""
        last = min(self._at + portion, len(self._entries))
        for index in range(self._at, last):
            certificate = self._entries[index].certificate
            end = certificate.not_after if certificate is not None else None
            if end is None:
                continue
            if end < self._now:
                self.past += 1
                self._last.append((end, index))
            else:
                self.ahead += 1
                self._next.append((end, index))
        self._at = last
        self._next = heapq.nsmallest(_NEXT_SHOWN, self._next)
        self._last = heapq.nlargest(_NEXT_SHOWN, self._last)
        return self._at >= len(self._entries)

    @property
    def next(self) -> list[Entry]:
        """Those that end first of those that have not ended."""
        return [self._entries[index] for _end, index in self._next]

    @property
    def expired(self) -> list[Entry]:
        """Those that ended last of those that have."""
        return [self._entries[index] for _end, index in self._last]


def size_text(size: int) -> str:
    """A size in bytes, rounded for people: ``2.6 KB``."""
    if size < _ROUNDED_FROM_BYTES:
        return tr_count("{count} byte", "{count} bytes", size)
    if size < 1_000_000:
        return tr("{size} KB", size=decimal(size / 1_000))
    return tr("{size} MB", size=decimal(size / 1_000_000))


def size_in_full(size: int) -> str:
    """The same with the bytes beside it, where it was rounded: ``2.6 KB (2,604 bytes)``."""
    if size < _ROUNDED_FROM_BYTES:
        return size_text(size)
    return tr_count("{size} ({count} byte)", "{size} ({count} bytes)", size, size=size_text(size))


def _without_entries(store: Store) -> str:
    if store.locked_parts or store.foreign_parts:
        return tr("Nothing in this keystore could be decrypted")
    return tr("Empty")


class StoreOverview(QWidget):
    """What a store is, what protects it, what it holds, and what ends next."""

    #: The alias of an expiry that was chosen.
    entry_activated = Signal(str)
    #: The alias of a pair whose certificate is to be renewed.
    renew_requested = Signal(str)
    #: The password of the store is to be tried on all keys: None.
    try_requested = Signal(object)
    #: The password of a store that was opened without it, and the row that it was typed in.
    password_given = Signal(str, object)
    #: The password of keys that have one of their own, and the row it was typed in.
    key_password_given = Signal(str, object)
    #: The password of a part of the file that is under another one, and the row it was typed in.
    part_password_given = Signal(str, object)

    def __init__(
        self,
        store: Store,
        file: StoredFile | None = None,
        parent: QWidget | None = None,
        *,
        expiry_days: int = EXPIRY_DAYS,
    ) -> None:
        super().__init__(parent)
        self._expiry_days = expiry_days
        self._facts = Facts(self)
        self._expiries = _Expiries(store.entries, datetime.now(UTC))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._column.addWidget(caption(tr("Overview")))
        self._column.addWidget(title(tr("{format} keystore", format=store.format.title)))
        self._column.addWidget(caption(counts_text(store.entries) or _without_entries(store)))
        self._column.addSpacing(GRID)
        kind, text = _INTEGRITY[store.integrity]
        line = StateLine(kind, text, self)
        line.label.setObjectName("detailsIntegrity")
        self._column.addWidget(line)
        if store.integrity is Integrity.UNVERIFIED:
            self._ask_for_password()
        locked, untried = count_closed(store.entries)
        if locked:
            text = tr_count("{count} key is locked", "{count} keys are locked", locked)
            self._column.addWidget(StateLine("locked", text, self))
            # Without the keystore's password, that is asked for first.
            if store.integrity is not Integrity.UNVERIFIED and any(
                each.is_locked and not each.is_untried and not each.trouble
                for each in store.entries
            ):
                self._ask_for_key_password(locked)
        if untried:
            self._add_untried(untried)
        for remark in store.remarks:
            # Of keys that were not tried when it was read, some are open now.
            if not isinstance(remark, UntriedRemark):
                self._column.addWidget(StateLine("warning", remark, self))
        if store.locked_parts:
            row = UnlockRow(
                self,
                placeholder=tr("Password of the locked part"),
                label=tr("Password of the locked part"),
                button_label=tr("Unlock the locked part"),
            )
            row.given.connect(lambda text: self.part_password_given.emit(text, row))
            self._column.addWidget(row)
        self._column.addSpacing(GRID)
        if file is not None:
            path, size = file
            self._facts.add(
                tr("File"), CopyableValue(tr("File"), visible(path.name), has_button=False)
            )
            self._facts.add(
                tr("Folder"),
                CopyableValue(tr("Folder"), visible(shown_path(path.parent)), content=str(path)),
            )
            if size is not None:
                self._facts.add(
                    tr("Size"), CopyableValue(tr("Size"), size_in_full(size), has_button=False)
                )
        if store.protection:
            self._facts.add(
                tr("Protection"),
                CopyableValue(tr("Protection"), store.protection, has_button=False),
            )
        self._facts.add(
            tr("Entries"),
            CopyableValue(tr("Entries"), grouped(len(store.entries)), has_button=False),
        )
        self._column.addWidget(self._facts)
        self._rest = QVBoxLayout()
        self._rest.setSpacing(GRID)
        self._column.addLayout(self._rest)
        self._column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._gather)
        if self._expiries.gather(_PORTION):
            self._show_expiries()
        else:
            self._timer.start()

    def _ask_for_password(self) -> None:
        row = UnlockRow(
            self,
            placeholder=tr("Password of the keystore"),
            label=tr("Password of the keystore"),
            button_label=tr("Unlock the keystore"),
        )
        row.given.connect(lambda text: self.password_given.emit(text, row))
        self._column.addWidget(row)

    def _ask_for_key_password(self, count: int) -> None:
        words = (
            tr("Password of the key")
            if count == 1
            else tr("Password of locked keys, one after the other")
        )
        row = UnlockRow(self, placeholder=words, label=words, button_label=tr("Unlock the keys"))
        row.given.connect(lambda text: self.key_password_given.emit(text, row))
        self._column.addWidget(row)

    def _add_untried(self, count: int) -> None:
        from handfast.ui.details.locked_key import TryRow

        text = tr_count(
            "{count} key has not been tried yet, because each takes a moment to open",
            "{count} keys have not been tried yet, because each takes a moment to open",
            count,
        )
        line = StateLine("locked", text, self)
        line.label.setObjectName("detailsUntried")
        self._column.addWidget(line)
        self._column.addWidget(TryRow(self, None, lambda _every: self.try_requested.emit(None)))

    def set_narrow(self, narrow: bool) -> None:
        self._facts.set_narrow(narrow)

    def _gather(self) -> None:
        if self._expiries.gather(_PORTION):
            self._timer.stop()
            self._show_expiries()

    def _show_expiries(self) -> None:
        found = self._expiries
        self._add_expiries("detailsExpiries", tr("Next to expire"), found.next, found.ahead)
        self._add_expiries("detailsExpired", tr("Expired"), found.expired, found.past)

    def _add_expiries(self, name: str, words: str, entries: list[Entry], total: int) -> None:
        """A list of entries, which of ``total`` are the nearest to today."""
        if not entries:
            return
        now = datetime.now(UTC)
        self._rest.addSpacing(GRID)
        self._rest.addWidget(heading(words))
        view = QListWidget(self)
        view.setObjectName(name)
        view.setAccessibleName(words)
        for entry in entries:
            certificate = entry.certificate
            if certificate is None or certificate.not_after is None:
                continue
            ends = expiry_text(certificate, now)
            item = QListWidgetItem(f"{shorten(alias_text(entry.alias), _ALIAS_LENGTH)} — {ends}")
            item.setIcon(
                icon(STATE_ICONS[validity_of(certificate, now, expiry_days=self._expiry_days)])
            )
            item.setToolTip(plain(f"{alias_text(entry.alias)}\n{date_text(certificate.not_after)}"))
            item.setData(256, entry.alias)
            view.addItem(item)
        fit_rows(view, most=_NEXT_SHOWN)
        view.itemActivated.connect(lambda item: self.entry_activated.emit(str(item.data(256))))
        self._rest.addWidget(view)
        if (rest := total - len(entries)) > 0:
            self._rest.addWidget(caption(tr_count("and {count} more", "and {count} more", rest)))
        self._offer_renewal(view, {each.alias for each in entries if isinstance(each, KeyPair)})

    def _offer_renewal(self, view: QListWidget, pairs: set[str]) -> None:
        """Beneath a list: the pair in it that is chosen, at first the one that it begins with."""
        if not pairs:
            return
        button = QPushButton(self)
        button.setObjectName("detailsRenewNext")
        button.setAutoDefault(False)
        rows = [str(view.item(row).data(256)) for row in range(view.count())]
        first = next((row for row, alias in enumerate(rows) if alias in pairs), 0)

        def aim(row: int) -> None:
            alias = rows[row] if row >= 0 else ""
            button.setEnabled(alias in pairs)
            shown = shorten(alias_text(alias), _ALIAS_LENGTH).replace("&", "&&")
            button.setText(tr("Renew “{alias}”…", alias=shown) if alias in pairs else tr("Renew…"))

        def renew() -> None:
            row = view.currentRow()
            self.renew_requested.emit(rows[row if row >= 0 else first])

        aim(first)
        view.currentRowChanged.connect(aim)
        button.clicked.connect(renew)
        self._rest.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


#: What is worst comes first.
_STATES_SHOWN = (
    Validity.EXPIRED,
    Validity.UNKNOWN,
    Validity.NOT_YET_VALID,
    Validity.EXPIRING,
    Validity.VALID,
)


def _state_count(state: Validity, count: int) -> str:
    match state:
        case Validity.EXPIRED:
            return tr_count("{count} expired", "{count} expired", count)
        case Validity.UNKNOWN:
            return tr_count("{count} not readable", "{count} not readable", count)
        case Validity.NOT_YET_VALID:
            return tr_count("{count} not valid yet", "{count} not valid yet", count)
        case Validity.EXPIRING:
            return tr_count("{count} expiring soon", "{count} expiring soon", count)
        case Validity.VALID:
            return tr_count("{count} valid", "{count} valid", count)


class SelectionSummary(QWidget):
    """Several entries: how many of each kind, their states, their aliases."""

    def __init__(
        self, entries: Sequence[Entry], parent: QWidget | None = None, *, expiry_days: int
    ) -> None:
        super().__init__(parent)
        self._expiry_days = expiry_days
        now = datetime.now(UTC)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(caption(tr("Selection")))
        column.addWidget(title(tr_count("{count} entry", "{count} entries", len(entries))))
        column.addWidget(caption(counts_text(entries)))
        column.addSpacing(GRID)
        self._entries, self._now, self._at = entries, now, 0
        self._counts: Counter[Validity] = Counter()
        self._state_lines = QVBoxLayout()
        self._state_lines.setSpacing(GRID)
        column.addLayout(self._state_lines)
        # Thousands may be selected: they are looked into a portion at a time.
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._gather)
        self._gather()
        column.addSpacing(GRID)
        self._facts = Facts(self)
        aliases = _visible_aliases(entries)
        shown = "\n".join(shorten(alias, 2 * _ALIAS_LENGTH) for alias in aliases[:_ALIASES_SHOWN])
        rest = len(aliases) - _ALIASES_SHOWN
        if rest > 0:
            shown += "\n" + tr_count("and {count} more", "and {count} more", rest)
        self._facts.add(
            tr("Aliases"), CopyableValue(tr("Aliases"), shown, content="\n".join(aliases))
        )
        column.addWidget(self._facts)
        column.addStretch(1)

    def set_narrow(self, narrow: bool) -> None:
        self._facts.set_narrow(narrow)

    def _gather(self) -> None:
        portion = self._entries[self._at : self._at + _SELECTION_PORTION]
        self._at += len(portion)
        self._counts.update(
            validity_of(entry.certificate, self._now, expiry_days=self._expiry_days)
            for entry in portion
            if entry.certificate is not None
        )
        if self._at < len(self._entries):
            self._timer.start()
            return
        self._timer.stop()
        for line in self._states():
            self._state_lines.addWidget(line)
        # What was counted is not needed any more, and may hold keys.
        self._entries = ()

    def _states(self) -> list[StateLine]:
        entries, states = self._entries, self._counts
        lines = [
            StateLine(STATE_MARKS[state], _state_count(state, states[state]), self)
            for state in _STATES_SHOWN
            if states[state]
        ]
        locked, untried = count_closed(entries)
        if locked:
            lines.append(
                StateLine("locked", tr_count("{count} locked", "{count} locked", locked), self)
            )
        if untried:
            text = tr_count("{count} not tried yet", "{count} not tried yet", untried)
            lines.append(StateLine("locked", text, self))
        return lines
