"""The verb check: what will fail in a keystore, why it matters, and what to do."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.options import add_expiry_days, add_keystores
from handfast.cli.output.json_documents import error_json, finding_json
from handfast.cli.output.messages import write_errors
from handfast.cli.output.metrics import HEAD, metrics_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import BOLD, RED, YELLOW, is_coloured, paint, safe
from handfast.cli.passwords import open_store
from handfast.core.errors import HandfastError, InvalidInput
from handfast.core.language import tr
from handfast.services.checks.findings import CODES, SEVERITIES
from handfast.services.describe.validity import check_expiry_days

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from handfast.services.checks.findings import Finding
    from handfast.services.checks.inventory import StoreReport

EXAMPLES = """  handfast check client.p12 truststore.jks
  handfast check *.jks --days 60 --json
  handfast check client.p12 --fail-on expiring --days 30
  handfast check client.p12 truststore.jks --openmetrics keystores.prom
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystores(parser)
    add = parser.add_argument
    add_expiry_days(parser)
    add(
        "--fail-on",
        metavar="WHAT",
        help=tr(
            "also exit with 1 for these findings: warning, or codes such as expiring, separated "
            "by commas"
        ),
    )
    add(
        "--openmetrics",
        metavar="FILE",
        help=tr("write the findings and the expiry dates of all certificates to FILE, as metrics"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.checks.inventory import report_of, report_of_error
    from handfast.services.files.report_files import check_replaceable, write_report

    days = check_expiry_days(options.days)
    is_failure = _failures(options.fail_on)
    metrics = None if options.openmetrics is None else Path(options.openmetrics)
    if metrics is not None:
        check_replaceable(metrics, head=HEAD)
    reports: list[StoreReport] = []
    errors: list[HandfastError] = []
    for name in options.stores:
        path = Path(name)
        try:
            opened = open_store(path, options)
        except HandfastError as error:
            # The others are still worth looking at; this one decides the exit code.
            errors.append(error)
            reports.append(report_of_error(path, error))
        else:
            reports.append(report_of(path, opened.store, expiry_days=days))
    if metrics is not None:
        write_report(metrics, metrics_text(reports), head=HEAD)
    if errors and len(options.stores) == 1:
        raise errors[0]
    checked = [each for each in reports if not each.problem or each.entries]
    code = write_errors(errors) or int(
        any(is_failure(finding) for report in checked for finding in report.findings)
    )
    if options.json:
        return Result(data=_findings_json(checked, errors), code=code)
    coloured = is_coloured(sys.stdout)
    blocks = [_findings_text(str(r.path), r.findings, coloured=coloured) for r in checked]
    return Result(text="\n".join(blocks), code=code)


def _failures(text: str | None) -> Callable[[Finding], bool]:
    """Whether a finding is one for which the answer is no: errors, and what ``--fail-on`` names."""
    names = {"error", *(name.strip() for name in (text or "").lower().split(",") if name.strip())}
    for name in sorted(names - CODES - set(SEVERITIES)):
        close = get_close_matches(name, CODES, n=1)
        raise InvalidInput(
            tr("--fail-on does not accept “{name}”.", name=name),
            field="fail-on",
            causes=(tr("Did you mean “{close}”?", close=close[0]),) if close else (),
            remedy=tr("Use error, warning, or the codes that check prints in brackets."),
        )
    # A warning is worse than a note, and what was to end soon may have ended.
    if "info" in names:
        names |= set(SEVERITIES)
    if "expiring" in names:
        names.add("expired")
    return lambda finding: finding.severity in names or finding.code in names


def _findings_json(checked: list[StoreReport], errors: list[HandfastError]) -> dict[str, Any]:
    """The findings of all stores, one store after the other, and how many each has."""
    return {
        "findings": [finding_json(each) for report in checked for each in report.findings],
        "stores": [{"path": str(r.path), "findings": len(r.findings)} for r in checked],
        **(error_json(errors[0]) if errors else {}),
    }


def _findings_text(name: str, found: tuple[Finding, ...], *, coloured: bool) -> str:
    from handfast.services.checks.findings import summary_text

    head = f"{paint(safe(name), BOLD, coloured=coloured)}: {summary_text(found) or 'nothing found'}"
    lines = [head]
    colours = {"error": RED, "warning": YELLOW, "info": ""}
    for each in found:
        word = paint(
            {"info": "note"}.get(each.severity, each.severity),
            colours[each.severity],
            coloured=coloured,
        )
        alias = f"{safe(each.alias)}: " if each.alias else ""
        lines.append(f"  {word}: {alias}{safe(each.message)} [{each.code}]")
        lines += [
            f"    {label} {safe(text)}"
            for label, text in (("why:", each.why), ("remedy:", each.remedy))
            if text
        ]
    return "\n".join(lines) + "\n"
