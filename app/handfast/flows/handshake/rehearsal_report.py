"""A rehearsal as a page to print or to send along: one HTML text, readable in black and white."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from handfast.core.language import enumerated, html_tag, tr
from handfast.handshake.report.story import SERVER_ASKS, is_connected, is_one_way

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handfast.flows.base import SummaryLine
    from handfast.handshake.report.party import Side
    from handfast.handshake.report.report import Chain, Report, Step, View
    from handfast.services.paths.building import Link

#: Signs and words: a print has no colors.
STATUS_SIGNS: Final = {"ok": "✓", "failed": "✗", "not-reached": "·"}
STATUS_WORDS: Final = {
    "ok": tr("ok"),
    "failed": tr("failed here"),
    "not-reached": tr("not reached"),
}
SIDES: Final[dict[Side, str]] = {"client": tr("Client"), "server": tr("Server")}
_SIDES_IN_A_LINE: Final[dict[Side, str]] = {"client": tr("client"), "server": tr("server")}

# Lengths in pixels: the printer of Qt knows no others.
PAGE_STYLE = """
body { font-family: sans-serif; font-size: 10pt; color: #000; background: #fff; }
h1 { font-size: 16pt; margin-top: 0; margin-bottom: 8px; }
h2 { font-size: 12pt; margin-top: 16px; margin-bottom: 6px; }
td { vertical-align: top; padding: 3px 8px 3px 4px; }
pre { font-size: 8pt; white-space: pre-wrap; }
li { margin-bottom: 4px; }
.verdict { font-size: 12pt; margin-bottom: 12px; }
.quiet { color: #555; }
.made { font-size: 8pt; margin-top: 6px; margin-bottom: 0; }
@media screen { body { max-width: 720px; margin: 32px auto; padding: 0 16px; line-height: 1.4; }
table { border-collapse: collapse; } .steps tr { border-top: 1px solid #ccc; }
.steps td:last-child { white-space: nowrap; } }
"""


def status_words(step: Step, report: Report | None = None) -> str:
    """How a step went. One that was left out says why, and nothing stopped before it."""
    if report is not None and is_omission(step, report):
        return tr("not asked")
    if step.status == "ok" and not step.was_checked:
        return tr("not checked")
    if step.status == "not-reached" and step.detail:
        return tr("skipped")
    return STATUS_WORDS[step.status]


def is_omission(step: Step, report: Report) -> bool:
    """Whether the step is the server’s question, which it did not ask."""
    return step.number == SERVER_ASKS and is_one_way(report)


def verdict(report: Report) -> str:
    """The answer in a sentence."""
    if not is_connected(report):
        return tr("There is no connection, so no handshake began.")
    if report.ok and report.unknown:
        return tr("No problem was found in what can be checked from here.")
    if report.ok:
        how = ", ".join(part for part in (report.cipher, report.group) if part)
        version = f"TLS {report.tls}" if report.tls else "TLS"
        if report.unknown:
            return tr("No problem was found in what can be checked from here.")
        over = enumerated([version, *([how] if how else [])])
        if is_one_way(report):
            return tr(
                "It works over {tls}, but the server does not ask for a certificate: this is not "
                "mutual TLS.",
                tls=over,
            )
        return tr("It works over {tls}.", tls=over)
    step = report.failed_step
    if step is None:
        return tr("It would fail.")
    return tr(
        "It fails at step {number} of {count}: {title}.",
        number=step.number,
        count=len(report.steps),
        title=step.title,
    )


def verdict_sign(report: Report) -> str:
    """What stands before the answer: nothing is praised that could not be checked in full."""
    if not report.ok:
        return STATUS_SIGNS["failed"]
    return STATUS_SIGNS["not-reached"] if report.unknown else STATUS_SIGNS["ok"]


def report_title(*, is_live: bool) -> str:
    """What a report is called: of a probe, or of a rehearsal."""
    return tr("Probe of a live endpoint") if is_live else tr("Rehearsal of mutual TLS")


def report_page(
    report: Report, setting: Sequence[SummaryLine], at: datetime, *, is_live: bool = False
) -> str:
    """The whole report; ``at`` is when it was made, ``is_live`` whether it is a probe’s."""
    made = (
        tr(
            "Created by Handfast on {time} UTC; the handshake was run by {opinion}.",
            time=f"{at:%Y-%m-%d %H:%M}",
            opinion=report.opinion,
        )
        if report.opinion
        else tr("Created by Handfast on {time} UTC.", time=f"{at:%Y-%m-%d %H:%M}")
    )
    note = tr("It contains no key and no password.")
    parts = [
        _heading(report_title(is_live=is_live), 1),
        f'<p class="verdict"><b>{verdict_sign(report)} {escape(verdict(report))}</b></p>',
        '<table width="100%">',
        *(
            f'<tr><td class="quiet" width="16%">{escape(line.label)}</td>'
            f"<td>{escape(line.value)}</td></tr>"
            for line in setting
        ),
        "</table>",
        f'<p class="made quiet">{escape(made)} {escape(note)}</p>',
    ]
    if report.causes:
        parts.append(_heading(tr("What to change")) + "<ol>")
        for cause in report.causes:
            opinion = f' <span class="quiet">({escape(cause.opinion)})</span>'
            parts.append(
                f"<li><p><b>{escape(cause.title)}</b> – "
                f"{_SIDES_IN_A_LINE[cause.side]}{opinion if cause.opinion else ''}<br>"
                f"{escape(cause.message)}<br>{escape(cause.remedy)}</p></li>"
            )
        parts.append("</ol>")
    parts.append(_heading(tr("Step by step")) + '<table class="steps" width="100%">')
    parts += [_step_row(step) for step in report.steps]
    parts.append("</table>")
    parts += [_chain_part(chain) for chain in report.chains if chain.links]
    if report.choice:
        parts.append(
            _heading(tr("Which certificate the client chose")) + f"<p>{escape(report.choice)}</p>"
        )
    if report.notes:
        parts.append(_heading(tr("Programs differ")) + "<ul>")
        parts += [f"<li>{escape(each.message)}</li>" for each in report.notes]
        parts.append("</ul>")
    if report.unknown:
        parts.append(_heading(tr("Not known from here")) + "<ul>")
        parts += [f"<li>{escape(each)}</li>" for each in report.unknown]
        parts.append("</ul>")
    parts += [_view_part("client", report.client), _view_part("server", report.server)]
    body = "\n".join(parts)
    title = escape(report_title(is_live=is_live))
    return (
        f'<!DOCTYPE html>\n{html_tag()}<head><meta charset="utf-8">'
        f"<title>{title}</title><style>{PAGE_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _heading(text: str, level: int = 2) -> str:
    return f"<h{level}>{escape(text)}</h{level}>"


def _step_row(step: Step) -> str:
    sign, word = STATUS_SIGNS[step.status], status_words(step)
    if not step.was_checked:
        sign = STATUS_SIGNS["not-reached"]
    title, detail = escape(step.title), escape(step.detail)
    if step.status == "failed":
        title = f"<b>{title}</b>"
        word = f"<b>{word}</b>"
    is_quiet = step.status == "not-reached" or not step.was_checked
    shade = ' class="quiet"' if is_quiet else ""
    if step.status == "failed":
        # Gray stays gray in a print without colors.
        shade = ' bgcolor="#e4e4e4"'
    told = f"<br>{detail}" if detail else ""
    return (
        f'<tr{shade}><td width="5%">{step.number}</td><td width="4%">{sign}</td>'
        f'<td width="10%">{SIDES[step.who]}</td><td width="63%">{title}{told}</td>'
        f'<td width="18%">{word}</td></tr>'
    )


def chain_lines(chain: Chain) -> list[str]:
    """A chain from its leaf upwards, a line for each certificate."""
    lines: list[str] = []
    for link in chain.links:
        name = link.certificate.common_name or link.certificate.subject
        lines.append(_link_text(name, link))
    if not chain.is_trusted:
        lines.append(tr("… and no trusted certificate"))
    return lines


def _link_text(name: str, link: Link) -> str:
    if link.anchor_alias and link.was_sent:
        text = tr("{name} (sent, trusted as “{alias}”)", name=name, alias=link.anchor_alias)
    elif link.anchor_alias:
        text = tr("{name} (not sent, trusted as “{alias}”)", name=name, alias=link.anchor_alias)
    elif link.was_sent:
        text = tr("{name} (sent)", name=name)
    else:
        text = tr("{name} (not sent)", name=name)
    return tr("{what}: {problem}", what=text, problem=link.trouble) if link.trouble else text


def _chain_part(chain: Chain) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in chain_lines(chain))
    title = (
        tr("What the client presents")
        if chain.presenter == "client"
        else tr("What the server presents")
    )
    return _heading(title) + f"<ol>{items}</ol>"


def view_lines(view: View) -> list[str]:
    """What one side saw, for a log."""
    return [
        *(f"sent      {each}" for each in view.sent),
        *(f"received  {each}" for each in view.received),
        *(f"alert     {alert.text}" for alert in view.alerts),
        *view.log,
    ]


def _view_part(side: str, view: View) -> str:
    lines = view_lines(view)
    if not lines:
        return ""
    title = tr("Log of the client") if side == "client" else tr("Log of the server")
    return _heading(title) + f"<pre>{escape(chr(10).join(lines))}</pre>"
