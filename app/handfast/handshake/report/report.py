"""What a handshake came to: the story, both sides' view, and the causes; as values and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.alerts import Alert
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Side, Tls
    from handfast.services.paths.building import Link
    from handfast.services.paths.peers import Peers

Status: TypeAlias = Literal["ok", "failed", "not-reached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the thirteen steps: who does it, what it is called, and how it went."""

    number: int
    who: Side
    title: str
    status: Status
    detail: str
    #: Whether there was something to check; ``ok`` of what was not is no praise.
    was_checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one side saw: messages in their order, alerts, and its library's own log."""

    sent: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The certificates of one side, leaf first, up to the anchor that ended it."""

    presenter: Side
    links: tuple[Link, ...] = ()
    is_trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What some programs refuse though it works: said beside a yes."""

    #: The party whose files would have to change.
    side: Side
    #: The step at which those programs end the handshake.
    step: int
    message: str
    refused_by: Peers


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole answer of a rehearsal or a probe."""

    ok: bool
    #: None where no version was agreed on.
    tls: Tls | str | None = None
    cipher: str | None = None
    group: str | None = None
    steps: tuple[Step, ...] = ()
    client: View = View()
    server: View = View()
    #: The likeliest first.
    causes: tuple[Cause, ...] = ()
    chains: tuple[Chain, ...] = ()
    #: What somebody on the network sent, leaf first, as it came; empty where both sides are ours.
    presented: tuple[Certificate, ...] = ()
    #: Subjects of the CAs that the server asked for, RFC 4514; None where it did not ask.
    asked_for: tuple[str, ...] | None = None
    #: Which identity the client chose, and why, in a sentence.
    choice: str = ""
    #: Which programs refuse it all the same, a sentence or two each.
    notes: tuple[Note, ...] = ()
    #: What could not be checked, a sentence each; empty where everything was.
    unknown: tuple[str, ...] = ()
    #: Whose opinion the handshake is: ``OpenSSL 3.5.1``.
    opinion: str = ""

    @property
    def failed_step(self) -> Step | None:
        return next((step for step in self.steps if step.status == "failed"), None)


def report_json(report: Report) -> dict[str, Any]:
    """The shape that scripts rely on."""
    data: dict[str, Any] = {
        "ok": report.ok,
        "tls": report.tls,
        "cipher": report.cipher,
        "group": report.group,
        "steps": [
            {
                "number": step.number,
                "who": step.who,
                "title": step.title,
                "status": step.status,
                "detail": step.detail,
            }
            for step in report.steps
        ],
        "client": _view_json(report.client),
        "server": _view_json(report.server),
        "causes": [cause_json(cause) for cause in report.causes],
    }
    if report.notes:
        data["notes"] = [each.message for each in report.notes]
    if report.unknown:
        data["unknown"] = list(report.unknown)
    return data


def _view_json(view: View) -> dict[str, Any]:
    return {
        "sent": list(view.sent),
        "received": list(view.received),
        "alerts": [alert.text for alert in view.alerts],
    }


def cause_json(cause: Cause) -> dict[str, str]:
    """A cause as rehearse and probe print it."""
    return {
        "code": cause.code,
        "side": cause.side,
        "message": cause.message,
        "remedy": cause.remedy,
    }
