"""One failure: how it is made, and what is wrong in truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.handshake.failures.peers import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message and its cause, which is known since the failure was made on purpose."""

    name: str
    #: What is wrong; empty where nothing is.
    cause: str
    #: What may be named first besides: where the text itself cannot tell one from the other.
    also: tuple[str, ...] = ()
    #: Whether it was made only once the rules were as they are.
    is_later: bool = False
    make: Callable[[Stage], str]
