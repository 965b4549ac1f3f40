"""The verb rollover: prove a change of certificates before it is made."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.inputs import files_read
from handfast.cli.mutual_tls.parties import Shared
from handfast.cli.mutual_tls.rehearse import keys_of
from handfast.cli.options import add_passwords_of_sides, split_alias
from handfast.cli.output.json_documents import iso
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.handshake.report.party import Party, PartyStore

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.report.party import Side
    from handfast.handshake.rollover import (
        Generation,
        RehearsedMoment,
        RollingSide,
        RolloverPlan,
        RolloverStep,
    )

EXAMPLES = """  handfast rollover --client client.p12#old --client-next client.p12#new \\
      --client-trust client-trust.p12 --server server.jks#api --server-trust server-trust.jks \\
      --server-trust-next server-trust-both.jks --hostname api.example
"""

_ROLES = (
    "client", "client-next", "client-trust", "client-trust-next",
    "server", "server-next", "server-trust", "server-trust-next",
)  # fmt: skip


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    for side in ("client", "server"):
        add(
            f"--{side}",
            required=True,
            metavar="STORE#OLD",
            help=tr("the current pair of the {side}", side=side),
        )
        add(f"--{side}-next", metavar="STORE#NEW", help=tr("the new pair (default: unchanged)"))
        add(
            f"--{side}-trust",
            required=True,
            metavar="STORE",
            help=tr("the trust store of the {side}", side=side),
        )
        add(
            f"--{side}-trust-next",
            metavar="STORE",
            help=tr("the future trust store (default: unchanged)"),
        )
    add(
        "--hostname",
        metavar="H",
        help=tr("the host name that the client connects to (default: not checked)"),
    )
    add(
        "--ics",
        metavar="FILE",
        help=tr("write reminders of what to do when, as a calendar (iCalendar)"),
    )
    add("--force", action="store_true", help=tr("replace FILE if it exists; never a keystore"))
    add_passwords_of_sides(parser, _ROLES)


def run(options: Namespace) -> Result:
    from handfast.handshake.engine.endpoint import host_of
    from handfast.handshake.rollover import plan_rollover

    if options.client_next is None and options.server_next is None:
        raise InvalidInput(
            tr("Nothing changes in this roll-over."),
            field="client_next",
            remedy=tr("Name the new pair with --client-next or --server-next."),
        )
    shared = Shared(options)
    plan = plan_rollover(
        _side("client", options, shared),
        _side("server", options, shared),
        host=host_of(options.hostname or ""),
    )
    if options.ics is not None:
        _write_reminders(plan, options)
    code = 0 if plan.ok else 1
    if options.json:
        return Result(data=_document(plan), code=code)
    return Result(text=_text(plan), code=code)


def _side(side: Side, options: Namespace, shared: Shared) -> RollingSide:
    from handfast.handshake.rollover import RollingSide

    present = _party(side, side, options, shared)
    fresh = getattr(options, f"{side}_next")
    trust = getattr(options, f"{side}_trust_next")
    return RollingSide(
        party=present,
        next_party=_party(side, f"{side}_next", options, shared) if fresh is not None else None,
        next_trust=dataclasses.replace(present, trust=_trust(trust, f"{side}_trust_next", shared))
        if trust is not None
        else None,
    )


def _party(side: Side, role: str, options: Namespace, shared: Shared) -> Party:
    path, alias = split_alias(getattr(options, role))
    keys, known = keys_of(path, alias, role, shared)
    return Party(
        side=side,
        keys=keys,
        alias=alias if keys is not None else None,
        known_chain=known,
        trust=_trust(getattr(options, f"{side}_trust"), f"{side}_trust", shared),
    )


def _trust(name: str, role: str, shared: Shared) -> PartyStore:
    path = Path(name)
    return PartyStore(store=shared.open(path, role), path=path)


def _document(plan: RolloverPlan) -> dict[str, object]:
    from handfast.handshake.report.report import cause_json

    window = plan.window
    return {
        "ok": plan.ok,
        "window": {"from": iso(window[0]), "until": iso(window[1])} if window else None,
        "matrix": [
            {
                "at": iso(cell.at),
                "client": cell.client.value,
                "server": cell.server.value,
                "ok": cell.ok,
                "causes": [cause_json(cause) for cause in cell.causes],
            }
            for cell in plan.matrix
        ],
        "switches": [
            {
                "side": each.side,
                "earliest": iso(each.earliest),
                "latest": iso(each.latest),
            }
            for each in plan.switches
        ],
        "risks": [
            {"kind": each.kind.value, "side": each.side, "subject": each.subject}
            for each in plan.risks
        ],
        "steps": [
            {"by": iso(step.by), "side": step.side, "kind": step.kind.value, "do": _words(step)}
            for step in plan.steps
        ],
    }


def _words(step: RolloverStep) -> str:
    from handfast.handshake.rollover import StepKind

    match step.kind:
        case StepKind.TRUST_NEW:
            return (
                tr(
                    "Import the new certificate of the server into the trust store, and keep "
                    "the old one."
                )
                if step.side == "client"
                else tr(
                    "Import the new certificate of the client into the trust store, and keep "
                    "the old one."
                )
            )
        case StepKind.SWITCH:
            return tr("Switch to the new pair.")
        case StepKind.DROP_OLD:
            return (
                tr(
                    "Remove the old certificate of the server from the trust store after the "
                    "server has switched."
                )
                if step.side == "client"
                else tr(
                    "Remove the old certificate of the client from the trust store after the "
                    "client has switched."
                )
            )


def _write_reminders(plan: RolloverPlan, options: Namespace) -> None:
    from handfast.flows.renewal.plan_words import reminders_of, side_names
    from handfast.flows.renewal.rolling_over import write_calendar
    from handfast.services.reminders import calendar

    reminders = reminders_of(plan, side_names(), plan.start.date())
    write_calendar(
        Path(options.ics),
        calendar(reminders),
        replace=options.force,
        read=files_read(options),
    )


def _text(plan: RolloverPlan) -> str:
    from handfast.flows.renewal.plan_words import last_day, risk_words, side_names

    lines = [
        tr("The roll-over works.") + "\n"
        if plan.ok
        else tr("The roll-over does not work as planned.") + "\n"
    ]
    if plan.window is not None:
        begin, until = plan.window
        lines.append(
            tr(
                "Old and new both work from {begin} to {until} UTC.",
                begin=f"{begin:%Y-%m-%d %H:%M}",
                until=f"{until:%Y-%m-%d %H:%M}",
            )
            + "\n"
        )
    else:
        lines.append(tr("There is no time in which old and new both work.") + "\n")
    lines += [
        tr(
            "The last safe day for the {side} to switch is {day}.",
            side=_side_text(times.side),
            day=f"{last_day(times.latest):%Y-%m-%d}",
        )
        + "\n"
        for times in plan.switches
        if times.latest is not None and plan.window is not None
    ]
    lines += [
        tr("Note: {text}", text=safe(risk_words(risk, side_names()))) + "\n" for risk in plan.risks
    ]
    for number, step in enumerate(plan.steps, 1):
        lines.append(f"{number}. {_step_text(step)}\n")
    lines += [_cell_text(cell) + "\n" for cell in plan.matrix]
    return "".join(lines)


def _step_text(step: RolloverStep) -> str:
    if step.by is None:
        return tr("{side}: {action}", side=_side_text(step.side), action=_words(step))
    return tr(
        "{side}, by {time} UTC: {action}",
        side=_side_text(step.side),
        time=f"{step.by:%Y-%m-%d %H:%M}",
        action=_words(step),
    )


def _side_text(side: str) -> str:
    return tr("client") if side == "client" else tr("server")


def _generation_text(generation: Generation) -> str:
    text = tr("old") if generation.value == "old" else tr("new")
    return f"{text:3}"


def _cell_text(cell: RehearsedMoment) -> str:
    facts = {
        "time": f"{cell.at:%Y-%m-%d %H:%M}",
        "client": _generation_text(cell.client),
        "server": _generation_text(cell.server),
    }
    if cell.ok:
        return tr("{time}  client {client}  server {server}  ok", **facts)
    if not cell.causes:
        return tr("{time}  client {client}  server {server}  fails", **facts)
    return tr(
        "{time}  client {client}  server {server}  fails: {cause}",
        **facts,
        cause=safe(cell.causes[0].message),
    )
