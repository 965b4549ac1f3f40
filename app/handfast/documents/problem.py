"""Something that went wrong with an open keystore, and the ways out of it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError


class Remedy(Enum):
    """What a person can do about a problem; a face shows each as a button or a field."""

    TRY_AGAIN = auto()
    SAVE_AS = auto()
    RELOAD = auto()
    #: Write the file although another program has changed it.
    OVERWRITE = auto()
    #: Keep the edits: the next save replaces the file that another program wrote.
    KEEP_MINE = auto()
    #: Enter the password that the file has now, and reload it.
    ENTER_PASSWORD = auto()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """One failure; each is an object of its own, so that the same failure twice is told twice."""

    error: HandfastError
    remedies: tuple[Remedy, ...] = ()
