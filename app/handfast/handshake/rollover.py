"""A roll-over proven: old and new pairs of both sides, rehearsed at every moment that matters."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from enum import Enum
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.handshake.rehearsal import rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Party, Side

#: Clocks of two parties differ by less; no moment nearer to a change is rehearsed.
_MARGIN: Final = dt.timedelta(minutes=2)
#: How far the plan looks where no old certificate ends.
_HORIZON: Final = dt.timedelta(days=366)
#: What the other side mends by trusting the new certificate.
_ABOUT_TRUST: Final = frozenset(
    {"untrusted", "stale-certificate", "ca-list-mismatch", "empty-trust-store"}
)
_SIDES: Final[tuple[Side, Side]] = ("client", "server")


class Generation(Enum):
    """Which of its two pairs a side presents."""

    OLD = "old"
    NEW = "new"


class StepKind(Enum):
    """What is to be done in a roll-over."""

    TRUST_NEW = "trust-new"
    SWITCH = "switch"
    DROP_OLD = "drop-old"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingSide:
    """One side: as it is today, and what changes; None where nothing does."""

    #: With the old pair and the present trust store.
    party: Party
    #: With the new pair.
    next_party: Party | None = None
    #: The trust store as it will be.
    next_trust: Party | None = None

    def presenting(self, generation: Generation, *, with_next_trust: bool) -> Party:
        """The side with its old or new pair, and its present or next trust store."""
        chosen = self.party
        if generation is Generation.NEW and self.next_party is not None:
            chosen = self.next_party
        if with_next_trust and self.next_trust is not None:
            return dataclasses.replace(chosen, trust=self.next_trust.trust)
        return chosen

    @property
    def generations(self) -> tuple[Generation, ...]:
        """Old, and new where there is a new pair."""
        if self.next_party is None:
            return (Generation.OLD,)
        return (Generation.OLD, Generation.NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedMoment:
    """One cell of the matrix."""

    at: dt.datetime
    client: Generation
    server: Generation
    ok: bool
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverStep:
    """One thing to do, on which side, and by when; None for at once, or whenever it suits."""

    kind: StepKind
    side: Side
    by: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchTime:
    """When one side may switch to its new pair; None where it never works."""

    side: Side
    earliest: dt.datetime | None
    #: The last safe moment: from then on its old pair is refused.
    latest: dt.datetime | None


class RiskKind(Enum):
    """What would break a roll-over that is carried out carelessly."""

    #: The other side trusts the old certificate itself, and refuses the new one until it learns it.
    PINNED_LEAF = "pinned-leaf"
    #: The other side does not trust the CA of the new certificate.
    NEW_CA = "new-ca"
    #: The server does not ask for the issuer of the new certificate, so that some clients do not
    #: present it.
    CA_LIST = "ca-list"
    #: Another CA issued the new certificate than the old one, so that another chain is presented.
    NEW_INTERMEDIATE = "new-intermediate"
    #: The new certificate does not hold all names of the old one.
    NAMES = "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverRisk:
    """One thing to look out for, and the side whose new pair brings it."""

    kind: RiskKind
    side: Side
    #: What it is about: the certificate that the other side must learn, or a name.
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverPlan:
    """What was proven."""

    #: The moment from which it is planned.
    start: dt.datetime

    ok: bool
    #: The time in which every combination of old and new works; None where there is none.
    window: tuple[dt.datetime, dt.datetime] | None
    matrix: tuple[RehearsedMoment, ...]
    steps: tuple[RolloverStep, ...]
    #: One for each side that switches.
    switches: tuple[SwitchTime, ...] = ()
    risks: tuple[RolloverRisk, ...] = ()


def plan_rollover(
    client: RollingSide, server: RollingSide, *, host: str = "", now: dt.datetime | None = None
) -> RolloverPlan:
    """Rehearse every combination between today and the end of the old certificates.

    What a certificate is worth changes only at its two dates, so that one rehearsal between any
    two dates of any certificate proves every day between them.
    """
    start = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    moments = _moments(client, server, start)
    matrix = []
    windows: list[tuple[dt.datetime, dt.datetime, bool]] = []
    for begin, end in itertools.pairwise(moments):
        at = begin + min(_MARGIN, (end - begin) / 2)
        cells = list(_cells(client, server, at, host))
        matrix += cells
        windows.append((begin, end, all(cell.ok for cell in cells)))
    window = _first_window(windows)
    switches = tuple(
        _switch_time(name, moments, matrix)
        for name, side in zip(_SIDES, (client, server), strict=True)
        if side.next_party is not None
    )
    last = [cell for cell in matrix if cell.at >= moments[-2]]
    at_end = next(
        (
            cell
            for cell in last
            if cell.client is client.generations[-1] and cell.server is server.generations[-1]
        ),
        None,
    )
    return RolloverPlan(
        start=start,
        ok=window is not None and at_end is not None and at_end.ok,
        window=window,
        matrix=tuple(matrix),
        steps=tuple(_steps(client, server, window, start, host, switches)),
        switches=switches,
        risks=tuple(_risks(client, server, start, host)),
    )


def _moments(client: RollingSide, server: RollingSide, start: dt.datetime) -> list[dt.datetime]:
    """Today, each date at which something begins or ends, and a day after the last old end."""
    dates = set()
    old_ends = []
    for side in (client, server):
        leaves = [chain[0] for chain in _chains(side.party) if chain]
        if side.next_party is not None:
            old_ends += [each.not_after for each in leaves if each.not_after is not None]
        for party in (side.party, side.next_party, side.next_trust):
            if party is not None:
                dates |= set(_dates(party))
    end = max(old_ends, default=start + _HORIZON) + dt.timedelta(days=1)
    end = max(end, start + dt.timedelta(days=1))
    between = sorted(each for each in dates if start < each < end)
    return [start, *between, end]


def _dates(party: Party) -> Iterator[dt.datetime]:
    certificates: list[Certificate] = [each for chain in _chains(party) for each in chain]
    if party.trust is not None:
        certificates += [each for entry in party.trust.store.entries for each in entry.chain]
    for each in certificates:
        if each.not_before is not None:
            yield each.not_before
        if each.not_after is not None:
            # A certificate counts up to and including its last second.
            yield each.not_after + dt.timedelta(seconds=1)


def _chains(party: Party) -> list[tuple[Certificate, ...]]:
    if party.keys is None:
        return [party.known_chain]
    pairs = party.keys.store.key_pairs
    if party.alias is not None:
        pairs = tuple(each for each in pairs if each.alias.casefold() == party.alias.casefold())
    return [pair.chain for pair in pairs]


def _cells(
    client: RollingSide, server: RollingSide, at: dt.datetime, host: str
) -> Iterator[RehearsedMoment]:
    for ours, theirs in itertools.product(client.generations, server.generations):
        report = rehearse(
            client.presenting(ours, with_next_trust=True),
            server.presenting(theirs, with_next_trust=True),
            host=host,
            at=at,
        )
        yield RehearsedMoment(at=at, client=ours, server=theirs, ok=report.ok, causes=report.causes)


def _first_window(
    windows: Sequence[tuple[dt.datetime, dt.datetime, bool]],
) -> tuple[dt.datetime, dt.datetime] | None:
    """The first unbroken time in which all works."""
    begin = end = None
    for start, stop, works in windows:
        if works:
            begin = begin if begin is not None else start
            end = stop
        elif begin is not None:
            break
    return (begin, end) if begin is not None and end is not None else None


def _steps(
    client: RollingSide,
    server: RollingSide,
    window: tuple[dt.datetime, dt.datetime] | None,
    now: dt.datetime,
    host: str,
    switches: Sequence[SwitchTime],
) -> Iterator[RolloverStep]:
    """Trust first, then switch, then drop: in this order nothing ever fails between."""
    sides: dict[Side, RollingSide] = {"client": client, "server": server}
    begin = window[0] if window is not None else None
    latest = {each.side: each.latest for each in switches}
    for name in _SIDES:
        other: Side = "server" if name == "client" else "client"
        if sides[name].next_party is not None and _must_learn(client, server, name, now, host):
            by = begin if begin is not None and begin > now else None
            yield RolloverStep(kind=StepKind.TRUST_NEW, side=other, by=by)
    for name in _SIDES:
        if sides[name].next_party is not None:
            # Where old and new never work together, there is no safe day.
            by = latest[name] if window is not None else None
            yield RolloverStep(kind=StepKind.SWITCH, side=name, by=by)
    for name in _SIDES:
        other = "server" if name == "client" else "client"
        if sides[name].next_party is not None:
            yield RolloverStep(kind=StepKind.DROP_OLD, side=other, by=None)


def _must_learn(
    client: RollingSide, server: RollingSide, name: Side, now: dt.datetime, host: str
) -> bool:
    """Whether the other side, with its present trust store, refuses the new pair of a side."""
    if (client if name == "client" else server).next_party is None:
        return False
    return bool(_causes_unprepared(client, server, name, now, host))


def _causes_unprepared(
    client: RollingSide, server: RollingSide, name: Side, now: dt.datetime, host: str
) -> tuple[Cause, ...]:
    """Why the other side, with its present trust store, does not trust the new pair; none if it
    does.
    """
    fresh = (client if name == "client" else server).next_party
    starts = [chain[0].not_before for chain in _chains(fresh) if chain] if fresh else []
    begins = max((each for each in starts if each is not None), default=now)
    report = rehearse(
        client.presenting(
            Generation.NEW if name == "client" else Generation.OLD, with_next_trust=False
        ),
        server.presenting(
            Generation.NEW if name == "server" else Generation.OLD, with_next_trust=False
        ),
        host=host,
        at=max(now, begins + _MARGIN),
    )
    if report.ok:
        return ()
    return tuple(each for each in report.causes if each.code in _ABOUT_TRUST)


def _switch_time(
    name: Side, moments: Sequence[dt.datetime], matrix: Sequence[RehearsedMoment]
) -> SwitchTime:
    """From when the new pair of a side works, and until when its old one does."""
    earliest = latest = None
    is_unbroken = True
    for begin, end in itertools.pairwise(moments):
        at = begin + min(_MARGIN, (end - begin) / 2)
        cells = [cell for cell in matrix if cell.at == at]

        def works(generation: Generation, cells: list[RehearsedMoment] = cells) -> bool:
            # With whichever pair the other side has by then.
            return any(
                cell.ok
                for cell in cells
                if (cell.client if name == "client" else cell.server) is generation
            )

        if earliest is None and works(Generation.NEW):
            earliest = begin
        is_unbroken = is_unbroken and works(Generation.OLD)
        if is_unbroken:
            latest = end
    return SwitchTime(side=name, earliest=earliest, latest=latest)


def _risks(
    client: RollingSide, server: RollingSide, now: dt.datetime, host: str
) -> Iterator[RolloverRisk]:
    sides: dict[Side, RollingSide] = {"client": client, "server": server}
    for name in _SIDES:
        own, other = sides[name], sides["server" if name == "client" else "client"]
        if own.next_party is None:
            continue
        old = next((chain for chain in _chains(own.party) if chain), ())
        new = next((chain for chain in _chains(own.next_party) if chain), ())
        if not old or not new:
            continue
        yield from _chain_risks(name, old, new)
        causes = _causes_unprepared(client, server, name, now, host)
        if (
            name == "client"
            and other.party.trust is not None
            and _is_left_out(own.next_party, other.party, now, host)
            and not _is_left_out(own.party, other.party, now, host)
        ):
            yield RolloverRisk(kind=RiskKind.CA_LIST, side=name, subject=new[0].issuer)
        if causes:
            trusted = other.party.trust.store.trusted if other.party.trust is not None else ()
            is_pinned = any(each.certificate == old[0] for each in trusted)
            yield RolloverRisk(
                kind=RiskKind.PINNED_LEAF if is_pinned else RiskKind.NEW_CA,
                side=name,
                subject=(new[0] if is_pinned else new[-1]).subject,
            )


def _is_left_out(client: Party, server: Party, now: dt.datetime, host: str) -> bool:
    """Whether a client that chooses by itself presents nothing: its issuer is not asked for.

    Asked of the pair alone, since one that is named is presented whatever the server asks for.
    """
    if client.keys is None:
        return False
    store = client.keys.store
    wanted = (client.alias or "").casefold()
    pairs = tuple(each for each in store.key_pairs if not wanted or each.alias.casefold() == wanted)
    alone = dataclasses.replace(
        client,
        keys=dataclasses.replace(client.keys, store=dataclasses.replace(store, entries=pairs)),
        alias=None,
    )
    report = rehearse(alone, server, host=host, at=now + _MARGIN)
    return any(each.code == "ca-list-mismatch" for each in report.causes)


def _chain_risks(
    name: Side, old: tuple[Certificate, ...], new: tuple[Certificate, ...]
) -> Iterator[RolloverRisk]:
    if not new[0].is_self_signed and new[0].issuer_der != old[0].issuer_der:
        yield RolloverRisk(kind=RiskKind.NEW_INTERMEDIATE, side=name, subject=new[0].issuer)
    elif old[1:] and new[1:] and old[1] != new[1]:
        yield RolloverRisk(kind=RiskKind.NEW_INTERMEDIATE, side=name, subject=new[1].subject)
    missing = [each for each in old[0].san if each not in new[0].san]
    if missing:
        yield RolloverRisk(kind=RiskKind.NAMES, side=name, subject=missing[0])
