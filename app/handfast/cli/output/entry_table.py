"""The list of a store's entries for a person: one line each, in columns, by kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from handfast.cli.output.terminal import BOLD, FAINT, RED, YELLOW, cells, clip, pad, paint, safe
from handfast.core.entry import TrustedCertificate
from handfast.core.language import enumerated, grouped, tr, tr_count
from handfast.core.store import Integrity
from handfast.services.describe.validity import EXPIRY_DAYS, date_text, is_near, span_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: Widest column where the output is not cut to a terminal; what is longer pushes the rest aside.
_WIDEST = 48
_GAP = "  "


class Row(NamedTuple):
    """One line: its cells as they are shown, and the color of the expiry."""

    alias: str
    name: str
    key: str
    expiry: str
    date: str
    marks: str
    colour: str


class Dates:
    """Expiry in words, remembered: in a bundle many certificates end on the same day."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[bytes, bytes], tuple[str, str, str]] = {}

    def by_glance(self, not_before: bytes, not_after: bytes) -> tuple[str, str, str]:
        """Words, date and color for two dates in UTCTime."""
        found = self._known.get((not_before, not_after))
        if found is None:
            found = self.of(_utc_time(not_before), _utc_time(not_after))
            self._known[not_before, not_after] = found
        return found

    def of(self, start: datetime | None, end: datetime | None) -> tuple[str, str, str]:
        """The same for two moments."""
        if start is None or end is None:
            return tr("unknown"), "", YELLOW
        if self._now > end:
            return tr("expired {span} ago", span=span_text(self._now - end)), date_text(end), RED
        if self._now < start:
            return (
                tr("starts in {span}", span=span_text(start - self._now)),
                date_text(start),
                YELLOW,
            )
        colour = YELLOW if is_near(end, self._now, EXPIRY_DAYS) else ""
        return tr("in {span}", span=span_text(end - self._now)), date_text(end), colour


def _utc_time(text: bytes) -> datetime | None:
    year = int(text[:2])
    try:
        return datetime(
            # RFC 5280, 4.1.2.5.1.
            year + (1900 if year >= 50 else 2000),
            int(text[2:4]),
            int(text[4:6]),
            int(text[6:8]),
            int(text[8:10]),
            int(text[10:12]),
            tzinfo=UTC,
        )
    except ValueError:
        return None


def listing(path: Path, store: Store, *, width: int | None = None, coloured: bool = False) -> str:
    """The whole list. ``width`` is the terminal's, None for a file or a pipe: nothing is cut."""
    groups: tuple[tuple[str, Sequence[Entry]], ...] = (
        (tr("Key pairs"), store.key_pairs),
        (tr("Trusted certificates"), store.trusted),
        (tr("Secret keys"), store.secret_keys),
    )
    lines = [paint(safe(str(path)), BOLD, coloured=coloured), _head(store, groups)]
    lines += [tr("Note: {remark}", remark=safe(remark)) for remark in store.remarks]
    dates = Dates(datetime.now(UTC))
    tables = [(title, [_row(entry, dates) for entry in group]) for title, group in groups if group]
    widths = _widths([row for _, rows in tables for row in rows], width)
    usual = _template(widths)
    for title, rows in tables:
        lines += ["", paint(f"{title} ({grouped(len(rows))})", BOLD, coloured=coloured)]
        lines += [
            _line(row, widths, usual, cut=width is not None, coloured=coloured) for row in rows
        ]
    if not store.entries:
        is_hidden = store.locked_parts or store.foreign_parts
        nothing = tr("Nothing in it could be decrypted.") if is_hidden else tr("Empty.")
        lines += ["", nothing]
    if store.integrity is Integrity.UNVERIFIED:
        lines += [
            "",
            tr(
                "No matching password was given, so integrity could not be verified and the keys "
                "stay\nlocked. Use --password-file FILE, or set HANDFAST_PASSWORD."
            ),
        ]
    return "\n".join(lines) + "\n"


def _head(store: Store, groups: tuple[tuple[str, Sequence[Entry]], ...]) -> str:
    integrity = {
        Integrity.VERIFIED: tr("integrity verified"),
        Integrity.UNVERIFIED: tr("integrity not verified"),
        Integrity.NONE: tr("without an integrity check"),
    }[store.integrity]
    counts = enumerated(
        [_counted(entries[0].kind, len(entries)) for _, entries in groups if entries]
    )
    return enumerated([store.format.title, integrity, counts or tr("no entries")])


def _counted(kind: str, count: int) -> str:
    match kind:
        case "key-pair":
            return tr_count("{count} key pair", "{count} key pairs", count)
        case "secret-key":
            return tr_count("{count} secret key", "{count} secret keys", count)
        case _:
            return tr_count("{count} trusted certificate", "{count} trusted certificates", count)


def _row(entry: Entry, dates: Dates) -> Row:
    certificate = entry.certificate
    name, key, expiry, date, marks, colour = "", "", "", "", "", ""
    if certificate is not None:
        seen = certificate.summary
        if seen is not None:
            name = seen.common_name
            expiry, date, colour = dates.by_glance(seen.not_before, seen.not_after)
        else:
            name, (expiry, date, colour) = _slowly(certificate, dates)
    if type(entry) is TrustedCertificate:
        if entry.trouble:
            marks = safe(entry.trouble)
        elif not entry.is_visible_to_java:
            marks = tr("not visible to Java")
    else:
        key = safe(f"{entry.algorithm} {entry.bits or ''}".strip())
        state = tr("not tried") if entry.is_untried else tr("locked")
        unseen = not entry.is_visible_to_java
        marks = safe(
            ", ".join(
                [state] * entry.is_locked
                + [entry.trouble] * bool(entry.trouble)
                + [tr("not visible to Java")] * unseen
            )
        )
    return Row(safe(entry.alias) or "“”", safe(name), key, expiry, date, marks, colour)


def _slowly(certificate: Certificate, dates: Dates) -> tuple[str, tuple[str, str, str]]:
    seen = certificate.fields
    if seen.name and seen.name.isprintable() and seen.not_before and seen.not_after:
        # Nothing but a common name is missing, as in some old roots: no need to load the library.
        return seen.name, dates.of(seen.not_before, seen.not_after)
    if not certificate.is_readable:
        return tr("(cannot be read)"), (tr("unknown"), "", YELLOW)
    return certificate.common_name, dates.of(certificate.not_before, certificate.not_after)


class Widths(NamedTuple):
    """Columns of the cells; 0 where a cell is left out."""

    alias: int
    name: int
    key: int
    expiry: int
    date: int


def _widths(rows: list[Row], width: int | None) -> Widths:
    if not rows:
        return Widths(0, 0, 0, 0, 0)
    widest = [_widest(column) for column in list(zip(*rows, strict=True))[:5]]
    alias, name, key, expiry, date = widest
    if width is None:
        return Widths(min(alias, _WIDEST), min(name, _WIDEST), key, expiry, date)
    marks = min(24, max(cells(row.marks) for row in rows))

    def room() -> int:
        fixed = [each for each in (key, expiry, date, marks) if each]
        return width - len(_GAP) * (len(fixed) + 2) - sum(fixed)

    # On a narrow terminal the least needed goes first: the date, the kind of key, the name.
    if room() < min(alias + name, 36):
        date = 0
    if room() < min(alias + name, 30):
        key = 0
    if room() < min(alias + name, 24):
        return Widths(max(8, min(alias, room())), 0, key, expiry, date)
    share = room()
    if alias + name > share:
        # The alias is what people look for: it yields only what goes beyond three fifths.
        alias = min(alias, max(share * 3 // 5, share - name))
        name = share - alias
    return Widths(alias, name, key, expiry, date)


def _widest(column: tuple[str, ...]) -> int:
    # As a whole, for nearly all columns have nothing but ASCII in them.
    return max(map(len if "".join(column).isascii() else cells, column))


def _template(widths: Widths) -> str:
    """A line of nothing but ASCII without colors, of which there may be very many."""
    left_out = "%.0s"
    columns = [f"{_GAP}%-{each}s" if each else left_out for each in widths[:4]]
    columns.append(f"{_GAP}%{widths.date}s" if widths.date else left_out)
    return "".join(columns) + f"{_GAP}%s"


def _line(row: Row, widths: Widths, usual: str, *, cut: bool, coloured: bool) -> str:
    alias, name = row.alias, row.name
    if cut:
        alias, name = clip(alias, widths.alias), clip(name, widths.name)
    if not coloured and alias.isascii() and name.isascii():
        return (usual % (alias, name, row.key, row.expiry, row.date, row.marks)).rstrip()
    parts = [pad(alias, widths.alias)]
    if widths.name:
        parts.append(pad(name, widths.name))
    if widths.key:
        parts.append(paint(pad(row.key, widths.key), FAINT, coloured=coloured))
    if widths.expiry:
        parts.append(paint(pad(row.expiry, widths.expiry), row.colour or "0", coloured=coloured))
    if widths.date:
        parts.append(paint(row.date.rjust(widths.date), FAINT, coloured=coloured))
    if row.marks:
        parts.append(paint(row.marks, YELLOW, coloured=coloured))
    return (_GAP + _GAP.join(parts)).rstrip()
