"""What a description is made of: sections of rows of text."""

from __future__ import annotations

from enum import Enum, auto

from handfast.core.frozen import dataclass


class RowKind(Enum):
    """What a row is about, where somebody who shows it needs to know."""

    OTHER = auto()
    #: What every extension has: its object identifier, and whether it is critical.
    OF_ANY_EXTENSION = auto()
    #: The name of a host.
    HOST = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what it is called, what it says, and whether that is for comparing by eye."""

    label: str
    value: str
    monospaced: bool = False
    kind: RowKind = RowKind.OTHER


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, under a title."""

    title: str
    rows: tuple[Row, ...]
    #: Whether it is among what most people look for.
    is_main: bool = False
    #: The object identifier of the extension that it describes; empty for any other.
    oid: str = ""
