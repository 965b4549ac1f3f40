"""A handshake for a person: its steps in order, then the causes with their remedies."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from handfast.cli.output.terminal import BOLD, FAINT, RED, paint, safe
from handfast.core.language import enumerated, tr
from handfast.handshake.report.story import is_connected, is_one_way

if TYPE_CHECKING:
    from handfast.handshake.report.report import Report, Step

#: Columns: longer lines are tiring to read.
WIDEST = 100


def story_text(report: Report, *, width: int, coloured: bool) -> str:
    """The steps in order, the first failure standing out, then the causes with their remedies."""
    lines = [paint(_verdict(report), BOLD, coloured=coloured), ""]
    for step in report.steps if is_connected(report) else ():
        lines += _step_lines(step, width, coloured=coloured)
    for view, side in ((report.client, "client"), (report.server, "server")):
        lines += [
            "  "
            + (
                tr("alert from the client: {text}", text=safe(alert.text))
                if side == "client"
                else tr("alert from the server: {text}", text=safe(alert.text))
            )
            for alert in view.alerts
        ]
    if report.causes:
        lines += ["", paint(tr("Causes, most likely first"), BOLD, coloured=coloured)]
    for number, cause in enumerate(report.causes, 1):
        lines += _wrapped(f"{number:>3}. ", f"{safe(cause.message)} [{cause.code}]", width)
        lines += _wrapped("     ", tr("remedy: {remedy}", remedy=safe(cause.remedy)), width)
        if cause.code == "unreachable":
            # No file is at fault.
            continue
        lines.append(
            "     "
            + (
                tr("change the files of the client")
                if cause.side == "client"
                else tr("change the files of the server")
            )
        )
    if report.notes:
        lines += ["", paint(tr("Programs differ"), BOLD, coloured=coloured)]
        for note in report.notes:
            lines += _wrapped("   - ", safe(note.message), width)
    if report.unknown:
        lines += ["", paint(tr("Not known from here"), BOLD, coloured=coloured)]
        for each in report.unknown:
            lines += _wrapped("   - ", safe(each), width)
    lines += [
        "",
        paint(tr("According to {opinion}.", opinion=report.opinion), FAINT, coloured=coloured),
    ]
    return "\n".join(lines) + "\n"


def _verdict(report: Report) -> str:
    if not is_connected(report):
        return tr("There is no connection, so no handshake began.")
    if not report.ok:
        return tr("It fails.")
    if not report.tls:
        return (
            tr("No problem was found in what can be checked from here.")
            if report.unknown
            else tr("It works.")
        )
    how = enumerated([f"TLS {report.tls}", *([report.cipher] if report.cipher else [])])
    if report.unknown:
        return tr("No problem was found in what can be checked from here, over {tls}.", tls=how)
    if is_one_way(report):
        return tr(
            "It works over {tls}, but the server does not ask for a certificate: this is not "
            "mutual TLS.",
            tls=how,
        )
    return tr("It works over {tls}.", tls=how)


def _step_lines(step: Step, width: int, *, coloured: bool) -> list[str]:
    word = {"ok": tr("ok"), "failed": tr("FAILED"), "not-reached": "-"}[step.status]
    if not step.was_checked:
        word = "-"
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
