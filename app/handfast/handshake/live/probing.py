"""A handshake with a live endpoint: what it presents, what it asks for, whether it takes ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL

from handfast.core.certificates.certificate import Certificate
from handfast.core.frozen import dataclass
from handfast.core.host_names import is_address
from handfast.core.language import tr
from handfast.core.network import ALLOWED, DEFAULT_TIMEOUT_SECONDS, NetworkPermission
from handfast.core.progress import no_progress
from handfast.core.rfc4514 import name_text
from handfast.core.store import shorten
from handfast.handshake.diagnosis import Direction, diagnose
from handfast.handshake.engine.engine import (
    EndpointConfig,
    Transcript,
    library_name,
    make_context,
    outcome_of,
)
from handfast.handshake.engine.identity_choice import Choice, choose
from handfast.handshake.engine.pyopenssl import (
    group_name,
    presented_chain,
    requested_authorities,
)
from handfast.handshake.live.asking import HTTP, ask, complaint
from handfast.handshake.live.deadline import Deadline, Ending, WireError
from handfast.handshake.live.dialing import dial
from handfast.handshake.live.wire import Wire
from handfast.handshake.report import story, wording
from handfast.handshake.report.alerts import (
    ABOUT_CERTIFICATES,
    NO_APPLICATION_PROTOCOL,
    UNSPECIFIC,
    cause_of_alert,
    fatal_alert,
)
from handfast.handshake.report.building import Placed, build_report
from handfast.handshake.report.causes import WORDINGS, Cause, general_cause
from handfast.handshake.report.party import Party
from handfast.handshake.report.report import Chain
from handfast.handshake.report.step_texts import HandshakeFacts, details
from handfast.handshake.report.wording import capital
from handfast.services.paths.building import Link
from handfast.services.paths.judging import plain_faults

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.handshake.diagnosis import Diagnosis
    from handfast.handshake.live.asking import Complaint, Reply
    from handfast.handshake.live.proxy import Proxy
    from handfast.handshake.report.alerts import Alert
    from handfast.handshake.report.report import Report

#: A refusal under TLS 1.3 comes after the handshake; so long it is waited for, in seconds.
_GRACE_SECONDS: Final = 1.0
#: An answer in HTTP may come from a program behind the one that speaks TLS.
_PATIENCE_SECONDS: Final = 3.0
#: Leaf and root: what nginx verifies as it comes (“ssl_verify_depth 1”).
_NGINX_DEPTH: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to, and how."""

    host: str
    port: int
    #: The name that the certificate is checked for and that is sent (SNI); else the host.
    hostname: str = ""
    #: For all of it, but for the second in which a refusal may follow.
    seconds: float = DEFAULT_TIMEOUT_SECONDS
    proxy: Proxy | None = None
    starttls: str | None = None
    #: Whether it may be called at all.
    network: NetworkPermission = ALLOWED

    @property
    def name(self) -> str:
        return self.hostname or self.host


def probe(target: Target, client: Party, progress: Progress = no_progress) -> Report:
    """Shake hands with ``target`` as ``client``; whatever the other side does is in the report.

    :raises Cancelled: ``progress`` did
    """
    return _Probe(target, client, progress).report()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How closely it is watched what follows a handshake, and whether HTTP is spoken."""

    #: A refusal under TLS 1.3 comes after the handshake; so long it is waited for, in seconds.
    grace_seconds: float = _GRACE_SECONDS
    #: Whether silence is waited out, up to the time of the target, where no session ticket says
    #: that the server has finished too.
    is_patient: bool = False
    #: Whether nothing is waited for where the server asked for no certificate.
    skips_unasked: bool = False
    #: What is asked for over HTTP.
    path: str = "/"
    #: Whether HTTP is offered by ALPN.
    offers_http: bool = True
    #: Whether HTTP is spoken even where the server did not choose it.
    insists_on_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """One connection as facts: what was asked for, how far it came, and how it ended."""

    #: Whether the server asked for a certificate.
    was_asked: bool
    #: Whether our side finished the handshake. Under TLS 1.3 the server may refuse afterwards.
    is_established: bool
    #: Whether a certificate was presented and its key proven.
    has_signed: bool
    #: Whether the server sent a session ticket, which it does once it has finished as well.
    got_ticket: bool
    #: Whether the server sent data of its own accord.
    got_data: bool
    tls: str | None
    #: The fatal alert that was received.
    alert: Alert | None
    #: How the server ended the connection, where it did.
    ending: Ending
    #: The cause code of what hindered it; empty where nothing did.
    code: str
    #: The same in words.
    words: str
    reply: Reply | None
    complaint: Complaint | None
    #: What the server presented, leaf first.
    presented: tuple[Certificate, ...]
    #: Whether HTTP was agreed on by ALPN.
    speaks_http: bool
    #: Whether the connection was tried again because the server refused HTTP in ALPN.
    was_repeated: bool


def encounter(
    target: Target, client: Party, watch: Watch, progress: Progress = no_progress
) -> Encounter:
    """Shake hands with ``target`` as ``client``; the facts, for another to judge.

    :raises Cancelled: ``progress`` did
    """
    return _Probe(target, client, progress, watch).encounter()


class _Probe:
    def __init__(
        self, target: Target, client: Party, progress: Progress, watch: Watch | None = None
    ) -> None:
        self.target, self.client = target, client
        self.watch = watch or Watch()
        #: How the server ended the connection, and whether it sent data.
        self.ending = Ending.NONE
        self.got_data = False
        self.patience = Deadline(target.seconds, progress)
        self.ear = Transcript()
        pairs = client.keys.store.key_pairs if client.keys is not None else ()
        self.choice: Choice | None = (
            # What the oldest version signs with may do: which is spoken is for the server to say.
            choose(pairs, role="client", tls=min(client.tls), alias=client.alias, asked_for=None)
            if client.keys is not None
            else None
        )
        self.trouble: WireError | None = None
        #: Whether our own pair cannot be presented, so that nobody was called.
        self.ours_fails = False
        self.tls: SSL.Connection | None = None
        #: Where it speaks HTTP: what it said to a request, and what that says against us.
        self.reply: Reply | None = None
        self.complaint: Complaint | None = None

    def report(self) -> Report:
        self._call()
        return self._tell()

    def encounter(self) -> Encounter:
        was_repeated = self._call()
        tls, ear, trouble = self.tls, self.ear, self.trouble
        ended = trouble.ending if trouble is not None else Ending.NONE
        return Encounter(
            was_asked="CertificateRequest" in ear.received,
            is_established=ear.established,
            has_signed=self._has_signed(),
            got_ticket="NewSessionTicket" in ear.received,
            got_data=self.got_data,
            tls=tls.get_protocol_version_name().removeprefix("TLSv")
            if tls is not None and "ServerHello" in ear.received
            else None,
            alert=fatal_alert(ear.alerts),
            ending=self.ending if ended is Ending.NONE else ended,
            code=trouble.code if trouble is not None else "",
            words=trouble.words if trouble is not None else "",
            reply=self.reply,
            complaint=self.complaint,
            presented=_presented(tls),
            speaks_http=tls is not None and bool(tls.get_alpn_proto_negotiated()),
            was_repeated=was_repeated,
        )

    def _call(self) -> bool:
        """Connect; whether it took two attempts."""
        # Whoever asks for TLS within another protocol does not speak HTTP there.
        self._try(offers_http=self.target.starttls is None and self.watch.offers_http)
        if self._refusal() != NO_APPLICATION_PROTOCOL:
            return False
        self.ear, self.trouble = Transcript(), None
        self._try(offers_http=False)
        return True

    def _try(self, *, offers_http: bool) -> None:
        pair = self.choice.pair if self.choice is not None else None
        setting = EndpointConfig(side="client", identity=pair, anchors=(), tls=self.client.tls)
        try:
            # What it presents is judged afterwards, in full: here nothing is objected to.
            context = make_context(setting, self.ear, None, lenient=True)
            if offers_http:
                context.set_alpn_protos([HTTP])
            self.tls = SSL.Connection(context, None)
            self._talk(self.tls)
        except WireError as trouble:
            self.trouble = trouble
        except SSL.Error:
            self.trouble = WireError("key-mismatch", tr("your key does not match its certificate"))
            self.ours_fails = True

    def _talk(self, tls: SSL.Connection) -> None:
        target = self.target
        tls.set_connect_state()
        if not is_address(target.name):
            tls.set_tlsext_host_name(target.name.encode("ascii", "replace"))
        with dial(
            target.host,
            target.port,
            self.patience,
            proxy=target.proxy,
            starttls=target.starttls,
            network=target.network,
        ) as plain:
            wire = Wire(plain, tls, self.patience)
            wire.shake_hands()
            self.ear.established = True
            speaks_http = bool(tls.get_alpn_proto_negotiated()) or self.watch.insists_on_http
            if "CertificateRequest" in self.ear.received and speaks_http:
                self._ask(wire)
                return
            self._await_refusal(wire)
            # Silence, data or a farewell: it has not refused.
            self._leave(wire)

    def _await_refusal(self, wire: Wire) -> None:
        if self.watch.skips_unasked and "CertificateRequest" not in self.ear.received:
            return
        waits = [min(self.watch.grace_seconds, self.target.seconds)]
        if self.watch.is_patient and wire.tls.get_protocol_version_name() == "TLSv1.3":
            waits.append(self.target.seconds)
        for seconds in waits:
            self.patience.until(seconds)
            try:
                self.got_data = bool(wire.read(1))
            except WireError as trouble:
                self.ending = trouble.ending
                if self._is_refusal(trouble):
                    raise
                if trouble.code == "timeout" and "NewSessionTicket" not in self.ear.received:
                    continue
            return

    def _ask(self, wire: Wire) -> None:
        """Some tell only in HTTP that they refuse; it has agreed to speak that."""
        self.patience.until(min(_PATIENCE_SECONDS, self.target.seconds))
        try:
            self.reply = ask(wire, self.target.name, self.watch.path)
        except WireError as trouble:
            self.ending = trouble.ending
            # Who hangs up on a request that was agreed on does not want it answered.
            if self._is_refusal(trouble) or trouble.ending is not Ending.NONE:
                raise
        self._leave(wire)
        if self.reply is not None:
            self.complaint = complaint(self.reply, self._ours())

    def _is_refusal(self, trouble: WireError) -> bool:
        """Whether the end of a connection after the handshake says no to our certificate.

        Under TLS 1.3 the server looks at it only then. Node.js closes the connection without an
        alert where it does not like what it sees.
        """
        if trouble.code == "timeout":
            return False
        if self._refusal() is not None:
            return True
        is_new = self.tls is not None and self.tls.get_protocol_version_name() == "TLSv1.3"
        was_asked = "CertificateRequest" in self.ear.received
        return is_new and was_asked and trouble.ending is Ending.WITHOUT_FAREWELL

    def _leave(self, wire: Wire) -> None:
        """Hang up as one does; our farewell is no part of the story."""
        alerts, log = len(self.ear.alerts), len(self.ear.log)
        wire.take_leave()
        del self.ear.alerts[alerts:], self.ear.log[log:]

    def _refusal(self) -> int | None:
        """The fatal alert that it sent."""
        heard = fatal_alert(self.ear.alerts)
        return heard.number if heard is not None else None

    # --- what came of it ---------------------------------------------------------------------

    def _tell(self) -> Report:
        tls, ear = self.tls, self.ear
        chain = _presented(tls)
        server = Party(side="server", name=self.target.name, known_chain=chain)
        asked = None
        if tls is not None and "CertificateRequest" in ear.received:
            asked = tuple(dict.fromkeys(map(name_text, requested_authorities(tls))))
        diagnosis = self._judge(server) if chain else None
        placed = [*self._of_trouble(asked)]
        if diagnosis is not None:
            of_server = [
                (each, story.HOST_CHECK if each.code == "host-mismatch" else story.CLIENT_CHECKS)
                for each in diagnosis.causes
            ]
            placed = [*of_server, *placed]
        heard_hello = "ServerHello" in ear.received
        version = tls.get_protocol_version_name().removeprefix("TLSv") if tls is not None else ""
        scene = HandshakeFacts(
            client=self.client,
            server=server,
            tls=version if heard_hello else max(self.client.tls),
            cipher=tls.get_cipher_name() if tls is not None and heard_hello else None,
            group=group_name(tls) if tls is not None and ear.established else None,
            host=self.target.name,
            server_chain=chain,
            client_chain=self._ours() if asked is not None else (),
            server_path=diagnosis.path if diagnosis is not None else None,
            asked_for=asked,
            client_choice=self.choice if asked is not None else None,
        )
        return build_report(
            scene,
            [Placed(cause=cause, step=step) for cause, step in placed],
            texts=self._texts(scene),
            untried=self._untried(scene),
            tls=scene.tls if heard_hello else None,
            client=outcome_of(ear).view,
            chains=[_draw(chain, diagnosis)] if chain else [],
            presented=chain,
            choice=self.choice.reason if self.choice is not None else "",
            notes=diagnosis.notes if diagnosis is not None else (),
            unknown=self._unknown(chain),
            opinion=library_name(),
        )

    def _ours(self) -> tuple[Certificate, ...]:
        pair = self.choice.pair if self.choice is not None else None
        return pair.chain if pair is not None and not pair.is_locked else ()

    def _presented_alias(self) -> str:
        pair = self.choice.pair if self.choice is not None else None
        return pair.alias if pair is not None and not pair.is_locked else ""

    def _judge(self, server: Party) -> Diagnosis:
        direction = Direction(
            presenter=server,
            verifier=self.client,
            choice=None,
            at=datetime.now(UTC),
            host=self.target.name,
        )
        return diagnose(direction)

    def _judge_ours(self, trouble: WireError) -> tuple[Cause, ...]:
        """What is wrong with our own pair, whoever is called."""
        found = diagnose(
            Direction(
                presenter=self.client,
                verifier=Party(side="server", name=self.target.name),
                choice=self.choice,
                at=datetime.now(UTC),
            )
        )
        return found.causes or (general_cause(trouble.code, "client"),)

    def _of_trouble(self, asked: tuple[str, ...] | None) -> list[tuple[Cause, int]]:
        trouble = self.trouble
        if self.complaint is not None:
            alias = self._presented_alias()
            told = [_told_in_http(self.complaint, length=len(self._ours()), alias=alias)]
            if self.complaint.code == "untrusted" and self._stops_short(asked or ()):
                short = general_cause("missing-intermediate", "client")
                told.append((short, self.complaint.step))
            return told
        if trouble is None:
            return []
        if self.ours_fails:
            return [(each, story.HELLO) for each in self._judge_ours(trouble)]
        number = self._refusal()
        code, side, hint = trouble.code, "server", ""
        # Without a connection nothing was said at all.
        step = story.HELLO if code == "unreachable" else story.ANSWER
        if number is not None:
            code, side = cause_of_alert(number, "client")
        if asked is not None and trouble.code == "refused-by-peer":
            step = story.SERVER_CHECKS
            plain = self._plainly_wrong() if number in UNSPECIFIC else None
            if not self._ours() and (number is None or number in ABOUT_CERTIFICATES):
                code, side, step = "no-identity", "client", story.CLIENT_PRESENTS
            elif self._ours() and not self._has_signed() and number in ABOUT_CERTIFICATES:
                code, side, step = "no-shared-algorithm", "client", story.CLIENT_PROVES
                hint = " " + tr(
                    "Your certificate was not presented: the server accepts no signature "
                    "that its key can create."
                )
            elif plain is not None:
                code, side = plain, "client"
            elif number in UNSPECIFIC and self._is_passed_over(asked):
                # Ours was presented all the same, and taken for a stranger's.
                code, side = "untrusted", "server"
                hint = " " + tr(
                    "The issuer of your certificate is not among the CAs that the server "
                    "names; Java, as a client, would then present nothing."
                )
        if trouble.code == "wrong-password":
            side, step = "client", story.HELLO
        words = WORDINGS[code]
        said = (
            " " + tr("The server sent the alert {alert}.", alert=self._alert_text())
            if number is not None
            else ""
        )
        seen = (
            " " + tr("Details: {words}.", words=trouble.words)
            if trouble.words and number is None
            else ""
        )
        meaning = _distrusted() if code == "untrusted" and side == "server" else words.meaning
        message = f"{words.title}. {meaning}{said}{hint}{seen}"
        if code == "wrong-format":
            return [(wording.unreadable_on_the_wire("server", trouble.words), story.CLIENT_CHECKS)]
        if trouble.remedy:
            # It says all by itself: that of a proxy is no password of a store.
            message = f"{capital(trouble.words)}."
        cause = Cause(
            code=code,
            side="client" if side == "client" else "server",
            message=message,
            remedy=trouble.remedy
            or (_send_it() if code == "untrusted" and side == "server" else words.remedy),
            is_proxy_sign_in=trouble.is_proxy_sign_in,
            refused_alias=self._presented_alias(),
        )
        told = [(cause, step)]
        pair = self.choice.pair if self.choice is not None else None
        if code == "no-identity" and pair is not None and pair.is_locked:
            # There is one, and why it stayed away is known here.
            told = [(each, step) for each in self._judge_ours(trouble)]
        if code == "untrusted" and self._stops_short(asked or ()):
            told.append((general_cause("missing-intermediate", "client"), step))
        return told

    def _has_signed(self) -> bool:
        """Whether we proved our key; a client that cannot sends an empty certificate."""
        return "CertificateVerify" in self.ear.sent

    def _plainly_wrong(self) -> str | None:
        """What is wrong with our certificates whoever looks at them, the gravest first."""
        ours = self._ours()
        found = plain_faults(ours, "client", datetime.now(UTC)) if ours else ()
        return found[0].code if found else None

    def _alert_text(self) -> str:
        heard = fatal_alert(self.ear.alerts)
        return f"{heard.name} ({heard.number})" if heard is not None else ""

    def _is_passed_over(self, asked: tuple[str, ...]) -> bool:
        return bool(asked) and not any(each.issuer in asked for each in self._ours())

    def _stops_short(self, asked: tuple[str, ...]) -> bool:
        """Whether our chain ends below a root, and at none of those that the server names."""
        ours = self._ours()
        return bool(ours) and not ours[-1].is_self_signed and ours[-1].issuer not in asked

    def _texts(self, scene: HandshakeFacts) -> dict[int, str]:
        texts = details(scene)
        if self.reply is not None:
            texts[story.CLIENT_SENDS] = tr(
                "It sent a request for “/” over HTTP, which the server had chosen."
            )
            texts[story.SERVER_SENDS] = tr("It answered: “{line}”.", line=shorten(self.reply.line))
        if scene.asked_for is not None:
            texts[story.SERVER_CHECKS] = (
                tr("It did not refuse while Handfast waited.")
                if self.reply is None
                else tr("It answered a request and did not refuse.")
            )
        return texts

    def _untried(self, scene: HandshakeFacts) -> dict[int, str]:
        """The steps that were left out, and why."""
        found = {}
        if self.reply is None:
            found[story.CLIENT_SENDS] = tr(
                "Skipped: a probe sends nothing to a program that it does not know."
            )
            found[story.SERVER_SENDS] = tr("Skipped, for the same reason.")
        if self.client.trust is None:
            found[story.CLIENT_CHECKS] = tr("Not checked: no trust store was given.")
        if scene.asked_for is None:
            for number in (story.CLIENT_PRESENTS, story.CLIENT_PROVES, story.SERVER_CHECKS):
                found[number] = tr(
                    "The server did not ask for a certificate. Some servers ask only after a "
                    "request, for some paths."
                )
        return found

    def _unknown(self, chain: tuple[Certificate, ...]) -> tuple[str, ...]:
        if chain and self.client.trust is None:
            return (tr("Whether you trust the server: no trust store was given."),)
        return ()


def _distrusted() -> str:
    """Whose trust store lacks what: that of a server that we call."""
    return tr(
        "The server’s trust store contains neither your certificate nor the CA that it leads to."
    )


def _send_it() -> str:
    return tr(
        "Send your certificate, or that of its CA, to the operator of the server: it belongs in "
        "the server’s trust store."
    )


def _told_in_http(said: Complaint, *, length: int = 0, alias: str = "") -> tuple[Cause, int]:
    words = WORDINGS[said.code]
    is_distrusted = said.code == "untrusted" and said.side == "server"
    message = tr(
        "{title}. {meaning} The server completed the handshake and reported over HTTP: “{words}”.",
        title=words.title,
        meaning=_distrusted() if is_distrusted else words.meaning,
        words=said.words,
    )
    if said.code == "untrusted" and length > _NGINX_DEPTH:
        message += " " + tr(
            "nginx reports the same for a chain that is longer than its “ssl_verify_depth”."
        )
    cause = Cause(
        code=said.code,
        side=said.side,
        message=message,
        remedy=_send_it() if is_distrusted else words.remedy,
        refused_alias=alias,
    )
    return cause, said.step


def _presented(tls: SSL.Connection | None) -> tuple[Certificate, ...]:
    return tuple(map(Certificate, presented_chain(tls))) if tls is not None else ()


def _draw(chain: tuple[Certificate, ...], diagnosis: Diagnosis | None) -> Chain:
    path = diagnosis.path if diagnosis is not None else None
    if path is None:
        links = tuple(Link(certificate=each, was_sent=True) for each in chain)
        return Chain(presenter="server", links=links)
    return Chain(presenter="server", links=path.links, is_trusted=path.anchor is not None)
