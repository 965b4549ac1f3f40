"""What a rule of an explanation is: a message, and the causes that it tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.handshake.report.party import Side

#: How much a message tells: the cause itself; one of few causes; that something failed.
EXACT, LIKELY, ALERT, VAGUE = 90, 70, 50, 20


@dataclass(frozen=True, slots=True)
class Rule:
    """A message: its causes, the likeliest first, and words to say instead of the general ones."""

    codes: tuple[str, ...]
    #: What must stand in one line, in lower case.
    words: str
    #: What the line must match besides, in lower case. Repetitions in it are all bounded.
    line: str = ""
    weight: int = LIKELY
    side: Side = "client"
    message: str = ""
    remedy: str = ""


def rules(
    codes: str,
    *words: str | tuple[str, str],
    weight: int = LIKELY,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """Several messages that mean the same; a pair is a phrase and what its line must match."""
    pairs = [(each, "") if isinstance(each, str) else each for each in words]
    return tuple(
        Rule(tuple(codes.split()), phrase, line, weight, side, message, remedy)
        for phrase, line in pairs
    )
