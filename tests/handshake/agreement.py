"""How often real programs agree with the rehearsal, and where they are known not to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.handshake.report.party import TLS_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handfast.handshake.report.party import Tls
    from handfast.handshake.report.report import Report

#: Under which a test keeps what it compared; a report carries it wherever the test ran.
PROPERTY = "agreement"
OF_PROGRAMS = "agreement of five programs"
AGREED, KNOWN, DISAGREED = "agreed", "known", "disagreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A set-up that a program lets pass though the rehearsal fails."""

    reason: str
    #: What the person reads of it beside the cause.
    told: str
    tls: tuple[Tls, ...] = TLS_VERSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One set-up in one version, as the rehearsal and a program saw it."""

    peer: str
    setup: str
    tls: Tls
    report: Report
    talks: bool
    known: Known | None = None

    @property
    def verdict(self) -> str:
        if self.report.ok == self.talks:
            return AGREED
        return KNOWN if self.known is not None and self.talks else DISAGREED

    def check(self) -> None:
        """Fails on what is not listed, what is listed in vain, and what nobody is told of."""
        if self.known is None:
            assert self.verdict == AGREED, (self.talks, self.report.causes)
            return
        assert self.verdict == KNOWN, f"{self.setup} need not be listed any more"
        (cause, *_) = self.report.causes
        assert self.known.told in f"{cause.message} {cause.remedy}"

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        reason = self.known.reason if self.known is not None else ""
        return self.peer, self.setup, self.tls, self.verdict, reason


def told(lines: Iterable[tuple[str, str, str, str, str]]) -> Iterator[str]:
    """A table of the figures, then each disagreement with its reason."""
    counts: Counter[tuple[str, str, str]] = Counter()
    apart: dict[tuple[str, str, str, str], list[str]] = {}
    for peer, setup, tls, verdict, reason in sorted(lines):
        counts[peer, tls, verdict] += 1
        if verdict != AGREED:
            apart.setdefault((verdict, peer, setup, reason), []).append(tls)
    row = "{:<10} {:<4} {:>8} {:>8} {:>8} {:>10}".format
    yield row("peer", "TLS", "set-ups", AGREED, KNOWN, DISAGREED)
    for peer, tls in sorted({(peer, tls) for peer, tls, _ in counts}):
        found = [counts[peer, tls, verdict] for verdict in (AGREED, KNOWN, DISAGREED)]
        yield row(peer, tls, sum(found), *found)
    for (verdict, peer, setup, reason), versions in sorted(apart.items()):
        yield f"{verdict}: {peer}, {setup}, TLS {' and '.join(versions)}: {reason or 'not listed'}"
