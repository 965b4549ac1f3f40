"""The verb explain: the cause behind an error message or a log."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.output.result import Result
from handfast.cli.output.terminal import BOLD, is_coloured, paint, safe
from handfast.core.errors import FileProblem
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.report.causes import Cause

EXAMPLES = """  handfast explain "PKIX path building failed"
  handfast explain - < server.log
"""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help=tr("the message; - for standard input"))


_NOTHING = (
    tr("No known error was found.")
    + "\n\n  "
    + tr(
        "Paste more of the text: the lines that start with “Caused by”, or the log of the other "
        "side.\n"
        "  For details, use -Djavax.net.debug=ssl:handshake with Java, s_client -connect "
        "HOST:PORT -state\n"
        "  with openssl, and -v with curl."
    )
    + "\n"
)


def run(options: Namespace) -> Result:
    from handfast.handshake.explaining import explain as find
    from handfast.handshake.explaining import explain_stream

    if options.text == "-":
        stream = io.BytesIO() if sys.stdin is None else sys.stdin.buffer
        try:
            causes = explain_stream(stream)
        except OSError as error:
            raise FileProblem(
                tr("The text could not be read: {reason}.", reason=error.strerror),
                remedy=tr("Name a text file, or use -: handfast explain - < error.log"),
            ) from error
    else:
        causes = find(options.text)
    code = 0 if causes else 1
    if options.json:
        return Result(data={"causes": [_json(each) for each in causes]}, code=code)
    if not causes:
        return Result(text=_NOTHING + _meant_a_file(options.text), code=code)
    return Result(text=_text(causes, coloured=is_coloured(sys.stdout)), code=code)


def _json(cause: Cause) -> dict[str, str]:
    return {
        "code": cause.code,
        "message": cause.message,
        "remedy": cause.remedy,
        "evidence": cause.evidence,
    }


def _text(causes: tuple[Cause, ...], *, coloured: bool) -> str:

    lines: list[str] = []
    told: set[str] = set()
    for number, cause in enumerate(causes, 1):
        title = paint(cause.title, BOLD, coloured=coloured)
        lines += [
            f"{number}. {title} [{cause.code}]",
            f"   {safe(cause.message)}",
            "   " + tr("remedy: {remedy}", remedy=safe(cause.remedy)),
        ]
        if cause.evidence not in told:
            lines.append("   " + tr("recognized from: {evidence}", evidence=safe(cause.evidence)))
        told.add(cause.evidence)
        lines.append("")
    return "\n".join(lines)


def _meant_a_file(text: str) -> str:
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):
        return ""
    return (
        "\n  "
        + tr("To explain the contents of that file: handfast explain - < {file}", file=safe(text))
        + "\n"
        if is_file
        else ""
    )
