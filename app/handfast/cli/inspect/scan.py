"""The verb scan: an inventory of every keystore below some folders."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.options import add_expiry_days
from handfast.cli.output import inventory_files, metrics
from handfast.cli.output.inventory_files import junit_text
from handfast.cli.output.json_documents import finding_json, iso
from handfast.cli.output.metrics import metrics_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import (
    BOLD,
    FAINT,
    RED,
    YELLOW,
    is_coloured,
    paint,
    safe,
)
from handfast.cli.passwords import COMMON, from_variable, key_passwords, limits
from handfast.core.language import enumerated, tr, tr_count
from handfast.services.checks import inventory_csv
from handfast.services.checks.inventory import StoreState
from handfast.services.describe.validity import check_expiry_days

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from handfast.services.checks.inventory import Inventory, StoreReport

EXAMPLES = """  handfast scan /etc /opt
  handfast scan . --days 60 --csv keystores.csv
  handfast scan /srv --junit report.xml --json
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "folders",
        nargs="+",
        metavar="DIR",
        help=tr("a folder to search, with all folders below it"),
    )
    add(
        "--password-file",
        action="append",
        metavar="F",
        help=tr("a file with a password to try on each keystore; may be repeated"),
    )
    add_expiry_days(parser)
    add("--follow-symlinks", action="store_true", help=tr("follow symbolic links, each once"))
    add("--csv", metavar="FILE", help=tr("write the inventory to FILE, for a spreadsheet"))
    add("--openmetrics", metavar="FILE", help=tr("write it to FILE as metrics, for Prometheus"))
    add("--junit", metavar="FILE", help=tr("write it to FILE as JUnit XML, for a CI server"))


def run(options: Namespace) -> Result:
    from handfast.services.checks.inventory import scan
    from handfast.services.files.report_files import check_replaceable, write_report

    days = check_expiry_days(options.days)
    wanted: list[tuple[str | None, str, Callable[[Inventory], str]]] = [
        (options.csv, inventory_csv.CSV_HEAD, inventory_csv.csv_text),
        (options.openmetrics, metrics.HEAD, lambda found: metrics_text(found.stores)),
        (options.junit, inventory_files.JUNIT_HEAD, junit_text),
    ]
    # Before the work, which may take a while.
    for name, head, _ in wanted:
        if name is not None:
            check_replaceable(Path(name), head=head)
    passwords = key_passwords(options, COMMON)
    outside = from_variable()
    inventory = scan(
        [Path(name) for name in options.folders],
        passwords=[*passwords, *([outside] if outside is not None else [])],
        expiry_days=days,
        follow_symlinks=options.follow_symlinks,
        limits=limits(may_cost=options.allow_cost),
    )
    for name, head, write in wanted:
        if name is not None:
            write_report(Path(name), write(inventory), head=head)
    code = int(inventory.has_error)
    if options.json:
        return Result(data=_json(inventory), code=code)
    return Result(text=_text(inventory, coloured=is_coloured(sys.stdout)), code=code)


def _json(inventory: Inventory) -> dict[str, Any]:
    return {
        "stores": [
            {
                "path": str(each.path),
                "format": None if each.format is None else each.format.value,
                "state": each.state.value,
                "entries": each.entries,
                "next_expiry": iso(each.next_expiry),
                "findings": [finding_json(finding) for finding in each.findings],
                "problem": each.problem or None,
            }
            for each in inventory.stores
        ],
        "skipped": inventory.skipped,
    }


def _text(inventory: Inventory, *, coloured: bool) -> str:
    blocks = [_store_text(each, coloured=coloured) for each in inventory.stores]
    count, others = len(inventory.stores), inventory.skipped
    blocks.append(
        tr_count("{count} keystore", "{count} keystores", count)
        + ", "
        + tr_count("{count} other file", "{count} other files", others)
        + "\n"
    )
    return "".join(blocks)


_STATE_WORDS = {
    StoreState.LOCKED: tr("locked"),
    StoreState.DAMAGED: tr("damaged"),
    StoreState.UNSUPPORTED: tr("not supported"),
    StoreState.UNREADABLE: tr("not readable"),
}


def _store_text(report: StoreReport, *, coloured: bool) -> str:
    from handfast.services.describe.validity import date_text

    facts = [report.format.title] if report.format is not None else []
    if report.state is not StoreState.OPEN:
        facts.append(_STATE_WORDS[report.state])
    if report.entries or report.state is StoreState.OPEN:
        facts.append(tr_count("{count} entry", "{count} entries", report.entries))
    if report.next_expiry is not None:
        facts.append(tr("next expiry {date}", date=date_text(report.next_expiry)))
    name = paint(safe(str(report.path)), BOLD, coloured=coloured)
    lines = [f"{name}: {enumerated(facts)}"]
    if report.problem and report.state is not StoreState.DAMAGED:
        lines.append(f"  {paint(safe(report.problem), FAINT, coloured=coloured)}")
    for each in report.findings:
        if each.severity == "info":
            continue
        colour = RED if each.severity == "error" else YELLOW
        word = paint(each.severity, colour, coloured=coloured)
        alias = f"{safe(each.alias)}: " if each.alias else ""
        lines.append(f"  {word}: {alias}{safe(each.message)} [{each.code}]")
    return "\n".join(lines) + "\n"
