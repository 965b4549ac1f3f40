"""A handshake for a person: its steps in order, then the causes with their remedies."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from handfast.cli.output.terminal import BOLD, FAINT, RED, paint, safe

if TYPE_CHECKING:
    from handfast.handshake.report.report import Report, Step

#: Columns: longer lines are tiring to read.
WIDEST = 100


def story_text(report: Report, *, width: int, coloured: bool) -> str:
    """The steps in order, the first failure standing out, then the causes with their remedies."""
    verdict = "It works" if report.ok else "It fails"
    if report.ok and report.unknown:
        verdict = "Nothing that can be checked from here speaks against it"
    how = f" with TLS {report.tls}" if report.tls and report.ok else ""
    cipher = f", {report.cipher}" if report.cipher and report.ok else ""
    lines = [paint(f"{verdict}{how}{cipher}.", BOLD, coloured=coloured), ""]
    for step in report.steps:
        lines += _step_lines(step, width, coloured=coloured)
    for view, side in ((report.client, "client"), (report.server, "server")):
        lines += [f"  alert: the {side} {safe(alert.text)}" for alert in view.alerts]
    if report.causes:
        lines += ["", paint("Causes, the likeliest first", BOLD, coloured=coloured)]
    for number, cause in enumerate(report.causes, 1):
        lines += _wrapped(f"{number:>3}. ", f"{safe(cause.message)} [{cause.code}]", width)
        lines += _wrapped("     remedy: ", safe(cause.remedy), width)
        lines.append(f"     whose files: the {cause.side}’s")
    if report.notes:
        lines += ["", paint("Not every program agrees", BOLD, coloured=coloured)]
        for note in report.notes:
            lines += _wrapped("   - ", safe(note.message), width)
    if report.unknown:
        lines += ["", paint("Not known from here", BOLD, coloured=coloured)]
        for each in report.unknown:
            lines += _wrapped("   - ", safe(each), width)
    lines += ["", paint(f"As {report.opinion} sees it.", FAINT, coloured=coloured)]
    return "\n".join(lines) + "\n"


def _step_lines(step: Step, width: int, *, coloured: bool) -> list[str]:
    word = {"ok": "ok", "failed": "FAILED", "not-reached": "-"}[step.status]
    title = f"{step.number:>3}. {word:<6}  {safe(step.title)}"
    if step.status == "failed":
        title = paint(title, RED, coloured=coloured)
    return [title, *(_wrapped(" " * 13, safe(step.detail), width) if step.detail else [])]


def _wrapped(head: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width=max(width, len(head) + 20),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
