"""What a handshake came to: the story, both sides' view, and the causes; as values and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from handfast.core.certificate import Certificate
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Side, Tls
    from handfast.services.paths.building import Link
    from handfast.services.paths.peers import Peers

Status: TypeAlias = Literal["ok", "failed", "not-reached"]

#: Alerts by number (RFC 8446, 6; RFC 5246, 7.2).
ALERTS: dict[int, str] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as one side saw it."""

    direction: Literal["sent", "received"]
    level: Literal["warning", "fatal"]
    number: int

    @property
    def name(self) -> str:
        return ALERTS.get(self.number, "unknown")

    @property
    def text(self) -> str:
        """``received fatal alert unknown_ca (48)``."""
        return f"{self.direction} {self.level} alert {self.name} ({self.number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the thirteen steps: who does it, what it is called, and how it went."""

    number: int
    who: Side
    title: str
    status: Status
    detail: str


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
