"""A small server that demands mutual TLS and tells each connection’s story."""

from __future__ import annotations

import dataclasses
import os
import socket
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL

from handfast.core.certificates.certificate import Certificate
from handfast.core.certificates.revocation_list import parse_list
from handfast.core.errors import FileProblem
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.network import ALLOWED, DEFAULT_TIMEOUT_SECONDS
from handfast.core.network import VARIABLE as NO_NETWORK
from handfast.handshake.diagnosis import Direction, diagnose, known_revocation_lists
from handfast.handshake.engine.engine import (
    EndpointConfig,
    Outcome,
    Run,
    Transcript,
    library_name,
    make_context,
    outcome_of,
)
from handfast.handshake.engine.identity_choice import choose
from handfast.handshake.engine.pyopenssl import group_name, presented_chain
from handfast.handshake.live.deadline import Deadline, Ending, WireError
from handfast.handshake.live.wire import Wire
from handfast.handshake.report import story
from handfast.handshake.report.alerts import cause_of_alert, fatal_alert
from handfast.handshake.report.building import Placed, build_report
from handfast.handshake.report.causes import general_cause
from handfast.handshake.report.party import Party
from handfast.handshake.report.report import View
from handfast.handshake.report.step_texts import HandshakeFacts, details, greeting
from handfast.handshake.report.verdicts import causes_of_run
from handfast.handshake.report.wording import host_mismatch, unreadable_on_the_wire
from handfast.services.paths.building import anchors_of
from handfast.services.paths.hosts import is_for_host, refusing_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.network import NetworkPermission
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Side
    from handfast.handshake.report.report import Report


#: How often it looks whether it is to stop, in seconds.
_POLL_SECONDS: Final = 0.2
#: What is said of a chain that leads to nobody who is trusted.
_OF_TRUST: Final = frozenset(("untrusted", "missing-intermediate", "stale-certificate"))
#: What listens here is heard by this computer alone.
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
#: More than these at a time wait for their turn.
_MAX_CALLERS: Final = 16
#: The longest time for a client to say something, in seconds; less than a probe waits for a
#: refusal.
_FIRST_WORD_SECONDS: Final = 0.5
_HELLO: Final = b"Handfast took your certificate.\n"
_NOTHING: Final = Outcome(
    view=View(), objections=(), disapproved=False, established=False, got_data=False, failure=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One connection: who came, and what came of it."""

    number: int
    peer: str
    report: Report
    #: The client’s certificate, where it presented one that was taken.
    subject: str = ""


class Listener:
    """Listens until it is stopped, or one of its limits is reached."""

    def __init__(
        self,
        server: Party,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        seconds_each: float = DEFAULT_TIMEOUT_SECONDS,
        network: NetworkPermission = ALLOWED,
    ) -> None:
        self._server = server
        self._each = seconds_each
        # The preference is about other computers; the variable is about every socket.
        if address not in _LOOPBACK or os.environ.get(NO_NETWORK):
            network.check(
                tr(
                    "Network access is off, so Handfast did not listen on {address}.",
                    address=address,
                )
            )
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            self._socket = socket.create_server((address, port), family=family, backlog=64)
        except OSError as error:
            raise FileProblem(
                tr(
                    "Handfast cannot listen on port {port} of {address}: {reason}.",
                    port=port,
                    address=address,
                    reason=error.strerror,
                ),
                causes=(
                    tr(
                        "Another program is using the port, or the port requires special "
                        "permissions."
                    ),
                ),
                remedy=tr("Choose another port; 0 uses any free port."),
            ) from error
        self._stopped = threading.Event()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def add_revocation_list(self, der: bytes) -> None:
        """Refuse what this list names as well, from the next connection on."""
        lists = (*self._server.revocation_lists, der)
        self._server = dataclasses.replace(self._server, revocation_lists=lists)

    def stop(self) -> None:
        """Take no more; from any thread or signal handler."""
        self._stopped.set()

    def serve(
        self,
        tell: Callable[[Received], None],
        *,
        connections: int | None = None,
        seconds: float | None = None,
    ) -> int:
        """Take connections and report each, one at a time; how many there were."""
        end = None if seconds is None else time.monotonic() + seconds
        count = 0
        places = threading.Semaphore(_MAX_CALLERS)
        telling = threading.Lock()
        threads: list[threading.Thread] = []

        def attend(number: int, plain: socket.socket, peer: str) -> None:
            try:
                with plain:
                    heard = _attend(self._server, number, plain, peer, self._each)
                with telling:
                    tell(heard)
            finally:
                places.release()

        with self._socket:
            self._socket.settimeout(_POLL_SECONDS)
            while not self._stopped.is_set() and (connections is None or count < connections):
                if end is not None and time.monotonic() >= end:
                    break
                if not places.acquire(timeout=_POLL_SECONDS):
                    continue
                try:
                    plain, where = self._socket.accept()
                except TimeoutError:
                    # Nobody came.
                    places.release()
                    continue
                except OSError:
                    # Whoever came has gone again; or there is no handle left for them, and who
                    # waits in line would be asked for without a pause.
                    places.release()
                    self._stopped.wait(_POLL_SECONDS)
                    continue
                count += 1
                peer = f"{where[0]}:{where[1]}"
                # Whoever stays silent does not keep the program from ending.
                thread = threading.Thread(target=attend, args=(count, plain, peer), daemon=True)
                thread.start()
                threads = [*(each for each in threads if each.is_alive()), thread]
        for thread in threads:
            thread.join(0 if self._stopped.is_set() else 3 * self._each)
        return count


def _attend(
    server: Party, number: int, plain: socket.socket, peer: str, seconds: float
) -> Received:
    ear = Transcript()
    pairs = server.keys.store.key_pairs if server.keys is not None else ()
    choice = choose(pairs, role="server", tls=max(server.tls), alias=server.alias, asked_for=None)
    anchors = anchors_of(server.trust.store) if server.trust is not None else ()
    certificates = tuple(each.certificate for each in anchors)
    setting = EndpointConfig(
        side="server",
        identity=choice.pair,
        anchors=certificates,
        tls=server.tls,
        # Each is checked by OpenSSL, once the chain that it belongs to has come.
        revocation_lists=tuple(map(parse_list, server.revocation_lists)),
    )
    trouble: WireError | None = None
    tls = SSL.Connection(make_context(setting, ear, None, lenient=False), None)
    tls.set_accept_state()
    wire = Wire(plain, tls, Deadline(seconds))
    try:
        wire.shake_hands()
        ear.established = True
        _answer(wire)
    except WireError as found:
        trouble = found
    client = Party(side="client", name=peer, known_chain=_presented(tls, ear, certificates))
    asked = tuple(dict.fromkeys(each.certificate.subject for each in anchors))
    leaf = choice.pair.chain[0] if choice.pair is not None and choice.pair.chain else None
    placed = _causes(server, client, ear, trouble, leaf, certificates)
    heard_hello = "ServerHello" in ear.sent
    version = tls.get_protocol_version_name().removeprefix("TLSv")
    scene = HandshakeFacts(
        client=client,
        server=server,
        tls=version if heard_hello else max(server.tls),
        cipher=tls.get_cipher_name() if heard_hello else None,
        group=group_name(tls) if ear.established else None,
        host=ear.asked_host,
        server_chain=choice.pair.chain if choice.pair is not None else (),
        client_chain=client.known_chain,
        asked_for=asked,
        server_choice=choice,
    )
    report = build_report(
        scene,
        [Placed(cause=cause, step=step) for cause, step in placed],
        texts=_texts(scene, server),
        tls=scene.tls if heard_hello else None,
        server=outcome_of(ear).view,
        presented=client.known_chain,
        opinion=library_name(),
    )
    subject = client.known_chain[0].subject if client.known_chain else ""
    return Received(number=number, peer=peer, report=report, subject=subject)


def _answer(wire: Wire) -> None:
    """Hear the client out for a moment, and answer as it expects: in HTTP or with a line."""
    wire.patience.until(_FIRST_WORD_SECONDS)
    try:
        asked = wire.read()
    except WireError as trouble:
        # Who is silent may wait for us to speak. Who hangs up has had enough of us.
        if trouble.code != "timeout":
            raise
        asked = b""
    reply = _HELLO
    if asked.startswith((b"GET ", b"HEAD ", b"POST ", b"PUT ", b"OPTIONS ")):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(_HELLO)}\r\n"
        reply = head.encode("ascii") + b"Connection: close\r\n\r\n" + _HELLO
        reply = reply if not asked.startswith(b"HEAD ") else reply.removesuffix(_HELLO)
    wire.patience.until(1.0)
    try:
        wire.write(reply)
    except WireError:
        # It has what it came for, and has gone.
        return
    wire.take_leave()


def _presented(
    tls: SSL.Connection, ear: Transcript, anchors: Sequence[Certificate]
) -> tuple[Certificate, ...]:
    shown = tuple(map(Certificate, presented_chain(tls)))
    if shown:
        return shown
    # Of what was refused, that which was verified: without the anchor, which was here already.
    leaf, *above = map(Certificate, ear.verified) if ear.verified else (None,)
    if leaf is None:
        return ()
    return (leaf, *(each for each in above if each not in anchors))


def _causes(
    server: Party,
    client: Party,
    ear: Transcript,
    trouble: WireError | None,
    leaf: Certificate | None,
    anchors: Sequence[Certificate],
) -> list[tuple[Cause, int]]:
    if trouble is None:
        return []
    if ear.objections:
        if client.known_chain:
            judged = diagnose(
                Direction(
                    presenter=client,
                    verifier=server,
                    choice=None,
                    at=datetime.now(UTC),
                    revocation_lists=known_revocation_lists(
                        server, (*client.known_chain, *anchors)
                    ),
                )
            )
            # What ends it before a chain is built says nothing of what else was sent.
            is_cut_short = len(client.known_chain) == 1 and any(
                each.code == "wrong-format" for each in judged.causes
            )
            found = [
                each for each in judged.causes if not is_cut_short or each.code not in _OF_TRUST
            ]
            if found:
                return [(each, story.SERVER_CHECKS) for each in found]
        run = Run(
            client=_NOTHING,
            server=outcome_of(ear),
            tls=None,
            cipher=None,
            group=None,
            asked_for=None,
        )
        return causes_of_run(run, client, server)
    if trouble.code == "no-identity":
        return [(general_cause("no-identity", "client"), story.CLIENT_PRESENTS)]
    heard = fatal_alert(ear.alerts)
    if heard is not None or (ear.established and trouble.ending is not Ending.NONE):
        return [_refused(server, ear, leaf)]
    if trouble.code == "wrong-format":
        return [(unreadable_on_the_wire("client", trouble.words), story.SERVER_CHECKS)]
    step = story.HELLO if "ClientHello" not in ear.received else story.BOTH_FINISH
    cause = general_cause(trouble.code, "client")
    seen = dataclasses.replace(
        cause, message=tr("{message} Details: {words}.", message=cause.message, words=trouble.words)
    )
    return [(seen, step)]


def _is_asked_host(leaf: Certificate, ear: Transcript) -> bool:
    """Whether our certificate is for the host that was asked for, where one was."""
    return not ear.asked_host or is_for_host(leaf, ear.asked_host)


def _refused(server: Party, ear: Transcript, leaf: Certificate | None) -> tuple[Cause, int]:
    """Why a client turned away from our certificate: by an alert, or by hanging up."""
    heard = fatal_alert(ear.alerts)
    code = "refused-by-peer"
    side: Side = "client"
    if heard is not None:
        code, side = cause_of_alert(heard.number, "server")
        if code == "refused-by-peer":
            side = "client"
    host = ear.asked_host
    if code == "refused-by-peer" and leaf is not None and not _is_asked_host(leaf, ear):
        return host_mismatch(server, leaf, host, refusing_host(leaf, host)), story.HOST_CHECK
    said = (
        " "
        + tr("The client sent the alert {name} ({number}).", name=heard.name, number=heard.number)
        if heard is not None
        else ""
    )
    if heard is None:
        said = " " + tr(
            "The client finished the handshake and closed the connection without sending anything, "
            "as programs do that do not accept the server’s certificate or its name."
        )
    cause = general_cause(code, side)
    message = f"{cause.message}{said}"
    return dataclasses.replace(cause, message=message), story.CLIENT_CHECKS


def _texts(scene: HandshakeFacts, server: Party) -> dict[int, str]:
    texts = details(scene)
    # Which versions it offered is not known here, only which one came of it.
    texts[story.HELLO] = greeting(scene.host)
    texts[story.CLIENT_CHECKS] = tr("It continued, so it accepted the server’s certificate.")
    texts[story.HOST_CHECK] = tr("This check is up to the client, which continued.")
    name = server.trust.name if server.trust is not None else tr("the trust store")
    texts[story.SERVER_CHECKS] = tr("It leads to a certificate in {name}.", name=name)
    return texts
