"""What the comparisons with real programs have in common: their figures, printed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.handshake.rehearsal import rehearse
from tests.handshake.agreement import OF_PROGRAMS, PROPERTY, Compared, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from _pytest.terminal import TerminalReporter

    from handfast.handshake.report.party import Tls
    from tests.handshake.agreement import Known
    from tests.handshake.setups import Case


@pytest.fixture
def compare(
    record_property: Callable[[str, object], None],
) -> Callable[[str, str, Tls, Case, bool, Known | None], Compared]:
    """Holds what a program did with a set-up against its rehearsal, and keeps it for the end."""

    def compared(
        peer: str, setup: str, tls: Tls, case: Case, talks: bool, known: Known | None = None
    ) -> Compared:
        report = rehearse(case.client, case.server, host=case.host)
        found = Compared(peer=peer, setup=setup, tls=tls, report=report, talks=talks, known=known)
        record_property(PROPERTY, found.line)
        found.check()
        return found

    return compared


@pytest.fixture
def told_of_programs(
    record_property: Callable[[str, object], None],
) -> Callable[[str, Tls, bool, bool], None]:
    """Keeps for the end whether five programs agreed on a set-up, and whether we were right."""

    def told(name: str, version: Tls, agree: bool, right: bool) -> None:
        record_property(OF_PROGRAMS, (name, version, agree, right))

    return told


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    reports = [
        *terminalreporter.getreports("passed"),
        *terminalreporter.getreports("failed"),
    ]
    lines = [
        tuple(value)
        for report in reports
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    of_programs = [
        tuple(value)
        for report in reports
        for name, value in report.user_properties
        if name == OF_PROGRAMS
    ]
    if of_programs:
        terminalreporter.section("Java, openssl, Node.js, Python and curl with nginx")
        for agree, words in (
            (True, "they agree, and so do we"),
            (False, "they differ: we say who"),
        ):
            rights = [right for _, _, agreed, right in of_programs if agreed is agree]
            terminalreporter.write_line(f"{words}: {sum(rights)} of {len(rights)}")
    if lines:
        terminalreporter.section("Agreement of real programs with the rehearsal")
        for line in told(lines):
            terminalreporter.write_line(line)
