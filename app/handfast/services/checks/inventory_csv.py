"""An inventory as a table for a spreadsheet, one keystore a line (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from handfast.core.dates import iso_text
from handfast.core.visible_text import one_line
from handfast.services.checks.findings import SEVERITIES

if TYPE_CHECKING:
    from handfast.services.checks.inventory import Inventory, StoreReport

_COLUMNS: Final = (
    "path", "format", "state", "entries", "next_expiry", "errors", "warnings", "notes", "codes",
    "problem",
)  # fmt: skip
#: By this an earlier report is known.
CSV_HEAD: Final = ",".join(_COLUMNS) + "\r\n"
#: A spreadsheet takes a cell that begins like this for a formula, and runs it.
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def csv_text(inventory: Inventory) -> str:
    """The table with its head; the columns are those that ``scan --csv`` promises."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(each) for each in _row(report)] for report in inventory.stores)
    return stream.getvalue()


def _row(report: StoreReport) -> list[str]:
    counts = [sum(each.severity == one for each in report.findings) for one in SEVERITIES]
    return [
        str(report.path),
        "" if report.format is None else report.format.value,
        report.state.value,
        str(report.entries),
        "" if report.next_expiry is None else iso_text(report.next_expiry),
        *map(str, counts),
        " ".join(sorted({each.code for each in report.findings})),
        report.problem,
    ]


def _cell(text: str) -> str:
    shown = one_line(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown
