"""The verb explain: the cause behind an error message or a log."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.output.result import Result
from handfast.cli.output.terminal import BOLD, is_coloured, paint, safe
from handfast.core.errors import FileProblem

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.report.causes import Cause

EXAMPLES = """  handfast explain "PKIX path building failed"
  handfast explain - < server.log
"""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="the message; - for standard input")


_NOTHING = """Nothing in this text is known here.

  Paste more of it: the lines beginning with “Caused by”, or the log of the other side.
  Java tells the whole story with -Djavax.net.debug=ssl:handshake, openssl with
  s_client -connect HOST:PORT -state, curl with -v.
"""


def run(options: Namespace) -> Result:
    from handfast.handshake.explaining import explain as find
    from handfast.handshake.explaining import explain_stream

    if options.text == "-":
        stream = io.BytesIO() if sys.stdin is None else sys.stdin.buffer
        try:
            causes = explain_stream(stream)
        except OSError as error:
            raise FileProblem(
                f"The text could not be read: {error.strerror}.",
                remedy="Name a text file, or use -: handfast explain - < error.log",
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
    from handfast.handshake.report.causes import WORDINGS

    lines: list[str] = []
    for number, cause in enumerate(causes, 1):
        title = paint(WORDINGS[cause.code].title, BOLD, coloured=coloured)
        lines += [
            f"{number}. {title} [{cause.code}]",
            f"   {safe(cause.message)}",
            f"   remedy: {safe(cause.remedy)}",
            f"   told by: {safe(cause.evidence)}",
            "",
        ]
    return "\n".join(lines)


def _meant_a_file(text: str) -> str:
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):
        return ""
    return f"\n  For what is in that file: handfast explain - < {safe(text)}\n" if is_file else ""
