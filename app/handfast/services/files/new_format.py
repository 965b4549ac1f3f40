"""In which format a keystore is created that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.store import Format
from handfast.services.policy.formats import DEFAULT_FORMAT, check_format

if TYPE_CHECKING:
    from pathlib import Path

#: What the ending of a file name says about its format. Java and people use ``.keystore`` and
#: ``.ks`` for any format, so these say nothing. The first of a format is what a new file gets.
FORMATS_BY_ENDING: Final = {
    ".jks": Format.JKS,
    ".jceks": Format.JCEKS,
    ".pem": Format.PEM,
    ".p12": Format.PKCS12,
    ".pfx": Format.PKCS12,
}


def format_for(path: Path, wanted: Format | None = None) -> Format:
    """The format that was asked for, else the one that the name's ending says, else PKCS#12.

    :raises Unsupported: keystores of the format that was asked for are only read
    """
    chosen = wanted or FORMATS_BY_ENDING.get(path.suffix.lower(), DEFAULT_FORMAT)
    check_format(chosen)
    return chosen


def usual_ending(wanted: Format) -> str:
    """How the name of a new keystore of a format ends, without the dot.

    :raises StopIteration: nothing of this format is written
    """
    return next(name for name, each in FORMATS_BY_ENDING.items() if each is wanted)[1:]
