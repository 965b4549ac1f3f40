"""What a description is made of: sections of rows of text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what it is called, what it says, and whether that is for comparing by eye."""

    label: str
    value: str
    monospaced: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, under a title."""

    title: str
    rows: tuple[Row, ...]
