"""What a verb gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Data for ``--json`` or else text for a person, and the exit code."""

    data: dict[str, Any] | None = None
    text: str | bytes = ""
    code: int = 0
    #: What is unwise about what was done, a sentence each, empty where a rule says nothing: on
    #: standard error, with ``--json`` as well.
    warnings: Sequence[str] = ()
    #: Stores to open in the window afterwards.
    open_after: tuple[Path, ...] = ()
