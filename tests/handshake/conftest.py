"""What the comparisons with real programs have in common: their figures, printed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.handshake.rehearsal import rehearse
from tests.handshake.agreement import PROPERTY, Compared, told

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
    if lines:
        terminalreporter.section("Agreement of real programs with the rehearsal")
        for line in told(lines):
            terminalreporter.write_line(line)
