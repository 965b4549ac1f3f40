"""The format of a new keystore and the ending of its name follow each other."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from handfast.formats.registry import usual_ending
from handfast.services.files.new_format import FORMATS_BY_ENDING

if TYPE_CHECKING:
    from handfast.core.store import Format


def format_of_name(text: str) -> Format | None:
    """The format that the ending of a typed name stands for; None where it stands for none."""
    return FORMATS_BY_ENDING.get(PurePath(text.strip()).suffix.lower())


def with_ending(text: str, wanted: Format) -> str:
    """A typed name with the ending of a format, in the place of that of another format."""
    known = format_of_name(text)
    if known is None or known is wanted:
        return text
    stem = text.rstrip().rpartition(".")[0]
    return f"{stem}.{usual_ending(wanted)}"
