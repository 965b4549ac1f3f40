"""What opening and sealing the keys of a JKS or JCEKS may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits, WorkBudget


@dataclass(frozen=True, slots=True)
class KeyContext:
    """What opening and sealing keys may cost, and whom it reports to."""

    limits: Limits
    progress: Progress
    budget: WorkBudget
    #: For a key that JCEKS seals; None for as many as Java takes.
    rounds: int | None = None
