"""A negative test as a page to keep for an audit: HTML that prints well, or plain text."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING, Final

from handfast.core.language import html_tag, tr
from handfast.core.visible_text import visible
from handfast.flows.handshake.rehearsal_report import PAGE_STYLE
from handfast.flows.negative.words import (
    CASE_MEANINGS,
    CASE_TITLES,
    control_hint,
    facts,
    note,
    outcome_word,
    remedy,
    seen,
    verdict,
)

if TYPE_CHECKING:
    from handfast.handshake.live.negative_tests import CaseResult, NegativeReport

#: Signs and words: a print has no colors.
_SIGNS: Final = {True: "✓", False: "✗", None: "·"}
_WIDTH: Final = 96


def report_file_text(report: NegativeReport, name: str) -> str:
    """The report in the form that the name of its file says: HTML, or else text."""
    is_page = name.lower().endswith((".html", ".htm"))
    return report_page(report) if is_page else report_text(report)


def _promise() -> str:
    return tr(
        "Created by Handfast. Each client made one connection. The keys of the test clients were "
        "held in memory only and no longer exist. This report contains no key and no password."
    )


def report_page(report: NegativeReport) -> str:
    """The whole report as one page of HTML."""
    title = tr("Negative test of client certificates")
    by_client = tr("Client by client")
    hint = control_hint(report)
    below = f"<br>{_shown(hint)}" if hint else ""
    answer = f"<b>{_SIGNS[report.ok]} {_shown(verdict(report))}</b>{below}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="verdict">{answer}</p>',
        '<table width="100%">',
        *(
            f'<tr><td class="quiet" width="24%">{escape(label)}</td><td>{_shown(value)}</td></tr>'
            for label, value in facts(report)
        ),
        "</table>",
        f"<h2>{escape(by_client)}</h2>",
        '<table class="steps" width="100%">',
        *map(_row, report.results),
        "</table>",
        f'<p class="made quiet">{escape(_promise())}</p>',
    ]
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n{html_tag()}<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{PAGE_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _row(result: CaseResult) -> str:
    lines = [_shown(CASE_MEANINGS[result.case]), _shown(seen(result)), _shown(note(result))]
    what_to_do = remedy(result)
    if what_to_do:
        told = tr("Remedy: {remedy}", remedy=what_to_do)
        lines.append(f"<b>{_shown(told)}</b>")
    lines.append(f'<span class="quiet">{_shown(_record(result))}</span>')
    content = "<br>".join(each for each in lines if each)
    is_wrong = result.ok is False
    # Gray stays gray in a print without colors.
    shade = ' bgcolor="#e4e4e4"' if is_wrong else ""
    word = escape(outcome_word(result))
    return (
        f'<tr{shade}><td width="4%">{_SIGNS[result.ok]}</td>'
        f'<td width="80%"><b>{escape(CASE_TITLES[result.case])}</b><br>{content}</td>'
        f'<td width="16%">{f"<b>{word}</b>" if is_wrong else word}</td></tr>'
    )


def _record(result: CaseResult) -> str:
    """When it called and with what, to compare with the log of the server."""
    if result.at is None:
        return ""
    version = f"TLS {result.tls}" if result.tls else ""
    parts = [f"{result.at:%H:%M:%S} UTC", version]
    if result.certificate is not None:
        parts.append(tr("serial number {serial}", serial=result.certificate.serial))
    return ", ".join(each for each in parts if each)


def _shown(text: str) -> str:
    return escape(visible(text))


def report_text(report: NegativeReport, *, width: int = _WIDTH) -> str:
    """The whole report as lines of text."""
    lines = [
        tr("Negative test of client certificates"),
        "",
        *_wrapped("", f"{_SIGNS[report.ok]} {visible(verdict(report))}", width),
    ]
    hint = control_hint(report)
    if hint:
        lines += _wrapped("  ", hint, width)
    lines.append("")
    lines += [f"  {label}: {visible(value)}" for label, value in facts(report)]
    for result in report.results:
        lines.append("")
        lines.append(f"{_SIGNS[result.ok]} {CASE_TITLES[result.case]}: {outcome_word(result)}")
        told = [CASE_MEANINGS[result.case], seen(result), note(result)]
        what_to_do = remedy(result)
        told += [tr("Remedy: {remedy}", remedy=what_to_do)] if what_to_do else []
        for each in (*told, _record(result)):
            lines += _wrapped("    ", visible(each), width) if each else []
    return "\n".join([*lines, "", *_wrapped("", _promise(), width)]) + "\n"


def _wrapped(head: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width=width,
        initial_indent=head,
        subsequent_indent=head,
        break_on_hyphens=False,
    )
