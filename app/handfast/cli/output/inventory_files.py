"""An inventory as a table for a spreadsheet, and as test results for a CI server."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from handfast.cli.output.json_documents import iso
from handfast.cli.output.terminal import safe
from handfast.services.checks.findings import SEVERITIES

if TYPE_CHECKING:
    from handfast.services.checks.inventory import Inventory, StoreReport

_COLUMNS: Final = (
    "path", "format", "state", "entries", "next_expiry", "errors", "warnings", "notes", "codes",
    "problem",
)  # fmt: skip
#: By these an earlier report is known.
CSV_HEAD: Final = ",".join(_COLUMNS) + "\r\n"
JUNIT_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="handfast scan"'
#: A spreadsheet takes a cell that begins like this for a formula, and runs it.
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def csv_text(inventory: Inventory) -> str:
    """The table in the form of RFC 4180, one keystore a line."""
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
        iso(report.next_expiry) or "",
        *map(str, counts),
        " ".join(sorted({each.code for each in report.findings})),
        report.problem,
    ]


def _cell(text: str) -> str:
    shown = safe(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def junit_text(inventory: Inventory) -> str:
    """Each keystore as a test case, which fails where a finding is an error.

    The elements are those that Jenkins, GitLab and GitHub Actions read: what is wrong with a
    keystore is one failure, and warnings are its output.
    """
    failed = sum(bool(_of(report, "error")) for report in inventory.stores)
    count = str(len(inventory.stores))
    root = ET.Element(
        "testsuites", {"name": "handfast scan", "tests": count, "failures": str(failed)}
    )
    suite = ET.SubElement(
        root,
        "testsuite",
        {"name": "keystores", "tests": count, "failures": str(failed), "errors": "0"},
    )
    for report in inventory.stores:
        case = ET.SubElement(
            suite, "testcase", {"classname": "keystores", "name": safe(str(report.path))}
        )
        if errors := _of(report, "error"):
            failure = ET.SubElement(case, "failure", {"message": errors[0].split("\n", 1)[0]})
            failure.text = "\n".join(errors)
        others = [*_of(report, "warning"), *([safe(report.problem)] if report.problem else [])]
        if others:
            ET.SubElement(case, "system-out").text = "\n".join(others)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _of(report: StoreReport, severity: str) -> list[str]:
    return [
        f"{safe(each.alias)}{': ' if each.alias else ''}{safe(each.message)} [{each.code}]"
        for each in report.findings
        if each.severity == severity
    ]
