"""The verb check: what will fail in a keystore, why it matters, and what to do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.options import add_keystores
from handfast.cli.output.messages import write_errors
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import BOLD, RED, YELLOW, is_coloured, paint, safe
from handfast.cli.passwords import open_store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.errors import HandfastError
    from handfast.services.checks.findings import Finding

EXAMPLES = """  handfast check client.p12 truststore.jks
  handfast check *.jks --days 60 --json
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystores(parser)
    parser.add_argument(
        "--days",
        type=int,
        default=30,
        metavar="N",
        help="call a certificate expiring so many days before its end (default: 30)",
    )


def run(options: Namespace) -> Result:
    from handfast.core.errors import HandfastError, InvalidInput
    from handfast.services.checks.store_checks import check_store

    if options.days < 0:
        raise InvalidInput("The number of days cannot be negative.", field="days")
    checked: list[tuple[str, tuple[Finding, ...]]] = []
    troubles: list[HandfastError] = []
    for name in options.stores:
        path = Path(name)
        try:
            store = open_store(path, options).store
        except HandfastError as error:
            # The others are still worth looking at; this one decides the exit code.
            if len(options.stores) == 1:
                raise
            troubles.append(error)
            continue
        checked.append((name, check_store(store, path=path, expiry_days=options.days)))
    found_error = any(each.severity == "error" for _, found in checked for each in found)
    code = write_errors(troubles) or int(found_error)
    if options.json:
        return Result(data=_findings_json(checked, troubles), code=code)
    coloured = is_coloured(sys.stdout)
    blocks = [_findings_text(name, found, coloured=coloured) for name, found in checked]
    return Result(text="\n".join(blocks), code=code)


def _findings_json(
    checked: list[tuple[str, tuple[Finding, ...]]], troubles: list[HandfastError]
) -> dict[str, Any]:
    """The findings of all stores, one store after the other, and how many each has."""
    from handfast.cli.output.json_documents import error_json, finding_json

    return {
        "findings": [finding_json(each) for _, found in checked for each in found],
        "stores": [{"path": name, "findings": len(found)} for name, found in checked],
        **(error_json(troubles[0]) if troubles else {}),
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
