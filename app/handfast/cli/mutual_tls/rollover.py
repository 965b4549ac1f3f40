"""The verb rollover: prove a change of certificates before it is made."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.mutual_tls.parties import Shared
from handfast.cli.mutual_tls.rehearse import keys_of
from handfast.cli.options import add_key_passwords, split_alias
from handfast.cli.output.json_documents import iso
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.core.errors import InvalidInput
from handfast.handshake.report.party import Party, PartyStore

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.report.party import Side
    from handfast.handshake.rollover import RollingSide, RolloverPlan, RolloverStep

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
        add(f"--{side}", required=True, metavar="STORE#OLD", help=f"the present pair of the {side}")
        add(
            f"--{side}-next", metavar="STORE#NEW", help="the new pair (default: it does not change)"
        )
        add(
            f"--{side}-trust", required=True, metavar="STORE", help=f"the trust store of the {side}"
        )
        add(
            f"--{side}-trust-next",
            metavar="STORE",
            help="the trust store as it will be (default: as it is)",
        )
    add("--hostname", metavar="H", help="what the client connects to (default: not checked)")
    add("--password-file", metavar="F", help="a file whose first line is the password of all")
    for role in _ROLES:
        add(f"--{role}-password-file", metavar="F", help=f"the same for the --{role} store only")
    for side in ("client", "server"):
        add_key_passwords(parser, f"--{side}-key-password-file", f"the key pair of the {side}")
    add_key_passwords(parser, "--key-password-file", "the key pair of either side")


def run(options: Namespace) -> Result:
    from handfast.handshake.engine.endpoint import host_of
    from handfast.handshake.rollover import plan_rollover

    if options.client_next is None and options.server_next is None:
        raise InvalidInput(
            "Nothing changes in this roll-over.",
            field="client_next",
            remedy="Name the new pair with --client-next or --server-next.",
        )
    shared = Shared(options)
    plan = plan_rollover(
        _side("client", options, shared),
        _side("server", options, shared),
        host=host_of(options.hostname or ""),
    )
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
        "steps": [
            {"by": iso(step.by), "side": step.side, "kind": step.kind.value, "do": _words(step)}
            for step in plan.steps
        ],
    }


def _words(step: RolloverStep) -> str:
    from handfast.handshake.rollover import StepKind

    other = "server" if step.side == "client" else "client"
    match step.kind:
        case StepKind.TRUST_NEW:
            return (
                f"Import the new certificate of the {other} into the trust store, and keep the "
                "old one."
            )
        case StepKind.SWITCH:
            return "Switch to the new pair."
        case StepKind.DROP_OLD:
            return (
                f"Remove the old certificate of the {other} from the trust store, once the "
                f"{other} has switched."
            )


def _text(plan: RolloverPlan) -> str:
    lines = ["The roll-over works.\n" if plan.ok else "The roll-over does not work as planned.\n"]
    if plan.window is not None:
        begin, until = plan.window
        lines.append(
            f"Old and new both work from {begin:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC.\n"
        )
    else:
        lines.append("There is no time in which old and new both work.\n")
    for number, step in enumerate(plan.steps, 1):
        when = f" by {step.by:%Y-%m-%d %H:%M} UTC" if step.by is not None else ""
        lines.append(f"{number}. {step.side}{when}: {_words(step)}\n")
    for cell in plan.matrix:
        state = "ok" if cell.ok else "fails"
        reason = f": {safe(cell.causes[0].message)}" if cell.causes and not cell.ok else ""
        lines.append(
            f"{cell.at:%Y-%m-%d %H:%M}  client {cell.client.value:3}  server "
            f"{cell.server.value:3}  {state}{reason}\n"
        )
    return "".join(lines)
