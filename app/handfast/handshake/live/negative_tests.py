"""A server is called by clients that it must refuse: which it refused, how, and what it let in.

Each client makes one connection. The good one calls first and last: only a server that accepts it
shows anything by refusing the others.
"""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, Self

from handfast.core.frozen import dataclass
from handfast.core.progress import no_progress
from handfast.core.store import Format, Store
from handfast.handshake.live.asking import REFUSALS
from handfast.handshake.live.deadline import Ending
from handfast.handshake.live.listening import Listener
from handfast.handshake.live.probing import Encounter, Target, Watch, encounter
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.authority.negative_clients import ALIAS, NegativeCase

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.handshake.live.listening import Received
    from handfast.services.authority.negative_clients import NegativeClient, NegativeClients

#: So long silence after a handshake is watched for a refusal, in seconds.
_GRACE_SECONDS: Final = 1.0
#: Longer than a server of this program needs to tell what it saw, in seconds.
_OWN_SERVER_SECONDS: Final = 5.0


class Expectation(Enum):
    """What the server should do."""

    ACCEPT = "accepted"
    REFUSE = "refused"
    #: Whether it refuses depends on what it is set up for.
    EITHER = "either"


class Outcome(Enum):
    """What the server did."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    #: The connection ended for a reason that says nothing about the certificate.
    UNCLEAR = "unclear"
    NOT_RUN = "not-run"


class Evidence(Enum):
    """By what it was seen."""

    ALERT = "alert"
    HTTP = "http"
    #: The server ended the connection, which it did not do with the good client.
    CLOSED = "closed"
    #: The server never asked for a certificate.
    NOT_ASKED = "not-asked"
    DATA = "data"
    #: The server finished the handshake, as a session ticket or TLS 1.2 shows, and did not refuse.
    FINISHED = "finished"
    #: Nothing came, as with the good client.
    SILENCE = "silence"
    #: No connection, no TLS, or an end before the server asked for a certificate.
    NO_HANDSHAKE = "no-handshake"
    #: The server accepts no signature that the key of the client can create.
    NOT_SIGNED = "not-signed"
    #: The good client was not accepted, so that nothing would be shown.
    NO_CONTROL = "no-control"
    #: The server has no revocation list that could name the certificate.
    NO_LIST = "no-list"
    #: The client could not be created.
    OBSTACLE = "obstacle"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One client, and how the server treated it."""

    case: NegativeCase
    expectation: Expectation
    outcome: Outcome
    evidence: Evidence
    #: When it called, UTC; None where it did not.
    at: datetime | None = None
    tls: str | None = None
    #: The certificate that was presented.
    certificate: Certificate | None = None
    #: The alert that the server sent, by name and number.
    alert: str = ""
    #: The first line that it answered over HTTP.
    http: str = ""
    #: A cause code where there was no handshake, and what was seen, or why it did not run.
    code: str = ""
    words: str = ""
    #: The cause code that a server in this program gave for its refusal.
    server_cause: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the server did as it should; None where that depends, or it is not known."""
        if self.outcome in {Outcome.UNCLEAR, Outcome.NOT_RUN}:
            return None if self.expectation is Expectation.EITHER else False
        if self.expectation is Expectation.EITHER:
            return None
        return bool(self.outcome.value == self.expectation.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeReport:
    """The answer for auditors."""

    host: str
    port: int
    #: Whether the server was one in this program.
    is_own_server: bool
    issuer: Certificate
    #: What the server presented to the good client, leaf first.
    server: tuple[Certificate, ...]
    started: datetime
    results: tuple[CaseResult, ...]

    @property
    def ok(self) -> bool:
        """Whether the good client was accepted and every one that must be refused was refused."""
        return all(each.ok is not False for each in self.results) and self.is_proven

    @property
    def is_proven(self) -> bool:
        """Whether the good client was accepted, first and last."""
        return all(each.outcome is Outcome.ACCEPTED for each in self.results if each.case.is_good)

    @property
    def lax(self) -> tuple[CaseResult, ...]:
        """Those that the server accepted and must refuse."""
        return tuple(
            each
            for each in self.results
            if each.expectation is Expectation.REFUSE and each.outcome is Outcome.ACCEPTED
        )

    @property
    def refused(self) -> tuple[CaseResult, ...]:
        """Those that the server refused, but for the good one."""
        return tuple(
            each
            for each in self.results
            if each.outcome is Outcome.REFUSED and not each.case.is_good
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativePlan:
    """Who is called, by whom, and what is expected of the server."""

    target: Target
    clients: NegativeClients
    #: Whether the server has a list with the revoked certificate of this very test.
    knows_list: bool = False
    #: Whether the server is meant to check the names of clients, and not the CA alone.
    checks_names: bool = False
    #: What is asked for over HTTP; empty for “/”, and only where the server chooses HTTP.
    path: str = ""

    def expectation(self, case: NegativeCase) -> Expectation:
        """What the server should do with a client."""
        if case.is_good:
            return Expectation.ACCEPT
        depends = {
            NegativeCase.WRONG_NAME: self.checks_names,
            NegativeCase.REVOKED: self.knows_list,
        }
        return Expectation.REFUSE if depends.get(case, True) else Expectation.EITHER


def run_negative_tests(
    plan: NegativePlan,
    progress: Progress = no_progress,
    tell: Callable[[CaseResult], None] = lambda _result: None,
    *,
    own: OwnServer | None = None,
) -> NegativeReport:
    """Let each client call the server once.

    :param own: the server, where it is one in this program: it says why it refused
    :param tell: is given each result as soon as it is known
    :raises Cancelled: ``progress`` did
    :raises NetworkForbidden: before anything is sent
    """
    return _Run(plan, progress, tell, own).report()


class _Run:
    def __init__(
        self,
        plan: NegativePlan,
        progress: Progress,
        tell: Callable[[CaseResult], None],
        own: OwnServer | None,
    ) -> None:
        self._plan, self._tell, self._progress, self._own = plan, tell, progress, own
        self._connections = 0
        self._control: Encounter | None = None
        self._server: tuple[Certificate, ...] = ()
        self._done = 0

    def _glance(self, done: int = 0, total: int = 0) -> None:  # noqa: ARG002 - of one connection
        """Whether it is still wanted; waits within a connection know no total of the test."""
        self._progress(self._done, len(self._plan.clients.clients))

    def report(self) -> NegativeReport:
        started = datetime.now(UTC)
        results = []
        for client in self._plan.clients.clients:
            self._glance()
            result = self._result(client)
            self._done += 1
            results.append(result)
            self._tell(result)
        target = self._plan.target
        return NegativeReport(
            host=target.host,
            port=target.port,
            is_own_server=self._own is not None,
            issuer=self._plan.clients.issuer,
            server=self._server,
            started=started,
            results=tuple(results),
        )

    def _result(self, client: NegativeClient) -> CaseResult:
        expectation = self._plan.expectation(client.case)
        reason = self._reason_not_to(client)
        if reason is not None:
            # What cannot be tried is not held against the server.
            is_own_fault = reason is Evidence.OBSTACLE
            return CaseResult(
                case=client.case,
                expectation=Expectation.EITHER if is_own_fault else expectation,
                outcome=Outcome.NOT_RUN,
                evidence=reason,
                words=client.obstacle,
            )
        at = datetime.now(UTC)
        met = encounter(self._plan.target, party_of(client), self._watch(), self._glance)
        self._connections += 1 + met.was_repeated
        if client.case is NegativeCase.GOOD:
            self._server = met.presented
        outcome, evidence = judge(met, self._control, has_pair=client.pair is not None)
        if client.case is NegativeCase.GOOD and outcome is Outcome.ACCEPTED:
            self._control = met
        return CaseResult(
            case=client.case,
            expectation=expectation,
            outcome=outcome,
            evidence=evidence,
            at=at,
            tls=met.tls,
            certificate=client.certificate,
            alert=f"{met.alert.name} ({met.alert.number})" if met.alert is not None else "",
            http=met.reply.line if met.reply is not None else "",
            code=met.code,
            words=met.words,
            server_cause=self._own.cause(self._connections)
            if self._own is not None and outcome is not Outcome.ACCEPTED
            else "",
        )

    def _reason_not_to(self, client: NegativeClient) -> Evidence | None:
        if client.obstacle:
            return Evidence.OBSTACLE
        if client.case is not NegativeCase.GOOD and self._control is None:
            return Evidence.NO_CONTROL
        if client.case is NegativeCase.REVOKED and not self._plan.knows_list:
            return Evidence.NO_LIST
        return None

    def _watch(self) -> Watch:
        control = self._control
        return Watch(
            grace_seconds=_GRACE_SECONDS,
            # Where even the good client gets no ticket, silence says nothing more by lasting.
            is_patient=control is None or control.got_ticket,
            skips_unasked=True,
            path=self._plan.path or "/",
            # One connection each: what the server refused with the first is not offered again.
            offers_http=control is None or not control.was_repeated,
            insists_on_http=bool(self._plan.path),
        )


def party_of(client: NegativeClient) -> Party:
    """A client as the handshake takes it."""
    if client.pair is None:
        return Party(side="client")
    pair = dataclasses.replace(client.pair, alias=ALIAS)
    store = Store(format=Format.PKCS12, entries=(pair,))
    return Party(side="client", keys=PartyStore(store=store), alias=ALIAS)


def judge(met: Encounter, control: Encounter | None, *, has_pair: bool) -> tuple[Outcome, Evidence]:
    """What one connection shows, beside that of the good client, which is None for itself."""
    asked_before = control is not None and control.was_asked
    if not met.is_established and not met.was_asked:
        # Before the server asked, whatever it had against us was not our certificate.
        return Outcome.UNCLEAR, Evidence.NO_HANDSHAKE
    if not met.was_asked:
        found = Outcome.UNCLEAR if asked_before else Outcome.ACCEPTED
        return found, Evidence.NOT_ASKED
    if has_pair and met.is_established and not met.has_signed:
        return Outcome.UNCLEAR, Evidence.NOT_SIGNED
    if met.alert is not None:
        if has_pair and not met.has_signed:
            return Outcome.UNCLEAR, Evidence.NOT_SIGNED
        return Outcome.REFUSED, Evidence.ALERT
    if met.code in {"timeout", "not-tls", "unreachable"}:
        return Outcome.UNCLEAR, Evidence.NO_HANDSHAKE
    if _is_refused_over_http(met, control):
        return Outcome.REFUSED, Evidence.HTTP
    if _is_closed(met, control):
        return Outcome.REFUSED, Evidence.CLOSED
    if not met.is_established:
        return Outcome.UNCLEAR, Evidence.NO_HANDSHAKE
    if met.reply is not None:
        return Outcome.ACCEPTED, Evidence.HTTP
    if met.got_data:
        return Outcome.ACCEPTED, Evidence.DATA
    if met.got_ticket or met.tls != "1.3":
        return Outcome.ACCEPTED, Evidence.FINISHED
    if control is not None and control.got_ticket:
        # With the good client it had finished by then.
        return Outcome.UNCLEAR, Evidence.SILENCE
    return Outcome.ACCEPTED, Evidence.SILENCE


def _is_refused_over_http(met: Encounter, control: Encounter | None) -> bool:
    if met.complaint is not None:
        return True
    if met.reply is None or control is None or control.reply is None:
        return False
    return met.reply.status in REFUSALS and met.reply.status != control.reply.status


def _is_closed(met: Encounter, control: Encounter | None) -> bool:
    """Whether the server ended the connection, and not as it does with the good client."""
    if met.reply is not None or met.got_data:
        return False
    if not met.is_established:
        return met.code == "refused-by-peer"
    if control is None:
        return met.code == "refused-by-peer"
    if control.reply is not None or control.got_data:
        return met.ending is not Ending.NONE
    return met.ending is not Ending.NONE and control.ending is Ending.NONE


class OwnServer:
    """A test server of this program on the loopback, for as long as the clients call it.

    As a context: it is stopped at its end, and its port is free.
    """

    def __init__(self, server: Party, *, port: int = 0) -> None:
        self._listener = Listener(server, port=port, seconds_each=_OWN_SERVER_SECONDS)
        self._heard: list[Received] = []
        self._told = threading.Condition()
        self._thread = threading.Thread(
            target=self._listener.serve, args=(self._take,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.stop()
        self._thread.join(_OWN_SERVER_SECONDS)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.port

    def add_revocation_list(self, der: bytes) -> None:
        """Refuse what this list names as well; to be called before it is started."""
        self._listener.add_revocation_list(der)

    def _take(self, heard: Received) -> None:
        with self._told:
            self._heard.append(heard)
            self._told.notify_all()

    def cause(self, number: int) -> str:
        """Why it refused a connection, counted from 1, as a cause code; empty where it did not."""
        with self._told:
            self._told.wait_for(
                lambda: any(each.number == number for each in self._heard), _OWN_SERVER_SECONDS
            )
            for each in self._heard:
                if each.number == number and each.report.causes:
                    return each.report.causes[0].code
        return ""
