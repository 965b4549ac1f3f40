"""The thirteen steps of mutual TLS, as they are usually told, and told right.

They follow what happens, not the records on the wire: TLS 1.3 sends some of it in another order
and most of it encrypted. The wording of a step is true for the version that ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.handshake.report.report import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.handshake.report.party import Side
    from handfast.handshake.report.report import Report, Status

HELLO: Final = 1
ANSWER: Final = 2
SERVER_PRESENTS: Final = 3
SERVER_PROVES: Final = 4
SERVER_ASKS: Final = 5
CLIENT_CHECKS: Final = 6
HOST_CHECK: Final = 7
CLIENT_PRESENTS: Final = 8
CLIENT_PROVES: Final = 9
SERVER_CHECKS: Final = 10
BOTH_FINISH: Final = 11
CLIENT_SENDS: Final = 12
SERVER_SENDS: Final = 13

STEPS: Final[dict[int, tuple[Side, str]]] = {
    HELLO: ("client", tr("The client says hello")),
    ANSWER: ("server", tr("The server answers and chooses")),
    SERVER_PRESENTS: ("server", tr("The server presents its certificate")),
    SERVER_PROVES: ("server", tr("The server proves that it holds the private key")),
    SERVER_ASKS: ("server", tr("The server asks for the client’s certificate")),
    CLIENT_CHECKS: ("client", tr("The client checks the server’s certificate")),
    HOST_CHECK: ("client", tr("The client checks the host name")),
    CLIENT_PRESENTS: ("client", tr("The client presents its certificate")),
    CLIENT_PROVES: ("client", tr("The client proves that it holds the private key")),
    SERVER_CHECKS: ("server", tr("The server checks the client’s certificate")),
    BOTH_FINISH: ("server", tr("Both sides switch to the keys that they agreed on")),
    CLIENT_SENDS: ("client", tr("The client sends data")),
    SERVER_SENDS: ("server", tr("The server sends data")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The step at which it ended, and why in a sentence or two."""

    step: int
    detail: str


def tell(details: Mapping[int, str], failure: Failure | None) -> tuple[Step, ...]:
    """All thirteen: those before the failure went well, those after were not reached."""
    steps: list[Step] = []
    status: Status
    for number, (who, title) in STEPS.items():
        if failure is None or number < failure.step:
            status, detail = "ok", details.get(number, "")
        elif number == failure.step:
            status, detail = "failed", failure.detail
        else:
            status, detail = "not-reached", ""
        steps.append(Step(number=number, who=who, title=title, status=status, detail=detail))
    return tuple(steps)


def is_connected(report: Report) -> bool:
    """Whether anything was said at all: without a connection no step of a handshake failed."""
    failed = report.failed_step
    likeliest = report.causes[0].code if report.causes else ""
    return not (failed is not None and failed.number == HELLO and likeliest == "unreachable")


def is_one_way(report: Report) -> bool:
    """Whether the server was to ask for a certificate and did not: half of mutual TLS is absent."""
    asks = next((step for step in report.steps if step.number == SERVER_ASKS), None)
    return report.asked_for is None and asks is not None and asks.status == "ok"
