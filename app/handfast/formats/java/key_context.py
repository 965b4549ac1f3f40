"""What opening and sealing the keys of a JKS or JCEKS may cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits, WorkBudget


@dataclass(frozen=True, slots=True)
class KeyContext:
    """The limits of opening and sealing keys, and where their progress is reported."""

    limits: Limits
    progress: Progress
    budget: WorkBudget
    #: For a key that JCEKS seals; None for as many as Java takes.
    rounds: int | None = None
