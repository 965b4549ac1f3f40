"""Rehearsing mutual TLS: two parties, their four stores, and a real handshake in memory."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL

from handfast.core.language import tr
from handfast.handshake.diagnosis import Diagnosis, Direction, diagnose, known_revocation_lists
from handfast.handshake.engine.engine import (
    MAX_AUTHORITIES_BYTES,
    EndpointConfig,
    authorities_size,
    library_name,
    run,
)
from handfast.handshake.engine.identity_choice import Choice, choose
from handfast.handshake.report import story, wording_pairs
from handfast.handshake.report.building import Placed, build_report
from handfast.handshake.report.causes import WORDINGS
from handfast.handshake.report.party import other_side
from handfast.handshake.report.report import Chain
from handfast.handshake.report.step_texts import HandshakeFacts, details
from handfast.handshake.report.verdicts import causes_of_run
from handfast.services.paths.building import Link, anchors_of
from handfast.services.paths.hosts import is_for_host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.engine.engine import Run
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Party, Side
    from handfast.handshake.report.report import Report, View

#: At which step a cause shows, for whoever presents: presenting, proving, being checked.
_AT_PRESENTING: Final = frozenset(
    ("no-identity", "key-password", "wrong-format", "wrong-password", "no-shared-algorithm",
     "ca-list-mismatch")
)  # fmt: skip
_STEPS: Final[dict[Side, tuple[int, int, int]]] = {
    "server": (story.SERVER_PRESENTS, story.SERVER_PROVES, story.CLIENT_CHECKS),
    "client": (story.CLIENT_PRESENTS, story.CLIENT_PROVES, story.SERVER_CHECKS),
}


def rehearse(client: Party, server: Party, *, host: str = "", at: datetime | None = None) -> Report:
    """What would come of the two talking to each other now, or at a moment.

    ``host`` is what the client connects to; empty to check none. Where a party’s private keys or
    trust store are not known, what can be checked without them is, and ``unknown`` says the rest.
    """
    return _Rehearsal(client, server, host, at).report()


class _Rehearsal:
    def __init__(self, client: Party, server: Party, host: str, at: datetime | None) -> None:
        self.client, self.server, self.host, self.given = client, server, host, at
        self.at = at or datetime.now(UTC)
        self.pool = _pool(client, server)
        self.from_server = self._direction(server, client, None)
        trust = server.trust
        names = {each.certificate.subject_key for each in anchors_of(trust.store)} if trust else ()
        self.from_client = self._direction(client, server, names)

    def _direction(
        self, presenter: Party, verifier: Party, asked_for: set[bytes] | tuple[()] | None
    ) -> Direction:
        choice: Choice | None = None
        if presenter.keys is not None:
            pairs = presenter.keys.store.key_pairs
            choice = choose(
                pairs,
                role=presenter.side,
                tls=presenter.spoken_with(verifier),
                alias=presenter.alias,
                asked_for=asked_for,
            )
        return Direction(
            presenter=presenter,
            verifier=verifier,
            choice=choice,
            at=self.at,
            host=self.host if presenter.side == "server" else "",
            pool=self.pool,
            revocation_lists=known_revocation_lists(verifier, self.pool),
        )

    def report(self) -> Report:
        server, client = diagnose(self.from_server), diagnose(self.from_client)
        placed = [
            *self._versions(),
            *_place(server.causes, "server"),
            *_place(client.causes, "client"),
            *self._too_many_names(),
        ]
        ran = self._run(server, client)
        if ran is not None and not ran.ok and not placed:
            # None of our own rules knows it. Again, to hear all that OpenSSL objects to.
            thorough = self._run(server, client, lenient=True) or ran
            heard = thorough if not thorough.ok or _objections(thorough) else ran
            placed = [
                Placed(cause=cause, step=step)
                for cause, step in causes_of_run(heard, self.client, self.server)
            ]
        scene = self._scene(ran, server, client)
        return build_report(
            scene,
            placed,
            texts=details(scene),
            untried={} if self._is_complete() else self._unknown_steps(),
            tls=ran.tls if ran is not None else None,
            client=_annotated(ran.client.view, scene, "client") if ran is not None else None,
            server=_annotated(ran.server.view, scene, "server") if ran is not None else None,
            chains=[
                _draw(direction, diagnosis)
                for direction, diagnosis in (
                    (self.from_server, server),
                    (self.from_client, client),
                )
            ],
            choice=scene.client_choice.reason if scene.client_choice is not None else "",
            notes=(*server.notes, *client.notes),
            unknown=self._unknown(),
            opinion=library_name(),
        )

    def _versions(self) -> list[Placed]:
        if set(self.client.tls) & set(self.server.tls):
            return []
        older, newer = sorted((self.client, self.server), key=lambda each: max(each.tls))
        return [Placed(cause=wording_pairs.tls_version(older, newer), step=story.ANSWER)]

    def _too_many_names(self) -> list[Placed]:
        trust = self.server.trust
        anchors = anchors_of(trust.store) if trust is not None else ()
        if authorities_size([each.certificate for each in anchors]) <= MAX_AUTHORITIES_BYTES:
            return []
        versions = set(self.client.tls) & set(self.server.tls)
        cause = wording_pairs.too_many_authorities(
            self.server, len(anchors), is_old=versions == {"1.2"}
        )
        return [Placed(cause=cause, step=story.SERVER_ASKS)]

    # --- the handshake itself ---------------------------------------------------------------

    def _run(self, server: Diagnosis, client: Diagnosis, *, lenient: bool = False) -> Run | None:
        if not self._is_complete() or not (server.is_presentable and client.is_presentable):
            return None
        ours, theirs = self._setting(self.from_client), self._setting(self.from_server)
        try:
            return run(ours, theirs, host=self.host, at=self.given, lenient=lenient)
        except SSL.Error:
            # OpenSSL does not read a certificate; that is told by who verified it.
            return None

    def _is_complete(self) -> bool:
        return all(
            party.keys is not None and party.trust is not None
            for party in (self.client, self.server)
        )

    def _setting(self, direction: Direction) -> EndpointConfig:
        party, host = direction.presenter, self.host
        trust = party.trust
        anchors = anchors_of(trust.store) if trust is not None else ()
        return EndpointConfig(
            side=party.side,
            identity=direction.pair,
            anchors=tuple(each.certificate for each in anchors),
            tls=party.tls,
            revocation_lists=known_revocation_lists(party, self.pool),
            approves=(
                (lambda certificate: is_for_host(certificate, host))
                if party.side == "client" and host
                else None
            ),
        )

    # --- telling it ---------------------------------------------------------------------------

    def _scene(self, ran: Run | None, server: Diagnosis, client: Diagnosis) -> HandshakeFacts:
        common = set(self.client.tls) & set(self.server.tls)
        spoken = ran.tls if ran is not None and ran.tls else max(common or self.client.tls)
        trust = self.server.trust
        asked = None
        if trust is not None:
            subjects = [each.certificate.subject for each in anchors_of(trust.store)]
            asked = tuple(dict.fromkeys(subjects))
        return HandshakeFacts(
            client=self.client,
            server=self.server,
            tls=spoken,
            cipher=ran.cipher if ran is not None else None,
            group=ran.group if ran is not None else None,
            host=self.host,
            server_chain=self.from_server.chain,
            client_chain=self.from_client.chain,
            server_path=server.path,
            client_path=client.path,
            asked_for=asked,
            server_choice=self.from_server.choice,
            client_choice=self.from_client.choice,
        )

    def _unknown_steps(self) -> dict[int, str]:
        """Steps that cannot be tried without what the partner keeps to itself, and why."""
        found: dict[int, str] = dict.fromkeys(
            (story.HELLO, story.ANSWER, story.BOTH_FINISH, story.CLIENT_SENDS, story.SERVER_SENDS),
            tr("Skipped: this step needs both private keys."),
        )
        for party in (self.client, self.server):
            presents, proves, _ = _STEPS[party.side]
            checks = _STEPS[other_side(party.side)][2]
            if party.keys is None:
                found[proves] = tr(
                    "Not known: only {party} has the private key.", party=party.title
                )
                if not party.known_chain:
                    found[presents] = tr(
                        "Not known: the certificate of {party} is not available.", party=party.title
                    )
            if party.trust is None:
                found[checks] = tr(
                    "Not known: the trust store of {party} is not available.", party=party.title
                )
                if party.side == "server":
                    found[story.SERVER_ASKS] = found[checks]
        return found

    def _unknown(self) -> tuple[str, ...]:
        found: list[str] = []
        for party in (self.client, self.server):
            if party.keys is None:
                found.append(
                    tr(
                        "Whether {party} has the private key of the certificate, and sends "
                        "the chain that is known here.",
                        party=party.title,
                    )
                )
            if party.trust is None:
                found.append(tr("Which certificates {party} trusts.", party=party.title))
        if found:
            found.append(tr("Which versions and ciphers the other side supports."))
        return tuple(found)


def _objections(ran: Run) -> bool:
    return bool(ran.client.objections or ran.server.objections)


def _pool(*parties: Party) -> tuple[Certificate, ...]:
    """Every certificate that any party has, once."""
    found: dict[Certificate, None] = {}
    for party in parties:
        for held in (party.keys, party.trust):
            for entry in held.store.entries if held is not None else ():
                found.update(dict.fromkeys(entry.chain))
        found.update(dict.fromkeys(party.known_chain))
    return tuple(found)


def _place(causes: Sequence[Cause], presenter: Side) -> list[Placed]:
    presents, proves, checked = _STEPS[presenter]
    placed = []
    for cause in causes:
        if cause.code in _AT_PRESENTING:
            step = presents
        elif cause.code in {"key-mismatch", "chain-order"}:
            step = proves
        elif cause.code == "host-mismatch":
            step = story.HOST_CHECK
        else:
            step = checked
        placed.append(Placed(cause=cause, step=step))
    return placed


def _draw(direction: Direction, diagnosis: Diagnosis) -> Chain:
    side = direction.presenter.side
    if diagnosis.path is None:
        links = tuple(Link(certificate=each, was_sent=True) for each in direction.chain)
        return Chain(presenter=side, links=links)
    troubles = {
        each.certificate: each.detail or WORDINGS[each.code].title
        for each in reversed(direction.judge(diagnosis.path))
    }
    return Chain(
        presenter=side,
        links=tuple(
            dataclasses.replace(link, trouble=troubles.get(link.certificate, ""))
            for link in diagnosis.path.links
        ),
        is_trusted=diagnosis.path.anchor is not None,
    )


def _annotated(view: View, scene: HandshakeFacts, side: Side) -> View:
    """The messages with what was in them, as far as that matters here."""
    chains = {"client": scene.client_chain, "server": scene.server_chain}
    partner = other_side(side)

    def about(message: str, sender: Side) -> str:
        match message:
            case "Certificate":
                names = ", ".join(each.common_name or each.subject for each in chains[sender])
                return f"Certificate ({names or 'none'})"
            case "CertificateRequest":
                count = len(scene.asked_for or ())
                return f"CertificateRequest ({count} CA{'' if count == 1 else 's'})"
            case "ClientHello" if scene.host:
                return f"ClientHello (host {scene.host})"
        return message

    return dataclasses.replace(
        view,
        sent=tuple(about(each, side) for each in view.sent),
        received=tuple(about(each, partner) for each in view.received),
    )
