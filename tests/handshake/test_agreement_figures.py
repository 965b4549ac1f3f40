"""The figures of agreement count what was compared, and nothing slips past the list."""

from __future__ import annotations

import pytest

from handfast.handshake.rehearsal import rehearse
from tests.handshake import test_agreement, test_agreement_openssl
from tests.handshake.agreement import Compared, Known, told
from tests.handshake.setups import CASES, fault, speaking


def compared(*, talks: bool, known: Known | None = None, peer: str = "Java") -> Compared:
    case = speaking(CASES["expired-server"](), "1.3")
    report = rehearse(case.client, case.server, host=case.host)
    return Compared(
        peer=peer, setup="expired-server", tls="1.3", report=report, talks=talks, known=known
    )


def test_what_agrees_or_is_listed_and_told_passes() -> None:
    compared(talks=False).check()
    compared(talks=True, known=Known(reason="it is lax", told="expired on")).check()


@pytest.mark.parametrize(
    ("talks", "known"),
    [
        (True, None),
        (False, Known(reason="it was lax once", told="expired on")),
        (True, Known(reason="it is lax", told="what nobody is told")),
    ],
    ids=["not listed", "listed in vain", "not told"],
)
def test_what_is_not_known_fails(talks: bool, known: Known | None) -> None:
    with pytest.raises(AssertionError):
        compared(talks=talks, known=known).check()


@pytest.mark.parametrize("listed", [test_agreement.LET_PASS, test_agreement_openssl.LET_PASS])
def test_what_is_listed_is_in_the_matrix(listed: dict[str, Known]) -> None:
    assert set(listed) <= {*CASES, *map(fault, CASES)}
    assert all(known.reason for known in listed.values())


def test_the_table() -> None:
    lax = Known(reason="it is lax", told="expired on")
    lines = [
        compared(talks=False).line,
        compared(talks=True, known=lax).line,
        compared(talks=True, peer="openssl").line,
    ]
    assert [each.split() for each in list(told(lines))[1:3]] == [
        ["Java", "1.3", "2", "1", "1", "0"],
        ["openssl", "1.3", "1", "0", "0", "1"],
    ]
    assert list(told(lines))[3:] == [
        "disagreed: openssl, expired-server, TLS 1.3: not listed",
        "known: Java, expired-server, TLS 1.3: it is lax",
    ]
