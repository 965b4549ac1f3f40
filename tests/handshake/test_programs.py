"""Five programs with the same set-ups: where they agree we agree, and where not we say who.

The figures are printed at the end of the run. What is fixed here is every single answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.handshake.rehearsal import rehearse
from handfast.services.paths.peers import Peer
from tests.handshake.peers.constraints import CONSTRAINED
from tests.handshake.peers.drawn import DRAWN
from tests.handshake.peers.encodings import ENCODED
from tests.handshake.peers.kinds import KINDS
from tests.handshake.peers.programs import answers, node_peer
from tests.handshake.setups import speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from handfast.handshake.report.party import Tls
    from handfast.handshake.report.report import Report
    from tests.handshake.peers.programs import NodePeer
    from tests.handshake.setups import Case
    from tests.support.tools import JavaPeer

#: Set-ups in which the two versions are not alike, or might be: tried in both.
_BOTH = ("key", "64 kib", "with sha224", "by dsa", "on dsa", "with sha3", "on secp")
_SETUPS = {**KINDS, **ENCODED, **CONSTRAINED, **DRAWN}
_TRIED: list[tuple[str, Tls]] = [
    (name, version)
    for name in _SETUPS
    for version in (("1.3", "1.2") if any(each in name for each in _BOTH) else ("1.3",))
]
#: All five still look at the common name; browsers, Go and RFC 9525 do not, and that is said.
_ALL_BUT_BROWSERS = frozenset(
    (
        "host: common name only",
        "host: wildcard in the common name only",
        "host: common name, mail beside",
    )
)


@pytest.fixture(scope="module")
def node() -> Iterator[NodePeer]:
    with node_peer() as peer:
        yield peer


def refusing(report: Report, case: Case) -> set[Peer]:
    """Who refuses, by what is said; curl and nginx are tried as one."""
    said: set[Peer] = set()
    for each in (*report.causes, *report.notes):
        said |= each.refused_by
    if case.side == "client":
        said.discard(Peer.CURL)
        if Peer.NGINX in said:
            said.add(Peer.CURL)
    return said - {Peer.NGINX}


@pytest.mark.parametrize(("name", "version"), _TRIED)
def test_the_answer_is_that_of_the_programs(
    name: str,
    version: Tls,
    java: JavaPeer,
    node: NodePeer,
    tmp_path: Path,
    told_of_programs: Callable[[str, Tls, bool, bool], None],
) -> None:
    case = speaking(_SETUPS[name](), version)
    report = rehearse(case.client, case.server, host=case.host)
    found = answers(java, node, tmp_path, case, version)
    wanted = {each for each, talks in found.items() if not talks}
    agree = len(wanted) in {0, len(found)}
    if name in _ALL_BUT_BROWSERS:
        assert not wanted
        assert "browsers" in report.causes[0].message
        told_of_programs(name, version, False, True)
        return
    # Where everybody takes it, nobody is said to refuse.
    said_no = refusing(report, case)
    alike = report.ok is not bool(wanted) and bool(wanted) >= bool(said_no)
    right = alike if agree else said_no == wanted
    told_of_programs(name, version, agree, right)
    said = [(each.code, each.side, each.message) for each in report.causes]
    assert right, (found, said, [each.message for each in report.notes])
    if not agree:
        # A person reads it, not only a program.
        texts = [each.message for each in report.causes]
        texts += [step.detail for step in report.steps]
        assert any(" it; " in text for text in texts), texts


def test_the_set_ups_are_many() -> None:
    assert len(_SETUPS) >= 280
