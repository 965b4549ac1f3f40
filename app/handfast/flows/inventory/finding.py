"""Finding what expires first: below folders, or in the keystores that are open or were lately."""

from __future__ import annotations

import dataclasses
import datetime as dt
import operator
from collections import Counter
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from handfast.core.collation import sort_key
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.visible_text import alias_text, visible
from handfast.flows.base import FieldProblem
from handfast.flows.inventory.rows import ExpiryRow, RowState, rows_of
from handfast.services.checks.inventory import (
    Inventory,
    Skip,
    SkipReason,
    StoreReport,
    StoreState,
    look_at_file,
    report_of,
    scan,
)
from handfast.services.checks.inventory_csv import csv_text
from handfast.services.describe.validity import Moment, date_text, span_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.core.store import Store


class Source(Enum):
    """Where keystores are looked for."""

    FOLDERS = auto()
    #: Those that are open, and those that were opened lately.
    KNOWN = auto()


class Shown(Enum):
    """Which rows are shown."""

    ALL = auto()
    EXPIRED = auto()
    EXPIRING = auto()
    VALID = auto()
    #: Those without a date: locked, damaged, and the like.
    UNREAD = auto()


class Order(Enum):
    """By what rows are sorted."""

    EXPIRY = auto()
    ALIAS = auto()
    NAME = auto()
    KEYSTORE = auto()
    FOLDER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKeystore:
    """A keystore by its path, and what it holds where it is open."""

    path: Path
    store: Store | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryDraft:
    """Where to look, and what to show of what is found."""

    source: Source = Source.FOLDERS
    folders: tuple[Path, ...] = ()
    #: Words of which each must be in a row.
    words: str = ""
    shown: Shown = Shown.ALL
    order: Order = Order.EXPIRY
    is_descending: bool = False


class _Edits(TypedDict, total=False):
    source: Source
    folders: tuple[Path, ...]
    words: str
    shown: Shown
    order: Order
    is_descending: bool


#: A keystore that was just looked at, with its rows.
Found = tuple[StoreReport, tuple[ExpiryRow, ...]]

_STATES: Final = {
    Shown.EXPIRED: frozenset({RowState.EXPIRED}),
    Shown.EXPIRING: frozenset({RowState.EXPIRING}),
    Shown.VALID: frozenset({RowState.VALID}),
    Shown.UNREAD: frozenset(state for state in RowState if not state.has_date),
}
_ORDERS: Final[dict[Order, Callable[[ExpiryRow], tuple[str, ...]]]] = {
    Order.ALIAS: lambda row: (sort_key(row.alias),),
    Order.NAME: lambda row: (sort_key(row.common_name),),
    Order.KEYSTORE: lambda row: (sort_key(row.path.name),),
    Order.FOLDER: lambda row: (sort_key(str(row.path.parent)), sort_key(row.path.name)),
}
_BY_EXPIRY = operator.attrgetter("order")


class InventorySearch:
    """What was found so far, and what of it is shown. It holds no keystore and no secret."""

    def __init__(self, *, expiry_days: int, now: dt.datetime | None = None) -> None:
        """``expiry_days``: from how many before its end a certificate is called expiring."""
        self.draft = InventoryDraft()
        self.moment = Moment(at=now or dt.datetime.now(dt.UTC), expiry_days=expiry_days)
        #: Every row that was found, by its end.
        self.rows: list[ExpiryRow] = []
        #: Those that are to be shown, in their order.
        self.shown_rows: list[ExpiryRow] = []
        self._reports: dict[Path, StoreReport] = {}
        self._counts: Counter[RowState] = Counter()
        #: Known once the search is over.
        self._skips: tuple[Skip, ...] = ()

    # --- what is asked for ----------------------------------------------------------

    def update(self, **edits: Unpack[_Edits]) -> None:
        """Edit the draft; what is shown follows."""
        before = self.draft
        self.draft = dataclasses.replace(before, **edits)
        if before != self.draft:
            self._arrange()

    def problems(self) -> list[FieldProblem]:
        """What keeps the search from beginning."""
        if self.draft.source is Source.FOLDERS and not self.draft.folders:
            return [FieldProblem(field="folder", message=tr("Choose a folder."))]
        return []

    def prepared(
        self,
        known: Sequence[KnownKeystore],
        found: Callable[[Found], object],
    ) -> Callable[[Progress], tuple[Skip, ...]]:
        """The search, to be run off the GUI thread.

        ``known``: the keystores that are open, then those that were opened lately. One that is
        locked on the disk and open here is told as it is here. ``found`` is called in the worker
        with each keystore at once; what comes of it in the end is what was skipped.
        """
        draft, moment = self.draft, self.moment
        opened = {each.path: each.store for each in known if each.store is not None}

        def search(progress: Progress = no_progress) -> tuple[Skip, ...]:
            def take(report: StoreReport) -> None:
                store = opened.get(report.path)
                if store is not None and report.state is StoreState.LOCKED:
                    report = report_of(
                        report.path, store, expiry_days=moment.expiry_days, progress=progress
                    )
                found((report, rows_of(report, moment)))

            if draft.source is Source.FOLDERS:
                folders = [each.expanduser().absolute() for each in draft.folders]
                return scan(
                    folders, expiry_days=moment.expiry_days, progress=progress, found=take
                ).skips
            for at, each in enumerate(known):
                progress(at, len(known))
                take(_look_at_known(each, moment.expiry_days, progress))
            return ()

        return search

    def prepared_again(self, each: KnownKeystore) -> Callable[[Progress], Found]:
        """Look again at a keystore that was locked and is open now."""
        moment = self.moment

        def look(progress: Progress) -> Found:
            report = _look_at_known(each, moment.expiry_days, progress)
            return report, rows_of(report, moment)

        return look

    # --- what was found -------------------------------------------------------------

    def begin(self, *, expiry_days: int, now: dt.datetime | None = None) -> None:
        """Forget what was found before, and judge by this day and threshold from now on."""
        self.moment = Moment(at=now or dt.datetime.now(dt.UTC), expiry_days=expiry_days)
        self.rows, self.shown_rows, self._reports, self._skips = [], [], {}, ()
        self._counts.clear()

    def take(self, found: Iterable[Found]) -> None:
        """Take keystores over as they are found; a known one is replaced."""
        arrived = list(found)
        if not arrived:
            return
        paths = {report.path for report, _rows in arrived}
        if not paths.isdisjoint(self._reports):
            self.rows = [each for each in self.rows if each.path not in paths]
            self._counts = Counter(each.state for each in self.rows)
        self._reports.update((report.path, report) for report, _rows in arrived)
        added = [row for _report, rows in arrived for row in rows]
        self.rows += added
        self._counts.update(row.state for row in added)
        # Nearly sorted, which takes little time.
        self.rows.sort(key=_BY_EXPIRY)
        self._arrange()

    def finish(self, skips: tuple[Skip, ...]) -> None:
        """The search is over: what was skipped is known."""
        self._skips = skips

    @property
    def inventory(self) -> Inventory:
        """What was found so far, by path."""
        stores = sorted(self._reports.values(), key=lambda each: str(each.path))
        return Inventory(stores=tuple(stores), skips=self._skips)

    @property
    def skips(self) -> tuple[Skip, ...]:
        return self._skips

    @property
    def count(self) -> int:
        """How many keystores were found so far."""
        return len(self._reports)

    def locked_paths(self) -> frozenset[Path]:
        """The keystores of which more could be told if they were open."""
        return frozenset(
            path for path, each in self._reports.items() if each.state is StoreState.LOCKED
        )

    def _arrange(self) -> None:
        draft = self.draft
        rows = list(self.rows)
        states = _STATES.get(draft.shown)
        if states is not None:
            rows = [row for row in rows if row.state in states]
        for word in draft.words.casefold().split():
            rows = [row for row in rows if word in row.search]
        if draft.order is not Order.EXPIRY:
            rows.sort(key=_ORDERS[draft.order], reverse=draft.is_descending)
        elif draft.is_descending:
            rows.reverse()
        self.shown_rows = rows

    # --- a summary of it --------------------------------------------------------------

    @property
    def next_row(self) -> ExpiryRow | None:
        """The certificate that expires next."""
        return next(
            (row for row in self.rows if row.end is not None and row.state is not RowState.EXPIRED),
            None,
        )

    def headline(self) -> str:
        """What expires next, in a sentence; empty where nothing was found."""
        row = self.next_row
        if row is not None and row.end is not None:
            return tr(
                "Next: “{alias}” in {keystore} expires in {span}, on {date}.",
                alias=alias_text(row.alias),
                keystore=visible(row.path.name),
                span=span_text(row.end - self.moment.at),
                date=date_text(row.end),
            )
        if any(row.state is RowState.EXPIRED for row in self.rows):
            return tr("All certificates that could be read have expired.")
        if self.rows:
            return tr("No certificate could be read.")
        if self._reports:
            return tr("There are no certificates in these keystores.")
        return ""

    def count_words(self) -> list[str]:
        """How many there are of each kind; for the line beneath the headline."""
        count = self._counts
        days = self.moment.expiry_days
        words = [tr_count("{count} keystore", "{count} keystores", self.count)]
        if count[RowState.EXPIRED]:
            words.append(tr_count("{count} expired", "{count} expired", count[RowState.EXPIRED]))
        if count[RowState.EXPIRING]:
            words.append(
                tr_count(
                    "{count} expires within {days} days",
                    "{count} expire within {days} days",
                    count[RowState.EXPIRING],
                    days=days,
                )
            )
        if count[RowState.LOCKED]:
            words.append(tr_count("{count} locked", "{count} locked", count[RowState.LOCKED]))
        unread = sum(
            count[state]
            for state in RowState
            if not state.has_date and state is not RowState.LOCKED
        )
        if unread:
            words.append(tr_count("{count} not readable", "{count} not readable", unread))
        return words

    def csv(self) -> bytes:
        """The keystores as the table that ``scan --csv`` writes."""
        return csv_text(self.inventory).encode()


def _look_at_known(known: KnownKeystore, expiry_days: int, progress: Progress) -> StoreReport:
    if known.store is None:
        return look_at_file(known.path, expiry_days=expiry_days, progress=progress)
    return report_of(known.path, known.store, expiry_days=expiry_days, progress=progress)


def skip_words(reason: SkipReason, count: int) -> str:
    """How many files were skipped for a reason."""
    match reason:
        case SkipReason.OTHER:
            return tr_count(
                "{count} file is not a keystore", "{count} files are not keystores", count
            )
        case SkipReason.EMPTY:
            return tr_count("{count} file is empty", "{count} files are empty", count)
        case SkipReason.LINK:
            return tr_count(
                "{count} symbolic link was not followed",
                "{count} symbolic links were not followed",
                count,
            )
        case SkipReason.SEEN:
            return tr_count(
                "{count} file has another name here",
                "{count} files have another name here",
                count,
            )
        case SkipReason.TOO_LARGE:
            return tr_count(
                "{count} file is too large for a keystore",
                "{count} files are too large for keystores",
                count,
            )
        case SkipReason.SPECIAL:
            return tr_count(
                "{count} is a pipe, a socket, or a device",
                "{count} are pipes, sockets, or devices",
                count,
            )
        case SkipReason.UNREADABLE:
            return tr_count(
                "{count} file could not be read", "{count} files could not be read", count
            )
        case SkipReason.FOLDER:
            return tr_count(
                "{count} folder could not be listed", "{count} folders could not be listed", count
            )
