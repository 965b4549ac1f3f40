"""The rows of an inventory: one for each certificate whose end counts, or file without any."""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.services.checks.inventory import StoreReport, StoreState
from handfast.services.describe.validity import date_text, is_near, span_text
from handfast.services.files.shown_path import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from handfast.services.checks.inventory import ListedCertificate
    from handfast.services.describe.validity import Moment

_LATEST: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


class RowState(Enum):
    """How a certificate, or a file without any that can be read, stands."""

    EXPIRED = auto()
    EXPIRING = auto()
    VALID = auto()
    #: What of it expires is known once its password is entered.
    LOCKED = auto()
    DAMAGED = auto()
    UNSUPPORTED = auto()
    UNREADABLE = auto()

    @property
    def has_date(self) -> bool:
        return self in _DATED


_DATED: Final = frozenset({RowState.EXPIRED, RowState.EXPIRING, RowState.VALID})
_OF_FILES: Final = {
    StoreState.LOCKED: RowState.LOCKED,
    StoreState.DAMAGED: RowState.DAMAGED,
    StoreState.UNSUPPORTED: RowState.UNSUPPORTED,
    StoreState.UNREADABLE: RowState.UNREADABLE,
}
_WORDS: Final = {
    RowState.LOCKED: tr("locked"),
    RowState.DAMAGED: tr("damaged"),
    RowState.UNSUPPORTED: tr("not supported"),
    RowState.UNREADABLE: tr("not readable"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpiryRow:
    """One row. Rows are made where the files are read, and only shown by the window."""

    report: StoreReport
    state: RowState
    #: None for a file without certificates that can be read.
    certificate: ListedCertificate | None = None
    #: What ends first comes first; what has no date comes last. Made where the file is read.
    order: tuple[dt.datetime, str, str] = field(default=(_LATEST, "", ""), repr=False)
    #: Everything that the filter looks at, case folded.
    search: str = field(default="", repr=False)

    @property
    def path(self) -> Path:
        return self.report.path

    @property
    def alias(self) -> str:
        return self.certificate.alias if self.certificate is not None else ""

    @property
    def common_name(self) -> str:
        return self.certificate.common_name if self.certificate is not None else ""

    @property
    def end(self) -> dt.datetime | None:
        return self.certificate.not_after if self.certificate is not None else None

    @property
    def is_issuer(self) -> bool:
        """Whether it is a certificate further up the chain of the entry."""
        return self.certificate is not None and self.certificate.position > 0

    @property
    def can_renew(self) -> bool:
        """Whether it is the certificate of a key pair, which a new one can replace."""
        return (
            self.certificate is not None
            and self.certificate.is_pair
            and not self.certificate.position
        )

    def place(self) -> tuple[Path, str, int]:
        """Which row it is, however often the file is read."""
        position = self.certificate.position if self.certificate is not None else -1
        return (self.path, self.alias, position)


def rows_of(report: StoreReport, moment: Moment) -> tuple[ExpiryRow, ...]:
    """The rows of one keystore, what ends first before the others.

    An entry is as old as the first certificate of its chain to end: one of its issuers that ends
    before its own certificate has a row too.
    """
    rows = [
        _row(report, _state_of(each.not_after, moment), each)
        for each in _those_that_count(report.certificates)
    ]
    if not rows and report.state in _OF_FILES:
        rows = [_row(report, _OF_FILES[report.state], None)]
    return tuple(sorted(rows, key=lambda row: row.order))


def _those_that_count(certificates: Iterable[ListedCertificate]) -> Iterator[ListedCertificate]:
    own: ListedCertificate | None = None
    for each in certificates:
        if each.position == 0:
            own = each
            yield each
        elif own is None or own.alias != each.alias or each.not_after < own.not_after:
            yield each


def _state_of(end: dt.datetime, moment: Moment) -> RowState:
    if end < moment.at:
        return RowState.EXPIRED
    return RowState.EXPIRING if is_near(end, moment.at, moment.expiry_days) else RowState.VALID


def _row(report: StoreReport, state: RowState, certificate: ListedCertificate | None) -> ExpiryRow:
    texts = [str(report.path), shown_path(report.path), report.problem]
    if certificate is not None:
        end = certificate.not_after
        texts += (
            certificate.alias,
            certificate.common_name,
            certificate.sha256,
            date_text(end),
            end.date().isoformat(),
        )
    else:
        texts.append(_WORDS[state])
    return ExpiryRow(
        report=report,
        state=state,
        certificate=certificate,
        order=(
            (_LATEST, str(report.path), "")
            if certificate is None
            else (certificate.not_after, str(report.path), certificate.alias)
        ),
        search="\n".join(texts).casefold(),
    )


def state_words(row: ExpiryRow, now: dt.datetime) -> str:
    """``expired 3 days ago``, ``in 42 days``, ``locked``."""
    end = row.end
    if end is None:
        return _WORDS[row.state]
    if end < now:
        return tr("expired {span} ago", span=span_text(now - end))
    return tr("in {span}", span=span_text(end - now))


def why_words(row: ExpiryRow) -> str:
    """Why a date is missing, or what qualifies it; otherwise empty."""
    if row.certificate is None:
        return row.report.problem
    if row.is_issuer:
        return tr("This issuer in the chain expires before the certificate of the entry.")
    if row.report.state is StoreState.LOCKED:
        return tr("The keystore was opened without its password, so its dates are not verified.")
    return ""
