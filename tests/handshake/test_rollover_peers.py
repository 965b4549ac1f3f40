"""Each cell of a roll-over's plan beside real programs: OpenSSL and Java, with the same pairs.

Self-signed and CA-issued pairs, pinned and trusted by their CA; client, server, and both change;
before the window, within it, and after it, by the dates of the certificates.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import pytest

from handfast.handshake.rollover import Generation, RehearsedMoment, RollingSide, plan_rollover
from handfast.services.paths.peers import Peer
from tests.handshake.making import CLIENT, HOST, SERVER, Made, make, party, store, trusting
from tests.handshake.setups import Case
from tests.handshake.test_agreement import java_talks
from tests.handshake.test_agreement_openssl import openssl_talks

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.handshake.report.party import Party, Side
    from tests.support.tools import JavaPeer, Tool

#: When the old certificate ends and the new one begins, in days from now.
PHASES: Final = {"before": (20, 5), "within": (20, -1), "after": (-1, -5)}
USAGES: Final = {"client": CLIENT, "server": SERVER}


class Rolling:
    """One side: its old and new pair, or one pair that stays; and what the other trusts of it."""

    def __init__(self, side: Side, kind: str, phase: str, *, changes: bool) -> None:
        root = make(f"{side} CA", ca=True, ends=900) if kind != "self-signed" else None
        ends, starts = PHASES[phase]
        if not changes:
            ends = 300

        def pair(first: int, last: int) -> Made:
            return make(
                f"{side}", by=root, usages=[USAGES[side]], starts=first, ends=last, sans=(HOST,)
            )

        self.old = pair(-30, ends)
        self.new = pair(starts, 300) if changes else None
        pinned = [self.old, *([self.new] if self.new is not None else [])]
        self.anchors = pinned if kind != "by its CA" or root is None else [root]


def sides(kind: str, who: str, phase: str) -> tuple[RollingSide, RollingSide]:
    """Both sides, each trusting old and new of the other."""
    client = Rolling("client", kind, phase, changes=who != "server")
    server = Rolling("server", kind, phase, changes=who != "client")

    def rolling(side: Side, own: Rolling, other: Rolling) -> RollingSide:
        # One pair in a keystore, as a program has it that chooses by itself.
        trust = trusting(*other.anchors)
        return RollingSide(
            party=party(side, store(own.old.pair("old")), trust),
            next_party=party(side, store(own.new.pair("new")), trust)
            if own.new is not None
            else None,
        )

    return rolling("client", client, server), rolling("server", server, client)


def refuses(cell: RehearsedMoment, peer: Peer) -> bool:
    """Whether the plan says that this program refuses the handshake."""
    return any(
        peer in cause.refused_by and not cause.is_minor
        # That a clock may be wrong is a guess beside what expired.
        for cause in cell.causes
        if cause.code != "clock"
    )


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("who", ["client", "server", "both"])
@pytest.mark.parametrize("kind", ["self-signed", "pinned", "by its CA"])
def test_each_cell_is_what_openssl_and_java_do(
    kind: str, who: str, phase: str, openssl: Tool, java: JavaPeer, tmp_path: Path
) -> None:
    client, server = sides(kind, who, phase)
    plan = plan_rollover(client, server, host=HOST)
    # The cells of today, which the programs can be asked about without another clock.
    today = [cell for cell in plan.matrix if cell.at == plan.matrix[0].at]
    assert len(today) == len(client.generations) * len(server.generations)
    for number, cell in enumerate(today):
        folder = tmp_path / str(number)
        folder.mkdir()
        case = Case(
            client=_only(client, cell.client),
            server=_only(server, cell.server),
            code="",
            side="client",
        )
        told = (kind, who, phase, cell.client, cell.server, [c.code for c in cell.causes])
        assert openssl_talks(openssl, folder, case) is not refuses(cell, Peer.OPENSSL), told
        assert java_talks(java, folder, case) is not refuses(cell, Peer.JAVA), told
    # What the plan concludes: nobody switches before the new one begins, and where only the dates
    # decide, there is a window within its time.
    if kind != "pinned":
        by_pair = {(cell.client, cell.server): cell.ok for cell in today}
        assert all(by_pair.values()) is (phase == "within")
        assert (plan.window is not None and plan.window[0] > plan.start) is (phase == "before")


def _only(side: RollingSide, generation: Generation) -> Party:
    """The side with the pair that it presents, in TLS 1.3."""
    chosen = side.presenting(generation, with_next_trust=True)
    return dataclasses.replace(chosen, tls=("1.3",))
